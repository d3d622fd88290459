"""Ruled lines go, what is written over them stays, text alone loses nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from drawn import ink_of, text_page
from numpy.typing import NDArray

from reader.imaging.rules import find_rules, remove_rules

Mask = NDArray[np.bool_]
DIGITS = np.pad(ink_of("20579 4638", size=60, pen=5), 40)


def ruled(ink: Mask, start: tuple[int, int], end: tuple[int, int], thickness: int = 2) -> tuple[Mask, Mask]:
    """Draw a line over ink; gives both together, and the line alone."""
    line = np.zeros(ink.shape, np.uint8)
    cv2.line(line, start, end, 1, thickness)
    return ink | (line > 0), line > 0


@pytest.mark.parametrize("height", [0.35, 0.5, 0.62, 0.8])
@pytest.mark.parametrize("climb", [0, 3])
def test_a_rule_through_digits_is_removed(height: float, climb: int) -> None:
    h, w = DIGITS.shape
    row = round(height * h)
    both, line = ruled(DIGITS, (5, row), (w - 6, row - climb), 3)
    left, taken = remove_rules(both, 120)
    assert (left & DIGITS).sum() > 0.95 * DIGITS.sum()
    only = line & ~DIGITS
    assert (taken & only).sum() > 0.9 * only.sum()


def test_a_rule_under_digits_is_removed() -> None:
    h, w = DIGITS.shape
    both, line = ruled(DIGITS, (5, h - 30), (w - 6, h - 30))
    left, taken = remove_rules(both, 120)
    np.testing.assert_array_equal(left, DIGITS)
    np.testing.assert_array_equal(taken, line)


def test_a_frame_is_removed() -> None:
    h, w = DIGITS.shape
    box = np.zeros(DIGITS.shape, np.uint8)
    cv2.rectangle(box, (8, 8), (w - 9, h - 9), 1, 3)
    left, _ = remove_rules(DIGITS | (box > 0), min(h, w) - 30)
    assert (left & DIGITS).sum() > 0.98 * DIGITS.sum()
    assert (left & (box > 0)).sum() < 0.05 * box.sum()


def test_a_vertical_rule_is_removed() -> None:
    h, _ = DIGITS.shape
    both, _ = ruled(DIGITS, (20, 2), (20, h - 3))
    left, taken = remove_rules(both, h - 20)
    np.testing.assert_array_equal(left, DIGITS)
    assert taken[:, 10:30].sum() > 0.9 * (h - 4)


@pytest.mark.parametrize("scale", [1, 2])
def test_text_loses_nothing(scale: int) -> None:
    page = cv2.resize(text_page(), None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC) < 128
    left, taken = remove_rules(page, 120)
    assert taken.sum() < 0.01 * page.sum()
    assert left.sum() > 0.99 * page.sum()


def test_digits_lose_nothing() -> None:
    left, _ = remove_rules(DIGITS, 120)
    np.testing.assert_array_equal(left, DIGITS)


def test_ink_is_parted_into_what_is_left_and_what_was_taken() -> None:
    both, _ = ruled(DIGITS, (5, 60), (400, 60), 3)
    before = both.copy()
    left, taken = remove_rules(both, 120)
    np.testing.assert_array_equal(left | taken, both)
    assert not (left & taken).any()
    np.testing.assert_array_equal(both, before)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (4, 4)])
@pytest.mark.parametrize("value", [False, True])
def test_tiny_ink_does_not_break(shape: tuple[int, int], value: bool) -> None:
    left, taken = remove_rules(np.full(shape, value), 120)
    assert (left | taken).all() == value


def test_thick_bars_are_no_rules() -> None:
    ink = np.zeros((60, 300), bool)
    ink[20:40, 10:290] = True
    across, down = find_rules(ink, 100, 5)
    assert not across.any()
    assert not down.any()
