"""Which readings of a frame are worth believing: whole numbers, and no edges of paper."""

from __future__ import annotations

from collections.abc import Iterable

from reader.types import Box, Number

BESIDE = 1.2
"""White that must be in view left and right of a number, in its heights: another digit would fit in there ..."""
ABOVE = 0.3
"""... and above and below it: a digit cut through is another one."""
SLENDER = 5.0
"""A lone 1 that is this many times as high as wide is the edge of something."""


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


def is_edge(number: Number) -> bool:
    """Tell whether a number is but an upright stroke, as the edge of a page is."""
    _, _, width, height = number.box
    return number.digits == "1" and height > SLENDER * width


def is_inside(box: Box, region: Box) -> bool:
    """Tell whether the middle of a box is in a region."""
    x, y = box[0] + box[2] / 2, box[1] + box[3] / 2
    left, top, width, height = region
    return left <= x < left + width and top <= y < top + height


def worth_believing(numbers: Iterable[Number], area: Box, region: Box | None) -> list[Number]:
    """Choose the readings that count.

    Parameters
    ----------
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
        and not is_edge(number)
        and (region is None or is_inside(number.box, region))
    ]
