"""What looks like a digit by itself and is none: dashes of upright lines, and punched holes.

No glyph tells a dash from a 1, or a hole from a 0. What stands around it on the page does.
"""

from __future__ import annotations

from collections.abc import Sequence

from reader.types import Box, Number

DASHES = 4
"""Ones above each other that are a broken line ..."""
BARE = 0.3
"""... if each is narrower than this in its heights, a pixel of edge aside: a printed 1 has a flag ..."""
GAP = 0.55
"""... with no more white between two than this, in heights of one: single-spaced type has 0.65 ..."""
ALIKE = 0.35
"""... and that differ by no more in height, in the same."""
ROUND = 0.12
"""Most that a hole's height differs from its width, in widths."""
SMALL, LARGE = 0.018, 0.05
"""Least and greatest width of a hole, in lengths of the page's shorter side: 6 mm on A4 is 0.029."""
MARGIN = 0.09
"""How far from the page's edge the middle of a hole is at most, in the same."""


def drop_strays(numbers: Sequence[Number], width: int, height: int) -> list[Number]:
    """Leave out what is a dash or a hole.

    Parameters
    ----------
    numbers : sequence of Number
    width, height : int
        Of the page in pixels.
    """
    dashes = _dashes(numbers)
    return [
        number
        for k, number in enumerate(numbers)
        if k not in dashes and not _is_hole(number, numbers, width, height)
    ]


def _dashes(numbers: Sequence[Number]) -> set[int]:
    """Find the bare strokes that stand in a column without room for lines of type."""
    bare = [k for k, n in enumerate(numbers) if n.text == "1" and n.box[2] - 1 < BARE * n.box[3]]
    ones = sorted((numbers[k].box[1], k) for k in bare)
    chains: list[list[int]] = []
    for _, k in ones:
        for chain in chains:
            if _goes_on(numbers[chain[-1]].box, numbers[k].box):
                chain.append(k)
                break
        else:
            chains.append([k])
    return {k for chain in chains if len(chain) >= DASHES for k in chain}


def _goes_on(upper: Box, lower: Box) -> bool:
    """Tell whether a dash continues the one above it."""
    (x0, y0, w0, h0), (x1, y1, w1, h1) = upper, lower
    aligned = abs((x0 + w0 / 2) - (x1 + w1 / 2)) <= max(w0, w1)
    smaller = min(h0, h1)
    return aligned and -1 <= y1 - (y0 + h0) <= GAP * smaller and abs(h0 - h1) <= ALIKE * max(h0, h1)


def _is_hole(number: Number, numbers: Sequence[Number], width: int, height: int) -> bool:
    """Tell whether a 0 is a ring of a hole's size, on the margin, with no number on its row."""
    x, y, w, h = number.box
    side = min(width, height)
    if number.digits != "0" or abs(h - w) > ROUND * w or not SMALL * side <= w <= LARGE * side:
        return False
    across, along = x + w / 2, y + h / 2
    if min(across, width - across, along, height - along) > MARGIN * side:
        return False
    return not any(other is not number and _share_row(other.box, number.box) for other in numbers)


def _share_row(a: Box, b: Box) -> bool:
    """Tell whether the middle of either box lies in the other's rows."""
    return a[1] <= b[1] + b[3] / 2 <= a[1] + a[3] or b[1] <= a[1] + a[3] / 2 <= b[1] + b[3]
