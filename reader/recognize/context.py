"""Which groups of digits are numbers, given what stands around them.

Letters look like digits: O, l, S, B. A person does not read "SOLO" as 5010 because of its neighbours;
neither does this. A group that touches letters must be long and sure, a group by itself only sure.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from reader.recognize.decode import Symbol
from reader.types import NOT_A_DIGIT

GLUED = 0.35
"""White to a letter, in heights of the line's digits, below which a group belongs to its word."""
LOOKALIKES = frozenset("01")
"""Digits whose shapes are letters too (O, I, l)."""


@dataclass(frozen=True, slots=True)
class Demands:
    """What a group must show to be a number.

    Attributes
    ----------
    alone : float
        Least mean probability (geometric) of its digits.
    weakest : float
        Least probability of any of them.
    lookalike : float
        The same where every digit could be a letter.
    glued : float
        Least mean probability of a group that touches letters.
    glued_digits : int
        Least number of its digits that are no look-alikes of letters.
    """

    alone: float = 0.55
    lookalike: float = 0.85
    weakest: float = 0.2
    glued: float = 0.9
    glued_digits: int = 2


DEMANDS = Demands()


def is_number(
    symbols: list[Symbol], start: int, stop: int, height: float, demands: Demands = DEMANDS
) -> bool:
    """Tell whether symbols `start` to `stop` (left out) of a word are a number.

    Parameters
    ----------
    symbols : list of Symbol
        Of the whole word.
    start, stop : int
    height : float
        Of the word's digits in pixels.
    demands : Demands
    """
    digits = [s for s in symbols[start:stop] if s.kind == "digit"]
    sure = [confidence(s) for s in digits]
    mean = float(np.exp(np.mean(np.log(np.maximum(sure, 1e-6)))))
    plain = sum(s.char not in LOOKALIKES for s in digits)
    if mean < (demands.alone if plain else demands.lookalike) or min(sure) < demands.weakest:
        return False
    if not (_touches(symbols, start, -1, height) or _touches(symbols, stop - 1, 1, height)):
        return True
    return mean >= demands.glued and plain >= demands.glued_digits


def confidence(symbol: Symbol) -> float:
    """Give the probability that a digit is what it was read as."""
    assert symbol.scores is not None
    return float(symbol.scores[int(symbol.char)])


def _touches(symbols: list[Symbol], edge: int, step: int, height: float) -> bool:
    """Tell whether a letter stands close beside a group's first or last symbol."""
    beside = edge + step
    if not 0 <= beside < len(symbols):
        return False
    other = symbols[beside]
    a, b = other.component.box, symbols[edge].component.box
    white = max(b[0] - a[0] - a[2], a[0] - b[0] - b[2])
    if other.kind != "junk" or a[3] < 0.4 * height or white > GLUED * height:
        return False
    return other.scores is None or float(other.scores[NOT_A_DIGIT]) > 0.3
