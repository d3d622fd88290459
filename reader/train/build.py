"""Training glyphs from synthetic lines, cut by the reader itself.

The lines come in blocks, each from its own seed, so that the glyphs are the same whatever the number of
processes.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reader.errors import TrainingError
from reader.train.candidates import Labels, glyphs_of
from reader.train.fonts import Face, find_fonts
from reader.train.glyph_bank import GlyphBank, load_bank, make_bank
from reader.train.handwriting import handwritten_line
from reader.train.line_mixes import Mix
from reader.train.printed import choose_face, label_of, printed_line_of
from reader.train.real import WRITERS, mnist_digits
from reader.train.texture import textures
from reader.types import NOT_A_DIGIT

PARTS = ("train", "val")
"""What is learned from, and what validates; a third part, "test", does neither."""
BLOCK = 250
"""Lines in a block."""
NON_DIGITS = 1.3
"""Most non-digits kept of a block, for each digit."""
LINES = Mix(0, printed=0.45)
"""Lines of a set that asks for no others."""
TEXTURES = 24
"""Glyphs of a block that hold nothing written."""

Glyphs = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""Images (N, 28, 28) and labels (N,)."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a set is made of.

    Attributes
    ----------
    data : Path
        Folder with the handwriting, see `reader.train.real`.
    part : {"train", "val", "test"}
        Writers and font families do not cross between them.
    lines : int
    seed : int
    block : int
        Lines in a block: another number gives other lines.
    mix : Mix
        Kind of the lines; its seed is added to that of the recipe.
    """

    data: Path
    part: str
    lines: int
    seed: int = 0
    block: int = BLOCK
    mix: Mix = LINES

    def blocks(self) -> list[int]:
        """Give the number of lines in each block; the last may be smaller."""
        return [min(self.block, self.lines - start) for start in range(0, self.lines, self.block)]


def cores() -> int:
    """Count the cores that this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def build(
    recipe: Recipe, *, processes: int | None = None, made: Callable[[int], object] = lambda lines: None
) -> Glyphs:
    """Make a set of glyphs.

    Parameters
    ----------
    recipe : Recipe
    processes : int, optional
        One a core by default.
    made : callable
        Told the number of lines of each block that is done.

    Returns
    -------
    images : ndarray of uint8, shape (N, 28, 28)
    labels : ndarray of uint8, shape (N,)

    Raises
    ------
    TrainingError
        The handwriting cannot be read, or there are no fonts.
    """
    sizes = recipe.blocks()
    images, labels = [np.zeros((0, 28, 28), np.uint8)], [np.zeros(0, np.uint8)]
    with _mapper(min(processes or cores(), len(sizes))) as apply:
        for size, block in zip(sizes, apply(_block, [(recipe, n) for n in range(len(sizes))]), strict=True):
            images.append(block[0])
            labels.append(block[1])
            made(size)
    return np.concatenate(images), np.concatenate(labels)


@contextmanager
def _mapper(processes: int) -> Iterator[Callable[..., Iterator[Glyphs]]]:
    """Give a `map` that works in so many processes."""
    if processes <= 1:
        yield map
        return
    # Not forked: TensorFlow or OpenCV may have threads by now.
    with get_context("spawn").Pool(processes, settle) as pool:
        yield pool.imap


def settle() -> None:
    """Prepare a process: Ctrl-C is the parent's matter, and the processes already fill the cores."""
    import cv2

    signal.signal(signal.SIGINT, signal.SIG_IGN)
    cv2.setNumThreads(1)


def faces_of(part: str) -> tuple[Face, ...]:
    """Give the faces that a part is printed in.

    Raises
    ------
    TrainingError
        None of them is installed.
    """
    fonts = tuple(face for face in find_fonts() if face.split == part)
    if not fonts:
        raise TrainingError(
            f"no font for the part {part!r}: install those of reader/train/fonts.json, see docs/training.md"
        )
    return fonts


@cache
def _sources(data: Path, part: str) -> tuple[GlyphBank, tuple[Face, ...]]:
    return handwriting(data, part), faces_of(part)


def handwriting(data: Path, part: str) -> GlyphBank:
    """Load the handwritten digits: all that there are, or MNIST's alone."""
    folder = data / "train"
    if part != "test" and (folder / "bhmsds.npz").is_file() and (folder / "mnist" / WRITERS).is_file():
        return load_bank(data, part)
    return make_bank(*mnist_digits(data, part))


def _block(job: tuple[Recipe, int]) -> Glyphs:
    """Make one block of lines and keep a fair share of its non-digits."""
    recipe, number = job
    seed = recipe.seed + recipe.mix.seed
    rng = np.random.default_rng([seed, number, (*PARTS, "test").index(recipe.part)])
    parts = list(_lines(rng, recipe.blocks()[number], recipe.mix, *_sources(recipe.data, recipe.part)))
    empty = textures(rng, TEXTURES)
    images = np.concatenate([empty, *(p[0] for p in parts)])
    labels = np.concatenate([np.full(len(empty), NOT_A_DIGIT, np.uint8), *(p[1] for p in parts)])
    return fair_share(rng, images, labels)


def fair_share(rng: np.random.Generator, images: NDArray[np.uint8], labels: NDArray[np.uint8]) -> Glyphs:
    """Keep all digits of a set, and at most `NON_DIGITS` times as many others, in their order."""
    digits = np.flatnonzero(labels != NOT_A_DIGIT)
    others = np.flatnonzero(labels == NOT_A_DIGIT)
    kept = rng.permutation(others)[: int(NON_DIGITS * len(digits))]
    order = np.sort(np.concatenate([digits, kept]))
    return images[order], labels[order]


def _lines(
    rng: np.random.Generator, count: int, mix: Mix, bank: GlyphBank, fonts: tuple[Face, ...]
) -> Iterator[Glyphs]:
    """Give the glyphs of each line of a block."""
    for _ in range(count):
        if rng.random() < mix.printed:
            face = choose_face(rng, fonts)
            sample = printed_line_of(rng, face, mix.press)
            labels = Labels({c: label_of(c, face.kind) for c in set(sample.chars)})
            yield glyphs_of(sample, labels, layout="page")
        else:
            layout = "line" if rng.random() < mix.alone else "page"
            yield glyphs_of(handwritten_line(rng, bank, mix.amount), HAND, layout=layout)


HAND = Labels({"/": None, "B": None, "S": None, "|": None, "l": None, "I": None, "O": None, "o": None})
"""Drawn characters that look like digits."""
