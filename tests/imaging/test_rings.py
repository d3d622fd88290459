"""Rings around writing go; zeros of every kind stay."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from drawn import ink_of
from numpy.typing import NDArray

from reader.imaging.rings import without_rings

STROKE = 5.0
Bits = NDArray[np.uint8]


def ringed(
    text: str, axes: tuple[int, int], pen: int = 4, start: int = 0, stop: int = 360
) -> NDArray[np.bool_]:
    """Draw a text with a ring, or part of one, around it."""
    page = np.zeros((300, 500), np.uint8)
    if text:
        written = ink_of(text, size=60, pen=5).astype(np.uint8)
        x, y, w, h = cv2.boundingRect(written)
        left, top = 250 - w // 2, 150 - h // 2
        page[top : top + h, left : left + w] = written[y : y + h, x : x + w]
    cv2.ellipse(page, (250, 150), axes, 0, start, stop, 1, pen)
    return page > 0


@pytest.mark.parametrize(("text", "axes"), [("3", (60, 55)), ("12", (80, 60)), ("250", (120, 65))])
def test_a_ring_around_a_number_goes_and_the_number_stays(text: str, axes: tuple[int, int]) -> None:
    number = ringed(text, axes) & ~ringed("", axes)
    assert (without_rings(ringed(text, axes), STROKE) == number).all()


@pytest.mark.parametrize(
    "ink",
    [
        ringed("", (60, 55)),  # nothing inside
        ringed("3", (60, 55), start=40, stop=320),  # open: a bracket, a C
        ringed("3", (60, 55), pen=40),  # thick for its size
        ringed("3", (40, 60)),  # as narrow as a 0
    ],
)
def test_what_is_no_ring_around_something_stays(ink: NDArray[np.bool_]) -> None:
    assert without_rings(ink, STROKE) is ink


def test_a_zero_with_a_point_and_a_small_ring_stay() -> None:
    pointed = ringed("", (45, 60), pen=8)
    pointed[140:160, 240:260] = True
    small = np.zeros((60, 60), np.uint8)
    cv2.circle(small, (30, 30), 15, 1, 2)
    small[26:34, 29:31] = 1
    for ink in (pointed, small > 0):
        assert without_rings(ink, STROKE) is ink


def test_a_box_around_a_number_stays() -> None:
    boxed = ringed("25", (60, 55)) & ~ringed("", (60, 55))
    boxed[90:94, 180:321] = boxed[207:211, 180:321] = True
    boxed[90:211, 180:184] = boxed[90:211, 317:321] = True
    assert without_rings(boxed, STROKE) is boxed


def test_a_crossed_ring_stays() -> None:
    crossed = ringed("", (60, 55))
    crossed[148:152, 190:310] = True
    crossed[120:140, 240:246] = True
    assert without_rings(crossed, STROKE) is crossed


def test_an_empty_page_stays() -> None:
    empty = np.zeros((100, 100), bool)
    assert without_rings(empty, STROKE) is empty
