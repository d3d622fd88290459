"""Everyday paper, read with the shipped model: squares, rings, dark labels, wide totals, fading print."""

from __future__ import annotations

import re

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from reader.io.model_file import load_model
from reader.pipeline import read_page
from reader.recognize.classifier import OnnxClassifier
from reader.types import Page

Picture = NDArray[np.uint8]
NUMBERS = ("274", "1958", "36", "8040", "715", "92")
PEN = (110, 40, 30)


@pytest.fixture(scope="module")
def classifier() -> OnnxClassifier:
    return load_model()


def read(image: Picture, classifier: OnnxClassifier) -> list[str]:
    return sorted(number.digits for number in read_page(Page(image), classifier).numbers)


def sheet() -> Picture:
    return np.full((800, 1000, 3), 250, np.uint8)


def write(image: Picture, *, at: list[tuple[int, int]], colour: tuple[int, ...] = PEN) -> Picture:
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


def test_numbers_among_words_of_narrow_spaces_are_parted(classifier: OnnxClassifier) -> None:
    """Pillow's own face is set as those of office programs are."""
    page = Image.new("L", (1654, 700), 250)
    draw, font = ImageDraw.Draw(page), ImageFont.load_default(36)
    rows = [
        "the invoice of 2041 for 1,117.50 which was paid on 11/02/2019 is",
        "within 14 days at 5 percent with order 71145 8230 from this letter",
        "please send 120 goods and 31 bolts of 4,560.01 total to our office",
        "and 17 more weeks after the delivery of 96 parts which are 211 in all",
    ]
    for k, row in enumerate(rows):
        draw.text((120, 80 + 130 * k), row, font=font, fill=30)
    wanted = sorted(re.sub(r"\D", "", word) for row in rows for word in row.split() if word[0].isdigit())
    assert read(np.asarray(page), classifier) == wanted


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


AMOUNTS = ("187.53", "96.20", "1072.86", "5.98")


def receipt(*, wide: bool, strengths: tuple[int, ...] = (200,) * 4) -> Picture:
    """Write amounts, at twice their width or as they are, as dark as said."""
    image = np.full((720, 1000), 245, np.uint8)
    for k, (text, strength) in enumerate(zip(AMOUNTS, strengths, strict=True)):
        strip = np.full((120, 500), 245, np.uint8)
        cv2.putText(strip, text, (20, 80), cv2.FONT_HERSHEY_SIMPLEX, 1.3, 245 - strength, 4, cv2.LINE_AA)
        part = np.asarray(cv2.resize(strip, (1000, 120)), np.uint8) if wide else strip
        image[60 + 150 * k : 180 + 150 * k, : part.shape[1]] = part
    return np.asarray(cv2.GaussianBlur(image, (0, 0), 1.2), np.uint8)


@pytest.mark.parametrize("wide", [False, True])
def test_totals_at_twice_their_width_are_whole(wide: bool, classifier: OnnxClassifier) -> None:
    assert read(receipt(wide=wide), classifier) == sorted(text.replace(".", "") for text in AMOUNTS)


def test_fading_amounts_are_whole(classifier: OnnxClassifier) -> None:
    page = receipt(wide=False, strengths=(200, 110, 70, 45))
    assert read(page, classifier) == sorted(text.replace(".", "") for text in AMOUNTS)
