"""Writing that lies along a pale rule: a 1 drawn on a wall, the bar of a 7 on a line of squared paper.

It is as thin, long and straight as the rule, and goes with it. Where rules are much paler than the writing,
as those of exercise books and of forms in colour, its strength tells it from them.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.faint_rules import FAINT, FEWEST
from reader.imaging.runs import runs_of
from reader.imaging.segment import find_components

Mask = NDArray[np.bool_]
Bright = NDArray[np.uint8]

BETWEEN = 0.5
"""How far from the rules' strength to the writing's a pixel of writing is at least."""
PIECE = 1.0
"""Least area of what is put back, in squares of the width of strokes."""
HIDDEN, DASH = 2.5, 0.05
"""Longest stretch of a pale rule that was not found, and shortest piece of it, in shortest lengths of one."""


def between(gray: Bright, taken: Mask, left: Mask) -> float | None:
    """Give the grey level between rules and writing.

    Parameters
    ----------
    gray : ndarray of uint8, shape (h, w)
        The page's flattened ink, bright.
    taken, left : ndarray of bool, shape (h, w)
        Ink of the rules, and all other ink.

    Returns
    -------
    float or None
        None where rules and writing are about as strong, or one of them is next to nothing.
    """
    rules, writing = _median(gray, taken), _median(gray, left)
    if rules is None or writing is None or rules >= FAINT * writing:
        return None
    return rules + BETWEEN * (writing - rules)


def strong_on_rules(gray: Bright, taken: Mask, level: float, stroke: float) -> Mask:
    """Find what was taken with pale rules and is as strong as the writing.

    Parameters
    ----------
    gray : ndarray of uint8, shape (h, w)
        The page's flattened ink, bright.
    taken : ndarray of bool, shape (h, w)
        Ink of the rules.
    level : float
        What `between` gives.
    stroke : float
        Width of strokes in pixels.

    Returns
    -------
    ndarray of bool, shape (h, w)
    """
    found = np.zeros(taken.shape, bool)
    for part in find_components(taken & (gray > level), min_area=max(4, round(PIECE * stroke**2))):
        x, y, w, h = part.box
        found[y : y + h, x : x + w] |= part.mask
    return found


def pale_along_rules(gray: Bright, rules: Mask, left: Mask, level: float, length: int) -> Mask:
    """Find what is left of pale level rules where they were too short: between two rows of writing.

    Parameters
    ----------
    gray : ndarray of uint8, shape (h, w)
        The page's flattened ink, bright.
    rules, left : ndarray of bool, shape (h, w)
        The level rules, and all ink that is none.
    level : float
        What `between` gives.
    length : int
        Of the shortest rule, in pixels.

    Returns
    -------
    ndarray of bool, shape (h, w)
    """
    across = np.ones((5, 1), np.uint8)
    thick = np.asarray(cv2.dilate(rules.astype(np.uint8), across), np.uint8)
    along = runs_of(thick).closed(round(HIDDEN * length)).mask() > 0
    return runs_of(along & left & (gray <= level)).opened(round(DASH * length) | 1).mask() > 0


def _median(gray: Bright, where: Mask) -> float | None:
    """Give the median of grey levels in a mask; None where it is next to empty."""
    counts = np.cumsum(cv2.calcHist([gray], [0], where.view(np.uint8), [256], [0, 256]))
    if counts[-1] < FEWEST:
        return None
    return float(np.searchsorted(counts, counts[-1] / 2))
