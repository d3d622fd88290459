"""Strokes of a pen as ink: smooth, antialiased lines in an array; nothing is taken from a screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.types import Box

Point = tuple[float, float]
"""``(x, y)`` in pixels; whole numbers are the middles of pixels."""

_FINE = 4
"""Pieces are drawn this many times larger and then averaged: 17 levels of grey at their edges."""
_SHIFT = 4
"""Binary places of the coordinates that OpenCV draws with."""
_STEP = 2.0
"""Length in pixels of the straight parts that a curve is drawn with."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """The way of the pen from where it came down to where it left.

    Attributes
    ----------
    points : tuple of Point
        At least one; one alone is a dot.
    width : float
        Of the brush, in pixels.
    """

    points: tuple[Point, ...]
    width: float


def pieces(points: Sequence[Point]) -> Iterator[list[Point]]:
    """Give the curve through the middles between points, piece by piece.

    Each piece is a quadratic Bézier curve from middle to middle with a point as its control, so that
    pieces meet without a corner, and a new point adds one piece and changes none.

    Parameters
    ----------
    points : sequence of Point

    Yields
    ------
    list of Point
        A polyline; the last ends at the last point.

    Examples
    --------
    >>> [piece[-1] for piece in pieces([(0, 0), (2, 0), (2, 2)])]
    [(0.0, 0.0), (1.0, 0.0), (2.0, 1.0), (2.0, 2.0)]
    """
    for count in range(1, len(points) + 1):
        yield newest_piece(points[:count])
    yield end_piece(points)


def newest_piece(points: Sequence[Point]) -> list[Point]:
    """Give the piece that the last point adds; a dot for the first."""
    if len(points) < 3:
        return [points[0], _middle(points[0], points[-1])]
    return _curve(_middle(points[-3], points[-2]), points[-2], _middle(points[-2], points[-1]))


def end_piece(points: Sequence[Point]) -> list[Point]:
    """Give what is missing to the last point when the pen is lifted."""
    last = points[-1]
    return [_middle(points[-2], last) if len(points) > 1 else last, (float(last[0]), float(last[1]))]


def _middle(a: Point, b: Point) -> Point:
    return (a[0] + b[0]) / 2, (a[1] + b[1]) / 2


def _curve(start: Point, control: Point, end: Point) -> list[Point]:
    length = np.hypot(*np.subtract(control, start)) + np.hypot(*np.subtract(end, control))
    t = np.linspace(0.0, 1.0, max(2, round(float(length) / _STEP) + 1))[:, None]
    along = (1 - t) ** 2 * np.array(start) + 2 * t * (1 - t) * np.array(control) + t**2 * np.array(end)
    return [(float(x), float(y)) for x, y in along]


def draw_line(ink: NDArray[np.uint8], line: Sequence[Point], width: float) -> Box:
    """Draw a polyline with round ends and joints over the ink that is there, in place.

    Parameters
    ----------
    ink : ndarray of uint8, shape (H, W)
        0 blank, 255 full ink; where lines cross the stronger one stays.
    line : sequence of Point
    width : float
        In pixels.

    Returns
    -------
    Box
        What may have changed, inside the image; of no width or height where that is nothing.
    """
    height, width_of_image = ink.shape
    points = np.array(line, np.float64)
    margin = width / 2 + 1
    # Far away is as good as outside, and keeps the box small.
    points = np.clip(points, -margin - 1, np.array((width_of_image, height)) + margin)
    low = np.floor(points.min(axis=0) - margin).astype(int)
    w, h = (np.ceil(points.max(axis=0) + margin).astype(int) - low + 1).tolist()
    fine = np.zeros((h * _FINE, w * _FINE), np.uint8)
    placed = (points - low + 0.5) * _FINE - 0.5
    fixed = np.rint(placed * (1 << _SHIFT)).astype(np.int32)
    cv2.polylines(fine, [fixed], False, 255, max(1, round(width * _FINE)), cv2.LINE_8, _SHIFT)
    drawn = cv2.resize(fine, (w, h), interpolation=cv2.INTER_AREA)
    x, y = int(low[0]), int(low[1])
    x0, y0 = max(x, 0), max(y, 0)
    x1, y1 = max(x0, min(x + w, width_of_image)), max(y0, min(y + h, height))
    part = ink[y0:y1, x0:x1]
    np.maximum(part, drawn[y0 - y : y1 - y, x0 - x : x1 - x], out=part)
    return x0, y0, x1 - x0, y1 - y0


def draw_stroke(ink: NDArray[np.uint8], stroke: Stroke) -> None:
    """Draw a whole stroke over the ink that is there, in place."""
    for piece in pieces(stroke.points):
        draw_line(ink, piece, stroke.width)
