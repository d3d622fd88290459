"""Lines that lie on their side on a level page: archive numbers along an edge, say.

A character that lies is a component without neighbours on its level, so it ends up on a short line by
itself. Such components are turned by a quarter, which loses nothing, and chained as level ones are.
"""

from __future__ import annotations

from statistics import median

import numpy as np
from numpy.typing import NDArray

from reader.imaging.chains import chains
from reader.imaging.geometry import union_box
from reader.imaging.layout import MARK, make_line, reading_order
from reader.types import Box, Component, TextLine

COMPANY = 3
"""More characters than this on one level, and they stand upright."""
THINNEST = 14
"""Thinnest line that is looked at, in ink pixels: lower characters cannot be read for sure."""
MOST = 20
"""More such lines than this are no exception: a page that lies as a whole, or a pattern."""
PIECES = 2
"""Fewest components of a line."""
LONG = 2.2
"""Shortest line, in heights of its characters: four narrow digits."""
NARROW = 0.95
"""Characters are narrower than this, in their heights. Digits that stand above each other, seen from
the side, are wider than high; so are the pieces of a dashed rule, and bullets are as wide as high."""
TIGHT = 0.94
"""Part of a line's length that is covered where its characters touch, and are as wide as may be."""
CRACK = 0.08
"""Widest crack in a broken character, in its heights; digits beside each other stand farther apart."""
UNBROKEN = 0.25
"""Least part of the characters that are of one piece: of level numbers above each other none is."""
EVEN = 0.75
"""Part of the components that must be as high as the line, give or take a quarter."""


def turn_component(component: Component, shape: tuple[int, int], turns: int) -> Component:
    """Turn a component with its page counter-clockwise by quarter turns.

    Parameters
    ----------
    component : Component
    shape : (int, int)
        Height and width of the page before it is turned.
    turns : int

    Returns
    -------
    Component
        In pixels of the turned page.
    """
    turns %= 4
    mask = np.rot90(component.mask, turns)
    return Component(_turn_box(component.box, shape, turns), mask, component.area)


def find_side_lines(lines: list[TextLine], shape: tuple[int, int]) -> list[TextLine]:
    """Find what looks like a line of characters when the page is turned by a quarter.

    Parameters
    ----------
    lines : list of TextLine
        The level lines of the page.
    shape : (int, int)
        Height and width of the page.

    Returns
    -------
    list of TextLine
        In pixels of the page turned counter-clockwise by 90°, in its reading order. Whether they stand
        upright there or on their heads is not known.
    """
    pieces = [[_turn_box(c.box, shape, 1) for c in line.components] for line in lines if _is_short(line)]
    boxes = [box for own in pieces for box in mended(own) if box[3] >= THINNEST]
    whole = {box for own in pieces for box in own}
    bands = [band for chain in chains(boxes) if (band := _band([boxes[i] for i in chain], whole))]
    if not 0 < len(bands) <= MOST:
        return []
    parts = [c for line in lines for c in line.components]
    turned = np.array([_turn_box(c.box, shape, 1) for c in parts], float)
    rows = sorted({row for band in bands if (row := _row(band, turned)) and _is_even(turned[list(row)])})
    found = [make_line([turn_component(parts[i], shape, 1) for i in row]) for row in rows]
    return [found[i] for i in reading_order([line.box for line in found])]


def turn_over(line: TextLine, shape: tuple[int, int]) -> TextLine:
    """Turn a line with its page upside down.

    Parameters
    ----------
    line : TextLine
    shape : (int, int)
        Height and width of the page.
    """
    return make_line([turn_component(c, shape, 2) for c in line.components])


def mended(boxes: list[Box]) -> list[Box]:
    """Unite what stands above each other with a crack between, as the halves of a broken 3 do.

    Parameters
    ----------
    boxes : list of Box
        In pixels of the page on which their characters stand upright, or on their heads.
    """
    whole: list[Box] = []
    for box in sorted(boxes, key=lambda b: (b[1], b[0])):
        for k, other in enumerate(whole):
            both = union_box([box, other])
            apart = box[1] - other[1] - other[3]
            common = box[2] + other[2] - both[2]
            if apart <= CRACK * both[3] and common >= min(box[2], other[2]) / 2:
                whole[k] = both
                break
        else:
            whole.append(box)
    return whole


def _turn_box(box: Box, shape: tuple[int, int], turns: int) -> Box:
    x, y, w, h = box
    height, width = shape
    if turns == 0:
        return box
    if turns == 1:
        return y, width - x - w, h, w
    if turns == 2:
        return width - x - w, height - y - h, w, h
    return height - y - h, x, h, w


def _is_short(line: TextLine) -> bool:
    """Tell whether a level line has too few characters to be text."""
    return sum(c.box[3] >= MARK * line.x_height for c in line.components) <= COMPANY


def _row(band: Box, boxes: NDArray[np.float64]) -> tuple[int, ...]:
    """Find the boxes that lie in a band and those that follow closely; half a number is a wrong one.

    What is much higher than the band, a level word across it, say, does not belong.
    """
    x, y, w, h = band
    start, stop = float(x), float(x + w)
    middle = boxes[:, 1] + boxes[:, 3] / 2
    level = (middle >= y) & (middle <= y + h) & (boxes[:, 3] <= 1.5 * h)
    count = -1
    while True:
        inside = level & (boxes[:, 0] <= stop + h) & (boxes[:, 0] + boxes[:, 2] >= start - h)
        row = np.flatnonzero(inside)
        if row.size == count:
            return tuple(row.tolist())
        count = row.size
        start, stop = boxes[row, 0].min(), (boxes[row, 0] + boxes[row, 2]).max()


def _is_even(boxes: NDArray[np.float64]) -> bool:
    """Tell whether what lies in a band still looks like characters: not mostly crumbs, of one height."""
    heights = np.array([h for *_, h in mended([(int(x), int(y), int(w), int(h)) for x, y, w, h in boxes])])
    solid = heights[heights >= MARK * heights.max()]
    even = np.abs(solid / np.median(solid) - 1) <= 0.33
    return bool(even.mean() >= EVEN and solid.size >= 0.5 * heights.size)


def _band(row: list[Box], whole: set[Box]) -> Box | None:
    """Give the box of a row of boxes that looks like characters: enough, even, narrow, some of one piece."""
    if len(row) < PIECES:
        return None
    heights = [h for _, _, _, h in row]
    height = median(heights)
    x, y, w, h = union_box(row)
    even = sum(0.75 * height <= h <= 1.33 * height for h in heights)
    if height < THINNEST or w < LONG * height or even < EVEN * len(row):
        return None
    touching = sum(w for _, _, w, _ in row) >= TIGHT * w
    single = [box for box in row if box in whole]
    if not single or len(single) < UNBROKEN * len(row):
        return None
    if not touching and median(w / h for _, _, w, h in single) >= NARROW:
        return None
    return x, y, w, h
