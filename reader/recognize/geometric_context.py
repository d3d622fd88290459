"""How likely a candidate is one digit by its size and place alone.

The network sees every candidate at the same size, without what is around it: half of a "1" with a long
upstroke is a "1" to it, and so is a trailing comma. What tells them apart is geometry: how high and wide a
candidate is on its line, where its foot stands, how far off its neighbours are, and along how much ink it was
cut from them. Geometric context as a term of its own beside the classifier's is Zhou, Wang, Tian, Liu and
Nakagawa's (doi:10.1109/TPAMI.2013.49). Here it is a small network, trained on synthetic lines
(`reader.train.geometric_fit`), that knows which digit was read and all of the geometry, and nothing of the
picture.
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reader.recognize.geometric_weights import HIDDEN, HIDDEN_BIAS, OUTPUT, OUTPUT_BIAS
from reader.recognize.lattice import Candidate, Lattice
from reader.types import NOT_A_DIGIT, Component

Floats = NDArray[np.float64]

FEATURES = 26
WEIGHT = 0.85
"""Part of the geometry's log odds that counts. The network's and its own are not quite independent."""
_FAR = 1.5
"""Stands for the gap to a neighbour that is not there, and limits those that are, in digit heights."""


def rescore(lattice: Lattice, scores: NDArray[np.float32], stroke: float) -> NDArray[np.float32]:
    """Weigh the network's scores by geometry.

    The digit read keeps its place as the likeliest; what it gains, "not a digit" and the other digits lose.

    Parameters
    ----------
    lattice : Lattice
    scores : ndarray of float32, shape (N, 11)
        Of the lattice's candidates.
    stroke : float
        Width of strokes in pixels.

    Returns
    -------
    ndarray of float32, shape (N, 11)
        Rows sum to 1.
    """
    if not len(scores) or len(lattice.pieces) == 1:
        return scores  # a piece alone has nothing to be compared with
    exact = scores.astype(np.float64)
    rows = np.arange(len(exact))
    read = exact[:, :NOT_A_DIGIT].argmax(axis=1)
    old = np.clip(exact[rows, read], 1e-6, 1 - 1e-6)
    odds = np.log(old / (1 - old)) + WEIGHT * log_odds(features(lattice, stroke), read)
    new = 1 / (1 + np.exp(-odds))
    # Digits keep their shares among themselves; "not a digit" takes what is left.
    digits = exact[:, :NOT_A_DIGIT]
    digits = digits * np.minimum(new / old, 1 / np.maximum(digits.sum(axis=1), 1e-6))[:, None]
    left = np.maximum(1 - digits.sum(axis=1, keepdims=True), 0.0)
    return np.concatenate([digits, left], axis=1).astype(np.float32)


def log_odds(found: Floats, read: NDArray[np.intp]) -> Floats:
    """Give the log odds that geometry adds to the network's.

    Parameters
    ----------
    found : ndarray of float64, shape (N, FEATURES)
    read : ndarray of int, shape (N,)
        The digit that the network reads.

    Returns
    -------
    ndarray of float64, shape (N,)
    """
    entered = np.concatenate([found, np.eye(NOT_A_DIGIT)[read]], axis=1)
    hidden = np.maximum(entered @ HIDDEN + HIDDEN_BIAS, 0)
    result: Floats = hidden @ OUTPUT + OUTPUT_BIAS
    return result


def features(lattice: Lattice, stroke: float) -> Floats:
    """Measure the candidates of a line.

    Lengths are in heights of the line's digits.

    Parameters
    ----------
    lattice : Lattice
    stroke : float
        Width of strokes in pixels.

    Returns
    -------
    ndarray of float64, shape (N, FEATURES)
        Size, foot and head over the baseline, aspect, pieces, ink, white and joints inside, stroke, first and
        last of the line; then for the left and the right side length and height of the joint, whether there
        is one, gap, and height, width and foot of the neighbour.
    """
    height, base = lattice.line.x_height, lattice.line.baseline
    length, level = contacts(lattice.pieces)
    found = np.empty((len(lattice.candidates), FEATURES))
    for row, candidate in zip(found, lattice.candidates, strict=True):
        start, stop = candidate.start, candidate.stop
        row[:12] = _own(candidate, lattice, length, stroke)
        for at, (others, k) in ((12, (slice(0, start), start - 1)), (19, (slice(stop, None), stop))):
            joint = length[others, start:stop].sum()
            row[at] = joint / height
            row[at + 1] = (base - level[others, start:stop].sum() / joint) / height if joint else 0.5
            row[at + 2] = joint > 0
            there = lattice.pieces[k] if 0 <= k < len(lattice.pieces) else None
            row[at + 3 : at + 7] = _beside(candidate.component, there, k < start, height, base)
    return np.clip(found, -3, 6)


def contacts(pieces: tuple[Component, ...]) -> tuple[Floats, Floats]:
    """Find along how much ink pieces were cut from each other.

    Parameters
    ----------
    pieces : tuple of Component

    Returns
    -------
    length : ndarray of float64, shape (n, n)
        Pairs of neighbouring pixels, one of each piece.
    level : ndarray of float64, shape (n, n)
        Sum of the rows of these pairs.
    """
    n = len(pieces)
    length, level = np.zeros((n, n)), np.zeros((n, n))
    left, top = min(p.box[0] for p in pieces), min(p.box[1] for p in pieces)
    right, foot = max(p.box[0] + p.box[2] for p in pieces), max(p.box[1] + p.box[3] for p in pieces)
    owner = np.zeros((foot - top, right - left), np.intp)
    for k, piece in enumerate(pieces, 1):
        x, y, w, h = piece.box
        owner[y - top : y - top + h, x - left : x - left + w][piece.mask] = k
    for one, other in ((owner[:, :-1], owner[:, 1:]), (owner[:-1], owner[1:])):
        rows, cols = np.nonzero((one != other) & (one > 0) & (other > 0))
        i, j = one[rows, cols] - 1, other[rows, cols] - 1
        for a, b in ((i, j), (j, i)):
            np.add.at(length, (a, b), 1.0)
            np.add.at(level, (a, b), rows + float(top))
    return length, level


def _own(candidate: Candidate, lattice: Lattice, length: Floats, stroke: float) -> list[float]:
    """Measure a candidate by itself."""
    _, y, w, h = candidate.component.box
    height, base = lattice.line.x_height, lattice.line.baseline
    start, stop = candidate.start, candidate.stop
    boxes = [piece.box for piece in lattice.pieces[start:stop]]
    white = sum(max(0, b[0] - (a[0] + a[2])) for a, b in pairwise(boxes))
    return [
        h / height,
        w / height,
        (base - (y + h)) / height,
        (base - y) / height,
        float(np.log(w / h)),
        stop - start,
        candidate.component.area / (stroke * height),
        white / height,
        float(length[start:stop, start:stop].sum()) / 2 / height,
        stroke / height,
        start == 0,
        stop == len(lattice.pieces),
    ]


def _beside(
    part: Component, other: Component | None, before: bool, height: float, base: float
) -> list[float]:
    """Measure the gap to the neighbouring piece before or after, and that piece."""
    if other is None:
        return [_FAR, 0.0, 0.0, 0.0]
    first, second = (other.box, part.box) if before else (part.box, other.box)
    gap = float(np.clip((second[0] - (first[0] + first[2])) / height, -1, _FAR))
    _, y, w, h = other.box
    return [gap, h / height, w / height, (base - (y + h)) / height]
