"""Chains of boxes that stand side by side: each other's nearest neighbours of similar size.

So several sizes, columns and slightly curled lines need no page-wide grid.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict

import numpy as np

from reader.types import Box

REACH = 1.6
"""Widest gap inside a line, in heights of the taller neighbour."""
WIDEST, USUAL = 1.8, 0.75
"""Width of the widest character, printed at twice its width, and of a usual wide one, in heights."""
BESIDE = 0.45
"""White between two characters printed so, in widths."""
SIZE_RATIO = 2.4
"""Largest ratio of heights of two neighbours on a line."""
PIECE = 0.6
"""What is lower than this, in heights of a neighbour, may stand between that and the next one ..."""
CLOSE = 0.7
"""... where no more than this is between those two, in heights of the lower, and ..."""
SAME = 1.8
"""... the higher is no higher than this, in heights of the lower."""

Bands = dict[int, list[tuple[int, int]]]
"""Left edges and indices of boxes, by the horizontal bands that they reach into."""


def chains(boxes: list[Box]) -> list[list[int]]:
    """Link each box to its nearest neighbour on the right where that one links back.

    Parameters
    ----------
    boxes : list of Box

    Returns
    -------
    list of list of int
        Indices into `boxes`, left to right; every box is in exactly one chain.
    """
    bands: Bands = defaultdict(list)
    step = max(8, int(np.median([b[3] for b in boxes]))) if boxes else 8
    for i, (x, y, _, h) in enumerate(boxes):
        for band in range(y // step, (y + h) // step + 1):
            bands[band].append((x, i))
    for band_list in bands.values():
        band_list.sort()
    right = {i: j for i in range(len(boxes)) if (j := _nearest_right(i, boxes, bands, step)) is not None}
    left: dict[int, int] = {}
    for i, j in right.items():
        if j not in left or _gap(boxes[i], boxes[j]) < _gap(boxes[left[j]], boxes[j]):
            left[j] = i
    follows = {i: j for j, i in left.items()}
    _pass_over(boxes, follows, left, right, bands, step)
    _join_stretched(boxes, follows, left, bands, step)
    found = []
    for i in range(len(boxes)):
        if i not in left:
            chain = [i]
            while chain[-1] in follows:
                chain.append(follows[chain[-1]])
            found.append(chain)
    return found


def _pass_over(
    boxes: list[Box],
    follows: dict[int, int],
    left: dict[int, int],
    right: dict[int, int],
    bands: Bands,
    step: int,
) -> None:
    """Go on behind what is small and leads nowhere: a comma, a broken digit's piece.

    It may be just high enough to be a neighbour of the digit on one side, and not of that on the other,
    whose place it takes.
    """
    for i, j in sorted(right.items()):  # a piece before `j`, which took it from `i`
        m = left[j]
        free = m != i and i not in follows and m not in left and _middle(boxes[i]) < _middle(boxes[m])
        if free and boxes[m][3] < PIECE * boxes[j][3] and _are_close(boxes[i], boxes[j]):
            follows[i], left[m] = m, i
    for m, i in sorted(left.items()):  # a comma behind `i`
        if m in follows or boxes[m][3] >= PIECE * boxes[i][3]:
            continue
        beyond = _nearest_right(i, boxes, bands, step, without=m)
        if beyond is None or beyond in left or _middle(boxes[beyond]) <= _middle(boxes[m]):
            continue
        if _are_close(boxes[i], boxes[beyond]):
            follows[m], left[beyond] = beyond, m


def _join_stretched(
    boxes: list[Box], follows: dict[int, int], left: dict[int, int], bands: Bands, step: int
) -> None:
    """Join chains of type at twice its width across a wider white, such as around a point.

    One of them must have such characters close together: those of a page that lies on its side are as wide.
    """
    found: list[tuple[int, Box, int, int]] = []
    for i in [k for k, box in enumerate(boxes) if k not in follows and _is_stretched(box)]:
        _, _, w, h = boxes[i]
        j = _nearest_right(i, boxes, bands, step, reach=REACH * w / (USUAL * h))
        if j is None or j in left or not _is_stretched(boxes[j]):
            continue
        sides = (left.get(i), i), (j, follows.get(j))
        if any(a is not None and b is not None and _are_beside(boxes[a], boxes[b]) for a, b in sides):
            found.append((_gap(boxes[i], boxes[j]), boxes[i], i, j))
    for _, _, i, j in sorted(found):  # of two that reach for one the nearer has it
        if j not in left:
            follows[i], left[j] = j, i


def _is_stretched(box: Box) -> bool:
    """Tell whether a box has the size of a character that is wider than high."""
    return box[3] < box[2] <= WIDEST * box[3]


def _are_beside(a: Box, b: Box) -> bool:
    """Tell whether two stretched characters have no more than usual white between them."""
    return _is_stretched(a) and _is_stretched(b) and _gap(a, b) <= BESIDE * max(a[2], b[2])


def _are_close(a: Box, b: Box) -> bool:
    """Tell whether nothing but a mark fits between two boxes of about one height."""
    low, high = sorted((a[3], b[3]))
    return high <= SAME * low and _gap(a, b) <= CLOSE * low


def _middle(box: Box) -> float:
    return box[0] + box[2] / 2


def _gap(a: Box, b: Box) -> int:
    """Give the distance from the right side of `a` to the left side of `b`."""
    return b[0] - (a[0] + a[2])


def _alike(a: Box, b: Box) -> bool:
    """Tell whether two boxes can be neighbours on one line."""
    low, high = sorted((a[3], b[3]))
    overlap = min(a[1] + a[3], b[1] + b[3]) - max(a[1], b[1])
    return high <= SIZE_RATIO * low and overlap >= 0.45 * low


def _nearest_right(
    i: int, boxes: list[Box], bands: Bands, step: int, without: int = -1, reach: float = REACH
) -> int | None:
    """Find the nearest box on the right that can be a neighbour."""
    a = boxes[i]
    centre = _middle(a)
    best, nearest = None, float("inf")
    for band in range(a[1] // step, (a[1] + a[3]) // step + 1):
        row = bands[band]
        for x, j in row[bisect_left(row, (a[0], -1)) :]:
            b = boxes[j]
            gap = _gap(a, b)
            if gap > reach * SIZE_RATIO * a[3]:
                break
            ahead = _middle(b) > centre and gap <= reach * max(a[3], b[3])
            if j not in (i, without) and ahead and (gap, j) < (nearest, best or -1) and _alike(a, b):
                best, nearest = j, gap
            if best is not None and x > a[0] + a[2] + nearest:
                break
    return best
