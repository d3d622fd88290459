"""What the layout of a page says of its direction, before anything is read.

Characters of text stand closer to each other along a line than from line to line, as O'Gorman's document
spectrum shows (doi:10.1109/34.244677). Of lower-case letters more rise above the line than hang below it
(Bloomberg, Kopec and Dasari, doi:10.1117/12.205832), and points and commas lie at its foot. Each is counted
for and against, as none holds for every page: capitals neither rise nor hang, and an i has its dot on top.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reader.recognize.marks import is_mark
from reader.types import TextLine

ASKED = 240
"""Most characters whose nearest neighbour is looked for."""
FEWEST = 20
"""Fewer characters do not tell how text runs on a page: a column of digits is written closely, too."""
LINE = 8
"""Fewer characters of a line do not tell which of them rise or hang."""
WORD = 3
"""Fewest characters of a line whose marks count: what lies beside a digit in a grid's cell is the grid's."""
CLOSE = 0.6
"""Farthest neighbour in text, in the page's usual size of characters."""
STEEP = 2.0
"""How many times farther along one axis than along the other a neighbour must be."""
AROUND = 7
"""Characters to either side with which the height of one is compared: lines climb and are curved."""
STICKS_OUT = 0.2
"""By how much a letter that rises or hangs is beyond its neighbours, in the line's usual height."""
SMALL = 0.4
"""Largest mark that is counted, in heights of the line's characters."""
OFF = 0.2
"""How far from the line's middle a mark must be, in the same."""


@dataclass(frozen=True, slots=True)
class TextDirection:
    """Counts for and against a page's lying as text does.

    Attributes
    ----------
    level, upright : int
        Nearest neighbours beside a character, and above or below it.
    rising, hanging : int
        Letters that rise above their line, and that hang below it.
    low, high : int
        Marks at the foot of their line, and at its head.
    """

    level: int = 0
    upright: int = 0
    rising: int = 0
    hanging: int = 0
    low: int = 0
    high: int = 0


def text_direction(lines: list[TextLine]) -> TextDirection:
    """Count what tells the direction of text.

    Parameters
    ----------
    lines : list of TextLine

    Returns
    -------
    TextDirection
    """
    boxes = np.array([c.box for line in lines for c in line.components], float).reshape(-1, 4)
    level, upright = _neighbours(boxes)
    rising = hanging = low = high = 0
    for line in lines:
        marks = [is_mark(c, line) for c in line.components]
        solid = np.array([c.box for c, m in zip(line.components, marks, strict=True) if not m], float)
        if len(solid) < WORD:
            continue
        if len(solid) >= LINE:
            up, down = _beyond(solid)
            rising, hanging = rising + up, hanging + down
        for part, mark in zip(line.components, marks, strict=True):
            _, y, w, h = part.box
            above = line.baseline - line.x_height / 2 - (y + h / 2)
            if mark and max(w, h) < SMALL * line.x_height:
                low += above < -OFF * line.x_height
                high += above > OFF * line.x_height
    return TextDirection(level, upright, rising, hanging, low, high)


def _neighbours(boxes: NDArray[np.float64]) -> tuple[int, int]:
    """Count nearest neighbours beside a character, and above or below it."""
    if len(boxes) < FEWEST:
        return 0, 0
    size = boxes[:, 2:].max(axis=1)
    usual = float(np.median(size))
    boxes = boxes[(size > 0.4 * usual) & (size < 2.5 * usual)]
    first, last = boxes[:, :2], boxes[:, :2] + boxes[:, 2:]
    level = upright = 0
    for k in range(0, len(boxes), -(-len(boxes) // ASKED)):
        gap = np.maximum(np.maximum(first - last[k], first[k] - last), 0.0)
        far = (gap**2).sum(axis=1)
        far[k] = np.inf
        near = int(far.argmin())
        if far[near] <= (CLOSE * usual) ** 2:
            x, y = np.abs(first[near] + last[near] - first[k] - last[k])
            level += bool(x > STEEP * y)
            upright += bool(y > STEEP * x)
    return level, upright


def _beyond(solid: NDArray[np.float64]) -> tuple[int, int]:
    """Count the characters of a line that rise above their neighbours, and those that hang below."""
    edges = np.stack([solid[:, 1], solid[:, 1] + solid[:, 3]])
    padded = np.pad(edges, ((0, 0), (AROUND, AROUND)), constant_values=np.nan)
    around = np.lib.stride_tricks.sliding_window_view(padded, 2 * AROUND + 1, axis=1)
    ordered = np.sort(around, axis=2)  # what is not there comes last
    there = np.count_nonzero(~np.isnan(around), axis=2)[..., None]
    low, high = (np.take_along_axis(ordered, k, axis=2)[..., 0] for k in ((there - 1) // 2, there // 2))
    tops, feet = (edges - (low + high) / 2) / np.median(solid[:, 3])
    return int(np.count_nonzero(tops < -STICKS_OUT)), int(np.count_nonzero(feet > STICKS_OUT))
