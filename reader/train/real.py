"""Real glyphs that may train the shipped model, brought to the form that the network sees."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reader.imaging.binarize import find_ink
from reader.imaging.normalize import normalize
from reader.imaging.rules import remove_rules
from reader.imaging.segment import find_components, join, stroke_width
from reader.train.idx import read_labelled
from reader.types import NOT_A_DIGIT, Component, Page

HELD_OUT_ALPHABETS = ("Sanskrit", "Tagalog")
"""Omniglot's alphabets that only validate."""

Glyphs = tuple[NDArray[np.uint8], NDArray[np.uint8]]


def mnist(folder: Path, part: str) -> Glyphs:
    """Give MNIST's training part, parted by writer: one writer in ten is for validation."""
    images, labels, *_ = read_labelled(folder / "train" / "mnist", "train")
    writers = np.load(folder / "train" / "mnist" / "train-writer-ids.npy")
    chosen = (writers % 10 == 9) == (part == "val")
    return images[chosen], labels[chosen].astype(np.uint8)


def omniglot(folder: Path, part: str) -> Glyphs:
    """Give characters of other scripts: none is a digit. Alphabets do not cross between the parts."""
    archive = np.load(folder / "train" / "omniglot.npz")
    held_out = np.char.startswith(archive["labels"], HELD_OUT_ALPHABETS[0])
    for alphabet in HELD_OUT_ALPHABETS[1:]:
        held_out |= np.char.startswith(archive["labels"], alphabet)
    # The Latin letters that look like digits come from the fonts, where they are left out.
    latin = np.char.startswith(archive["labels"], "Latin")
    made = [_whole(image) for image in archive["images"][(held_out == (part == "val")) & ~latin]]
    return np.stack(made), np.full(len(made), NOT_A_DIGIT, np.uint8)


def printed_cells(folder: Path, part: str) -> Glyphs:
    """Give printed sudoku cells, 1 to 9; those that are empty are left out."""
    archive = np.load(folder / "train" / "printed_cells.npz")
    labels = _numbers(archive["labels"])
    chosen = (_late(labels) == (part == "val")) & (labels >= 1) & (labels <= 9)
    return _of_cells(archive["images"][chosen], labels[chosen])


def sudoku_cells(folder: Path, part: str) -> Glyphs:
    """Give photographed sudoku cells, printed and handwritten, 1 to 9."""
    archive = np.load(folder / "train" / "sudoku_cells.npz")
    labels = _numbers(archive["labels"])
    chosen = (_late(labels) == (part == "val")) & (labels >= 1) & (labels <= 9)
    return _of_cells(archive["images"][chosen], labels[chosen])


def _numbers(names: NDArray[np.str_]) -> NDArray[np.intp]:
    """Turn the names of classes into digits, -1 for those that are none."""
    return np.array([int(n) if n.isdigit() else -1 for n in names.tolist()])


def _late(classes: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Mark the last tenth of each class for validation: neighbours in a file are often from one hand."""
    late = np.zeros(len(classes), np.bool_)
    for value in np.unique(classes):
        own = np.flatnonzero(classes == value)
        late[own[int(0.9 * len(own)) :]] = True
    return late


def _whole(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Normalise an image that is one character, ink bright."""
    return np.rint(normalize(image, image > 96) * 255).astype(np.uint8)


def _of_cells(images: NDArray[np.uint8], labels: NDArray[np.intp]) -> Glyphs:
    """Find the digit in each cell by the reader's own ink stage; cells without one are left out."""
    kept = [
        (glyph, label)
        for image, label in zip(images, labels, strict=True)
        if (glyph := _digit_of(image)) is not None
    ]
    return np.stack([g for g, _ in kept]), np.array([n for _, n in kept], np.uint8)


def _digit_of(cell: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Cut the digit out of a cell: the ink in its middle."""
    inked = find_ink(Page(np.ascontiguousarray(cell)))
    h, w = inked.ink.shape
    ink, _ = remove_rules(inked.ink, round(0.7 * w), stroke_width(inked.ink))
    parts = [c for c in find_components(ink, min_area=12) if _is_central(c, h, w)]
    if not parts:
        return None
    whole = join(parts)
    x, y, bw, bh = whole.box
    if bh < 0.25 * h:
        return None
    return np.rint(normalize(inked.gray[y : y + bh, x : x + bw], whole.mask) * 255).astype(np.uint8)


def _is_central(part: Component, height: int, width: int) -> bool:
    """Tell whether a component lies in the middle of the cell and is no piece of its frame."""
    x, y, w, h = part.box
    inside = x > 1 and y > 1 and x + w < width - 1 and y + h < height - 1
    near = abs(x + w / 2 - width / 2) < 0.3 * width and abs(y + h / 2 - height / 2) < 0.3 * height
    return inside and near and part.area > 0.002 * height * width


def bhmsds(folder: Path, part: str) -> Glyphs:
    """Give handwritten digits and symbols; the slash and z are left out."""
    archive = np.load(folder / "train" / "bhmsds.npz")
    labels = archive["labels"]
    names = [str(name) for name in labels]
    kind = np.array(
        [int(n) if n.isdigit() else (-1 if n in ("slash", "/", "z") else NOT_A_DIGIT) for n in names]
    )
    chosen = (kind >= 0) & (_late(labels) == (part == "val"))
    made = [_whole(image) for image in archive["images"][chosen]]
    return np.stack(made), kind[chosen].astype(np.uint8)


SOURCES = (mnist, bhmsds, omniglot, printed_cells, sudoku_cells)


def all_real(folder: Path, part: str) -> Glyphs:
    """Give the glyphs of all real sources."""
    sets = [source(folder, part) for source in SOURCES]
    return np.concatenate([s[0] for s in sets]), np.concatenate([s[1] for s in sets])
