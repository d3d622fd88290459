"""Points that stand on a rule: "12.50" on a form's line keeps its digits and loses what parts them.

Where a digit stands on a rule its strokes go on above. A point lies in the rule and is taken out with it;
what is seen of it is that the rule is thicker there, for about a stroke's width, and nothing goes on.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.runs import pieces_of, runs_of

Mask = NDArray[np.bool_]

THICKER, LEAST = 0.4, 1.0
"""By how much the rule is thicker there, and how thick it is at least, in widths of strokes."""
NARROW, WIDE = 0.5, 2.2
"""Least and most width of a point, in the same widths."""
OVER, APART = 0.8, 0.5
"""How far it may reach over the rule, and white around that, in the same widths: a stroke goes on."""
FEW = 3.0
"""Most points in a hundred strokes' widths of a rule: a rough one has more, and they are no points."""


def points_in_rules(across: Mask, left: Mask, length: int, stroke: float) -> Mask:
    """Find the points in level rules that were taken out.

    Parameters
    ----------
    across : ndarray of bool, shape (h, w)
        Ink of level rules.
    left : ndarray of bool, shape (h, w)
        The ink without them.
    length : int
        Of the shortest rule that is looked at, in pixels.
    stroke : float
        Width of strokes in pixels.

    Returns
    -------
    ndarray of bool, shape (h, w)
        Their pixels, the rule's among them.
    """
    found = np.zeros(across.shape, bool)
    pieces = pieces_of(runs_of(across))
    long = pieces.boxes[:, 2] >= length
    if not long.any():
        return found
    rules = pieces.mask(long)
    over, apart = round(OVER * stroke), round(APART * stroke)
    for x, y, w, h in pieces.boxes[long].tolist():
        rule = rules[y : y + h, x : x + w]
        thick = rule.sum(axis=0)
        usual = float(np.median(thick[thick > 0]))
        bulge = thick >= max(usual + max(2.0, THICKER * stroke), LEAST * stroke)
        edges = np.flatnonzero(np.diff(bulge.astype(np.int8), prepend=0, append=0)).reshape(-1, 2)
        own = []
        for start, stop in edges.tolist():
            if not NARROW * stroke <= stop - start <= WIDE * stroke:
                continue
            rows = y + np.flatnonzero(rule[:, start:stop].any(axis=1))
            top, foot = max(0, int(rows[0]) - over), int(rows[-1]) + 1 + over
            near = (
                slice(max(0, top - apart), foot + apart),
                slice(max(0, x + start - apart), x + stop + apart),
            )
            place = slice(top, foot), slice(x + start, x + stop)
            if np.count_nonzero(left[near]) == np.count_nonzero(left[place]):
                own.append(place)
        if len(own) <= max(1.0, FEW * w / (100 * stroke)):
            for place in own:
                found[place] = rules[place] | left[place]
    return found


def clear_of(points: Mask, stroke: float) -> Mask:
    """Give where rules are forgotten: around the points, so that these are no crumbs of them."""
    side = 2 * round(stroke) + 1
    return cv2.dilate(points.astype(np.uint8), np.ones((1, side), np.uint8)) > 0
