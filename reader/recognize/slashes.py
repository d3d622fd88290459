"""Slashes among ones: told from the digits around them.

A slash by itself is a slanted 1. Beside digits it stands taller and leans more than they do, and it
makes a date or a fraction of them.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise

import numpy as np

from reader.recognize.decode import Symbol
from reader.recognize.marks import STRAIGHT, lean

TALLER = 1.12
"""Least height of a slash, in typical heights of the digits beside it."""
LEANS = 0.1
"""Least lean of a slash beyond that of the digits beside it (tangent)."""
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
    known = tuple(i for i, s in enumerate(symbols) if s.char == "/")
    digits = [i for i, s in enumerate(symbols) if s.kind == "digit"]
    suspects = [i for i in digits[1:-1] if symbols[i].char == "1"]
    found = {i: by for i in suspects if (by := _slashness(i, digits, symbols)) > 0}
    likely = sorted(sorted(found, key=lambda i: -found[i])[:MANY])
    for count in range(2 - len(known), 0, -1):
        options = [c for c in combinations(likely, count) if _makes_sense(symbols, c, known, found)]
        if options:
            best = max(options, key=lambda c: sum(found[i] for i in c))
            return [
                replace(s, kind="mark", char="/", scores=None) if i in best else s
                for i, s in enumerate(symbols)
            ]
    return symbols


def _slashness(i: int, digits: list[int], symbols: list[Symbol]) -> float:
    """Give by how much a 1 is taller than a digit, 0 where it is none of a slash."""
    component = symbols[i].component
    others = [symbols[k].component for k in digits if k != i and symbols[k].char != "1"]
    others = others or [symbols[k].component for k in digits if k != i]
    taller = component.box[3] / float(np.median([c.box[3] for c in others]))
    tilt, wander = lean(component)
    usual = float(
        np.median([lean(symbols[k].component)[0] for k in digits if symbols[k].char in "1479"] or [0.0])
    )
    if taller < TALLER or tilt < max(usual, 0.0) + LEANS or wander > STRAIGHT:
        return 0.0
    return taller


def _makes_sense(
    symbols: list[Symbol], more: tuple[int, ...], known: tuple[int, ...], taller: dict[int, float]
) -> bool:
    """Tell whether the digits between slashes are a date, or the two sides of a fraction."""
    if any(s.kind == "mark" and s.char in ".,:" for s in symbols):
        return False
    slashes = sorted(more + known)
    bounds = [-1, *slashes, len(symbols)]
    parts = [sum(symbols[k].kind == "digit" for k in range(a + 1, b)) for a, b in pairwise(bounds)]
    if len(slashes) == 2:
        first, middle, last = parts
        return middle in (1, 2) and (first, last) in {(1, 2), (2, 2), (1, 4), (2, 4), (4, 1), (4, 2)}
    return min(parts) >= 1 and taller[more[0]] > 1.2
