"""What is around the numbers on everyday paper, read with the shipped model: squares, rings, dark labels."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from reader.io.model_file import load_model
from reader.pipeline import read_page
from reader.recognize.classifier import OnnxClassifier
from reader.types import Page

Image = NDArray[np.uint8]
NUMBERS = ("274", "1958", "36", "8040", "715", "92")
PEN = (110, 40, 30)


@pytest.fixture(scope="module")
def classifier() -> OnnxClassifier:
    return load_model()


def read(image: Image, classifier: OnnxClassifier) -> list[str]:
    return sorted(number.digits for number in read_page(Page(image), classifier).numbers)


def sheet() -> Image:
    return np.full((800, 1000, 3), 250, np.uint8)


def write(image: Image, *, at: list[tuple[int, int]], colour: tuple[int, ...] = PEN) -> Image:
    for text, place in zip(NUMBERS, at, strict=True):
        cv2.putText(image, text, place, cv2.FONT_HERSHEY_SIMPLEX, 2.2, colour, 5, cv2.LINE_AA)
    return image


@pytest.mark.parametrize("square", [30, 40, 52])
def test_numbers_on_squared_paper_are_whole(square: int, classifier: OnnxClassifier) -> None:
    image = sheet()
    for x in range(square // 2, 1000, square):
        cv2.line(image, (x, 0), (x, 800), (215, 190, 175), 2)
    for y in range(square // 2, 800, square):
        cv2.line(image, (0, y), (1000, y), (215, 190, 175), 2)
    write(image, at=[(90 + 460 * (k % 2), 160 + 240 * (k // 2)) for k in range(6)])
    assert read(image, classifier) == sorted(NUMBERS)


def test_rings_around_answers_are_no_zeros(classifier: OnnxClassifier) -> None:
    places = [(120 + 460 * (k % 2), 160 + 240 * (k // 2)) for k in range(6)]
    image = write(sheet(), at=places)
    for text, (x, y) in zip(NUMBERS, places, strict=True):
        (w, h), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, 2.2, 5)
        cv2.ellipse(
            image, (x + w // 2, y - h // 2), (w // 2 + 36, h // 2 + 36), 0, 0, 360, PEN, 3, cv2.LINE_AA
        )
    assert read(image, classifier) == sorted(NUMBERS)


def test_light_numbers_on_dark_labels_are_read_beside_dark_ones(classifier: OnnxClassifier) -> None:
    places = [(120 + 460 * (k % 2), 160 + 240 * (k // 2)) for k in range(6)]
    image = sheet()
    for x, y in places:
        cv2.rectangle(image, (x - 40, y - 90), (x + 330, y + 45), (90, 30, 20), cv2.FILLED)
    write(image, at=places, colour=(255, 255, 255))
    cv2.putText(image, "4636", (120, 760), cv2.FONT_HERSHEY_SIMPLEX, 2.2, PEN, 5, cv2.LINE_AA)
    assert read(image, classifier) == sorted((*NUMBERS, "4636"))
