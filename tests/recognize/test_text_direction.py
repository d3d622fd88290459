"""Text tells by its layout how it lies: neighbours, letters that rise, marks at its foot."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lined import comma, point, solid

from reader.imaging.layout import make_line
from reader.recognize.text_direction import TextDirection, text_direction
from reader.types import Component, TextLine

HEIGHT, FOOT = 40, 100


def letters(text: str, foot: int = FOOT) -> list[Component]:
    """Give x for a low letter, l for one that rises, g for one that hangs."""
    high = {"x": (0, 0), "l": (16, 0), "g": (0, 16)}
    parts = []
    for k, char in enumerate(text):
        up, down = high[char]
        parts.append(solid(30 * k, h=HEIGHT + up + down, foot=foot + down))
    return parts


def line(text: str, *marks: Component, foot: int = FOOT) -> TextLine:
    return make_line(sorted([*letters(text, foot), *marks], key=lambda c: c.box[0]))


def on_its_side(lines: list[TextLine]) -> list[TextLine]:
    """Give the same page turned by a quarter: each component is a line, as no neighbour is level with it."""
    turned = []
    for each in lines:
        for c in each.components:
            x, y, w, h = c.box
            turned.append(make_line([Component((y, x, h, w), np.ones((w, h), bool), c.area)]))
    return turned


def upside_down(lines: list[TextLine]) -> list[TextLine]:
    turned = []
    for each in lines:
        parts = [
            Component((2000 - x - w, 2000 - y - h, w, h), c.mask[::-1, ::-1], c.area)
            for c in each.components
            for x, y, w, h in [c.box]
        ]
        turned.append(make_line(sorted(parts, key=lambda c: c.box[0])))
    return turned


TEXT = [line("xxlxxxgxlxxlx", foot=100 + 100 * k) for k in range(4)]


def test_characters_of_text_stand_beside_each_other() -> None:
    found = text_direction(TEXT)
    assert found.level == 52
    assert found.upright == 0


def test_text_that_lies_has_its_neighbours_above_and_below() -> None:
    found = text_direction(on_its_side(TEXT))
    assert found.level == 0
    assert found.upright == 52


def test_letters_rise_and_hang() -> None:
    found = text_direction(TEXT)
    assert (found.rising, found.hanging) == (12, 4)
    turned = text_direction(upside_down(TEXT))
    assert (turned.rising, turned.hanging) == (4, 12)


def test_a_line_may_climb() -> None:
    parts = [
        Component((x, y - k, w, h), c.mask, c.area)
        for k, c in enumerate(letters("xxlxxxgxlxxlx"))
        for x, y, w, h in [c.box]
    ]
    found = text_direction([make_line(parts)])
    assert (found.rising, found.hanging) == (3, 1)


def test_marks_stand_at_the_foot() -> None:
    one = line("xxxx", point(23), comma(83))
    assert (text_direction([one]).low, text_direction([one]).high) == (2, 0)
    turned = text_direction(upside_down([one]))
    assert (turned.low, turned.high) == (0, 2)


def test_what_lies_beside_a_single_digit_is_no_mark_of_text() -> None:
    assert text_direction([line("x", point(23))]) == TextDirection()


@pytest.mark.parametrize("lines", [[], [line("x")], [line("xxxxxxx")]])
def test_few_characters_tell_nothing(lines: list[TextLine]) -> None:
    assert text_direction(lines) == TextDirection()


@given(st.lists(st.text("xlg", min_size=1, max_size=14), min_size=1, max_size=6))
def test_a_page_upside_down_tells_the_opposite(texts: list[str]) -> None:
    lines = [line(text, foot=100 + 150 * k) for k, text in enumerate(texts)]
    found, turned = text_direction(lines), text_direction(upside_down(lines))
    assert (turned.rising, turned.hanging) == (found.hanging, found.rising)
    assert (turned.low, turned.high) == (found.high, found.low)


def test_a_page_of_many_characters_is_sampled() -> None:
    many = [line("x" * 40, foot=100 + 100 * k) for k in range(40)]
    found = text_direction(many)
    assert 150 <= found.level <= 240
    assert found.upright == 0
