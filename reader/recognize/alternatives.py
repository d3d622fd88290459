"""What else a number may say: its N best strings, with probabilities.

Each digit has its own alternatives, but a number can also be wrong in how it was cut. So the strings that its
columns think likely are weighed as a line's are (`reader.recognize.respell`), by columns and paths together,
over the number's own pieces and columns. The number itself keeps its confidence. A string is as likely as
this or its digits make it, whichever is more, and all together as what the confidence leaves at most.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reader.recognize.context import confidence
from reader.recognize.decode import Prices, Symbol
from reader.recognize.lattice import Lattice
from reader.recognize.respell import Ways
from reader.recognize.spelling import STRIDE
from reader.recognize.strips import ends_of_rows
from reader.recognize.transcribe import Spelled, digit_columns, likeliest, log_probabilities
from reader.types import NOT_A_DIGIT

COUNT = 5
"""Most strings, the number's own among them."""
SURE = 0.98
"""A number this likely has no others worth the time."""
LEAST = 0.005
"""A string less likely than this is none."""
ROOM = 2
"""Columns on either side of a number that are its own too."""

Strings = tuple[tuple[str, float], ...]


def by_digits(symbols: list[Symbol]) -> Strings:
    """Give the N best strings of a number from the probabilities of its digits alone.

    Parameters
    ----------
    symbols : list of Symbol
        Digits, with marks between them.

    Returns
    -------
    tuple of (str, float)
        Strings of digits with their probabilities: what was read, then the others, the likeliest first.
    """
    beam = [("", 1.0)]
    for symbol in symbols:
        if symbol.kind != "digit" or symbol.scores is None:
            continue
        row = symbol.scores[:NOT_A_DIGIT].astype(float)
        longer = [(text + str(digit), p * float(row[digit])) for text, p in beam for digit in range(len(row))]
        beam = sorted(longer, key=lambda item: (-item[1], item[0]))[: COUNT + 1]
    return _listed(_text(symbols), _confidence(symbols), beam)


def by_line(
    symbols: list[Symbol],
    lattice: Lattice,
    scores: NDArray[np.float32],
    spelled: Spelled,
    prices: Prices,
) -> Strings:
    """Give the N best strings of a number, however it is cut.

    Parameters
    ----------
    symbols : list of Symbol
        Digits, with marks between them.
    lattice : Lattice
        Of the number's line.
    scores : ndarray of float32, shape (number of candidates, 11)
    spelled : Spelled
        What the line's columns spell.
    prices : Prices

    Returns
    -------
    tuple of (str, float)
        As of `by_digits`.
    """
    own, text = _confidence(symbols), _text(symbols)
    if own >= SURE:
        return ((text, own),)
    edges = np.array([_span(symbol.component.box, symbol.component.mask, spelled) for symbol in symbols])
    left, right = edges[:, 0].min(), edges[:, 1].max()
    first = max(int(left // STRIDE) - ROOM, 0)
    columns = digit_columns(spelled.logits, prices.other)[first : int(right // STRIDE) + ROOM + 1]
    spans = np.array([_span(piece.box, piece.mask, spelled) for piece in lattice.pieces])
    inside = np.flatnonzero((spans.mean(axis=1) >= left) & (spans.mean(axis=1) <= right))
    if not len(columns) or not len(inside):
        return by_digits(symbols)
    ways = Ways(lattice, scores, prices, (int(inside[0]), int(inside[-1]) + 1))
    digits = dict(by_digits(symbols))
    rivals = dict(likeliest(columns)) | log_probabilities(columns, digits)
    rivals.pop("", None)
    total = ways.weigh(rivals, text)
    everything = float(np.logaddexp.reduce(sorted(total.values())))
    likely = {one: float(np.exp(score - everything)) for one, score in total.items()}
    return _listed(text, own, [(one, max(share, digits.get(one, 0.0))) for one, share in likely.items()])


def _listed(text: str, own: float, strings: list[tuple[str, float]]) -> Strings:
    """Put what was read first, then the others that are likely enough."""
    others = [(one, share) for one, share in strings if one != text]
    room = (1 - own) / max(sum(share for _, share in others), 1 - own, LEAST)
    others = [(one, room * share) for one, share in others if room * share >= LEAST]
    others.sort(key=lambda item: (-item[1], item[0]))
    return ((text, own), *others[: COUNT - 1])


def _text(symbols: list[Symbol]) -> str:
    return "".join(symbol.char for symbol in symbols if symbol.kind == "digit")


def _confidence(symbols: list[Symbol]) -> float:
    """Give the probability that every digit is what it was read as."""
    return float(np.prod([confidence(symbol) for symbol in symbols if symbol.kind == "digit"]))


def _span(box: tuple[int, int, int, int], mask: NDArray[np.bool_], spelled: Spelled) -> tuple[float, float]:
    """Give the least and greatest column of a component."""
    rows, cols = ends_of_rows(mask)
    at = np.column_stack([cols + box[0] + 0.5, rows + box[1] + 0.5, np.ones(len(rows))]) @ spelled.to_column
    return float(at.min()), float(at.max())
