"""The N best strings of a number."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from lined import HEIGHT, line_of, row, solid
from numpy.typing import NDArray

from reader.recognize import decode, lattice
from reader.recognize.alternatives import COUNT, by_digits, by_line
from reader.recognize.decode import Symbol
from reader.recognize.lattice import Lattice
from reader.recognize.spelling import BLANK, SPELLINGS, STRIDE
from reader.recognize.strips import DIGIT
from reader.recognize.transcribe import Spelled

SCALE = DIGIT / HEIGHT


def spelled(*digits: tuple[int, float, float]) -> Spelled:
    """Say that digits are spelt at places x of the line, each so sure."""
    logits = np.zeros((round(400 * SCALE / STRIDE), SPELLINGS), np.float32)
    logits[:, BLANK] = 12
    for digit, x, sure in digits:
        at = int(x * SCALE / STRIDE)
        logits[at : at + 2, BLANK] = 0
        logits[at : at + 2, digit] = sure
    return Spelled(logits, np.array([SCALE, 0.0, 0.0]))


def two(says: dict[int, NDArray[np.float32]]) -> tuple[Lattice, NDArray[np.float32], list[Symbol]]:
    """Make a line of two digits, and its best path."""
    lat = lattice.build(line_of(solid(20), solid(60)), stroke=4.0)
    scores = np.stack(
        [
            says[c.start] if c.stop - c.start == 1 and c.start in says else row("x", 0.999)
            for c in lat.candidates
        ]
    )
    return lat, scores, decode.best_path(lat, scores, decode.LINE)


def test_what_was_read_comes_first_with_its_confidence_then_the_likeliest() -> None:
    _, _, path = two({0: row(4, 0.9, second=9), 1: row(7, 0.6, second=1)})
    strings = by_digits(path)
    assert strings[0] == ("47", pytest.approx(0.9 * 0.6, abs=1e-3))
    assert [text for text, _ in strings[1:3]] == ["41", "97"]
    assert len(strings) <= COUNT


def test_marks_are_no_part_of_the_strings() -> None:
    _, _, path = two({0: row(4, 0.9), 1: row(7, 0.9)})
    point = Symbol("mark", ".", path[0].component)
    assert by_digits([path[0], point, path[1]])[0][0] == "47"


@given(st.lists(st.lists(st.floats(0, 1), min_size=11, max_size=11), min_size=1, max_size=6))
def test_the_strings_of_a_number_are_different_and_no_likelier_than_certain(rows: list[list[float]]) -> None:
    scores = np.array(rows, np.float32) + np.float32(1e-3)
    scores /= scores.sum(axis=1, keepdims=True)
    path = [
        Symbol("digit", str(int(own[:10].argmax())), solid(20 + 40 * k), own) for k, own in enumerate(scores)
    ]
    strings = by_digits(path)
    assert len({text for text, _ in strings}) == len(strings) <= COUNT
    assert sum(share for _, share in strings) <= 1 + 1e-6
    shares = [share for _, share in strings]
    assert shares[1:] == sorted(shares[1:], reverse=True)
    assert shares[0] >= max(shares) - 1e-6


def test_columns_put_forward_a_string_of_another_length() -> None:
    lat, scores, path = two({0: row(4, 0.9), 1: row(7, 0.6, second=1)})
    said = spelled((4, 28, 12.0), (7, 60, 12.0), (7, 72, 12.0))
    strings = dict(by_line(path, lat, scores, said, decode.LINE))
    assert next(iter(strings)) == "47"
    assert "477" in strings
    assert sum(strings.values()) <= 1 + 1e-6


def test_a_sure_number_is_nothing_else() -> None:
    lat, scores, path = two({0: row(4, 0.999), 1: row(7, 0.999)})
    strings = by_line(path, lat, scores, spelled((1, 28, 12.0)), decode.LINE)
    assert [text for text, _ in strings] == ["47"]
