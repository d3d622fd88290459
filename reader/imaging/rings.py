"""Rings drawn around writing: a chosen answer, a number in a list. Alone, a ring is a perfect 0.

A 0 may have a point or a slash inside, but its stroke is as thick as its neighbours' and it is higher than
wide; a ring is drawn wide, thin for its size, and what it rings nearly fills it.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reader.imaging.runs import Pieces, pieces_of, runs_of

WIDE = 0.85
"""Least width of a ring, in its heights."""
THIN = 0.22
"""Most of its box that a ring's ink covers: a circle of one part in 14 does."""
FILLED, MOST = 0.3, 0.9
"""Height of the tallest piece inside, in heights of the ring."""
INSIDE = 0.4
"""How far from the ring's middle what it rings may be, in its widths and heights."""
LEAST = 10.0
"""Least height of a ring, in widths of the page's strokes."""
DIRECTIONS, SEEN = 32, 30
"""Directions from the middle, and least of them in which a ring is seen: a pen leaves it open a little."""
NEAR, FAR = 0.5, 1.25
"""Least and most distance of its ink from the middle, in half widths and heights: a box's corner has 1.4."""


def without_rings(ink: NDArray[np.bool_], stroke: float) -> NDArray[np.bool_]:
    """Take the rings that have writing inside out of the ink.

    Before rules are looked for: the level top of a wide ring would be one.

    Parameters
    ----------
    ink : ndarray of bool, shape (h, w)
    stroke : float
        Width of strokes in pixels.

    Returns
    -------
    ndarray of bool, shape (h, w)
        The same one where there are none.
    """
    pieces = pieces_of(runs_of(ink))
    _, _, w, h = pieces.boxes.T
    rings = np.flatnonzero((w > WIDE * h) & (h > LEAST * stroke) & (pieces.areas < THIN * w * h))
    middle = pieces.boxes[:, :2] + pieces.boxes[:, 2:] / 2
    dropped = np.zeros(len(pieces.areas), bool)
    for k in rings.tolist():
        inside = (np.abs(middle - middle[k]) < INSIDE * pieces.boxes[k, 2:]).all(axis=1)
        filled = (h > FILLED * h[k]) & (h < MOST * h[k])
        dropped[k] = (inside & filled).any() and _is_round(pieces, k)
    return ink & ~pieces.mask(dropped) if dropped.any() else ink


def _is_round(pieces: Pieces, k: int) -> bool:
    """Tell whether a piece's ink goes round its middle, none of it near, and without corners."""
    left, top, w, h = pieces.boxes[k].tolist()
    runs = pieces.runs.take(pieces.own == k)
    row, start = np.divmod(runs.starts, runs.pitch)
    # Of each run its ends, and what of it is nearest to the middle.
    stop = start + runs.lengths - 1
    x = np.concatenate([start, stop, np.clip(left + w // 2, start, stop)]) - left
    y = np.tile(row - top, 3)
    side, up = (2 * x + 1 - w) / w, (2 * y + 1 - h) / h
    seen = np.unique(np.floor(np.arctan2(up, side) / (2 * np.pi) * DIRECTIONS).astype(int))
    far = np.hypot(side, up)
    return len(seen) >= SEEN and float(far.min()) > NEAR and float(far.max()) < FAR
