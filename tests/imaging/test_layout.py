"""Every component is on one line; columns stay apart; lines come in reading order."""

from __future__ import annotations

import numpy as np
import pytest
from drawn import blank, row, solid, write
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reader.imaging.geometry import union_box
from reader.imaging.layout import find_lines, make_line, reading_order
from reader.imaging.segment import find_components
from reader.types import Box, Component, TextLine

boxes = st.tuples(st.integers(0, 400), st.integers(0, 400), st.integers(1, 40), st.integers(1, 60))


def lines_of(image: NDArray[np.uint8]) -> list[TextLine]:
    return find_lines(find_components(image < 128, min_area=4))


@settings(max_examples=60, deadline=None)
@given(st.lists(boxes, max_size=40))
def test_every_component_is_on_exactly_one_line(many: list[Box]) -> None:
    parts = [solid(box) for box in many]
    lines = find_lines(parts)
    placed = sorted(id(c) for line in lines for c in line.components)
    assert placed == sorted(id(c) for c in parts)
    for line in lines:
        assert line.box == union_box([c.box for c in line.components])
        assert line.x_height > 0


# Of two boxes with one left or right side the first given is the nearer neighbour.
sides = (lambda b: b[0], lambda b: b[0] + b[2])


@settings(max_examples=60, deadline=None)
@given(st.lists(boxes, max_size=25, unique_by=sides), st.randoms())
def test_the_order_of_components_does_not_matter(many: list[Box], random: object) -> None:
    shuffled = list(many)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert _as_boxes([solid(b) for b in many]) == _as_boxes([solid(b) for b in shuffled])


@pytest.mark.xfail(reason="ties are broken by the order of the components, not by their boxes")
def test_the_order_of_components_does_not_settle_ties() -> None:
    upper, lower = solid((111, 103, 10, 47)), solid((111, 108, 17, 31))
    left = solid((62, 116, 2, 58))
    assert len(find_lines([left, upper, lower])) == len(find_lines([lower, left, upper]))


def _as_boxes(parts: list[Component]) -> list[list[Box]]:
    return [[c.box for c in line.components] for line in find_lines(parts)]


@given(st.lists(boxes, max_size=30))
def test_reading_order_is_a_permutation(many: list[Box]) -> None:
    assert sorted(reading_order(many)) == list(range(len(many)))


def test_no_components_give_no_lines() -> None:
    assert find_lines([]) == []


def test_a_line_needs_a_component() -> None:
    with pytest.raises(ValueError, match="at least one"):
        make_line([])


def test_a_line_runs_from_left_to_right() -> None:
    parts = row(10, 50, 5)
    line = make_line(parts[::-1])
    assert list(line.components) == parts
    assert line.baseline == 80
    assert line.x_height == 30
    assert line.box == (10, 50, 122, 30)


def test_written_rows_are_lines() -> None:
    page = blank(300, 500)
    for foot in (60, 140, 220):
        page = write(page, "40719358", (40, foot), size=36)
    lines = lines_of(page)
    assert [len(line.components) for line in lines] == [8, 8, 8]
    np.testing.assert_allclose([line.baseline for line in lines], [60, 140, 220], atol=3)
    np.testing.assert_allclose([line.x_height for line in lines], 36, atol=4)


def test_two_columns_are_kept_apart_and_read_one_after_the_other() -> None:
    left = [row(20, 40 + 40 * i, 6) for i in range(6)]
    right = [row(420, 60 + 40 * i, 6) for i in range(6)]
    lines = find_lines([c for r in left + right for c in r])
    assert [line.box for line in lines] == [union_box([c.box for c in r]) for r in left + right]


def test_a_table_is_read_by_rows() -> None:
    cells = [row(20 + 300 * i, 40 + 100 * j, 4) for j in range(3) for i in range(3)]
    lines = find_lines([c for r in cells for c in r])
    found = [(line.box[0], line.box[1]) for line in lines]
    assert found == [(20 + 300 * i, 40 + 100 * j) for j in range(3) for i in range(3)]


def test_sizes_do_not_mix() -> None:
    small, large = row(20, 60, 6, height=20), row(200, 20, 4, height=90, step=60)
    lines = find_lines(small + large)
    assert sorted(len(line.components) for line in lines) == [4, 6]
    assert sorted(line.x_height for line in lines) == [20, 90]


def test_several_sizes_below_each_other() -> None:
    page = blank(420, 700)
    feet = {60: 18, 150: 40, 330: 110}
    for foot, size in feet.items():
        page = write(page, "40719", (40, foot), size=size, pen=max(2, size // 12))
    lines = lines_of(page)
    assert [len(line.components) for line in lines] == [5, 5, 5]
    np.testing.assert_allclose([line.x_height for line in lines], list(feet.values()), rtol=0.15)


def test_a_sloping_line_is_one_line() -> None:
    parts = [solid((20 + 26 * i, 200 - 3 * i, 18, 30)) for i in range(14)]
    assert len(find_lines(parts)) == 1


def test_a_comma_of_text_joins_its_line_though_most_letters_are_low() -> None:
    letters = [solid((20 + 24 * k, 110, 18, 20)) for k in range(9)]
    digits = [solid((240 + 24 * k + 12 * (k > 1), 102, 20, 28)) for k in range(4)]
    comma = solid((287, 124, 7, 11))
    (line,) = find_lines([*letters, *digits, comma])
    assert comma in line.components


def test_a_tall_comma_joins_its_line() -> None:
    assert len(find_lines([*row(20, 100, 6), solid((148 - 5, 124, 4, 12))])) == 1


def test_print_beside_a_flourish_is_a_line_and_no_mark_of_it() -> None:
    flourish = [solid((150, 90, 30, 200)), solid((400, 90, 40, 200))]
    text = [part for y in range(20, 500, 40) for part in row(10, y, 5, height=20, step=20)]
    price = row(200, 150, 3, height=20, step=20)
    lines = find_lines([*text, *price, *flourish, solid((300, 270, 16, 16))])
    assert [part.box for part in price] in [[c.box for c in line.components] for line in lines]
    # What is alone may be a mark of anything.
    (large,) = (line for line in lines if line.x_height == 200)
    assert len(large.components) == 3


def test_points_and_commas_join_their_line() -> None:
    digits = row(20, 100, 6)
    point, comma = solid((98 - 4, 125, 4, 5)), solid((148 - 5, 125, 4, 10))
    lines = find_lines([*digits, point, comma])
    assert len(lines) == 1
    assert len(lines[0].components) == 8
    assert lines[0].x_height == 30


def test_a_dash_joins_its_line() -> None:
    dash = solid((20 + 3 * 26 + 2, 113, 14, 4))
    lines = find_lines([*row(20, 100, 3), dash, *row(20 + 4 * 26, 100, 3)])
    assert len(lines) == 1
    assert lines[0].components[3] is dash


def test_a_comb_holds_one_row_and_a_table_is_none() -> None:
    field = (0, 0, 400, 110)
    one = [solid((10 + 60 * i, 30, 20, 50)) for i in range(5)]
    assert [line.comb for line in find_lines(one, (field,))] == [True]
    two = [solid((10 + 30 * i, y, 18, 30)) for i in range(5) for y in (10, 70)]
    assert [(line.comb, len(line.components)) for line in find_lines(two, (field,))] == [(False, 5)] * 2


def test_bars_of_a_frame_do_not_swallow_digits() -> None:
    digits = [solid((120 + 140 * i, 300, 24, 40)) for i in range(4)]
    small = [solid((60 + 14 * i, 900, 9, 12)) for i in range(30)]
    bars = [solid((60 + 140 * i, 200, 12, 280)) for i in range(5)]
    own = [line for line in find_lines([*bars, *digits, *small]) if digits[0] in line.components]
    assert all(bar not in own[0].components for bar in bars)


def test_a_crowd_is_no_comb() -> None:
    crowd = [solid((10 + 12 * i, 30, 8, 40)) for i in range(300)]
    assert not any(line.comb for line in find_lines(crowd, ((0, 0, 4000, 110),)))


def test_a_comma_high_enough_for_one_neighbour_takes_no_place_in_the_line() -> None:
    digits = [(0, 0, 30, 43), (42, 4, 39, 36), (85, 3, 36, 38)]
    comma = (29, 32, 13, 18)
    lines = find_lines([solid(box) for box in [*digits, comma]])
    assert [[c.box for c in line.components] for line in lines] == [[digits[0], comma, *digits[1:]]]


def test_a_broken_digit_s_piece_does_not_part_it_from_the_digit_before() -> None:
    parts = [(0, 0, 70, 48), (75, 26, 8, 14), (79, 8, 41, 33)]
    assert [len(line.components) for line in find_lines([solid(box) for box in parts])] == [3]


def test_a_comma_joins_no_columns() -> None:
    parts = [(0, 0, 30, 43), (29, 32, 13, 18), (75, 4, 39, 36)]
    assert sorted(len(line.components) for line in find_lines([solid(box) for box in parts])) == [1, 2]


def test_type_at_twice_its_width_has_wider_whites() -> None:
    parts = [(0, 0, 42, 32), (48, 0, 42, 32), (110, 24, 14, 8), (145, 0, 42, 32), (193, 0, 42, 32)]
    assert [len(line.components) for line in find_lines([solid(box) for box in parts])] == [5]
    narrow = [(x if x < 100 else x + 20, y, w // 2, h) for x, y, w, h in parts]
    assert max(len(line.components) for line in find_lines([solid(box) for box in narrow])) < 5
