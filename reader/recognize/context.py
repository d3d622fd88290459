"""Which groups of digits are numbers, given what stands around them.

Letters look like digits: O, l, S, B. A person does not read "SOLO" as 5010 because of its neighbours;
neither does this. A group that touches letters must be long and sure, a group by itself only sure.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from reader.imaging.geometry import union_box
from reader.imaging.order import median
from reader.recognize.decode import BRACKET, Symbol
from reader.types import NOT_A_DIGIT, Box

GLUED, TIGHT, TIMES = 0.35, 0.15, 2.0
"""White to a letter, in heights of the line's digits, up to which a group belongs to its word: `GLUED`, but
where the group's own digits stand closer no more than so many `TIMES` their white, or `TIGHT`: many printed
faces have narrow spaces."""
LOOKALIKES = frozenset("01")
"""Digits whose shapes are letters too (O, I, l)."""


SIGN = 1.3
"""What is wider beside a group, in heights of the line's digits, is more than one sign; how many pieces it
has says nothing: a per cent is cut in three."""
SLIM = 0.5
"""A neighbour narrower than this, in its own heights, and ..."""
TALL = 1.06
"""... higher than this, in heights of the digits, is a bracket."""


@dataclass(frozen=True, slots=True)
class Demands:
    """What a group must show to be a number; probabilities are geometric means over its digits.

    Attributes
    ----------
    alone : float
        Of a group by itself.
    amount : float
        Of digits with two decimals behind a point, the form of an amount.
    lookalike : float
        Of a group in which every digit could be a letter.
    weakest : float
        Of any one digit.
    lone : float
        Of a single digit.
    few : float
        Of two or three digits.
    signed : float
        Of a group beside a single sign: a currency, a bracket, a per cent.
    single : float
        Of a single digit beside a sign that is no bracket.
    doubles : float
        Of two or more look-alikes of letters beside a sign that is no bracket: "100%".
    glued : float
        Of a group that touches letters.
    glued_digits : int
        Least number of its digits that are no look-alikes of letters.
    before_unit : float
        Of two or more digits of which fewer are that, and that touch letters on the right alone: "50mg".
    """

    alone: float = 0.5
    amount: float = 0.35
    lookalike: float = 0.55
    weakest: float = 0.1
    lone: float = 0.0
    few: float = 0.0
    signed: float = 0.5
    single: float = 0.8
    doubles: float = 0.92
    glued: float = 0.7
    glued_digits: int = 2
    before_unit: float = 0.92


DEMANDS = Demands()
CELL = Demands(alone=0.35, lookalike=0.5, signed=0.4)
"""In a column of numbers, or the cell of a table or a comb, where numbers stand and few words do."""
TEXT = Demands(alone=0.65, amount=0.65, lookalike=0.65, lone=0.85, few=0.75)
"""In a line of text, where "W. O. Craft" and "G. D. Rapp" stand."""
FEW = 3
"""Digits that are few."""


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
    cents = _is_amount(symbols[start:stop])
    amount = bool(plain) or cents
    least = demands.amount if cents else demands.alone if plain else demands.lookalike
    if mean < least or min(sure) < demands.weakest:
        return False
    if mean < (demands.lone if len(digits) == 1 else demands.few if len(digits) <= FEW else 0.0):
        return False
    if len(digits) == 1 and digits[0].char == "0" and symbols[stop : stop + 1] and symbols[stop].char == ".":
        return False  # an initial: "John O. Smith"
    near = _near([s.component.box for s in digits], height)
    sides = [_beside(symbols, start, -1, near, height), _beside(symbols, stop - 1, 1, near, height)]
    signs = [union_box([s.component.box for s in side]) for side in sides if side]
    if any(w > SIGN * height for _, _, w, _ in signs):
        decimal = bool(plain) and cents
        unit = bool(plain) and len(digits) > 1 and not sides[0] and mean >= demands.before_unit
        return mean >= demands.glued and (plain >= demands.glued_digits or decimal or unit)
    tall = median([s.component.box[3] for s in digits])
    brackets = all(w <= SLIM * h and h >= TALL * tall for _, _, w, h in signs)
    doubles = len(digits) > 1 and mean >= demands.doubles
    if signs and not brackets and not (amount or doubles):
        return False
    if signs and not brackets and len(digits) == 1 and mean < demands.single:
        return False
    return not signs or mean >= demands.signed


def _is_amount(group: list[Symbol]) -> bool:
    """Tell whether zeros and ones make an amount: two decimals behind a point, which no letters have.

    "0.00" and "11.10" are none of "O", "l" and "I", whatever stands beside them.
    """
    text = "".join(s.char for s in group)
    return len(text) >= 4 and text[-3] in ".," and text[:-3].isdigit() and text[-2:].isdigit()


def confidence(symbol: Symbol) -> float:
    """Give the probability that a digit is what it was read as."""
    assert symbol.scores is not None
    return float(symbol.scores[int(symbol.char)])


def _near(boxes: list[Box], height: float) -> float:
    """Give the white up to which letters belong to a group of digits with these boxes."""
    whites = [b[0] - a[0] - a[2] for a, b in pairwise(boxes)]
    if not whites:
        return GLUED * height
    inner = float(np.percentile(whites, 50, method="lower"))
    return min(GLUED * height, max(TIGHT * height, TIMES * inner))


def _beside(symbols: list[Symbol], edge: int, step: int, near: float, height: float) -> list[Symbol]:
    """Give the letters and signs up to `near` pixels off on one side of a group, nearest first."""
    run: list[Symbol] = []
    at = symbols[edge].component.box
    for other in symbols[edge + step :: step] if 0 <= edge + step < len(symbols) else []:
        if other.kind == "mark" and not other.char:
            continue  # the dot of an i
        if other.char == BRACKET:
            break
        box = other.component.box
        white = max(at[0] - box[0] - box[2], box[0] - at[0] - at[2])
        letter = other.scores is None or float(other.scores[NOT_A_DIGIT]) > 0.3
        if other.kind != "junk" or box[3] < 0.4 * height or white > near or not letter:
            break
        run.append(other)
        at = box
    return run
