"""Focus: how noisy and how blurred a page is, and undoing what can be undone before it is thresholded."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Gray = NDArray[np.uint8]

BLURRED = 5.6
"""Width of edges, in pixels, from which a page counts as blurred ..."""
FEWEST = 200
"""Fewer pixels on edges than this tell nothing."""
FAINTEST = 24
"""Contrast in grey levels from which a pixel may be ink."""
MOST_BLUR = 14.0
"""... and beyond which nothing more is undone."""
SHARPEN = 1.5
"""How much of the difference to the surroundings is added."""
GRAINY, VERY_GRAINY = 2.5, 5.0
"""Noise in grey levels above which a page, and a large one, is freed of it before it is enlarged."""
LARGE = 2_500_000
"""Pixels from which a page is large."""
ALIKE, PATCH, WINDOW = 1.3, 3, 11
"""How far patches that look alike may differ, in the noise's standard deviations; side of a patch, and of the
window in which they are looked for, in pixels."""
NOISY = 2.0
"""Noise in grey levels above which paper is smoothed before it is thresholded."""


def noise(contrast: Gray) -> float:
    """Estimate the noise of the paper in grey levels (Immerkaer, doi:10.1006/cviu.1996.0060, by median)."""
    kernel = np.array([[1, -2, 1], [-2, 4, -2], [1, -2, 1]], np.float32)
    part = _bands(contrast, 16, max(1, contrast.size // 500_000))
    response = np.abs(cv2.filter2D(part, cv2.CV_32F, kernel))
    return float(np.median(response)) / 6.0 / 0.6745


def smooth(contrast: Gray) -> Gray:
    """Blur away sensor noise and halftone dots, no more than they need.

    Parameters
    ----------
    contrast : ndarray of uint8, shape (H, W)

    Returns
    -------
    ndarray of uint8, shape (H, W)
        As given where the paper is calm.
    """
    calm = contrast
    for sigma in (0.8, 1.3, 1.9):
        if noise(calm) < NOISY:
            break
        calm = np.asarray(cv2.GaussianBlur(contrast, (0, 0), sigma), np.uint8)
    return calm


def denoise(gray: Gray) -> Gray:
    """Take a sensor's noise from a page before it is enlarged, which would hide it, and keep the edges.

    A mean of what looks alike (Buades, Coll and Morel, doi:10.5201/ipol.2011.bcm_nlm) leaves strokes of two
    pixels as sharp as they are; blurring does not. Large pages are blurred all the same: that is far quicker,
    and their strokes are wider.

    Parameters
    ----------
    gray : ndarray of uint8, shape (H, W)

    Returns
    -------
    ndarray of uint8, shape (H, W)
        As given where the paper is calm.
    """
    level = noise(gray)
    if gray.size > LARGE:
        return smooth(gray) if level > VERY_GRAINY else gray
    if level <= GRAINY:
        return gray
    return np.asarray(cv2.fastNlMeansDenoising(gray, None, ALIKE * level, PATCH, WINDOW), np.uint8)


def full_ink(contrast: Gray) -> float:
    """Give the contrast of full ink: the upper end, large dark areas left out.

    Parameters
    ----------
    contrast : ndarray of uint8, shape (H, W)
    """
    step = max(2, max(contrast.shape) // 1000)
    part = contrast[::step, ::step]
    side = max(9, min(part.shape) // 12) | 1
    solid = cv2.morphologyEx(
        part, cv2.MORPH_OPEN, np.ones((side, side), np.uint8), borderType=cv2.BORDER_REPLICATE
    )
    marks = np.asarray(cv2.subtract(part, solid))
    marks = marks[marks > FAINTEST]
    return float(np.percentile(marks, 95)) if marks.size else 0.0


def sharpen(contrast: Gray) -> Gray:
    """Undo some of the blur of a page out of focus: unsharp masking, as wide as its edges are.

    Where edges are as narrow as on a scan the page is returned as it is. The holes of a blurred 8 stay
    above any threshold that keeps its strokes; the difference to the surroundings shows them.

    Parameters
    ----------
    contrast : ndarray of uint8, shape (H, W)

    Returns
    -------
    ndarray of uint8, shape (H, W)
    """
    part = _bands(contrast, 64, 1 if contrast.size < 2_000_000 else 4)
    across = cv2.Sobel(part, cv2.CV_32F, 1, 0, scale=1 / 8)
    down = cv2.Sobel(part, cv2.CV_32F, 0, 1, scale=1 / 8)
    full = full_ink(contrast)
    # An edge is where the contrast is half of full ink's; how much of the page is ink does not matter.
    edge = (part > 0.4 * full) & (part < 0.6 * full)
    if np.count_nonzero(edge) < FEWEST:
        return contrast
    width = full / max(float(np.percentile(cv2.magnitude(across, down)[edge], 97)), 1.0)
    if width < BLURRED:
        return contrast
    soft = cv2.GaussianBlur(contrast, (0, 0), min(width, MOST_BLUR) / 2)
    return np.asarray(cv2.addWeighted(contrast, 1 + SHARPEN, soft, -SHARPEN, 0), np.uint8)


def _bands(gray: Gray, height: int, every: int) -> Gray:
    """Take one band of rows in so many, whole rows side by side: enough to measure a page by."""
    if every == 1 or gray.shape[0] < height * every:
        return gray
    rows = gray[: gray.shape[0] // height * height].reshape(-1, height, gray.shape[1])
    return np.ascontiguousarray(rows[::every]).reshape(-1, gray.shape[1])
