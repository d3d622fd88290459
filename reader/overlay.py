"""Draws what was read on a copy of the page."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.io.export import LIKELY, SURE
from reader.types import Box, Number, PageReading

Colour = tuple[int, int, int]

# Okabe and Ito's bluish green, orange and vermilion (blue, green, red): told apart with every
# common kind of colour blindness.
GREEN: Colour = (115, 158, 0)
ORANGE: Colour = (0, 159, 230)
VERMILION: Colour = (0, 94, 213)
BLACK: Colour = (0, 0, 0)
WHITE: Colour = (255, 255, 255)

# Letters: this part of the number's height, within these parts of the page's shorter side.
LETTERS_OF_NUMBER = 0.6
LETTERS_OF_PAGE = (0.012, 0.04)
LEAST_LETTERS = 9
LINE_OF_PAGE = 1 / 500
SEMIBOLD = 600


def draw_overlay(
    image: NDArray[np.uint8], reading: PageReading, *, min_confidence: float = 0.0
) -> NDArray[np.uint8]:
    """Draw a box around each number, with its text and confidence above it.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W) or (H, W, 3)
        The page that was read, grey or in OpenCV's order (blue, green, red). It is not changed.
    reading : PageReading
    min_confidence : float
        Numbers below this are left out.

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
        Blue, green, red. Green boxes are sure, orange ones likely, red ones doubtful.

    Raises
    ------
    ValueError
        The image is not of the size that was read.
    """
    if image.shape[:2] != (reading.height, reading.width):
        raise ValueError(
            f"the reading is of a page of {reading.width}x{reading.height} pixels, "
            f"not of {image.shape[1]}x{image.shape[0]}"
        )
    canvas: NDArray[Any] = cv2.cvtColor(image, cv2.COLOR_GRAY2BGR) if image.ndim == 2 else image.copy()
    shown = [number for number in reading.numbers if number.confidence >= min_confidence]
    for number in shown:
        _draw_box(canvas, number)
    for number in shown:  # after all boxes, so that none crosses a label
        _draw_label(canvas, number)
    return canvas


def _colour(confidence: float) -> Colour:
    return GREEN if confidence >= SURE else ORANGE if confidence >= LIKELY else VERMILION


def _line_width(canvas: NDArray[Any]) -> int:
    line: int = max(1, round(min(canvas.shape[:2]) * LINE_OF_PAGE))
    return line


def _draw_box(canvas: NDArray[Any], number: Number) -> None:
    # One line width outside the ink, so that the digits stay readable.
    line = _line_width(canvas)
    x, y, width, height = number.box
    first, last = (x - line, y - line), (x + width - 1 + line, y + height - 1 + line)
    height_of_page, width_of_page = canvas.shape[:2]
    first = (max(first[0], 0), max(first[1], 0))
    last = (min(last[0], width_of_page - 1), min(last[1], height_of_page - 1))
    cv2.rectangle(canvas, first, last, _colour(number.confidence), line)


def _draw_label(canvas: NDArray[Any], number: Number) -> None:
    text = f"{number.text} {number.confidence:.0%}"
    font = cv2.FontFace("sans")
    size, label = _fit_label(canvas, number, text, font)
    x, y, width, height = label
    colour = _colour(number.confidence)
    cv2.rectangle(canvas, (x, y), (x + width - 1, y + height - 1), colour, cv2.FILLED)
    foot = (x + size // 4, y + height - round(0.3 * size))
    cv2.putText(canvas, text, foot, _ink_on(colour), font, size, SEMIBOLD)


def _fit_label(canvas: NDArray[Any], number: Number, text: str, font: cv2.FontFace) -> tuple[int, Box]:
    """Give the letters' size and the label's place: above the box, or below, inside the page."""
    page_height, page_width = canvas.shape[:2]
    box = number.box
    # A number on its side is as high as it is long; its digits are as high as others. A camera's has none.
    tall = min(box[3], float(np.median([max(char.box[2:]) for char in number.chars] or [box[3]])))
    smallest, largest = (part * min(page_height, page_width) for part in LETTERS_OF_PAGE)
    size = round(max(LEAST_LETTERS, smallest, min(largest, LETTERS_OF_NUMBER * tall)))
    width = cv2.getTextSize((0, 0), text, (0, 0), font, size, SEMIBOLD)[2] + size // 2
    if width > page_width:
        size = max(1, size * page_width // width)
        width = page_width
    height = round(1.3 * size)
    gap = 2 * _line_width(canvas)
    above, below = box[1] - gap - height, box[1] + box[3] + gap
    y = above if above >= 0 else min(below, page_height - height)
    x = min(box[0], page_width - width)
    return size, (max(x, 0), max(y, 0), width, height)


def _ink_on(colour: Colour) -> Colour:
    """Black or white, whichever is read better on a colour."""
    blue, green, red = colour
    return BLACK if 0.114 * blue + 0.587 * green + 0.299 * red > 118 else WHITE
