"""The figures of a run that its card states."""

from __future__ import annotations

import numpy as np
import pytest

from reader.train.feed import Arrays
from reader.train.figures import validation_figures
from reader.train.fit import FitResult


def result(logits: np.ndarray, temperature: float = 1.0) -> FitResult:
    return FitResult(None, temperature, 1.0, (), logits.astype(np.float32), False)


def glyphs(labels: list[int]) -> Arrays:
    return Arrays(np.zeros((len(labels), 28, 28), np.uint8), np.array(labels))


def sure_of(rows: list[int], odds: float) -> np.ndarray:
    """Give logits whose likeliest class has `odds` against all others together."""
    return np.eye(11)[rows] * np.log(odds * 10)


def test_digits_others_and_confidence_are_counted_apart() -> None:
    # Nine right and one rejected of ten digits; one of two others rejected; 0.95 sure of everything.
    labels = [*range(10), 10, 10]
    found = [*range(9), 10, 10, 3]
    figures = validation_figures(result(sure_of(found, odds=19)), glyphs(labels))
    # Left alone among ten the rejected 9 is a 0: all digits are equally unlikely, and the first is taken.
    assert figures == {
        "validation_digits": 0.9,
        "validation_digits_among_ten": 0.9,
        "validation_rejected": 0.5,
        "validation_calibration_error": pytest.approx(0.95 - 10 / 12, abs=1e-5),
    }


def test_sure_and_wrong_is_a_share_of_what_is_read_as_a_digit_with_99_percent() -> None:
    logits = sure_of([1, 2, 3, 4, 10], odds=199)
    labels = glyphs([1, 2, 3, 5, 6])
    assert validation_figures(result(logits), labels)["validation_sure_wrong"] == 0.25
    # A temperature that makes it less sure leaves nothing to count.
    assert "validation_sure_wrong" not in validation_figures(result(logits, temperature=2), labels)


def test_what_is_not_there_is_left_out() -> None:
    assert "validation_rejected" not in validation_figures(result(sure_of([1], 9)), glyphs([1]))
    others = validation_figures(result(sure_of([10], 9)), glyphs([10]))
    assert set(others) == {"validation_rejected", "validation_calibration_error"}
