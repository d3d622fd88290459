"""One image, one glyph."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from tiny_sets import glyph

from reader.train.single import glyph_of, mnist_form
from reader.types import Page


def likeness(one: NDArray[np.uint8], other: NDArray[np.uint8]) -> float:
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


@pytest.fixture(scope="module")
def five() -> NDArray[np.uint8]:
    """A 5 in MNIST's form."""
    made = glyph_of(Page(glyph("5", 56)))
    assert made is not None
    return made


def test_a_glyph_is_taken_as_it_is(five: NDArray[np.uint8]) -> None:
    for image in (five, 255 - five, cv2.merge([five] * 3)):
        made = glyph_of(Page(np.ascontiguousarray(image)))
        assert made is not None
        assert np.array_equal(made, five)


@given(noise=st.integers(0, 25), dark=st.booleans(), seed=st.integers(0, 99))
def test_noise_of_jpeg_does_not_hide_the_form(noise: int, dark: bool, seed: int) -> None:
    image = np.zeros((28, 28), np.uint8)
    cv2.ellipse(image, (14, 14), (6, 9), 0, 0, 360, 255, 2)
    image[image == 0] += np.random.default_rng(seed).integers(0, noise + 1, (image == 0).sum(), np.uint8)
    image = 255 - image if dark else image
    made = mnist_form(image)
    assert made is not None
    assert np.array_equal(made, 255 - image if dark else image)


@pytest.mark.parametrize("ground", [0, 255])
def test_a_plain_image_is_a_blank_glyph(ground: int) -> None:
    made = mnist_form(np.full((28, 28), ground, np.uint8))
    assert made is not None
    assert not made.any()


def test_other_images_are_not_in_the_form(five: NDArray[np.uint8]) -> None:
    assert mnist_form(cv2.resize(five, (56, 56))) is None
    assert mnist_form(np.roll(five, 4, axis=1)) is None, "off centre"
    assert mnist_form(np.full((28, 28), 128, np.uint8)) is None, "grey ground"
    small = np.zeros((28, 28), np.uint8)
    small[7:21, 7:21] = cv2.resize(five[4:24, 4:24], (14, 14))
    assert mnist_form(small) is None
    brought = glyph_of(Page(small))
    assert brought is not None
    assert mnist_form(brought) is not None


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("side", [40, 56, 120])
def test_size_and_polarity_do_not_matter(five: NDArray[np.uint8], side: int, dark: bool) -> None:
    image = glyph("5", side)
    made = glyph_of(Page(255 - image if dark else image))
    assert made is not None
    assert likeness(made, five) > 0.9


@pytest.mark.parametrize("side", [56, 120])
def test_frames_and_neighbours_are_left_out(five: NDArray[np.uint8], side: int) -> None:
    cell = 255 - glyph("5", side)
    cv2.rectangle(cell, (1, 1), (side - 2, side - 2), 0, 2)
    made = glyph_of(Page(cell))
    assert made is not None
    assert likeness(made, five) > 0.9
    beside = 255 - glyph("5", side)
    beside[: side // 6, : side // 12] = 0
    made = glyph_of(Page(beside))
    assert made is not None
    assert likeness(made, five) > 0.9


def test_a_tight_crop_is_whole() -> None:
    image = np.zeros((60, 60), np.uint8)
    for ends in (((34, 8), (34, 52)), ((34, 8), (14, 40)), ((14, 40), (42, 40))):  # a 4
        cv2.line(image, *ends, 255, 3, cv2.LINE_AA)
    x, y, w, h = cv2.boundingRect((image > 96).astype(np.uint8))
    tight, loose = glyph_of(Page(image[y : y + h, x : x + w].copy())), glyph_of(Page(image))
    assert tight is not None
    assert loose is not None
    assert likeness(tight, loose) > 0.98


def test_nothing_is_found_on_empty_paper() -> None:
    assert glyph_of(Page(np.full((90, 70), 200, np.uint8))) is None


def test_the_page_is_not_changed(five: NDArray[np.uint8]) -> None:
    for image in (five.copy(), glyph("5", 56), 255 - glyph("5", 90)):
        before = image.copy()
        made = glyph_of(Page(image))
        assert made is not None
        made[:] = 7
        assert np.array_equal(image, before)
