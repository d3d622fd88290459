"""The pad: pen down, moved, up; undo, clear, size, board."""

from __future__ import annotations

import numpy as np
import pytest

from reader.draw.pad import Pad
from reader.draw.raster import Stroke


@pytest.fixture
def pad() -> Pad:
    pad = Pad(100, 80)
    pad.add([Stroke(((20.0, 20.0), (60.0, 20.0), (50.0, 60.0)), 6.0)])
    return pad


def test_a_new_pad_is_blank() -> None:
    pad = Pad(100, 80)
    assert pad.is_blank
    assert pad.box[2:] == (0, 0)
    assert not pad.undo()
    assert (pad.page().image == 255).all()
    assert (pad.page(black=True).image == 0).all()


def test_each_move_tells_what_changed() -> None:
    pad = Pad(100, 80)
    x, y, w, h = pad.press(50, 40, 8)
    assert x < 46 < 54 < x + w
    assert y < 36 < 44 < y + h
    shown = pad.ink.copy()
    for box in (pad.move(70, 40), pad.lift()):
        assert box
        x, y, w, h = box
        shown[y : y + h, x : x + w] = pad.ink[y : y + h, x : x + w]
    assert (shown == pad.ink).all()


def test_a_tap_is_a_dot(pad: Pad) -> None:
    pad.clear()
    pad.press(50, 40, 10)
    pad.lift()
    assert pad.strokes == (Stroke(((50, 40),), 10),)
    assert pad.ink.sum() / 255 == pytest.approx(np.pi * 25, rel=0.05)


def test_moving_with_the_pen_up_draws_nothing(pad: Pad) -> None:
    before = pad.ink.copy()
    assert pad.move(5, 5) is None
    assert pad.lift() is None
    assert (pad.ink == before).all()


def test_a_trembling_pen_adds_no_points(pad: Pad) -> None:
    pad.press(10, 70, 4)
    assert pad.move(10.3, 70.2) is None
    pad.lift()
    assert pad.strokes[-1].points == ((10, 70),)


def test_undo_in_the_middle_of_a_stroke_takes_that_stroke(pad: Pad) -> None:
    before = pad.ink.copy()
    pad.press(10, 70, 4)
    pad.move(90, 70)
    assert pad.undo()
    assert (pad.ink == before).all()
    assert not pad.is_down


def test_clear_takes_everything(pad: Pad) -> None:
    pad.press(10, 70, 4)
    pad.clear()
    assert pad.is_blank
    assert not pad.ink.any()


def test_what_is_outside_comes_back_with_the_room(pad: Pad) -> None:
    before = pad.ink.copy()
    pad.resize(30, 30)
    pad.resize(100, 80)
    assert (pad.ink == before).all()


def test_a_new_size_does_not_lift_the_pen(pad: Pad) -> None:
    for place in ((10, 50), (30, 70), (50, 50)):
        pad.move(*place) or pad.press(*place, 8)
    before = pad.ink.copy()
    pad.resize(200, 80)
    assert pad.is_down
    assert (pad.ink[:, :100] == before).all()


def test_black_and_white_are_each_others_negative(pad: Pad) -> None:
    assert (pad.image() == 255 - pad.image(black=True)).all()


def test_a_page_stays_as_it_was_when_the_drawing_goes_on(pad: Pad) -> None:
    page = pad.page(black=True)
    before = page.image.copy()
    pad.press(10, 70, 4)
    assert (page.image == before).all()


def test_the_ink_cannot_be_written_to(pad: Pad) -> None:
    with pytest.raises(ValueError, match="read-only"):
        pad.ink[0, 0] = 1
