"""What a page's own whites say of its spaces, and which digits belong together all the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lined import HEIGHT, comma, line_of, row, solid, upright_rules

from reader.recognize.rejoin import may_go_on, rejoin
from reader.recognize.spacing import split_words
from reader.recognize.word_spaces import EMPTY, SLIM, is_beside_slim, spare, valley, word_spaces
from reader.recognize.words import Scores
from reader.types import Component, TextLine

INNER, SPACE = 3, 14
"""White between letters and between words, in pixels."""


def text(*words: int) -> TextLine:
    """Set words of so many letters, of several widths."""
    parts: list[Component] = []
    x = 5
    for count in words:
        for k in range(count):
            width = (22, 38, 27, 24, 34)[(len(parts) + k) % 5]
            parts.append(solid(x, width))
            x += width + INNER
        x += SPACE - INNER
    return line_of(*parts)


def hand(rng: np.random.Generator) -> TextLine:
    """Write digits with any white between them."""
    return line_of(*(solid(int(x), 24) for x in np.cumsum(24 + rng.integers(1, 24, 12))))


def told(*classes: int | str) -> Scores:
    """Score the components of a word."""
    return {i: row(one) for i, one in enumerate(classes)}


def test_print_tells_its_spaces() -> None:
    (space,) = word_spaces([text(4, 3, 5, 2, 4, 3, 4, 2, 5, 3)])
    assert space is not None
    assert INNER < space * HEIGHT < SPACE


def test_one_line_learns_from_the_others_of_its_size() -> None:
    page = [text(4, 3, 5, 2, 4, 3, 4, 2, 5, 3), text(3, 3)]
    alone = word_spaces(page[1:])
    assert alone == [None]
    assert word_spaces(page)[1] == word_spaces(page)[0]


def test_other_sizes_and_combs_do_not_learn() -> None:
    page = text(4, 3, 5, 2, 4, 3, 4, 2, 5, 3)
    large = text(3, 3)
    assert word_spaces([page, replace(large, x_height=2.0 * HEIGHT)])[1] is None
    assert word_spaces([page, replace(large, comb=True)])[1] is None
    assert word_spaces([]) == []


def test_whites_of_a_hand_are_of_all_sizes() -> None:
    rng = np.random.default_rng(5)
    assert word_spaces([hand(rng) for _ in range(12)]) == [None] * 12


@settings(max_examples=60, deadline=None)
@given(st.floats(0.0, 0.08), st.floats(0.25, 0.42), st.integers(10, 60))
def test_what_is_found_lies_between_and_near_the_spaces(inner: float, space: float, count: int) -> None:
    whites = np.sort(np.repeat([inner, space], [3 * count, count]))
    found = valley(whites)
    assert found is not None
    assert inner < found < space
    assert space - found < 0.02 + EMPTY


def test_type_of_one_width_needs_none() -> None:
    assert valley(np.sort(np.repeat([0.1, 0.9], [60, 20]))) is None


@pytest.mark.parametrize(("width", "expected"), [(8, True), (24, False)])
def test_beside_a_1_white_is_no_space(width: int, expected: bool) -> None:
    left, right = solid(0, 24).box, solid(38, width).box
    assert is_beside_slim(left, right, 14, 0.3, HEIGHT) is expected
    assert (spare(right, text(3)) > 0) is (width < SLIM * HEIGHT)


def test_words_part_at_the_spaces_of_print() -> None:
    line = text(4, 3)
    assert [len(w.components) for w in split_words(line, upright_rules())] == [7]
    assert [len(w.components) for w in split_words(line, upright_rules(), 0.25)] == [4, 3]


def test_a_comma_of_print_has_more_white_behind_it() -> None:
    line = line_of(solid(5, 24), solid(32, 24), comma(58), solid(77, 24), solid(104, 24))
    assert [len(w.components) for w in split_words(line, upright_rules(), 0.25)] == [5]


@pytest.mark.parametrize(
    ("left", "right", "joined"),
    [
        (told(4, 5), told(1, 6), True),  # the 1 is slim
        (told(4, 5), told("x", "x"), False),
        (told("x", "x"), told(1, "x"), False),
    ],
)
def test_numbers_parted_before_a_1_are_joined(left: Scores, right: Scores, joined: bool) -> None:
    line = line_of(solid(5, 24), solid(32, 24), solid(68, 8), solid(88, 24))
    words = [line_of(*line.components[:2]), line_of(*line.components[2:])]
    found, of, scores = rejoin(words, [0, 0], [left, right], [line], [0.25], upright_rules())
    assert len(found) == len(of) == len(scores) == (1 if joined else 2)
    if joined:
        assert found[0].components == line.components
        assert sorted(scores[0]) == [0, 1, 2, 3]


def test_two_numbers_of_print_stay_two_and_single_digits_are_joined() -> None:
    line = text(2, 2)
    words = split_words(line, upright_rules(), 0.25)
    found, _, _ = rejoin(words, [0, 0], [told(4, 5), told(7, 6)], [line], [0.25], upright_rules())
    assert len(found) == 2
    line = text(1, 1, 1)
    words = split_words(line, upright_rules(), 0.25)
    scores = [told(4), told(5), told(6)]
    found, _, joined = rejoin(words, [0, 0, 0], scores, [line], [0.25], upright_rules())
    assert len(found) == 1
    assert [int(joined[0][i].argmax()) for i in range(3)] == [4, 5, 6]
    parted, _, _ = rejoin(words, [0, 0, 0], scores, [line], [None], upright_rules())
    assert len(parted) == 3


def test_a_wall_keeps_apart_what_it_parts() -> None:
    line = text(1, 1)
    words = split_words(line, upright_rules(), 0.25)
    middle = words[0].box[0] + words[0].box[2] + SPACE // 2
    found, _, _ = rejoin(words, [0, 0], [told(4), told(5)], [line], [0.25], upright_rules(middle, high=120))
    assert len(found) == 2


def test_a_1_before_a_sign_may_go_on() -> None:
    line = line_of(solid(5, 24), solid(32, 24), solid(70, 8), solid(88, 24, 16), solid(116, 24, 16))
    words = line_of(*line.components[:2]), line_of(*line.components[2:])
    assert may_go_on(*words, line, 0.25)
    assert not may_go_on(*words, line, None)
    assert not may_go_on(words[0], line_of(*line.components[3:]), line, 0.25)
