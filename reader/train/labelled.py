"""Labelled glyphs from outside: folders of images, IDX files, prepared sets."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reader.errors import InputError, ReaderError
from reader.io.images import load_pages
from reader.train.feed import Arrays
from reader.train.single import glyph_of
from reader.types import CLASSES, NOT_A_DIGIT

CLASS_FOLDERS = {
    **{str(digit): digit for digit in range(10)},
    **dict.fromkeys(("not-a-digit", "other", "none", "10"), NOT_A_DIGIT),
}
"""What a class's folder may be named, in lower case, and which class it is."""


@dataclass(frozen=True, slots=True)
class Labelled:
    """Glyphs with what they are and where they came from.

    Attributes
    ----------
    images : ndarray of uint8, shape (N, 28, 28)
        Ink bright.
    labels : ndarray of uint8, shape (N,)
        0 to 9, and 10 for "not a digit".
    names : list of str
        One a glyph: its file below the folder, or its row.
    groups : list of str
        One a glyph: figures are also given for each group.
    errors : list of ReaderError
        One for each file that could not be used; the others are there.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    names: list[str]
    groups: list[str]
    errors: list[ReaderError]

    def __post_init__(self) -> None:
        Arrays(self.images, self.labels)
        if not len(self.names) == len(self.groups) == len(self.labels):
            raise ValueError(
                f"{len(self.labels)} glyphs need as many names and groups, "
                f"not {len(self.names)} and {len(self.groups)}"
            )

    def __len__(self) -> int:
        return len(self.labels)


def read_folder(path: Path) -> Labelled:
    """Read a folder of labelled images, one folder a class, one glyph an image.

    The classes' folders are named "0" to "9" and "not-a-digit" (also "other", "none" or "10"). Files are
    taken in the order of their names, hidden ones are passed over. How an image becomes a glyph:
    `reader.train.single.glyph_of`. An image of "not a digit" in which there is no ink is a blank glyph.

    Parameters
    ----------
    path : Path

    Returns
    -------
    Labelled
        Files that could not be read, or digits without ink, are among its errors.

    Raises
    ------
    InputError
        The folder is missing, has no folders of classes, or one with another name.
    """
    glyphs: list[tuple[NDArray[np.uint8], int, str]] = []
    errors: list[ReaderError] = []
    for folder, label in _class_folders(path):
        for file in sorted(f for f in folder.iterdir() if f.is_file() and not f.name.startswith(".")):
            try:
                name = f"{folder.name}/{file.name}"
                glyphs += [(glyph, label, name + page) for glyph, page in _glyphs(file, label)]
            except ReaderError as error:
                errors.append(error)
    return Labelled(
        np.stack([glyph for glyph, _, _ in glyphs]) if glyphs else np.zeros((0, 28, 28), np.uint8),
        np.array([label for _, label, _ in glyphs], np.uint8),
        [name for _, _, name in glyphs],
        [str(path)] * len(glyphs),
        errors,
    )


def _class_folders(path: Path) -> list[tuple[Path, int]]:
    """Give the folders of the classes by class and name."""
    try:
        inside = [f for f in path.iterdir() if f.is_dir() and not f.name.startswith((".", "__"))]
    except OSError as error:
        raise InputError(f"{path}: cannot be read as a folder ({error.strerror})") from error
    known = '"0" to "9" and "not-a-digit"'
    if not inside:
        raise InputError(f"{path}: has no folders of classes; images belong in folders named {known}")
    for folder in inside:
        if folder.name.lower() not in CLASS_FOLDERS:
            raise InputError(
                f"{folder}: no class has this name; folders of labelled images are named {known}"
            )
    classes = [(folder, CLASS_FOLDERS[folder.name.lower()]) for folder in inside]
    return sorted(classes, key=lambda pair: (pair[1], pair[0].name))


def _glyphs(file: Path, label: int) -> Iterator[tuple[NDArray[np.uint8], str]]:
    """Give the glyph of each page of a file, with what its name gets after it."""
    for page in load_pages(file):
        glyph = glyph_of(page)
        if glyph is None and label != NOT_A_DIGIT:
            raise InputError(f"{file}: no ink is found in it; is it a picture of a {CLASSES[label]}?")
        blank = np.zeros((28, 28), np.uint8)
        yield blank if glyph is None else glyph, f", page {page.number}" if page.number > 1 else ""
