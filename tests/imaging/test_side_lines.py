"""Lines that lie on their side are found by their shape; stacks of level characters are not."""

from __future__ import annotations

import numpy as np
import pytest
from drawn import blank, ink_of, text_page, write
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reader.imaging.geometry import invert, map_box, rotation
from reader.imaging.layout import find_lines
from reader.imaging.segment import find_components
from reader.imaging.sideways import find_side_lines, mended, turn_component, turn_over
from reader.types import Component, TextLine

boxes = st.tuples(st.integers(0, 60), st.integers(0, 60), st.integers(1, 30), st.integers(1, 30))


def side_lines(image: NDArray[np.uint8]) -> list[TextLine]:
    lines = find_lines(find_components(image < 128, min_area=4))
    return find_side_lines(lines, image.shape)


def paste(page: NDArray[np.uint8], text: str, at: tuple[int, int], turns: int) -> NDArray[np.uint8]:
    """Give the page with a text that is turned counter-clockwise by quarter turns."""
    piece = np.rot90(ink_of(text, size=30, pen=3), turns)
    marked = page.copy()
    x, y = at
    marked[y : y + piece.shape[0], x : x + piece.shape[1]][piece] = 30
    return marked


@settings(max_examples=60, deadline=None)
@given(boxes, st.integers(0, 3), st.integers(0, 2**32 - 1))
def test_a_component_turns_as_its_page_does(box: tuple[int, ...], turns: int, seed: int) -> None:
    x, y, w, h = box
    page = np.zeros((90, 100), bool)
    page[y : y + h, x : x + w] = np.random.default_rng(seed).random((h, w)) < 0.5
    part = Component((x, y, w, h), page[y : y + h, x : x + w], int(page.sum()))
    turned = turn_component(part, page.shape, turns)
    a, b, c, d = turned.box
    np.testing.assert_array_equal(np.rot90(page, turns)[b : b + d, a : a + c], turned.mask)
    affine, _ = rotation(100, 90, 90.0 * turns)
    assert map_box(invert(affine), turned.box, 100, 90) == part.box
    back = turn_component(turned, np.rot90(page, turns).shape, -turns)
    assert back.box == part.box
    np.testing.assert_array_equal(back.mask, part.mask)


@pytest.mark.parametrize("turns", [1, 3])
@pytest.mark.parametrize("text", ["4628", "91939637", "00070353"])
def test_a_lying_line_is_found_whole(text: str, turns: int) -> None:
    page = paste(text_page(), text, (600, 300), turns)
    (line,) = side_lines(page)
    assert len(line.components) == len(text)
    ink = np.rot90(page < 128)
    x, y, w, h = line.box
    assert ink[y : y + h, x : x + w].sum() == sum(c.area for c in line.components)


def test_turned_over_twice_it_is_the_same_line() -> None:
    page = paste(blank(500, 300), "4628", (100, 100), 3)
    (line,) = side_lines(page)
    over = turn_over(line, (300, 500))
    assert [c.area for c in over.components] == [c.area for c in line.components][::-1]
    again = turn_over(over, (300, 500))
    assert again.box == line.box
    assert [c.box for c in again.components] == [c.box for c in line.components]


@pytest.mark.parametrize("step", [34, 40, 55])
@pytest.mark.parametrize("text", ["4", "12", "407"])
def test_stacked_level_numbers_are_no_lying_line(text: str, step: int) -> None:
    page = blank(700, 300)
    for foot in range(60, 660, step):
        page = write(page, text, (120, foot), size=28)
    assert side_lines(page) == []


def test_bullets_rules_and_text_are_no_lying_lines() -> None:
    page = blank(700, 400)
    for y in range(50, 650, 30):
        page[y : y + 14, 40:54] = 30  # bullets
    page[40:660, 100:103] = 30  # a rule
    for y in range(40, 660, 40):
        page[y : y + 30, 150:153] = 30  # a dashed rule
    assert side_lines(page) == []
    assert side_lines(text_page()) == []
    assert side_lines(blank()) == []


def test_a_page_that_lies_as_a_whole_is_no_exception() -> None:
    assert side_lines(np.ascontiguousarray(np.rot90(text_page(1600, 1000)))) == []


@pytest.mark.parametrize("turns", [1, 3])
def test_broken_characters_are_found(turns: int) -> None:
    page = paste(text_page(), "33533593", (600, 300), turns)
    ys, xs = np.nonzero(page[300:, 600:700] < 128)
    middle = 600 + (int(xs.min()) + int(xs.max())) // 2
    page[300 : 300 + int(ys.max()) // 2, middle] = 255  # half of the characters are in two pieces now
    (line,) = side_lines(page)
    ink = np.rot90(page < 128)
    x, y, w, h = line.box
    assert ink[y : y + h, x : x + w].sum() == sum(c.area for c in line.components)
    assert w > 8 * 15


def test_halves_become_one_and_neighbours_do_not() -> None:
    upper, lower, next_to_it = (0, 0, 20, 14), (2, 15, 18, 14), (24, 0, 20, 29)
    assert mended([lower, next_to_it, upper]) == [(0, 0, 20, 29), next_to_it]
    below = (0, 36, 20, 29)
    assert mended([(0, 0, 20, 29), below]) == [(0, 0, 20, 29), below]


@given(st.lists(boxes, max_size=12))
def test_mending_keeps_all_ink(found: list[tuple[int, int, int, int]]) -> None:
    whole = mended(found)
    assert len(whole) <= len(found)
    for x, y, w, h in found:
        assert any(a <= x and b <= y and x + w <= a + c and y + h <= b + d for a, b, c, d in whole)
