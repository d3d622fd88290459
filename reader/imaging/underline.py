"""Short underlines: too short to be told from the bars of letters by their length alone.

A long rule is found on the page (`rules`); the line under a single number is not. It is told from a bar by
what stands on it: it is wider than the writing is high, straight, and at its foot.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.segment import find_components
from reader.types import Component

WIDE = 1.3
"""Least length of an underline, in heights of the writing on it."""
SPAN = 0.8
"""Least part of a component's width that its underline spans."""
NEAR = 0.8
"""Most white between a separate underline and its writing, in heights of the writing."""
BESIDE = 1.5
"""Most white to a character whose foot is compared, in heights of the component."""
LEVEL = 0.5
"""Most that feet and heads of one line differ by, in widths of strokes."""
ROUGH, MOST = 0.4, 90
"""Most that the foot of an underline strays from a straight line, in widths of strokes, in that many per cent
of its columns: feet of digits that touch are round."""
FLAT = 6
"""A separate line is this many times longer than it is thick."""


def strip_underlines(components: list[Component], stroke: float) -> list[Component]:
    """Take underlines away, those that stand apart and those that writing touches.

    Parameters
    ----------
    components : list of Component
    stroke : float
        Width of strokes in pixels; a thicker line is none.

    Returns
    -------
    list of Component
        What was touched comes apart into its pieces.
    """
    thickest = round(1.6 * stroke) + 1
    boxes = np.array([c.box for c in components], np.int64).reshape(-1, 4)
    kept: list[Component] = []
    for component in components:
        _, _, w, h = component.box
        if w >= FLAT * h and h <= thickest:
            if not _has_writing_above(component, boxes):
                kept.append(component)
        elif w >= WIDE * h and h > 2 * thickest and not _stands_level(component, boxes, stroke):
            kept += _stripped(component, thickest, stroke)
        else:
            kept.append(component)
    return sorted(kept, key=lambda c: (c.box[1], c.box[0]))


def _has_writing_above(line: Component, boxes: NDArray[np.int64]) -> bool:
    """Tell whether something that is no line stands on a line, within its ends."""
    x, y, w, h = line.box
    left, top, wide, high = boxes.T
    tall = (high >= 3 * h) & (w >= WIDE * high) & (wide < 3 * high)
    over = np.minimum(left + wide, x + w) - np.maximum(left, x) >= 0.7 * wide
    foot = top + high
    return bool((tall & over & (foot <= y + h) & (foot >= y - NEAR * high)).any())


def _stands_level(component: Component, boxes: NDArray[np.int64], stroke: float) -> bool:
    """Tell whether a component's foot and head are level with a character's beside it.

    What looks like its underline are feet with serifs that touch, then: "12" in a typewriter's face.
    """
    x, y, w, h = component.box
    left, top, wide, high = boxes.T
    beside = np.maximum(left - (x + w), x - (left + wide))
    near = (beside >= 0) & (beside <= BESIDE * h) & (wide < WIDE * high)
    level = (np.abs(top + high - (y + h)) <= LEVEL * stroke) & (np.abs(top - y) <= LEVEL * stroke)
    return bool((near & level).any())


def _stripped(component: Component, thickest: int, stroke: float) -> list[Component]:
    """Cut the underline off a component, where it has one."""
    x, y, w, h = component.box
    mask = component.mask.astype(np.uint8)
    # Small breaks do not end a line; strokes that stand on it make it no thicker.
    closed = cv2.morphologyEx(mask, cv2.MORPH_CLOSE, np.ones((1, 5), np.uint8))
    length = int(max(WIDE * (h - thickest), SPAN * w)) | 1
    if length > w:
        return [component]
    runs = np.asarray(cv2.morphologyEx(closed, cv2.MORPH_OPEN, np.ones((1, length), np.uint8)).max(axis=1))
    runs[: h // 2] = 0
    rows = np.flatnonzero(runs)
    if not rows.size or rows[-1] - rows[0] + 1 > thickest or rows[0] < 0.6 * h:
        return [component]
    first, last = int(rows[0]), int(rows[-1]) + 1
    if _roughness(component.mask[first:]) > ROUGH * stroke:
        return [component]
    rest = component.mask.copy()
    below = component.mask[last : last + 2].any(axis=0) if last < h else np.zeros(w, bool)
    rest[first:, :] &= (below & component.mask[max(first - 1, 0)])[None, :]
    parts = find_components(rest, min_area=max(4, round(0.5 * stroke**2)))
    left, right = (
        min((c.box[0] for c in parts), default=0),
        max((c.box[0] + c.box[2] for c in parts), default=w),
    )
    if len(parts) < 2 and min(left, w - right) < stroke:
        return [component]  # the tail of a 2
    return [Component((x + c.box[0], y + c.box[1], *c.box[2:]), c.mask, c.area) for c in parts]


def _roughness(mask: NDArray[np.bool_]) -> float:
    """Give how far the foot of ink strays from a straight line, in pixels, in most columns."""
    columns = np.flatnonzero(mask.any(axis=0))
    foot = len(mask) - 1 - np.argmax(mask[::-1, columns], axis=0)
    off = foot - np.polyval(np.polyfit(columns, foot, 1), columns)
    return float(np.percentile(np.abs(off), MOST))
