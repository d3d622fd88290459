"""The best path reads every piece once, and reads what the scores say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lined import comma, dash, drawn, ink_of, line_of, lines, point, ring, row, solid, upright
from numpy.typing import NDArray

from reader.recognize.decode import COMB, LINE, PAGE, Prices, Symbol, arcs, best_path
from reader.recognize.lattice import Candidate, Lattice, build
from reader.types import NOT_A_DIGIT, Component, TextLine

Scores = NDArray[np.float32]
either = st.sampled_from([PAGE, LINE])


@st.composite
def scored(draw: st.DrawFn, most: int = 7) -> tuple[Lattice, Scores]:
    """Draw a line with scores as a network gives them: mostly sure, of anything."""
    lattice = build(draw(lines(most)), stroke=4.0)
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    raw = rng.dirichlet(np.full(11, 0.3), len(lattice.candidates))
    return lattice, raw.astype(np.float32).reshape(-1, 11)


def certain(lattice: Lattice, says: Mapping[tuple[int, int], Scores]) -> Scores:
    """Give scores: what `says` knows by (start, stop), of all other candidates that they are no digits."""
    return np.stack([says.get((c.start, c.stop), row("x", 0.999)) for c in lattice.candidates])


def text(symbols: list[Symbol]) -> str:
    return "".join(s.char or ("#" if s.kind == "junk" else "'") for s in symbols)


def pieces_of(lattice: Lattice, symbols: list[Symbol]) -> list[tuple[int, int]]:
    """Give the (start, stop) of each symbol by its component."""
    known = {id(p): (i, i + 1) for i, p in enumerate(lattice.pieces)}
    known |= {id(c.component): (c.start, c.stop) for c in lattice.candidates}
    return [known[id(s.component)] for s in symbols]


@settings(max_examples=80, deadline=None)
@given(scored(), either)
def test_every_piece_is_read_exactly_once_and_in_order(made: tuple[Lattice, Scores], prices: Prices) -> None:
    lattice, scores = made
    symbols = best_path(lattice, scores, prices)
    spans = pieces_of(lattice, symbols)
    assert [i for start, stop in spans for i in range(start, stop)] == list(range(len(lattice.pieces)))
    np.testing.assert_array_equal(ink_of(*(s.component for s in symbols)), ink_of(*lattice.line.components))


@settings(max_examples=80, deadline=None)
@given(scored(), either)
def test_a_digit_is_the_likeliest_of_its_scores(made: tuple[Lattice, Scores], prices: Prices) -> None:
    lattice, scores = made
    symbols = best_path(lattice, scores, prices)
    for symbol, span in zip(symbols, pieces_of(lattice, symbols), strict=True):
        if symbol.kind == "digit":
            k = [(c.start, c.stop) for c in lattice.candidates].index(span)
            assert symbol.scores is not None
            np.testing.assert_array_equal(symbol.scores, scores[k])
            assert symbol.char == str(scores[k, :NOT_A_DIGIT].argmax())
        else:
            assert not symbol.char.isdigit()
            assert span[1] - span[0] == 1


@settings(max_examples=50, deadline=None)
@given(scored(most=5), either)
def test_no_other_path_scores_better(made: tuple[Lattice, Scores], prices: Prices) -> None:
    """Against every path there is, where no price hangs on two neighbours."""
    lattice, scores = made
    prices = replace(prices, change=0.0)
    ending = arcs(lattice, scores, prices)
    best = [0.0]
    for arriving in ending[1:]:
        best.append(max(best[a.start] + a.score for a in arriving))
    symbols = best_path(lattice, scores, prices)
    value = 0.0
    for symbol, (_, stop) in zip(symbols, pieces_of(lattice, symbols), strict=True):
        same = [a for a in ending[stop] if a.symbol.component is symbol.component]
        value += max(a.score for a in same if (a.symbol.kind, a.symbol.char) == (symbol.kind, symbol.char))
    assert value == pytest.approx(best[-1], abs=1e-6)


@settings(max_examples=40, deadline=None)
@given(scored(), either, st.randoms(use_true_random=False))
def test_the_order_of_candidates_does_not_matter(
    made: tuple[Lattice, Scores], prices: Prices, random: object
) -> None:
    lattice, scores = made
    order = list(range(len(scores)))
    random.shuffle(order)  # type: ignore[attr-defined]
    shuffled = replace(lattice, candidates=tuple(lattice.candidates[i] for i in order))
    a, b = best_path(lattice, scores, prices), best_path(shuffled, scores[order], prices)
    assert [(s.kind, s.char, s.component.box) for s in a] == [(s.kind, s.char, s.component.box) for s in b]


@settings(max_examples=30, deadline=None)
@given(scored(), scored())
def test_a_line_reads_the_same_out_of_a_larger_batch(
    first: tuple[Lattice, Scores], second: tuple[Lattice, Scores]
) -> None:
    batch = np.concatenate([first[1], second[1]])
    alone = best_path(*second)
    among = best_path(second[0], batch[len(first[1]) :])
    assert text(alone) == text(among)
    assert [s.component.box for s in alone] == [s.component.box for s in among]


def test_scores_that_do_not_fit_are_refused() -> None:
    lattice = build(line_of(solid(10), solid(60)), stroke=4.0)
    with pytest.raises(ValueError, match="zip"):
        best_path(lattice, row("7")[None])


@pytest.mark.parametrize("prices", [PAGE, LINE])
@pytest.mark.parametrize("digits", ["7", "1990", "00000", "3141592653"])
@pytest.mark.parametrize("gap", [2, 40])
def test_sure_digits_are_read(prices: Prices, digits: str, gap: int) -> None:
    lattice = build(line_of(*(solid(5 + (12 + gap) * i, 12) for i in range(len(digits)))), stroke=4.0)
    scores = certain(lattice, {(i, i + 1): row(d) for i, d in enumerate(digits)})
    assert text(best_path(lattice, scores, prices)) == digits


@pytest.mark.parametrize(("sure", "less"), [(0.98, 0.6), (0.9, 0.75)])
@pytest.mark.parametrize("prices", [PAGE, LINE])
def test_three_sure_digits_beat_two_less_sure_wide_ones(prices: Prices, sure: float, less: float) -> None:
    lattice = build(line_of(*(solid(5 + 18 * i, 16) for i in range(3))), stroke=4.0)
    singles = {(i, i + 1): row(i + 2, sure) for i in range(3)}
    assert (0, 2) in [(c.start, c.stop) for c in lattice.candidates]
    scores = certain(lattice, singles | {(0, 2): row(6, less), (1, 3): row(8, less)})
    assert text(best_path(lattice, scores, prices)) == "234"


@pytest.mark.parametrize("prices", [PAGE, LINE])
def test_a_broken_digit_is_read_as_one(prices: Prices) -> None:
    lattice = build(line_of(solid(5, 8), solid(16, 8), solid(60)), stroke=4.0)
    scores = certain(lattice, {(0, 2): row(0), (2, 3): row(7)})
    assert text(best_path(lattice, scores, prices)) == "07"


def test_on_a_page_what_is_surely_no_digit_is_junk() -> None:
    lattice = build(line_of(*(solid(5 + 60 * i) for i in range(3))), stroke=4.0)
    scores = certain(lattice, {(1, 2): row(5)})
    assert text(best_path(lattice, scores, PAGE)) == "#5#"


@pytest.mark.parametrize("sure", [0.3, 0.5, 0.7])
def test_a_line_that_is_one_number_keeps_a_doubtful_digit(sure: float) -> None:
    lattice = build(line_of(*(solid(5 + 24 * i) for i in range(3))), stroke=4.0)
    doubtful = row("7", sure, NOT_A_DIGIT)
    scores = certain(lattice, {(0, 1): row(1), (1, 2): doubtful, (2, 3): row(9)})
    assert text(best_path(lattice, scores, LINE)) == "179"


def test_a_digit_that_touches_letters_needs_more_to_be_one() -> None:
    """The same scores: junk among letters, a digit with white on both sides."""
    doubtful = row("1", 0.5, NOT_A_DIGIT)
    tight = build(line_of(*(solid(5 + 23 * i) for i in range(3))), stroke=4.0)
    apart = build(line_of(*(solid(5 + 60 * i) for i in range(3))), stroke=4.0)
    assert text(best_path(tight, certain(tight, {(1, 2): doubtful}), PAGE)) == "###"
    assert text(best_path(apart, certain(apart, {(1, 2): doubtful}), PAGE)) == "#1#"


@pytest.mark.parametrize("prices", [PAGE, LINE])
def test_marks_are_named(prices: Prices) -> None:
    parts: list[Component] = []
    x = 5
    for make in (point, comma, dash, None):
        parts.append(solid(x))
        if make is not None:
            parts.append(make(x + 24))
        x += 46
    lattice = build(line_of(*parts), stroke=4.0)
    says = {(i, i + 1): row(4) for i, p in enumerate(lattice.pieces) if p.box[3] > 20}
    assert text(best_path(lattice, certain(lattice, says), prices)) == "4.4,4-4"


def test_a_speck_above_the_line_has_no_name() -> None:
    speck = solid(29, 5, 5, foot=60)
    lattice = build(line_of(solid(5), speck, solid(40)), stroke=4.0)
    says = {(0, 1): row(4), (2, 3): row(4)}
    assert text(best_path(lattice, certain(lattice, says), PAGE)) == "4'4"


def test_a_line_without_pieces_reads_as_nothing() -> None:
    empty = TextLine((), 0.0, 40.0, (0, 0, 1, 1))
    assert best_path(Lattice(empty, (), (), (), 0.0), np.zeros((0, 11), np.float32)) == []


def test_a_slash_that_was_cut_is_one_slash() -> None:
    """It reaches under its neighbours so far that the lattice proposes to cut it."""
    part = drawn([(60, 98), (100, 58)])
    half = part.box[2] // 2
    x, y, w, h = part.box
    left = Component((x, y, half, h), part.mask[:, :half], int(part.mask[:, :half].sum()))
    right = Component((x + half, y, w - half, h), part.mask[:, half:], int(part.mask[:, half:].sum()))
    pieces = (solid(20), left, right, solid(120))
    spans = [(0, 1, pieces[0]), (1, 2, left), (1, 3, part), (2, 3, right), (3, 4, pieces[3])]
    candidates = tuple(Candidate(start, stop, c) for start, stop, c in spans)
    lattice = Lattice(
        line_of(pieces[0], part, pieces[3]), pieces, (True, False, False, True), candidates, 0.0
    )
    scores = certain(lattice, {(0, 1): row(1), (3, 4): row(2)})
    assert text(best_path(lattice, scores)) == "1/2"


def test_a_leaning_stroke_is_a_slash_on_a_page_and_a_1_in_a_comb() -> None:
    line = line_of(ring(20), upright(120, lean=0.35), ring(200))
    lattice = build(line, stroke=4.0, sure=frozenset({0, 2}))
    first, *_, last = range(len(lattice.pieces))
    unsure = row("1", 0.1)
    unsure[NOT_A_DIGIT] = 0.85
    says = {(c.start, c.stop): unsure for c in lattice.candidates if c.start not in (first, last)}
    scores = certain(lattice, {(first, first + 1): row("0"), (last, last + 1): row("0"), **says})
    assert text(best_path(lattice, scores, PAGE)) == "0/0"
    assert text(best_path(lattice, scores, COMB)) == "010"
