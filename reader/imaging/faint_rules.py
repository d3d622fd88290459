"""Rules that are printed fainter than the writing: pale blue or red lines, photographed in poor light.

The threshold that finds the writing finds them in pieces, which are too short for rules and stay as dots and
dashes between the digits; and no wall parts what stands in two cells. The same happens to all rules of a
photograph with so little contrast that the threshold lies high above the paper. Along a line the eye needs
far less contrast than for a dot. So where the rules that were found are faint, or the threshold cut into
them, they are looked for once more at a lower one: what is thin, long and brighter than what lies on both
sides (a white top hat, as for vessels and roads: Soille, "Morphological Image Analysis",
doi:10.1007/978-3-662-05088-0).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.connected import turned
from reader.imaging.runs import lying_on, runs_of

Mask = NDArray[np.bool_]
Bright = NDArray[np.uint8]

FAINT = 0.6
"""Strength of the rules, in the writing's, below which they are faint."""
STRONGEST, PALE = 90, 0.3
"""The same in the strength of the strongest ink, a percentile: where rules are most of the ink, they are what
is typical."""
WEAKEST, CUT = 10, (0.5, 0.8)
"""Percentile of the rules' strength, and its least and most, in the writing's, where the threshold cut them
(it is never higher: such rules are of one strength) ..."""
BESIDE = 0.38
"""... and least strength, in the writing's, of what lies beside them then: beside a sharp rule is paper."""
LEAST, PART = 12, 0.1
"""Least strength of a faint rule, in grey levels, and in the writing's."""
BARE = 0.75
"""Least part of one that no writing crosses."""
FEWEST = 200
"""Pixels of rules that tell how strong these are."""


def faint_rules(gray: Bright, ink: Mask, rules: Mask, length: int, thickness: int) -> Mask | None:
    """Find the pixels of faint rules that the ink lacks.

    Parameters
    ----------
    gray : ndarray of uint8, shape (h, w)
        The page's flattened ink, bright.
    ink : ndarray of bool, shape (h, w)
    rules : ndarray of bool, shape (h, w)
        Pixels of those rules that the ink shows.
    length, thickness : int
        Of the shortest and the thickest rule, in pixels.

    Returns
    -------
    ndarray of bool, shape (h, w), or None
        None where the rules are as strong as the writing and whole, or there are none.
    """
    own, all_ink = gray[rules & ink], gray[ink]
    if own.size < FEWEST:
        return None
    usual = float(np.median(all_ink))
    weakest, middle = np.percentile(own, (WEAKEST, 50))
    cut = CUT[0] <= weakest / usual <= CUT[1] and _beside(gray, ink, rules) >= BESIDE * usual
    strong = float(np.percentile(all_ink, STRONGEST))
    if middle >= FAINT * usual and middle >= PALE * strong and not cut:
        return None
    least = max(LEAST, round(PART * usual))
    level = _level(gray, length, thickness, least)
    return (level | turned(_level(turned(gray), length, thickness, least))) > 0


def _beside(gray: Bright, ink: Mask, rules: Mask) -> float:
    """Measure how strong what lies beside rules and is no ink typically is."""
    near = cv2.dilate(rules.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    around = gray[near & ~ink]
    return float(np.median(around)) if around.size else 0.0


def _level(gray: Bright, length: int, thickness: int, least: int) -> Bright:
    """Find long thin level lines that are brighter by `least` than what is above and below."""
    along = cv2.blur(gray, (3, 1))
    ground = cv2.morphologyEx(along, cv2.MORPH_OPEN, np.ones((thickness | 1, 1), np.uint8))
    thin = (cv2.subtract(along, ground) >= least).astype(np.uint8)
    rule = cv2.dilate(thin, np.ones((3, 1), np.uint8))
    closed = runs_of(np.asarray(rule, np.uint8)).closed(2 * thickness + 3).mask()
    # What crosses a pale line may be another one: no ink, but no paper either.
    around = cv2.dilate((along >= least).astype(np.uint8), np.ones((3, 3), np.uint8))
    band = cv2.bitwise_and(closed, cv2.max(rule, around))
    long = runs_of(np.asarray(band, np.uint8)).opened(length | 1)
    lines = lying_on(long, np.asarray(rule, np.uint8), BARE).mask()
    return np.asarray(cv2.bitwise_and(cv2.dilate(lines, np.ones((3, 1), np.uint8)), thin), np.uint8)
