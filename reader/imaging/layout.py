"""Components to text lines, and the order in which a person would read them.

Two components stand on one line where they overlap in height, are of similar size and are each
other's nearest neighbour sideways; chains of such pairs are lines. So several sizes, columns and
slightly curled lines need no page-wide grid. Small marks join the line in whose band they lie.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace

import numpy as np

from reader.imaging.chains import chains
from reader.imaging.geometry import union_box
from reader.imaging.order import median, percentile
from reader.types import Box, Component, TextLine

MARK = 0.42
"""A component lower than this part of a line's height is a mark: a dot, a dash, a speck. Some writers'
zeros are hardly higher."""

SPECK = 0.06
"""Lower than this part of a line's height it is dust."""
GIANT = 2.5
"""A lone component higher than this, in usual heights of the page, is a piece of a frame without marks ..."""
BAR = 0.2
"""... and so are several where more than half are narrower than this, in their heights."""
TALLEST = 1.4
"""Highest component in a comb field, in heights of the field."""
CROWD = 250
"""More pieces than this are no comb's; who stands above whom is asked of all pairs."""
ROW = 0.5
"""What is so high, in usual heights of what a comb holds, makes a second row so far below another."""
OFFSPRING = 4
"""Higher than that, two or more that would adopt more chains than this each are pieces of frames too."""
PRINT = 0.7
"""Two or more in a row, higher than this part of the page's usual height, are no marks of anything as high as
that: they are the page's print beside a flourish."""
TALL = 90
"""Percentile of a line's heights that stands for its digits: most letters of text are hardly twice as high as
a comma."""
MARKS = 3
"""More small components than this in a row are a line of their own: small print, a dotted rule."""


def find_lines(components: list[Component], fields: tuple[Box, ...] = ()) -> list[TextLine]:
    """Group components into lines, in reading order.

    Parameters
    ----------
    components : list of Component
    fields : tuple of Box
        Comb fields: what stands in one is one line, however far apart.

    Returns
    -------
    list of TextLine
        Every component is on exactly one line.
    """
    filled = [[c for c in components if _stands_in(c.box, field)] for field in fields]
    # Both rules of a closed comb tell of it: what one has taken the other does not get.
    taken: set[Box] = set()
    made = []
    for own in filled:
        if (rest := [c for c in own if c.box not in taken]) and _is_one_row([c.box for c in rest]):
            taken |= {c.box for c in rest}
            made.append(replace(make_line(rest), comb=True))
    components = [c for c in components if c.box not in taken]
    boxes = [c.box for c in components]
    lines = _adopt_marks(chains(boxes), boxes)
    made += [make_line([components[i] for i in chain]) for chain in lines]
    return [made[i] for i in reading_order([line.box for line in made])]


def _stands_in(box: Box, field: Box) -> bool:
    """Tell whether the middle of a box lies in a field, and the box is no higher than that."""
    x, y = box[0] + box[2] / 2 - field[0], box[1] + box[3] / 2 - field[1]
    return 0 <= x <= field[2] and 0 <= y <= field[3] and box[3] <= TALLEST * field[3]


def _is_one_row(boxes: list[Box]) -> bool:
    """Tell whether nothing stands under anything else: rows between two heavy rules are no comb."""
    if len(boxes) > CROWD:
        return False
    many = np.array(boxes, float)
    size = float(np.median(many[:, 3]))
    x, y, w, h = many[many[:, 3] >= ROW * size].T[:, :, None]
    over = np.minimum(x + w, (x + w).T) - np.maximum(x, x.T) > 0.5 * np.minimum(w, w.T)
    return not bool((over & (y.T - (y + h) > ROW * size)).any())


def make_line(components: list[Component]) -> TextLine:
    """Make a line of components that belong together.

    Raises
    ------
    ValueError
        Where there are none.
    """
    if not components:
        raise ValueError("a line needs at least one component")
    ordered = sorted(components, key=lambda c: (c.box[0] + c.box[2] / 2, c.box))
    boxes = [c.box for c in ordered]
    least = MARK * max(h for _, _, _, h in boxes)
    body = [(h, y + h) for _, y, _, h in boxes if h >= least]
    typical, foot = percentile([h for h, _ in body], 60), median([foot for _, foot in body])
    return TextLine(tuple(ordered), foot, typical, union_box(boxes))


def _adopt_marks(rows: list[list[int]], boxes: list[Box]) -> list[list[int]]:
    """Move chains of small marks into the line in whose band they lie."""
    spans = np.array([union_box([boxes[i] for i in chain]) for chain in rows], float).reshape(-1, 4)
    # Most chains are single marks; percentiles for each would take most of the time on a dense page.
    heights = [[boxes[i][3] for i in chain] for chain in rows]
    both = [
        (own[0], own[0]) if len(own) == 1 else (percentile(own, 60), percentile(own, TALL)) for own in heights
    ]
    sizes, tall = np.array(both, float).reshape(-1, 2).T
    usual = float(np.median([b[3] for b in boxes])) if boxes else 0.0
    frames = np.array([_may_be_frame([boxes[i] for i in chain]) for chain in rows], np.bool_)
    hosts = ~frames | (sizes <= GIANT * usual)
    home = np.full(len(rows), -1)
    size = np.maximum(sizes, 1.0)
    top, foot = spans[:, 1] - 0.3 * size, spans[:, 1] + spans[:, 3] + 0.4 * size
    left, right = spans[:, 0] - 0.7 * size, spans[:, 0] + spans[:, 2] + 0.7 * size
    for k, chain in enumerate(rows):
        if len(chain) > MARKS:
            continue
        x, y, w, h = spans[k]
        middle = y + h / 2
        near = np.flatnonzero(hosts & (middle > top) & (middle < foot) & (x + w > left) & (x < right))
        own = size[near]
        fits = (h < MARK * (tall[near] if len(chain) == 1 else own)) & (h > SPECK * own) & (w < 3 * own)
        if len(chain) > 1 and sizes[k] > PRINT * usual:
            fits &= sizes[near] <= GIANT * usual
        near = near[fits]
        if near.size:
            distance = np.abs(spans[near, 1] + spans[near, 3] * 0.7 - middle) / size[near]
            home[k] = near[int(np.argmin(distance))]
    adopted = np.bincount(home[home >= 0], minlength=len(rows))
    several = np.array([len(chain) for chain in rows]) * OFFSPRING
    home[np.isin(home, np.flatnonzero((sizes > GIANT * usual) & (adopted > several)))] = -1
    marks: dict[int, list[int]] = defaultdict(list)
    for k in np.flatnonzero(home >= 0).tolist():
        marks[int(home[k])].append(k)
    return [_all_of(k, rows, marks) for k in range(len(rows)) if home[k] < 0]


def _may_be_frame(chain: list[Box]) -> bool:
    """Tell whether what is many times as high as the page's writing is a frame: alone, or mostly bars."""
    return len(chain) == 1 or sum(w < BAR * h for _, _, w, h in chain) > len(chain) / 2


def _all_of(k: int, rows: list[list[int]], marks: dict[int, list[int]]) -> list[int]:
    """Give a chain with those that it has adopted, and those that they have (a mark's own mark)."""
    return rows[k] + [i for m in marks.get(k, []) for i in _all_of(m, rows, marks)]


def reading_order(boxes: list[Box]) -> list[int]:
    """Order boxes as a person reads them, by recursive cuts through white.

    Rows that are clear of each other come first (a table is read by rows); where no clear row is left,
    columns that are clear of each other are read one after the other; then by height.

    Parameters
    ----------
    boxes : list of Box

    Returns
    -------
    list of int
        Indices into `boxes`.

    Examples
    --------
    >>> reading_order([(50, 0, 10, 5), (0, 1, 10, 5), (0, 20, 10, 5)])
    [1, 0, 2]
    """
    return _cut(list(range(len(boxes))), boxes, by_row=True, failed=False)


def _cut(members: list[int], boxes: list[Box], *, by_row: bool, failed: bool) -> list[int]:
    """Cut into rows and columns in turn until neither cuts."""
    if len(members) < 2:
        return members
    axis = 1 if by_row else 0
    groups: list[list[int]] = []
    reach = -np.inf
    for i in sorted(members, key=lambda i: (boxes[i][axis], boxes[i][1 - axis], i)):
        start, size = boxes[i][axis], boxes[i][axis + 2]
        if not groups or start >= reach - 0.2 * size:
            groups.append([i])
        else:
            groups[-1].append(i)
        reach = max(reach, start + size)
    if len(groups) == 1:
        if failed:
            return sorted(members, key=lambda i: (boxes[i][1], boxes[i][0], i))
        return _cut(members, boxes, by_row=not by_row, failed=True)
    return [i for group in groups for i in _cut(group, boxes, by_row=not by_row, failed=False)]
