"""Cuts along valleys of grey levels: between two characters whose ink became one."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reader.imaging.segment import find_components
from reader.recognize.cuts import split
from reader.recognize.valleys import between, valley

STROKE = 6.0
Gray = NDArray[np.uint8]


def two_strokes(apart: int, lean: int = 0) -> Gray:
    """Draw two upright strokes and blur them, so that the white between them is grey."""
    sharp = np.zeros((60, 60), np.uint8)
    for x in (20, 20 + apart):
        cv2.line(sharp, (x + lean, 10), (x, 50), 255, 5)
    return np.asarray(cv2.GaussianBlur(sharp, (0, 0), 2.5), np.uint8)


def test_two_strokes_that_blur_made_one_piece_are_two() -> None:
    gray = two_strokes(9)
    (both,) = find_components(gray > 60)
    x, y, w, h = both.box
    crop = gray[y : y + h, x : x + w]
    assert len(split(both, height=h, stroke=STROKE, slant=0.0)) == 1
    parts = split(both, height=h, stroke=STROKE, slant=0.0, pairs=[(20 - x, 29 - x)], gray=crop)
    assert [part.box[2] > 6 for part in parts] == [True, True]
    assert sum(part.area for part in parts) == both.area
    assert abs(parts[0].area - parts[1].area) < 0.15 * both.area


@pytest.mark.parametrize("slant", [0.0, 0.3])
def test_a_valley_leans_with_the_writing(slant: float) -> None:
    gray = two_strokes(9, round(40 * slant))
    (both,) = find_components(gray > 60)
    x, y, w, h = both.box
    middle = 20 + 20 * slant - x
    parts = split(
        both,
        height=h,
        stroke=STROKE,
        slant=slant,
        pairs=[(middle, middle + 9)],
        gray=gray[y : y + h, x : x + w],
    )
    assert len(parts) == 2
    assert abs(parts[0].area - parts[1].area) < 0.25 * both.area


def test_a_cut_that_is_there_already_is_not_made_twice() -> None:
    gray = two_strokes(9)
    ink = gray > 60
    there = valley(ink, gray, 20, 29)
    assert there is not None
    assert between([there], ink, gray, [(20, 29)], STROKE) == [there]


def test_a_cut_that_crosses_a_valley_gives_way() -> None:
    gray = two_strokes(9)
    ink = gray > 60
    crossing = np.linspace(15, 35, 60).astype(np.intp)
    beside = np.full(60, 45, np.intp)
    found = between([crossing, beside], ink, gray, [(20, 29)], STROKE)
    assert not any(path is crossing for path in found)
    assert any(path is beside for path in found)
    assert len(found) == 2


@given(
    st.integers(0, 2**32 - 1),
    st.floats(-5, 40, allow_nan=False),
    st.floats(-5, 40, allow_nan=False),
)
def test_a_path_is_connected_and_lies_between_the_middles(seed: int, left: float, right: float) -> None:
    rng = np.random.default_rng(seed)
    gray = rng.integers(0, 256, (20, 30)).astype(np.uint8)
    left, right = max(0.0, min(left, right)), min(29.0, max(left, right))
    path = valley(gray > 128, gray, left, right)
    if path is None:
        assert right - left < 2
        return
    assert path.shape == (20,)
    assert path.min() >= left
    assert path.max() <= right
    assert np.abs(np.diff(path)).max() <= 1
