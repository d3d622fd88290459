"""Which readings of a frame are worth believing: whole numbers, and no edges of paper."""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from reader.types import Box, Number

BESIDE = 2.0
"""White that must be in view left and right of a number, in its heights: room for a mark and a digit ..."""
ABOVE = 0.3
"""... and above and below it: a digit cut through is another one."""
STEP = 0.25
"""Part by which the ground on one side is darker than on the other where a paper ends ..."""
NEAR, FAR = 0.15, 0.5
"""... measured between so many heights from the number."""
FEW = 2
"""Digits that the end of a paper may pass for; of ones there may be more."""

Gray = NDArray[np.uint8]


def lies_free(box: Box, area: Box) -> bool:
    """Tell whether a number is wholly in view, with the white that parts it from others.

    Parameters
    ----------
    box : Box
        The number.
    area : Box
        What was read.
    """
    x, y, w, h = box
    left, top, width, height = area
    across, down = BESIDE * h, ABOVE * h
    return (
        x - across >= left
        and x + w + across <= left + width
        and y - down >= top
        and y + h + down <= top + height
    )


def is_edge(gray: Gray, number: Number) -> bool:
    """Tell whether what was read is where a paper ends: a digit has the same ground on all sides.

    Parameters
    ----------
    gray : ndarray of uint8, shape (H, W)
        The frame.
    number : Number
    """
    if len(number.digits) > FEW and set(number.digits) != {"1"}:
        return False
    x, y, w, h = number.box
    near, far = max(1, round(NEAR * h)), max(4, round(FAR * h))
    left = _ground(gray[y : y + h, max(0, x - far) : max(0, x - near)])
    right = _ground(gray[y : y + h, x + w + near : x + w + far])
    above = _ground(gray[max(0, y - far) : max(0, y - near), x : x + w])
    below = _ground(gray[y + h + near : y + h + far, x : x + w])
    return _differ(left, right) or _differ(above, below)


def _ground(part: Gray) -> float:
    return float(np.median(part)) if part.size else -1.0


def _differ(one: float, other: float) -> bool:
    return min(one, other) >= 0 and abs(one - other) > STEP * max(one, other)


def is_inside(box: Box, region: Box) -> bool:
    """Tell whether the middle of a box is in a region."""
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    left, top, width, height = region
    return left <= x < left + width and top <= y < top + height


def worth_believing(gray: Gray, numbers: Iterable[Number], area: Box, region: Box | None) -> list[Number]:
    """Choose the readings that count.

    Parameters
    ----------
    gray : ndarray of uint8, shape (H, W)
        The frame.
    numbers : iterable of Number
    area : Box
        What was read.
    region : Box or None
        What was asked for, if not all of it.
    """
    return [
        number
        for number in numbers
        if lies_free(number.box, area)
        and not is_edge(gray, number)
        and (region is None or is_inside(number.box, region))
    ]
