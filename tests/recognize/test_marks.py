"""Points, commas, dashes, colons and slashes are told by their shape and place."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from reader.imaging.segment import find_components, join
from reader.recognize.marks import classify_mark, is_colon, is_mark, is_slash
from reader.types import Component, TextLine

HEIGHT = 40
LINE = TextLine((), baseline=100.0, x_height=float(HEIGHT), box=(0, 60, 400, HEIGHT))


def mark(x: int, foot: int, w: int, h: int) -> Component:
    return Component((x, foot - h, w, h), np.ones((h, w), bool), w * h)


def stroke(start: tuple[int, int], end: tuple[int, int], pen: int = 4) -> Component:
    page = np.zeros((200, 200), np.uint8)
    cv2.line(page, start, end, 1, pen)
    return join(find_components(page > 0))


@pytest.mark.parametrize(
    ("component", "expected"),
    [
        (mark(50, 100, 6, 6), "."),
        (mark(50, 102, 5, 6), "."),
        (mark(50, 97, 8, 7), "."),
        (mark(50, 108, 6, 14), ","),
        (mark(50, 106, 5, 13), ","),
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
    assert is_colon(upper, lower, LINE)
    assert not is_colon(upper, mark(80, 100, 6, 6), LINE)  # beside
    assert not is_colon(mark(50, 98, 6, 6), lower, LINE)  # on top of each other
    assert not is_colon(upper, mark(50, 100, 20, 4), LINE)  # a dash below a point


@pytest.mark.parametrize("slant", [0.0, 0.2])
def test_a_slash_leans_more_than_the_digits(slant: float) -> None:
    assert is_slash(stroke((90, 55), (60, 110)), LINE, slant)
    assert not is_slash(stroke((62, 58), (60, 100)), LINE, slant)  # a 1
    assert not is_slash(stroke((60, 55), (90, 110)), LINE, slant)  # a backslash
    assert not is_slash(stroke((80, 85), (60, 100)), LINE, slant)  # too low


def test_a_seven_is_no_slash() -> None:
    page = np.zeros((200, 200), np.uint8)
    cv2.polylines(page, [np.array([[60, 58], [90, 58], [68, 102]])], False, 1, 4)
    assert not is_slash(join(find_components(page > 0)), LINE, 0.0)


def test_a_leaning_one_is_no_slash_where_all_lean() -> None:
    one = stroke((80, 60), (66, 102))
    assert not is_slash(one, LINE, 0.35)
