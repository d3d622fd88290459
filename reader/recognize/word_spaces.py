"""Spaces of print: the whites of set text are of two kinds, with hardly any between.

Most faces have a space of 0.25 to 0.4 of a digit's height, less than a hand leaves inside a number. But in
print the white between letters is half of that at most, so where a page has text enough, its own whites tell
what a space is (as distances between components do for the words of a document: O'Gorman,
doi:10.1109/34.244677). Figures are all set equally wide, however: beside a 1 there is as much white as a
space has. What stands there is known only when it has been classified.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reader.recognize.marks import is_mark
from reader.types import Box, TextLine

ALIKE = 0.1
"""By how much lines may differ in height that are taken for one kind of print."""
SLIM = 0.5
"""Greatest width of a 1 and its like, in heights of the line's characters."""
FIGURE = 0.66
"""Width of a figure that fills its place, in the same."""
LEAST, MOST, STEP = 0.14, 0.43, 0.01
"""Between which whites letters end and spaces begin, in heights, and in which steps that is looked for."""
EMPTY, STRAY = 0.03, 0.05
"""How far to either side there are hardly any whites, and how many may be there, in number of spaces."""
FEWEST, LETTERS = 8, 0.2
"""Fewest spaces of one kind of print, and fewest whites inside words for each of them."""
USUAL = 0.7
"""Greatest white of the typical space: type of one width has more."""
OWN, INNER, BETWEEN = 4, 0.15, 0.1
"""Of a line that is such print: fewest whites, least part of them inside words, most part that is neither."""

Whites = NDArray[np.float64]


def word_spaces(lines: Sequence[TextLine]) -> list[float | None]:
    """Find from what white on each line's words are apart.

    Parameters
    ----------
    lines : sequence of TextLine
        Of one page.

    Returns
    -------
    list of float or None
        In heights of the line's characters; None where the line is no print of which there is much.
    """
    whites = [_whites(line) for line in lines]
    heights = np.array([line.x_height for line in lines])
    owner = np.repeat(np.arange(len(lines)), [len(own) for own in whites])
    every = np.concatenate(whites) if whites else np.zeros(0)
    order = np.argsort(every, kind="stable")
    every, size = every[order], heights[owner[order]]
    found: list[float | None] = []
    known: dict[float, float | None] = {}
    for line, own in zip(lines, whites, strict=True):
        if len(own) < OWN:
            found.append(None)
            continue
        if line.x_height not in known:
            known[line.x_height] = valley(every[np.abs(size - line.x_height) <= ALIKE * line.x_height])
        space = known[line.x_height]
        found.append(space if space is not None and _is_such(own, space) else None)
    return found


def valley(whites: Whites) -> float | None:
    """Find the white between those inside words and those of spaces.

    Parameters
    ----------
    whites : ndarray of float64, shape (N,)
        In order.

    Returns
    -------
    float or None
        None where there are not two kinds.

    Examples
    --------
    >>> round(valley(np.repeat([0.05, 0.1, 0.4], [40, 40, 20])), 2)
    0.36
    >>> valley(np.linspace(0.0, 0.6, 200))
    """
    tried = np.arange(LEAST, MOST, STEP)
    below = np.searchsorted(whites, tried)
    spaces = len(whites) - below
    inside = np.searchsorted(whites, tried + EMPTY) - np.searchsorted(whites, tried - EMPTY)
    fits = (spaces >= FEWEST) & (below >= LETTERS * spaces) & (inside <= STRAY * spaces)
    # What is wider in half of the cases is the white of typewriters, or that between columns.
    fits[fits] = whites[(below + spaces // 2)[fits]] <= USUAL
    if not fits.any():
        return None
    best = np.flatnonzero(fits & (inside == inside[fits].min()))
    runs = np.split(best, np.flatnonzero(np.diff(best) > 1) + 1)
    # Figures have more white than letters, beside a 7 more than beside an 8: the upper end parts none.
    return float(tried[max(runs, key=len)[-1]])


def is_beside_slim(left: Box, right: Box, white: float, space: float, height: float) -> bool:
    """Tell whether a white is no space if what stands beside it are figures, one of them a 1.

    Parameters
    ----------
    left, right : Box
    white : float
        Between them, in pixels.
    space : float
        What `word_spaces` gives.
    height : float
        Of the line's characters in pixels.
    """
    own = _spare(left, height) + _spare(right, height)
    return own > 0 and white - own < space * height


def spare(box: Box, line: TextLine) -> float:
    """Give the white on one side of a 1 in its place, in pixels; 0 for other characters."""
    return _spare(box, line.x_height)


def _spare(box: Box, height: float) -> float:
    return (FIGURE * height - box[2]) / 2 if box[2] < SLIM * height else 0.0


def _whites(line: TextLine) -> Whites:
    """Give the whites between wide characters of a line, in heights."""
    solid = [] if line.comb else [c.box for c in line.components if not is_mark(c, line)]
    wide = SLIM * line.x_height
    between = [b[0] - a[0] - a[2] for a, b in pairwise(solid) if a[2] >= wide and b[2] >= wide]
    return np.array(between, float) / line.x_height


def _is_such(own: Whites, space: float) -> bool:
    """Tell whether a line's whites are of the two kinds."""
    neither = np.count_nonzero(np.abs(own - space) < EMPTY)
    inner = np.count_nonzero(own < space)
    return bool(inner >= INNER * len(own) and neither <= BETWEEN * len(own))
