"""Boxes side by side that share walls: two for a day, two for a month, four for a year.

Their head is too short for a rule, and they are too few for a comb (`reader.imaging.combs`). With something
written in one, and nothing around them, they are no cells of a table: there the lines would go on.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from reader.types import Box

Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]

APART = 0.8
"""Widest white between two boxes of one number, in widths of a box."""
WHITE = 2
"""Least white between two boxes in pixels."""
BEYOND = 0.35
"""How far the lines of boxes that share walls are looked for beyond them, in sides ..."""
GOES_ON = 0.6
"""... and part of that stretch that is inked where they go on."""
WRITTEN = 0.02
"""Least part of a box that is inked where something is written in it ..."""
INNER = 0.2
"""... without so much of it along each side, in sides."""


def around(run: Rows) -> Box:
    """Give the box around boxes."""
    x, y = int(run[:, 0].min()), int(run[:, 1].min())
    right, foot = int((run[:, 0] + run[:, 2]).max()), int((run[:, 1] + run[:, 3]).max())
    return x, y, right - x, foot - y


def shares_walls(row: Rows) -> bool:
    """Tell whether neighbours have a wall in common: they are cells of a table, of a comb, or a pair."""
    whites = row[1:, 0] - row[:-1, 0] - row[:-1, 2]
    close = whites[whites <= APART * np.median(row[:, 2])]
    return bool(len(close)) and float(np.median(close)) < WHITE


def joined(row: Rows, slack: int) -> list[Rows]:
    """Give the runs of two and more boxes of a row that share walls."""
    whites = row[1:, 0] - row[:-1, 0] - row[:-1, 2]
    return [run for run in np.split(row, np.flatnonzero(whites > slack) + 1) if len(run) > 1]


def stands_alone(run: Rows, ink: Mask, slack: int, thick: int) -> bool:
    """Tell whether none of the lines of boxes that share walls goes on, and something is written in one.

    Sides are at most `thick`: the zeros of a square face that touch have nothing but sides.
    """
    x, y, w, h = around(run)
    side = int(np.median(run[:, 2:]))
    reach = max(2, round(BEYOND * side)), slack
    walls = {*run[:, 0].tolist(), x + w - 1}
    if _go_on(ink, [y, y + h - 1], (x, x + w), *reach) or _go_on(ink.T, walls, (y, y + h), *reach):
        return False
    edge = max(round(INNER * side), thick)
    inner = [
        ink[top + edge : top + high - edge, left + edge : left + wide - edge]
        for left, top, wide, high in run.tolist()
    ]
    return any(part.size > 0 and float(part.mean()) > WRITTEN for part in inner)


def _go_on(ink: Mask, lines: Iterable[int], ends: tuple[int, int], reach: int, slack: int) -> bool:
    """Tell whether a level line, in one of these rows, goes on before or behind its ends."""
    start, stop = ends[0] - slack - 1, ends[1] + slack + 1
    beyond = slice(max(0, start - reach), max(0, start)), slice(stop, stop + reach)
    bands = [ink[max(0, row - slack) : row + slack + 1, cols] for row in lines for cols in beyond]
    return any(band.size > 0 and float(band.any(axis=0).mean()) > GOES_ON for band in bands)
