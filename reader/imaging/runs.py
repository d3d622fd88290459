"""Masks as runs: level lines are a few hundred stretches of ink on a page of twelve million pixels.

Opening and closing along the rows is a comparison of lengths then, and what hangs together is found among
runs instead of pixels (run-based labelling: He, Chao and Suzuki, doi:10.1109/TIP.2008.919369): in a tenth to
a third of the time that OpenCV takes with the mask.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Mask = NDArray[np.bool_]
Places = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Runs:
    """The stretches of ink of a mask, row by row.

    Attributes
    ----------
    shape : (int, int)
        Height and width of the mask.
    starts, stops : ndarray of int64, shape (N,)
        First pixel of each, and the one behind its last, counted along rows that are one pixel longer than
        the mask's: so no run goes on in the next row.
    """

    shape: tuple[int, int]
    starts: Places
    stops: Places

    @property
    def pitch(self) -> int:
        """From a pixel to the one below."""
        return self.shape[1] + 1

    @property
    def lengths(self) -> Places:
        """In pixels."""
        return self.stops - self.starts

    def take(self, which: NDArray[np.bool_] | Places) -> Runs:
        """Give some of them, in order."""
        return Runs(self.shape, self.starts[which], self.stops[which])

    def pixels(self) -> Places:
        """Give the places of all pixels in the flattened mask."""
        lengths = self.lengths
        before = np.cumsum(lengths) - lengths
        first = self.starts - self.starts // self.pitch
        return np.asarray(np.arange(lengths.sum()) + np.repeat(first - before, lengths), np.int64)

    def mask(self) -> NDArray[np.uint8]:
        """Give the mask, shape (h, w), 1 where there is ink."""
        found = np.zeros(self.shape, np.uint8)
        found.ravel()[self.pixels()] = 1
        return found

    def opened(self, length: int) -> Runs:
        """Leave out what is shorter; beyond the edges of the mask there may be as much as it takes.

        As OpenCV's opening with a level kernel of this odd length.
        """
        column = self.starts % self.pitch
        lengths = self.lengths
        first, last = column == 0, column + lengths == self.shape[1]
        cut = (first | last) & (lengths > length // 2)
        return self.take((lengths >= length) | cut | (first & last))

    def closed(self, length: int) -> Runs:
        """Fill the gaps that are shorter, and those of half that at the edges.

        As OpenCV's closing with a level kernel of this odd length.
        """
        if not len(self.starts):
            return self
        (_, w), pitch, half = self.shape, self.pitch, length // 2
        row, column = np.divmod(self.starts, pitch)
        starts = np.where(column <= half, row * pitch, self.starts)
        row, column = np.divmod(self.stops, pitch)
        stops = np.where(w - column <= half, row * pitch + w, self.stops)
        same = starts[1:] // pitch == stops[:-1] // pitch
        apart = ~same | (starts[1:] - stops[:-1] >= length)
        return Runs(self.shape, starts[np.r_[True, apart]], stops[np.r_[apart, True]])


def runs_of(mask: Mask | NDArray[np.uint8]) -> Runs:
    """Find the runs of a mask.

    Parameters
    ----------
    mask : ndarray of bool or uint8, shape (h, w)
        No other numbers than 0 and 1.

    Returns
    -------
    Runs

    Examples
    --------
    >>> runs_of(np.array([[0, 1, 1], [1, 0, 1]], np.uint8)).lengths.tolist()
    [2, 1, 1]
    """
    h, w = mask.shape
    wide = np.zeros((h, w + 1), bool)
    wide[:, :w] = mask.view(bool)
    flat = wide.ravel()
    changes = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    if flat[:1].any():
        changes = np.r_[0, changes]
    return Runs((h, w), changes[::2], changes[1::2])


@dataclass(frozen=True, slots=True)
class Pieces:
    """What hangs together, corner to corner too.

    Attributes
    ----------
    runs : Runs
    own : ndarray of int64, shape (N,)
        The piece of each run, from 0, in order of their first pixels.
    boxes : ndarray of int64, shape (P, 4)
        x, y, width and height of each piece.
    areas : ndarray of int64, shape (P,)
        In pixels.
    """

    runs: Runs
    own: Places
    boxes: Places
    areas: Places

    def mask(self, kept: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Give the pixels of some pieces, shape (h, w)."""
        return self.runs.take(kept[self.own]).mask().view(bool)

    def labels(self) -> NDArray[np.int32]:
        """Give for each pixel one more than its piece, 0 where there is no ink; shape (h, w)."""
        found = np.zeros(self.runs.shape, np.int32)
        found.ravel()[self.runs.pixels()] = np.repeat(self.own + 1, self.runs.lengths)
        return found


def pieces_of(runs: Runs) -> Pieces:
    """Find the pieces that hang together.

    Examples
    --------
    >>> pieces_of(runs_of(np.eye(3, dtype=bool))).boxes.tolist()
    [[0, 0, 3, 3]]
    """
    own = _united(len(runs.starts), *_touching(runs))
    count = int(own.max()) + 1 if len(own) else 0
    row, left = np.divmod(runs.starts, runs.pitch)
    right = left + runs.lengths
    order = np.argsort(own, kind="stable")
    first = np.searchsorted(own[order], np.arange(count))
    if not count:
        return Pieces(runs, own, np.zeros((0, 4), np.int64), np.zeros(0, np.int64))
    x, y = np.minimum.reduceat(left[order], first), row[order][first]
    foot = np.maximum.reduceat(row[order], first) + 1
    end = np.maximum.reduceat(right[order], first)
    areas = np.add.reduceat(runs.lengths[order], first)
    return Pieces(runs, own, np.stack([x, y, end - x, foot - y], axis=1), areas)


def lying_on(runs: Runs, mask: NDArray[np.uint8], part: float) -> Runs:
    """Leave out the pieces of which less than this part lies on a mask of 0 and 1, shape (h, w)."""
    if not len(runs.starts):
        return runs
    pieces = pieces_of(runs)
    lengths = runs.lengths
    first = np.cumsum(lengths) - lengths
    seen = np.add.reduceat(mask.ravel()[runs.pixels()], first, dtype=np.int64)
    on = np.bincount(pieces.own, weights=seen, minlength=len(pieces.areas))
    return runs.take((on >= part * pieces.areas)[pieces.own])


def _touching(runs: Runs) -> tuple[Places, Places]:
    """Give the pairs of runs that touch, the upper one first."""
    low = np.searchsorted(runs.stops, runs.starts + runs.pitch, "left")
    high = np.searchsorted(runs.starts, runs.stops + runs.pitch, "right")
    counts = high - low
    upper = np.repeat(np.arange(len(low)), counts)
    lower = np.arange(counts.sum()) + np.repeat(low - np.cumsum(counts) + counts, counts)
    return upper, lower


def _united(count: int, upper: Places, lower: Places) -> Places:
    """Number the sets that pairs unite, in order of their first members."""
    root = np.arange(count)
    while True:
        one, other = root[upper], root[lower]
        apart = one != other
        if not apart.any():
            break
        upper, lower, one, other = upper[apart], lower[apart], one[apart], other[apart]
        np.minimum.at(root, np.maximum(one, other), np.minimum(one, other))
        while not np.array_equal(root, further := root[root]):
            root = further
    return (np.cumsum(root == np.arange(count)) - 1)[root]
