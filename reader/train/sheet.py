"""A contact sheet: what the network sees, by class."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.train.augment import augment
from reader.train.feed import Arrays
from reader.types import CLASSES, GLYPH_SIZE, NOT_A_DIGIT

COLUMNS = 20
"""Glyphs in a row, once as they are and once as augmentation changes them."""
REJECT_ROWS = 6
"""Rows of "not a digit", the class of many faces; digits have two."""

_CELL = GLYPH_SIZE + 2
_MARGIN = 28


def contact_sheet(arrays: Arrays, seed: int = 0) -> NDArray[np.uint8]:
    """Lay out glyphs by class: on the left as they are, on the right as training changes them.

    Parameters
    ----------
    arrays : Arrays
    seed : int
        Of the choice and of the changes.

    Returns
    -------
    ndarray of uint8, shape (H, W)
        Ink bright; a class that has too few glyphs leaves its row part empty.
    """
    rng = np.random.default_rng(seed)
    labels = arrays.hard()
    bands = []
    for label in range(len(CLASSES)):
        count = COLUMNS * (REJECT_ROWS if label == NOT_A_DIGIT else 2)
        chosen = rng.permutation(np.flatnonzero(labels == label))[:count]
        plain = arrays.images[chosen]
        changed = np.rint(augment(plain, rng)[..., 0] * 255).astype(np.uint8) if len(plain) else plain
        band = np.hstack([_margin(label, count), _grid(plain, count), _gap(count), _grid(changed, count)])
        bands += [band, np.full((2, band.shape[1]), 128, np.uint8)]
    return np.vstack(bands[:-1])


def _grid(glyphs: NDArray[np.uint8], count: int) -> NDArray[np.uint8]:
    """Put glyphs (N, 28, 28) into rows of `COLUMNS`, with room for `count`."""
    cells = np.full((count, _CELL, _CELL), 40, np.uint8)
    cells[:, 1:-1, 1:-1] = 0
    cells[: len(glyphs), 1:-1, 1:-1] = glyphs
    rows = count // COLUMNS
    return cells.reshape(rows, COLUMNS, _CELL, _CELL).swapaxes(1, 2).reshape(rows * _CELL, COLUMNS * _CELL)


def _margin(label: int, count: int) -> NDArray[np.uint8]:
    """Name the class: its digit, or a dash."""
    margin = np.zeros((count // COLUMNS * _CELL, _MARGIN), np.uint8)
    name = "-" if label == NOT_A_DIGIT else CLASSES[label]
    cv2.putText(margin, name, (6, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.7, 255, 1, cv2.LINE_AA)
    return margin


def _gap(count: int) -> NDArray[np.uint8]:
    return np.full((count // COLUMNS * _CELL, 8), 128, np.uint8)
