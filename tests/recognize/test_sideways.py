"""A lying number is read in the one direction in which it is a number; all else stays silent."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from lined import digit, letter, mark, point
from numpy.typing import NDArray

from reader.io.model_file import load_model
from reader.pipeline import read_page
from reader.recognize.classifier import OnnxClassifier
from reader.recognize.decode import Symbol
from reader.recognize.sideways import Lying, choose, is_long, unite
from reader.types import Box, Char, Number, Page

FONT = cv2.FONT_HERSHEY_SIMPLEX
LEVEL, FEET = "20395", range(120, 900, 120)


@pytest.fixture(scope="module")
def classifier() -> OnnxClassifier:
    return load_model()


def word(text: str, sure: float = 0.99) -> list[Symbol]:
    return [digit(c, 30 * i, sure) if c != "x" else letter(30 * i) for i, c in enumerate(text)]


def number(digits: str, box: Box) -> Number:
    return Number(digits, digits, 0.9, box, tuple(Char(d, 0.99, box, ((d, 0.99),)) for d in digits))


def form() -> NDArray[np.uint8]:
    """Give a page of level numbers, so that nobody doubts which way up it is."""
    page = np.full((1000, 760), 245, np.uint8)
    for foot in FEET:
        cv2.putText(page, LEVEL, (60, foot), FONT, 1.0, 25, 2, cv2.LINE_AA)
    return page


def with_side(page: NDArray[np.uint8], text: str, turns: int) -> tuple[NDArray[np.uint8], Box]:
    """Give the page with a text turned counter-clockwise by quarter turns, and where its ink is."""
    piece = np.full((50, 40 + 20 * len(text)), 245, np.uint8)
    cv2.putText(piece, text, (20, 38), FONT, 1.0, 25, 2, cv2.LINE_AA)
    piece = np.rot90(piece, turns)
    marked = page.copy()
    marked[500 : 500 + piece.shape[0], 660 : 660 + piece.shape[1]] = piece
    x, y, w, h = cv2.boundingRect((piece < 128).astype(np.uint8))
    return marked, (x + 660, y + 500, w, h)


@pytest.mark.parametrize("turns", [1, 3])
@pytest.mark.parametrize("text", ["4273", "93745682"])
def test_a_lying_number_is_read_where_it_stands(classifier: OnnxClassifier, text: str, turns: int) -> None:
    page, box = with_side(form(), text, turns)
    *level, side = read_page(Page(page), classifier).numbers
    assert [n.digits for n in level] == [LEVEL] * len(FEET)
    assert side.digits == text
    ends = [(b[0], b[1], b[0] + b[2], b[1] + b[3]) for b in (side.box, box)]
    assert np.abs(np.subtract(*ends)).max() <= 3
    tops = [c.box[1] for c in side.chars]
    assert tops == sorted(tops, reverse=turns == 1)


@pytest.mark.parametrize("turns", [1, 3])
@pytest.mark.parametrize("text", ["ABCDEFGH", "MR TAKEN", "1111111", "0 1 0 0"])
def test_lying_letters_and_strokes_stay_silent(classifier: OnnxClassifier, text: str, turns: int) -> None:
    page, _ = with_side(form(), text, turns)
    found = [n.digits for n in read_page(Page(page), classifier).numbers]
    assert [digits for digits in found if len(digits) > 1] == [LEVEL] * len(FEET)


def test_columns_of_numbers_are_read_level_alone(classifier: OnnxClassifier) -> None:
    page = np.full((1000, 760), 245, np.uint8)
    column = [str(n % 10) for n in range(2, 18)]
    for i, text in enumerate(column):
        cv2.putText(page, text, (300, 120 + 48 * i), FONT, 1.2, 25, 3, cv2.LINE_AA)
    assert all(len(n.digits) == 1 for n in read_page(Page(page), classifier).numbers)


def lying(path: list[Symbol], alone: float | None = None) -> Lying:
    """Give a reading of which each digit by itself says what the line says."""
    own = Lying(path, 0.0)
    return Lying(path, own.share if alone is None else alone)


def test_the_direction_is_the_one_that_reads() -> None:
    assert choose(lying(word("4273")), lying(word("x4xx"))) == 0
    assert choose(lying(word("xx7x")), lying(word("4273"))) == 1
    assert choose(lying([*word("4273"), mark(".", point(130))]), lying([])) == 0


def test_each_digit_tells_where_the_line_believes_both_directions() -> None:
    right, over = lying(word("82682908"), 0.99), lying(word("80628928", sure=0.98), 0.7)
    assert choose(right, over) == 0
    assert choose(over, right) == 1
    assert choose(right, lying(word("80628928", sure=0.98), 0.98)) is None


def test_what_reads_both_ways_or_not_quite_is_left() -> None:
    nothing = lying([])
    assert choose(lying(word("6098")), lying(word("8609"))) is None
    assert choose(lying(word("xxxx")), nothing) is None
    assert choose(nothing, nothing) is None
    assert choose(lying(word("4273x")), lying(word("xxxxx"))) is None  # half a number is a wrong one
    assert choose(lying(word("4273", sure=0.8)), nothing) is None
    assert choose(lying([*word("42734273427"), digit("9", 400, 0.4)]), nothing) is None


def test_a_number_is_long_and_not_all_strokes() -> None:
    assert is_long(word("4201"))
    assert not is_long(word("427"))
    assert not is_long(word("111111"))
    assert not is_long(word("1041"))


def test_side_numbers_come_last_and_replace_what_was_read_twice() -> None:
    top, lying_zero, foot = (
        number("7", (10, 10, 20, 30)),
        number("0", (602, 405, 16, 12)),
        number("12", (10, 900, 40, 30)),
    )
    side = number("40273", (600, 400, 20, 100))
    assert unite([top, lying_zero, foot], [side]) == [top, foot, side]
    assert unite([top], []) == [top]


def test_level_digits_that_make_up_most_of_a_side_number_win() -> None:
    level = [number(d, (600, 400 + 30 * i, 20, 28)) for i, d in enumerate("427")]
    assert unite(level, [number("4273", (600, 400, 20, 120))]) == level
