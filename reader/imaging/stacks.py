"""Digits that lost a row of their ink: parts above one another become one component again.

Thermal heads with a dead dot, worn paper and faint strokes leave an upper and a lower half of a digit.
These differ in place and size from their neighbours, and would stand on lines of their own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reader.imaging.segment import join
from reader.types import Component

USUAL = 75
"""Percentile of the page's heights that is a digit's: many letters are lower."""
LOW, HIGH = 0.75, 1.3
"""Height of what becomes whole, in usual heights: two lines of print above each other are higher."""
PART = 0.22, 0.8
"""Height of a part, in heights of the whole: the dot of an i is lower."""
APART = 0.2
"""Most white between two parts, in heights of the whole."""
ABOVE = 0.5
"""Part of the narrower one's width that lies above the other."""
WIDE = 1.1
"""Widest whole, in its heights."""
LEVEL, FAR = 0.13, 12.0
"""Something else as high stands level with it, but for this part of its height, and so near."""
NEXT = 4
"""How many pieces of a column are looked at below each."""

_Boxes = NDArray[np.float64]


def join_stacks(components: list[Component]) -> list[Component]:
    """Join the parts of broken digits.

    Parameters
    ----------
    components : list of Component
        Of a level page.

    Returns
    -------
    list of Component
        The same ink, by top-left corners.
    """
    if len(components) < 3:
        return components
    components = sorted(components, key=lambda c: (c.box[1], c.box[0], c.box))
    boxes = np.array([c.box for c in components], float)
    pairs = _pairs(boxes, float(np.percentile(boxes[:, 3], USUAL)))
    wholes = _whole(boxes[pairs[:, 0]], boxes[pairs[:, 1]])
    pool = np.concatenate([boxes, wholes])
    group = {k: [k] for k in range(len(components))}
    for (i, j), whole in zip(pairs.tolist(), wholes, strict=True):
        both = sorted({*group[i], *group[j]})
        w, h = (boxes[both, :2] + boxes[both, 2:]).max(axis=0) - boxes[both, :2].min(axis=0)
        if h <= (1 + LEVEL) * whole[3] and w <= WIDE * h and _has_witness(whole, pool):
            group.update(dict.fromkeys(both, both))
    parts = [own for k, own in group.items() if k == own[0]]
    joined = [join([components[k] for k in own]) for own in parts]
    return sorted(joined, key=lambda c: (c.box[1], c.box[0]))


def _pairs(boxes: _Boxes, usual: float) -> NDArray[np.intp]:
    """Find the pairs of parts, upper and lower, that may be one digit.

    Returns
    -------
    ndarray of int, shape (N, 2)
        Indices into `boxes`, by the upper's and the lower's.
    """
    side = HIGH * usual
    low, high = PART[0] * LOW * usual, PART[1] * side
    small = np.flatnonzero((boxes[:, 3] >= low) & (boxes[:, 3] <= high) & (boxes[:, 2] <= WIDE * side))
    found = [np.zeros((0, 2), np.intp)]
    # What lies in two columns of one set lies in one of the other, which is half a column further.
    for shift in (0.0, 0.5):
        column = ((boxes[small, 0] + boxes[small, 2] / 2) / side + shift).astype(int)
        order = np.lexsort((boxes[small, 0], boxes[small, 1], column))
        for step in range(1, NEXT + 1):
            same = column[order[:-step]] == column[order[step:]]
            upper, lower = small[order[:-step][same]], small[order[step:][same]]
            stacked = _may_be_one(boxes[upper], boxes[lower], usual)
            found.append(np.column_stack([upper[stacked], lower[stacked]]))
    return np.unique(np.concatenate(found), axis=0)


def _whole(upper: _Boxes, lower: _Boxes) -> _Boxes:
    """Give the boxes around pairs of boxes."""
    corner = np.minimum(upper[:, :2], lower[:, :2])
    end = np.maximum(upper[:, :2] + upper[:, 2:], lower[:, :2] + lower[:, 2:])
    return np.concatenate([corner, end - corner], axis=1)


def _may_be_one(upper: _Boxes, lower: _Boxes, usual: float) -> NDArray[np.bool_]:
    """Tell which pairs may be parts of one digit by their sizes and places."""
    whole = _whole(upper, lower)
    w, h = whole[:, 2], whole[:, 3]
    over = upper[:, 2] + lower[:, 2] - w
    gap = lower[:, 1] - upper[:, 1] - upper[:, 3]
    sizes = (np.minimum(upper[:, 3], lower[:, 3]) >= PART[0] * h) & (
        np.maximum(upper[:, 3], lower[:, 3]) <= PART[1] * h
    )
    above = (lower[:, 1] + lower[:, 3] > upper[:, 1] + upper[:, 3]) & (gap <= APART * h)
    above &= over >= ABOVE * np.minimum(upper[:, 2], lower[:, 2])
    return np.asarray(sizes & above & (h >= LOW * usual) & (h <= HIGH * usual) & (w <= WIDE * h))


def _has_witness(whole: NDArray[np.float64], pool: _Boxes) -> bool:
    """Tell whether something else as high, a digit or another pair, stands at the same level."""
    x, y, w, h = whole.tolist()
    head, foot = np.abs(pool[:, 1] - y), np.abs(pool[:, 1] + pool[:, 3] - y - h)
    beside = (pool[:, 0] >= x + w) | (pool[:, 0] + pool[:, 2] <= x)
    near = np.abs(pool[:, 0] + pool[:, 2] / 2 - x - w / 2) <= FAR * h
    return bool(((head <= LEVEL * h) & (foot <= LEVEL * h) & beside & near).any())
