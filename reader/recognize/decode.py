"""From a scored lattice to symbols: the best path.

A path is a reading of the whole line: every piece belongs to exactly one digit, mark or piece of junk.
Each arc is scored by the logarithm of its probability times a power of the number of pieces it covers, so
that a path does not win by having few digits (after Liu, Sako and Fujisawa, "Effects of
classifier structures and training regimes on integrated segmentation and recognition of handwritten
numeral strings", doi:10.1109/TPAMI.2004.104).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reader.recognize.lattice import Lattice
from reader.recognize.marks import classify_mark, is_bracket, is_comma, is_fat_point, is_mark, is_slash
from reader.types import NOT_A_DIGIT, Component

Kind = Literal["digit", "mark", "junk"]

WEIGHT = 0.75
"""Power of the number of pieces by which an arc counts. With 1 every path weighs the same, with 0 every arc
does, and short paths win; between the two reads most amounts right (docs/architecture.md)."""
BRACKET = "("
"""What stands for a round bracket of either side."""
FLOOR = 1e-4
"""Least probability: one bad arc must not outweigh a line."""


@dataclass(frozen=True, slots=True)
class Prices:
    """What the decoder charges, in natural logarithms.

    Attributes
    ----------
    mark : float
        For a mark with a name.
    speck : float
        For a mark without.
    slash : float
        For a leaning stroke that the network knows to be no digit.
    bracket : float
        For a round bracket.
    junk : float
        For calling a piece junk, on top of the network's own odds.
    change : float
        For a digit next to junk with no space between.
    gap : float
        White between two pieces, in heights of the line's digits, that counts as space.
    other : float
        How much rarer other characters than digits are than on the lines that the columns' spelling was
        learned from.
    """

    mark: float = 0.05
    speck: float = 0.2
    slash: float = 2.0
    bracket: float = 0.1
    junk: float = 0.6
    change: float = 1.0
    gap: float = 0.3
    other: float = 0.0


PAGE = Prices()
COMB = Prices(junk=1.5, slash=4.0, bracket=3.0, change=0.3, other=1.0)
"""In a comb field a leaning stroke in a cell of its own is a 1; letters, as of a name, are junk there too."""
LINE = Prices(junk=6.0, slash=4.0, bracket=5.0, change=0.0, other=3.0)
"""Where the image is known to be one number, hardly anything is junk."""


@dataclass(frozen=True, slots=True)
class Symbol:
    """One step of a path.

    Attributes
    ----------
    kind : {"digit", "mark", "junk"}
    char : str
        The digit or mark; "(" for a bracket of either side, which is junk; "" for what has no name.
    component : Component
    scores : ndarray of float32, shape (11,), or None
        Of the network, for a digit and for junk that was a candidate.
    """

    kind: Kind
    char: str
    component: Component
    scores: NDArray[np.float32] | None = None


@dataclass(frozen=True, slots=True)
class Arc:
    """A step over pieces, from node `start` on."""

    start: int
    score: float
    symbol: Symbol


def arcs(lattice: Lattice, scores: NDArray[np.float32], prices: Prices) -> list[list[Arc]]:
    """List for each node the arcs that end there.

    Parameters
    ----------
    lattice : Lattice
    scores : ndarray of float32, shape (number of candidates, 11)
    prices : Prices
    """
    ending: list[list[Arc]] = [[] for _ in range(len(lattice.pieces) + 1)]
    single: dict[int, NDArray[np.float32]] = {}
    for candidate, row in zip(lattice.candidates, scores, strict=True):
        count = candidate.stop - candidate.start
        if count == 1:
            single[candidate.start] = row
        digit = int(np.argmax(row[:NOT_A_DIGIT]))
        score = count**WEIGHT * float(np.log(max(row[digit], FLOOR)))
        symbol = Symbol("digit", str(digit), candidate.component, row)
        ending[candidate.stop].append(Arc(candidate.start, score, symbol))
        if count > 1 and row[NOT_A_DIGIT] > 0.5 and is_slash(candidate.component, lattice.line):
            # Its foot or head reaches under a neighbour, so it was cut.
            mark = Symbol("mark", "/", candidate.component)
            ending[candidate.stop].append(Arc(candidate.start, -prices.slash, mark))
    for i, piece in enumerate(lattice.pieces):
        ending[i + 1] += _other_arcs(i, piece, lattice, single.get(i), prices)
    return ending


def _other_arcs(
    i: int, piece: Component, lattice: Lattice, row: NDArray[np.float32] | None, prices: Prices
) -> list[Arc]:
    """Give the arcs over one piece that are no digits."""
    if lattice.whole[i] and is_mark(piece, lattice.line):
        char = classify_mark(piece, lattice.line)
        return [Arc(i, -(prices.mark if char else prices.speck), Symbol("mark", char, piece))]
    if lattice.whole[i] and is_bracket(piece, lattice.line):
        return [Arc(i, -prices.bracket, Symbol("junk", BRACKET, piece))]
    odds = float(np.log(max(row[NOT_A_DIGIT], FLOOR))) if row is not None else 0.0
    if row is not None and row[NOT_A_DIGIT] > 0.5:
        if is_slash(piece, lattice.line):
            return [Arc(i, -prices.slash, Symbol("mark", "/", piece))]
        if lattice.whole[i] and is_comma(piece, lattice.line):
            return [Arc(i, -prices.mark, Symbol("mark", ",", piece))]
        if lattice.whole[i] and is_fat_point(piece, lattice.line):
            return [Arc(i, -prices.mark, Symbol("mark", ".", piece))]
    return [Arc(i, odds - prices.junk, Symbol("junk", "", piece, row))]


def best_path(lattice: Lattice, scores: NDArray[np.float32], prices: Prices = PAGE) -> list[Symbol]:
    """Find the likeliest reading of a line.

    Parameters
    ----------
    lattice : Lattice
    scores : ndarray of float32, shape (number of candidates, 11)
    prices : Prices

    Returns
    -------
    list of Symbol
        Left to right.
    """
    ending = arcs(lattice, scores, prices)
    height = lattice.line.x_height
    # best[node][kind of the last symbol that was no mark] = (score, arc, kind before)
    best: list[dict[str, tuple[float, Arc | None, str]]] = [{} for _ in ending]
    best[0]["start"] = (0.0, None, "")
    for node in range(1, len(ending)):
        for arc in ending[node]:
            kind = arc.symbol.kind
            for before, (score, last, _) in best[arc.start].items():
                total = score + arc.score
                signs = BRACKET in (arc.symbol.char, last.symbol.char if last else "")
                if {kind, before} == {"digit", "junk"} and last is not None and not signs:
                    white = arc.symbol.component.box[0] - _right(last.symbol.component)
                    total -= prices.change if white < prices.gap * height else 0.0
                now = before if kind == "mark" else kind
                if now not in best[node] or total > best[node][now][0]:
                    best[node][now] = (total, arc, before)
    return _trace(best)


def _trace(best: list[dict[str, tuple[float, Arc | None, str]]]) -> list[Symbol]:
    """Walk back from the last node."""
    node = len(best) - 1
    kind = max(best[node], key=lambda k: best[node][k][0])
    path: list[Symbol] = []
    while node > 0:
        _, arc, before = best[node][kind]
        if arc is None:
            break
        path.append(arc.symbol)
        node, kind = arc.start, before
    return path[::-1]


def _right(component: Component) -> int:
    return component.box[0] + component.box[2]
