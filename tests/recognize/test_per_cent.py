"""Per cent signs that look like an 8."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from reader.imaging.walls import Walls
from reader.recognize.decode import Kind, Symbol
from reader.recognize.per_cent import is_per_cent, signs_apart
from reader.recognize.stitch import groups
from reader.types import Component

NO_WALLS = Walls(np.zeros((0, 0), np.bool_))
HIGH = 40


def rings(off: float, x: int = 0, y: int = 0, high: int = HIGH, *, small: bool | None = None) -> Component:
    """Draw two rings that hang together, the upper one by `off` of its width to the left of the lower one.

    Those of a sign are smaller than those of an 8, and farther apart.
    """
    small = off > 0 if small is None else small
    page = np.zeros((3 * high, 3 * high), np.uint8)
    radius, thick = (high // 8 if small else high // 4 - 1), max(2, high // 10)
    shift = round(off * (high // 4 - 1))
    upper, lower = (high - shift, radius + 5), (high + shift, high - 1 - radius + 5)
    for middle in (upper, lower):
        cv2.circle(page, middle, radius, 1, thick)
    cv2.line(page, upper, lower, 1, 1)
    for middle in (upper, lower):
        cv2.circle(page, middle, radius - thick // 2 - 1, 0, -1)
    return component(page > 0, x, y)


def component(mask: NDArray[np.bool_], x: int, y: int) -> Component:
    rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    cut = mask[rows[0] : rows[-1] + 1, cols[0] : cols[-1] + 1]
    return Component((x, y, cut.shape[1], cut.shape[0]), cut, int(cut.sum()))


def digit(char: str, part: Component, kind: Kind = "digit") -> Symbol:
    scores = np.full(11, 0.001, np.float32)
    scores[int(char)] = 0.99
    return Symbol(kind, char, part, scores)


def word(*offs: float, rise: int = 0) -> list[Symbol]:
    """Set eights beside each other, the last one higher by `rise` pixels."""
    last = len(offs) - 1
    return [digit("8", rings(off, x=30 * k, y=-rise if k == last else 0)) for k, off in enumerate(offs)]


@pytest.mark.parametrize(
    ("off", "sign"), [(0.0, False), (-0.4, False), (0.1, False), (0.4, True), (0.6, True)]
)
def test_rings_upper_left_and_lower_right_are_a_per_cent(off: float, sign: bool) -> None:
    assert is_per_cent(rings(off)) is sign


def test_one_ring_or_none_is_no_sign() -> None:
    page = np.zeros((60, 60), np.uint8)
    cv2.circle(page, (30, 30), 20, 1, 4)
    assert not is_per_cent(component(page > 0, 0, 0))
    assert not is_per_cent(component(np.ones((20, 12), bool), 0, 0))


def kinds(symbols: list[Symbol]) -> list[Kind]:
    return [s.kind for s in signs_apart(symbols)]


def test_a_sign_behind_print_is_no_digit() -> None:
    assert kinds(word(0.0, 0.5)) == ["digit", "junk"]
    assert kinds(word(0.0, 0.0)) == ["digit", "digit"]


def test_what_a_digit_follows_is_no_sign() -> None:
    assert kinds(word(0.0, 0.5, 0.0)) == ["digit"] * 3


def test_a_year_behind_a_slash_ends_in_no_sign() -> None:
    """As "8/25/2018" by a hand whose eights lean to the left."""
    eights = word(0.0, 0.0, 0.5)
    eights[0] = Symbol("mark", "/", eights[0].component)
    assert kinds(eights) == ["mark", "digit", "digit"]
    eights[0] = Symbol("mark", ".", eights[0].component)
    assert kinds(eights) == ["mark", "digit", "junk"]


def test_what_stands_alone_or_dances_is_a_hand() -> None:
    assert kinds(word(0.5)) == ["digit"]
    assert kinds(word(0.0, 0.5, rise=8)) == ["digit"] * 2


def test_the_number_ends_before_the_sign() -> None:
    found = groups(word(0.0, 0.0, 0.5), HIGH, NO_WALLS, one=False)
    assert ["".join(s.char for s in group) for group in found] == ["88"]
    whole = groups(word(0.0, 0.0, 0.5), HIGH, NO_WALLS, one=True)
    assert ["".join(s.char for s in group) for group in whole] == ["888"]


def test_an_eight_that_leans_backwards_stays_a_digit() -> None:
    eights = word(0.0, 0.0, 0.0)
    eights[-1] = digit("8", rings(0.5, x=60, small=False))
    assert kinds(eights) == ["digit"] * 3
