"""A single digit among names is an initial; what stands alone, or among digits, is a number."""

from __future__ import annotations

import pytest
from lined import HEIGHT, digit, line_of, point, row, solid, upright_rules

from reader.recognize.context import DEMANDS, INITIAL, TEXT, is_number
from reader.recognize.neighbours import FAR, demands_of
from reader.recognize.words import Scores
from reader.types import TextLine


def words(*texts: str, white: int = 30) -> tuple[list[TextLine], list[Scores | None]]:
    """Set the words of a line: x a letter, . a point, a digit itself; "lower" is lower-case text."""
    x, found, scores = 10, [], []
    for text in texts:
        parts, own = [], {}
        for char in "xxx" if text == "lower" else text:
            parts.append(point(x) if char == "." else solid(x))
            if char != ".":
                own[len(parts) - 1] = row(char, 0.99)
            x += 26
        found.append(line_of(*parts))
        scores.append(None if text == "lower" else own)
        x += white
    return found, scores


def asked(*texts: str, white: int = 30, text: bool = False, rule: int | None = None) -> list[str]:
    """Name the demands on each word of a line."""
    found, scores = words(*texts, white=white)
    names = {DEMANDS: "usual", TEXT: "text", INITIAL: "initial"}
    walls = upright_rules() if rule is None else upright_rules(rule, high=2 * HEIGHT)
    told = demands_of(found, [4] * len(found), scores, {4} if text else set(), walls)
    return [names[one] for one in told]


@pytest.mark.parametrize("text", [False, True])
def test_a_digit_behind_a_lone_letter_is_an_initial(text: bool) -> None:
    """As in "C. O. Jones"."""
    assert asked("x.", "0.", "xxxxx", text=text)[1] == "initial"
    assert asked("x", "3", text=text)[1] == "initial"


def test_a_digit_with_a_point_between_words_is_an_initial() -> None:
    """As in "William J. Scott" and "Mr. G. Rapp"."""
    assert asked("xxxx", "3.", "xxxx")[1] == "initial"
    assert asked("lower", "3.", "lower")[1] == "initial"


@pytest.mark.parametrize(
    "texts",
    [
        ("3.", "xxxx"),  # of a list
        ("xxxx", "3"),  # "Page 3"
        ("xxxx", "3."),
        ("xxxx", "33.", "xxxx"),
        ("12", "3.", "xxxx"),
        ("xxxx", "3.", "45"),
    ],
)
def test_other_digits_are_asked_what_their_line_asks(texts: tuple[str, ...]) -> None:
    assert set(asked(*texts)) == {"usual"}
    assert set(asked(*texts, text=True)) == {"text"}


def test_the_next_cell_of_a_table_is_no_neighbour() -> None:
    assert asked("x", "3")[1] == "initial"
    assert asked("x", "3", rule=10 + 26 + 12) == ["usual", "usual"]


def test_what_stands_far_off_or_on_another_line_says_nothing() -> None:
    far = round(FAR * HEIGHT) + 20
    assert asked("x.", "0.", "xxxxx", white=far) == ["usual"] * 3
    found, scores = words("x.", "0.")
    assert demands_of(found, [0, 1], scores, set(), upright_rules()) == [DEMANDS, DEMANDS]
    assert demands_of([], [], [], set(), upright_rules()) == []


@pytest.mark.parametrize(
    ("char", "sure", "expected"),
    [("3", 0.9, False), ("3", 0.98, True), ("1", 0.97, True), ("0", 0.999, False)],
)
def test_an_initial_must_be_very_sure_and_never_is_a_zero(char: str, sure: float, expected: bool) -> None:
    assert is_number([digit(char, 10, sure)], 0, 1, float(HEIGHT), INITIAL) == expected


def test_two_digits_of_one_component_may_be_zeros() -> None:
    """Of "Jan. 10. Monday", where they touch."""
    assert is_number([digit("1", 10), digit("0", 36)], 0, 2, float(HEIGHT), INITIAL)
