"""Tells frames that are too blurred to add anything."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

REACH = 17
"""Pixels over which an edge may rise: wider ones count as no steeper than noise."""
UNREADABLE = 0.2
"""Steepness below which numbers fall apart: half of them were lost on clips that went out of focus."""
WORSE = 0.8
"""A frame this much less steep than the best of late is blurred."""
MEMORY = 6.0
"""Seconds after which the best of late counts half as much less: a page that is farther away is no blur."""


def steepness(gray: NDArray[np.uint8]) -> float:
    """Measure how steep the edges are: the part of its rise that an edge makes from one pixel to the next.

    Motion blurs edges of one direction only, so the worse of both is given. Light and contrast of
    the page cancel out.

    Parameters
    ----------
    gray : ndarray of uint8, shape (H, W)

    Returns
    -------
    float
        About 0.5 for a sharp frame, 0.2 where numbers can no longer be read; 0 without edges.
    """
    if min(gray.shape) < 2 * REACH:
        return 0.0
    across = _steepness_across(gray[::2])
    return min(across, _steepness_across(np.ascontiguousarray(gray[:, ::2].T)))


def _steepness_across(rows: NDArray[np.uint8]) -> float:
    kernel = np.ones((1, REACH), np.uint8)
    rise = np.asarray(cv2.subtract(cv2.dilate(rows, kernel), cv2.erode(rows, kernel)))[::2]
    slope = np.abs(cv2.Sobel(rows, cv2.CV_16S, 1, 0, ksize=3))[::2] / 4.0
    full = float(np.percentile(rise[::2, ::4], 99))
    edges = rise > max(0.6 * full, 8.0)
    if np.count_nonzero(edges) < 4 * REACH:
        return 0.0
    return float(np.percentile(slope[edges], 97) / full)


class BlurGate:
    """Remembers how sharp frames were, and tells which are blurred."""

    def __init__(self) -> None:
        self._best, self._time = 0.0, 0.0

    def is_blurred(self, steep: float, time: float) -> bool:
        """Judge a frame.

        Parameters
        ----------
        steep : float
            Its `steepness`.
        time : float
            Seconds; never less than at the last call.
        """
        self._best *= 0.5 ** ((time - self._time) / MEMORY)
        self._time = time
        self._best = max(self._best, steep)
        return steep < max(UNREADABLE, WORSE * self._best)
