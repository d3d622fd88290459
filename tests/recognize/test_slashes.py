"""Slashes among ones: found in dates and fractions, and nowhere else."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lined import FOOT, HEIGHT, comma, digit, drawn, mark, point, solid, upright

from reader.recognize.decode import Symbol
from reader.recognize.slashes import lean, restore_slashes
from reader.recognize.stitch import tidy
from reader.types import Component


def slash(x: int) -> Component:
    """Give a stroke taller than the digits that leans more."""
    return drawn([(x + 20, FOOT - 52), (x, FOOT + 6)], pen=4)


def written(text: str, tall: str = "") -> list[Symbol]:
    """Give the symbols of a text as the network reads them: every slash is a 1.

    A 1 at a place given in `tall` (as "0", "13") is long and upright.
    """
    x, symbols = 10, []
    for i, char in enumerate(text):
        if char == "/":
            symbols.append(digit("1", 0, 0.8, slash(x)))
            x += 24
        elif char in ".,":
            symbols.append(mark(char, point(x) if char == "." else comma(x)))
            x += 8
        elif char == "1":
            height = 56 if str(i) in tall else HEIGHT
            symbols.append(digit("1", 0, component=upright(x + 4, height)))
            x += 14
        else:
            symbols.append(digit(char, x))
            x += 26
    return symbols


def text_of(symbols: list[Symbol]) -> str:
    return "".join(s.char for s in symbols)


@pytest.mark.parametrize(
    "text",
    ["11/12/2019", "3/4/1984", "1/1/11", "24/7/99", "11/11/2011", "2019/11/24", "31/10/75", "1/12/2021"],
)
def test_dates_have_their_slashes(text: str) -> None:
    before = written(text)
    assert "/" not in text_of(before)
    after = restore_slashes(before)
    assert text_of(after) == text
    for symbol in after:
        if symbol.char == "/":
            assert symbol.kind == "mark"
            assert symbol.scores is None


@pytest.mark.parametrize("text", ["1/2", "3/4", "25/100", "12/2019"])
def test_fractions_have_their_slash(text: str) -> None:
    assert text_of(restore_slashes(written(text))) == text


@pytest.mark.parametrize(("text", "read"), [("4882/189", "48821189"), ("24/7/1999", "24/7/1999")])
def test_in_a_comb_only_a_date_has_slashes(text: str, read: str) -> None:
    assert text_of(tidy(written(text))) == text
    assert text_of(tidy(written(text), comb=True)) == read


@pytest.mark.parametrize("text", ["1.990,50", "7", "11", "111", "1111111111", "1.111,11", "30088", "17146"])
def test_amounts_stay(text: str) -> None:
    symbols = written(text)
    assert restore_slashes(symbols) == symbols


@pytest.mark.parametrize(("text", "tall"), [("17146", "0"), ("17146", "2"), ("11146", "1"), ("4711", "23")])
def test_a_long_upright_one_stays(text: str, tall: str) -> None:
    symbols = written(text, tall)
    assert restore_slashes(symbols) == symbols


def test_a_long_leaning_first_or_last_one_stays() -> None:
    """A number neither begins nor ends with a slash."""
    for text in ("/7246", "7246/"):
        symbols = written(text)
        assert restore_slashes(symbols) == symbols


def test_where_all_digits_lean_a_one_is_no_slash() -> None:
    parts = [upright(10 + 30 * i, HEIGHT, 0.35) for i in range(5)]
    symbols = [digit(d, 0, component=p) for d, p in zip("47114", parts, strict=True)]
    assert restore_slashes(symbols) == symbols


def level(text: str) -> list[Symbol]:
    """Write a text whose slashes lean but are no taller than the digits."""
    return [
        digit("1", 0, component=upright(s.component.box[0], HEIGHT, 0.4))
        if s.component.box[3] > HEIGHT + 4
        else s
        for s in written(text)
    ]


def test_leaning_ones_no_taller_than_the_digits_make_only_dates() -> None:
    assert text_of(restore_slashes(level("24/7/99"))) == "24/7/99"
    for text in ("44/77/99", "24/7777/99", "5/7555555"):
        assert "/" not in text_of(restore_slashes(level(text)))


def test_slashes_as_high_as_the_digits_do_not_hide_each_other() -> None:
    """Each leans as the other does; the 7 beside them leans too."""
    seven = drawn([(104, FOOT - HEIGHT), (122, FOOT - HEIGHT), (112, FOOT)], pen=4)
    leaning = [drawn([(x + 11, FOOT - HEIGHT), (x, FOOT)], pen=4) for x in (40, 130)]
    symbols = [
        digit("3", 10),
        digit("1", 0, component=leaning[0]),
        digit("7", 0, component=seven),
        digit("1", 0, component=leaning[1]),
        digit("9", 160),
        digit("7", 0, component=drawn([(190, FOOT - HEIGHT), (208, FOOT - HEIGHT), (198, FOOT)], pen=4)),
    ]
    assert text_of(restore_slashes(symbols)) == "3/7/97"


def test_beside_an_upright_one_a_single_leaning_one_is_a_slash() -> None:
    assert text_of(restore_slashes(level("3/13"))) == "3/13"
    assert text_of(restore_slashes(level("3/23"))) == "3123"


def test_a_speck_does_not_hide_a_date() -> None:
    symbols = written("11/24/2019")
    speckled = [*symbols[:1], mark(",", comma(22)), *symbols[1:]]
    assert text_of(restore_slashes(speckled)) == "11/24/2019"


def test_a_slash_that_towers_need_not_lean_much() -> None:
    symbols = written("8/24/2019")
    steep = drawn([(48, FOOT - 66), (40, FOOT + 8)], pen=4)
    symbols[1] = digit("1", 0, 0.8, steep)
    assert text_of(restore_slashes(symbols)) == "8/24/2019"


def test_a_number_with_separators_has_no_slashes() -> None:
    symbols = written("1.2/5,00")
    assert restore_slashes(symbols) == symbols


def test_a_crooked_stroke_is_no_slash() -> None:
    hook = drawn([(60, FOOT - 44), (84, FOOT - 52), (80, FOOT - 20), (58, FOOT + 6)])
    symbols = [*written("12"), digit("1", 0, component=hook), digit("4", 100), digit("5", 126)]
    assert restore_slashes(symbols) == symbols


@settings(max_examples=60, deadline=None)
@given(st.text("0123456789./,", min_size=1, max_size=10).filter(lambda t: t[0].isdigit() and t[-1].isdigit()))
def test_only_ones_become_slashes(text: str) -> None:
    before = written(text)
    after = restore_slashes(before)
    if len(after) < len(before):  # specks between the digits of a date
        before = [symbol for symbol in before if symbol.char not in ".,"]
        assert text_of(after).count("/") == 2
    for old, new in zip(before, after, strict=True):
        assert new is old or (old.char, new.char) == ("1", "/")
    assert text_of(after).count("/") in (0, 1, 2)


@settings(max_examples=60, deadline=None)
@given(st.text("0123456789", min_size=1, max_size=12))
def test_without_slashes_nothing_changes(text: str) -> None:
    symbols = written(text)
    assert restore_slashes(symbols) == symbols


@pytest.mark.parametrize("tangent", [-0.4, 0.0, 0.3, 0.8])
def test_the_lean_of_a_stroke(tangent: float) -> None:
    found, wander = lean(upright(100, 60, tangent, foot=150))
    assert found == pytest.approx(tangent, abs=0.05)
    assert wander < 0.05


def test_a_hook_wanders() -> None:
    hook = drawn([(40, 60), (80, 60), (50, 100)])
    assert lean(hook)[1] > lean(slash(40))[1] + 0.05


@pytest.mark.parametrize("height", [1, 2])
def test_a_flat_piece_has_no_lean(height: int) -> None:
    assert lean(solid(10, 12, height)) == (0.0, 0.0)
