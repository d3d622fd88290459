"""Light writing on dark fields of a light page: the head of a table, a price on a label.

The threshold finds such a field as one piece of ink with the writing as holes. Letters have holes too, so a
field is told by what its holes are: strokes, with hollows and ends, of about one height. The counters of
letters are convex. A picture's holes are of all sizes, and leave less ink.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.connected import connected
from reader.imaging.segment import find_components
from reader.types import Box, Component, InkPage

Mask = NDArray[np.bool_]

SHRUNK = 4
"""Fields are looked for at a fraction of the resolution ..."""
LOWEST, ABOVE = 28, 1.5
"""... and are at least so high and wide, in ink pixels, and in heights of what stands on the page ..."""
USUAL, SPECK = 80, 2
"""... mostly, by this percentile of what covers less and is higher than a speck, in the smaller picture."""
SOLID = 0.55
"""Least part of its box, and of itself, that a field's ink covers: a frame is not dark inside."""
SMOOTH = 0.95
"""Least part of the hull around a field that it covers with its holes: letters that touch are ragged."""
LEVEL, BESIDE = 0.12, 0.5
"""How far heads and feet of a word's characters differ, and how wide the white between them is, in their
heights."""
LOW, HIGH = 0.12, 0.85
"""Height of the writing, in the field's; what is lower is points and dirt."""
THIN = 0.85
"""Most of its hull that a stroke fills; a counter fills more."""
FEWEST, EVEN = 1, 0.6
"""Least strokes in a field, and least part of its writing that is about as high as the highest."""
LONG, TALLEST, SHORT = 2.0, 10.0, 2.8
"""Width, in its height, from which a field is long; most heights of its writing that long and short ones are:
more is a picture, or a punched hole."""
DARK = 0.8
"""Least part of a short field that is dark: a 0 with a stroke through it is less."""


def invert_fields(inked: InkPage) -> InkPage:
    """Make light writing on dark fields ink, and the fields paper.

    Parameters
    ----------
    inked : InkPage

    Returns
    -------
    InkPage
        The same one where there are none.
    """
    ink, gray = inked.ink, inked.gray
    large, pieces = _large(ink)
    fields = [(box, found) for box in large if (found := _field(ink, box)) is not None]
    boxes = [box for box, _ in fields]
    fields = [field for field in fields if not _is_character(field[0], pieces, boxes)]
    if not fields:
        return inked
    ink, gray = ink.copy(), gray.copy()
    for (x, y, w, h), (field, writing) in fields:
        own, bright = ink[y : y + h, x : x + w], gray[y : y + h, x : x + w]
        dark = float(np.median(bright[own & field]))
        own[field] = writing[field]
        # Its edge is as blurred as any: neither field nor paper.
        inner, outer = (
            change(field.view(np.uint8), np.ones((5, 5), np.uint8)) for change in (cv2.erode, cv2.dilate)
        )
        light = np.clip(dark - bright.astype(np.float32), 0, 255).astype(np.uint8)
        bright[:] = np.where(inner > 0, light, np.where(outer > 0, 0, bright))
    return InkPage(ink, gray, inked.to_page)


def _large(ink: Mask) -> tuple[list[Box], NDArray[np.int32]]:
    """List the boxes of large pieces that cover much of them, and do not reach the page's edge.

    And those of all pieces, shape (N, 4), about.
    """
    h, w = ink.shape
    size = max(1, w // SHRUNK), max(1, h // SHRUNK)
    small = cv2.resize(ink.view(np.uint8) * np.uint8(255), size, interpolation=cv2.INTER_AREA) > 127
    _, _, stats = connected(small)
    x, y, width, height, area = stats[1:].T
    inside = (x > 0) & (y > 0) & (x + width < small.shape[1]) & (y + height < small.shape[0])
    solid = area >= SOLID * width * height
    others = height[~solid & (height > SPECK)]
    least = max(LOWEST / SHRUNK, ABOVE * float(np.percentile(others, USUAL)) if others.size else 0.0)
    kept = inside & solid & (height >= least) & (width >= least)
    boxes = stats[1:][kept, :4] * SHRUNK
    edge = SHRUNK  # what the smaller picture rounds away
    lows = np.maximum(boxes[:, :2] - edge, 0)
    sizes = np.minimum(boxes[:, :2] + boxes[:, 2:] + edge, (w, h)) - lows
    found = [(x, y, bw, bh) for x, y, bw, bh in np.hstack([lows, sizes]).tolist()]
    return found, stats[1:, :4] * np.int32(SHRUNK)


def _is_character(box: Box, pieces: NDArray[np.int32], fields: list[Box]) -> bool:
    """Tell whether a short field stands in a word: close beside a piece as high as it that is no field."""
    x, y, w, h = box
    if w >= LONG * h:
        return False
    left, top, wide, high = pieces.T
    level = abs(top - y) <= LEVEL * h + SHRUNK
    level &= abs(top + high - y - h) <= LEVEL * h + SHRUNK
    close = np.maximum(left - x - w, x - left - wide) < BESIDE * h
    beside = pieces[level & close]
    middles = beside[:, :2] + beside[:, 2:] / 2
    return any(not _is_in_any(middle, fields) for middle in middles.tolist())


def _is_in_any(point: list[float], fields: list[Box]) -> bool:
    """Tell whether a point lies in one of the fields."""
    return any(x <= point[0] < x + w and y <= point[1] < y + h for x, y, w, h in fields)


def _field(ink: Mask, box: Box) -> tuple[Mask, Mask] | None:
    """Give what a dark field covers and what is written in it, in its box; None where it is no field."""
    x, y, w, h = box
    part = ink[y : y + h, x : x + w]
    piece = max(find_components(part), key=lambda c: c.area)
    mask = np.zeros(part.shape, bool)
    px, py, pw, ph = piece.box
    mask[py : py + ph, px : px + pw] = piece.mask
    outline, _ = cv2.findContours(mask.astype(np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_NONE)
    field = np.zeros(part.shape, np.uint8)
    cv2.drawContours(field, outline, -1, (1,), cv2.FILLED)
    covered = field > 0
    whole, hull = np.count_nonzero(covered), cv2.contourArea(cv2.convexHull(np.concatenate(outline)))
    long = pw >= LONG * ph
    if whole < SMOOTH * hull or piece.area < (SOLID if long else DARK) * whole:
        return None
    holes = [c for c in find_components(covered & ~part) if LOW * ph <= c.box[3]]
    tallest = max((c.box[3] for c in holes), default=0)
    most = TALLEST if long else SHORT
    if not holes or tallest > HIGH * ph or ph > most * tallest:
        return None
    strokes = sum(c.area <= THIN * _hull(c) for c in holes)
    even = sum(c.box[3] >= EVEN * tallest for c in holes)
    if strokes < FEWEST or even < EVEN * len(holes):
        return None
    return covered, covered & ~part


def _hull(component: Component) -> float:
    """Count the pixels of the hull around a component, those on its edge too (Pick's theorem)."""
    hull = cv2.convexHull(cv2.findNonZero(component.mask.astype(np.uint8)))
    return float(cv2.contourArea(hull) + cv2.arcLength(hull, True) / 2 + 1)
