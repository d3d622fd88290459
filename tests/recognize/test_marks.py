"""Points, commas, dashes and colons are told by their shape and place."""

from __future__ import annotations

import numpy as np
import pytest

from reader.recognize.marks import classify_mark, is_colon, is_mark
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
    assert is_colon(upper, lower, HEIGHT)
    assert not is_colon(upper, mark(80, 100, 6, 6), HEIGHT)  # beside
    assert not is_colon(mark(50, 98, 6, 6), lower, HEIGHT)  # on top of each other
    assert not is_colon(upper, mark(50, 100, 20, 4), HEIGHT)  # a dash below a point
