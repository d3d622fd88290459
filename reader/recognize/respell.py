"""Two readings of a line against each other: the best path through its lattice, and what its columns spell.

The lattice knows every candidate well, but only those that its cuts made; the columns need no cuts, but have
seen each digit at one size and in passing. Where they differ, the strings that either thinks likely are
judged by both: the best path that reads a string, and the probability that the columns spell it. So the N
best of one system are weighed by another (Ostendorf et al., "Integration of diverse recognition methodologies
through reevaluation of N-best sentence hypotheses", 1991, https://aclanthology.org/H91-1013).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from reader.recognize.decode import FLOOR, WEIGHT, Prices, Symbol, arcs, best_path
from reader.recognize.lattice import Lattice
from reader.recognize.marks import classify_mark, is_mark, is_slash
from reader.recognize.spelling import BLANK, LEAST, OTHER, STRIDE, spelt
from reader.recognize.strips import DIGIT
from reader.recognize.transcribe import Spelled, align, digit_columns, likeliest, log_probabilities
from reader.types import NOT_A_DIGIT, Component

TRUST = 1.3
"""How much the logarithm of a path's probability counts against that of a spelling."""
MOST = 8.0
"""By how much a path may be less likely than the best one, in logarithms, and no more: where no cut parts two
zeros no path reads them, and the columns may still be right."""
CERTAIN = float(np.log(0.5))
"""A path that the columns spell this likely has no rival."""
REACH = 0.55
"""How far from where a digit is spelt its ink may lie, in heights of digits."""
OWN = 0.5
"""Part of a symbol's ink that must lie there, or it is no digit."""
KEPT = frozenset(".,-:")
"""Marks that are none of a digit's ink, wherever they stand."""

Floats = NDArray[np.float64]
Pixels = tuple[NDArray[np.intp], NDArray[np.intp]]
"""Rows and columns."""


def read_line(
    lattice: Lattice, scores: NDArray[np.float32], spelled: Spelled | None, prices: Prices
) -> list[Symbol]:
    """Read a line: the best path through its lattice, respelt where its columns are known.

    Parameters
    ----------
    lattice : Lattice
    scores : ndarray of float32, shape (number of candidates, 11)
    spelled : Spelled or None
        What the line's columns spell.
    prices : Prices
    """
    path = best_path(lattice, scores, prices)
    return path if spelled is None else respell(path, lattice, scores, spelled, prices)


def respell(
    path: list[Symbol], lattice: Lattice, scores: NDArray[np.float32], spelled: Spelled, prices: Prices
) -> list[Symbol]:
    """Read a line as path and columns together find likeliest.

    Parameters
    ----------
    path : list of Symbol
        The best path through the lattice.
    lattice : Lattice
    scores : ndarray of float32, shape (number of candidates, 11)
    spelled : Spelled
        What the line's columns spell.
    prices : Prices

    Returns
    -------
    list of Symbol
        `path` itself where nothing else is likelier, or what is has no ink; where the columns spell it too,
        its digits are as likely as they find them. Else the digits have the ink that
        lies where they are spelt, and what else the path read as digits is none.
    """
    text = "".join(symbol.char for symbol in path if symbol.kind == "digit")
    columns = digit_columns(spelled.logits, prices.other)
    own = log_probabilities(columns, [text])[text]
    if own >= CERTAIN:
        return _confirmed(path, text, own, columns, spelled)
    rivals = dict(likeliest(columns)) | {text: own}
    paths = Ways(lattice, scores, prices)
    total = paths.weigh(rivals, text)
    best = max(rivals, key=lambda one: (total[one], one))
    if best == text:
        return path
    sure = total[best] - float(np.logaddexp.reduce(sorted(total.values())))
    return _written(best, sure, columns, path, lattice, spelled) or path


def _confirmed(path: list[Symbol], text: str, own: float, columns: Floats, spelled: Spelled) -> list[Symbol]:
    """Let the digits of a path be as likely as the columns find them, which spell the same.

    A candidate that was badly cut is no digit to the head although nothing else can be meant. A single digit
    has nothing beside it that could confirm it: scratches would be ones.
    """
    spans = align(columns, text)
    if spans is None or len(text) < 2:
        return path
    share = float(np.exp(own / len(text)))
    said = iter(_said(spelled.logits, _edges(spans), share))
    found = []
    for symbol in path:
        if symbol.kind == "digit" and symbol.scores is not None:
            row, digit = next(said), int(symbol.char)
            if row[digit] > symbol.scores[digit]:
                symbol = replace(symbol, scores=row)
        found.append(symbol)
    return found


class Ways:
    """The ways through a lattice, or a part of it.

    Parameters
    ----------
    lattice : Lattice
    scores : ndarray of float32, shape (number of candidates, 11)
    prices : Prices
    part : (int, int), optional
        First piece, and the one behind the last.
    """

    def __init__(
        self,
        lattice: Lattice,
        scores: NDArray[np.float32],
        prices: Prices,
        part: tuple[int, int] | None = None,
    ) -> None:
        first, stop = part or (0, len(lattice.pieces))
        whole = arcs(lattice, scores, prices)[first : stop + 1]
        ending = [[(arc, arc.start - first) for arc in own if arc.start >= first] for own in whole]
        self._digits: list[list[tuple[int, float, Floats]]] = [[] for _ in ending]
        self._others: list[list[tuple[int, float]]] = [[] for _ in ending]
        for node, own in enumerate(ending):
            for arc, start in own:
                row = arc.symbol.scores
                if arc.symbol.kind == "digit" and row is not None:
                    logs = np.log(np.maximum(row[:NOT_A_DIGIT].astype(float), FLOOR))
                    self._digits[node].append((start, (node - start) ** WEIGHT, logs))
                else:
                    self._others[node].append((start, arc.score))

    def weigh(self, spelt: dict[str, float], text: str) -> dict[str, float]:
        """Weigh strings by path and spelling together.

        Parameters
        ----------
        spelt : dict of str to float
            Strings, with the logarithms of the probabilities that columns spell them.
        text : str
            What the path reads.

        Returns
        -------
        dict of str to float
            Logarithms; what they sum up to is no probability.
        """
        least = self.best(text) - MOST
        return {one: own + TRUST * max(self.best(one), least) for one, own in spelt.items()}

    def best(self, text: str) -> float:
        """Give the score of the best path that reads a string of digits, of which there may be none."""
        digits = np.array([int(char) for char in text], np.intp)
        table = np.full((len(self._digits), len(digits) + 1), -np.inf)
        table[0, 0] = 0.0
        for node in range(1, len(table)):
            for start, score in self._others[node]:
                np.maximum(table[node], table[start] + score, out=table[node])
            for start, weight, logs in self._digits[node]:
                np.maximum(table[node, 1:], table[start, :-1] + weight * logs[digits], out=table[node, 1:])
        return float(table[-1, -1])


def _written(
    text: str, sure: float, columns: Floats, path: list[Symbol], lattice: Lattice, spelled: Spelled
) -> list[Symbol] | None:
    """Make the symbols of a string from the ink where it is spelt; None where some digit has none.

    What its rivals leave of the string's probability, `sure` in logarithms, is shared by its digits.
    """
    spans = align(columns, text)
    if spans is None:
        return None
    edges = _edges(spans)
    middles = edges.mean(axis=1)
    placed: list[tuple[float, Symbol]] = []
    parts: list[list[Pixels]] = [[] for _ in text]
    for symbol in path:
        x, y, _, _ = symbol.component.box
        rows, cols = np.nonzero(symbol.component.mask)
        at = np.column_stack([cols + x + 0.5, rows + y + 0.5, np.ones(len(rows))]) @ spelled.to_column
        digit = _nearest(at, edges, middles)
        if symbol.char in KEPT or (digit >= 0).mean() < OWN:
            placed.append((float(at.mean()), _no_digit(symbol, lattice)))
            continue
        for k in np.unique(digit[digit >= 0]):
            parts[k].append((rows[digit == k] + y, cols[digit == k] + x))
    if not all(parts):
        return None
    share = float(np.exp(sure / max(len(text), 1)))
    said = _said(spelled.logits, edges, share)
    for char, middle, own, row in zip(text, middles, parts, said, strict=True):
        placed.append((float(middle), Symbol("digit", char, _component(own), row)))
    return [symbol for _, symbol in sorted(placed, key=lambda item: (item[0], item[1].component.box))]


def _edges(spans: NDArray[np.intp]) -> Floats:
    """Turn first and last columns into where these begin and end on the strip, shape (N, 2)."""
    return STRIDE * np.column_stack([spans[:, 0], spans[:, 1] + 1]).astype(float)


def _nearest(at: Floats, edges: Floats, middles: Floats) -> NDArray[np.intp]:
    """Tell for each place which digit it belongs to, -1 where none is near."""
    if not len(middles):
        return np.full(len(at), -1, np.intp)
    digit = np.searchsorted((middles[1:] + middles[:-1]) / 2, at).astype(np.intp)
    near = (at >= edges[digit, 0] - REACH * DIGIT) & (at <= edges[digit, 1] + REACH * DIGIT)
    return np.where(near, digit, -1)


def _no_digit(symbol: Symbol, lattice: Lattice) -> Symbol:
    """Give a symbol that is no digit: a mark or a slash where a digit has the shape of one, else junk."""
    if symbol.kind != "digit":
        return symbol
    if is_mark(symbol.component, lattice.line):
        return Symbol("mark", classify_mark(symbol.component, lattice.line), symbol.component)
    if is_slash(symbol.component, lattice.line):
        return Symbol("mark", "/", symbol.component)
    return Symbol("junk", "", symbol.component, symbol.scores)


def _said(logits: NDArray[np.float32], edges: Floats, share: float) -> NDArray[np.float32]:
    """Give what columns say of places, as scores: that share of each digit, and all that is no digit.

    A comma beside the digit, whose middle is the digit's next column, does not make that less likely.
    """
    places = np.column_stack([edges, np.zeros_like(edges)])
    apart = logits.astype(float)
    apart[:, BLANK] = np.logaddexp(apart[:, BLANK], apart[:, OTHER])
    apart[:, OTHER] = LEAST + apart.max(axis=1)
    digits = share * np.exp(spelt(apart, places)[:, :NOT_A_DIGIT])
    return np.column_stack([digits, np.maximum(1 - digits.sum(axis=1), 0)]).astype(np.float32)


def _component(parts: list[Pixels]) -> Component:
    """Make a component of pixels."""
    rows, cols = (np.concatenate(axis) for axis in zip(*parts, strict=True))
    y, x = int(rows.min()), int(cols.min())
    mask = np.zeros((int(rows.max()) - y + 1, int(cols.max()) - x + 1), bool)
    mask[rows - y, cols - x] = True
    return Component((x, y, mask.shape[1], mask.shape[0]), mask, int(mask.sum()))
