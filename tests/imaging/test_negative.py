"""Light writing on dark fields becomes ink; letters, holes and pictures stay as they are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from drawn import ink_of
from numpy.typing import NDArray

from reader.imaging.geometry import translation
from reader.imaging.negative import invert_fields
from reader.types import InkPage

HEIGHT, WIDTH, DARK = 400, 600, 200
Bits = NDArray[np.bool_]


def written(text: str, x: int, y: int, size: int = 40) -> Bits:
    """Write on an empty page, with the top left corner there."""
    ink = ink_of(text, size=size, pen=4).astype(np.uint8)
    left, top, w, h = cv2.boundingRect(ink)
    page = np.zeros((HEIGHT, WIDTH), bool)
    page[y : y + h, x : x + w] = ink[top : top + h, left : left + w] > 0
    return page


def field(kind: str) -> Bits:
    """Draw a dark field."""
    page = np.zeros((HEIGHT, WIDTH), np.uint8)
    if kind == "label":
        cv2.rectangle(page, (100, 100), (400, 180), 1, cv2.FILLED)
    elif kind == "turned":
        corners = cv2.boxPoints(((250, 140), (320, 80), 4.0)).astype(np.int32)
        cv2.fillPoly(page, [corners], (1,))
    else:
        cv2.circle(page, (135, 135), 48, 1, cv2.FILLED)
    return page > 0


def page_of(ink: Bits) -> InkPage:
    """Give a page with some dark writing below, as the threshold finds it."""
    ink = ink | written("1234 567", 80, 300, 30)
    return InkPage(ink, np.where(ink, np.uint8(DARK), np.uint8(0)), translation(0, 0))


@pytest.mark.parametrize(
    ("kind", "text"), [("label", "2575"), ("turned", "2575"), ("label", "7"), ("circle", "5")]
)
def test_light_writing_on_a_dark_field_becomes_ink(kind: str, text: str) -> None:
    writing = written(text, 120, 115)
    inked = page_of(field(kind) & ~writing)
    found = invert_fields(inked)
    assert (found.ink[:250] == writing[:250]).all()
    assert (found.gray[:250] == np.where(writing[:250], DARK, 0)).all()
    assert (found.ink[250:] == inked.ink[250:]).all()
    assert (found.gray[250:] == inked.gray[250:]).all()


def dirty() -> Bits:
    """Draw a punched hole with dirt in it."""
    page = field("circle")
    page[110:120, 110:113] = False
    page[140:146, 150:158] = False
    return page


def photograph() -> Bits:
    """Draw a dark square full of light grains."""
    page = np.zeros((HEIGHT, WIDTH), bool)
    page[50:250, 100:400] = np.random.default_rng(1).random((200, 300)) < 0.8
    return page


@pytest.mark.parametrize(
    "ink",
    [
        field("label"),  # nothing written in it
        written("B", 100, 50, 150),  # a letter has holes
        written("804", 100, 100, 60),
        dirty(),
        photograph(),
        np.roll(field("label") & ~written("2575", 120, 115), -100, axis=0),  # the dark around the page
    ],
)
def test_what_is_no_field_stays(ink: Bits) -> None:
    inked = page_of(ink)
    assert invert_fields(inked) is inked


def test_an_empty_page_stays() -> None:
    empty = np.zeros((HEIGHT, WIDTH), bool)
    inked = InkPage(empty, empty.astype(np.uint8), translation(0, 0))
    assert invert_fields(inked) is inked


def test_a_dark_character_of_a_word_is_no_field() -> None:
    dark = field("circle") & ~written("5", 125, 115)
    beside, far = np.zeros((2, HEIGHT, WIDTH), bool)
    beside[87:184, 200:225] = True
    far[87:184, 300:325] = True
    assert (invert_fields(page_of(dark | beside)).ink == page_of(dark | beside).ink).all()
    assert (invert_fields(page_of(dark | far)).ink != page_of(dark | far).ink).any()
