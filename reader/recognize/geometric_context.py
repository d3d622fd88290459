"""How large a candidate is and where it stands, in measures that a strip does not show exactly.

The network that tells digits sees every candidate at the same size, without what is around it. Geometric
context beside the classifier's scores is Zhou, Wang, Tian, Liu and Nakagawa's (doi:10.1109/TPAMI.2013.49):
how high and wide a candidate is on its line, where its foot stands, how far off its neighbours are, and
along how much ink it was cut from them. What follows from it is learned (`reader.recognize.line_context`).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reader.recognize.lattice import Candidate, Lattice
from reader.types import Component

Floats = NDArray[np.float64]

FEATURES = 26
_FAR = 1.5
"""Stands for the gap to a neighbour that is not there, and limits those that are, in digit heights."""


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
