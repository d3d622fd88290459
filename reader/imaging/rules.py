"""Ruled lines, underlines and frames: found as long runs that are thin across, and taken out.

A pixel belongs to a horizontal rule where the ink is thin vertically and such pixels form a long
stretch. Where a pen stroke crosses the rule the ink is thick vertically, so the crossing stays and the
stroke needs no repair.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.boxes import SIDE, STRETCH, find_boxes
from reader.imaging.combs import Combs, find_combs, no_combs
from reader.imaging.connected import turned
from reader.imaging.faint_rules import faint_rules
from reader.imaging.rule_points import clear_of, points_in_rules
from reader.imaging.runs import Runs, lying_on, pieces_of, runs_of
from reader.imaging.squared import is_squared
from reader.imaging.strong_on_rules import between, pale_along_rules, strong_on_rules
from reader.imaging.tables import part_rows
from reader.types import Box

Mask = NDArray[np.bool_]
Row = NDArray[np.int32]

SHORTEST = 12
"""Shortest tooth of a comb in pixels."""
THICKEST = 2.0
"""Thickest rule, in widths of the page's strokes."""
HIGH = 5
"""Longest piece of a broken tooth, in shortest lengths of one ..."""
BROKEN = 3
"""... and longest stretch of it that a digit hides, in thicknesses of the thickest rule."""
BARE = 0.6
"""Least part of a rule that no writing crosses: the feet of bold type that touches have less."""
BENT, LEANT = 1.5, 0.1
"""Greatest height of a wall's box (turned) in thicknesses of its line, and besides in its lengths."""
CROSSED = 6
"""Longest stretch of a rule that writing hides, in thicknesses of the thickest rule."""


def find_rules(ink: Mask, length: int, thickness: int) -> tuple[Mask, Mask, Combs]:
    """Find the pixels of long thin lines, and of the short ones that are teeth of combs.

    Parameters
    ----------
    ink : ndarray of bool, shape (h, w)
    length : int
        Shortest line that counts, in pixels.
    thickness : int
        Thickest line that counts, in pixels.

    Returns
    -------
    horizontal, vertical : ndarray of bool, shape (h, w)
    combs : Combs
    """
    return _find_rules(*_both_ways(ink, thickness), length)


@dataclass(frozen=True, slots=True)
class _Lines:
    """The level lines of a mask, of whatever length.

    Attributes
    ----------
    mask : ndarray of uint8, shape (h, w)
        All ink.
    thin : ndarray of uint8, shape (h, w)
        Ink that is thin from top to foot.
    rule : ndarray of uint8, shape (h, w)
        The same, three rows as one.
    band : Runs
        The same with the ink of strokes that cross.
    thickness : int
        Of the thickest line that counts, in pixels.
    """

    mask: NDArray[np.uint8]
    thin: NDArray[np.uint8]
    rule: NDArray[np.uint8]
    band: Runs
    thickness: int


def _both_ways(ink: Mask, thickness: int) -> tuple[_Lines, _Lines]:
    """Find the lines of a mask, level ones, and upright ones turned."""
    mask = ink.astype(np.uint8)
    return _lines(mask, thickness), _lines(turned(mask), thickness)


def _find_rules(level: _Lines, upright: _Lines, length: int) -> tuple[Mask, Mask, Combs]:
    """Do what `find_rules` does, with lines that are known."""
    across, down = (_long_runs(lines, length, bare=BARE) > 0 for lines in (level, upright))
    combs = no_combs(across.shape)
    if across.any():
        found, combs = _teeth(upright, across, length)
        down |= found
    return across, down.T, combs


def _teeth(upright: _Lines, across: Mask, length: int) -> tuple[Mask, Combs]:
    """Give the short upright lines that are no writing, turned, and the combs.

    They stand at one pitch (`find_combs`), or run from rule to rule; strokes in a comb's cells do neither.
    """
    runs = _long_runs(upright, max(SHORTEST, length // 8))
    thickness = upright.thickness
    pieces = pieces_of(runs_of(runs))
    long = np.flatnonzero(pieces.boxes[:, 2] >= SHORTEST)
    boxes = np.column_stack([pieces.boxes[long][:, [1, 0, 3, 2]], pieces.areas[long]])
    combs = find_combs(across, boxes, thickness // 2 + 1)
    rules = turned(across.astype(np.uint8))
    # Walls are looked for among longer lines: pieces of small letters would be ends of broken ones.
    found = _walls(upright, rules, max(8, length // 5))
    teeth, written = np.zeros((2, len(pieces.areas)), bool)
    teeth[long[combs.teeth]], written[long[combs.between]] = True, True
    found &= ~pieces.mask(written)
    found |= pieces.mask(teeth)
    return found, combs


def _walls(lines: _Lines, rules: NDArray[np.uint8], length: int) -> Mask:
    """Give the horizontal lines, short ones too, that run from rule to rule: teeth, and walls of tables.

    Everything is turned: the teeth are horizontal here, the rules vertical.
    """
    mask, thickness = lines.mask, lines.thickness
    pieces = pieces_of(runs_of(_long_runs(lines, length)))
    stats = np.column_stack([pieces.boxes, pieces.areas])
    keep = np.zeros(len(stats), bool)
    starts: list[int] = []
    stops: list[int] = []
    # Most lines end where no rule is anywhere near: these are seen at once.
    x, _, width, _, _ = stats.T
    reach = thickness // 2 + 2
    ruled = np.concatenate([[0], np.cumsum(rules.any(axis=0))])
    near_head = _any_in(ruled, x - reach, x + 2)
    near_foot = _any_in(ruled, x + width - 2, x + width + reach)
    short = width < 20 * length
    for i in np.flatnonzero(short & (near_head | near_foot)).tolist():
        w = int(width[i])
        if not _is_straight(stats[i]):
            continue
        left = near_head[i] and _meets(mask, rules, stats[i], reach, head=True)
        right = near_foot[i] and _meets(mask, rules, stats[i], reach, head=False)
        keep[i] = left and right
        if left != right and w < HIGH * length:
            (starts if left else stops).append(i)
    for i in starts:
        for j in stops:
            keep[[i, j]] |= _is_one_tooth(mask, stats[i], stats[j], thickness)
    return pieces.mask(keep)


def _any_in(sums: NDArray[np.intp], start: Row, stop: Row) -> Mask:
    """Tell of each stretch whether anything is in it, from the sums of all that is before each place."""
    end = len(sums) - 1
    return np.asarray(sums[stop.clip(0, end)] > sums[start.clip(0, end)])


def _is_straight(line: Row) -> bool:
    """Tell whether a level line neither bends nor leans, as the stem of a 4 may."""
    _, _, w, h, area = (int(v) for v in line)
    return h <= BENT * area / w + LEANT * w


def _meets(mask: NDArray[np.uint8], rules: NDArray[np.uint8], line: Row, reach: int, *, head: bool) -> bool:
    """Tell whether ink leads from an end of a level line to an upright rule; a stem ends in white."""
    x, y, w, h = (int(v) for v in line[:4])
    cols = slice(max(0, x - reach), x + 2) if head else slice(x + w - 2, x + w + reach)
    rows = slice(max(0, y - 1), y + h + 1)
    ink, rule = (np.asarray(part[rows, cols].any(axis=0), np.bool_) for part in (mask, rules))
    if head:
        ink, rule = ink[::-1], rule[::-1]
    at = np.flatnonzero(rule)
    return bool(len(at)) and bool(ink[: at[0]].all())


def _is_one_tooth(mask: NDArray[np.uint8], left: Row, right: Row, thickness: int) -> bool:
    """Tell whether two pieces of a level line are one, which a digit that touches it broke."""
    x, y, w, h = (int(v) for v in left[:4])
    x1, y1, _, h1 = (int(v) for v in right[:4])
    start, row = x + w, (2 * y + h + 2 * y1 + h1) // 4
    level = abs((2 * y + h) - (2 * y1 + h1)) <= thickness
    return level and 0 < x1 - start <= BROKEN * thickness and bool(mask[row, start:x1].all())


def _lines(mask: NDArray[np.uint8], thickness: int) -> _Lines:
    """Find the level lines of a mask.

    Kernels are odd: OpenCV opens off centre with even ones.
    """
    tall = cv2.morphologyEx(mask, cv2.MORPH_OPEN, np.ones((thickness | 1, 1), np.uint8))
    thin = np.asarray(cv2.subtract(mask, tall), np.uint8)
    # A line sloped by a few per cent climbs a row now and then: three rows count as one. A stroke
    # that crosses is bridged, white is not: the feet of letters side by side are no line.
    rule = np.asarray(cv2.dilate(thin, np.ones((3, 1), np.uint8)), np.uint8)
    bridged = runs_of(rule).closed(2 * thickness + 3).mask()
    band = cv2.bitwise_and(bridged, cv2.max(rule, cv2.dilate(mask, np.ones((3, 3), np.uint8))))
    return _Lines(mask, thin, rule, runs_of(np.asarray(band, np.uint8)), thickness)


def _long_runs(lines: _Lines, length: int, *, bare: float = 0.0) -> NDArray[np.uint8]:
    """Give the pixels of lines of this length and more, of which this part is no crossing."""
    long = lines.band.opened(length | 1)
    mask = (lying_on(long, lines.rule, bare) if bare else long).mask()
    return np.asarray(cv2.bitwise_and(cv2.dilate(mask, np.ones((3, 1), np.uint8)), lines.thin), np.uint8)


def remove_rules(
    ink: Mask, length: int, stroke: float, *, feet: bool = False, gray: NDArray[np.uint8] | None = None
) -> tuple[Mask, Mask, Mask, tuple[Box, ...]]:
    """Take long thin lines out of the ink.

    Parameters
    ----------
    ink : ndarray of bool, shape (h, w)
    length : int
        Shortest line that counts, in pixels.
    stroke : float
        Width of strokes in pixels; thicker lines are none.
    feet : bool
        On a page: take from the strokes that end in a rule what lies inside it, the feet of what stands on an
        underline; and look for rows of boxes too.
    gray : ndarray of uint8, shape (h, w), optional
        The page's flattened ink, bright: rules fainter than the writing are looked for in it.

    Returns
    -------
    ink : ndarray of bool, shape (h, w)
        What is left.
    across, down : ndarray of bool, shape (h, w)
        What was taken: level rules, and upright ones with all places of a comb's teeth. The upright ones of
        squared paper part nothing: they are among the level ones.
    fields : tuple of Box
        Comb fields.
    """
    thickness = round(THICKEST * stroke) + 1
    level, upright = _both_ways(ink, thickness)
    across, down, combs = _find_rules(level, upright, length)
    cells, fields = combs.cells, combs.fields
    faint = None if gray is None else faint_rules(gray, ink, across | down, length, thickness)
    if faint is not None:
        ink = ink | faint
        level, upright = _both_ways(ink, thickness)
        across, more, also = _find_rules(level, upright, length)
        down, cells, fields = down | more, cells | also.cells, fields + also.fields
    if feet:
        across = across | _ends(level.mask, across, thickness)
        down = down | _ends(upright.mask, down.T, thickness).T
        sides, boxed = _boxes(ink, level, upright, stroke)
        across, down, fields = across | sides, down | sides, boxed + fields
    whole, ink = ink, ink & ~(across | down)
    if feet:
        points = points_in_rules(whole & across, ink, length, stroke)
        ink |= points
        across = across & ~clear_of(points, stroke)
    if feet and down.any():
        pieces = pieces_of(runs_of(ink))
        if is_squared(across, down, pieces.boxes, stroke):
            rules = across | down
            limit = None if gray is None else between(gray, whole & rules, ink)
            if gray is not None and limit is not None:
                strong = strong_on_rules(gray, whole & rules, limit, stroke)
                ink &= ~pale_along_rules(gray, across, ink, limit, length)
                ink &= ~pale_along_rules(turned(gray), down.T, ink.T, limit, length).T
                ink, rules = ink | strong, rules & ~clear_of(strong, stroke)
            return ink, rules, np.zeros_like(down), ()
        ink &= ~part_rows(pieces, across, down, stroke)
    return ink, across, down | cells, fields


def _boxes(ink: Mask, level: _Lines, upright: _Lines, stroke: float) -> tuple[Mask, tuple[Box, ...]]:
    """Find rows of boxes that stand apart, and the ink of their sides."""
    side = round(max(SIDE, STRETCH * stroke))
    return find_boxes(ink, _long_runs(level, side), turned(_long_runs(upright, side)), stroke)


def _ends(mask: NDArray[np.uint8], rule: Mask, thickness: int) -> Mask:
    """Give the ink inside the band of level rules that belongs to no stroke that goes through it.

    A stroke that ends in a rule keeps what makes it thick there: an underlined 0 has two feet then, and no
    network knows it. Only what goes on on the other side of the rule needs what lies inside.
    """
    reach = 2 * thickness + 1
    ruled = np.asarray(rule.any(axis=1), np.bool_)
    if not ruled.any():
        return rule
    found = np.zeros(rule.shape, bool)
    # Rows farther from any rule have no part in it.
    near = np.ones((2 * reach + 3, 1), np.uint8)
    rows = np.flatnonzero(np.asarray(cv2.dilate(ruled[:, None].view(np.uint8), near), np.uint8))
    found[rows] = _ends_near(mask[rows], rule[rows], thickness, reach)
    return found


def _ends_near(mask: NDArray[np.uint8], rule: Mask, thickness: int, reach: int) -> Mask:
    """Do what `_ends` does in rows near rules; nothing here reaches from one block of them to the next."""
    lines = np.asarray(cv2.dilate(rule.astype(np.uint8), np.ones((3, 1), np.uint8)), np.uint8)
    closed = runs_of(lines).closed(CROSSED * thickness + 1).mask()
    band = cv2.erode(closed, np.ones((3, 1), np.uint8))
    rest = cv2.subtract(mask, band)
    beside = np.ones((reach, 3), np.uint8)
    above = cv2.dilate(rest, beside, anchor=(1, reach - 1))
    below = cv2.dilate(rest, beside, anchor=(1, 0))
    inside = cv2.bitwise_and(mask, band)
    return np.asarray(cv2.subtract(inside, cv2.bitwise_and(above, below)), np.uint8) > 0
