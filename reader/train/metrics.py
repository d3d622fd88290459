"""Figures that say how good a network is: shares with intervals, calibration, and what rejecting buys."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.types import CLASSES

BINS = 15
"""Equal-width bins of the calibration error, as Guo et al. (arXiv:1706.04599) take them."""
SURE = 0.99
"""From this confidence on a reading counts as sure."""
ACCEPTED = 0.99
"""Share of digits that has to be accepted where it is asked how many others are rejected."""
_Z = 1.959963984540054

Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Share:
    """So many of so many.

    Attributes
    ----------
    count, of : int

    Examples
    --------
    >>> most = Share(99, 100)
    >>> most.value, [round(end, 4) for end in most.interval]
    (0.99, [0.9455, 0.9982])
    """

    count: int
    of: int

    @property
    def value(self) -> float | None:
        """The share itself; None of nothing."""
        return self.count / self.of if self.of else None

    @property
    def interval(self) -> tuple[float, float]:
        """The 95 % interval of Wilson's score (doi:10.1080/01621459.1927.10502953), inside [0, 1]."""
        return wilson(self.count, self.of)


def wilson(count: int, of: int) -> tuple[float, float]:
    """Give Wilson's 95 % interval for the probability behind `count` of `of`.

    Raises
    ------
    ValueError
        There are more counted than there are, or fewer than none.

    Examples
    --------
    >>> [round(end, 3) for end in wilson(0, 10)]
    [0.0, 0.278]
    >>> wilson(0, 0)
    (0.0, 1.0)
    """
    if not 0 <= count <= of:
        raise ValueError(f"{count} of {of} is no share")
    if of == 0:
        return 0.0, 1.0
    share, extra = count / of, _Z * _Z / of
    middle = (share + extra / 2) / (1 + extra)
    half = _Z / (1 + extra) * math.sqrt(share * (1 - share) / of + extra / (4 * of))
    # At the ends rounding would push the share itself out by a hair.
    low = 0.0 if count == 0 else max(0.0, middle - half)
    return low, 1.0 if count == of else min(1.0, middle + half)


@dataclass(frozen=True, slots=True)
class Bin:
    """Glyphs of about the same confidence.

    Attributes
    ----------
    low, high : float
        It holds confidences above `low`, up to `high`.
    right : Share
        How many of them are read right.
    confidence : float or None
        Mean of theirs; None where there are none.
    """

    low: float
    high: float
    right: Share
    confidence: float | None


def reliability(confidence: Floats, right: NDArray[np.bool_], bins: int = BINS) -> tuple[Bin, ...]:
    """Sort readings into bins of equal width by their confidence.

    Parameters
    ----------
    confidence : ndarray of float64, shape (N,), in [0, 1]
    right : ndarray of bool, shape (N,)
    bins : int

    Returns
    -------
    tuple of Bin
        From 0 to 1; their counts add up to N.
    """
    rows = np.clip(np.ceil(confidence * bins).astype(np.intp) - 1, 0, bins - 1)
    count = np.bincount(rows, minlength=bins)
    correct = np.bincount(rows[right], minlength=bins)
    # fsum is exact, so that the order of the glyphs cannot show in the last digit.
    mean = [math.fsum(confidence[rows == row].tolist()) / max(int(count[row]), 1) for row in range(bins)]
    return tuple(
        Bin(
            row / bins,
            (row + 1) / bins,
            Share(int(correct[row]), int(count[row])),
            mean[row] if count[row] else None,
        )
        for row in range(bins)
    )


def calibration_error(bins: tuple[Bin, ...]) -> float | None:
    """Give the expected calibration error: how far confidence and accuracy are apart, weighted by count.

    Returns
    -------
    float or None
        In [0, 1]; None where there are no readings.

    Examples
    --------
    >>> half_right = reliability(np.full(4, 0.9), np.array([True, True, False, False]))
    >>> round(calibration_error(half_right), 3)
    0.4
    """
    total = sum(part.right.of for part in bins)
    apart = [abs(part.right.count - part.right.of * (part.confidence or 0.0)) for part in bins]
    return math.fsum(apart) / total if total else None


@dataclass(frozen=True, slots=True)
class Curve:
    """How two shares change together with a threshold.

    Attributes
    ----------
    x, y : ndarray of float64, shape (K,)
    """

    x: Floats
    y: Floats

    def thinned(self, most: int = 200) -> Curve:
        """Give at most so many of the points, the first and the last among them."""
        rows = np.unique(np.linspace(0, len(self.x) - 1, min(most, len(self.x))).round().astype(np.intp))
        return Curve(self.x[rows], self.y[rows])


def error_by_rejects(confidence: Floats, right: NDArray[np.bool_]) -> Curve:
    """Tell how the error falls when the least confident readings are rejected (risk against coverage).

    Parameters
    ----------
    confidence : ndarray of float64, shape (N,)
    right : ndarray of bool, shape (N,)

    Returns
    -------
    Curve
        x: share rejected, from 0 upwards; one point for each confidence that occurs, as equal ones go
        together. y: share of wrong ones among those that are left. Empty for no readings.

    Examples
    --------
    >>> curve = error_by_rejects(np.array([0.9, 0.5, 0.9, 0.7]), np.array([True, False, True, True]))
    >>> curve.x.tolist(), curve.y.tolist()
    ([0.0, 0.25, 0.5], [0.25, 0.0, 0.0])
    """
    order = np.argsort(confidence, kind="stable")
    first = np.flatnonzero(np.diff(confidence[order], prepend=-np.inf) > 0)
    left = len(order) - first
    wrong = np.cumsum(~right[order][::-1])[::-1][first]
    return Curve(first / max(len(order), 1), wrong / left)


def acceptance(digits: Floats, others: Floats) -> Curve:
    """Tell how many digits are accepted and how many others rejected, for each threshold.

    Parameters
    ----------
    digits, others : ndarray of float64, shapes (N,) and (M,)
        Their probability to be no digit: a glyph is rejected where it lies above the threshold.

    Returns
    -------
    Curve
        x: share of the digits that is accepted, never falling; y: share of the others that is rejected,
        never rising.

    Examples
    --------
    >>> curve = acceptance(np.array([0.1, 0.6]), np.array([0.5, 0.9]))
    >>> curve.x.tolist(), curve.y.tolist()
    ([0.0, 0.5, 0.5, 1.0, 1.0], [1.0, 1.0, 0.5, 0.5, 0.0])
    """
    thresholds = np.unique(np.concatenate([digits, others]))
    accepted = np.searchsorted(np.sort(digits), thresholds, side="right") / max(len(digits), 1)
    rejected = 1 - np.searchsorted(np.sort(others), thresholds, side="right") / max(len(others), 1)
    return Curve(np.concatenate([[0.0], accepted]), np.concatenate([[1.0], rejected]))


def rejected_at(digits: Floats, others: Floats, accepted: float = ACCEPTED) -> Share:
    """Count the others that are rejected with the strictest threshold that accepts this share of the digits.

    Parameters
    ----------
    digits, others : ndarray of float64, shapes (N,) and (M,)
        Their probability to be no digit.
    accepted : float
        Above 0, at most 1.

    Examples
    --------
    >>> rejected_at(np.array([0.1, 0.2, 0.3, 0.9]), np.array([0.25, 0.5]), 0.5)
    Share(count=2, of=2)
    >>> rejected_at(np.array([0.1, 0.2, 0.3, 0.9]), np.array([0.25, 0.5]), 0.75)
    Share(count=1, of=2)
    """
    if not len(digits) or not len(others):
        return Share(0, 0)
    # A hair less, lest 0.99 times 100 asks for 100.
    needed = math.ceil(accepted * len(digits) - 1e-9)
    threshold = np.sort(digits)[needed - 1]
    return Share(int(np.count_nonzero(others > threshold)), len(others))


def confusion(labels: NDArray[np.integer[Any]], found: NDArray[np.integer[Any]]) -> NDArray[np.int64]:
    """Count what was read as what, int64 (11, 11): a row for each class, a column for each reading."""
    size = len(CLASSES)
    return np.bincount(labels.astype(np.int64) * size + found, minlength=size * size).reshape(size, size)
