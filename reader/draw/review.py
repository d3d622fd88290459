"""Doubtful numbers of files, one after another, with what somebody says that they are."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reader.draw.answer import Digit, digits_of
from reader.files import read_files
from reader.io.corrections import Correction, add_corrections
from reader.options import LoadOptions, ReadOptions
from reader.recognize.recording import RecordingClassifier
from reader.types import NOT_A_DIGIT, Box, Classifier, Number, Outcome, Page, PageReading

NONE = "x"
"""What is typed for a digit that is none."""
_SEPARATORS = " .,-/:'"
_AROUND = 0.4
"""Paper that is shown around a number, in its heights."""


@dataclass(frozen=True, slots=True)
class Doubt:
    """A number to be looked at.

    Attributes
    ----------
    source : str
    page : int
    text : str
        As read.
    confidence : float
    digits : tuple of Digit
    picture : ndarray of uint8, shape (h, w) or (h, w, 3)
        The number on its paper.
    """

    source: str
    page: int
    text: str
    confidence: float
    digits: tuple[Digit, ...]
    picture: NDArray[np.uint8]


def find_doubts(
    paths: Iterable[str],
    classifier: Classifier,
    below: float,
    options: ReadOptions | None = None,
    load: LoadOptions | None = None,
    done: Callable[[Outcome], object] = lambda outcome: None,
) -> list[Doubt]:
    """Read files and give the numbers below a confidence, in reading order.

    Parameters
    ----------
    paths : iterable of str
    classifier : Classifier
    below : float
    options, load
        As for `reader.files.read_files`.
    done : callable
        Told of each file, also one that could not be read.
    """
    seen = RecordingClassifier(classifier)
    found: list[Doubt] = []

    def on_page(page: Page, reading: PageReading) -> None:
        found.extend(_doubt(page, number, seen) for number in reading.numbers if number.confidence < below)
        seen.forget()

    for outcome in read_files(paths, seen, options, load, on_page):
        seen.forget()  # a page that failed left its glyphs
        done(outcome)
    return found


def labels_of(text: str, count: int) -> list[int]:
    """Tell what each digit of a number is from the right text.

    Parameters
    ----------
    text : str
        The digits in order, "x" for one that is none; separators do not count.
    count : int
        Digits that were read.

    Returns
    -------
    list of int
        0 to 9, or `NOT_A_DIGIT`.

    Raises
    ------
    ValueError
        It says something else, or of more or fewer digits: which glyph is which would be guesswork.

    Examples
    --------
    >>> labels_of("1.99x", 4)
    [1, 9, 9, 10]
    """
    said = [char for char in text.lower() if char not in _SEPARATORS]
    strange = [char for char in said if char not in f"0123456789{NONE}"]
    if strange:
        raise ValueError(f'"{strange[0]}" is no digit; type {NONE} for a digit that is none')
    if len(said) != count:
        raise ValueError(
            f"{count} digits were read and {len(said)} typed; type {NONE} for each that is none, or skip it"
        )
    return [NOT_A_DIGIT if char == NONE else int(char) for char in said]


class Review:
    """Steps through doubtful numbers and keeps what is said of them.

    Parameters
    ----------
    doubts : list of Doubt
    store : Path
        Folder of the corrections.
    model : str
        Id of the model that read them.
    sure : float
        Digits below this are kept also where they were right: that is worth learning too.
    """

    def __init__(self, doubts: list[Doubt], store: Path, model: str, sure: float) -> None:
        self.doubts, self.store = doubts, store
        self._model, self._sure = model, sure
        self.at = 0
        self.said: dict[int, str] = {}
        self.kept = 0

    @property
    def current(self) -> Doubt | None:
        """The number to look at; None when all are done."""
        return self.doubts[self.at] if self.at < len(self.doubts) else None

    @property
    def text(self) -> str:
        """What was said of the number, or else what was read."""
        return self.said.get(self.at, self.current.text if self.current else "")

    def accept(self, text: str) -> None:
        """Keep the right text of the number, and go on to the next.

        Raises
        ------
        ValueError
            See `labels_of`; nothing is kept.
        OutputError, InputError
            The store cannot be used.
        """
        doubt = self.current
        if doubt is None:
            return
        pairs = zip(doubt.digits, labels_of(text, len(doubt.digits)), strict=True)
        worth = [
            self._correction(doubt, digit, label) for digit, label in pairs if self._counts(digit, label)
        ]
        if worth:
            add_corrections(self.store, worth)
        self.kept += len(worth)
        self.said[self.at] = text
        self.at += 1

    def skip(self) -> None:
        """Go on to the next number without a word on this one."""
        self.at = min(self.at + 1, len(self.doubts))

    def back(self) -> None:
        """Go back to the number before; what is said of it anew counts."""
        self.at = max(self.at - 1, 0)

    def _counts(self, digit: Digit, label: int) -> bool:
        return label != digit.answer or digit.confidence < self._sure or self.at in self.said

    def _correction(self, doubt: Doubt, digit: Digit, label: int) -> Correction:
        return Correction(digit.glyph, label, digit.answer, digit.confidence, self._model, doubt.source)


def _doubt(page: Page, number: Number, seen: RecordingClassifier) -> Doubt:
    digits = digits_of(number, seen)
    picture = _cut(page.image, number.box)
    return Doubt(page.source, page.number, number.text, number.confidence, digits, picture)


def _cut(image: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    x, y, w, h = box
    around = round(_AROUND * h) + 2
    return image[max(y - around, 0) : y + h + around, max(x - around, 0) : x + w + around].copy()
