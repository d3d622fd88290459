"""Training glyphs, cut out by the reader's own segmentation.

A classifier of candidates must see in training what it will be asked in use: digits with the residue that
cutting leaves, and everything that is none. So synthetic lines go through the same ink, lines and lattice
as a page, and the owner of each pixel tells what a candidate really is.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reader.imaging.binarize import find_ink
from reader.imaging.normalize import normalize
from reader.pipeline import text_lines
from reader.recognize import lattice
from reader.train.sample import LineSample
from reader.types import NOT_A_DIGIT, Component, Page

WHOLE = 0.88
"""A candidate that holds this part of a digit's ink is that digit ..."""
PURE = 0.12
"""... unless more than this part of its own ink is somebody else's."""
PART = 0.72
"""A candidate that holds less than this part of any digit is none."""


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
    owner = _enlarge(sample.owner, inked.ink.shape)
    sizes = np.bincount(owner[inked.ink & (owner > 0)], minlength=len(sample.chars) + 1)
    lines, stroke, _ = text_lines(inked, one=layout == "line")
    lattices = [lattice.build(line, stroke=stroke) for line in lines]
    images, kinds = [], []
    for lat in lattices:
        for candidate in lat.candidates:
            label = label_of(candidate.component, owner, sizes, sample.chars, labels)
            if label is not None:
                part = candidate.component
                images.append(normalize(lattice.crop(inked.gray, part.box), part.mask))
                kinds.append(label)
    if not images:
        return np.zeros((0, 28, 28), np.uint8), np.zeros(0, np.uint8)
    return np.rint(np.stack(images) * 255).astype(np.uint8), np.array(kinds, np.uint8)


def label_of(
    part: Component, owner: NDArray[np.int16], sizes: NDArray[np.intp], chars: tuple[str, ...], labels: Labels
) -> int | None:
    """Tell what a candidate is from who inked its pixels.

    Returns
    -------
    int or None
        0 to 9, `NOT_A_DIGIT`, or None where it is neither clearly.
    """
    x, y, w, h = part.box
    owned = owner[y : y + h, x : x + w][part.mask]
    counts = np.bincount(owned[owned > 0], minlength=len(chars) + 1)
    residue = int(np.count_nonzero(owned < 0))
    most = int(np.argmax(counts))
    if counts[most] == 0:
        return NOT_A_DIGIT if residue > 0.8 * part.area and not _is_stroke(part) else None
    kept = counts / np.maximum(sizes, 1)
    foreign = (counts.sum() - counts[most] + residue) / max(counts.sum() + residue, 1)
    truth = labels[chars[most - 1]]
    if kept[most] >= WHOLE and foreign <= PURE:
        return truth
    if kept[most] >= WHOLE and truth != NOT_A_DIGIT and foreign < 0.3:
        return None
    others = np.delete(kept, most)
    torn = kept[most] < PART or (others.size and others.max(initial=0.0) > 0.35)
    if not torn and truth != NOT_A_DIGIT:
        return None
    return None if _is_stroke(part) else NOT_A_DIGIT


def _is_stroke(part: Component) -> bool:
    """Tell whether a piece is a bare upright stroke, which nobody can tell from a 1."""
    _, _, w, h = part.box
    return w < 0.38 * h


def _enlarge(owner: NDArray[np.int16], shape: tuple[int, ...]) -> NDArray[np.int16]:
    """Bring the owner map to the size of the ink, by nearest pixel."""
    rows = np.minimum(
        ((np.arange(shape[0]) + 0.5) * owner.shape[0] / shape[0]).astype(int), owner.shape[0] - 1
    )
    cols = np.minimum(
        ((np.arange(shape[1]) + 0.5) * owner.shape[1] / shape[1]).astype(int), owner.shape[1] - 1
    )
    return owner[np.ix_(rows, cols)]
