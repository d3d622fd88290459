"""What touches a thick rule is kept, without it; pictures and thin things stay as they are."""

from __future__ import annotations

import cv2
import numpy as np
from drawn import ink_of
from numpy.typing import NDArray

from reader.imaging.segment import find_components
from reader.imaging.thick_rules import part_thick_rules

HEIGHT, WIDTH, LENGTH, STROKE = 600, 700, 120, 5.0


def grid(thickness: int) -> NDArray[np.bool_]:
    """Draw a square with sides of this thickness."""
    page = np.zeros((HEIGHT, WIDTH), np.uint8)
    cv2.rectangle(page, (100, 100), (500, 400), 1, thickness)
    return page > 0


def digit(page: NDArray[np.bool_], x: int, foot: int) -> NDArray[np.bool_]:
    """Draw a 4 with its foot there; gives its own pixels."""
    written = ink_of("4", size=80, pen=5).astype(np.uint8)
    left, top, w, h = cv2.boundingRect(written)
    own = np.zeros_like(page)
    own[foot - h : foot, x : x + w] = written[top : top + h, left : left + w] > 0
    return own


def test_a_digit_that_touches_the_foot_of_a_thick_frame_is_freed() -> None:
    frame = grid(15)
    own = digit(frame, 250, 396)
    components = find_components(frame | own)
    assert len(components) == 1
    (freed,) = part_thick_rules(components, LENGTH, STROKE, HEIGHT, WIDTH)
    x, y, w, h = freed.box
    assert (freed.mask <= own[y : y + h, x : x + w]).all()
    assert freed.area > 0.9 * (own & ~frame).sum()


def test_a_frame_that_nothing_touches_and_a_digit_beside_it_stay() -> None:
    frame = grid(15)
    components = find_components(frame | digit(frame, 250, 350))
    assert part_thick_rules(components, LENGTH, STROKE, HEIGHT, WIDTH) == components


def test_pictures_stay() -> None:
    frame = grid(15)
    frame[120:380, 130:480] = np.random.default_rng(3).random((260, 350)) < 0.7
    components = find_components(frame | digit(frame, 550, 396))
    assert part_thick_rules(components, LENGTH, STROKE, HEIGHT, WIDTH) == components


def test_thicker_than_a_rule_is_none() -> None:
    frame = grid(41)
    components = find_components(frame | digit(frame, 250, 385))
    assert part_thick_rules(components, LENGTH, STROKE, HEIGHT, WIDTH) == components


def test_no_components_give_none() -> None:
    assert part_thick_rules([], LENGTH, STROKE, HEIGHT, WIDTH) == []
