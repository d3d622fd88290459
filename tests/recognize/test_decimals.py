"""The damaged last digit of an amount is read where a digit must stand, and units behind one are not."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from reader.recognize.decimals import second_decimals
from reader.recognize.decode import Symbol
from reader.recognize.lattice import Candidate, Lattice
from reader.types import NOT_A_DIGIT, Box, Component, TextLine

HEIGHT = 30


def solid(box: Box) -> Component:
    return Component(box, np.ones((box[3], box[2]), bool), box[2] * box[3])


def row(digit: int, likely: float) -> NDArray[np.float32]:
    scores = np.zeros(11, np.float32)
    scores[digit], scores[NOT_A_DIGIT] = likely, 1 - likely
    return scores


def read(last: Box, scores: NDArray[np.float32], *, decimals: str = "0", more: tuple[Box, ...] = ()) -> str:
    """Read "21.", the decimals and something unread; "_" is unread."""
    path, x = [], 10
    for char in f"21.{decimals}":
        if char == ".":
            path.append(Symbol("mark", char, solid((x, 35, 5, 5))))
            x += 9
        else:
            path.append(Symbol("digit", char, solid((x, 10, 18, HEIGHT)), row(int(char), 0.99)))
            x += 22
    behind = [solid((x + box[0], *box[1:])) for box in (last, *more)]
    path += [Symbol("junk", "", part) for part in behind]
    pieces = tuple(symbol.component for symbol in path)
    line = TextLine(pieces, 40.0, float(HEIGHT), (10, 10, x, HEIGHT))
    candidate = Candidate(len(pieces) - len(behind), len(pieces) - len(more), behind[0])
    lattice = Lattice(line, pieces, (True,) * len(pieces), (candidate,), 0.0)
    return "".join(symbol.char or "_" for symbol in second_decimals(path, lattice, scores[None]))


def test_what_may_be_a_digit_is_read_behind_one_decimal() -> None:
    assert read((0, 10, 11, HEIGHT), row(0, 0.1)) == "21.00"


@pytest.mark.parametrize("decimals", ["", "00"])
def test_behind_the_point_or_two_decimals_nothing_is_added(decimals: str) -> None:
    assert read((0, 10, 11, HEIGHT), row(0, 0.1), decimals=decimals) == f"21.{decimals}_"


@pytest.mark.parametrize(
    ("last", "scores"),
    [
        ((0, 10, 11, HEIGHT), row(0, 0.01)),  # next to no chance
        ((0, 10, 8, HEIGHT), row(1, 0.2)),  # a litre
        ((0, 18, 16, HEIGHT), row(9, 0.2)),  # a gram
        ((0, 20, 16, 20), row(0, 0.2)),  # a small letter
        ((30, 10, 16, HEIGHT), row(0, 0.2)),  # a word apart
    ],
)
def test_units_and_words_stay_what_they_are(last: Box, scores: NDArray[np.float32]) -> None:
    assert read(last, scores) == "21.0_"


def test_letters_are_no_second_decimal() -> None:
    assert read((0, 10, 16, HEIGHT), row(0, 0.2), more=((18, 10, 16, HEIGHT),)) == "21.0__"


def test_it_says_how_sure_it_is() -> None:
    digit = Symbol("digit", "0", solid((10, 10, 18, HEIGHT)), row(0, 0.99))
    point = Symbol("mark", ".", solid((30, 35, 5, 5)))
    last = solid((60, 10, 11, HEIGHT))
    path = [
        digit,
        point,
        Symbol("digit", "0", solid((38, 10, 18, HEIGHT)), row(0, 0.99)),
        Symbol("junk", "", last),
    ]
    pieces = tuple(symbol.component for symbol in path)
    line = TextLine(pieces, 40.0, float(HEIGHT), (10, 10, 61, HEIGHT))
    lattice = Lattice(line, pieces, (True,) * 4, (Candidate(3, 4, last),), 0.0)
    found = second_decimals(path, lattice, row(0, 0.1)[None])[-1]
    assert found.scores is not None
    assert found.scores[0] == pytest.approx(2 / 2.9, abs=1e-3)
    assert found.scores.sum() == pytest.approx(1)
