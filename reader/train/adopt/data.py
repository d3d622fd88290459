"""The labelled glyphs that an import learns from, and is judged on."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.errors import InputError, TrainingError
from reader.train.card import counted, sha256
from reader.train.feed import Arrays, as_input
from reader.train.idx import read_labelled
from reader.train.labelled import read_folder
from reader.train.real import mnist_folder
from reader.train.sets import read_glyphs
from reader.types import NOT_A_DIGIT

LEAST = 200
"""Digits that are needed."""
_MOST = 20_000
"""Glyphs that are used of a larger set."""


@dataclass(frozen=True, slots=True)
class Labels:
    """Glyphs as networks of `reader` take them, with their classes.

    Attributes
    ----------
    glyphs : ndarray of float32, shape (N, 28, 28, 1), in [0, 1], ink bright
    labels : ndarray of int64, shape (N,), 0 to 10
    """

    glyphs: NDArray[np.float32]
    labels: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.labels)

    @property
    def is_digit(self) -> NDArray[np.bool_]:
        """Which of them are digits; shape (N,)."""
        found: NDArray[np.bool_] = self.labels != NOT_A_DIGIT
        return found

    def digits(self, most: int | None = None) -> Labels:
        """Give the digits alone, of many the first."""
        rows = np.flatnonzero(self.is_digit)[:most]
        return Labels(self.glyphs[rows], self.labels[rows])


def read_halves(path: Path) -> tuple[Labels, Labels, list[dict[str, Any]]]:
    """Read labelled glyphs and part them at random, always the same way.

    Parameters
    ----------
    path : Path
        A folder with the training part of MNIST's IDX files, see `reader.train.real`; a folder of labelled
        images, see `reader.train.labelled.read_folder`; or a prepared ``.npz``, see
        `reader.train.sets.read_glyphs`.

    Returns
    -------
    learned, judged : Labels
    sources : list of dict
        For the model card.

    Raises
    ------
    TrainingError, InputError
        It cannot be read, or holds too few digits.
    """
    arrays, sources = _read(path)
    labels = arrays.hard()
    count = int((labels != NOT_A_DIGIT).sum())
    missing = sorted({*range(10)} - {*labels.tolist()})
    if count < LEAST or missing:
        lacking = f", none of them a {' or '.join(map(str, missing))}" if missing else ""
        raise TrainingError(
            f"{path}: has {count} digits{lacking}; at least {LEAST}, of all ten, are needed to learn "
            "what the model takes"
        )
    order = np.random.default_rng(0).permutation(len(labels))[:_MOST]
    halves = [Labels(as_input(arrays.images[rows]), labels[rows]) for rows in np.array_split(order, 2)]
    return halves[0], halves[1], sources


def _read(path: Path) -> tuple[Arrays, list[dict[str, Any]]]:
    if not path.exists():
        raise InputError(f"{path}: no such file or folder; --data needs labelled glyphs")
    if path.is_file():
        arrays, _, sources = read_glyphs(path, 0)
        return arrays, sources
    folder = mnist_folder(path)
    if any(folder.glob("train-images*")):
        images, labels, files = read_labelled(folder, "train")
        checksums = {file.name: sha256(file) for file in files}
    else:
        found = read_folder(path)
        if found.errors:
            raise found.errors[0]
        images, labels = found.images, found.labels
        checksums = {"glyphs": hashlib.sha256(images.tobytes() + labels.tobytes()).hexdigest()}
    return Arrays(images, labels), [{"name": folder.name, **counted(len(labels)), "sha256": checksums}]
