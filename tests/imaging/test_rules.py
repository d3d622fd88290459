"""Ruled lines go, what is written over them stays, text alone loses nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from drawn import ink_of, text_page
from numpy.typing import NDArray

from reader.imaging.rules import find_rules, remove_rules
from reader.imaging.segment import stroke_width

Mask = NDArray[np.bool_]
DIGITS = np.pad(ink_of("20579 4638", size=60, pen=5), 40)


def removed(ink: Mask, length: int) -> tuple[Mask, Mask]:
    """Remove rules as the pipeline does, with the ink's own width of strokes; gives ink and rules."""
    left, across, down, _ = remove_rules(ink, length, stroke_width(ink))
    return left, across | down


def ruled(ink: Mask, start: tuple[int, int], end: tuple[int, int], thickness: int = 2) -> tuple[Mask, Mask]:
    """Draw a line over ink; gives both together, and the line alone."""
    line = np.zeros(ink.shape, np.uint8)
    cv2.line(line, start, end, 1, thickness)
    return ink | (line > 0), line > 0


def by_hand() -> Mask:
    """Draw 741205 with a pen of 5 pixels, 60 pixels tall from row 40 to row 100."""
    shapes = [
        [(0, 0), (34, 0), (12, 60)],
        [(20, 0), (0, 40), (36, 40)],
        [(28, 10), (26, 60)],
        [(2, 14), (18, 0), (32, 14), (2, 60), (36, 60)],
        [(18, 0), (2, 30), (18, 60), (34, 30), (18, 0)],
        [(32, 0), (6, 0), (4, 26), (22, 24), (32, 40), (20, 60), (2, 56)],
    ]
    page = np.zeros((140, 420), np.uint8)
    for k, shape in enumerate(shapes):
        cv2.polylines(page, [np.array(shape) + np.array([30 + 62 * k, 40])], False, 1, 5)
    return page > 0


@pytest.mark.parametrize("row", [62, 70, 93])
@pytest.mark.parametrize("climb", [0, 3])
@pytest.mark.parametrize("thickness", [1, 3])
def test_a_rule_through_digits_is_removed(row: int, climb: int, thickness: int) -> None:
    digits = by_hand()
    both, line = ruled(digits, (4, row), (415, row - climb), thickness)
    left, taken = removed(both, 120)
    assert (left & digits).sum() > 0.93 * digits.sum()
    only = line & ~digits
    assert (taken & only).sum() > 0.75 * only.sum()


@pytest.mark.parametrize("row", [40, 80, 100])
def test_a_rule_along_bars_of_digits_leaves_the_other_strokes(row: int) -> None:
    digits = by_hand()
    both, _ = ruled(digits, (4, row), (415, row), 3)
    left, _ = removed(both, 120)
    assert (left & digits).sum() > 0.86 * digits.sum()


def test_a_rule_under_digits_is_removed() -> None:
    h, w = DIGITS.shape
    both, line = ruled(DIGITS, (5, h - 30), (w - 6, h - 30))
    left, taken = removed(both, 120)
    np.testing.assert_array_equal(left, DIGITS)
    np.testing.assert_array_equal(taken, line)


def test_a_frame_is_removed() -> None:
    h, w = DIGITS.shape
    box = np.zeros(DIGITS.shape, np.uint8)
    cv2.rectangle(box, (8, 8), (w - 9, h - 9), 1, 3)
    left, _ = removed(DIGITS | (box > 0), min(h, w) - 30)
    assert (left & DIGITS).sum() > 0.98 * DIGITS.sum()
    assert (left & (box > 0)).sum() < 0.05 * box.sum()


def test_a_vertical_rule_is_removed() -> None:
    h, _ = DIGITS.shape
    both, _ = ruled(DIGITS, (20, 2), (20, h - 3))
    left, across, down, _ = remove_rules(both, h - 20, stroke_width(both))
    np.testing.assert_array_equal(left, DIGITS)
    assert down[:, 10:30].sum() > 0.9 * (h - 4)
    assert not across.any()


@pytest.mark.parametrize("scale", [1, 2])
def test_text_loses_nothing(scale: int) -> None:
    page = cv2.resize(text_page(), None, fx=scale, fy=scale, interpolation=cv2.INTER_CUBIC) < 128
    left, taken = removed(page, 120)
    assert taken.sum() < 0.01 * page.sum()
    assert left.sum() > 0.99 * page.sum()


def test_digits_lose_nothing() -> None:
    left, _ = removed(DIGITS, 120)
    np.testing.assert_array_equal(left, DIGITS)


def test_the_feet_of_bold_digits_that_touch_are_no_rule() -> None:
    """Bowls side to side, as bold type of a receipt sets them: thin at head and foot, thick between."""
    page = np.zeros((80, 460), np.uint8)
    for x in range(30, 420, 17):
        cv2.ellipse(page, (x, 40), (8, 14), 0, 0, 360, 1, 5)
        cv2.line(page, (x + 8, 30), (x + 8, 53), 1, 7)
    across, _, _ = find_rules(page > 0, 120, 9)
    assert not across.any()


def test_ink_is_parted_into_what_is_left_and_what_was_taken() -> None:
    both, _ = ruled(DIGITS, (5, 60), (400, 60), 3)
    before = both.copy()
    left, taken = removed(both, 120)
    np.testing.assert_array_equal(left | taken, both)
    assert not (left & taken).any()
    np.testing.assert_array_equal(both, before)


@pytest.mark.parametrize("shape", [(1, 1), (1, 300), (300, 1), (4, 4)])
@pytest.mark.parametrize("value", [False, True])
def test_tiny_ink_does_not_break(shape: tuple[int, int], value: bool) -> None:
    left, taken = removed(np.full(shape, value), 120)
    assert (left | taken).all() == value


def test_thick_bars_are_no_rules() -> None:
    ink = np.zeros((60, 300), bool)
    ink[20:40, 10:290] = True
    across, down, _ = find_rules(ink, 100, 5)
    assert not across.any()
    assert not down.any()


def underlined() -> Mask:
    """Draw a 0 and a 4 that stand on a rule of 3 pixels, the 4 going through it."""
    page = np.zeros((120, 320), np.uint8)
    cv2.ellipse(page, (80, 62), (14, 26), 0, 0, 360, 1, 5)
    cv2.polylines(page, [np.array([(190, 30), (170, 70), (210, 70)])], False, 1, 5)
    cv2.line(page, (200, 50), (200, 112), 1, 5)
    cv2.line(page, (5, 91), (315, 91), 1, 3)
    return page > 0


def test_what_ends_in_a_rule_loses_its_feet_there() -> None:
    ink = underlined()
    stroke = stroke_width(ink)
    with_feet, *_ = remove_rules(ink, 120, stroke)
    without, across, *_ = remove_rules(ink, 120, stroke, feet=True)
    assert with_feet[90:93, 60:101].any()
    assert not without[90:93, 60:101].any()
    assert not (without & across).any()


def test_what_goes_through_a_rule_stays_whole() -> None:
    ink = underlined()
    left, *_ = remove_rules(ink, 120, stroke_width(ink), feet=True)
    assert left[50:112, 200].all()


def comb(touched: bool) -> Mask:
    """Draw a comb of three cells, its second tooth touched by a stroke from the left where asked."""
    page = np.zeros((120, 320), np.uint8)
    cv2.rectangle(page, (20, 20), (290, 90), 1, 2)
    for x in (110, 200):
        cv2.line(page, (x, 20), (x, 90), 1, 2)
    cv2.line(page, (40, 35), (60, 80), 1, 5)
    if touched:
        cv2.line(page, (140, 66), (202, 66), 1, 6)
    return page > 0


@pytest.mark.parametrize("touched", [False, True])
def test_a_tooth_is_found_where_a_digit_touches_it(touched: bool) -> None:
    _, _, down, _ = remove_rules(comb(touched), 120, 5.0)
    rows = down[20:90, 197:204].any(axis=1)
    assert rows.mean() > 0.75
