"""What a line spells, column by column, and so what a stretch of it does.

Recognisers of whole lines give every column a character or a blank, and a text has the probability of all
ways to spell it (connectionist temporal classification: Graves, Fernández, Gomez, Schmidhuber,
doi:10.1145/1143844.1143891). They need no cuts, but do not say where a character ends. Here both are had:
the columns of a candidate tell how likely it is that just one digit is spelt there, however the ink was cut.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reader.types import NOT_A_DIGIT

OTHER, BLANK = NOT_A_DIGIT, NOT_A_DIGIT + 1
"""What a column may be besides the middle of a digit: that of another character; no character's middle."""
SPELLINGS = BLANK + 1
"""What a column may be, in all."""
SPELT = NOT_A_DIGIT + 3
"""Numbers known of a candidate: each digit and nothing else, no digit, nothing, anything else."""
STRIDE = 2
"""Pixels of a strip to a column."""
AROUND = 1.0
"""Pixels beside a candidate that still are its own: the middle of a thin stroke may be seen beside it."""
LEAST = -12.0
"""Of logarithms: what is impossible must stay arguable."""

Floats = NDArray[np.float64]


def spelt(logits: NDArray[np.floating], places: Floats) -> NDArray[np.float32]:
    """Tell what is spelt where candidates stand.

    Parameters
    ----------
    logits : ndarray of float, shape (T, SPELLINGS)
        Of the columns of a strip.
    places : ndarray of float64, shape (N, 4)
        As in `reader.recognize.strips.Strip`.

    Returns
    -------
    ndarray of float32, shape (N, SPELT)
        Logarithms of probabilities, at least `LEAST`.
    """
    likely = shares(logits)
    first, last = _columns(places, len(logits))
    found = np.zeros((len(places), SPELT))
    before, within, after = np.ones((len(places), 1)), *np.zeros((2, len(places), NOT_A_DIGIT))
    none = np.ones(len(places))
    for step in range(int((last - first).max(initial=-1)) + 1):
        here = first + step <= last
        row = likely[np.minimum(first + step, last)]
        digits, blank = row[:, :NOT_A_DIGIT], row[:, BLANK:]
        after = np.where(here[:, None], (within + after) * blank, after)
        within = np.where(here[:, None], (before + within) * digits, within)
        before = np.where(here[:, None], before * blank, before)
        none = np.where(here, none * (1 - digits.sum(axis=1)), none)
    found[:, :NOT_A_DIGIT] = within + after
    found[:, NOT_A_DIGIT], found[:, NOT_A_DIGIT + 1] = none, before[:, 0]
    found[:, -1] = 1 - found[:, :NOT_A_DIGIT].sum(axis=1) - none
    return np.log(np.maximum(found, np.exp(LEAST))).astype(np.float32)


def shares(logits: NDArray[np.floating]) -> Floats:
    """Turn the logits of columns into probabilities, both of shape (T, SPELLINGS), in double precision."""
    likely = np.exp(logits.astype(float) - logits.max(axis=1, keepdims=True))
    found: Floats = likely / likely.sum(axis=1, keepdims=True)
    return found


def _columns(places: Floats, count: int) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Give the first and the last column of each candidate, at least one."""
    first = np.ceil((places[:, 0] - AROUND) / STRIDE - 0.5)
    last = np.floor((places[:, 1] + AROUND) / STRIDE - 0.5)
    first = np.clip(first, 0, count - 1).astype(np.intp)
    return first, np.maximum(np.clip(last, 0, count - 1).astype(np.intp), first)
