"""Digits among letters are letters; brackets and currencies hide no number."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lined import HEIGHT, digit, letter, mark, point, solid

from reader.recognize.context import CELL, DEMANDS, TEXT, Demands, confidence, is_number
from reader.recognize.decode import Symbol

STEP = 26


def kept(symbols: list[Symbol], demands: Demands = DEMANDS) -> bool:
    """Tell whether the only run of digits is a number."""
    inner = [i for i, s in enumerate(symbols) if s.kind == "digit"]
    return is_number(symbols, inner[0], inner[-1] + 1, float(HEIGHT), demands)


def word(text: str, *, sure: float = 0.97, gap: int = 6) -> list[Symbol]:
    """Give the symbols of a word: # a letter, ( a bracket, $ a wide sign."""
    x, symbols = 10, []
    for char in text:
        width = {"(": 10, "#": 26, "$": 24}.get(char, 20)
        high = round(1.25 * HEIGHT) if char == "(" else HEIGHT
        symbols.append(letter(x, width, high) if char in "(#$" else digit(char, x, sure))
        x += width + gap
    return symbols


@pytest.mark.parametrize("text", ["7", "1990", "42", "10", "0", "1"])
def test_sure_digits_by_themselves_are_a_number(text: str) -> None:
    assert kept(word(text))


@pytest.mark.parametrize("text", ["##5##", "##10", "##0##", "11##", "##4"])
def test_digits_in_a_word_of_letters_are_silent(text: str) -> None:
    assert not kept(word(text))


def test_a_long_sure_number_after_letters_is_kept() -> None:
    """As in "No4711" or "EUR1990"."""
    assert kept(word("##4793"))
    assert not kept(word("##4793", sure=0.6))


@pytest.mark.parametrize("text", ["(1(", "(1", "1(", "(7(", "(42(", "(10("])
def test_brackets_hide_no_number(text: str) -> None:
    assert kept(word(text))


@pytest.mark.parametrize("text", ["$5", "$1990", "25$", "$25(", "250$"])
def test_a_currency_hides_no_number(text: str) -> None:
    assert kept(word(text))


@pytest.mark.parametrize("text", ["#0", "#1", "10#", "#11", "#01#"])
def test_only_lookalikes_glued_to_a_letter_are_letters(text: str) -> None:
    """ "SO", "Al", "lOf"; but "100%", where there are two and they are surer than letters ever are."""
    assert not kept(word(text, sure=0.9))
    assert kept(word(text, sure=0.97)) == (len(text) - text.count("#") > 1)


def test_an_amount_glued_to_letters_is_kept() -> None:
    letters = [letter(-26), letter(6)]
    assert kept([*letters, *amount("8.00", sure=0.97)])
    assert not kept([*letters, *amount("0.00", sure=0.97)])


def test_letters_far_away_do_not_matter() -> None:
    assert kept(word("##5##", gap=40))
    assert kept(word("##10", gap=40))


def test_narrow_spaces_part_where_digits_stand_close() -> None:
    """As in "13 Place" of a narrow face; where digits stand as far apart, the letters are of their word."""
    x, height = 10, HEIGHT
    for gap, alone in ((3, True), (8, False)):
        digits = [digit(char, x + k * (20 + gap), 0.9) for k, char in enumerate("10")]
        letters = [letter(digits[-1].component.box[0] + 20 + 10 + k * 30) for k in range(2)]
        assert kept([*digits, *letters]) == alone
    assert height > 3 * 13


def test_a_sign_in_pieces_is_one_sign() -> None:
    """A per cent that was cut in three: no wider than a sign, so it is no word."""
    pieces = [letter(66, 12, 18), letter(80, 10), letter(92, 12, 18)]
    digits = [digit("5", 10), digit("3", 36)]
    assert kept([*digits, *pieces])
    assert not kept([*digits[:1], *(letter(36 + 28 * k) for k in range(3))])


def test_small_marks_are_no_letters() -> None:
    low = [letter(10 + 12 * i, 6, 8) for i in range(3)]
    assert kept([*low, digit("1", 50)])
    assert kept([digit("1", 10), mark(".", point(34))])


def test_junk_that_may_be_a_digit_is_no_letter() -> None:
    unsure = [letter(10, sure=0.1), letter(42, sure=0.1)]
    assert kept([*unsure, digit("5", 74)])
    assert not kept([letter(10), letter(42), digit("5", 74)])


@pytest.mark.parametrize("sides", ["before", "after"])
def test_both_sides_count(sides: str) -> None:
    letters = [letter(10), letter(42)]
    if sides == "after":
        assert not kept([digit("5", 10), letter(36), letter(68)])
    else:
        assert not kept([*letters, digit("5", 74)])


def test_a_single_digit_in_text_must_be_sure() -> None:
    """As "W. O. Craft" is none."""
    for sure, text in ((0.8, False), (0.9, True)):
        assert is_number(word("6", sure=sure), 0, 1, float(HEIGHT))
        assert is_number(word("6", sure=sure), 0, 1, float(HEIGHT), TEXT) == text


@pytest.mark.parametrize(
    ("text", "sure", "expected"), [("27", 0.7, False), ("27", 0.8, True), ("2745", 0.7, True)]
)
def test_few_digits_in_text_must_be_surer(text: str, sure: float, expected: bool) -> None:
    symbols = word(text, sure=sure)
    assert is_number(symbols, 0, len(symbols), float(HEIGHT), TEXT) == expected
    assert is_number(symbols, 0, len(symbols), float(HEIGHT))


def test_an_initial_is_no_number() -> None:
    """As in "John O. Smith"; a list's "8." is one, and so is the 0 before a comma."""
    for char, sign, expected in (("0", ".", False), ("8", ".", True), ("0", ",", True)):
        symbols = [digit(char, 10, 0.99), mark(sign, point(36))]
        assert is_number(symbols, 0, 1, float(HEIGHT)) == expected


def test_letters_behind_may_be_a_unit() -> None:
    """As in "50mg"; letters before, as in "PM60", may not."""
    assert kept(word("50##", sure=0.97))
    assert not kept(word("50##", sure=0.9))
    assert not kept(word("##50", sure=0.97))
    assert not kept(word("5##", sure=0.97))


def test_one_hopeless_digit_spoils_a_number() -> None:
    good = [digit("7", 10 + STEP * i) for i in range(6)]
    assert kept(good)
    assert not kept([*good, digit("3", 10 + STEP * 6, 0.02)])


def test_unsure_digits_are_no_number_on_a_page() -> None:
    assert not kept(word("73", sure=0.15))


def test_where_numbers_stand_less_is_asked() -> None:
    assert kept(word("73", sure=0.4), CELL)
    assert not kept(word("73", sure=0.4))
    assert not kept(word("73", sure=0.6), TEXT)


def test_lookalikes_alone_must_be_surer() -> None:
    doubtful = [p / 100 for p in range(10, 100) if not kept(word("10", sure=p / 100))]
    plain = [p / 100 for p in range(10, 100) if not kept(word("27", sure=p / 100))]
    assert set(plain) < set(doubtful)


@given(st.text("0123456789", min_size=1, max_size=6), st.floats(0.05, 0.98), st.floats(0, 0.5))
def test_surer_digits_are_never_dropped_for_it(text: str, sure: float, more: float) -> None:
    better = sure + more * (0.99 - sure)
    for context in ("{}", "({}(", "{}##", "#{}"):
        if kept(word(context.format(text), sure=sure)):
            assert kept(word(context.format(text), sure=better))


@given(st.text("0123456789", min_size=1, max_size=6), st.floats(0.05, 0.99))
def test_letters_beside_never_help(text: str, sure: float) -> None:
    for context in ("({}", "#{}", "{}##", "##{}"):
        if kept(word(context.format(text), sure=sure)):
            assert kept(word(text, sure=sure))


def test_confidence_is_that_of_the_digit_read() -> None:
    assert confidence(digit("3", 10, 0.7)) == pytest.approx(0.7)
    assert kept([Symbol("digit", "8", solid(10), digit("8", 10).scores)])


def amount(text: str, *, sure: float, before: bool = False) -> list[Symbol]:
    """Give the symbols of zeros and ones with a point, after a currency sign where asked."""
    x, symbols = 40, [letter(10, 24)] if before else []
    for char in text:
        symbols.append(mark(".", point(x)) if char == "." else digit(char, x, sure))
        x += 12 if char == "." else 24
    return symbols


@pytest.mark.parametrize("text", ["0.00", "1.10", "10.00"])
def test_zeros_and_ones_with_two_decimals_are_an_amount(text: str) -> None:
    assert kept(amount(text, sure=0.4))
    assert kept(amount(text, sure=0.8, before=True))


@pytest.mark.parametrize("text", ["0.0", "100", "1000"])
def test_zeros_and_ones_without_decimals_may_be_letters(text: str) -> None:
    assert not kept(amount(text, sure=0.4))
    assert not kept(amount(text, sure=0.9, before=True))
