"""Digits and marks become numbers: what belongs together, what it says, where it is, how sure it is."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lined import FOOT, HEIGHT, comma, dash, digit, letter, mark, point, solid, upright_rules

from reader.imaging.geometry import Affine, compose, identity, map_box, rotation, scaling, translation
from reader.imaging.walls import Walls
from reader.options import ReadOptions
from reader.recognize.decode import Symbol
from reader.recognize.stitch import groups, tidy, to_number, white_limit
from reader.types import Box, Number

SIZE = (600, 240)
NAMES = {".": point, ",": comma, "-": dash}


def written(text: str, *, step: int = 26, x: int = 10, sure: float = 0.99) -> list[Symbol]:
    """Give the symbols of a text; a space is two steps of white."""
    symbols = []
    for char in text:
        if char in NAMES:
            symbols.append(mark(char, NAMES[char](x)))
        elif char == "'":
            symbols.append(mark("", solid(x, 4, 4, FOOT - 34)))
        elif char == "#":
            symbols.append(letter(x, 20))
        elif char != " ":
            symbols.append(digit(char, x, sure))
        x += 10 if char in ".,'" else step
    return symbols


def placed(to_page: Affine, size: tuple[int, int] = SIZE) -> Callable[[Box], Box]:
    return lambda box: map_box(to_page, box, *size)


def number(symbols: list[Symbol], least: float = 0.0) -> Number:
    return to_number(symbols, placed(identity()), ReadOptions(min_confidence=least))


def read(symbols: list[Symbol], *, one: bool = False, walls: Walls | None = None) -> list[str]:
    return [number(g).text for g in groups(symbols, float(HEIGHT), walls or upright_rules(), one=one)]


@pytest.mark.parametrize("one", [True, False])
@pytest.mark.parametrize("text", ["1.990,50", "12,5", "7", "2019", "1-2", "0.05", "3.141.592.653"])
def test_a_number_is_read_as_written(text: str, one: bool) -> None:
    assert read(written(text), one=one) == [text]
    found = number(groups(written(text), float(HEIGHT), upright_rules(), one=one)[0])
    assert found.digits == "".join(c for c in text if c.isdigit())
    assert "".join(c.char for c in found.chars) == text


@pytest.mark.parametrize("one", [True, False])
@pytest.mark.parametrize(
    ("text", "expected"),
    [("1990.", "1990"), (",1990", "1990"), ("-1990-", "1990"), ("..19.", "19"), ("19'90", "1990")],
)
def test_marks_at_the_ends_and_specks_are_dropped(text: str, expected: str, one: bool) -> None:
    assert read(written(text), one=one) == [expected]


@pytest.mark.parametrize("text", ["", ".", ".,-", "#", "'"])
@pytest.mark.parametrize("one", [True, False])
def test_without_digits_there_is_no_number(text: str, one: bool) -> None:
    assert read(written(text), one=one) == []


def test_of_two_marks_at_one_place_the_larger_stays() -> None:
    assert read(written("1,.5")) == ["1,5"]
    assert read(written("1.'5")) == ["1.5"]


def test_two_points_over_each_other_are_a_colon() -> None:
    upper, lower = mark("", solid(40, 6, 6, FOOT - 18)), mark(".", point(40))
    for pair in ([upper, lower], [lower, upper]):
        symbols = tidy([digit("9", 10), *pair, digit("3", 56)])
        assert [s.char for s in symbols] == ["9", ":", "3"]
        assert symbols[1].component.box == (40, 76, 6, 24)


def test_a_lone_number_leaves_junk_out() -> None:
    assert read(written("#12#34"), one=True) == ["1234"]


def test_wide_white_parts_numbers() -> None:
    assert read(written("1984  77")) == ["1984", "77"]
    assert read(written("1984  77"), one=True) == ["198477"]


def test_a_letter_parts_numbers() -> None:
    apart = [*written("12"), letter(150), *written("34", x=260)]
    assert read(apart) == ["12", "34"]


@pytest.mark.parametrize("white", [2, 10, 20, 30, 40])
@pytest.mark.parametrize("text", ["1984", "30088123"])
def test_evenly_spaced_digits_stay_together(white: int, text: str) -> None:
    assert read(written(text, step=20 + white)) == [text]


def test_widely_spaced_numbers_are_still_parted_by_wider_white() -> None:
    assert read(written("12 34", step=56)) == ["12", "34"]


def test_the_teeth_of_a_comb_hold_a_number_together() -> None:
    """Digits in cells, as far apart as they please; elsewhere the white parts them."""
    cells = [digit(c, x) for c, x in zip("1984", (10, 36, 100, 126), strict=True)]
    assert read(cells) == ["19", "84"]
    assert read(cells, walls=upright_rules(32, 78, 122)) == ["1984"]


def test_one_low_rule_is_the_side_of_a_box() -> None:
    """As between a currency and its amount, in a box not much higher than the digits."""
    cells = [digit(c, x) for c, x in zip("8235", (10, 100, 126, 152), strict=True)]
    assert read(cells, walls=upright_rules(65)) == ["8", "235"]


def test_the_wall_of_a_table_parts_numbers() -> None:
    assert read(written("1984")) == ["1984"]
    assert read(written("1984"), walls=upright_rules(59, high=200)) == ["19", "84"]


def test_a_low_piece_of_a_rule_neither_holds_nor_parts() -> None:
    assert read(written("1984"), walls=upright_rules(59, high=8)) == ["1984"]
    assert read(written("1984  77"), walls=upright_rules(127, high=8)) == ["1984", "77"]


@given(st.lists(st.integers(-5, 200), min_size=1, max_size=8), st.integers(10, 90))
def test_the_white_limit_scales_with_the_line(whites: list[int], height: int) -> None:
    def line(scale: int) -> list[Symbol]:
        x, symbols = 10, [digit("7", 10, component=solid(10, 20 * scale))]
        for white in whites:
            x += (20 + white) * scale
            symbols.append(digit("7", x, component=solid(x, 20 * scale)))
        return symbols

    small, large = white_limit(line(1), float(height)), white_limit(line(3), 3.0 * height)
    assert small > 0
    assert large == pytest.approx(3 * small)


@given(st.lists(st.floats(0.01, 1.0), min_size=1, max_size=9))
def test_confidence_is_the_product(sure: list[float]) -> None:
    symbols = [digit("7", 10 + 26 * i, p) for i, p in enumerate(sure)]
    symbols[1:1] = [mark(".", point(33))] if len(sure) > 1 else []
    found = number(symbols)
    assert found.confidence == pytest.approx(np.prod(sure), rel=1e-4)
    assert [c.confidence for c in found.chars if c.char != "."] == pytest.approx(sure, rel=1e-4)


def test_what_is_too_unsure_is_a_question_mark() -> None:
    symbols = [digit("1", 10), digit("9", 36, 0.4), mark(",", comma(60)), digit("5", 72)]
    found = number(symbols, 0.5)
    assert (found.text, found.digits) == ("1?,5", "1?5")
    assert found.chars[1].confidence == pytest.approx(0.4)
    assert found.chars[1].alternatives[0][0] == "9"
    assert number(symbols, 0.3).text == "19,5"


def test_alternatives_are_the_likeliest_digits_first() -> None:
    scores = np.array([0.0, 0.3, 0, 0, 0, 0, 0, 0.5, 0, 0.15, 0.05], np.float32)
    found = number([Symbol("digit", "7", solid(10), scores)])
    assert [d for d, _ in found.chars[0].alternatives] == ["7", "1", "9"]
    assert [p for _, p in found.chars[0].alternatives] == pytest.approx([0.5, 0.3, 0.15])


def test_a_mark_has_no_alternatives() -> None:
    found = number(written("1.5"))
    assert [bool(c.alternatives) for c in found.chars] == [True, False, True]
    assert found.chars[1].confidence == 1.0


def test_boxes_are_in_page_pixels() -> None:
    to_page = compose(translation(100, 7), scaling(2.0))
    found = to_number(written("1,5"), placed(to_page, (1300, 600)), ReadOptions())
    assert [c.box for c in found.chars] == [
        (120, 127, 40, 80),
        (172, 195, 12, 28),
        (192, 127, 40, 80),
    ]
    assert found.box == (120, 127, 112, 96)


def test_boxes_turn_with_the_page() -> None:
    to_page, (width, height) = rotation(*SIZE, 90)
    found = to_number([digit("7", 10)], placed(to_page, (width, height)), ReadOptions())
    assert found.box == (60, 600 - 30, HEIGHT, 20)


def test_boxes_stay_on_the_page() -> None:
    found = to_number(written("15", x=1), placed(translation(-5, 100)), ReadOptions())
    x, y, w, h = found.box
    assert (x, y) == (0, 160)
    assert x + w <= SIZE[0]
    assert y + h <= SIZE[1]


def test_a_speck_under_a_slash_parts_nothing() -> None:
    """As in "11/12" with a dot of the paper under the slash: the slash reaches farther than the speck."""
    slash = mark("/", solid(60, 30, 44))
    speck = mark(",", solid(58, 6, 6, FOOT + 8))
    symbols = [digit("1", 10), digit("1", 34), slash, speck, digit("1", 96), digit("2", 120)]
    assert read(symbols) == ["11/12"]


def test_what_stands_in_a_comb_is_one_number_whatever_parts_it() -> None:
    symbols = written("12   34")
    assert read(symbols) == ["12", "34"]
    (whole,) = groups(symbols, float(HEIGHT), upright_rules(), one=False, comb=True)
    assert number(whole).text == "1234"
