"""Synthetic lines for the context network: strips with all of their candidates, and what these are.

They go through the reader's own ink, lines and lattice, as the glyphs of the classifier do (`candidates`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reader.imaging.binarize import find_ink
from reader.imaging.text_lines import text_lines
from reader.imaging.walls import Walls
from reader.io.model_file import load_model
from reader.recognize import lattice, spacing, words
from reader.recognize.geometric_context import features
from reader.recognize.strips import may_be_drawn, places_of, strip_of
from reader.train.build import PARTS, cores, faces_of, handwriting, settle
from reader.train.candidates import ILLEGIBLE, Truth, truth_of_line
from reader.train.fonts import Face
from reader.train.glyph_bank import GlyphBank
from reader.train.handwriting import handwritten_line
from reader.train.line_mixes import MIXES, Mix
from reader.train.printed import choose_face, printed_line_of
from reader.types import CLASSES, NOT_A_DIGIT, Classifier, Component, Page, TextLine

BLOCK = 200
WORDLESS = 0.5
"""Part of the words without a digit that is kept."""
WIDEST, MOST = 640, 60
"""Columns of a strip, and candidates of it."""
SIZE = 0.1
"""Spread of the logarithm of the size: what the line says of its digits' height is an estimate."""
WHOLE, PURE = 0.85, 0.15
"""A candidate with this part of a digit's ink, and no more than this of anything else, is the digit ..."""
PART, MIXED = 0.72, 0.25
"""... and with this and this nobody can say. All else is none, a piece of a 1 too."""

LEGIBLE = 0.45
"""A digit of which the ink stage found this part can be told by its line: the classifier asks for more."""
LOST, HALF = 0.15, 0.6
"""A character with less than this part of its ink in a line is not there, with more than this it is."""


@dataclass(frozen=True, slots=True)
class ContextLine:
    """A strip with its candidates.

    Attributes
    ----------
    image : ndarray of uint8, shape (HEIGHT, W, 2)
    places : ndarray of float32, shape (N, 4)
        Both as in `reader.recognize.strips.Strip`.
    written : ndarray of int8, shape (N,)
        What each candidate is, 0 to 10.
    scores : ndarray of float32, shape (N, 11)
        What the classifier says of each; all alike where it was not asked.
    measured : ndarray of float32, shape (N, FEATURES)
        See `reader.recognize.geometric_context.features`.
    chars : ndarray of float32, shape (M, 3)
        Of each character its left and right edge in columns, and what it is: 0 to 10, -1 where too little of
        it is there to say.
    """

    image: NDArray[np.uint8]
    places: NDArray[np.float32]
    written: NDArray[np.int8]
    scores: NDArray[np.float32]
    measured: NDArray[np.float32]
    chars: NDArray[np.float32]

    @property
    def has_digits(self) -> bool:
        """Whether a candidate is a digit."""
        return bool(((self.written >= 0) & (self.written < NOT_A_DIGIT)).any())


def context_lines(
    data: Path,
    part: str,
    count: int,
    *,
    scored: bool,
    mix: str = "usual",
    made: Callable[[int], object] = lambda lines: None,
) -> list[ContextLine]:
    """Make the strips of so many lines; the same whatever the number of cores.

    Parameters
    ----------
    data : Path
        Folder with the handwriting, see `reader.train.real`.
    part : {"train", "val", "test"}
        Writers and font families do not cross between them.
    count : int
    scored : bool
        Ask the shipped classifier.
    mix : str
        Which kind of lines, one of `reader.train.line_mixes.MIXES`.
    made : callable
        Told the number of lines of each block that is done.
    """
    sizes = [min(BLOCK, count - start) for start in range(0, count, BLOCK)]
    found: list[ContextLine] = []
    with get_context("spawn").Pool(cores(), settle) as pool:
        jobs = [(data, part, number, size, scored, mix) for number, size in enumerate(sizes)]
        for size, block in zip(sizes, pool.imap(_block, jobs), strict=True):
            found += block
            made(size)
    return found


def _block(job: tuple[Path, str, int, int, bool, str]) -> list[ContextLine]:
    data, part, number, count, scored, name = job
    mix = MIXES[name]
    rng = np.random.default_rng([mix.seed, number, (*PARTS, "test").index(part)])
    model = load_model(in_context=False) if scored else None
    bank, fonts = handwriting(data, part), faces_of(part)
    return [line for _ in range(count) for line in _words(rng, mix, bank, fonts, model)]


def _words(
    rng: np.random.Generator, mix: Mix, bank: GlyphBank, fonts: tuple[Face, ...], model: Classifier | None
) -> Iterator[ContextLine]:
    """Write one line, and cut it as a page or as a line by itself."""
    printed = rng.random() < mix.printed
    one = not printed and rng.random() < mix.alone
    if printed:
        sample = printed_line_of(rng, choose_face(rng, fonts), mix.press)
    else:
        sample = handwritten_line(rng, bank, mix.amount)
    inked = find_ink(Page(sample.image))
    truth = truth_of_line(sample, inked.ink, legible=LEGIBLE)
    found, stroke, walls = text_lines(inked, one=one)
    for lat in _lattices(found, stroke, None if one else walls, inked.gray, model):
        line = context_line(lat, inked.gray, stroke, truth, model, rng)
        # Where a classifier chose the words, they are as many as in use.
        if line is not None and (model or line.has_digits or rng.random() < WORDLESS):
            yield line


def context_line(
    lat: lattice.Lattice,
    gray: NDArray[np.uint8],
    stroke: float,
    truth: Truth,
    model: Classifier | None,
    rng: np.random.Generator,
) -> ContextLine | None:
    """Draw the strip of a lattice, and tell what its candidates are.

    Parameters
    ----------
    lat : Lattice
    gray : ndarray of uint8, shape (h, w)
        Flattened ink.
    stroke : float
        Width of strokes in pixels.
    truth : Truth
    model : Classifier or None
        Asked what it says of the candidates.
    rng : numpy.random.Generator
        Of the size of the strip, and which candidates of many are kept.

    Returns
    -------
    ContextLine or None
        None for what is too long, or holds nothing that somebody can tell.
    """
    if not may_be_drawn(lat.line):
        return None
    written = np.array([written_in(c.component, truth) for c in lat.candidates], np.int8)
    strip = strip_of(lat.line, lat.slant, gray, size=float(np.exp(rng.normal(0, SIZE))))
    some = np.sort(rng.permutation(len(written))[:MOST])
    kept = some[written[some] >= 0]
    if not len(kept) or strip.image.shape[1] > WIDEST:
        return None
    scores = np.full((len(written), len(CLASSES)), 1 / len(CLASSES), np.float32)
    if model is not None:
        scores = model.scores(lattice.glyphs([lat], gray))
    places = places_of(lat, strip.to_strip, strip.scale).astype(np.float32)
    measured = features(lat, stroke).astype(np.float32)
    chars = characters_in(lat, truth, strip.to_strip[0])
    return ContextLine(strip.image, places[kept], written[kept], scores[kept], measured[kept], chars)


def characters_in(lat: lattice.Lattice, truth: Truth, to_column: NDArray[np.float64]) -> NDArray[np.float32]:
    """Tell which characters a line holds, and where.

    Parameters
    ----------
    lat : Lattice
    truth : Truth
    to_column : ndarray of float64, shape (3,)
        From (x, y, 1) of ink to a column of the strip.

    Returns
    -------
    ndarray of float32, shape (M, 3)
        As in `ContextLine`, from left to right.
    """
    own, at = [], []
    for piece in lat.pieces:
        x, y, w, h = piece.box
        rows, cols = np.nonzero(piece.mask & (truth.owner[y : y + h, x : x + w] > 0))
        own.append(truth.owner[rows + y, cols + x])
        at.append(np.column_stack([cols + x + 0.5, rows + y + 0.5, np.ones(len(rows))]) @ to_column)
    owner, column = np.concatenate(own), np.concatenate(at)
    found = []
    for k in np.unique(owner):
        inside = column[owner == k]
        char, kept = truth.chars[k - 1], len(inside) / max(truth.sizes[k], 1)
        if kept >= LOST:
            known = kept >= HALF and char != ILLEGIBLE
            kind = (int(char) if char.isdigit() else NOT_A_DIGIT) if known else -1
            found.append((inside.min() - 0.5, inside.max() + 0.5, kind))
    return np.array(sorted(found), np.float32).reshape(-1, 3)


def _lattices(
    lines: list[TextLine],
    stroke: float,
    walls: Walls | None,
    gray: NDArray[np.uint8],
    model: Classifier | None,
) -> list[lattice.Lattice]:
    """Make the lattices of a line by itself, or of the words of a page that the classifier lets through."""
    if walls is None:
        return [lattice.build(line, stroke=stroke) for line in lines]
    found = [word for line in lines for word in spacing.split_words(line, walls)]
    if model is None:
        return [lattice.build(word, stroke=stroke) for word in found]
    *_, seen = words.look_at(found, gray, model)
    return [
        lattice.build(word, stroke=stroke, sure=words.sure_digits(word, scores))
        for word, scores in zip(found, seen, strict=True)
        if words.is_promising(word, scores)
    ]


def written_in(part: Component, truth: Truth) -> int:
    """Tell which digit a candidate is, more strictly than for the classifier: a piece of a 1 is none.

    Returns
    -------
    int
        0 to 9, `NOT_A_DIGIT`, or -1 where nobody can say.
    """
    x, y, w, h = part.box
    owned = truth.owner[y : y + h, x : x + w][part.mask]
    counts = np.bincount(owned[owned > 0], minlength=len(truth.sizes))
    most = int(np.argmax(counts))
    if counts[most] == 0:
        return NOT_A_DIGIT
    char = truth.chars[most - 1]
    kept = counts[most] / max(truth.sizes[most], 1)
    foreign = 1 - counts[most] / (counts.sum() + np.count_nonzero(owned < 0))
    if char == ILLEGIBLE or (char.isdigit() and PART <= kept < WHOLE and foreign <= MIXED):
        return -1
    if char.isdigit() and kept >= WHOLE and foreign <= MIXED:
        return int(char) if foreign <= PURE else -1
    return NOT_A_DIGIT
