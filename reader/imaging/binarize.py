"""Ink: which pixels of a page somebody wrote or printed on.

The paper's brightness is estimated by a morphological closing at low resolution, which follows
shadows and gradients but not strokes; dividing by it leaves the ink's contrast. A local threshold
after Wolf and Jolion ("Extraction and recognition of artificial text in multimedia documents",
doi:10.1007/s10044-003-0197-7), a form of Sauvola's (doi:10.1016/S0031-3203(99)00055-2) that
normalises by the page's own contrast, then decides by neighbourhood; both means come from box filters.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.focus import denoise, full_ink, noise, sharpen, smooth
from reader.imaging.geometry import invert, scaling
from reader.imaging.negative import invert_fields
from reader.imaging.pale import lowered
from reader.imaging.small_print import AS_IT_IS, ENLARGED, enlargement
from reader.options import InkOptions
from reader.types import InkPage, Page

Gray = NDArray[np.uint8]

BLACK = 10
"""Paper darker than this, in grey levels, holds no writing."""
LEANS, LOCALLY = 0.5, 0.02
"""Skewness of the detail from which writing is light, and of the detail measured by its own contrast."""
FLAT = 8.0
"""Contrast in grey levels, a standard deviation, which says nothing of the writing's polarity."""
SMALL = 1_500_000
"""Pixels up to which a page is enlarged whatever is on it."""


def to_gray(image: NDArray[np.uint8]) -> Gray:
    """Reduce colour to the channel in which a pen of any colour is darkest.

    On paper, which is bright in all three channels, every ink is dark in at least one: red ink has
    half the contrast in luminance that it has in blue.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W) or (H, W, 3)

    Returns
    -------
    ndarray of uint8, shape (H, W)
    """
    if image.ndim == 2:
        return image
    blue, green, red = cv2.split(image)
    return np.asarray(cv2.min(cv2.min(blue, green), red), np.uint8)


def is_light_on_dark(gray: Gray) -> bool:
    """Tell whether the writing is brighter than what it stands on.

    Ink is sparse, so the detail that is left when the local mean is taken away leans towards it. A bright
    table beside a grey page leans the other way, and strongly, but only along the page's edge: so the detail
    must lean that way too where it is measured by the contrast around each pixel.
    """
    small = _shrunk(gray, 800).astype(np.float32)
    side = max(5, min(small.shape) // 8)
    mean = cv2.boxFilter(small, -1, (side, side), borderType=cv2.BORDER_REFLECT)
    square = cv2.sqrBoxFilter(small, -1, (side, side), borderType=cv2.BORDER_REFLECT)
    detail = small - mean
    power = detail * detail
    if np.mean(power * detail) <= np.mean(power) ** 1.5 * LEANS:
        return False
    local = detail / np.sqrt(np.maximum(square - mean * mean, 0) + FLAT * FLAT)
    return bool(np.mean(local * local * local) > LOCALLY)


def paper(gray: Gray) -> Gray:
    """Estimate the brightness of the paper under the ink.

    Parameters
    ----------
    gray : ndarray of uint8, shape (H, W), dark ink

    Returns
    -------
    ndarray of uint8, shape (H, W)
    """
    small = np.asarray(cv2.medianBlur(_shrunk(gray, 320), 3), np.uint8)
    side = max(3, round(max(small.shape) / 7)) | 1
    smooth = cv2.GaussianBlur(_closed(small, side // 2), (0, 0), side / 6, borderType=cv2.BORDER_REPLICATE)
    return np.asarray(cv2.resize(smooth, gray.shape[::-1], interpolation=cv2.INTER_LINEAR), np.uint8)


def _closed(gray: Gray, radius: int) -> Gray:
    """Close with an octagon, a square and a diamond in turn: as round as needed, and six times faster than
    a disc, which cannot be taken apart."""
    diamond = round(radius * (2 - 2**0.5))
    side = 2 * (radius - diamond) + 1
    square = cv2.getStructuringElement(cv2.MORPH_RECT, (side, side))
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    for step in (cv2.dilate, cv2.erode):
        gray = np.asarray(step(gray, square, borderType=cv2.BORDER_REPLICATE), np.uint8)
        gray = np.asarray(step(gray, cross, iterations=diamond, borderType=cv2.BORDER_REPLICATE), np.uint8)
    return gray


def flatten(gray: Gray) -> Gray:
    """Take the paper away: 0 where there is paper, the more the darker the ink, relative to the paper.

    Parameters
    ----------
    gray : ndarray of uint8, shape (H, W), dark ink

    Returns
    -------
    ndarray of uint8, shape (H, W)
    """
    ground = paper(gray)
    ratio = cv2.divide(gray, np.maximum(ground, 1), scale=255.0)
    # Where all is black there is nothing to be darker than.
    return np.where(ground < BLACK, np.uint8(0), np.asarray(cv2.bitwise_not(ratio), np.uint8))


def threshold(contrast: Gray, window: int, k: float) -> NDArray[np.bool_]:
    """Tell ink from paper by neighbourhood.

    Parameters
    ----------
    contrast : ndarray of uint8, shape (H, W)
        Flattened ink, bright.
    window : int
        Side of the neighbourhood in pixels, about two characters.
    k : float
        Lower finds fainter ink and more texture.

    Returns
    -------
    ndarray of bool, shape (H, W)
    """
    # Means over a neighbourhood change slowly: on large pages every second or fourth pixel tells them.
    step = 1 if contrast.size < 1_000_000 else 2 if contrast.size < 4_000_000 else 4
    values = contrast[::step, ::step].astype(np.float32)
    side = max(3, window // step) | 1
    mean = cv2.boxFilter(values, cv2.CV_32F, (side, side), borderType=cv2.BORDER_REFLECT)
    square = cv2.sqrBoxFilter(values, cv2.CV_32F, (side, side), borderType=cv2.BORDER_REFLECT)
    spread = np.sqrt(np.maximum(square - mean * mean, 0))
    full = full_ink(contrast)
    floor = max(14.0, 3.0 * noise(contrast))
    # Wolf: the threshold rises from the mean towards full ink where the neighbourhood is calm.
    most = max(float(np.percentile(spread[::2, ::2], 99)), 1.0)
    level = mean + k * (1.0 - np.minimum(spread / most, 1.0)) * np.maximum(full - mean, 0)
    rest = cv2.resize(texture(contrast, full, 3 * window), values.shape[::-1], interpolation=cv2.INTER_LINEAR)
    level = np.maximum(
        np.minimum(level, max(0.55 * full, floor)), np.clip(rest, floor, max(0.6 * full, floor))
    )
    level = lowered(level, values, full, floor, side)
    whole = cv2.resize(level.astype(np.uint8), contrast.shape[::-1], interpolation=cv2.INTER_LINEAR)
    return np.asarray(contrast > whole)


def texture(contrast: Gray, full: float, window: int) -> NDArray[np.float32]:
    """Tell how dark the paper's own pattern gets: guilloche, rulings, grain, show-through.

    Parameters
    ----------
    contrast : ndarray of uint8, shape (H, W)
    full : float
        Contrast of full ink; what comes near it is left out of the estimate, with its surroundings.
    window : int
        Side of the neighbourhood in pixels; a pattern fills one, faint writing does not.

    Returns
    -------
    ndarray of float32
        Mean and two standard deviations of what is left; small, to be stretched over the page.
    """
    step = 1 if contrast.size < 400_000 else 4
    part = contrast[::step, ::step]
    side = max(3, window // step) | 1
    near = cv2.dilate(
        (part > 0.55 * full).astype(np.uint8), np.ones((3, 3), np.uint8), iterations=4 // step + 1
    )
    weight = (1 - near).astype(np.float32)
    values = part.astype(np.float32) * weight

    def mean(x: NDArray[np.float32]) -> NDArray[np.float32]:
        return np.asarray(
            cv2.boxFilter(x, cv2.CV_32F, (side, side), borderType=cv2.BORDER_REFLECT), np.float32
        )

    share = np.maximum(mean(weight), 0.02)
    centre = mean(values) / share
    spread = np.sqrt(np.maximum(mean(values * values) / share - centre * centre, 0))
    return np.asarray(centre + 2.0 * spread, np.float32)


def working_scale(height: int, width: int, options: InkOptions) -> float:
    """Choose by how much to enlarge or shrink a page before thresholding.

    Small images are enlarged twice, so that the threshold falls between their few pixels.

    Parameters
    ----------
    height, width : int
        Of the page.
    options : InkOptions
    """
    pixels = height * width
    if pixels > options.max_pixels:
        return float((options.max_pixels / pixels) ** 0.5)
    scale = 2.0 if pixels < SMALL else 1.0
    return min(max(scale, options.min_side / min(height, width)), 4.0)


def find_ink(page: Page, options: InkOptions | None = None) -> InkPage:
    """Find the ink of a page.

    Parameters
    ----------
    page : Page
    options : InkOptions, optional

    Returns
    -------
    InkPage
    """
    options = options or InkOptions()
    height, width = page.image.shape[:2]
    scale = working_scale(height, width, options)
    # What is shrunk is shrunk first: the rest then costs what the small page costs.
    image = _scaled(page.image, scale) if scale < 1 else page.image
    gray = to_gray(image)
    if is_light_on_dark(gray):
        gray = np.asarray(cv2.bitwise_not(gray if image.ndim == 2 else image.max(axis=2)), np.uint8)
    gray = denoise(gray)
    inked = _ink_of(_scaled(gray, scale) if scale > 1 else gray, page, options)
    # Once more, larger, where the print is small even so.
    if scale in (1.0, 2.0):
        factor = enlargement(inked.ink, AS_IT_IS if scale == 1.0 else ENLARGED)
        if factor > 1.0:
            inked = _ink_of(_scaled(gray, factor * scale), page, options)
    return invert_fields(inked)


def _ink_of(gray: Gray, page: Page, options: InkOptions) -> InkPage:
    """Find the ink of a page from its grey levels, dark ink, at the size to work at."""
    contrast = sharpen(smooth(flatten(gray)))
    window = max(31, min(contrast.shape) // 12)
    ink = threshold(contrast, min(window, 101), options.sensitivity)
    height, width = page.image.shape[:2]
    to_page = invert(scaling(contrast.shape[1] / width, contrast.shape[0] / height))
    return InkPage(ink, contrast, to_page)


def _scaled(image: NDArray[np.uint8], scale: float) -> NDArray[np.uint8]:
    """Enlarge or shrink a page."""
    height, width = image.shape[:2]
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    way = cv2.INTER_CUBIC if scale > 1 else cv2.INTER_AREA
    return np.asarray(cv2.resize(image, size, interpolation=way), np.uint8)


def _shrunk(gray: Gray, longest: int) -> Gray:
    """Shrink by area so that the longest side has at most `longest` pixels."""
    step = max(gray.shape) / longest
    return gray if step <= 1 else _scaled(gray, 1 / step)
