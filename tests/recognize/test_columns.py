"""In a column of numbers what is nearly one is one; letters stay letters."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lined import line_of, moved, row, solid, upright

from reader.recognize import decode, lattice
from reader.recognize.columns import PRICES, has_one_more, in_columns, is_whole, likelier, reread
from reader.types import NOT_A_DIGIT, Box

boxes = st.tuples(st.integers(0, 60), st.integers(0, 300), st.integers(1, 40), st.integers(1, 40))
COLUMN: list[Box] = [(0, 30 * k, 40, 20) for k in range(6)]


@given(st.lists(st.tuples(boxes, st.booleans()), max_size=30))
def test_each_word_is_asked_once_and_none_where_numbers_are_few(many: list[tuple[Box, bool]]) -> None:
    numbers = [one for _, one in many]
    found = in_columns([box for box, _ in many], numbers)
    assert found == sorted(set(found))
    assert sum(numbers) >= 3 or not found


@pytest.mark.parametrize(
    ("numbers", "expected"),
    [
        ([True, True, False, True, True, True], [1, 2, 3, 4]),
        ([False, True, True, True, True, True], [0, 1, 2, 3, 4, 5]),
        ([True, False, False, False, True, True], []),
        ([True, True, False, False, False, False], []),
        ([False] * 6, []),
    ],
)
def test_a_column_is_one_by_its_numbers(numbers: list[bool], expected: list[int]) -> None:
    assert in_columns(COLUMN, numbers) == expected


@pytest.mark.parametrize("odd", [(200, 60, 40, 20), (0, 60, 40, 60), (0, 600, 40, 20)])
def test_what_stands_beside_or_far_off_or_is_higher_is_in_no_column(odd: Box) -> None:
    assert 6 not in in_columns([*COLUMN, odd], [True] * 6 + [False])


def test_scores_stay_probabilities_and_keep_the_order_of_digits() -> None:
    doubt = np.full(11, 1e-6, np.float32)
    doubt[[0, 9, NOT_A_DIGIT]] = 0.18, 0.01, 0.81
    scores = np.stack([doubt, row(5, 0.63), row("x", 0.9999)])
    found = likelier(scores)
    np.testing.assert_allclose(found.sum(axis=1), 1, rtol=1e-5)
    ratio = found[:, :NOT_A_DIGIT] / np.maximum(scores[:, :NOT_A_DIGIT], 1e-9)
    np.testing.assert_allclose(ratio, ratio[:, :1].repeat(NOT_A_DIGIT, axis=1), rtol=1e-3)
    assert found[0, 0] > 0.5
    assert found[2, NOT_A_DIGIT] > 0.99


def test_a_doubtful_zero_is_read_and_a_letter_is_not() -> None:
    lat = lattice.build(line_of(solid(20), solid(60)), stroke=4.0)

    def read(last: np.ndarray) -> list[decode.Symbol]:
        scores = np.stack(
            [
                row(5, 0.6) if c.start == 0 and c.stop == 1 else last if c.start == 1 else row("x", 0.999)
                for c in lat.candidates
            ]
        )
        return decode.best_path(lat, likelier(scores), PRICES)

    doubt = row("x", 0.8)
    doubt[0], doubt[NOT_A_DIGIT] = 0.19, 0.8
    found = read(doubt / doubt.sum())
    assert is_whole(found)
    assert [s.char for s in found] == ["5", "0"]
    assert not is_whole(read(row("x", 0.9999)))
    assert not is_whole([])


@pytest.mark.parametrize("comb", [False, True])
def test_a_column_s_word_is_read_again_where_it_stands_in_no_comb(comb: bool) -> None:
    word = line_of(solid(20), solid(60))
    lines = [moved(word, 0, 70 * k) for k in range(5)]
    lines[2] = replace(lines[2], comb=comb)
    lattices = [lattice.build(line, stroke=4.0) for line in lines]
    doubt = np.full(11, 1e-6, np.float32)
    doubt[[0, NOT_A_DIGIT]] = 0.18, 0.82

    def said(last: np.ndarray) -> np.ndarray:
        every = lattices[0].candidates
        single = {0: row(5, 0.9), 1: last}
        return np.stack([single[c.start] if c.stop - c.start == 1 else row("x", 0.999) for c in every])

    scores = [said(doubt if k == 2 else row(0, 0.99)) for k in range(5)]
    paths = [decode.best_path(one, own, decode.PAGE) for one, own in zip(lattices, scores, strict=True)]
    before = list(paths)
    assert [is_whole(path) for path in paths] == [True, True, False, True, True]
    assert 2 in reread(lattices, scores, paths, [None] * 5)
    assert is_whole(paths[2]) is not comb
    assert all(paths[k] is before[k] for k in (0, 1, 3, 4))


@pytest.mark.parametrize(
    ("text", "before", "more"),
    [
        ("172", "72", True),
        ("721", "72", True),
        ("712", "72", False),
        ("72", "72", False),
        ("872", "72", False),
    ],
)
def test_a_number_wins_a_1_at_an_end_alone(text: str, before: str, more: bool) -> None:
    assert has_one_more(text, before) is more


@pytest.mark.parametrize(("said", "expected"), [(1, "170"), (8, "70")])
def test_in_a_column_a_stroke_beside_a_number_is_a_1_and_a_letter_is_no_digit(
    said: int, expected: str
) -> None:
    word = line_of(upright(24, lean=0.3), solid(60), solid(100))
    uncut = frozenset(range(3))
    lattices = [lattice.build(moved(word, 0, 70 * k), stroke=4.0, sure=uncut) for k in range(5)]
    doubt = np.full(11, 1e-6, np.float32)
    doubt[[said, NOT_A_DIGIT]] = 0.08, 0.92
    every = lattices[0].candidates

    def scores_of(first: np.ndarray) -> np.ndarray:
        single = {0: first, 1: row(7, 0.99), 2: row(0, 0.99)}
        return np.stack([single[c.start] if c.stop - c.start == 1 else row("x", 0.999) for c in every])

    scores = [scores_of(doubt if k == 2 else row(said, 0.99)) for k in range(5)]
    paths = [decode.best_path(one, own, decode.PAGE) for one, own in zip(lattices, scores, strict=True)]
    assert [s.char for s in paths[2]] == ["/", "7", "0"]
    reread(lattices, scores, paths, [None] * 5)
    assert "".join(s.char for s in paths[2] if s.kind == "digit") == expected
