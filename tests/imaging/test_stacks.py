"""Halves of a digit become one again; dots, signs and neighbouring lines stay as they are."""

from __future__ import annotations

import cv2
import numpy as np
from drawn import row, solid
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.imaging.layout import find_lines
from reader.imaging.segment import find_components
from reader.imaging.stacks import join_stacks
from reader.types import Box, Component

boxes = st.tuples(st.integers(0, 300), st.integers(0, 200), st.integers(1, 40), st.integers(1, 40))


def joined(parts: list[Component]) -> set[Box]:
    return {c.box for c in join_stacks(parts)}


def test_halves_beside_a_digit_are_one() -> None:
    assert joined([*row(10, 20, 4), solid((120, 20, 18, 13)), solid((120, 36, 16, 14))]) == {
        *(c.box for c in row(10, 20, 4)),
        (120, 20, 18, 30),
    }


def test_a_row_that_lost_its_middle_is_digits_again() -> None:
    halves = [solid((10 + 26 * i, y, 18, 14)) for i in range(5) for y in (20, 36)]
    others = row(10, 80, 12)
    mended = {(10 + 26 * i, 20, 18, 30) for i in range(5)}
    assert joined([*halves, *others]) == mended | {c.box for c in others}


def test_what_stands_nowhere_near_a_digit_stays_apart() -> None:
    parts = [solid((120, 120, 18, 13)), solid((120, 136, 16, 14))]
    assert len(joined([*row(10, 20, 4), *parts])) == 6


def test_dots_equals_and_lines_of_small_print_stay_apart() -> None:
    dotted = [solid((120, 20, 6, 5)), solid((120, 28, 6, 22))]
    equals = [solid((150, 30, 18, 4)), solid((150, 40, 18, 4))]
    assert len(joined([*row(10, 20, 4), *dotted, *equals])) == 8
    small = [*row(10, 100, 9, height=14), *row(10, 118, 9, height=14), solid((260, 100, 40, 32))]
    assert len(joined(small)) == 19


def test_a_digit_with_a_streak_is_on_the_line_of_the_others() -> None:
    page = np.zeros((120, 400), np.uint8)
    cv2.putText(page, "580 2385", (20, 80), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 255, 5)
    page[60:63, 240:400] = 0
    whole = join_stacks(find_components(page > 128, min_area=4))
    assert len(whole) == 7
    assert [len(line.components) for line in find_lines(whole)] == [7]


@settings(max_examples=80, deadline=None)
@given(st.lists(boxes, max_size=30))
def test_no_ink_is_lost_or_made(many: list[Box]) -> None:
    def painted(parts: list[Component]) -> np.ndarray:
        page = np.zeros((260, 360), bool)
        for part in parts:
            x, y, w, h = part.box
            page[y : y + h, x : x + w] |= part.mask
        return page

    parts = [solid(box) for box in many]
    assert np.array_equal(painted(parts), painted(join_stacks(parts)))
    assert len(join_stacks(parts)) <= len(parts)


@settings(max_examples=60, deadline=None)
@given(st.lists(boxes, max_size=20, unique=True), st.randoms())
def test_the_order_of_components_does_not_matter(many: list[Box], random: object) -> None:
    shuffled = list(many)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert joined([solid(b) for b in many]) == joined([solid(b) for b in shuffled])
