"""Slashes among ones: told from the digits around them.

A slash by itself is a slanted 1. Beside digits it stands taller and leans more than they do, and it
makes a date or a fraction of them.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

from reader.imaging.order import median, percentile
from reader.recognize.decode import Symbol
from reader.recognize.marks import BARELY, STRAIGHT, TOWERS, lean

TALLER = 1.12
"""Least height of a slash, in typical heights of the digits beside it."""
LEANS = 0.1
"""Least lean of a slash beyond that of the digits beside it (tangent) ..."""
STEEP = 0.2
"""... and of one that is no taller than they are; of one that towers over them (`TOWERS`) `BARELY` any."""
TWIN = 0.06
"""Most that the two slashes of a date differ in lean."""
UPRIGHT = 0.12
"""Most lean of a printed 1."""
MANY = 6
"""Of more suspects than this only the tallest are looked at."""


def restore_slashes(symbols: list[Symbol]) -> list[Symbol]:
    """Turn those ones of a number that are slashes into marks.

    Parameters
    ----------
    symbols : list of Symbol
        A number: digits, with marks between them.

    Returns
    -------
    list of Symbol
        As given where taking slashes out makes neither a date nor a fraction.
    """
    if any(s.kind == "mark" and s.char in ".,:" for s in symbols):
        # A speck between the digits of a date passes for a separator; a date has both its slashes then.
        dated = restore_slashes([s for s in symbols if s.kind == "digit" or s.char == "/"])
        return dated if sum(s.char == "/" for s in dated) == 2 and _has_tall_slashes(dated) else symbols
    known = tuple(i for i, s in enumerate(symbols) if s.char == "/")
    digits = [i for i, s in enumerate(symbols) if s.kind == "digit"]
    leans = {i: lean(symbols[i].component)[0] for i in digits if symbols[i].char in "1479"}
    suspects = [i for i in digits[1:-1] if symbols[i].char == "1"]
    found = {i: by for i in suspects if (by := _slashness(i, digits, symbols, leans)) > 0}
    likely = sorted(sorted(found, key=lambda i: -found[i])[:MANY])
    for count in range(2 - len(known), 0, -1):
        options = [c for c in combinations(likely, count) if _makes_sense(symbols, c, known, found, leans)]
        if options:
            best = max(options, key=lambda c: sum(found[i] for i in c))
            return [
                replace(s, kind="mark", char="/", scores=None) if i in best else s
                for i, s in enumerate(symbols)
            ]
    return symbols


def _slashness(i: int, digits: list[int], symbols: list[Symbol], leans: dict[int, float]) -> float:
    """Give by how much a 1 is taller than a digit, 0 where it is none of a slash."""
    component = symbols[i].component
    others = [symbols[k].component for k in digits if k != i and symbols[k].char != "1"]
    others = others or [symbols[k].component for k in digits if k != i]
    taller = component.box[3] / median([c.box[3] for c in others])
    tilt, wander = lean(component)
    # Of a date's upright strokes most may be slashes: the usual lean is that of the more upright ones,
    # without the one 1 that leans like this one, the other slash.
    twins = [k for k in leans if k != i and symbols[k].char == "1" and abs(leans[k] - tilt) <= TWIN]
    beside = [t for k, t in leans.items() if k != i and not (len(twins) == 1 and k in twins)]
    usual = max(percentile(beside, 25), 0.0) if beside else 0.0
    needed = BARELY if taller >= TOWERS else LEANS if taller >= TALLER else STEEP
    return 0.0 if wander > STRAIGHT or tilt < usual + needed else taller


def _has_tall_slashes(symbols: list[Symbol]) -> bool:
    """Tell whether all slashes are taller than the digits."""
    usual = median([s.component.box[3] for s in symbols if s.kind == "digit"])
    return all(s.component.box[3] >= TALLER * usual for s in symbols if s.char == "/")


def _makes_sense(
    symbols: list[Symbol],
    more: tuple[int, ...],
    known: tuple[int, ...],
    taller: dict[int, float],
    leans: dict[int, float],
) -> bool:
    """Tell whether the digits between slashes are a date, or the two sides of a fraction."""
    slashes = sorted(more + known)
    bounds = [-1, *slashes, len(symbols)]
    parts = ["".join(s.char for s in symbols[a + 1 : b] if s.kind == "digit") for a, b in pairwise(bounds)]
    if len(slashes) == 2:
        return _is_date(*parts)
    printed = any(abs(t) < UPRIGHT for i, t in leans.items() if i not in more and symbols[i].char == "1")
    return min(map(len, parts)) >= 1 and (taller[more[0]] > 1.2 or printed)


def _is_date(first: str, middle: str, last: str) -> bool:
    """Tell whether three numbers are a day, a month and a year, in any usual order.

    >>> _is_date("2", "26", "98"), _is_date("1999", "12", "31"), _is_date("31", "2", "44444")
    (True, True, False)
    >>> _is_date("45", "19", "82")
    False
    """
    if len(middle) not in (1, 2) or (len(first), len(last)) not in _YEARS:
        return False
    two = sorted((int(middle), int(last if len(first) == 4 else first)))
    return 1 <= two[0] <= 12 and two[1] <= 31


_YEARS = {(1, 2), (2, 2), (1, 4), (2, 4), (4, 1), (4, 2)}
"""Digits of the first and the last part of a date."""
