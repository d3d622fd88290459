"""Training glyphs, cut out by the reader's own segmentation.

A classifier of candidates must see in training what it will be asked in use: digits with the residue that
cutting leaves, and everything that is none. So synthetic lines go through the same ink, lines and lattice
as a page, and the owner of each pixel tells what a candidate really is.
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.binarize import find_ink
from reader.imaging.normalize import normalize
from reader.imaging.text_lines import text_lines
from reader.recognize import lattice
from reader.train.sample import LineSample
from reader.types import NOT_A_DIGIT, Component, Page

WHOLE = 0.88
"""A candidate that holds this part of a digit's ink is that digit ..."""
PURE = 0.12
"""... unless more than this part of its own ink is somebody else's."""
PART = 0.72
"""A candidate that holds less than this part of any digit is none."""
TAILLESS = 0.55
"""The same for a piece as tall as its digit, which may be all of it but a tail."""
LEGIBLE = 0.72
"""A digit of which the ink stage found less than this part teaches nothing."""
STROKE = 0.25
"""Thickness to length of the thickest bare stroke, by its axes."""

ILLEGIBLE = "\N{REPLACEMENT CHARACTER}"
"""Stands for a character too much of which was lost."""


@dataclass(frozen=True, slots=True)
class Labels:
    """How each kind of character counts: 0 to 9, `NOT_A_DIGIT`, or None to leave it out."""

    of: dict[str, int | None]

    def __getitem__(self, char: str) -> int | None:
        return int(char) if char in "0123456789" else self.of.get(char, NOT_A_DIGIT)


def glyphs_of(
    sample: LineSample, labels: Labels, *, layout: str
) -> tuple[NDArray[np.uint8], NDArray[np.uint8]]:
    """Cut the candidates out of a synthetic line and label them.

    Parameters
    ----------
    sample : LineSample
    labels : Labels
    layout : {"page", "line"}

    Returns
    -------
    images : ndarray of uint8, shape (N, 28, 28)
    labels : ndarray of uint8, shape (N,)
        0 to 10.
    """
    inked = find_ink(Page(sample.image))
    truth = truth_of_line(sample, inked.ink)
    lines, stroke, _ = text_lines(inked, one=layout == "line")
    lattices = [lattice.build(line, stroke=stroke) for line in lines]
    images, kinds = [], []
    for lat in lattices:
        for candidate in lat.candidates:
            label = label_of(candidate.component, truth, labels)
            if label is not None:
                part = candidate.component
                images.append(normalize(lattice.crop(inked.gray, part.box), part.mask))
                kinds.append(label)
    if not images:
        return np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8)
    return np.rint(np.stack(images) * 255).astype(np.uint8), np.array(kinds, np.uint8)


@dataclass(frozen=True, slots=True)
class Truth:
    """What was really written on a page of ink.

    Attributes
    ----------
    owner : ndarray of int16, shape (H, W)
        As in `LineSample`, at the size of the ink.
    chars : tuple of str
    sizes : ndarray of int, shape (n + 1,)
        Ink pixels of each character, from 1.
    heights : ndarray of int, shape (n + 1,)
        Rows that its ink spans.
    """

    owner: NDArray[np.int16]
    chars: tuple[str, ...]
    sizes: NDArray[np.intp]
    heights: NDArray[np.intp]


def truth_of_line(sample: LineSample, ink: NDArray[np.bool_], *, legible: float = LEGIBLE) -> Truth:
    """Compare a line as it was drawn with its ink (H, W), which may be larger; see `truth_of`."""
    return truth_of(_enlarge(sample.owner, ink.shape), ink, sample.chars, legible=legible)


def truth_of(
    owner: NDArray[np.int16], ink: NDArray[np.bool_], chars: tuple[str, ...], *, legible: float = LEGIBLE
) -> Truth:
    """Compare what was drawn, `owner` (H, W), with what the ink stage found of it, `ink` (H, W).

    A character of which less than the part `legible` was found is `ILLEGIBLE`.
    """
    n = len(chars) + 1
    drawn = np.bincount(owner[owner > 0], minlength=n)
    rows, columns = np.nonzero(ink & (owner > 0))
    of = owner[rows, columns]
    sizes = np.bincount(of, minlength=n)
    top, bottom = np.full(n, len(ink)), np.zeros(n, np.intp)
    np.minimum.at(top, of, rows)
    np.maximum.at(bottom, of, rows + 1)
    found = (sizes >= legible * drawn)[1:]
    seen = tuple(c if clear else ILLEGIBLE for c, clear in zip(chars, found, strict=True))
    return Truth(owner, seen, sizes, np.maximum(bottom - top, 0))


def label_of(part: Component, truth: Truth, labels: Labels) -> int | None:
    """Tell what a candidate is from who inked its pixels.

    Returns
    -------
    int or None
        0 to 9, `NOT_A_DIGIT`, or None where it is neither clearly.
    """
    x, y, w, h = part.box
    owned = truth.owner[y : y + h, x : x + w][part.mask]
    counts = np.bincount(owned[owned > 0], minlength=len(truth.sizes))
    residue = int(np.count_nonzero(owned < 0))
    most = int(np.argmax(counts))
    if counts[most] == 0:
        return NOT_A_DIGIT if residue > 0.8 * part.area and not _is_stroke(part) else None
    if truth.chars[most - 1] == ILLEGIBLE:
        return None
    kept, written = counts / np.maximum(truth.sizes, 1), max(counts.sum() + residue, 1)
    foreign = (written - counts[most]) / written
    label = labels[truth.chars[most - 1]]
    if kept[most] >= WHOLE and foreign <= PURE:
        return label
    if kept[most] >= WHOLE and label != NOT_A_DIGIT and foreign < 0.3:
        return None
    mixed = (kept > 0.35) & (counts > PURE * written)
    mixed[most] = False
    if label != NOT_A_DIGIT and not mixed.any():
        # A piece of a 1 is a 1, and a digit that lost its tail is still read as what it was.
        looks_whole = h >= 0.9 * truth.heights[most] and kept[most] >= TAILLESS
        if kept[most] >= PART or looks_whole or label == 1:
            return None
    return None if _is_stroke(part) else NOT_A_DIGIT


def _is_stroke(part: Component) -> bool:
    """Tell whether a piece is a bare stroke, upright or leaning, which nobody can tell from a 1."""
    _, _, w, h = part.box
    if w < 0.38 * h:
        return True
    m = cv2.moments(part.mask.astype(np.uint8), binaryImage=True)
    middle, spread = (m["mu20"] + m["mu02"]) / 2, np.hypot((m["mu20"] - m["mu02"]) / 2, m["mu11"])
    return w < 1.5 * h and bool(middle - spread < STROKE**2 * (middle + spread))


def _enlarge(owner: NDArray[np.int16], shape: tuple[int, ...]) -> NDArray[np.int16]:
    """Bring the owner map to the size of the ink, by nearest pixel."""
    rows = np.minimum(
        ((np.arange(shape[0]) + 0.5) * owner.shape[0] / shape[0]).astype(int), owner.shape[0] - 1
    )
    cols = np.minimum(
        ((np.arange(shape[1]) + 0.5) * owner.shape[1] / shape[1]).astype(int), owner.shape[1] - 1
    )
    return owner[np.ix_(rows, cols)]
