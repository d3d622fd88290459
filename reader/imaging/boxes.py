"""Rows of boxes that stand apart: forms print one for each digit, and none for what is ticked.

Their sides are too short for rules, and no tooth stands on a rule (`reader.imaging.combs`). A box alone may
be a 0, or the D of a display; three of one size on one row, with thin straight sides and square corners, are
not. Nor are two and more that share walls (`reader.imaging.joined_boxes`).
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.connected import turned
from reader.imaging.joined_boxes import APART, WHITE, around, joined, shares_walls, stands_alone
from reader.imaging.runs import pieces_of, runs_of
from reader.types import Box

Mask = NDArray[np.bool_]
Rows = NDArray[np.int64]

STRETCH = 4.0
"""Shortest whole stretch of a box's side, in widths of the page's strokes ..."""
SIDE = 20
"""... and in pixels."""
SMALLEST = 5.0
"""Shortest side of a box, in widths of the page's strokes: the zeros of square type have shorter ones."""
SQUARE = 0.7, 1.5
"""Height of a box in widths."""
ALIKE = 0.12
"""How much boxes of one row may differ in size and place, in sides."""
SEEN, GUESSED, HALF = 0.8, 0.6, 0.5
"""Part of each side that must be there, of one whose neighbours say where it is, and of a column of it."""
THREE = 0.9
"""Part of three sides that must be there where the fourth is lost: what stands above lightens the head."""
FEWEST = 3
"""Fewest boxes of a row."""
THICK = 1.2
"""Thickest side, in widths of strokes."""
MOST = 3000
"""Lines that are looked at; a page with more is hatched."""


def find_boxes(
    ink: Mask, across: NDArray[np.uint8], down: NDArray[np.uint8], stroke: float
) -> tuple[Mask, tuple[Box, ...]]:
    """Find rows of boxes that stand apart.

    Parameters
    ----------
    ink : ndarray of bool, shape (h, w)
    across, down : ndarray of uint8, shape (h, w)
        Pixels of short thin level and upright lines.
    stroke : float
        Width of strokes in pixels.

    Returns
    -------
    sides : ndarray of bool, shape (h, w)
        Ink of the boxes' sides.
    fields : tuple of Box
        From the first box to the last of each number.
    """
    sides = np.zeros(ink.shape, bool)
    fields: list[Box] = []
    slack, thick = max(2, round(0.5 * stroke)), round(THICK * stroke) + 1
    ink_turned, across_turned, down_turned = (
        turned(ink.astype(np.uint8)) > 0,
        turned(across),
        turned(down),
    )
    standing = _candidates(ink, across, down, stroke, slack)
    lying = _candidates(ink_turned, down_turned, across_turned, stroke, slack)
    found = np.concatenate([standing, lying[:, [1, 0, 3, 2]]])
    lines = cv2.dilate(across | down, np.ones((3, 3), np.uint8)) > 0
    for row in _rows(_apart(found)):
        if shares_walls(row):
            kept = [run for run in joined(row, slack) if stands_alone(run, ink, slack, thick)]
            if not kept:
                continue
            whole = np.concatenate(kept)
        elif len(row) >= FEWEST and not _is_table(row, ink, slack):
            whole = _filled(row, ink, slack)
        else:
            continue
        for box in whole.tolist():
            _mark(sides, box, lines, thick)
        fields += [around(run) for run in _runs(whole)]
    return sides & ink, tuple(fields)


def _candidates(
    ink: Mask, level: NDArray[np.uint8], upright: NDArray[np.uint8], stroke: float, slack: int
) -> Rows:
    """Give the boxes (x, y, w, h) that two level lines of one length are the head and foot of.

    Where a digit has broken one of these lines, the two others may still be whole: hence also turned.
    """
    pieces = pieces_of(runs_of(level)).boxes
    lines = pieces[pieces[:, 2] >= max(SIDE, STRETCH * stroke)]
    if not 2 <= len(lines) <= MOST:
        return np.zeros((0, 4), np.int64)
    lines = lines[np.lexsort((lines[:, 1], lines[:, 0]))]
    x, y, w, h = lines.T
    found: list[tuple[int, int, int, int]] = []
    for i in range(len(lines)):
        tolerance = ALIKE * w[i] + slack
        start, stop = np.searchsorted(x, [x[i] - tolerance, x[i] + tolerance])
        own = np.arange(start, stop)
        high = y[own] + h[own] - y[i]
        fits = (abs(w[own] - w[i]) <= tolerance) & (high >= SQUARE[0] * w[i]) & (high <= SQUARE[1] * w[i])
        for j in own[fits][np.argsort(high[fits], kind="stable")][:2]:
            # The lines end where the upright ones begin.
            rows = slice(int(y[i] + h[i]), int(y[j]))
            if rows.start >= rows.stop:
                continue
            left = _side(upright[rows], int(min(x[i], x[j])), 4 * slack, first=True)
            right = _side(upright[rows], int(max(x[i] + w[i], x[j] + w[j])) - 1, 4 * slack, first=False)
            if left is None or right is None:
                continue
            box = left, int(y[i]), right + 1 - left, int(y[j] + h[j] - y[i])
            if min(box[2:]) >= SMALLEST * stroke and min(_cover(ink, box, slack)) >= SEEN:
                found.append(box)
                break
    return np.array(found, np.int64).reshape(-1, 4)


def _side(upright: NDArray[np.uint8], at: int, reach: int, *, first: bool) -> int | None:
    """Give the outer edge of the upright line nearest to a column; the next box's side is not far."""
    start = max(0, at - reach)
    inked = np.flatnonzero(upright[:, start : at + reach + 1].astype(bool).mean(axis=0) >= HALF) + start
    if not len(inked):
        return None
    lines = np.split(inked, np.flatnonzero(np.diff(inked) > 1) + 1)
    nearest = min(lines, key=lambda line: int(abs(line - at).min()))
    return int(nearest[0] if first else nearest[-1])


def _cover(ink: Mask, box: Box, slack: int) -> tuple[float, float, float, float]:
    """Give the parts of a box's head, foot, left and right side that are inked."""
    x, y, w, h = box
    rows, cols = slice(max(0, y), y + h), slice(max(0, x), x + w)

    def part(at: int, *, level: bool) -> float:
        reach = slice(max(0, at - slack), max(0, at + slack + 1))
        band = ink[reach, cols] if level else ink[rows, reach]
        return float(band.any(axis=0 if level else 1).mean()) if band.size else 0.0

    return (
        part(y, level=True),
        part(y + h - 1, level=True),
        part(x, level=False),
        part(x + w - 1, level=False),
    )


def _apart(boxes: Rows) -> Rows:
    """Leave out what overlaps a smaller box: it goes from one box's side to the same side of the next."""
    order = boxes[np.argsort(boxes[:, 2] * boxes[:, 3], kind="stable")]
    middles, sizes = 2 * order[:, :2] + order[:, 2:], order[:, 2:]
    kept = np.ones(len(order), bool)
    for k in range(len(order)):
        if kept[k]:
            kept[k + 1 :] &= (np.abs(middles[k + 1 :] - middles[k]) > sizes[k]).any(axis=1)
    return order[kept]


def _rows(boxes: Rows) -> list[Rows]:
    """Group boxes of one size on one row, left to right; without those inside others."""
    rows: list[Rows] = []
    left = list(range(len(boxes)))
    while left:
        _, y, w, h = boxes[left[0]].tolist()
        rest = boxes[left]
        same = (abs(rest[:, 1] - y) <= ALIKE * h) & (abs(rest[:, 3] - h) <= ALIKE * h + 2)
        same &= abs(rest[:, 2] - w) <= ALIKE * w + 2
        row = rest[same][np.argsort(rest[same][:, 0], kind="stable")]
        row = row[np.concatenate([[True], np.diff(row[:, 0]) > 0.5 * w])]
        left = [k for k, own in zip(left, same, strict=True) if not own]
        if len(row) > 1:
            rows.append(row)
    return rows


def _is_table(row: Rows, ink: Mask, slack: int) -> bool:
    """Tell whether heads and feet go on between boxes: then these are some of a table's cells."""
    right = row[:-1, 0] + row[:-1, 2]
    between = np.column_stack([right, row[:-1, 1], row[1:, 0] - right, row[:-1, 3]])
    wide = [(x, y, w, h) for x, y, w, h in between.tolist() if w >= WHITE]
    joined = [min(_cover(ink, white, slack)[:2]) >= SEEN for white in wide]
    return bool(joined) and 2 * sum(joined) > len(joined)


def _filled(row: Rows, ink: Mask, slack: int) -> Rows:
    """Add the boxes between, before and behind those of a row that were missed: a digit broke their sides."""
    steps = np.diff(row[:, 0])
    _, _, w, h = (round(float(v)) for v in np.median(row, axis=0))
    close = steps[steps <= (1 + APART) * w]
    if not len(close):
        return row
    pitch = float(np.median(close))
    found = row.tolist()
    places: list[float] = []
    for x, step in zip(row[:, 0].tolist(), [*steps.tolist(), 0], strict=True):
        more = round(step / pitch) - 1 if step else 0
        places += [x + pitch * k for k in range(1, more + 1)] if more <= len(row) else []

    def take(place: float) -> bool:
        """Add the box at a place, if one is there."""
        nearest = row[np.argmin(abs(row[:, 0] - place))]
        box = round(place), int(nearest[1]), w, h
        least, second, _, _ = sorted(_cover(ink, box, slack))
        seen = 0 <= box[0] <= ink.shape[1] - w and (least >= GUESSED or second >= THREE)
        if seen:
            found.append(list(box))
        return seen

    for place in places:
        take(place)
    for end, step in ((float(row[0, 0]), -pitch), (float(row[-1, 0]), pitch)):
        while take(end + step):
            end += step
    return np.array(sorted(found), np.int64)


def _runs(row: Rows) -> list[Rows]:
    """Part a row where the white between two boxes is too wide for one number; a box alone is none.

    A day, a month and a year in boxes side by side are one.
    """
    whites = row[1:, 0] - row[:-1, 0] - row[:-1, 2]
    cuts = np.flatnonzero(whites > APART * np.median(row[:, 2])) + 1
    return [run for run in np.split(row, cuts) if len(run) > 1]


def _mark(sides: Mask, box: list[int], lines: Mask, thick: int) -> None:
    """Note the ink of a box's sides, and its corners, where two lines hide each other."""
    x, y, w, h = box
    left, top, right, foot = max(0, x - 2), max(0, y - 2), x + w + 2, y + h + 2
    rows = slice(top, y + thick), slice(max(0, foot - thick - 2), foot)
    cols = slice(left, x + thick), slice(max(0, right - thick - 2), right)
    for level in rows:
        sides[level, left:right] |= lines[level, left:right]
        for upright in cols:
            sides[level, upright] = True
    for upright in cols:
        sides[top:foot, upright] |= lines[top:foot, upright]
