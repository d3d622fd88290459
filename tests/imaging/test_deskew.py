"""Skew is found on turned pages, straight pages stay as they are, and boxes find their way back."""

from __future__ import annotations

import time

import cv2
import numpy as np
import pytest
from drawn import blank, ink_of, text_page, write
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reader.imaging.deskew import estimate_skew, turn
from reader.imaging.geometry import identity, invert, map_box, rotation, scaling
from reader.types import InkPage


def as_page(ink: NDArray[np.bool_]) -> InkPage:
    return InkPage(ink, np.where(ink, 255, 0).astype(np.uint8), identity())


def turned(image: NDArray[np.uint8], degrees: float) -> NDArray[np.bool_]:
    affine, size = rotation(image.shape[1], image.shape[0], degrees)
    return cv2.warpAffine(image, affine, size, borderValue=245) < 128


def test_a_straight_page_has_no_skew() -> None:
    assert estimate_skew(text_page() < 128) == 0.0


SMALL = [-15, -14.2, -7.5, -3, -1, -0.6, 0.6, 1, 2.4, 6, 11.3, 15]


@pytest.mark.parametrize("degrees", [*SMALL, -44, -31.7, -20, 18, 26, 45])
def test_a_turned_page_tells_its_angle(degrees: float) -> None:
    assert estimate_skew(turned(text_page(), degrees)) == pytest.approx(degrees, abs=0.3)


@pytest.mark.parametrize("degrees", [-0.3, -0.1, 0.1, 0.3])
def test_what_is_hardly_turned_stays(degrees: float) -> None:
    assert estimate_skew(turned(text_page(), degrees)) == 0.0


def test_the_size_of_the_page_does_not_matter() -> None:
    page = cv2.resize(text_page(), None, fx=3, fy=3, interpolation=cv2.INTER_LINEAR)
    assert estimate_skew(turned(page, 4.0)) == pytest.approx(4.0, abs=0.3)


def test_a_grid_tells_its_angle() -> None:
    page = blank(700, 700)
    for at in range(50, 651, 60):
        cv2.line(page, (at, 50), (at, 650), 0, 2)
        cv2.line(page, (50, at), (650, at), 0, 2)
    assert estimate_skew(turned(page, -5.0)) == pytest.approx(-5.0, abs=0.3)


@pytest.mark.parametrize("text", ["7", "1", "/", "17", "471", "0"])
@pytest.mark.parametrize("degrees", [0, -4, 9])
def test_a_few_digits_are_no_lines(text: str, degrees: float) -> None:
    ink = write(blank(400, 500), text, (60, 300), size=180, pen=16)
    assert estimate_skew(turned(ink, degrees)) == 0.0


def test_the_bar_of_a_large_seven_is_no_line() -> None:
    page = np.zeros((1000, 750), np.uint8)
    cv2.polylines(page, [np.array([[110, 180], [610, 140], [190, 900]])], False, 1, 26)
    assert estimate_skew(page > 0) == 0.0


@pytest.mark.parametrize("shape", [(1, 1), (1, 500), (500, 1), (3, 900), (900, 2)])
@pytest.mark.parametrize("value", [False, True])
def test_odd_shapes_have_no_skew(shape: tuple[int, int], value: bool) -> None:
    assert estimate_skew(np.full(shape, value)) == 0.0


def test_noise_has_no_skew() -> None:
    assert estimate_skew(np.random.default_rng(1).random((900, 700)) < 0.05) == 0.0


def test_a_large_page_is_quick() -> None:
    ink = np.tile(text_page() < 128, (4, 4))
    best = min(_seconds(ink) for _ in range(5))
    assert best < 0.1  # 0.02 s on a quiet machine


def _seconds(ink: NDArray[np.bool_]) -> float:
    began = time.perf_counter()
    estimate_skew(ink)
    return time.perf_counter() - began


def test_a_turn_by_nothing_is_the_page_itself() -> None:
    page = as_page(ink_of("471"))
    assert turn(page, 0.0) is page


@pytest.mark.parametrize("quarters", [1, 2, 3, -1])
def test_quarter_turns_lose_nothing(quarters: int) -> None:
    page = as_page(ink_of("471"))
    there = turn(page, 90.0 * quarters)
    np.testing.assert_array_equal(there.ink, np.rot90(page.ink, quarters))
    np.testing.assert_array_equal(there.gray, np.rot90(page.gray, quarters))


def test_turning_levels_the_lines() -> None:
    ink = turned(text_page(), 6.0)
    level = turn(as_page(ink), -estimate_skew(ink))
    assert estimate_skew(level.ink) == 0.0


def test_turning_keeps_the_ink_and_the_input() -> None:
    page = as_page(text_page() < 128)
    before = page.ink.copy()
    there = turn(page, 7.0)
    assert there.ink.sum() == pytest.approx(page.ink.sum(), rel=0.02)
    assert there.gray.sum() == pytest.approx(page.gray.sum(), rel=0.02)
    np.testing.assert_array_equal(page.ink, before)


@settings(max_examples=40, deadline=None)
@given(
    degrees=st.floats(-15, 15),
    x=st.integers(10, 150),
    y=st.integers(10, 80),
    w=st.integers(4, 40),
    h=st.integers(4, 30),
    scale=st.sampled_from([0.5, 1.0, 2.0]),
)
def test_a_box_of_ink_is_found_where_it_was(
    degrees: float, x: int, y: int, w: int, h: int, scale: float
) -> None:
    ink = np.zeros((120, 200), bool)
    ink[y : y + h, x : x + w] = True
    page = InkPage(ink, ink * np.uint8(255), scaling(scale))
    there = turn(page, degrees)
    rows, cols = np.nonzero(there.ink)
    # The middle of the turned ink, led back to the page, is the middle of the box on the page.
    middle = there.to_page @ (cols.mean() + 0.5, rows.mean() + 0.5, 1.0)
    np.testing.assert_allclose(middle, [scale * (x + w / 2), scale * (y + h / 2)], atol=0.6 * scale)
    # The box itself, led there and back, holds the box.
    on_page = map_box(page.to_page, (x, y, w, h), 400, 240)
    height, width = there.ink.shape
    found = map_box(there.to_page, map_box(invert(there.to_page), on_page, width, height), 400, 240)
    assert found[0] <= on_page[0]
    assert found[1] <= on_page[1]
    assert found[0] + found[2] >= on_page[0] + on_page[2]
    assert found[1] + found[3] >= on_page[1] + on_page[3]
