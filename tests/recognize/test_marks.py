"""Points, commas, dashes and colons are told by their shape and place."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from reader.recognize.marks import (
    classify_mark,
    is_bracket,
    is_colon,
    is_comma,
    is_fat_point,
    is_mark,
    is_slash,
)
from reader.types import Component, TextLine

HEIGHT = 40
LINE = TextLine((), baseline=100.0, x_height=float(HEIGHT), box=(0, 60, 400, HEIGHT))


def mark(x: int, foot: int, w: int, h: int) -> Component:
    return Component((x, foot - h, w, h), np.ones((h, w), bool), w * h)


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        (mark(50, 100, 6, 6), "."),
        (mark(50, 102, 5, 6), "."),
        (mark(50, 97, 8, 7), "."),
        (mark(50, 100, 6, 12), "."),  # tall, of small thermal print
        (mark(50, 101, 15, 15), "."),  # a typewriter's
        (mark(50, 104, 7, 12), ","),
        (mark(50, 108, 6, 14), ","),
        (mark(50, 106, 5, 13), ","),
        (mark(50, 100, 22, 10), "."),  # of type printed at twice its width
        (mark(50, 94, 22, 10), "-"),
        (mark(50, 100, 26, 6), ""),  # a piece of a rule
        (mark(50, 84, 16, 4), "-"),
        (mark(50, 80, 24, 5), "-"),
        (mark(50, 70, 5, 10), ""),  # an apostrophe
        (mark(50, 66, 6, 6), ""),  # the upper half of a colon, a degree sign
    ],
)
def test_marks_are_named(component: Component, expected: str) -> None:
    assert is_mark(component, LINE)
    assert classify_mark(component, LINE) == expected


@pytest.mark.parametrize("scale", [0.4, 1.0, 3.0])
def test_names_do_not_depend_on_size(scale: float) -> None:
    line = TextLine((), 100.0 * scale, HEIGHT * scale, (0, 0, 1, 1))

    def scaled(x: int, foot: int, w: int, h: int) -> Component:
        return mark(*(max(1, round(v * scale)) for v in (x, foot, w, h)))

    assert classify_mark(scaled(50, 100, 6, 6), line) == "."
    assert classify_mark(scaled(50, 108, 6, 14), line) == ","
    assert classify_mark(scaled(50, 84, 18, 4), line) == "-"


def test_digits_are_no_marks() -> None:
    assert not is_mark(mark(50, 100, 20, HEIGHT), LINE)
    assert not is_mark(mark(50, 100, 5, HEIGHT), LINE)


def test_a_colon() -> None:
    upper, lower = mark(50, 80, 6, 6), mark(50, 100, 6, 6)
    assert is_colon(upper, lower, HEIGHT)
    assert not is_colon(upper, mark(80, 100, 6, 6), HEIGHT)  # beside
    assert not is_colon(mark(50, 98, 6, 6), lower, HEIGHT)  # on top of each other
    assert not is_colon(upper, mark(50, 100, 20, 4), HEIGHT)  # a dash below a point


def drawn(char: str, size: float = 2.0, pen: int = 4) -> Component:
    """Draw a character as a component, its foot on the line."""
    page = np.zeros((120, 120), np.uint8)
    cv2.putText(page, char, (30, 90), cv2.FONT_HERSHEY_COMPLEX, size, 1, pen)
    x, y, w, h = cv2.boundingRect(page)
    return Component((x, y, w, h), page[y : y + h, x : x + w] > 0, int(page.sum()))


def test_brackets_bulge_and_digits_do_not() -> None:
    assert all(is_bracket(drawn(char), LINE) for char in "()[]")
    assert not any(is_bracket(drawn(char), LINE) for char in "0123456789/|IlJ<>CDS")


def test_a_bracket_is_as_tall_as_the_digits() -> None:
    assert not is_bracket(drawn("(", 0.9, 2), LINE)


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        (mark(50, 112, 13, 21), True),  # too high for a small mark
        (mark(50, 100, 13, 21), False),  # stands on the line
        (mark(50, 112, 24, 21), False),
        (mark(50, 112, 10, 30), False),  # a tail
        (mark(50, 80, 13, 21), False),
    ],
)
def test_a_comma_may_be_as_high_as_half_a_digit(component: Component, expected: bool) -> None:
    assert is_comma(component, LINE) is expected


@pytest.mark.parametrize(
    ("lean", "high", "expected"),
    [(0.4, 40, True), (1.0, 40, True), (1.5, 40, False), (0.08, 40, False), (0.08, 62, True), (0, 62, False)],
)
def test_a_slash_leans_and_a_tall_one_a_little(lean: float, high: int, expected: bool) -> None:
    page = np.zeros((high, 90), np.uint8)
    cv2.line(page, (10 + round(lean * (high - 5)), 2), (10, high - 3), 1, 4)
    cols = np.flatnonzero(page.any(axis=0))
    mask = page[:, cols[0] : cols[-1] + 1] > 0
    part = Component((50, 100 - high, mask.shape[1], high), mask, int(mask.sum()))
    assert is_slash(part, LINE) is expected


@pytest.mark.parametrize(
    ("foot", "side", "solid", "expected"),
    [
        (100, 18, True, True),
        (103, 20, True, True),
        (100, 22, True, False),
        (92, 18, True, False),
        (100, 18, False, False),
    ],
)
def test_the_point_of_bold_type_is_solid_and_on_the_line(
    foot: int, side: int, solid: bool, expected: bool
) -> None:
    """An o in small type is as low, and hollow."""
    component = mark(50, foot, side, side)
    if not solid:
        mask = component.mask.copy()
        mask[3:-3, 3:-3] = False
        component = Component(component.box, mask, int(mask.sum()))
    assert is_fat_point(component, LINE) == expected
