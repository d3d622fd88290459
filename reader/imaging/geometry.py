"""Affine maps between pixel frames, and boxes carried through them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reader.types import Box

Affine = NDArray[np.float64]
"""A map of points, shape (2, 3): ``(x', y') = A @ (x, y, 1)``. Pixel i covers [i, i + 1)."""


def identity() -> Affine:
    """Give the map that moves nothing."""
    return np.array([[1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])


def scaling(sx: float, sy: float | None = None) -> Affine:
    """Give the map that multiplies x by `sx` and y by `sy` (by `sx` where left out)."""
    return np.array([[sx, 0.0, 0.0], [0.0, sx if sy is None else sy, 0.0]])


def translation(dx: float, dy: float) -> Affine:
    """Give the map that shifts points by (`dx`, `dy`)."""
    return np.array([[1.0, 0.0, dx], [0.0, 1.0, dy]])


def compose(outer: Affine, inner: Affine) -> Affine:
    """Give the map that applies `inner` first and `outer` to its result."""
    full = np.vstack([inner, [0.0, 0.0, 1.0]])
    return np.asarray(outer @ full)


def invert(affine: Affine) -> Affine:
    """Give the inverse map.

    Raises
    ------
    ValueError
        Where the map flattens the plane and has none.
    """
    linear = affine[:, :2]
    if abs(np.linalg.det(linear)) < 1e-12:
        raise ValueError("a map that flattens the plane has no inverse")
    back = np.linalg.inv(linear)
    return np.hstack([back, -back @ affine[:, 2:]])


def apply(affine: Affine, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Map points of shape (N, 2)."""
    return np.asarray(points @ affine[:, :2].T + affine[:, 2])


def rotation(width: int, height: int, degrees: float) -> tuple[Affine, tuple[int, int]]:
    """Turn an image counter-clockwise and keep all of it.

    Returns
    -------
    affine : Affine
        From the image to the turned image.
    size : (int, int)
        Width and height of the turned image.

    Examples
    --------
    >>> affine, size = rotation(40, 20, 90)
    >>> size
    (20, 40)
    >>> apply(affine, np.array([[40.0, 0.0]])).round(6).tolist()
    [[0.0, 0.0]]
    """
    angle = np.deg2rad(degrees)
    c, s = float(np.cos(angle)), float(np.sin(angle))
    linear = np.array([[c, s], [-s, c]])
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]], float) @ linear.T
    low, high = corners.min(axis=0), corners.max(axis=0)
    size = np.maximum(1, np.ceil(high - low - 1e-6)).astype(int)
    return np.hstack([linear, -low[:, None]]), (int(size[0]), int(size[1]))


def map_box(affine: Affine, box: Box, width: int, height: int) -> Box:
    """Give the upright box around a mapped box, rounded outwards and kept inside an image.

    Parameters
    ----------
    affine : Affine
    box : Box
    width, height : int
        Of the image that the result must stay in.
    """
    return box_around(apply(affine, corners(box)), width, height)


def corners(box: Box) -> NDArray[np.float64]:
    """Give the corners of a box, shape (4, 2)."""
    x, y, w, h = box
    return np.array([[x, y], [x + w, y], [x, y + h], [x + w, y + h]], float)


def box_around(points: NDArray[np.float64], width: int, height: int) -> Box:
    """Give the upright box around points (N, 2), rounded outwards and kept inside an image."""
    low = np.clip(np.floor(points.min(axis=0) + 1e-6), 0, [width - 1, height - 1]).astype(int)
    high = np.clip(np.ceil(points.max(axis=0) - 1e-6), low + 1, [width, height]).astype(int)
    return int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])


def union_box(boxes: list[Box]) -> Box:
    """Give the smallest box that holds all of `boxes`.

    Examples
    --------
    >>> union_box([(0, 0, 2, 2), (5, 1, 1, 4)])
    (0, 0, 6, 5)
    """
    x0, y0 = min(b[0] for b in boxes), min(b[1] for b in boxes)
    x1, y1 = max(b[0] + b[2] for b in boxes), max(b[1] + b[3] for b in boxes)
    return x0, y0, x1 - x0, y1 - y0
