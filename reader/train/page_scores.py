"""Whole pages: how many of their numbers are read right."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.errors import ReaderError
from reader.io.images import load_pages
from reader.options import ReadOptions
from reader.overlay import draw_overlay
from reader.pipeline import read_page
from reader.train.judge import share_facts
from reader.train.manifest import ExpectedPage
from reader.train.metrics import Share
from reader.types import Classifier, Page, PageReading

WIDEST = 900
"""Pixels of a picture's longer side in the report."""


@dataclass(frozen=True, slots=True)
class PageScore:
    """What was read of the numbers in a file; only digits are compared.

    Attributes
    ----------
    name, group : str
    wanted : int
        Numbers that are there.
    missed, false : tuple of str
        Digits of the numbers that were not read, and of those read that are not there; none are false
        where the list of numbers is not complete.
    pictures : tuple of bytes
        JPEG files: the pages with what was read on them; none where all is right.
    """

    name: str
    group: str
    wanted: int
    missed: tuple[str, ...]
    false: tuple[str, ...]
    pictures: tuple[bytes, ...] = ()

    @property
    def is_right(self) -> bool:
        """Nothing is missed and nothing false."""
        return not self.missed and not self.false


def compare(
    expected: Sequence[str], found: Sequence[str], *, complete: bool = True
) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Compare numbers by their digits, each as often as it is there.

    Parameters
    ----------
    expected : sequence of str
        As written; those without digits are left out.
    found : sequence of str
        Digits, "?" for one that could not be read.
    complete : bool

    Returns
    -------
    missed, false : tuple of str

    Examples
    --------
    >>> compare(["1.990,50", "7", "7"], ["7", "199060"])
    (('199050', '7'), ('199060',))
    """
    want = Counter(filter(None, (re.sub(r"[^0-9]", "", text) for text in expected)))
    got = Counter(filter(None, found))
    missed = tuple(sorted((want - got).elements()))
    return missed, tuple(sorted((got - want).elements())) if complete else ()


def score_page(expected: ExpectedPage, classifier: Classifier) -> PageScore:
    """Read a file and compare.

    Raises
    ------
    ReaderError
        The file cannot be read.
    """
    options = ReadOptions(layout=expected.layout)
    read = [(page, read_page(page, classifier, options)) for page in load_pages(expected.file)]
    found = [number.digits for _, reading in read for number in reading.numbers]
    if expected.layout != "page":
        found = ["".join(found)]  # the whole image is one number
    missed, false = compare(expected.numbers, found, complete=expected.complete)
    pictures = tuple(_picture(page, reading) for page, reading in read) if missed or false else ()
    wanted = sum(any(char.isdigit() for char in text) for text in expected.numbers)
    return PageScore(expected.name, expected.group, wanted, missed, false, pictures)


def score_pages(
    pages: Sequence[ExpectedPage],
    classifier: Classifier,
    told: Callable[[], object] = lambda: None,
) -> tuple[list[PageScore], list[ReaderError]]:
    """Read files and compare; those that cannot be read are errors, and the others still count.

    Parameters
    ----------
    pages : sequence of ExpectedPage
    classifier : Classifier
    told : callable
        Called once a file is done.
    """
    scores: list[PageScore] = []
    errors: list[ReaderError] = []
    for page in pages:
        try:
            scores.append(score_page(page, classifier))
        except ReaderError as error:
            errors.append(error)
        told()
    return scores, errors


def _picture(page: Page, reading: PageReading) -> bytes:
    """Draw what was read, small enough for a report."""
    drawn: NDArray[Any] = draw_overlay(page.image, reading)
    scale = WIDEST / max(drawn.shape[:2])
    if scale < 1:
        drawn = cv2.resize(drawn, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    data: NDArray[np.uint8] = cv2.imencode(".jpg", drawn, [cv2.IMWRITE_JPEG_QUALITY, 80])[1]
    return data.tobytes()


def page_facts(scores: Sequence[PageScore]) -> dict[str, Any]:
    """Count numbers and pages, all together and by group, as what JSON can hold."""
    groups = dict.fromkeys(score.group for score in scores)
    return {
        **_counted(scores),
        "groups": [
            {"group": group, **_counted([score for score in scores if score.group == group])}
            for group in groups
        ],
        "wrong": list(_wrong(scores)),
    }


def totals(scores: Sequence[PageScore]) -> tuple[Share, Share, int]:
    """Count the numbers read right as a whole, the pages without any error, and the false numbers."""
    wanted, missed = sum(score.wanted for score in scores), sum(len(score.missed) for score in scores)
    right = sum(score.is_right for score in scores)
    return (
        Share(wanted - missed, wanted),
        Share(right, len(scores)),
        sum(len(score.false) for score in scores),
    )


def _counted(scores: Sequence[PageScore]) -> dict[str, Any]:
    numbers, pages, false = totals(scores)
    return {
        "numbers_right": share_facts(numbers),
        "false_numbers": false,
        "pages_right": share_facts(pages),
    }


def _wrong(scores: Sequence[PageScore]) -> Iterator[dict[str, Any]]:
    for score in scores:
        if not score.is_right:
            yield {
                "file": score.name,
                "group": score.group,
                "missed": list(score.missed),
                "false": list(score.false),
            }
