"""Training data beside the prepared sets: folders of labelled images, and MNIST as Keras downloads it."""

from __future__ import annotations

import hashlib
import logging
import socket
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stdout
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.errors import TrainingError
from reader.io.atomic import writing
from reader.train.backend import load_tensorflow
from reader.train.card import counted, sha256
from reader.train.feed import Arrays, join
from reader.train.idx import write_idx
from reader.train.labelled import read_folder

log = logging.getLogger(__name__)

HELD_OUT = 12.5
"""Of each so many glyphs of a folder one validates: 8 %."""
PATIENCE = 20.0
"""Seconds that a server may be silent before a download counts as failed."""

_IMAGES, _LABELS = "train-images-idx3-ubyte", "train-labels-idx1-ubyte"

Parts = tuple[Arrays, Arrays, list[dict[str, Any]]]
"""What is learned from, what validates, and what the model card states of it."""


def join_parts(parts: Sequence[Parts]) -> Parts:
    """Put several sources together; see `Parts`."""
    if len(parts) == 1:
        return parts[0]
    training, validation, cards = zip(*parts, strict=True)
    return join(list(training)), join(list(validation)), [card for own in cards for card in own]


def labelled_folder(path: Path, seed: int) -> Parts:
    """Read a folder of labelled images and part what validates from what is learned.

    Parameters
    ----------
    path : Path
        See `reader.train.labelled.read_folder`.
    seed : int
        Of the split, which takes 8 % of each class. It depends on the order of the files too, and on
        nothing else.

    Returns
    -------
    training, validation : Arrays
    cards : list of dict
        One: the folder's name, the number of glyphs, `checksum`.

    Raises
    ------
    InputError
        It is no folder of labelled images.
    TrainingError
        It has no images, or one that cannot be used: each such file is logged.
    """
    found = read_folder(path)
    for error in found.errors:
        log.error("%s", error)
    if found.errors or not len(found):
        said = f"{len(found.errors)} of its files cannot be used; mend or remove them"
        raise TrainingError(f"{path}: {said if found.errors else 'has no images to learn from'}")
    held = hold_out(found.labels, seed)
    files = [path / name for name in dict.fromkeys(found.names)]
    name = path.resolve().name
    card = {
        "name": name,
        "licence": "see its maker",
        **counted(int((~held).sum()), int(held.sum())),
        # The second and later pages of a file have names that are no files.
        "sha256": {name: checksum(path, [file for file in files if file.is_file()])},
    }
    arrays = Arrays(found.images, found.labels)
    return arrays.take(np.flatnonzero(~held)), arrays.take(np.flatnonzero(held)), [card]


def hold_out(labels: NDArray[np.integer[Any]], seed: int) -> NDArray[np.bool_]:
    """Choose 8 % of the glyphs at random, of each class as near to that as can be.

    Parameters
    ----------
    labels : ndarray of int, shape (N,)
    seed : int

    Returns
    -------
    ndarray of bool, shape (N,)
        True for those that validate; at least one.

    Examples
    --------
    >>> int(hold_out(np.arange(1000) % 10, seed=0).sum())
    80
    """
    order = np.random.default_rng(seed).permutation(len(labels))
    by_class = order[np.argsort(labels[order], kind="stable")]
    held = np.zeros(len(labels), np.bool_)
    held[by_class[np.arange(0, len(labels), HELD_OUT).astype(np.intp)]] = True
    return held


def checksum(folder: Path, files: Sequence[Path]) -> str:
    """Give one SHA-256 for files of a folder: of what ``sha256sum`` prints of them, called in the folder.

    Parameters
    ----------
    folder : Path
    files : sequence of Path
        In the folder; their order does not count.

    Returns
    -------
    str
        64 hexadecimal digits, other ones when a file changes, goes, comes, or has another name.
    """
    named = sorted((file.relative_to(folder).as_posix(), file) for file in files)
    lines = "".join(f"{sha256(file)}  {name}\n" for name, file in named)
    return hashlib.sha256(lines.encode("utf-8", "surrogateescape")).hexdigest()


def keras_mnist(folder: Path) -> Path:
    """Get MNIST's training part through Keras, which keeps it in its own cache.

    Parameters
    ----------
    folder : Path
        Where the IDX files go, in a folder of their own; the test part is thrown away unseen. With
        the files there from another time nothing is downloaded.

    Returns
    -------
    Path
        A data folder for `reader.train.sets.prepare`.

    Raises
    ------
    TrainingError
        The download failed.
    MissingExtraError
        Keras is not installed.
    OutputError
        The files cannot be written.
    """
    data = folder / "mnist"
    if (data / _LABELS).is_file():
        log.info("no --data: MNIST's training part is taken from %s", data)
        return data
    log.info("no --data: taking MNIST's training part from Keras' cache, or downloading it")
    images, labels = _downloaded()
    return as_idx(images, labels, data)


def as_idx(images: NDArray[np.uint8], labels: NDArray[np.uint8], folder: Path) -> Path:
    """Write images and labels as MNIST's own training files; gives the folder.

    Raises
    ------
    OutputError
        They cannot be written.
    """
    with writing(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        for name, array in ((_IMAGES, images), (_LABELS, labels)):
            part = folder / f"{name}.part"
            write_idx(part, array)
            part.replace(folder / name)
    return folder


def _downloaded() -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Ask Keras for MNIST; its own words go where they do not mix with results."""
    load_tensorflow()
    from keras.datasets import mnist

    try:
        with redirect_stdout(sys.stderr), _patience(PATIENCE):
            (images, labels), _ = mnist.load_data()
    except Exception as error:  # Keras raises bare Exception when a download fails
        raise TrainingError(
            f"MNIST cannot be downloaded ({' '.join(str(error).split())}); "
            "--data DIR with MNIST's IDX files needs no network"
        ) from error
    return images, labels


@contextmanager
def _patience(seconds: float) -> Iterator[None]:
    """Wait no longer than that for a silent server: left alone, the system tries for minutes."""
    before = socket.getdefaulttimeout()
    socket.setdefaulttimeout(seconds)
    try:
        yield
    finally:
        socket.setdefaulttimeout(before)
