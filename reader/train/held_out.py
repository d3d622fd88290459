"""Glyphs that neither train nor validate: what a network is judged by when all is decided."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reader.train import real
from reader.train.build import LINES, Recipe, build
from reader.train.sets import saving
from reader.train.texture import textures
from reader.types import NOT_A_DIGIT

log = logging.getLogger(__name__)

_SEED = 77
_TEXTURES = 1200

Group = tuple[str, NDArray[np.uint8], NDArray[np.uint8]]


def save_held_out(
    data: Path, lines: int, path: Path, *, told: Callable[[int, int], object] = lambda done, total: None
) -> None:
    """Make the test set of a data folder.

    It holds MNIST's ``t10k``, characters of alphabets, lines in fonts and by writers that nothing is
    learned from (`reader.train.fonts.TESTED`, `reader.train.real.HELD_OUT_ALPHABETS`, the writers of
    ``t10k``), and glyphs with nothing written. It is for ``reader evaluate``, never for training.

    Parameters
    ----------
    data : Path
        See `reader.train.real`; MNIST's ``t10k`` is needed.
    lines : int
        Synthetic lines, half of them printed.
    path : Path
        Of the ``.npz``: images uint8 (N, 28, 28), labels uint8 (N,), groups (N,) of texts.
    told : callable
        Hears how many lines are done, and of how many.

    Raises
    ------
    TrainingError
        Data or fonts are missing or damaged.
    OutputError
        The file cannot be written.
    """
    with saving(path) as save:
        groups = list(_groups(data, lines, told))
        for name, _, labels in groups:
            digits = int(np.count_nonzero(labels != NOT_A_DIGIT))
            log.info("%s: %d digits, %d others", name, digits, len(labels) - digits)
        save(
            images=np.concatenate([images for _, images, _ in groups]),
            labels=np.concatenate([labels for _, _, labels in groups]),
            groups=np.repeat([name for name, _, _ in groups], [len(labels) for _, _, labels in groups]),
            name="held-out glyphs",
            sources=json.dumps([{"name": name, "glyphs": len(labels)} for name, _, labels in groups]),
        )


def _groups(data: Path, lines: int, told: Callable[[int, int], object]) -> Iterator[Group]:
    """Make each group with its name."""
    yield "MNIST t10k", *real.mnist(data, "test")
    if (real.root(data) / "omniglot.npz").is_file():
        yield "other alphabets", *real.omniglot(data, "test")
    empty = textures(np.random.default_rng(_SEED), _TEXTURES)
    yield "nothing written", empty, np.full(len(empty), NOT_A_DIGIT, np.uint8)
    done = 0

    def made(count: int) -> None:
        nonlocal done
        done += count
        told(done, 2 * (lines // 2))

    for name, printed in (("lines in other fonts", 1.0), ("lines by other writers", 0.0)):
        if lines >= 2:
            mix = replace(LINES, printed=printed)
            yield name, *build(Recipe(data, "test", lines // 2, _SEED, mix=mix), made=made)
