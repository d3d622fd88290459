"""Pages drawn for the tests of imaging."""

from __future__ import annotations

from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.types import Box, Component

FONT = cv2.FONT_HERSHEY_SIMPLEX
WORDS = (
    "Received of the sum 4711",
    "for services in May 2019",
    "paid by cheque No 30088",
    "thank you kindly",
)


def blank(height: int = 300, width: int = 400, level: int = 245) -> NDArray[np.uint8]:
    """Give grey paper."""
    return np.full((height, width), level, np.uint8)


def write(
    image: NDArray[np.uint8],
    text: str,
    at: tuple[int, int],
    *,
    size: int = 30,
    colour: int | tuple[int, int, int] = 30,
    pen: int = 3,
) -> NDArray[np.uint8]:
    """Give the image with text `size` pixels tall, its foot at `at`."""
    marked = image.copy()
    cv2.putText(marked, text, at, FONT, size / digit_height(), colour, pen, cv2.LINE_AA)
    return marked


@cache
def digit_height() -> float:
    """Measure how tall a digit is at the font's scale 1, in pixels."""
    page = np.zeros((400, 400), np.uint8)
    cv2.putText(page, "7", (50, 350), FONT, 10.0, 255, 2)
    return float(cv2.boundingRect(page)[3]) / 10.0


def text_page(height: int = 900, width: int = 700) -> NDArray[np.uint8]:
    """Give a page of text."""
    page = blank(height, width)
    for row, foot in enumerate(range(80, height - 40, 45)):
        page = write(page, WORDS[row % len(WORDS)], (60, foot), size=22, pen=2)
    return page


def solid(box: Box) -> Component:
    """Give a component that fills its box."""
    return Component(box, np.ones((box[3], box[2]), bool), box[2] * box[3])


def row(x: int, y: int, count: int, *, height: int = 30, step: int = 26) -> list[Component]:
    """Give components as high as digits, side by side."""
    return [solid((x + i * step, y, 18, height)) for i in range(count)]


def ink_of(text: str, *, size: int = 40, pen: int = 4) -> NDArray[np.bool_]:
    """Give the ink of one line of text, with some white around it."""
    return (
        write(blank(2 * size, size * (len(text) + 1)), text, (size // 2, int(1.5 * size)), size=size, pen=pen)
        < 128
    )
