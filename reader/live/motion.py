"""Follows the page: where the numbers of one frame are in the next ones.

Corners of the ink around the numbers are followed by optical flow (Lucas and Kanade, in pyramids, after
Bouguet), always from one keyframe, so that nothing drifts; a robust affine map goes through them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.geometry import Affine, apply, identity
from reader.live.tracks import Rect

Gray = NDArray[np.uint8]
Points = NDArray[np.float32]

WIDTH = 640
"""Frames are followed at this width."""
CORNERS = 100
"""Corners at the numbers, and as many elsewhere."""
FEWEST = 8
"""Fewer corners than this tell no motion."""
AGREE = 0.4
"""Part of the corners at the numbers that must agree on one motion."""
OFF = 2.0
"""Pixels (of the small frame) that a corner may be off it."""
WINDOW = (17, 17)
LIGHT = 41
"""Side of the neighbourhood, in pixels, against which light is evened out."""


def flatten(small: Gray) -> Gray:
    """Even out the light, so that a page that is dimmed or in a shadow looks the same.

    Parameters
    ----------
    small : ndarray of uint8, shape (h, w)

    Returns
    -------
    ndarray of uint8, shape (h, w)
        128 where a pixel is as bright as its neighbourhood.
    """
    mean = np.asarray(cv2.blur(small, (LIGHT, LIGHT))) // 2 + 3  # halved, so that it stays in a byte
    return np.asarray(cv2.divide(small, mean, scale=64.0), np.uint8)


@dataclass(frozen=True, slots=True)
class Keyframe:
    """What later frames are followed from.

    Attributes
    ----------
    image : ndarray of uint8, shape (h, w)
        Small and flat.
    points : ndarray of float32, shape (N, 2)
        Corners in it, those at the numbers first.
    own : int
        How many those are.
    """

    image: Gray
    points: Points
    own: int


def keyframe(image: Gray, rects: Sequence[Rect]) -> Keyframe:
    """Choose what to follow: corners of the ink in and around the numbers, and of all else.

    Parameters
    ----------
    image : ndarray of uint8, shape (h, w)
        Small and flat.
    rects : sequence of Rect
        The numbers, in its pixels.
    """
    mask = np.zeros(image.shape, np.uint8)
    for left, top, right, bottom in rects:
        more = 0.7 * (bottom - top)
        first, last = (round(left - more), round(top - more)), (round(right + more), round(bottom + more))
        cv2.rectangle(mask, first, last, 255, cv2.FILLED)
    own = _corners(image, mask)
    return Keyframe(image, np.vstack([own, _corners(image, cv2.bitwise_not(mask))]), len(own))


def _corners(image: Gray, mask: NDArray[np.uint8] | cv2.typing.MatLike) -> Points:
    found = cv2.goodFeaturesToTrack(image, CORNERS, 0.05, 4, mask=mask)
    return np.zeros((0, 2), np.float32) if found is None else np.asarray(found, np.float32).reshape(-1, 2)


def follow(key: Keyframe, image: Gray, guess: Affine) -> tuple[Affine, float] | None:
    """Find the map from a keyframe to another frame.

    Parameters
    ----------
    key : Keyframe
    image : ndarray of uint8, shape (h, w)
        The other frame, small and flat.
    guess : Affine
        About where it is: the map to the frame before.

    Returns
    -------
    (Affine, float) or None
        The map, and the part of the corners at the numbers that agree on it; None where too few do.
    """
    if key.own < FEWEST:
        return None
    # A jerk that zooms too takes corners farther than they are looked for: then from where all of it went.
    return _followed(key, image, guess) or _followed(key, image, shift(key.image, image)[0])


def _followed(key: Keyframe, image: Gray, guess: Affine) -> tuple[Affine, float] | None:
    """Find the map by corners that lie about where a guess says."""
    begin = apply(guess, key.points.astype(float)).astype(np.float32)
    ended, state, _ = cv2.calcOpticalFlowPyrLK(
        key.image,
        image,
        key.points.reshape(-1, 1, 2),
        begin.reshape(-1, 1, 2).copy(),
        winSize=WINDOW,
        maxLevel=3,
        flags=cv2.OPTFLOW_USE_INITIAL_FLOW,
    )
    after, kept = np.asarray(ended, np.float32).reshape(-1, 2), state.ravel() > 0
    mine = kept & (np.arange(len(kept)) < key.own)
    if np.count_nonzero(mine) < FEWEST:
        return None
    found = _robust(key.points[mine], after[mine], key.own)
    # What else moves like the numbers is the same page, and steadies the map far from them.
    return None if found is None else (_refined(found[0], key.points[kept], after[kept]), found[1])


def _robust(before: Points, after: Points, total: int) -> tuple[Affine, float] | None:
    """Fit an affine map, or one that only turns and scales where the corners lie on one line."""
    spread = np.linalg.eigvalsh(np.cov(before.T))
    fit = cv2.estimateAffine2D if spread[0] > 0.02 * spread[1] else cv2.estimateAffinePartial2D
    found, inliers = fit(before, after, method=cv2.RANSAC, ransacReprojThreshold=OFF)
    if found is None:
        return None
    part = float(np.count_nonzero(inliers)) / total
    stretch = np.linalg.svd(found[:, :2], compute_uv=False)
    sane = stretch[1] > 0.5 and stretch[0] < 2.0 and stretch[0] < 1.3 * stretch[1]
    if np.count_nonzero(inliers) < FEWEST or part < AGREE or not sane:
        return None
    return np.asarray(found), part


def _refined(found: Affine, before: Points, after: Points) -> Affine:
    """Fit a map again, by least squares, to all corners that go about where it says."""
    exact = before.astype(float)
    near = np.hypot(*(apply(found, exact) - after).T) < 2 * OFF
    if np.count_nonzero(near) < FEWEST:
        return found
    points = np.hstack([exact[near], np.ones((np.count_nonzero(near), 1))])
    solved, _, rank, _ = np.linalg.lstsq(points, after[near].astype(float), rcond=None)
    return np.asarray(solved.T) if rank == 3 else found


def shift(before: Gray, after: Gray) -> tuple[Affine, float]:
    """Find by how much a frame is shifted, all of it at once; works where blur leaves no corners.

    Returns
    -------
    affine : Affine
        A translation.
    response : float
        0 where nothing fits, 1 where all does.
    """
    scale = 0.25
    one, other = (
        cv2.resize(image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA).astype(np.float32)
        for image in (before, after)
    )
    window = cv2.createHanningWindow(one.shape[::-1], cv2.CV_32F)
    (dx, dy), response = cv2.phaseCorrelate(one, other, window)
    found = identity()
    found[:, 2] = dx / scale, dy / scale
    return found, float(response)


def settle(shown: Affine, now: Affine, size: tuple[int, int], still: float) -> Affine:
    """Keep a map that hardly moves as it is, so that what is drawn with it stands still.

    Parameters
    ----------
    shown, now : Affine
        The map that was drawn with, and the one of this frame.
    size : (int, int)
        Width and height of what is mapped.
    still : float
        Pixels within which nothing moves.
    """
    width, height = size
    ends = np.array([[0, 0], [width, 0], [0, height], [width, height]], float)
    off = np.abs(apply(shown, ends) - apply(now, ends)).max()
    return shown if off < still else now
