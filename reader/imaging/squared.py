"""Squared and engineers' paper: upright rules that part nothing.

A table's walls stand between numbers. On squared paper digits stand across the rules, two squares wide, and
to part them at each rule makes a number of every digit. Writing tells which it is: a pen that minds the walls
crosses few of them.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]

HIGH = 4.0
"""Least height of the writing that is asked, in widths of strokes."""
WIDE = (0.3, 1.6)
"""Least and most of its width, in its height: neither a 1 nor a word."""
INNER = 0.2
"""What is a rule across a character and no neighbour's: inside of this part of its width on both sides ..."""
SEEN = 0.4
"""... seen along this part of its height, and as much above and below it."""
FEWEST, SHARE = 5, 0.25
"""Least characters with a rule across, and least part of all."""
FEW_SQUARES, SQUARES = 11, 17
"""Least squares one way and the other: a large sudoku has 16."""
SQUARE, EVEN = 0.25, 0.2
"""Most by which a square's sides differ, and two squares beside each other, seen at an angle."""
MISSED = 3
"""Most squares between two rules that were found: of pale ones some are not."""
DOUBLE = 1.5
"""Most strokes' widths from one side of a rule to the other."""
STEP = 4
"""Of how many rows, and columns, one is looked at."""
BANDS, TYPICAL = 24, 75
"""Bands of the page that are looked at, and the percentile of what they show: writing hides rules."""


def is_squared(across: Mask, down: Mask, boxes: NDArray[np.int64], stroke: float) -> bool:
    """Tell whether a page's rules are those of squared paper.

    Parameters
    ----------
    across, down : ndarray of bool, shape (h, w)
        Where ink of level and upright rules was.
    boxes : ndarray of int64, shape (N, 4)
        Of the connected ink that is left without rules.
    stroke : float
        Width of strokes in pixels.
    """
    return _has_squares(across, down, stroke) or _is_crossed(down, boxes, stroke)


def _has_squares(across: Mask, down: Mask, stroke: float) -> bool:
    """Tell whether rules both ways stand at one pitch, more than any puzzle has."""
    columns, width = _pitch(down[::STEP], stroke)
    if columns < FEW_SQUARES:
        return False
    rows, height = _pitch(across[:, ::STEP].T, stroke)
    many = min(columns, rows) >= FEW_SQUARES and max(columns, rows) >= SQUARES
    return many and abs(width - height) <= SQUARE * max(width, height)


def _pitch(upright: Mask, stroke: float) -> tuple[int, float]:
    """Give how many upright rules in a row stand at one pitch, typically, and the pitch.

    A band of the page at a time: where writing is in the way others are seen. Both sides of one are one.
    """
    found = []
    for band in np.array_split(upright, min(BANDS, len(upright))):
        seen = np.flatnonzero(np.diff(band.any(axis=0).astype(np.int8), prepend=0) == 1)
        seen = seen[np.diff(seen, prepend=-np.inf) > DOUBLE * stroke]
        steps = np.diff(seen)
        if len(steps):
            middle = float(np.median(steps))
            found.append((_in_a_row(steps / middle), middle))
    if not found:
        return 0, 0.0
    counts, pitches = np.array(found).T
    return int(np.percentile(counts, TYPICAL)), float(np.median(pitches))


def _in_a_row(steps: NDArray[np.float64]) -> int:
    """Give the most squares that rules beside each other bound, in which some rules were not found.

    >>> _in_a_row(np.array([1.0, 2.05, 0.9, 1.5, 1.0]))
    4
    """
    most = run = 0
    for step in steps.tolist():
        squares = min(max(round(step), 1), MISSED)
        run = run + squares if abs(step - squares) <= EVEN else 0
        most = max(most, run)
    return most


def _is_crossed(down: Mask, boxes: NDArray[np.int64], stroke: float) -> bool:
    """Tell whether writing stands across the upright rules."""
    _, _, width, height = boxes.T
    asked = boxes[(height >= HIGH * stroke) & (width >= WIDE[0] * height) & (width <= WIDE[1] * height)]
    crossed = 0
    for x, y, w, h in asked.tolist():
        inner = slice(x + round(INNER * w), x + w - round(INNER * w))
        parts = (down[max(0, top) : top + h, inner] for top in (y - h, y, y + h))
        crossed += all(part.any(axis=1).sum() >= SEEN * h for part in parts)
    return crossed >= FEWEST and crossed >= SHARE * len(asked)
