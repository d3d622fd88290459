"""Writing that touches a rule too thick to be found as one: the side of a grid, a bold frame.

Rules are told from writing by being thin (`reader.imaging.rules`), and one of three strokes is not. It stays
as one large piece of ink with whatever touches it, and goes with it when frames are dropped: the foot of a 4
that was drawn to the edge of its cell is enough. In such a piece alone, long runs of ink are thick rules, and
what stays without them may be characters.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.connected import turned
from reader.imaging.runs import runs_of
from reader.imaging.segment import find_components
from reader.types import Component

Bits = NDArray[np.uint8]

LARGE = 0.12
"""Least extent of a piece that may have thick rules, in the page's."""
THICKEST = 4.0
"""Thickest of these rules, in widths of the page's strokes; thicker is a picture."""
TALL, WIDE = 4.0, 2.5
"""Least height and width of what is kept, in widths of strokes: less is the rules' rough edge, or a rule."""
MOST = 0.5
"""Most of its extent that one of the parts may keep: more is another frame, or no rules were found."""
RULED = 0.8
"""Least part of the piece that its rules are; pictures, and what lies around the page, have long runs too."""


def part_thick_rules(
    components: list[Component], length: int, stroke: float, height: int, width: int
) -> list[Component]:
    """Take what touches thick rules off them.

    Parameters
    ----------
    components : list of Component
    length : int
        Shortest rule that counts, in pixels.
    stroke : float
        Width of strokes in pixels.
    height, width : int
        Of the page.

    Returns
    -------
    list of Component
        By top-left corners; a piece with thick rules gives what touched them, and is kept where nothing did.
    """
    kept: list[Component] = []
    for component in components:
        _, _, w, h = component.box
        large = max(w / width, h / height) > LARGE and max(w, h) >= length
        kept += (_parts(component, length, stroke) if large else []) or [component]
    return sorted(kept, key=lambda c: (c.box[1], c.box[0]))


def _parts(component: Component, length: int, stroke: float) -> list[Component]:
    """Give the pieces of a component that stay without its long bars, if they may be characters."""
    x, y, w, h = component.box
    # Around the piece is no ink; an opening takes what is beyond the border for ink.
    mask = np.pad(component.mask.astype(np.uint8), 1)
    most = round(THICKEST * stroke)
    bars = cv2.max(_bars(mask, length, most), turned(_bars(turned(mask), length, most)))
    if cv2.countNonZero(bars) < RULED * component.area:
        return []
    rest = cv2.subtract(mask, cv2.dilate(bars, np.ones((3, 3), np.uint8)))
    pieces = find_components(np.asarray(rest > 0), min_area=round(TALL * WIDE * stroke**2))
    return [
        Component((x - 1 + p.box[0], y - 1 + p.box[1], *p.box[2:]), p.mask, p.area)
        for p in pieces
        if p.box[3] >= TALL * stroke and p.box[2] >= WIDE * stroke and max(p.box[2] / w, p.box[3] / h) < MOST
    ]


def _bars(mask: Bits, length: int, most: int) -> Bits:
    """Find the level bars of this length and more that are no thicker than that."""
    long = runs_of(mask).opened(length | 1).mask()
    solid = cv2.morphologyEx(long, cv2.MORPH_OPEN, np.ones((most | 1, 1), np.uint8))
    return np.asarray(cv2.subtract(long, solid), np.uint8)
