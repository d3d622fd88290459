"""What the pad says of a drawing or a page: the number, or that it is not sure, or that there is none."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from reader.recognize.recording import RecordingClassifier
from reader.types import CLASSES, NOT_A_DIGIT, Box, Number, PageReading

Kind = Literal["nothing", "sure", "unsure", "no digit"]


@dataclass(frozen=True, slots=True)
class Digit:
    """A digit that was read, or ink that was taken for none.

    Attributes
    ----------
    answer : int
        0 to 9, or `NOT_A_DIGIT`.
    confidence : float
        Of the answer.
    alternatives : tuple of (str, float)
        The three likeliest digits with their probabilities.
    box : Box
        In pixels of the page.
    glyph : ndarray of uint8, shape (28, 28)
        What the network saw, ink bright.
    label : int or None
        What somebody said that it is.
    """

    answer: int
    confidence: float
    alternatives: tuple[tuple[str, float], ...]
    box: Box
    glyph: NDArray[np.uint8]
    label: int | None = None

    @property
    def name(self) -> str:
        """The digit as corrected or as read, "?" for what is none."""
        said = self.answer if self.label is None else self.label
        return "?" if said == NOT_A_DIGIT else str(said)


@dataclass(frozen=True, slots=True)
class Answer:
    """What is known of a drawing or a page.

    Attributes
    ----------
    kind : {"nothing", "sure", "unsure", "no digit"}
        No ink or no numbers; every digit above the threshold; one below it; ink that is no digit.
    text : str
        The numbers as read, with their separators, corrected digits in their places.
    digits : tuple of Digit
        In reading order.
    reading : PageReading
        What the pipeline gave.
    """

    kind: Kind
    text: str
    digits: tuple[Digit, ...]
    reading: PageReading

    @property
    def headline(self) -> str:
        """What is shown large."""
        if self.kind == "nothing":
            return ""
        if all(digit.label is not None for digit in self.digits):
            return self.text
        return {"sure": self.text, "unsure": f"not sure: {self.text}?", "no digit": "not a digit"}[self.kind]

    @property
    def least_sure(self) -> int:
        """Index of the digit that most needs a look; 0 where there is none."""
        rest = [(digit.confidence, at) for at, digit in enumerate(self.digits) if digit.label is None]
        return min(rest)[1] if rest else 0


def answer_of(
    reading: PageReading, seen: RecordingClassifier, threshold: float, labels: dict[int, int] | None = None
) -> Answer:
    """Make an answer of a reading.

    Parameters
    ----------
    reading : PageReading
    seen : RecordingClassifier
        It read the page, and nothing since it last forgot.
    threshold : float
        Below this confidence a digit is not sure.
    labels : dict of int to int, optional
        What somebody said of the digits: index to class.
    """
    labels = labels or {}
    read = [digit for number in reading.numbers for digit in digits_of(number, seen)]
    digits = [replace(digit, label=labels.get(at)) for at, digit in enumerate(read)]
    names = iter(digit.name for digit in digits)
    text = " ".join(
        "".join(next(names) if char.alternatives else char.char for char in number.chars)
        for number in reading.numbers
    )
    least = min((digit.confidence for digit in digits), default=0.0)
    kind: Kind = "nothing" if not digits else "sure" if least >= threshold else "unsure"
    return Answer(kind, text, tuple(digits), reading)


def no_digit(reading: PageReading, seen: RecordingClassifier, box: Box, label: int | None = None) -> Answer:
    """Make the answer to ink in which no number was found, from the last glyph that was classified."""
    row = seen.rows[-1]
    best = np.argsort(-row[:NOT_A_DIGIT], kind="stable")[:3]
    alternatives = tuple((CLASSES[at], float(row[at])) for at in best)
    glyph = _bytes(seen.glyphs[-1])
    digit = Digit(NOT_A_DIGIT, float(row[NOT_A_DIGIT]), alternatives, box, glyph, label)
    return Answer("no digit", digit.name, (digit,), reading)


def digits_of(number: Number, seen: RecordingClassifier) -> tuple[Digit, ...]:
    """Give the digits of a number with the glyphs that they were read from."""
    return tuple(
        # The likeliest digit is what was read, also where it is shown as unreadable.
        Digit(
            int(char.alternatives[0][0]),
            char.confidence,
            char.alternatives,
            char.box,
            _bytes(seen.glyph_of(char)),
        )
        for char in number.chars
        if char.alternatives
    )


def _bytes(glyph: NDArray[np.float32]) -> NDArray[np.uint8]:
    return np.rint(glyph * 255).astype(np.uint8)
