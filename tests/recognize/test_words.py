"""Lines part at wide white; words without anything like a digit are left out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from lined import FOOT, HEIGHT, comma, drawn, ink_of, line_of, lines, point, row, solid, upright_rules

from reader.imaging.layout import make_line
from reader.imaging.walls import Walls
from reader.recognize.spacing import split_words
from reader.recognize.words import (
    is_candidate,
    is_lower_case,
    is_promising,
    is_speck,
    is_text,
    is_wide,
    may_be_pair,
    sure_digits,
)
from reader.types import NOT_A_DIGIT, Component, TextLine


def spaced(*whites: int, width: int = 20) -> TextLine:
    """Give a line of characters with these whites between them."""
    starts = np.cumsum([5, *(width + white for white in whites)])
    return line_of(*(solid(int(x), width) for x in starts))


def pair(x: int, w: int = 60) -> Component:
    """Give two zeros that touch, drawn with corners."""
    head, foot, middle = FOOT - HEIGHT + 2, FOOT - 2, x + w // 2
    around = [(x + 2, head), (x + w - 2, head), (x + w - 2, foot), (x + 2, foot), (x + 2, head)]
    return drawn(around, [(middle, head), (middle, foot)])


def sizes(line: TextLine, walls: Walls | None = None) -> list[int]:
    return [len(word.components) for word in split_words(line, walls or upright_rules())]


@settings(max_examples=60, deadline=None)
@given(lines())
def test_words_hold_every_component_once_and_in_order(line: TextLine) -> None:
    words = split_words(line, upright_rules())
    assert [c for word in words for c in word.components] == list(line.components)
    assert all(word.components for word in words)
    for word in words:
        assert word.x_height > 0
        assert ink_of(*word.components).any()


@pytest.mark.parametrize(
    ("whites", "expected"),
    [
        ((5, 5, 30, 5), [3, 2]),
        ((5, 5, 5, 5), [5]),
        ((40, 5, 5, 5, 40), [1, 4, 1]),
        ((40, 5, 5, 40), [1, 3, 1]),
        ((5, 100), [2, 1]),
        ((), [1]),
    ],
)
def test_wide_white_parts_words(whites: tuple[int, ...], expected: list[int]) -> None:
    assert sizes(spaced(*whites)) == expected


def test_evenly_spaced_characters_stay_together() -> None:
    assert sizes(spaced(*[24] * 7)) == [8]
    assert sizes(spaced(24, 24, 24, 110, 24, 24, 24)) == [4, 4]


def test_the_cells_of_a_comb_stay_together_and_those_of_a_table_part() -> None:
    line = spaced(5, 40, 5)
    assert sizes(line) == [2, 2]
    assert sizes(line, upright_rules(70)) == [4]
    assert sizes(line, upright_rules(70, high=200)) == [2, 2]
    narrow = spaced(10, 10, 10)
    assert sizes(narrow, upright_rules(60)) == [4]
    assert sizes(narrow, upright_rules(60, high=200)) == [2, 2]


def test_a_mark_that_hangs_on_a_wall_does_not_hide_it() -> None:
    """The rest of a level rule that crosses it, and a speck behind: no white is wide between these."""
    parts = [solid(5), solid(38, 20, 5, FOOT - 2), solid(62, 5, 6), solid(70), solid(95)]
    assert sizes(line_of(*parts), upright_rules(48, high=200)) == [3, 2]
    assert sizes(line_of(*parts)) == [5]


def test_a_space_of_type_parts_numbers_that_stand_close() -> None:
    """Digits set evenly, some of which touch: white of a third of an advance more than usual is a space."""
    first = [solid(5 + 22 * k, 20) for k in range(5)]
    joined = [solid(129, 42), solid(173, 20)]
    last = [solid(217 + 22 * k, 20) for k in range(4)]
    assert sizes(line_of(*first, *joined, *last)) == [5, 2, 4]


def test_a_space_behind_a_mark_and_uneven_white_part_nothing() -> None:
    pointed = [solid(5 + 22 * k, 20) for k in range(5)]
    rest = [solid(127 + 22 * k, 20) for k in range(4)]
    assert sizes(line_of(*pointed, *rest)) == [5, 4]
    assert sizes(line_of(*pointed, comma(116), *rest)) == [10]
    by_hand = [solid(x, w) for x, w in ((5, 20), (31, 28), (63, 16), (92, 24), (118, 20), (150, 26))]
    assert sizes(line_of(*by_hand)) == [6]


def test_a_broken_digit_stays_in_its_comb() -> None:
    """Its first piece may be as low as a mark."""
    line = line_of(solid(5), solid(30), solid(55), solid(115, 14, 12, FOOT - 20), solid(117, 16, 26))
    assert sizes(line) == [3, 2]
    assert sizes(line, upright_rules(95)) == [5]


def test_marks_bridge_no_words_and_part_none() -> None:
    parts = [solid(5), solid(30), point(54), solid(64), comma(88), solid(98), solid(160)]
    assert sizes(line_of(*parts)) == [6, 1]


def test_a_point_may_stand_before_some_white() -> None:
    parts = [solid(5), solid(30), point(54), solid(81), solid(106)]
    assert sizes(line_of(*parts)) == [5]  # 21 pixels, more than half of a height
    assert sizes(line_of(*parts[:2], *parts[3:])) == [2, 2]


def test_a_word_keeps_the_height_of_its_line() -> None:
    """A word of low letters must not grow its own; a capital word may be higher."""
    low = [solid(5 + 26 * i, 20, 28) for i in range(3)]
    high = [solid(140 + 26 * i) for i in range(5)]
    words = split_words(line_of(*low, *high), upright_rules())
    assert [len(w.components) for w in words] == [3, 5]
    assert [w.x_height for w in words] == [HEIGHT, HEIGHT]


def test_small_print_beside_large_is_measured_by_itself() -> None:
    small = [solid(5 + 16 * i, 12, 14) for i in range(4)]
    large = [solid(160 + 26 * i) for i in range(5)]
    assert [w.x_height for w in split_words(line_of(*small, *large), upright_rules())] == [14, HEIGHT]


def test_what_may_be_a_digit_by_its_size() -> None:
    line = line_of(*(solid(5 + 26 * i) for i in range(6)))
    assert is_candidate(solid(200), line)
    assert is_candidate(solid(200, 4), line)
    assert not is_candidate(point(200), line)
    assert not is_candidate(solid(200, 120), line)
    tiny = TextLine((), 10.0, 5.0, (0, 0, 1, 1))
    assert not is_candidate(Component((0, 0, 3, 5), np.ones((5, 3), bool), 15), tiny)


def test_what_may_be_several_digits_that_touch() -> None:
    line = line_of(*(solid(5 + 26 * i) for i in range(6)))
    assert is_wide(pair(5), line)
    assert not is_wide(solid(5, 20), line)
    assert not is_wide(solid(5, 60, 6), line)  # a rule
    low = drawn([(5, FOOT - 3), (65, FOOT - 3)], pen=5)
    assert not is_wide(low, line)


def test_specks_and_dashes_are_no_digits_that_touch() -> None:
    assert is_speck(solid(5, 30, 15))
    assert not is_speck(solid(5, 30, 16))
    mask = solid(5, 20, 13).mask.copy()
    mask[4:9, 4:9] = mask[4:9, 11:16] = False  # the whites of two zeros
    zeros = Component((5, FOOT - 13, 20, 13), mask, int(mask.sum()))
    assert not is_speck(zeros)
    low = [make_line([part]) for part in (zeros, solid(5, 20, 13))]
    assert [is_promising(line, {}) for line in low] == [True, False]
    assert is_promising(make_line([zeros, solid(26, 20, 13)]), {})


def promising(says: Sequence[str], *extra: Component) -> bool:
    """Tell what becomes of a word whose characters the network calls `says`."""
    parts = [solid(5 + 26 * i) for i in range(len(says))]
    return is_promising(line_of(*parts, *extra), {i: row(s) for i, s in enumerate(says)})


@pytest.mark.parametrize("says", ["7", "1990", "x5", "5x", "x12", "12x", "xx1990", "1x2x3"])
def test_words_with_digits_are_kept(says: str) -> None:
    assert promising(says)


@pytest.mark.parametrize("says", ["x", "xxx", "xxxxxxxx", "xxxxxxx1", "1xxxxxxxx"])
def test_words_of_letters_are_left_out(says: str) -> None:
    assert not promising(says)


@pytest.mark.parametrize(
    ("count", "likely", "kept"), [(1, 0.1, True), (2, 0.1, True), (3, 0.1, False), (1, 0.01, False)]
)
def test_one_or_two_pieces_in_a_cell_are_looked_at_on_a_faint_chance(
    count: int, likely: float, kept: bool
) -> None:
    scores = np.zeros(11, np.float32)
    scores[[1, NOT_A_DIGIT]] = likely, 1 - likely
    word = line_of(*(solid(5 + 26 * i) for i in range(count)))
    assert is_promising(word, dict.fromkeys(range(count), scores), walled=True) is kept
    assert not is_promising(word, dict.fromkeys(range(count), scores))


def test_marks_do_not_count_as_letters() -> None:
    assert promising("1", point(33), comma(45), point(57))
    assert not is_promising(line_of(point(10), comma(30)), {})


def test_what_may_be_touching_digits_is_kept() -> None:
    wide = pair(5, 70)
    assert is_promising(line_of(wide), {0: row("x")})
    assert is_promising(line_of(wide), {})
    assert not promising("xxx", pair(100, 70))


def test_a_line_is_text_by_its_letters() -> None:
    letter, digit = row("x"), row(7)
    words = [spaced(5, 5, 5), spaced(5, 5)]  # four and three
    assert is_text(words, [dict.fromkeys(range(4), letter), dict.fromkeys(range(3), letter)])
    assert is_text(words, [{**dict.fromkeys(range(4), letter), 2: digit}, dict.fromkeys(range(3), letter)])
    assert not is_text(words, [dict.fromkeys(range(4), letter), dict.fromkeys(range(3), digit)])
    assert not is_text(words[:1], [dict.fromkeys(range(4), letter)])


def test_lower_case_words_stand_in_long_lines_and_specks_make_none_long() -> None:
    low = [solid(5 + 26 * i, 20, 25) for i in range(6)]
    tall = [solid(180 + 26 * i) for i in range(12)]
    assert is_lower_case(line_of(*low), line_of(*low, *tall))
    assert not is_lower_case(line_of(*tall), line_of(*low, *tall))
    specks = [solid(180 + 26 * i, 9, 14) for i in range(10)]
    assert not is_lower_case(line_of(*low), line_of(*low, *tall[:4], *specks))


def test_many_letters_of_one_height_are_smaller_print() -> None:
    tall = [solid(400 + 26 * i) for i in range(12)]
    even = [solid(5 + 26 * i, 20, 30) for i in range(9)]
    assert not is_lower_case(line_of(*even), line_of(*even, *tall))
    mixed = [solid(5 + 26 * i, 20, 40 if i in (2, 5) else 26) for i in range(9)]
    assert is_lower_case(line_of(*mixed), line_of(*mixed, *tall))


def test_sure_digits_are_narrow_and_certain() -> None:
    line = line_of(solid(5), solid(40), solid(75, 2 * HEIGHT))
    scores = {0: row("7", 0.99), 1: row("3", 0.6), 2: row("8", 0.99)}
    assert sure_digits(line, scores) == {0}


def test_the_cells_of_a_table_have_heights_of_their_own() -> None:
    written = [solid(10 + 30 * k) for k in range(3)]
    printed = [solid(200 + 14 * k, w=10, h=18) for k in range(3)]
    line = line_of(*written, *printed)
    parted = split_words(line, upright_rules(150, high=200))
    assert [len(word.components) for word in parted] == [3, 3]
    assert parted[1].x_height < 0.5 * parted[0].x_height
    together = split_words(line, upright_rules())
    assert [len(word.components) for word in together] == [3, 3]


def test_two_that_touch_and_a_piece_of_one_are_looked_at() -> None:
    two, piece = pair(10, 40), solid(52, 10, 20)
    letters = {0: row("x"), 1: row("x")}
    assert is_promising(line_of(two, piece), letters)
    assert not is_promising(line_of(two, piece), letters, text=True)
    assert not is_promising(line_of(two, piece, solid(70), solid(95)), {k: row("x") for k in range(4)})


def test_a_one_of_a_display_stands_in_its_place_behind_much_white() -> None:
    eights = [solid(10 + 30 * k, 22) for k in (0, 1, 3, 4)]
    one = solid(86, 6)  # the white before it is a space's
    assert sizes(line_of(*eights, one)) == [5]
    moved = [solid(10 + 30 * k, 22) for k in (0, 1, 4, 5)]
    assert sizes(line_of(*moved, solid(116, 6))) == [2, 3]  # a place is empty


@pytest.mark.parametrize(
    ("word", "expected"),
    [
        (line_of(solid(20, 20)), True),
        (line_of(solid(20, 14)), False),  # a stroke
        (line_of(solid(20, 20), point(50)), True),
        (line_of(solid(20, 20), solid(60, 20)), False),  # two characters
    ],
)
def test_a_lone_piece_that_is_no_stroke_may_be_two_digits(word: TextLine, expected: bool) -> None:
    assert may_be_pair(word) is expected
