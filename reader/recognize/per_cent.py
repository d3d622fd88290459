"""Per cent signs of typewriters, which look like an 8: the rings touch the stroke between them.

What tells them apart are the rings: those of an 8 stand above each other, or lean with the writing; those of
a per cent sign stand upper left and lower right. One hand's 8 in thirteen does so too (8 of MNIST's training
digits), so only print is looked at, whose characters are of one height and stand on one line.
"""

from __future__ import annotations

import cv2
import numpy as np

from reader.recognize.decode import Symbol
from reader.types import Component

RINGS = 0.12
"""Least distance of the upper ring's middle to the left of the lower one's, in widths of the sign: 0.21 to
0.24 on typed forms, at most 0.06 for an 8 that is whole ..."""
HALVES = 0.07
"""... and of the middles of all ink of the upper and the lower half: 0.12 to 0.14, and at most 0.05."""
SMALL, SLIM = 0.3, 0.25
"""Most height of both rings' insides together, and width of the wider one, in those of the sign: 0.28 and
0.21 on a typed form; 0.31 to 0.44 and 0.29 to 0.41 for the 8s of three hands that lean backwards."""
LEAST = 0.005
"""Least area of a ring's inside, in that of the sign's box."""
EVEN = 0.1
"""By how much heads and feet of printed characters may differ, in their heights."""
NEXT = 0.6
"""Widest white before the sign, in heights of the digit before it ..."""
LAST = 0.35
"""... and least white after it, or something that is no digit."""


def is_per_cent(component: Component) -> bool:
    """Tell whether a component is two rings, one upper left and one lower right.

    Parameters
    ----------
    component : Component
    """
    height, width = component.mask.shape
    # Ink is connected corner to corner, so what it encloses is not.
    white = (~np.pad(component.mask, 1)).astype(np.uint8)
    count, labels, stats, _ = cv2.connectedComponentsWithStats(white, connectivity=4)
    inside = [
        k
        for k in range(1, count)
        if k != labels[0, 0] and stats[k, cv2.CC_STAT_AREA] >= LEAST * height * width
    ]
    if len(inside) != 2:
        return False
    high, wide = stats[inside, cv2.CC_STAT_HEIGHT].sum(), stats[inside, cv2.CC_STAT_WIDTH].max()
    if high > SMALL * height or wide > SLIM * width:
        return False
    middles = sorted((np.argwhere(labels == k).mean(axis=0) - 1).tolist() for k in inside)
    (upper, left), (lower, right) = middles
    if not upper < height / 2 < lower or right - left < RINGS * width:
        return False
    rows, columns = np.nonzero(component.mask)
    head = rows < height / 2
    return bool(columns[~head].mean() - columns[head].mean() >= HALVES * width)


def signs_apart(symbols: list[Symbol]) -> list[Symbol]:
    """Make junk of the digits that are per cent signs.

    Parameters
    ----------
    symbols : list of Symbol
        Of a word, left to right.

    Returns
    -------
    list of Symbol
        As many.
    """
    found = list(symbols)
    for i in range(1, len(symbols)):
        before, own = symbols[i - 1 : i + 1]
        digits = before.kind == own.kind == "digit"
        ends = digits and _ends(symbols, i) and not _is_year(symbols, i)
        if ends and _is_print(before, own) and is_per_cent(own.component):
            found[i] = Symbol("junk", "", own.component)
    return found


def _ends(symbols: list[Symbol], i: int) -> bool:
    """Tell whether no digit follows closely."""
    if i + 1 == len(symbols) or symbols[i + 1].kind == "junk":
        return True
    x, _, w, h = symbols[i].component.box
    return symbols[i + 1].component.box[0] - (x + w) >= LAST * h


def _is_year(symbols: list[Symbol], i: int) -> bool:
    """Tell whether a slash stands before the digits that end here."""
    before = next((s for s in symbols[i - 1 :: -1] if s.kind != "digit"), None)
    return before is not None and before.char == "/"


def _is_print(before: Symbol, own: Symbol) -> bool:
    """Tell whether two neighbours are of one height, on one line, close together."""
    (x, y, w, h), (x1, y1, _, h1) = before.component.box, own.component.box
    slack = EVEN * max(h, h1)
    return abs(y1 - y) <= slack and abs(y1 + h1 - y - h) <= slack and x1 - (x + w) <= NEXT * h
