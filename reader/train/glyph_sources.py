"""Where the glyphs come from that a network is judged by."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.errors import InputError, TrainingError
from reader.train.feed import Arrays
from reader.train.idx import read_labelled
from reader.train.labelled import Labelled, read_folder


def read_glyph_source(path: Path, part: str) -> Labelled:
    """Read labelled glyphs: a folder of IDX files or of labelled images, or a prepared set.

    Parameters
    ----------
    path : Path
        A folder, or an ``.npz`` file.
    part : str
        "t10k" or "train", of IDX files.

    Raises
    ------
    InputError, TrainingError
        It cannot be read or is none of these.
    """
    if path.suffix.lower() == ".npz" and not path.is_dir():
        return read_archive(path)
    if path.is_dir() and (any(path.glob("*-idx?-ubyte*")) or any(path.glob("*.idx?-ubyte*"))):
        return read_idx_part(path, part)
    return read_folder(path)


def read_idx_part(path: Path, part: str) -> Labelled:
    """Read one part of a folder of IDX files; each glyph is named by its row, from 0.

    Raises
    ------
    InputError
        The folder lacks the part.
    TrainingError
        A file is damaged.
    """
    if not any(path.glob(f"{part}-images?idx3-ubyte*")):
        raise InputError(f"{path}: has no {part}-images-idx3-ubyte[.gz]; --part names what to evaluate")
    images, labels, _ = read_labelled(path, part)
    return Labelled(
        images, labels, [f"{part} {row}" for row in range(len(labels))], [str(path)] * len(labels), []
    )


def read_archive(path: Path) -> Labelled:
    """Read a prepared set: an ``.npz`` with ``images`` uint8 (N, 28, 28) and ``labels``.

    Labels are int (N,) 0 to 10, or shares (N, 11), of which the largest counts. Where there is
    ``validation`` bool (N,) only the glyphs that it marks are taken; where there is ``groups``, texts (N,),
    it names the groups.

    Raises
    ------
    InputError
        It cannot be read, lacks what is needed, or its arrays do not fit.
    """
    content = _content(path)
    try:
        arrays = Arrays(content["images"], content["labels"])
    except KeyError as error:
        raise InputError(f"{path}: has no array {error}; images and labels are needed") from error
    except TrainingError as error:
        raise InputError(f"{path}: {error}") from error
    chosen = _column(path, content, "validation", np.ones(len(arrays), np.bool_), "b")
    groups = _column(path, content, "groups", np.full(len(arrays), str(path)), "U")
    rows = np.flatnonzero(chosen)
    return Labelled(
        arrays.images[rows],
        arrays.hard()[rows].astype(np.uint8),
        [f"{path.name} {row}" for row in rows],
        groups[rows].tolist(),
        [],
    )


def _content(path: Path) -> dict[str, NDArray[Any]]:
    """Read the arrays of a file that count."""
    wanted = ("images", "labels", "groups", "validation")
    try:
        # numpy leaves a file open that it opened and found damaged.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return {name: archive[name] for name in wanted if name in archive.files}
    except (OSError, ValueError, TypeError, EOFError, zipfile.BadZipFile, zlib.error) as error:
        raise InputError(f"{path}: cannot be read as .npz ({error})") from error


def _column(
    path: Path, content: dict[str, NDArray[Any]], name: str, default: NDArray[Any], kind: str
) -> NDArray[Any]:
    """Give an array with a value for each glyph, or its default."""
    found = content.get(name, default)
    if found.shape != default.shape or found.dtype.kind != kind:
        raise InputError(
            f"{path}: {name} have to be {'texts' if kind == 'U' else 'bool'} {default.shape}, "
            f"not {found.dtype} {found.shape}"
        )
    return found


def together(sets: Sequence[Labelled]) -> Labelled:
    """Put several sources one after another."""
    return Labelled(
        np.concatenate([np.zeros((0, 28, 28), np.uint8), *(one.images for one in sets)]),
        np.concatenate([np.zeros(0, np.uint8), *(one.labels for one in sets)]),
        [name for one in sets for name in one.names],
        [group for one in sets for group in one.groups],
        [error for one in sets for error in one.errors],
    )
