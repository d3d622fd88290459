"""Comb fields: the boxes and teeth into which forms want digits written, one a cell.

A tooth is a short upright line that stands on a rule, or hangs from one. So does a pen's 1. What tells them
apart is the comb: its teeth come at one pitch from end to end of its rule, and a 1 stands between them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reader.imaging.runs import pieces_of, runs_of
from reader.types import Box

Mask = NDArray[np.bool_]
Floats = NDArray[np.float64]

FEWEST = 4
"""Fewest teeth at one pitch that are a comb ..."""
COVERED = 0.6
"""... and part of the places of teeth, from the first to the last, at which one stands."""
UNEVEN, MOSTLY = 0.25, 0.5
"""How much the length of a tooth may differ from the others', and part of them that must be so: those at the
ends are often longer, and some are broken by what was written."""
PIECE = 0.4
"""Length below which a line is a piece of one, in lengths of the longer lines."""
ON, TABLE = 0.6, 0.25
"""Length of a line that continues a tooth beyond the rule, in lengths of the tooth, and part of the teeth
that may seem to go on: the walls of a table do."""
BEYOND = 3
"""How far beyond the rule such a line may begin, in reaches: the rule's own thickness and its rough edges."""
BENT, ROUGH = 1.4, 0.8
"""Greatest width of a tooth's box, in widths of its line, and besides in reaches."""
OFF = 0.07
"""How far from its place a tooth may stand, in pitches ..."""
END = 0.15
"""... and a rule may end beyond the last: text that stands on a line does not reach from end to end of it."""
NARROWEST, WIDEST = 0.4, 6.0
"""Pitch of a comb, in lengths of its teeth."""
HIGH = 1.0
"""Height of a cell at least, in pitches: many teeth are shorter than the digits between them."""
ROUNDS = 4
"""How often the pitch is fitted at most."""
GAP = 2
"""Half of the longest gap in a rule, in reaches."""
MOST = 400
"""Lines on a rule that are looked at; more are hatching."""


@dataclass(frozen=True, slots=True)
class Combs:
    """The combs of a page.

    Attributes
    ----------
    teeth : ndarray of int
        Which of the upright lines are teeth.
    between : ndarray of int
        Which of them stand on a comb, but not where its teeth do: what somebody wrote.
    cells : ndarray of bool, shape (h, w)
        Where teeth stand, or would, as high as the cells.
    fields : tuple of Box
        Each comb, from its first tooth to its last.
    """

    teeth: NDArray[np.intp]
    between: NDArray[np.intp]
    cells: Mask
    fields: tuple[Box, ...]


def no_combs(shape: tuple[int, ...]) -> Combs:
    """Give what a page of that height and width without combs has."""
    none = np.zeros(0, np.intp)
    return Combs(none, none, np.zeros(shape, bool), ())


def find_combs(across: Mask, lines: NDArray[np.intp], reach: int) -> Combs:
    """Find the combs among upright lines.

    Parameters
    ----------
    across : ndarray of bool, shape (h, w)
        Level rules.
    lines : ndarray of int, shape (N, 5)
        x, y, width, height and area of the upright lines in pixels.
    reach : int
        How far from a rule the end of a line that touches it may lie, in pixels.

    Returns
    -------
    Combs
    """
    if not len(lines):
        return no_combs(across.shape)
    cells = np.zeros(across.shape, bool)
    boxes = lines[:, :4]
    # Faint lines are rough: what they are wider by grows with the scale of the page's strokes.
    straight = boxes[:, 2] <= BENT * lines[:, 4] / np.maximum(boxes[:, 3], 1) + ROUGH * reach
    teeth, other = np.zeros((2, len(boxes)), bool)
    fields: list[Box] = []
    # A rule has gaps where something stands on it.
    rules = pieces_of(runs_of(across).closed(2 * GAP * reach + 1))
    labels = rules.labels()
    feet, heads = (_rules_at(labels, boxes, reach, foot=foot) for foot in (True, False))
    for foot, on in ((True, feet), (False, heads)):
        for rule in np.unique(on[on > 0]):
            own = np.flatnonzero(on == rule)
            x, y, w, h = rules.boxes[rule - 1].tolist()
            if not FEWEST <= len(own) <= MOST:
                continue
            places = boxes[own, 0] + boxes[own, 2] / 2
            even = straight[own]
            comb = pitch_of(places[even], boxes[own[even], 3].astype(float), (x, x + w))
            if comb is None:
                continue
            start, pitch, last = comb
            stands = (
                (_off(places, start, pitch) <= OFF * pitch + 1)
                & (places > start - pitch / 2)
                & (places < last + pitch / 2)
            )
            # Of a comb that is seen at an angle the walls at its ends are farthest from their places.
            for end in (start, last):
                stands |= np.abs(places - end) <= END * pitch + 1
            length = round(max(HIGH * pitch, float(np.median(boxes[own[stands], 3]))))
            ends = np.stack([heads, feet], axis=1)[own[stands]] > 0
            if _go_on(boxes[own[stands]], ends, boxes[straight], reach) > TABLE:
                continue
            teeth[own[stands]] = True
            top, low = (max(0, y - length), y + h) if foot else (y, y + h + length)
            field = (round(start), top, round(last - start), low - top)
            fields.append(field)
            other |= _inside(boxes, field) & (
                _off(boxes[:, 0] + boxes[:, 2] / 2, start, pitch) > 2 * OFF * pitch + 1
            )
            for k in np.arange(start, last + pitch / 2, pitch):
                cells[top:low, max(0, round(k) - 1) : round(k) + 2] = True
    return Combs(np.flatnonzero(teeth), np.flatnonzero(other & ~teeth), cells, tuple(fields))


def _off(places: Floats, start: float, pitch: float) -> Floats:
    """Give the distance from the nearest place of a tooth."""
    return np.asarray(np.abs((places - start + pitch / 2) % pitch - pitch / 2))


def _inside(boxes: NDArray[np.intp], field: Box) -> NDArray[np.bool_]:
    """Tell which boxes have their middle in a field."""
    middle = boxes[:, :2] + boxes[:, 2:] / 2 - field[:2]
    return np.asarray(((middle >= 0) & (middle <= field[2:])).all(axis=1))


def pitch_of(places: Floats, lengths: Floats, ends: tuple[float, float]) -> tuple[float, float, float] | None:
    """Find the pitch at which lines stand.

    Parameters
    ----------
    places, lengths : ndarray of float64, shape (N,)
        Where each line stands along the rule, and how long it is, in pixels.
    ends : (float, float)
        Of the rule.

    Returns
    -------
    (float, float, float) or None
        The first place of a tooth, the pitch, the last place; None where the lines are no comb.

    Examples
    --------
    >>> [round(n) for n in pitch_of(np.array([0.0, 20, 33, 40, 60, 80]), np.full(6, 12.0), (0, 80)) or ()]
    [0, 20, 80]
    """
    if len(places) < FEWEST:
        return None
    rank = np.argsort(places, kind="stable")
    tall = float(np.percentile(lengths, 75))
    # Pieces of teeth and of digits stand anywhere: they tell nothing about the pitch.
    rank = rank[lengths[rank] >= PIECE * tall]
    order, lengths = places[rank], lengths[rank]
    best: tuple[float, float, float, float, float] | None = None
    for i, j in _pairs(len(order)):
        pitch = float(order[j] - order[i])
        if not NARROWEST * tall <= pitch <= WIDEST * tall:
            continue
        at, fits = _settled(order, float(order[i]), pitch)
        known = np.unique(at[fits])
        alike = np.abs(lengths[fits] / np.median(lengths[fits]) - 1) < UNEVEN
        if alike.mean() < MOSTLY or len(known) < FEWEST or len(known) < COVERED * (known[-1] - known[0] + 1):
            continue
        # The best line through all of them: one pair says little about the pitch.
        pitch, start = np.polyfit(at[fits], order[fits], 1)
        first, last = start + known[0] * pitch, start + known[-1] * pitch
        before, after = round((first - ends[0]) / pitch), round((ends[1] - last) / pitch)
        if min(before, after) < 0 or before + after > 1:  # one end may have lost its tooth
            continue
        first, last = first - before * pitch, last + after * pitch
        if max(abs(first - ends[0]), abs(last - ends[1])) > END * pitch + 2:
            continue
        error = float(np.abs(order[fits] - start - at[fits] * pitch).mean())
        # Half the pitch explains what is written in the middle of cells too, but leaves places empty.
        worth = len(known) ** 2 / (known[-1] - known[0] + 1)
        if best is None or (worth, -error) > (best[0], -best[1]):
            best = worth, error, first, pitch, last
    return None if best is None else (float(best[2]), float(best[3]), float(best[4]))


def _settled(order: Floats, start: float, pitch: float) -> tuple[Floats, NDArray[np.bool_]]:
    """Give the nearest place of each line, counted from `start`, and which lines stand at theirs.

    One pair of teeth says little about the pitch of many, less where the page is seen at an angle, so the
    pitch is fitted to what stands at its place, and that looked for again.
    """
    at, fits = order, np.zeros(len(order), bool)
    for _ in range(ROUNDS):
        steps = (order - start) / pitch
        at, before = np.rint(steps), fits
        fits = np.abs(steps - at) * pitch <= OFF * pitch + 1
        if (fits == before).all() or len(np.unique(at[fits])) < FEWEST:
            break
        slope, offset = np.polyfit(at[fits], order[fits], 1)
        if slope <= 0:
            break
        start, pitch = float(offset), float(slope)
    return at, fits


def _go_on(teeth: NDArray[np.intp], ends: NDArray[np.bool_], lines: NDArray[np.intp], reach: int) -> float:
    """Give the part of teeth that another line continues beyond the rule at their head or foot (`ends`).

    Those are the walls of a table.
    """
    found = 0
    for (x, y, w, h), (head, foot) in zip(teeth.tolist(), ends.tolist(), strict=True):
        beside = np.abs(lines[:, 0] + lines[:, 2] / 2 - x - w / 2) <= reach
        # On both sides of the rule: a short tooth begins as near its own foot.
        over, under = y - lines[:, 1] - lines[:, 3], lines[:, 1] - y - h
        above = head & (over >= -reach) & (over <= BEYOND * reach)
        below = foot & (under >= -reach) & (under <= BEYOND * reach)
        found += bool((beside & (above | below) & (lines[:, 3] >= ON * h)).any())
    return found / len(teeth)


def _pairs(count: int) -> list[tuple[int, int]]:
    """Give the pairs of lines that may be neighbouring teeth: written lines may stand between."""
    return [(i, j) for i in range(count) for j in range(i + 1, min(i + 4, count))]


def _rules_at(
    labels: NDArray[np.int32], boxes: NDArray[np.intp], reach: int, *, foot: bool
) -> NDArray[np.intp]:
    """Give for each upright line the label of the rule at its foot or head; 0 where there is none."""
    found = np.zeros(len(boxes), np.intp)
    for k, (x, y, w, h) in enumerate(boxes.tolist()):
        end = y + h if foot else y
        near = labels[max(0, end - reach) : end + reach, max(0, x - 1) : x + w + 1]
        touched = near[near > 0]
        if touched.size:
            found[k] = int(np.bincount(touched).argmax())
    return found
