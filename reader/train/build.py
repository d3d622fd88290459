"""The training set: synthetic lines cut into glyphs by the reader itself, and real glyphs beside them.

Made once and cached: the lines come in blocks, each from its own seed, so that the set is the same
whatever the number of processes.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reader.train.candidates import Labels, glyphs_of
from reader.train.fonts import Face, find_fonts
from reader.train.glyph_bank import GlyphBank, load_bank
from reader.train.handwriting import handwritten_line
from reader.train.printed import choose_face, label_of, printed_line_of
from reader.types import NOT_A_DIGIT

BLOCK = 250
"""Lines in a block."""
NON_DIGITS = 1.3
"""Most non-digits kept of a block, for each digit."""
PRINTED = 0.45
"""Part of the lines that is printed."""

Glyphs = tuple[NDArray[np.uint8], NDArray[np.uint8]]
"""Images (N, 28, 28) and labels (N,)."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """What a set is made of.

    Attributes
    ----------
    data : Path
        Folder that holds ``train/mnist`` and the other sources.
    part : {"train", "val"}
        Writers and font families do not cross between the two.
    lines : int
    seed : int
    """

    data: Path
    part: str
    lines: int
    seed: int = 0


def build(recipe: Recipe, *, processes: int = 2) -> Glyphs:
    """Make a set of glyphs.

    Parameters
    ----------
    recipe : Recipe
    processes : int

    Returns
    -------
    images : ndarray of uint8, shape (N, 28, 28)
    labels : ndarray of uint8, shape (N,)
    """
    blocks = range(0, recipe.lines, BLOCK)
    jobs = [(recipe, number) for number in range(len(blocks))]
    with get_context("spawn").Pool(processes) as pool:
        made = list(pool.imap(_block, jobs))
    return np.concatenate([m[0] for m in made]), np.concatenate([m[1] for m in made])


@cache
def _sources(data: Path, part: str) -> tuple[GlyphBank, tuple[Face, ...]]:
    import cv2

    cv2.setNumThreads(1)  # the processes already fill the cores
    return load_bank(data, part), tuple(f for f in find_fonts() if f.split == part)


def _block(job: tuple[Recipe, int]) -> Glyphs:
    """Make one block of lines and keep a fair share of its non-digits."""
    recipe, number = job
    rng = np.random.default_rng([recipe.seed, number, int(recipe.part == "val")])
    parts = list(_lines(rng, *_sources(recipe.data, recipe.part)))
    images = np.concatenate([p[0] for p in parts])
    labels = np.concatenate([p[1] for p in parts])
    digits = np.flatnonzero(labels != NOT_A_DIGIT)
    others = np.flatnonzero(labels == NOT_A_DIGIT)
    kept = rng.permutation(others)[: int(NON_DIGITS * len(digits))]
    order = np.sort(np.concatenate([digits, kept]))
    return images[order], labels[order]


def _lines(rng: np.random.Generator, bank: GlyphBank, fonts: tuple[Face, ...]) -> Iterator[Glyphs]:
    """Give the glyphs of each line of a block."""
    for _ in range(BLOCK):
        if rng.random() < PRINTED:
            face = choose_face(rng, fonts)
            sample = printed_line_of(rng, face)
            labels = Labels({c: label_of(c, face.kind) for c in set(sample.chars)})
            yield glyphs_of(sample, labels, layout="page")
        else:
            layout = "line" if rng.random() < 0.7 else "page"
            yield glyphs_of(handwritten_line(rng, bank), HAND, layout=layout)


HAND = Labels({"/": None, "B": None, "S": None, "|": None, "l": None, "I": None, "O": None, "o": None})
"""Drawn characters that look like digits."""
