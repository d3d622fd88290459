"""Candidate cuts: paths through a component along which touching digits may part.

Every path runs from the top of the component to its foot, leans with the writing, and crosses as
little ink as it can (a shortest path, found by dynamic programming from both ends to the middle row).
It needs no straight line: it follows the white between an overhanging pair and only then goes through
the stroke that joins it. See Casey and Lecolinet, "A survey of methods and strategies in character
segmentation" (doi:10.1109/34.506792), and Tseng and Chen on shortest-path cuts.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

from reader.recognize.shortest import sweep
from reader.recognize.valleys import between
from reader.types import Component

Pixel = TypeVar("Pixel", bound=np.generic)

WAIST = 0.55
"""A joint of two bowls is lower than this part of the lower bowl."""


def slant_offsets(height: int, slant: float) -> NDArray[np.intp]:
    """Give the sideways shift of each row, in pixels, that stands leaning writing upright.

    Parameters
    ----------
    height : int
    slant : float
        Tangent of the lean, positive to the right.
    """
    middle = (height - 1) / 2
    shift: NDArray[np.intp] = np.rint((middle - np.arange(height)) * slant).astype(np.intp)
    return shift


def path_costs(
    ink: NDArray[np.bool_],
) -> tuple[NDArray[np.float32], NDArray[np.int8], NDArray[np.int8]]:
    """Find, for every column of the middle row, the cheapest path through it.

    Parameters
    ----------
    ink : ndarray of bool, shape (h, w)

    Returns
    -------
    cost : ndarray of float32, shape (w,)
    up, down : ndarray of int8, shape (h, w)
        Step (-1, 0, 1) from each pixel towards the top, and towards the foot.
    """
    h, w = ink.shape
    price = ink.astype(np.float32)
    middle = h // 2
    up, down = np.zeros((2, h, w), np.int8)
    above, up[: middle + 1] = sweep(price[: middle + 1])
    if middle == h - 1:
        return above[-1], up, down
    # The pixel of the middle row itself is paid for from above.
    below, steps = sweep(np.concatenate([price[:middle:-1], np.zeros((1, w), np.float32)]))
    down[middle:] = steps[::-1]
    return above[-1] + below[-1], up, down


def choose(cost: NDArray[np.float32], limit: float, spacing: float, taken: list[int]) -> list[int]:
    """Pick the columns of good paths: local minima under a limit, the cheapest first, kept apart.

    Parameters
    ----------
    cost : ndarray of float32, shape (w,)
    limit : float
        Most ink that a path may cross, in pixels.
    spacing : float
        Least distance between two paths and to the sides, in pixels.
    taken : list of int
        Columns to stay away from as well.

    Returns
    -------
    list of int
        Ascending.
    """
    w = cost.size
    middle = np.arange(w)
    # Within a flat valley the path in its centre is the best.
    dented = cost + 1e-3 * np.abs(middle - w / 2) / w
    lower = np.concatenate(([np.inf], dented[:-1]))
    higher = np.concatenate((dented[1:], [np.inf]))
    minima = np.flatnonzero((dented <= lower) & (dented <= higher) & (cost <= limit))
    picked: list[int] = []
    for column in sorted(minima.tolist(), key=lambda c: (float(dented[c]), c)):
        clear = all(abs(column - p) >= spacing for p in picked + taken)
        if clear and min(column, w - 1 - column) >= spacing / 2:
            picked.append(column)
    return sorted(picked)


def waists(ink: NDArray[np.bool_], spacing: float) -> list[int]:
    """Find the columns where ink is much less high than on both sides: two bowls joined side to side.

    A shortest path avoids such a joint, which is a stroke seen along its length, and goes through a bowl.

    Parameters
    ----------
    ink : ndarray of bool, shape (h, w)
    spacing : float
        Least distance between two of them, in pixels.

    Returns
    -------
    list of int
        Ascending.
    """
    h, w = ink.shape
    filled = ink.any(axis=0)
    extent = np.where(filled, h - np.argmax(ink[::-1], axis=0) - np.argmax(ink, axis=0), 0)
    left = np.maximum.accumulate(extent)
    right = np.maximum.accumulate(extent[::-1])[::-1]
    slim = (extent < WAIST * np.minimum(left, right)) & filled
    picked: list[int] = []
    for column in sorted(np.flatnonzero(slim).tolist(), key=lambda c: (int(extent[c]), abs(c - w / 2), c)):
        if all(abs(column - p) >= spacing for p in picked):
            picked.append(column)
    return sorted(picked)


def trace(column: int, up: NDArray[np.int8], down: NDArray[np.int8]) -> NDArray[np.intp]:
    """Follow a path from the middle row both ways; gives its column in each row."""
    h = up.shape[0]
    middle = h // 2
    path = np.empty(h, np.intp)
    path[middle] = column
    for row in range(middle, 0, -1):
        path[row - 1] = path[row] + up[row, path[row]]
    for row in range(middle, h - 1):
        path[row + 1] = path[row] + down[row, path[row]]
    return path


def _stood_up(image: NDArray[Pixel], shift: NDArray[np.intp]) -> NDArray[Pixel]:
    """Shift each row of an image (h, w), with room for that on both sides."""
    h, w = image.shape
    margin = int(np.abs(shift).max(initial=0))
    upright = np.zeros((h, w + 2 * margin), image.dtype)
    for row in range(h):
        start = margin - shift[row]
        upright[row, start : start + w] = image[row]
    return upright


def split(
    component: Component,
    *,
    height: float,
    stroke: float,
    slant: float,
    pairs: Sequence[tuple[float, float]] = (),
    gray: NDArray[np.uint8] | None = None,
) -> list[Component]:
    """Cut a component wherever it may be more than one digit.

    Parameters
    ----------
    component : Component
    height : float
        Of digits on its line, in pixels.
    stroke : float
        Width of strokes, in pixels.
    slant : float
        Tangent of the lean of the writing.
    pairs : sequence of (float, float)
        Where the middles of two characters stand in the component's middle row, in pixels from its left side:
        it is cut between them.
    gray : ndarray of uint8, shape (h, w), optional
        How dark the component's box is, for that.

    Returns
    -------
    list of Component
        The pieces, left to right; together they are the component. It alone where nothing is to cut.
    """
    x, y, w, h = component.box
    if h < 0.35 * height or (w < 0.4 * height and not pairs):
        return [component]
    shift = slant_offsets(h, slant)
    margin = int(np.abs(shift).max(initial=0))
    upright = _stood_up(component.mask, shift)
    cost, up, down = path_costs(upright)
    spacing = max(0.17 * height, 2.0)
    joints = waists(upright, spacing)
    paths = [trace(c, up, down) for c in choose(cost, 2.6 * stroke + 1, spacing, joints)]
    paths += [np.full(h, c, np.intp) for c in joints]
    if pairs and gray is not None:
        paths = between(
            paths, upright, _stood_up(gray, shift), [(a + margin, b + margin) for a, b in pairs], stroke
        )
    if not paths:
        return [component]
    side = np.zeros((h, w), np.intp)
    across = np.arange(w)
    for path in paths:
        side += across[None, :] >= (path - margin + shift)[:, None]
    pieces = []
    for k in range(len(paths) + 1):
        mask = component.mask & (side == k)
        if mask.any():
            rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
            r0, r1, c0, c1 = int(rows[0]), int(rows[-1]) + 1, int(cols[0]), int(cols[-1]) + 1
            pieces.append(Component((x + c0, y + r0, c1 - c0, r1 - r0), mask[r0:r1, c0:c1], int(mask.sum())))
    return pieces
