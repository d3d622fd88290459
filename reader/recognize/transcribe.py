"""Strings that a line spells, with their probabilities: connectionist temporal classification, decoded.

The columns of a strip say what they are the middle of (`reader.recognize.spelling`). What is no digit counts
as blank here, so that a string of digits has the probability of all ways to spell it, marks and letters
between them or not (Graves et al., doi:10.1145/1143844.1143891). No cut is needed for that: where ink was
cut wrongly, or two zeros cannot be parted, the columns still tell how many there are.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import groupby

import numpy as np
from numpy.typing import NDArray

from reader.recognize.spelling import OTHER, shares
from reader.types import NOT_A_DIGIT

WIDTH = 6
"""Strings that are followed from column to column."""
UNLIKELY = 1e-3
"""A digit less likely than this in a column is not tried there."""
LEAST = 1e-9
"""Least probability of a column: what is impossible must stay arguable."""
EMPTY = -1e30
"""Logarithm of no probability at all."""

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Spelled:
    """What the columns of a line spell.

    Attributes
    ----------
    logits : ndarray of float32, shape (T, SPELLINGS)
    to_column : ndarray of float64, shape (3,)
        From (x, y, 1) of ink, pixel edges at integers, to a column of the strip.
    """

    logits: NDArray[np.float32]
    to_column: Floats


@dataclass(frozen=True, slots=True)
class InContext:
    """What lines say of their candidates, and what they spell.

    Attributes
    ----------
    scores : ndarray of float32, shape (N, 11)
        Of the candidates of all lattices, one after the other; rows sum to 1.
    spelled : tuple of Spelled or None
        Of each lattice; None where nobody looked.
    """

    scores: NDArray[np.float32]
    spelled: tuple[Spelled | None, ...]


def digit_columns(logits: NDArray[np.float32], other: float = 0.0) -> Floats:
    """Give the logarithms of the probabilities of each digit and of anything else, column by column.

    Parameters
    ----------
    logits : ndarray of float32, shape (T, SPELLINGS)
    other : float
        Taken from the logits of other characters: how much rarer than in training these are.

    Returns
    -------
    ndarray of float64, shape (T, 11)
    """
    shifted = logits.astype(float)
    shifted[:, OTHER] -= other
    likely = shares(shifted)
    both = np.column_stack([likely[:, :NOT_A_DIGIT], likely[:, NOT_A_DIGIT:].sum(axis=1)])
    found: Floats = np.log(np.maximum(both, LEAST))
    return found


def likeliest(columns: Floats, width: int = WIDTH) -> list[tuple[str, float]]:
    """Find the likeliest strings by prefix beam search.

    Parameters
    ----------
    columns : ndarray of float64, shape (T, 11)
        What `digit_columns` gives.
    width : int
        Most strings.

    Returns
    -------
    list of (str, float)
        Strings of digits with the logarithms of their probabilities, the likeliest first.
    """
    # A string's probability in two parts: of ways that end in a blank, and in its last digit.
    beam: dict[str, tuple[float, float]] = {"": (0.0, EMPTY)}
    for row in columns:
        tried = np.flatnonzero(row[:NOT_A_DIGIT] > np.log(UNLIKELY)).tolist()
        blank = float(row[NOT_A_DIGIT])
        if not tried:
            beam = {text: (_sum(ends, goes) + blank, EMPTY) for text, (ends, goes) in beam.items()}
            continue
        after: dict[str, tuple[float, float]] = {}
        for text, (ends, goes) in beam.items():
            both = _sum(ends, goes)
            _add(after, text, both + blank, EMPTY)
            for digit in tried:
                score, char = float(row[digit]), str(digit)
                if text.endswith(char):
                    _add(after, text, EMPTY, goes + score)
                    if ends > EMPTY / 2:
                        _add(after, text + char, EMPTY, ends + score)
                else:
                    _add(after, text + char, EMPTY, both + score)
        best = sorted(after.items(), key=lambda item: (-_sum(*item[1]), item[0]))
        beam = dict(best[:width])
    found = [(text, _sum(*parts)) for text, parts in beam.items()]
    return sorted(found, key=lambda item: (-item[1], item[0]))


def log_probabilities(columns: Floats, texts: Iterable[str]) -> dict[str, float]:
    """Give the logarithms of the probabilities that columns spell a string of digits and no other.

    Parameters
    ----------
    columns : ndarray of float64, shape (T, 11)
    texts : iterable of str

    Returns
    -------
    dict of str to float
    """
    found: dict[str, float] = {}
    for _, same in groupby(sorted(texts, key=len), key=len):
        alike = list(same)
        last, _ = _states(columns, alike, np.logaddexp)
        found |= zip(alike, np.logaddexp.reduce(last[:, -2:], axis=1).tolist(), strict=True)
    return found


def align(columns: Floats, text: str) -> NDArray[np.intp] | None:
    """Tell which columns each digit of a string takes in the likeliest way to spell it.

    Parameters
    ----------
    columns : ndarray of float64, shape (T, 11)
    text : str

    Returns
    -------
    ndarray of int, shape (len(text), 2), or None
        First and last column of each; None where the string is too long for the columns.
    """
    if not text:
        return np.zeros((0, 2), np.intp)
    (last,), history = _states(columns, [text], np.maximum)
    state = len(last) - 1 if last[-1] >= last[-2] else len(last) - 2
    if last[state] <= EMPTY / 2:
        return None
    spans = np.full((len(text), 2), -1, np.intp)
    for at in range(len(columns) - 1, -1, -1):
        if state % 2:
            spans[state // 2, 0] = at
            spans[state // 2, 1] = max(spans[state // 2, 1], at)
        if at:
            state -= _step(history[at - 1][0], state, text)
    return spans


def _states(columns: Floats, texts: list[str], add: np.ufunc) -> tuple[Floats, list[Floats]]:
    """Run over blank, digit, blank, ..., blank of strings of one length.

    Gives the last column's scores, a row for each string, and those of all columns.
    """
    digits = np.array([[int(c) for c in text] for text in texts], np.intp)
    emit = np.full((len(texts), 2 * digits.shape[1] + 1), NOT_A_DIGIT, np.intp)
    emit[:, 1::2] = digits
    skip = np.zeros(emit.shape, bool)
    skip[:, 3::2] = digits[:, 1:] != digits[:, :-1]
    score = np.full(emit.shape, EMPTY)
    score[:, :2] = columns[0, emit[:, :2]]
    history = [score]
    for row in columns[1:]:
        before = score
        score = before.copy()
        score[:, 1:] = add(score[:, 1:], before[:, :-1])
        score[:, 2:] = np.where(skip[:, 2:], add(score[:, 2:], before[:, :-2]), score[:, 2:])
        score = np.maximum(score + row[emit], EMPTY)
        history.append(score)
    return score, history


def _step(before: Floats, state: int, text: str) -> int:
    """Tell by how many states the likeliest way came forward, 0 to 2."""
    least = 2 if state % 2 and state >= 3 and text[state // 2] != text[state // 2 - 1] else 1
    steps = range(min(least, state) + 1)
    return max(steps, key=lambda k: before[state - k])


def _sum(a: float, b: float) -> float:
    high, low = (a, b) if a >= b else (b, a)
    return high + math.log1p(math.exp(low - high)) if low > EMPTY / 2 else high


def _add(beam: dict[str, tuple[float, float]], text: str, ends: float, goes: float) -> None:
    old = beam.get(text, (EMPTY, EMPTY))
    beam[text] = (_sum(old[0], ends), _sum(old[1], goes))
