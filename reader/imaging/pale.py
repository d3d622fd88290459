"""Pale print on clean paper: thermal paper fades, ribbons run dry, carbon copies are weak.

A threshold that knows the page's full ink cuts such print into pieces: its zeros lose their sides, its
fives their bars. On paper without a pattern nothing speaks against a lower one, wherever no strong ink is
near whose blurred edges would be let in too: a part of the strongest ink around each pixel (Bernsen's
thresholds are such, and bring up the grain of paper that is not clean).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

DARKER = 0.08
"""Contrast, in that of full ink, from which a pixel is darker than paper."""
CLEAN = 0.08
"""Part of a page that is darker than paper and no ink, up to which it is clean: receipts and scanned forms
have 0.002 to 0.065, cheques with a pattern and photographs 0.09 to 0.36."""
BUSY = 0.3
"""The same of a pixel's surroundings, ink counted too, from which they have a pattern."""
STRONG = 0.6
"""Strength, in full ink's, from which ink is not pale: light writing on dark needs a high threshold."""
PART = 0.4
"""Threshold where print is pale, in the strongest ink nearby ..."""
TRACE, LEAST = 0.16, (16.0, 28.0)
"""... and at least, in full ink's contrast, and between which grey levels: grain, and what shows through from
the other side, are weaker."""
NEAR = 8
"""Part of a threshold's neighbourhood that is near: the width of a stroke with its edges."""


def lowered(level: Floats, values: Floats, full: float, floor: float, side: int) -> Floats:
    """Lower a threshold where print is pale and paper clean.

    Parameters
    ----------
    level : ndarray of float32, shape (h, w)
        The threshold.
    values : ndarray of float32, shape (h, w)
        Flattened ink, bright.
    full : float
        Contrast of full ink.
    floor : float
        Contrast that noise may reach.
    side : int
        Of the neighbourhood that the threshold was made from, in pixels.

    Returns
    -------
    ndarray of float32, shape (h, w)
        Nowhere higher than before.
    """
    darker = values > max(floor, DARKER * full)
    if float(np.mean(darker & (values <= level))) >= CLEAN:
        return level
    around = (3 * side, 3 * side)
    busy = cv2.boxFilter(darker.astype(np.float32), cv2.CV_32F, around, borderType=cv2.BORDER_REFLECT)
    near = max(3, side // NEAR) | 1
    strongest = cv2.blur(cv2.dilate(values, np.ones((near, near), np.uint8)), (near, near))
    # Nought, but where a shadow was not taken out.
    paper = cv2.blur(cv2.erode(values, np.ones((side, side), np.uint8)), (side, side))
    least = max(floor, float(np.clip(TRACE * full, *LEAST)))
    pale = paper + np.maximum(PART * cv2.subtract(strongest, paper), least)
    where = (np.asarray(busy) < BUSY) & (np.asarray(strongest) < STRONG * full)
    return np.where(where, np.minimum(level, pale), level).astype(np.float32)
