"""From symbols to numbers: what belongs together, what it says, how sure it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations, groupby, pairwise

import numpy as np

from reader.imaging.geometry import union_box
from reader.imaging.order import median, percentile
from reader.imaging.segment import join
from reader.imaging.walls import Walls
from reader.options import ReadOptions
from reader.recognize.alternatives import Strings, by_digits
from reader.recognize.context import CELL, DEMANDS, TEXT, is_number
from reader.recognize.decode import Symbol
from reader.recognize.marks import is_colon
from reader.recognize.per_cent import signs_apart
from reader.recognize.slashes import restore_slashes
from reader.recognize.spacing import NARROW, is_next, pitch, stretch
from reader.types import NOT_A_DIGIT, Box, Char, Number

UNREADABLE = "?"
TEETH = 2
"""Low rules between a word's characters from which these are teeth that hold a number together: one may be
the side of a low box, as of an amount behind its currency."""


@dataclass(frozen=True, slots=True)
class Spacing:
    """What white may lie inside a number, in heights of the line's digits.

    Attributes
    ----------
    usual : float
        Wider white parts two numbers, unless the line is widely spaced throughout.
    times : float
        In a widely spaced line, white up to this many times its typical white stays inside.
    most : float
        However widely spaced: no more than this.
    """

    usual: float = 0.6
    times: float = 2.1
    most: float = 1.5


SPACING = Spacing()


def white_limit(symbols: list[Symbol], height: float, spacing: Spacing = SPACING) -> float:
    """Give the widest white inside a number of this line, in pixels.

    Parameters
    ----------
    symbols : list of Symbol
        The digits and junk of a line, left to right.
    height : float
        Of the line's digits in pixels.
    """
    solid = [s for s in symbols if s.kind != "mark"]
    whites = [_white(a, b) for a, b in pairwise(solid)]
    if not whites:
        return spacing.most * height
    typical = percentile(whites, NARROW)
    height *= stretch([s.component.box[2] for s in solid], height)
    return max(spacing.usual * height, min(spacing.times * typical, spacing.most * height))


def groups(
    symbols: list[Symbol],
    height: float,
    walls: Walls,
    *,
    one: bool,
    comb: bool = False,
    text: bool = False,
    column: bool = False,
) -> list[list[Symbol]]:
    """Part a line's symbols into numbers.

    Parameters
    ----------
    symbols : list of Symbol
    height : float
        Of the line's digits in pixels.
    walls : Walls
    one : bool
        The line is one number: only junk is left out.
    comb : bool
        The line stands in the cells of a comb: no white and no tooth parts it.
    text : bool
        It is a line of text: a single digit must be sure.
    column : bool
        It stands in a column of numbers.

    Returns
    -------
    list of list of Symbol
        Each begins and ends with a digit.
    """
    if one:
        whole = _trim([s for s in symbols if s.kind != "junk"])
        return [tidy(whole)] if whole else []
    found = []
    symbols = symbols if comb else signs_apart(symbols)
    limit = None if comb else white_limit(symbols, height)
    for start, stop in _spans(symbols, limit, walls):
        group = symbols[start:stop]
        among = comb or column or walls.enclose(union_box([s.component.box for s in group]))
        demands = TEXT if text else CELL if among else DEMANDS
        if is_number(symbols, start, stop, height, demands):
            found.append(tidy(group, comb=comb))
    return found


def tidy(symbols: list[Symbol], *, comb: bool = False) -> list[Symbol]:
    """Settle the marks of a number: no specks, one separator at a place, slashes and colons restored.

    Parameters
    ----------
    symbols : list of Symbol
        From a digit to a digit.
    comb : bool
        Of what stands in the cells of a comb only a date has slashes: a leaning stroke in a cell is a 1.
    """
    height = median([s.component.box[3] for s in symbols if s.kind == "digit"])
    settled: list[Symbol] = []
    for kind, same in groupby(symbols, key=lambda s: s.kind):
        run = list(same)
        settled += run if kind == "digit" else _one_mark(run, height)
    restored = restore_slashes(settled)
    return settled if comb and sum(s.char == "/" for s in restored) != 2 else restored


def _parts(left: Symbol, right: Symbol, limit: float, step: float, walls: Walls, *, teeth: bool) -> bool:
    """Tell whether two neighbours belong to different numbers.

    `step` is the pitch of a display's digits; `teeth` says whether a low rule may be a tooth.
    """
    a, b = left.component.box, right.component.box
    if _white(left, right) > limit and not is_next(a, b, step, b[3]):
        return not (teeth and walls.is_tooth(a, b))
    return walls.is_wall(a, b)


def _right(symbol: Symbol) -> int:
    return symbol.component.box[0] + symbol.component.box[2]


def _one_mark(marks: list[Symbol], height: float) -> list[Symbol]:
    """Choose what the marks between two digits say: a colon, the largest with a name, or nothing."""
    for a, b in combinations(marks, 2):
        upper, lower = sorted((a.component, b.component), key=lambda c: c.box[1])
        if is_colon(upper, lower, height):
            return [Symbol("mark", ":", join([upper, lower]))]
    named = [m for m in marks if m.char]
    return [max(named, key=lambda s: (s.component.area, s.component.box))] if named else []


def _spans(symbols: list[Symbol], limit: float | None, walls: Walls) -> list[tuple[int, int]]:
    """Find the runs of digits and marks without wide white or walls, if any part, from a digit to a digit."""
    runs: list[list[int]] = [[]]
    step = pitch([symbol.component.box for symbol in symbols if symbol.kind == "digit"])
    solid = [symbol.component.box for symbol in symbols if symbol.kind != "mark"]
    teeth = sum(walls.is_tooth(a, b) for a, b in pairwise(solid)) >= TEETH
    for i, symbol in enumerate(symbols):
        if symbol.kind == "junk":
            runs.append([])
            continue
        # A speck may lie under the mark before it: what reaches farthest counts.
        if (
            limit is not None
            and runs[-1]
            and _parts(
                max((symbols[k] for k in runs[-1]), key=_right), symbol, limit, step, walls, teeth=teeth
            )
        ):
            runs.append([])
        runs[-1].append(i)
    inner = [[i for i in run if symbols[i].kind == "digit"] for run in runs]
    return [(run[0], run[-1] + 1) for run in inner if run]


def to_number(
    symbols: list[Symbol],
    place: Callable[[Box], Box],
    options: ReadOptions,
    strings: Strings | None = None,
) -> Number:
    """Make a number of symbols.

    Parameters
    ----------
    symbols : list of Symbol
        Digits, with marks between them.
    place : function of Box
        From ink pixels to page pixels.
    options : ReadOptions
    strings : tuple of (str, float), optional
        Its N best strings; without them those that its digits give.
    """
    chars = tuple(_to_char(s, place, options.min_confidence) for s in symbols)
    read = [c for c in chars if c.alternatives]
    box = union_box([c.box for c in chars])
    return Number(
        text="".join(c.char for c in chars),
        digits="".join(c.char for c in read),
        confidence=float(np.prod([c.confidence for c in read])),
        box=box,
        chars=chars,
        alternatives=by_digits(symbols) if strings is None else strings,
    )


def _to_char(symbol: Symbol, place: Callable[[Box], Box], least: float) -> Char:
    box = place(symbol.component.box)
    if symbol.scores is None:
        return Char(symbol.char, 1.0, box)
    digits = symbol.scores[:NOT_A_DIGIT].astype(float)
    order = np.argsort(-digits, kind="stable")[:3]
    confidence = float(digits[int(symbol.char)])
    return Char(
        char=symbol.char if confidence >= least else UNREADABLE,
        confidence=confidence,
        box=box,
        alternatives=tuple((str(int(d)), float(digits[d])) for d in order),
    )


def _trim(symbols: list[Symbol]) -> list[Symbol]:
    """Take marks off both ends."""
    inner = [i for i, s in enumerate(symbols) if s.kind == "digit"]
    return symbols[inner[0] : inner[-1] + 1] if inner else []


def _white(left: Symbol, right: Symbol) -> float:
    """Give the white between two symbols in pixels, negative where they overlap."""
    a, b = left.component.box, right.component.box
    return b[0] - (a[0] + a[2])
