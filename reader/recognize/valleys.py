"""Cuts along valleys: what two characters leave lighter between them, where no white is left.

A threshold closes the white between two thin strokes that a blurred picture brought together, and paths that
count ink (`reader.recognize.cuts`) find no way between them: "11" is one piece, "16" a blot. In grey levels
the white is still a valley. To follow it needs to know that two characters are there; then the path from head
to foot between their middles that is lightest is the cut.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reader.recognize.shortest import sweep

DARK = 3.0
"""Power of the darkness that is a pixel's price: a valley costs less than a stroke although it is longer."""
FAINT = 1e-3
"""Price of a pixel without ink: of two ways through white the straighter one."""
ASIDE = 0.25
"""Part of the way from one middle to the other that is left to each: a path must not go through a 0."""
ALIKE = 1.5
"""Ink between two paths up to which they are the same cut, in squares of the width of strokes."""

Path = NDArray[np.intp]


def between(
    paths: list[Path],
    ink: NDArray[np.bool_],
    gray: NDArray[np.uint8],
    pairs: Sequence[tuple[float, float]],
    stroke: float,
) -> list[Path]:
    """Add the cuts between pairs of characters to others.

    Parameters
    ----------
    paths : list of ndarray of intp, shape (h,)
        The columns of other cuts. Those that cross a new one give way to it.
    ink : ndarray of bool, shape (h, w)
        Upright.
    gray : ndarray of uint8, shape (h, w)
        How dark it is.
    pairs : sequence of (float, float)
        Columns of the characters' middles.
    stroke : float
        Width of strokes in pixels.
    """
    for left, right in pairs:
        path = valley(ink, gray, left, right)
        if path is not None and not any(_same(ink, other, path, stroke) for other in paths):
            paths = [other for other in paths if (other < path).all() or (other > path).all()] + [path]
    return paths


def valley(ink: NDArray[np.bool_], gray: NDArray[np.uint8], left: float, right: float) -> Path | None:
    """Find the lightest path from head to foot between two columns.

    Parameters
    ----------
    ink : ndarray of bool, shape (h, w)
        Upright.
    gray : ndarray of uint8, shape (h, w)
        How dark it is.
    left, right : float
        Columns of the middles of two characters.

    Returns
    -------
    ndarray of intp, shape (h,), or None
        Its column in each row. None where there is no room for a path.
    """
    aside = ASIDE * (right - left)
    first, stop = int(np.ceil(left + aside)), int(np.floor(right - aside)) + 1
    if stop <= first:
        return None
    part = gray[:, first:stop].astype(np.float32)
    darkest = float(gray[ink].max(initial=1))
    price = np.where(ink[:, first:stop], (part / darkest) ** DARK, 0).astype(np.float32) + np.float32(FAINT)
    cost, steps = sweep(price)
    path = np.empty(len(ink), np.intp)
    path[-1] = int(cost[-1].argmin())
    for row in range(len(ink) - 1, 0, -1):
        path[row - 1] = path[row] + steps[row, path[row]]
    return path + first


def _same(ink: NDArray[np.bool_], one: Path, other: Path, stroke: float) -> bool:
    """Tell whether next to no ink lies between two paths."""
    across = np.arange(ink.shape[1])
    inside = (across >= np.minimum(one, other)[:, None]) & (across < np.maximum(one, other)[:, None])
    return int((ink & inside).sum()) < ALIKE * stroke * stroke
