"""Short underlines: taken away under writing, and nowhere else."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reader.imaging.segment import find_components
from reader.imaging.underline import strip_underlines
from reader.types import Component

STROKE = 4.0


def ink(text: str = "725", line: int | None = None, ends: tuple[int, int] = (15, 125)) -> NDArray[np.bool_]:
    """Write digits 42 pixels high with their foot in row 80, and a line of 4 pixels from row `line`."""
    page = np.zeros((120, 160), np.uint8)
    cv2.putText(page, text, (20, 78), cv2.FONT_HERSHEY_SIMPLEX, 1.8, 1, 4)
    if line is not None:
        page[line : line + 4, ends[0] : ends[1]] = 1
    return page > 0


def strip(page: NDArray[np.bool_]) -> list[Component]:
    return strip_underlines(find_components(page), STROKE)


@pytest.mark.parametrize("line", [80, 84, 90])
def test_a_line_under_digits_goes_whether_it_touches_or_not(line: int) -> None:
    alone, found = strip(ink()), strip(ink(line=line))
    assert len(found) == len(alone) == 3
    for component, wanted in zip(found, alone, strict=True):
        assert np.abs(np.subtract(component.box, wanted.box)).max() <= 2


@pytest.mark.parametrize("line", [10, 50])
def test_a_line_elsewhere_stays(line: int) -> None:
    page = ink("1", line=line, ends=(60, 100))
    assert len(strip(page)) == len(find_components(page)) == 2


def test_the_tail_of_a_2_stays() -> None:
    page = ink("2", line=76, ends=(30, 110))
    assert [c.box for c in strip(page)] == [c.box for c in find_components(page)]
    assert len(strip(ink("2", line=82, ends=(5, 110)))[0].mask) < 50


def joined_feet(page: NDArray[np.bool_], left: int) -> None:
    """Draw two upright strokes whose feet are joined, as the serifs of a typewriter's "11"."""
    page[40:80, left + 10 : left + 14] = page[40:80, left + 34 : left + 38] = True
    page[76:80, left : left + 56] = True


def test_feet_that_touch_are_no_underline_beside_a_character_of_their_height() -> None:
    page = np.zeros((120, 220), bool)
    joined_feet(page, 60)
    assert len(strip(page)) == 2  # nothing beside it tells
    page[40:80, 20:44] = True
    page[44:76, 24:40] = False
    assert [c.box for c in strip(page)] == [c.box for c in find_components(page)]


def test_round_feet_that_touch_are_no_underline() -> None:
    page = np.zeros((120, 160), np.uint8)
    for x in (40, 84):
        cv2.ellipse(page, (x, 62), (22, 18), 0, 0, 360, 1, 4)
    page[79:81, 40:84] = 1  # pixels that blur put between the feet
    (both,) = find_components(page > 0)
    assert [c.box for c in strip(page > 0)] == [both.box]


def test_writing_without_a_line_stays_as_it_is() -> None:
    for text in ("222", "L7E", "-=4", "ZZZ"):
        components = find_components(ink(text))
        assert [c.box for c in strip(ink(text))] == [c.box for c in components]


@given(st.lists(st.tuples(*[st.integers(0, 60)] * 2, *[st.integers(1, 60)] * 2), max_size=8))
def test_no_ink_is_invented(boxes: list[tuple[int, int, int, int]]) -> None:
    page = np.zeros((130, 130), bool)
    for x, y, w, h in boxes:
        page[y : y + h, x : x + w] = True
    for component in strip(page):
        x, y, w, h = component.box
        assert (page[y : y + h, x : x + w] | ~component.mask).all()
