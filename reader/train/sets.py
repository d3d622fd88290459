"""The sets that training reads, split so that no writer is on both sides."""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.errors import TrainingError
from reader.train.card import sha256
from reader.train.feed import Arrays, join
from reader.train.idx import read_labelled

_VALIDATION = 0.08
_WRITERS = "train-writer-ids.npy"


def load_sets(
    data: Path | None, glyphs: Sequence[Path], seed: int
) -> tuple[Arrays, Arrays, list[dict[str, Any]]]:
    """Read training data and split off what validates.

    Parameters
    ----------
    data : Path or None
        Folder with MNIST's IDX files, and writer ids where they are known; its part "t10k" is not read.
    glyphs : sequence of Path
        Prepared sets, see `read_glyphs`.
    seed : int
        Of the split.

    Returns
    -------
    training, validation : Arrays
    trained_on : list of dict
        Name, number of glyphs and checksums of each set, for the model card.

    Raises
    ------
    TrainingError
        A file is missing or damaged, or there is nothing to read.
    """
    if data is None and not glyphs:
        raise TrainingError("no training data: give --data with MNIST's IDX files, --glyphs, or both")
    found = [read_mnist(data, seed)] if data is not None else []
    found += [read_glyphs(path, seed) for path in glyphs]
    parts = [
        (arrays.take(np.flatnonzero(~held)), arrays.take(np.flatnonzero(held))) for arrays, held, _ in found
    ]
    cards = [{**card, "glyphs": len(part[0])} for (_, _, card), part in zip(found, parts, strict=True)]
    return join([one for one, _ in parts]), join([other for _, other in parts]), cards


def read_mnist(folder: Path, seed: int) -> tuple[Arrays, NDArray[np.bool_], dict[str, Any]]:
    """Read MNIST's training part; held out are whole writers where their ids lie beside it.

    Returns
    -------
    arrays : Arrays
    held : ndarray of bool, shape (N,)
        True for glyphs that validate.
    card : dict
    """
    images, labels, files = read_labelled(folder, "train")
    groups = np.arange(len(images))
    if (folder / _WRITERS).is_file():
        groups = np.load(folder / _WRITERS, allow_pickle=False)
        if groups.shape != labels.shape:
            raise TrainingError(f"{folder / _WRITERS}: {groups.shape} writers for {len(images)} images")
    card = {
        "name": "MNIST, training part",
        "licence": "CC BY-SA 3.0",
        "sha256": {file.name: sha256(file) for file in files},
    }
    return Arrays(images, labels.astype(np.int64)), _hold_out(groups, seed), card


def read_glyphs(path: Path, seed: int) -> tuple[Arrays, NDArray[np.bool_], dict[str, Any]]:
    """Read a prepared set.

    It is an ``.npz`` with ``images`` uint8 (N, 28, 28), ``labels`` int (N,) 0 to 10 or shares (N, 11),
    and where wanted ``weights`` (N,), ``validation`` bool (N,) and the texts ``name`` and ``licence``.

    Returns
    -------
    As `read_mnist`.

    Raises
    ------
    TrainingError
        It cannot be read or lacks what is needed.
    """
    try:
        with np.load(path, allow_pickle=False) as file:
            content = {name: file[name] for name in file.files}
        arrays = Arrays(content["images"], content["labels"], content.get("weights"))
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise TrainingError(f"{path}: cannot be read as .npz ({error})") from error
    except KeyError as error:
        raise TrainingError(f"{path}: has no array {error}; images and labels are needed") from error
    except TrainingError as error:
        raise TrainingError(f"{path}: {error}") from error
    held = content.get("validation")
    if held is None:
        held = _hold_out(np.arange(len(arrays)), seed)
    elif held.shape != (len(arrays),):
        raise TrainingError(f"{path}: {held.shape} marks for validation and {len(arrays)} images")
    card = {
        "name": str(content.get("name", path.stem)),
        "licence": str(content.get("licence", "see its maker")),
        "sha256": {path.name: sha256(path)},
    }
    return arrays, held.astype(bool), card


def _hold_out(groups: NDArray[Any], seed: int) -> NDArray[np.bool_]:
    """Choose whole groups at random, about one in twelve; True for their members."""
    names = np.unique(groups)
    count = max(1, round(len(names) * _VALIDATION))
    chosen = np.random.default_rng(seed).permutation(names)[:count]
    return np.isin(groups, chosen)
