"""Rows of boxes that stand apart are taken away, and what stands in them is one number."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from reader.imaging.rules import remove_rules

Mask = NDArray[np.bool_]
CELL, LEFT, TOP = 60, 30, 40


def boxes(count: int, gap: int, *, broken: bool = False) -> Mask:
    """Draw boxes side by side; some may lack half of a side."""
    page = np.zeros((TOP + CELL + 40, 2 * LEFT + count * (CELL + gap)), np.uint8)
    for k in range(count):
        x = LEFT + k * (CELL + gap)
        cv2.rectangle(page, (x, TOP), (x + CELL, TOP + CELL), 1, 3)
        if broken and k == 2:
            page[TOP - 3 : TOP + 4, x + 10 : x + 28] = 0
            page[TOP + 20 : TOP + 38, x + CELL - 3 : x + CELL + 4] = 0
    return page > 0


def strokes(shape: tuple[int, ...], gap: int, count: int) -> Mask:
    """Write a slanting stroke into each box."""
    page = np.zeros(shape, np.uint8)
    for k in range(count):
        x = LEFT + k * (CELL + gap) + CELL // 2
        cv2.line(page, (x + 8, TOP + 12), (x - 8, TOP + CELL - 12), 1, 5)
    return page > 0


def cleared(ink: Mask) -> tuple[Mask, tuple[tuple[int, int, int, int], ...]]:
    left, _, _, fields = remove_rules(ink, 120, 5.0, feet=True)
    return left, fields


@pytest.mark.parametrize("gap", [8, 20])
@pytest.mark.parametrize("broken", [False, True])
def test_the_boxes_go_and_what_stands_in_them_stays(gap: int, broken: bool) -> None:
    drawn = boxes(6, gap, broken=broken)
    written = strokes(drawn.shape, gap, 6)
    left, fields = cleared(drawn | written)
    assert (left & written).sum() > 0.98 * written.sum()
    assert (left & ~written).sum() < 0.02 * drawn.sum()
    assert len(fields) == 1
    x, y, w, h = fields[0]
    assert abs(x - LEFT) <= 4
    assert abs(y - TOP) <= 4
    assert abs(x + w - LEFT - 6 * CELL - 5 * gap) <= 4
    assert abs(h - CELL) <= 8


def test_boxes_far_apart_go_but_are_no_field() -> None:
    drawn = boxes(3, 2 * CELL)
    left, fields = cleared(drawn)
    assert left.sum() < 0.02 * drawn.sum()
    assert fields == ()


@pytest.mark.parametrize("count", [1, 2])
def test_one_or_two_boxes_may_be_digits(count: int) -> None:
    drawn = boxes(count, 10)
    left, fields = cleared(drawn)
    assert (left == drawn).all()
    assert fields == ()


def test_rings_are_no_boxes() -> None:
    page = np.zeros((TOP + CELL + 40, 600), np.uint8)
    for k in range(5):
        cv2.ellipse(page, (LEFT + 30 + 80 * k, TOP + 30), (22, 30), 0, 0, 360, 1, 5)
    left, fields = cleared(page > 0)
    assert (left == (page > 0)).all()
    assert fields == ()


@pytest.mark.parametrize("gap", [0, 12])
def test_zeros_of_square_type_are_no_boxes(gap: int) -> None:
    page = np.zeros((200, 600), np.uint8)
    for k in range(6):
        x = LEFT + k * (20 + gap)
        cv2.rectangle(page, (x, TOP), (x + 20, TOP + 34), 1, 6)
    left, _, _, fields = remove_rules(page > 0, 120, 6.0, feet=True)
    assert (left == (page > 0)).all()
    assert fields == ()


def test_cells_with_a_wall_in_common_are_no_boxes() -> None:
    _, fields = cleared(np.tile(boxes(1, 0)[TOP - 2 : TOP + CELL + 2, LEFT : LEFT + CELL + 1], (4, 5)))
    assert fields == ()


def test_boxes_whose_heads_a_label_hides_are_found_by_their_neighbours() -> None:
    page = boxes(8, 20)
    for k in (0, 1, 2):  # the label stands above the first ones
        x = LEFT + k * (CELL + 20)
        page[TOP - 3 : TOP + 4, x + 8 : x + CELL - 8] = False
    left, fields = cleared(page)
    assert left.sum() < 0.02 * page.sum()
    ((x, _, w, _),) = fields
    assert abs(x - LEFT) <= 3
    assert abs(w - (8 * CELL + 7 * 20)) <= 6


def test_cells_of_a_table_are_no_boxes() -> None:
    """Every other column is as wide as high; heads and feet go on between them."""
    page = np.zeros((300, 700), np.uint8)
    for y in (TOP, TOP + 120, TOP + 240):
        cv2.line(page, (LEFT, y), (LEFT + 540, y), 1, 3)
    for x in (0, 120, 210, 330, 420, 540):
        cv2.line(page, (LEFT + x, TOP), (LEFT + x, TOP + 240), 1, 3)
    _, fields = cleared(page > 0)
    assert fields == ()


def cells(count: int, rows: int = 1, *, beyond: int = 0) -> Mask:
    """Draw boxes that share walls, and lines that go on beyond the last one."""
    page = np.zeros((TOP + rows * CELL + 60, 2 * LEFT + count * CELL + 60), np.uint8)
    for row in range(rows):
        for k in range(count):
            x, y = LEFT + k * CELL, TOP + row * CELL
            cv2.rectangle(page, (x, y), (x + CELL, y + CELL), 1, 3)
    right = LEFT + count * CELL
    for y in (TOP, TOP + CELL):
        cv2.line(page, (right, y), (right + beyond, y), 1, 3)
    return page > 0


def test_two_boxes_that_share_a_wall_are_one_field() -> None:
    drawn = cells(2)
    written = strokes(drawn.shape, 0, 2)
    left, fields = remove_rules(drawn | written, 400, 5.0, feet=True)[::3]
    assert (left & written).sum() > 0.98 * written.sum()
    assert (left & ~written).sum() < 0.02 * drawn.sum()
    assert len(fields) == 1
    x, _, w, _ = fields[0]
    assert abs(x - LEFT) <= 4
    assert abs(w - 2 * CELL) <= 8


@pytest.mark.parametrize(("rows", "beyond", "filled"), [(2, 0, 2), (1, 40, 2), (1, 0, 0)])
def test_cells_of_a_table_and_empty_boxes_are_none(rows: int, beyond: int, filled: int) -> None:
    drawn = cells(2, rows, beyond=beyond)
    fields = remove_rules(drawn | strokes(drawn.shape, 0, filled), 400, 5.0, feet=True)[3]
    assert fields == ()
