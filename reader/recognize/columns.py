"""Columns of numbers: what stands in one is likelier to be a number than what stands anywhere.

The networks were trained on lines of all kinds, where "50" and "So" are about as frequent. In a column of
marks or prices they are not. So what stands there is judged once more with other odds, as a classifier's
probabilities are carried over to other frequencies of the classes (Saerens, Latinne, Decaestecker, "Adjusting
the outputs of a classifier to new a priori probabilities", doi:10.1162/089976602753284446). What was none
counts only if nothing is left that is no digit: "Ab" has its letter. A number may only win a 1 at an end.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reader.recognize.decode import PAGE, Symbol
from reader.recognize.lattice import Lattice
from reader.recognize.respell import read_line
from reader.recognize.transcribe import Spelled
from reader.types import NOT_A_DIGIT, Box

NEAR = 3
"""Neighbours above and below that are asked, of each side the nearest."""
FAR = 5.0
"""How far off they may be, in heights."""
FEWEST, MOST_OF = 3, 0.75
"""Fewest neighbours, and part of them that are numbers."""
OVERLAP = 0.5
"""Part of the narrower one's width that lies above or below the other."""
SIZES = 1.6
"""Greatest ratio of heights."""
ODDS = 2.5
"""Logarithm of how much rarer than elsewhere what is no digit is there."""
PRICES = replace(PAGE, junk=PAGE.junk + ODDS, other=PAGE.other + ODDS)
"""What the decoder charges there."""


def reread(
    lattices: list[Lattice],
    scores: list[NDArray[np.float32]],
    paths: list[list[Symbol]],
    spelled: Sequence[Spelled | None],
) -> frozenset[int]:
    """Read what stands in a column of numbers once more; combs have prices of their own.

    What was a number already may only win a 1 at an end, where a stroke passed for a bracket or a slash.

    Parameters
    ----------
    lattices : list of Lattice
        Of the page's words.
    scores : list of ndarray of float32, shape (number of candidates, 11)
    paths : list of list of Symbol
        How each word was read. What is a number now has its new path and scores in both.
    spelled : sequence of Spelled or None

    Returns
    -------
    frozenset of int
        Which words stand in columns.
    """
    numbers = [is_whole(path) for path in paths]
    found = in_columns([one.line.box for one in lattices], numbers)
    for k in found:
        if lattices[k].line.comb:
            continue
        weighed = likelier(scores[k])
        path = read_line(lattices[k], weighed, spelled[k], PRICES)
        if is_whole(path) and (not numbers[k] or has_one_more(text_of(path), text_of(paths[k]))):
            scores[k], paths[k] = weighed, path
    return frozenset(found)


def in_columns(boxes: list[Box], numbers: list[bool]) -> list[int]:
    """Find what stands in columns of numbers, a number or not.

    Parameters
    ----------
    boxes : list of Box
        Of the page's words.
    numbers : list of bool
        Whether each is a number, from end to end.

    Returns
    -------
    list of int
        Indices.

    Examples
    --------
    >>> column = [(0, 20 * k, 20, 10) for k in range(5)]
    >>> in_columns(column, [True, True, False, True, True])
    [2]
    """
    if sum(numbers) < FEWEST:
        return []
    x, y, w, h = np.array(boxes, float).T
    known = np.array(numbers)
    found = []
    for k in range(len(boxes)):
        over = np.minimum(x + w, x[k] + w[k]) - np.maximum(x, x[k])
        alike = (over >= OVERLAP * np.minimum(w, w[k])) & (np.maximum(h, h[k]) <= SIZES * np.minimum(h, h[k]))
        away = y + h / 2 - y[k] - h[k] / 2
        alike &= (np.abs(away) <= FAR * h[k]) & (np.abs(away) >= h[k] / 2)
        asked: list[bool] = []
        for side in (away > 0, away < 0):
            near = np.flatnonzero(alike & side)
            asked += known[near[np.argsort(np.abs(away[near]), kind="stable")][:NEAR]].tolist()
        if len(asked) >= FEWEST and sum(asked) >= MOST_OF * len(asked):
            found.append(k)
    return found


def has_one_more(text: str, before: str) -> bool:
    """Tell whether a string is another with a 1 before or behind it.

    >>> has_one_more("172", "72"), has_one_more("173", "72")
    (True, False)
    """
    return text in ("1" + before, before + "1")


def text_of(path: list[Symbol]) -> str:
    """Give the digits of a path."""
    return "".join(symbol.char for symbol in path if symbol.kind == "digit")


def is_whole(path: list[Symbol]) -> bool:
    """Tell whether a path has digits, and nothing but marks besides."""
    kinds = {symbol.kind for symbol in path}
    return "digit" in kinds and "junk" not in kinds


def likelier(scores: NDArray[np.float32]) -> NDArray[np.float32]:
    """Carry scores (N, 11) over to where what is no digit is rare."""
    weighed = scores.astype(float)
    weighed[:, NOT_A_DIGIT] *= np.exp(-ODDS)
    return np.asarray(weighed / weighed.sum(axis=1, keepdims=True), np.float32)
