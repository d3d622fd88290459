"""A data folder in small: drawn digits and marks in the form of the real sets."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.train.idx import write_idx

WRITERS = 40
ALPHABETS = ("Balinese", "Greek", "Latin", "Sanskrit", "Tagalog")


def glyph(text: str, side: int = 28) -> NDArray[np.uint8]:
    """Write one character in the middle of a dark square, ink bright."""
    image = np.zeros((side, side), np.uint8)
    scale, thick = side / 35, max(side // 14, 1)
    (width, height), _ = cv2.getTextSize(text, cv2.FONT_HERSHEY_SIMPLEX, scale, thick)
    place = ((side - width) // 2, (side + height) // 2)
    cv2.putText(image, text, place, cv2.FONT_HERSHEY_SIMPLEX, scale, 255, thick, cv2.LINE_AA)
    return image


def write_mnist(folder: Path, *, writers: bool = True) -> None:
    """Write 400 digits: each of the writers wrote all ten, and their number stands in the first pixel."""
    folder.mkdir(parents=True)
    labels = np.arange(10 * WRITERS) % 10
    images = np.stack([glyph(str(label)) for label in labels])
    images[:, 0, 0] = np.arange(len(labels)) // 10
    write_idx(folder / "train-images-idx3-ubyte.gz", images)
    write_idx(folder / "train-labels-idx1-ubyte", labels.astype(np.uint8))
    if writers:
        np.save(folder / "train-writer-ids.npy", np.arange(len(labels)) // 10)


def write_sets(data: Path) -> Path:
    """Write all sets, with their odd classes, below ``data/train``."""
    write_mnist(data / "train" / "mnist")
    digits = [str(digit) for digit in range(10)]
    signs = {**{digit: digit for digit in digits}, "plus": "+", "slash": "/", "w": "w", "z": "z"}
    _write(data / "train" / "bhmsds.npz", {name: glyph(text) for name, text in signs.items()})
    alphabets = {f"{name}/character01": glyph("K", 56) for name in ALPHABETS}
    _write(data / "train" / "omniglot.npz", alphabets)
    printed = {**{digit: glyph(digit) for digit in digits[1:]}, "0": glyph(""), "10": glyph("")}
    _write(data / "train" / "printed_cells.npz", printed)
    photos = {digit: _cell(digit) for digit in digits[1:]}
    _write(data / "train" / "sudoku_cells.npz", {**photos, "blank": _cell(""), "candidates": _cell(":")})
    return data


def _write(path: Path, classes: dict[str, NDArray[np.uint8]], each: int = 20) -> None:
    labels = [name for name in classes for _ in range(each)]
    np.savez(path, images=np.stack([classes[name] for name in labels]), labels=np.array(labels))


def _cell(text: str) -> NDArray[np.uint8]:
    """Make a photographed cell: grey paper, a dark digit, the frame at the edge."""
    cell = np.full((64, 64), 190, np.uint8) - (0.6 * glyph(text, 64)).astype(np.uint8)
    cv2.rectangle(cell, (1, 1), (62, 62), 60, 2)
    return cell
