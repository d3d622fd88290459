"""Dashes and holes are no numbers; columns of ones and zeros are."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.recognize.strays import drop_strays
from reader.types import Box, Char, Number

WIDTH, HEIGHT = 1000, 1400


def number(digits: str, box: Box) -> Number:
    return Number(digits, digits, 0.9, box, tuple(Char(d, 0.9, box, ((d, 0.9),)) for d in digits))


def column(gap: int, count: int = 6) -> list[Number]:
    """Give ones above each other, 20 pixels high."""
    return [number("1", (500, 100 + k * (20 + gap), 5, 20)) for k in range(count)]


@pytest.mark.parametrize("gap", [2, 6, 11])
def test_a_dashed_line_is_no_column_of_ones(gap: int) -> None:
    other = number("42", (100, 100, 40, 20))
    assert drop_strays([*column(gap), other], WIDTH, HEIGHT) == [other]


@pytest.mark.parametrize("gap", [13, 20, 40])
def test_a_column_of_ones_is_one(gap: int) -> None:
    numbers = column(gap)
    assert drop_strays(numbers, WIDTH, HEIGHT) == numbers


def test_three_ones_are_no_line() -> None:
    numbers = column(4, count=3)
    assert drop_strays(numbers, WIDTH, HEIGHT) == numbers


def test_printed_ones_in_close_lines_stay() -> None:
    """Of a receipt's quantities each has its flag, or a foot."""
    numbers = [number("1", (500, 100 + 25 * k, 8, 20)) for k in range(6)]
    assert drop_strays(numbers, WIDTH, HEIGHT) == numbers


def test_ones_of_other_numbers_are_no_dashes() -> None:
    numbers = [number("11", (500, 100 + 26 * k, 20, 20)) for k in range(6)]
    assert drop_strays(numbers, WIDTH, HEIGHT) == numbers


@pytest.mark.parametrize(
    ("digits", "box", "stays"),
    [
        ("0", (40, 300, 30, 30), False),
        ("0", (940, 900, 28, 30), False),
        ("0", (500, 20, 30, 30), False),  # in the upper margin
        ("0", (40, 300, 20, 30), True),  # no ring
        ("0", (500, 300, 30, 30), True),  # not on the margin
        ("0", (40, 300, 12, 12), True),  # as small as type
        ("0", (20, 300, 90, 90), True),  # larger than a hole
        ("8", (40, 300, 30, 30), True),
    ],
)
def test_a_ring_on_the_margin_is_a_hole(digits: str, box: Box, stays: bool) -> None:
    numbers = [number(digits, box), number("1990", (400, 600, 90, 24))]
    assert (numbers[0] in drop_strays(numbers, WIDTH, HEIGHT)) == stays


def test_a_zero_in_a_row_of_numbers_stays() -> None:
    numbers = [number("0", (40, 300, 30, 30)), number("17", (200, 302, 40, 28))]
    assert drop_strays(numbers, WIDTH, HEIGHT) == numbers


boxes = st.tuples(st.integers(0, 990), st.integers(0, 1390), st.integers(1, 60), st.integers(1, 60))


@given(st.lists(st.tuples(st.sampled_from(["1", "0", "7", "10"]), boxes), max_size=20))
def test_only_single_ones_and_zeros_go_and_the_order_stays(drawn: list[tuple[str, Box]]) -> None:
    numbers = [number(digits, box) for digits, box in drawn]
    left = drop_strays(numbers, WIDTH, HEIGHT)
    kept = iter(numbers)
    assert all(any(one is other for other in kept) for one in left)
    assert sum(n.digits in ("7", "10") for n in left) == sum(n.digits in ("7", "10") for n in numbers)
