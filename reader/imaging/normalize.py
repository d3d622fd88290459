"""28×28: MNIST's own recipe.

"The original black and white images from NIST were size normalized to fit in a 20x20 pixel box while
preserving their aspect ratio ... the images were centered in a 28x28 image by computing the center of
mass of the pixels" (LeCun, Cortes, Burges, the MNIST page). Grey levels come from area resampling.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.types import GLYPH_SIZE

BOX = 20
"""Longest side of a digit inside the 28×28 image, in pixels."""

_AROUND = np.ones((3, 3), np.uint8)


def normalize(gray: NDArray[np.uint8], mask: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Make the 28×28 image of one candidate digit.

    Parameters
    ----------
    gray : ndarray of uint8, shape (h, w)
        Flattened ink, bright, around the candidate.
    mask : ndarray of bool, shape (h, w)
        Which pixels belong to it.

    Returns
    -------
    ndarray of float32, shape (28, 28), in [0, 1]
        All zero where the mask is empty.

    Examples
    --------
    >>> stroke = np.zeros((40, 30), np.uint8)
    >>> stroke[5:35, 12:16] = 200
    >>> glyph = normalize(stroke, stroke > 0)
    >>> rows = np.flatnonzero(glyph.max(axis=1) > 0.5)
    >>> int(rows[-1] - rows[0]) + 1
    20
    """
    bits = mask.view(np.uint8)
    cut = cv2.boundingRect(bits)
    if cut[2] == 0:
        return np.zeros((GLYPH_SIZE, GLYPH_SIZE), np.float32)
    x, y, w, h = cut
    inner = bits[y : y + h, x : x + w]
    # One pixel around the mask holds the soft edge that thresholding took away.
    soft = cv2.dilate(cv2.copyMakeBorder(inner, 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0), _AROUND)
    ink = np.zeros((h + 2, w + 2), np.uint8)
    y0, x0 = max(y - 1, 0), max(x - 1, 0)
    part = gray[y0 : y + h + 1, x0 : x + w + 1]
    ink[y0 - y + 1 : y0 - y + 1 + part.shape[0], x0 - x + 1 : x0 - x + 1 + part.shape[1]] = part
    ink *= np.asarray(soft, np.uint8)
    inside = ink[1:-1, 1:-1][mask[y : y + h, x : x + w]]
    place = (inside.size * 9) // 10
    inside.partition(place)
    full = max(float(inside[place]), 1.0)
    level = np.minimum(ink[1:-1, 1:-1].astype(np.float32) / full, 1.0)
    return _centre(_fit(level))


def stand_up(
    gray: NDArray[np.uint8], mask: NDArray[np.bool_], lean: float
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Take a lean out of one candidate, by a shear about its middle row.

    Parameters
    ----------
    gray : ndarray of uint8, shape (h, w)
    mask : ndarray of bool, shape (h, w)
    lean : float
        Tangent, positive to the right.

    Returns
    -------
    gray : ndarray of uint8, shape (h, w + margin)
    mask : ndarray of bool, shape (h, w + margin)
    """
    h, w = mask.shape
    margin = int(abs(lean) * h / 2) + 1
    shear = np.array([[1, lean, margin - lean * (h - 1) / 2], [0, 1, 0]], np.float64)
    size = (w + 2 * margin, h)
    return np.asarray(cv2.warpAffine(gray, shear, size), np.uint8), cv2.warpAffine(
        mask.astype(np.uint8) * 255, shear, size
    ) > 127


def _fit(level: NDArray[np.float32]) -> NDArray[np.float32]:
    """Resize so that the longest side is `BOX`, the aspect kept."""
    h, w = level.shape
    scale = BOX / max(h, w)
    size = (max(1, round(w * scale)), max(1, round(h * scale)))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(level, size, interpolation=way), np.float32)


def _centre(small: NDArray[np.float32]) -> NDArray[np.float32]:
    """Paste into 28×28 with the centre of mass at the middle, to the pixel, nothing cut off."""
    h, w = small.shape
    total = float(small.sum()) or 1.0
    cy = float(small.sum(axis=1) @ np.arange(h)) / total
    cx = float(small.sum(axis=0) @ np.arange(w)) / total
    middle = GLYPH_SIZE / 2 - 0.5
    top = min(max(round(middle - cy), 0), GLYPH_SIZE - h)
    left = min(max(round(middle - cx), 0), GLYPH_SIZE - w)
    glyph = np.zeros((GLYPH_SIZE, GLYPH_SIZE), np.float32)
    glyph[top : top + h, left : left + w] = small
    return glyph
