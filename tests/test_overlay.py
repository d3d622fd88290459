"""What `draw_overlay` draws, and what it leaves alone."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.overlay import GREEN, ORANGE, VERMILION, draw_overlay
from reader.types import Char, Number, PageReading


def number(box, text="42", confidence=0.99):
    return Number(text, text, confidence, box, (Char(text[0], confidence, box),))


def reading(shape, *numbers):
    return PageReading("a.png", 1, shape[1], shape[0], 0.0, numbers, "m")


def changed(before, after):
    """Pixels that differ, as (rows, columns)."""
    before = before if before.ndim == 3 else np.repeat(before[:, :, None], 3, axis=2)
    return np.nonzero((before != after).any(axis=2))


@pytest.mark.parametrize("shape", [(200, 300), (200, 300, 3)])
def test_it_draws_near_the_box_on_a_copy(shape):
    image = np.full(shape, 255, np.uint8)
    drawn = draw_overlay(image, reading(shape, number((100, 80, 60, 40))))
    assert (image == 255).all()
    assert drawn.shape == (200, 300, 3)
    rows, columns = changed(image, drawn)
    assert 40 < rows.min() < 80  # the label is above
    assert rows.max() <= 122
    assert 95 < columns.min() < columns.max() < 200
    assert (drawn[85:115, 105:155] == 255).all()  # the digits stay readable


def test_a_page_without_numbers_stays_as_it_is():
    image = np.random.default_rng(1).integers(0, 256, (50, 60, 3), np.uint8)
    drawn = draw_overlay(image, reading(image.shape))
    assert (drawn == image).all()
    assert not np.shares_memory(drawn, image)
    drawn[:] = 0  # it is the caller's


def test_the_label_goes_below_where_there_is_no_room_above():
    image = np.full((200, 300), 255, np.uint8)
    rows, _ = changed(image, draw_overlay(image, reading(image.shape, number((20, 0, 60, 40)))))
    assert rows.max() > 50


@pytest.mark.parametrize(("confidence", "colour"), [(0.99, GREEN), (0.8, ORANGE), (0.2, VERMILION)])
@pytest.mark.parametrize("background", [0, 128, 255])
def test_the_colour_follows_the_confidence(confidence, colour, background):
    image = np.full((200, 300, 3), background, np.uint8)
    drawn = draw_overlay(image, reading(image.shape, number((100, 80, 60, 40), confidence=confidence)))
    is_colour = (drawn == colour).all(axis=2)
    assert is_colour[100, 98:101].any()
    # The text stands out from its label: something far from the label's colour is in its middle.
    rows, columns = np.nonzero(is_colour[:78])
    label = drawn[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1].astype(int)
    assert np.abs(label.mean(axis=2) - np.mean(colour)).max() > 70


def test_numbers_below_the_least_confidence_are_left_out():
    image = np.full((100, 100), 255, np.uint8)
    found = reading(image.shape, number((30, 40, 30, 20), confidence=0.4))
    assert (draw_overlay(image, found, min_confidence=0.5) == 255).all()
    assert (draw_overlay(image, found, min_confidence=0.4) != 255).any()


def test_a_larger_page_gets_larger_letters():
    def label_height(side):
        image = np.full((side, side), 255, np.uint8)
        box = (side // 4, side // 2, side // 4, side // 10)
        rows, _ = changed(image, draw_overlay(image, reading(image.shape, number(box))))
        return box[1] - rows.min()

    assert label_height(2000) > 2 * label_height(400)


def test_the_label_of_a_number_on_its_side_is_as_high_as_those_of_others():
    """Its box is as high as the number is long."""

    def label_height(box, chars):
        image = np.full((1200, 1200), 255, np.uint8)
        found = Number("123456", "123456", 0.99, box, tuple(Char(c, 0.99, b) for c, b in chars))
        rows, _ = changed(image, draw_overlay(image, reading(image.shape, found)))
        return box[1] - rows.min()

    upright = [(str(k + 1), (100 + 20 * k, 500, 16, 24)) for k in range(6)]
    lying = [(str(k + 1), (500, 500 + 20 * k, 24, 16)) for k in range(6)]
    assert label_height((100, 500, 116, 24), upright) == label_height((500, 500, 24, 116), lying)


@given(
    height=st.integers(1, 60),
    width=st.integers(1, 60),
    box=st.tuples(st.integers(-5, 60), st.integers(-5, 60), st.integers(1, 70), st.integers(1, 70)),
    text=st.sampled_from(["7", "1.990,50", "12345678901234567890", "?"]),
)
def test_any_box_on_any_page(height, width, box, text):
    image = np.full((height, width), 200, np.uint8)
    drawn = draw_overlay(image, reading(image.shape, number(box, text)))
    assert drawn.shape == (height, width, 3)
    assert (drawn != 200).any()


def test_a_reading_of_another_page_is_refused():
    with pytest.raises(ValueError, match="50x40 pixels, not of 60x40"):
        draw_overlay(np.zeros((40, 60), np.uint8), reading((40, 50)))
