"""What is said of digits: which is the least sure, what corrections do to the text."""

from __future__ import annotations

import numpy as np

from reader.draw.answer import Answer, Digit
from reader.types import NOT_A_DIGIT, PageReading

READING = PageReading("pad", 1, 10, 10, 0.0, (), "m")


def digit(answer: int, confidence: float, label: int | None = None) -> Digit:
    return Digit(
        answer, confidence, ((str(answer), confidence),), (0, 0, 5, 9), np.zeros((28, 28), np.uint8), label
    )


def test_the_least_sure_digit_that_nobody_spoke_of_is_next() -> None:
    digits = (digit(1, 0.9), digit(2, 0.3), digit(3, 0.5))
    assert Answer("unsure", "123", digits, READING).least_sure == 1
    spoken = (digits[0], digit(2, 0.3, 2), digits[2])
    assert Answer("unsure", "123", spoken, READING).least_sure == 2
    assert Answer("nothing", "", (), READING).least_sure == 0


def test_what_was_confirmed_is_no_longer_in_doubt() -> None:
    assert Answer("unsure", "2", (digit(2, 0.3),), READING).headline == "not sure: 2?"
    assert Answer("unsure", "2", (digit(2, 0.3, 2),), READING).headline == "2"


def test_none_is_a_question_mark() -> None:
    assert digit(3, 0.9, NOT_A_DIGIT).name == "?"
    assert digit(NOT_A_DIGIT, 0.9, 8).name == "8"
