"""What many readings of one number say together: per-place probabilities, aligned and added up.

A number's places are a small confusion network as in ROVER (Fiscus, doi:10.1109/ASRU.1997.659110): each place
holds the log-probability of every digit and mark, and of there being nothing. A reading is aligned with the
places by edit distance and by where its characters stand, then adds its own log-probabilities.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reader.types import Char

SYMBOLS = "0123456789.,:/-?"
NOTHING = len(SYMBOLS)
FLOOR = 0.02
"""Least probability that a reading gives to a symbol: no single reading decides alone."""
MARK = 0.9
"""Probability of a mark that was read: marks come without one."""
CAP = 10.0
"""Most that a place holds against a symbol: about three readings to the contrary turn it over."""
GAP = 2.0
"""Price of leaving a place or a character without a partner."""
FAR = 2.0
"""Most that distance adds to the price of a pair; one character's height costs as much."""

Logs = NDArray[np.float64]
Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Look:
    """A character as one reading has it, where it stands in the world.

    Attributes
    ----------
    logs : ndarray of float64, shape (17,)
        Log-probabilities of `SYMBOLS` and of nothing.
    place : (float, float)
        Its middle.
    height : float
    """

    logs: Logs
    place: Point
    height: float


@dataclass(frozen=True, slots=True)
class Slot:
    """A place of a number, with the evidence so far; the best symbol has 0, the others less."""

    logs: Logs
    place: Point
    height: float

    @property
    def odds(self) -> Logs:
        """Probabilities of the symbols, and of nothing."""
        shares = np.exp(self.logs)
        return np.asarray(shares / shares.sum())


def char_logs(char: Char) -> Logs:
    """Give the log-probabilities that a character as read stands for.

    Parameters
    ----------
    char : Char

    Returns
    -------
    ndarray of float64, shape (17,)
        None below `FLOOR`'s logarithm.
    """
    shares = np.full(NOTHING + 1, FLOOR)
    if char.alternatives:
        rest = max(0.0, 1.0 - sum(share for _, share in char.alternatives)) / 10
        shares[:10] = np.maximum(shares[:10], rest)
        for digit, share in char.alternatives:
            shares[int(digit)] = max(FLOOR, share)
    else:
        shares[SYMBOLS.index(char.char if char.char in SYMBOLS else "?")] = MARK
    return np.asarray(np.log(shares / shares.sum()))


def nothing_logs() -> Logs:
    """Give the log-probabilities of a place where a reading has no character."""
    shares = np.full(NOTHING + 1, FLOOR)
    shares[NOTHING] = 1.0
    return np.asarray(np.log(shares / shares.sum()))


def fuse(
    slots: Sequence[Slot], looks: Sequence[Look], readings: int, *, lenient: bool = False
) -> tuple[Slot, ...]:
    """Add a reading to the places of a number.

    Parameters
    ----------
    slots : sequence of Slot
        Left to right.
    looks : sequence of Look
        The characters of the new reading, left to right.
    readings : int
        How many readings the places come from: so many had nothing where a new place appears.
    lenient : bool
        A place without a character says nothing: the reading came in parts.

    Returns
    -------
    tuple of Slot
        One for each place, old and new.
    """
    fused = []
    for i, j in align(slots, looks):
        if j is None:
            assert i is not None
            gone = slots[i].logs if lenient else _added(slots[i].logs, nothing_logs())
            fused.append(replace(slots[i], logs=gone))
            continue
        look = looks[j]
        before = slots[i].logs if i is not None else readings * nothing_logs()
        fused.append(Slot(_added(before, look.logs), look.place, look.height))
    return tuple(slot for slot in fused if slot.logs[NOTHING] - np.delete(slot.logs, NOTHING).max() < CAP)


def align(slots: Sequence[Slot], looks: Sequence[Look]) -> list[tuple[int | None, int | None]]:
    """Pair places and characters, in order, at the least price.

    Returns
    -------
    list of (place or None, character or None)
        Each place and each character once.
    """
    n, m = len(slots), len(looks)
    price = np.zeros((n + 1, m + 1))
    price[:, 0], price[0, :] = GAP * np.arange(n + 1), GAP * np.arange(m + 1)
    pair = np.array([[_pair_price(slot, look) for look in looks] for slot in slots]).reshape(n, m)
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            price[i, j] = min(
                price[i - 1, j - 1] + pair[i - 1, j - 1], price[i - 1, j] + GAP, price[i, j - 1] + GAP
            )
    return _walk_back(price, pair)


def _walk_back(price: Logs, pair: Logs) -> list[tuple[int | None, int | None]]:
    i, j = price.shape[0] - 1, price.shape[1] - 1
    pairs: list[tuple[int | None, int | None]] = []
    while i or j:
        if i and j and price[i, j] == price[i - 1, j - 1] + pair[i - 1, j - 1]:
            i, j = i - 1, j - 1
            pairs.append((i, j))
        elif i and price[i, j] == price[i - 1, j] + GAP:
            i -= 1
            pairs.append((i, None))
        else:
            j -= 1
            pairs.append((None, j))
    return pairs[::-1]


def _pair_price(slot: Slot, look: Look) -> float:
    alike = float(slot.odds @ np.exp(look.logs))
    off = np.hypot(slot.place[0] - look.place[0], slot.place[1] - look.place[1])
    far = min(float(off) / max(look.height, 1.0), 1.0) * FAR
    return min(-float(np.log(alike + 1e-3)), 1.5 * GAP) + far


def _added(logs: Logs, more: Logs) -> Logs:
    total = logs + more
    return np.asarray(np.maximum(total - total.max(), -CAP))


def symbols(slots: Sequence[Slot]) -> tuple[int, ...]:
    """Give the likeliest symbol of each place; `NOTHING` among them."""
    return tuple(int(np.argmax(slot.logs)) for slot in slots)


def text_of(found: Sequence[int]) -> str:
    """Write symbols out.

    >>> text_of([1, 12, NOTHING, 5])
    '1:5'
    """
    return "".join(SYMBOLS[symbol] for symbol in found if symbol != NOTHING)


def probability(slots: Sequence[Slot], text: str) -> float:
    """Give the probability that the places say exactly `text`.

    Parameters
    ----------
    slots : sequence of Slot
    text : str

    Returns
    -------
    float
        Of the likeliest way to spread the text over the places; 0 where it has more characters.
    """
    if len(text) > len(slots):
        return 0.0
    best = np.full(len(text) + 1, -np.inf)
    best[0] = 0.0
    wanted = [SYMBOLS.index(char) for char in text]
    for slot in slots:
        logs = np.log(slot.odds)
        step = best + logs[NOTHING]
        step[1:] = np.maximum(step[1:], best[:-1] + logs[wanted])
        best = step
    return float(np.exp(best[-1]))
