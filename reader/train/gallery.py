"""A picture of glyphs that were misread, with what they are and what was read."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.io.export import printable
from reader.types import CLASSES, GLYPH_SIZE, NOT_A_DIGIT

COLUMNS = 8
_SCALE = 4
_CELL = (GLYPH_SIZE * _SCALE + 56, GLYPH_SIZE * _SCALE + 24)
"""Height and width of a glyph's place."""
_PAPER, _INK, _FAINT = 255, 30, 110


@dataclass(frozen=True, slots=True)
class Misread:
    """A glyph that was read as another class than its own.

    Attributes
    ----------
    name, group : str
        Where it came from.
    label, reading : int
        What it is and what was read, 0 to 10.
    confidence : float
        Of the reading.
    image : ndarray of uint8, shape (28, 28)
        Ink bright.
    """

    name: str
    group: str
    label: int
    reading: int
    confidence: float
    image: NDArray[np.uint8]

    @property
    def said(self) -> str:
        """What it is and what was read, in a few words."""
        return f"{_word(self.label)} read as {_word(self.reading)}"


def gallery(misreads: Sequence[Misread]) -> NDArray[np.uint8]:
    """Draw misreads in rows, in the order given.

    Parameters
    ----------
    misreads : sequence of Misread

    Returns
    -------
    ndarray of uint8, shape (H, W)
        Dark ink on white paper. Where there are none it says so.
    """
    rows = max(1, math.ceil(len(misreads) / COLUMNS))
    height, width = _CELL
    canvas = np.full((rows * height, COLUMNS * width), _PAPER, np.uint8)
    for number, misread in enumerate(misreads):
        row, column = divmod(number, COLUMNS)
        cell = canvas[row * height : (row + 1) * height, column * width : (column + 1) * width]
        _draw(cell, misread)
    if not misreads:
        _write(canvas, "none was read wrong", height // 2, 18, _FAINT)
    return canvas


def _draw(cell: NDArray[np.uint8], misread: Misread) -> None:
    """Draw one glyph into its place, with three lines below it."""
    side, left = GLYPH_SIZE * _SCALE, 12
    large = cv2.resize(255 - misread.image, (side, side), interpolation=cv2.INTER_NEAREST)
    cell[6 : 6 + side, left : left + side] = large
    cv2.rectangle(cell, (left - 1, 5), (left + side, 6 + side), (200,), 1)
    _write(cell, misread.said, side + 20, 13, _INK)
    _write(cell, f"{100 * misread.confidence:.1f} %", side + 34, 12, _FAINT)
    _write(cell, misread.name, side + 48, 11, _FAINT)


def _write(cell: NDArray[np.uint8], text: str, foot: int, size: int, grey: int) -> None:
    """Write a line into a place; the head of what is too long is left out, as names differ at the end."""
    font = cv2.FontFace("sans")
    left, room = 12, cell.shape[1] - 16
    # OpenCV takes no bytes of file names that are not UTF-8.
    shown = printable(text).encode("utf-8", "backslashreplace").decode("utf-8")
    while shown and cv2.getTextSize((0, 0), shown, (0, 0), font, size, 400)[2] > room:
        shown = "..." + shown.removeprefix("...")[1:]
    cv2.putText(cell, shown, (left, foot), (grey,), font, size, 400)


def _word(label: int) -> str:
    return "none" if label == NOT_A_DIGIT else CLASSES[label]
