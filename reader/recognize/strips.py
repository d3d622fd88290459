"""A line as one small picture, and where in it each candidate stands.

The network that tells digits sees every candidate by itself and at one size. What it cannot see is the
rest of the line; for that the line is drawn once more: level, upright, its digits `DIGIT` pixels high.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.recognize.lattice import Lattice
from reader.types import Component, TextLine

HEIGHT, DIGIT = 32, 20
"""Rows of a strip, and of a digit in it."""
MARGIN = 24
"""Columns of the line's surroundings on either side."""
STEP = 32
"""Widths of strips are its multiples: a network is set up anew for each."""
LONGEST = 150
"""Longest line that is drawn, in heights of its digits: a longer one is noise, and must not take for ever."""
STEEPEST = 0.15
"""Greatest climb that is believed, a tangent."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Strip:
    """A line at the size of its digits.

    Attributes
    ----------
    image : ndarray of uint8, shape (HEIGHT, W, 2)
        The page as it is there, ink bright, and the ink that is the line's own.
    to_strip : ndarray of float64, shape (2, 3)
        From (x, y, 1) of ink, pixel edges at integers, to column and row.
    scale : float
        Pixels of the strip to one of ink.
    """

    image: NDArray[np.uint8]
    to_strip: Floats
    scale: float


def may_be_drawn(line: TextLine) -> bool:
    """Tell whether a line is short enough to be drawn."""
    _, _, w, h = line.box
    return w + h <= LONGEST * line.x_height


def strip_of(line: TextLine, slant: float, gray: NDArray[np.uint8], *, size: float = 1.0) -> Strip:
    """Draw a line.

    Parameters
    ----------
    line : TextLine
    slant : float
        Tangent of the lean of its writing, which is taken out.
    gray : ndarray of uint8, shape (h, w)
        The page's flattened ink.
    size : float
        The digits' height over what the line says of it: training changes it.
    """
    scale = size * DIGIT / line.x_height
    x, _, w, _ = line.box
    climb, middle = _climb(line), x + w / 2
    centre = line.baseline - line.x_height / 2
    # Columns (x, y, 1) to strip: rows count from the line's own middle, a lean moves them sideways.
    down = np.array([-climb, 1.0, climb * middle - centre])
    along = np.array([1.0, 0.0, 0.0]) + slant * down
    edges = _edges(line.components, np.stack([along, down]), 0.5)
    start = scale * edges[:, 0].min() - MARGIN
    width = scale * edges[:, 1].max() - start + MARGIN
    to_strip = np.stack([scale * along - [0, 0, start], scale * down + [0, 0, HEIGHT / 2]])
    # Rounded: where the line stands on the page must not tell the last digit of a sum, and so the width.
    full = STEP * max(1, int(np.ceil(round(float(width), 6) / STEP)))
    return Strip(_draw(line.components, gray, to_strip, scale, full), to_strip, scale)


def places_of(lattice: Lattice, to_strip: Floats, scale: float) -> Floats:
    """Tell where the candidates of a line stand on its strip.

    Parameters
    ----------
    lattice : Lattice
    to_strip : ndarray of float64, shape (2, 3)
    scale : float
        Both as of the line's `Strip`.

    Returns
    -------
    ndarray of float64, shape (N, 4)
        For each candidate its left and right edge in columns, its top and foot in rows.
    """
    edges = _edges(lattice.pieces, to_strip, 0.5 * scale)
    return np.array([_span(edges[c.start : c.stop]) for c in lattice.candidates]).reshape(-1, 4)


def _climb(line: TextLine) -> float:
    """Estimate the tangent at which the middles of a line's characters go down to the right."""
    tall = [c.box for c in line.components if c.box[3] >= 0.6 * line.x_height]
    if len(tall) < 3 or tall[-1][0] - tall[0][0] < 3 * line.x_height:
        return 0.0
    x = np.array([b[0] + b[2] / 2 for b in tall])
    y = np.array([b[1] + b[3] / 2 for b in tall])
    i, j = np.triu_indices(len(x), 1)
    far = np.abs(x[j] - x[i]) > line.x_height
    if not far.any():
        return 0.0
    # Theil and Sen's: the median of the slopes, which one tall character does not move.
    slope = float(np.median((y[j] - y[i])[far] / (x[j] - x[i])[far]))
    return float(np.clip(slope, -STEEPEST, STEEPEST))


def _edges(parts: tuple[Component, ...], to_strip: Floats, half: float) -> Floats:
    """Give for each part the least and greatest of both coordinates; `half` a pixel of ink is theirs too."""
    found = np.empty((len(parts), 4))
    for row, part in zip(found, parts, strict=True):
        x, y, _, _ = part.box
        rows, cols = ends_of_rows(part.mask)
        u, v = (one[0] * (cols + x + 0.5) + one[1] * (rows + y + 0.5) + one[2] for one in to_strip)
        row[:] = u.min() - half, u.max() + half, v.min() - half, v.max() + half
    return found


def ends_of_rows(mask: NDArray[np.bool_]) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give rows and columns of the first and last pixels of each row: no linear map has its extremes inside.

    Parameters
    ----------
    mask : ndarray of bool, shape (h, w)
    """
    rows = np.flatnonzero(mask.any(axis=1))
    first, last = mask.argmax(axis=1)[rows], mask.shape[1] - 1 - mask[:, ::-1].argmax(axis=1)[rows]
    return np.concatenate([rows, rows]), np.concatenate([first, last])


def _span(edges: Floats) -> Floats:
    """Unite the places of neighbouring pieces."""
    return np.array([edges[:, 0].min(), edges[:, 1].max(), edges[:, 2].min(), edges[:, 3].max()])


def _draw(
    parts: tuple[Component, ...], gray: NDArray[np.uint8], to_strip: Floats, scale: float, width: int
) -> NDArray[np.uint8]:
    """Draw the page, and the line's own ink, through an affine map of (x, y) with pixel edges at integers."""
    back = cv2.invertAffineTransform(to_strip)
    corners = np.array([[0, 0, 1], [width, 0, 1], [0, HEIGHT, 1], [width, HEIGHT, 1]], float) @ back.T
    left, top = np.floor(corners.min(axis=0).round(6)).astype(int) - 2
    right, foot = np.ceil(corners.max(axis=0).round(6)).astype(int) + 2
    page, own = np.zeros((2, foot - top, right - left), np.uint8)
    _paste(gray, page, -left, -top)
    for part in parts:
        _paste(np.where(part.mask, np.uint8(255), np.uint8(0)), own, part.box[0] - left, part.box[1] - top)
    inside = page[own > 0]
    level = max(float(np.percentile(inside, 90)), 1.0) if inside.size else 255.0
    page = np.minimum(page.astype(np.float32) * (255 / level), 255).astype(np.uint8)
    fx = fy = 1.0
    if scale < 0.8:  # shrunk by area first: lines one pixel wide must not fall through
        size = (max(1, round((right - left) * scale)), max(1, round((foot - top) * scale)))
        fx, fy = size[0] / (right - left), size[1] / (foot - top)
        page, own = (
            np.asarray(cv2.resize(a, size, interpolation=cv2.INTER_AREA), np.uint8) for a in (page, own)
        )
    linear = to_strip[:, :2] / [fx, fy]
    shift = to_strip[:, 2] + to_strip[:, :2] @ [left, top]
    # OpenCV counts from the middles of pixels.
    affine = np.column_stack([linear, shift + linear @ [0.5, 0.5] - 0.5])
    drawn = [cv2.warpAffine(a, affine, (width, HEIGHT), flags=cv2.INTER_LINEAR) for a in (page, own)]
    return np.ascontiguousarray(np.stack(drawn, axis=-1), np.uint8)


def _paste(part: NDArray[np.uint8], onto: NDArray[np.uint8], x: int, y: int) -> None:
    """Lay a part over an image with its corner at (x, y), in place: the brighter pixel stays."""
    high, wide = onto.shape
    rows = slice(max(y, 0), max(y + part.shape[0], 0))
    cols = slice(max(x, 0), max(x + part.shape[1], 0))
    inner = part[max(-y, 0) : max(high - y, 0), max(-x, 0) : max(wide - x, 0)]
    np.maximum(onto[rows, cols], inner, out=onto[rows, cols])
