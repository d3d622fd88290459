"""Squared paper is known by its squares, or by the writing that stands across its rules."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from reader.imaging.squared import is_squared

STROKE = 5.0
NONE = np.zeros((0, 4), np.int64)
Bits = NDArray[np.bool_]


def rules(columns: int, rows: int, width: int = 40, height: int = 40) -> tuple[Bits, Bits]:
    """Draw so many squares, two pixels thick."""
    across, down = np.zeros((2, rows * height + 40, columns * width + 40), bool)
    for k in range(rows + 1):
        across[20 + k * height :, 20 : 21 + columns * width][:2] = True
    for k in range(columns + 1):
        down[20 : 21 + rows * height, 20 + k * width :][:, :2] = True
    return across, down


@pytest.mark.parametrize(
    ("columns", "rows", "width", "squared"),
    [
        (20, 12, 40, True),
        (12, 20, 40, True),
        (12, 20, 46, True),  # seen at an angle
        (16, 16, 40, False),  # the largest sudoku
        (9, 30, 40, False),  # marks of thirty pupils
        (20, 20, 80, False),  # a table
        (0, 30, 40, False),  # a ruled page
    ],
)
def test_squares_are_many_and_square(columns: int, rows: int, width: int, squared: bool) -> None:
    across, down = rules(columns, rows, width)
    assert is_squared(across, down, NONE, STROKE) is squared
    assert is_squared(down.T, across.T, NONE, STROKE) is (squared and columns > 0)


def test_rules_that_writing_hides_count() -> None:
    across, down = rules(20, 20)
    for x in range(60, 700, 160):
        for y in range(100, 700, 240):
            across[y : y + 60, x : x + 120] = down[y : y + 60, x : x + 120] = False
    assert is_squared(across, down, NONE, STROKE)


def test_both_sides_of_a_rule_are_one() -> None:
    across, down = (mask | np.roll(mask, 5, axis=(0, 1)) for mask in rules(20, 20))
    assert is_squared(across, down, NONE, STROKE)


def test_two_puzzles_beside_each_other_are_two() -> None:
    across, down = (np.tile(np.pad(mask, 15), (2, 2)) for mask in rules(9, 9))
    assert not is_squared(across, down, NONE, STROKE)


@pytest.mark.parametrize(("shift", "squared"), [(0, False), (20, True)])
def test_writing_across_rules_tells(shift: int, squared: bool) -> None:
    across, down = rules(9, 9)
    pieces = np.array([(28 + 40 * k + shift, 110, 26, 40) for k in range(6)])
    assert is_squared(across, down, pieces, STROKE) is squared
    assert not is_squared(across, down, pieces[:4], STROKE)
    lone = np.array([(28 + 40 * k, 180, 26, 40) for k in range(8)] * 3)
    assert not is_squared(across, down, np.vstack([pieces, lone]), STROKE)
