"""The shapes of characters (`reader.train.allograph_shapes`) as strokes."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.typing import NDArray

from reader.train.allograph_shapes import SHAPES

CHARACTERS = tuple(SHAPES)
"""Every character that has a shape; "~" is a flourish that is no character."""


@dataclass(frozen=True, slots=True)
class Stroke:
    """One pull of the pen.

    Attributes
    ----------
    points : ndarray of float64, shape (N, 2)
        x and y in digit heights, y down, baseline at 1.
    corners : tuple of int
        Indices of the points where the direction changes sharply.
    """

    points: NDArray[np.float64]
    corners: tuple[int, ...]


def _stroke(text: str) -> Stroke:
    """Parse one stroke.

    >>> _stroke("0,0 50,10! 20,100").corners
    (1,)
    """
    words = text.split()
    points = np.array([word.rstrip("!").split(",") for word in words], dtype=np.float64) / 100
    return Stroke(points, tuple(i for i, word in enumerate(words) if word.endswith("!")))


@cache
def allographs(char: str) -> tuple[tuple[Stroke, ...], ...]:
    """Give the shapes of a character.

    Parameters
    ----------
    char : str

    Returns
    -------
    tuple of tuple of Stroke
        Each shape as its strokes, in the order of writing.

    Raises
    ------
    ValueError
        For a character without a shape.
    """
    if char not in SHAPES:
        raise ValueError(f"no handwriting for {char!r}: use one of {' '.join(CHARACTERS)}")
    return tuple(tuple(_stroke(part) for part in shape.split("|")) for shape in SHAPES[char])
