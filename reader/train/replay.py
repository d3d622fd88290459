"""What a model learned before, in small: so that learning corrections does not make it forget."""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from reader.errors import TrainingError
from reader.train import real
from reader.train.build import PARTS, Recipe, build
from reader.train.card import lines_to_validate
from reader.train.feed import Arrays, join
from reader.train.fonts import find_fonts
from reader.train.onnx_export import drawn_glyphs
from reader.train.sets import read_glyphs
from reader.types import NOT_A_DIGIT

log = logging.getLogger(__name__)

LINES = 300
"""Synthetic lines that are made where nobody says how many."""
_MOST = {"mnist": 12_000}
_MOST_OF_OTHERS = 2_000
"""Glyphs of each real source, chosen at random."""
_MOST_OF_SETS = 20_000
"""Glyphs of prepared sets."""
_DRAWN = 60
"""The project's own drawings of each class."""
_SEED, _BLOCK = 31, 50
"""Of the lines: other ones than the model has seen, in blocks small enough for all cores."""


@dataclass(frozen=True, slots=True)
class Replay:
    """A sample of the mix that a model was trained on.

    Attributes
    ----------
    training : Arrays
    validation : Arrays
        By other writers and in other fonts: digits and what is none.
    guard : Arrays
        MNIST's digits among the validation, or those of the prepared sets: these must not be read worse.
    test : Arrays or None
        MNIST's "t10k", where it is there: it is only reported.
    sources : list of dict
        Name and number of glyphs of each, for the model card.
    """

    training: Arrays
    validation: Arrays
    guard: Arrays
    test: Arrays | None
    sources: list[dict[str, Any]]


def gather(
    data: Path | None,
    glyphs: Sequence[Path],
    lines: int = LINES,
    *,
    seed: int = 0,
    told: Callable[[int, int], object] = lambda done, total: None,
) -> Replay:
    """Sample real glyphs, make a few synthetic lines, and draw some characters.

    Parameters
    ----------
    data : Path or None
        Folder with MNIST and maybe other sets, see `reader.train.real`.
    glyphs : sequence of Path
        Prepared sets, see `reader.train.sets.read_glyphs`.
    lines : int
        Synthetic lines; they need the data's handwriting and installed fonts, and are left out without.
    seed : int
        Of the choice.
    told : callable
        Hears how many lines are made, and of how many.

    Raises
    ------
    TrainingError
        Data are missing or damaged, or there is no digit to be measured on.
    """
    parts: list[tuple[str, Arrays, Arrays]] = []
    if data is not None:
        parts += _real(data, seed)
    parts += [_prepared(path, seed) for path in glyphs]
    if not parts:
        raise TrainingError("nothing to replay: give --data with MNIST's IDX files, --glyphs, or both")
    digits = parts[0][2] if data is not None else join([part for _, _, part in parts])
    guard = digits.take(np.flatnonzero(digits.hard() != NOT_A_DIGIT))
    if not len(guard):
        raise TrainingError("the sets to replay hold no digits that validate: add MNIST with --data")
    if data is not None and lines:
        parts += _lines(data, lines, told)
    parts.append(("own drawings", _drawn(_DRAWN, 41), _drawn(_DRAWN // 4, 43)))
    training = join([part for _, part, _ in parts])
    validation = join([part for _, _, part in parts])
    sources = [{"name": name, "glyphs": len(part)} for name, part, _ in parts]
    return Replay(training, validation, guard, _test(data), sources)


def sample(arrays: Arrays, most: int, seed: int) -> Arrays:
    """Choose so many glyphs at random; all where there are not more."""
    if len(arrays) <= most:
        return arrays
    return arrays.take(np.sort(np.random.default_rng(seed).permutation(len(arrays))[:most]))


def _real(data: Path, seed: int) -> list[tuple[str, Arrays, Arrays]]:
    """Sample each real source; what validates is taken whole. MNIST comes first."""
    found = []
    for source in real.present(data):
        training, validation = [Arrays(*source.load(data, part)) for part in PARTS]
        most = _MOST.get(source.file, _MOST_OF_OTHERS)
        found.append((source.title, sample(training, most, seed), validation))
    if not found:
        raise TrainingError(f"{data}: has no MNIST; --data needs a folder with its IDX files")
    return found


def _prepared(path: Path, seed: int) -> tuple[str, Arrays, Arrays]:
    arrays, held, _ = read_glyphs(path, seed)
    training = sample(arrays.take(np.flatnonzero(~held)), _MOST_OF_SETS, seed)
    return path.name, training, sample(arrays.take(np.flatnonzero(held)), _MOST_OF_SETS, seed)


def _lines(data: Path, lines: int, told: Callable[[int, int], object]) -> list[tuple[str, Arrays, Arrays]]:
    """Make lines of both parts, where there are fonts of both."""
    if {*PARTS} - {face.split for face in find_fonts()}:
        log.info("no fonts are installed: no synthetic lines are replayed")
        return []
    wanted = {"train": lines, "val": lines_to_validate(lines)}
    done, made = 0, []

    def count(more: int) -> None:
        nonlocal done
        done += more
        told(done, sum(wanted.values()))

    for part, number in wanted.items():
        made.append(Arrays(*build(Recipe(data, part, number, _SEED, _BLOCK), made=count)))
    return [("synthetic lines, cut by the reader", made[0], made[1])]


def _drawn(each: int, seed: int) -> Arrays:
    return Arrays(*drawn_glyphs(each, seed))


def _test(data: Path | None) -> Arrays | None:
    """Read MNIST's "t10k" if it is there."""
    if data is None or not any(real.mnist_folder(data).glob("t10k-images*")):
        return None
    return Arrays(*real.mnist(data, "test"))
