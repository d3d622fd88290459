"""Tells which parts of a frame changed since they were read, and whether a number is still there."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.geometry import Affine
from reader.live.tracks import Rect

Gray = NDArray[np.uint8]

BLOCK = 16
"""Side of the blocks that are compared, in pixels of the small frame."""
LEAST = 5.0
"""Mean difference in grey levels from which a block changed ..."""
OVER_NOISE = 4.0
"""... and in medians of all blocks: noise and small errors of following differ everywhere."""
PAPER = 128
SOFT = 7
"""Side of the blur, in pixels, under which numbers are looked for in their places: blurred ones are there."""
RING = 0.6
"""The white around a number that is compared with it, in its heights."""
THERE = 0.45
"""Correlation from which a number is there."""


def changed_blocks(before: Gray, now: Gray, moved: Affine) -> NDArray[np.bool_]:
    """Compare a frame with an earlier one, block by block.

    Parameters
    ----------
    before, now : ndarray of uint8, shape (h, w)
        Small and flat. What came into view since counts as paper before.
    moved : Affine
        From the earlier frame to this one.

    Returns
    -------
    ndarray of bool, shape (h // 16, w // 16)
        True where this frame shows something else.
    """
    height, width = now.shape
    there = cv2.warpAffine(before, moved, (width, height), borderValue=PAPER)
    kernel = np.ones((3, 3), np.uint8)  # an error of a pixel in following is no change
    off = cv2.max(cv2.subtract(now, cv2.dilate(there, kernel)), cv2.subtract(cv2.erode(there, kernel), now))
    size = (max(1, width // BLOCK), max(1, height // BLOCK))
    mean = cv2.resize(off, size, interpolation=cv2.INTER_AREA)
    return np.asarray(mean > max(LEAST, OVER_NOISE * float(np.median(mean))))


def touches(blocks: NDArray[np.bool_], rect: Rect) -> bool:
    """Tell whether a rectangle in the small frame holds the middle of a block that changed.

    Examples
    --------
    >>> touches(np.array([[False, True]]), (17.0, 0.0, 30.0, 16.0))
    True
    >>> touches(np.array([[False, True]]), (0.0, 0.0, 15.0, 16.0))
    False
    """
    rows, columns = np.nonzero(blocks)
    x, y = (columns + 0.5) * BLOCK, (rows + 0.5) * BLOCK
    inside = (rect[0] - BLOCK / 2 < x) & (x < rect[2] + BLOCK / 2)
    return bool(np.any(inside & (rect[1] - BLOCK / 2 < y) & (y < rect[3] + BLOCK / 2)))


def is_there(before: Gray, now: Gray, rect: Rect) -> bool:
    """Tell whether a number is still in its place, sharp or not.

    Parameters
    ----------
    before, now : ndarray of uint8, shape (h, w)
        The frame that it is known from and the present one, laid over it; small, flat and softened.
    rect : Rect
        The number.
    """
    more = max(4.0, RING * (rect[3] - rect[1]))
    height, width = now.shape
    left, top = max(0, round(rect[0] - more)), max(0, round(rect[1] - more))
    right, bottom = min(width, round(rect[2] + more)), min(height, round(rect[3] + more))
    if right - left < 6 or bottom - top < 6:
        return False
    one, other = (image[top:bottom, left:right] for image in (before, now))
    return float(cv2.matchTemplate(other, one, cv2.TM_CCOEFF_NORMED)[0, 0]) > THERE


def soften(image: Gray) -> Gray:
    """Blur a small frame so much that blur by motion makes little difference."""
    return np.asarray(cv2.blur(image, (SOFT, SOFT)), np.uint8)
