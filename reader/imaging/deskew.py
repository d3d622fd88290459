"""Skew: by how much a page's text lines are turned, and turning them level.

At the angle of the lines their projection falls into dark rows and white gaps. That was patented by
Postl (US 4,723,297, 1988; "Detection of linear oblique structures and skew scan in digitized documents",
ICPR 1986); Bloomberg, Kopec and Dasari ("Measuring document image skew and orientation",
doi:10.1117/12.205832) score the profile by the sum of its squared differences, which looks at the sharp
feet and heads of lines and not at the amount of ink. Like theirs, the search is coarse to fine on a
shrunk page, and the peak must stand out before it is believed.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.geometry import compose, invert, rotation
from reader.types import InkPage

Points = tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]
"""x, y and weight of pixels that have ink."""

NEAR, LIMIT = 15.0, 45.0
"""Largest angle that is looked for at first, and where none up to that stands out, in degrees: beyond the
latter a page lies, which only reading tells."""
LEAST = 0.4
"""Smaller angles are left alone: turning would cost sharpness and gain nothing."""
LONGEST = 800
"""Longest side of the shrunk page, in pixels, give or take a third."""
GAIN = 1.1
"""How much better than a straight page's the score must be before the page is turned, as a ratio."""
PEAK = 4.0
"""How far the score must stand above its median over all angles, as a ratio ..."""
SHARP = 2.0
"""... and above the better of those `ASIDE` to its sides: what is short has a blunt peak."""
ASIDE = 4.0
"""Degrees."""
ALONE = 0.1
"""Edges within this part of the page's height from the sharpest one do not count as proof: the bar of one
large "7", or one underline, is not a page of lines."""


def estimate_skew(ink: NDArray[np.bool_]) -> float:
    """Find the angle by which the text lines of a page are turned.

    Parameters
    ----------
    ink : ndarray of bool, shape (h, w)

    Returns
    -------
    float
        Degrees counter-clockwise, within ±45; 0.0 where no angle stands out or it is too small to matter.

    Examples
    --------
    >>> page = np.zeros((400, 400), bool)
    >>> page[20:380:20] = page[21:380:20] = True
    >>> estimate_skew(page)
    0.0
    """
    if not ink.any():
        return 0.0
    small = _shrunk(ink)
    half = np.asarray(cv2.pyrDown(small), np.uint8)
    for limit, power in ((NEAR, 1), (LIMIT, 2)):
        coarse, fine = _points(half, power), _points(small, power)
        if not coarse[0].size:
            return 0.0
        peak = _peak(coarse, limit)
        if peak is not None:
            break
    else:
        return 0.0
    near = peak + np.arange(-1.0, 1.01, 0.1)
    close = [_score(fine, a) for a in near]
    if max(close) < GAIN * _score(fine, 0.0):
        return 0.0
    angle = float(near[int(np.argmax(close))])
    angle = round(min(max(angle, -LIMIT), LIMIT), 1)
    return angle if abs(angle) >= LEAST else 0.0


def _peak(points: Points, limit: float) -> float | None:
    """Find the whole angle at which the score stands out, among those up to a limit."""
    angles = np.arange(-limit - ASIDE, limit + ASIDE + 0.5, 1.0)
    scores = np.array([_score(points, a, apart=ALONE) for a in angles])
    best = int(np.argmax(scores))
    if abs(angles[best]) > limit:
        return None
    beside = max(scores[best - int(ASIDE)], scores[best + int(ASIDE)])
    if scores[best] < PEAK * np.median(scores) or scores[best] < SHARP * beside:
        return None
    return float(angles[best])


def turn(page: InkPage, degrees: float) -> InkPage:
    """Turn a page counter-clockwise; nothing is cut off.

    To level lines that `estimate_skew` finds turned by an angle, turn by its negative.

    Parameters
    ----------
    page : InkPage
    degrees : float

    Returns
    -------
    InkPage
        `to_page` still leads to the pixels of the page. `page` itself where there is nothing to turn.
    """
    if degrees == 0.0:
        return page
    height, width = page.ink.shape
    affine, size = rotation(width, height, degrees)
    # OpenCV counts from pixel centres, the affine maps from pixel corners.
    shifted = affine.copy()
    shifted[:, 2] += affine[:, :2] @ (0.5, 0.5) - 0.5
    soft = cv2.warpAffine(page.ink.astype(np.uint8) * 255, shifted, size, flags=cv2.INTER_LINEAR)
    gray = cv2.warpAffine(page.gray, shifted, size, flags=cv2.INTER_LINEAR)
    return InkPage(soft >= 128, np.asarray(gray, np.uint8), compose(page.to_page, invert(affine)))


def _shrunk(ink: NDArray[np.bool_]) -> NDArray[np.uint8]:
    """Shrink by area, by a whole number, to about `LONGEST`: 0 for white, 255 for full ink."""
    mask = ink.view(np.uint8)
    step = max(1, round(max(mask.shape) / LONGEST))
    height, width = (max(1, side // step) for side in mask.shape)
    whole = np.ascontiguousarray(mask[: height * step, : width * step]) * np.uint8(255)
    return np.asarray(cv2.resize(whole, (width, height), interpolation=cv2.INTER_AREA), np.uint8)


def _points(small: NDArray[np.uint8], power: int) -> Points:
    """List the pixels with ink, measured from the middle."""
    rows, cols = np.nonzero(small > 24)
    height, width = small.shape
    # A pixel is a square, not a point. Points on whole rows would fall into whole bins at 0 degrees and into
    # a beat of full and empty ones beside it; the golden ratio spreads them evenly over the square's height.
    # Its multiples climb as lines at 31.7 degrees do, and would be taken for such; those of squares do not.
    spread = (cols**power * 0.6180339887) % 1.0 - 0.5
    x, y = cols - width / 2, rows - height / 2 + spread
    return x.astype(np.float32), y.astype(np.float32), small[rows, cols].astype(np.float32)


def _profile(points: Points, degrees: float) -> NDArray[np.float64]:
    """Give the squared differences of the projection along lines turned by an angle."""
    x, y, weight = points
    angle = np.deg2rad(degrees)
    across = x * np.float32(np.sin(angle)) + y * np.float32(np.cos(angle))
    row = np.rint(across - across.min()).astype(np.intp)
    return np.diff(np.bincount(row, weight), prepend=0.0, append=0.0) ** 2


def _score(points: Points, degrees: float, *, apart: float = 0.0) -> float:
    """Give the differential square sum, without `apart` of the height to both sides of the sharpest edge."""
    edges = _profile(points, degrees)
    if apart:
        sharpest, reach = int(np.argmax(edges)), round(apart * edges.size)
        edges[max(sharpest - reach, 0) : sharpest + reach + 1] = 0.0
    return float(edges.sum())
