"""Judges a network by its scores on labelled glyphs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.train.metrics import (
    BINS,
    SURE,
    Bin,
    Curve,
    Share,
    acceptance,
    calibration_error,
    confusion,
    error_by_rejects,
    rejected_at,
    reliability,
)
from reader.types import CLASSES, NOT_A_DIGIT

DEFINITIONS = {
    "among_ten": 'digits alone, with "not a digit" left out: the likeliest digit is the right one',
    "with_eleventh": "digits alone: the likeliest of eleven classes is the right one, a reject is an error",
    "rejected": 'what is no digit: the likeliest of the eleven classes is "not a digit"',
    "calibration_error": f"expected calibration error: {BINS} bins of equal width of the likeliest class's "
    "probability, the mean of |accuracy - mean confidence| weighted by glyphs",
    "sure_wrong": f"of the glyphs read as a digit with a confidence of {SURE} or more, those that are "
    "another digit or none",
    "rejected_at_99": 'what is no digit and rejected by the threshold on the probability of "not a digit" '
    "that accepts 99 % of the digits",
    "interval": "95 % Wilson score interval",
}
"""What the figures mean, as reports state it."""


@dataclass(frozen=True, slots=True)
class ClassFigures:
    """How one class fares.

    Attributes
    ----------
    name : str
    among_ten : Share or None
        None for "not a digit".
    right : Share
        Read as itself by the likeliest of eleven classes.
    """

    name: str
    among_ten: Share | None
    right: Share


@dataclass(frozen=True, slots=True)
class Judgement:
    """The figures of some glyphs; what each means: `DEFINITIONS`.

    Attributes
    ----------
    glyphs : int
    among_ten, with_eleventh, rejected, sure_wrong, rejected_at_99 : Share
        Of nothing, where there are no glyphs of the kind.
    classes : tuple of ClassFigures
        Eleven.
    confusion : ndarray of int64, shape (11, 11)
        Rows are classes, columns readings.
    bins : tuple of Bin
    calibration_error : float or None
    errors_of_digits, errors_of_all : Curve
        Error against the share rejected by confidence, for digits alone among ten, and for all glyphs.
    acceptance : Curve or None
        Digits accepted against others rejected; None where one kind is missing.
    """

    glyphs: int
    among_ten: Share
    with_eleventh: Share
    rejected: Share
    sure_wrong: Share
    rejected_at_99: Share
    classes: tuple[ClassFigures, ...]
    confusion: NDArray[np.int64]
    bins: tuple[Bin, ...]
    calibration_error: float | None
    errors_of_digits: Curve
    errors_of_all: Curve
    acceptance: Curve | None


def judge(scores: NDArray[np.float32], labels: NDArray[np.uint8]) -> Judgement:
    """Work out the figures of some glyphs.

    Parameters
    ----------
    scores : ndarray of float32, shape (N, 11)
        Probabilities of the classes.
    labels : ndarray of uint8, shape (N,)

    Raises
    ------
    ValueError
        The shapes do not fit.
    """
    if scores.shape != (len(labels), len(CLASSES)):
        raise ValueError(f"{len(labels)} glyphs need scores (N, {len(CLASSES)}), not {scores.shape}")
    exact = scores.astype(np.float64)
    found, ten = exact.argmax(axis=1), exact[:, :NOT_A_DIGIT].argmax(axis=1)
    digits, confidence, rejecting = labels != NOT_A_DIGIT, exact.max(axis=1), exact[:, NOT_A_DIGIT]
    sure = (found != NOT_A_DIGIT) & (confidence >= SURE)
    bins = reliability(confidence, found == labels)
    both = digits.any() and not digits.all()
    return Judgement(
        glyphs=len(labels),
        among_ten=_share((ten == labels)[digits]),
        with_eleventh=_share((found == labels)[digits]),
        rejected=_share((found == labels)[~digits]),
        sure_wrong=_share((found != labels)[sure]),
        rejected_at_99=rejected_at(rejecting[digits], rejecting[~digits]),
        classes=tuple(_class(row, labels, found, ten) for row in range(len(CLASSES))),
        confusion=confusion(labels, found),
        bins=bins,
        calibration_error=calibration_error(bins),
        errors_of_digits=error_by_rejects(exact[digits, :NOT_A_DIGIT].max(axis=1), (ten == labels)[digits]),
        errors_of_all=error_by_rejects(confidence, found == labels),
        acceptance=acceptance(rejecting[digits], rejecting[~digits]) if both else None,
    )


def worst(scores: NDArray[np.float32], labels: NDArray[np.uint8], most: int) -> NDArray[np.intp]:
    """Give the rows of the misreads, the most confident wrong ones first, equal ones in their order."""
    found = scores.argmax(axis=1)
    wrong = np.flatnonzero(found != labels)
    order = np.argsort(-scores[wrong, found[wrong]], kind="stable")
    rows: NDArray[np.intp] = wrong[order][:most]
    return rows


def _share(right: NDArray[np.bool_]) -> Share:
    return Share(int(np.count_nonzero(right)), len(right))


def _class(
    row: int, labels: NDArray[np.uint8], found: NDArray[np.intp], ten: NDArray[np.intp]
) -> ClassFigures:
    own = labels == row
    among_ten = None if row == NOT_A_DIGIT else _share(ten[own] == row)
    return ClassFigures(CLASSES[row], among_ten, _share(found[own] == row))


def facts(judged: Judgement) -> dict[str, Any]:
    """Give the figures as what JSON can hold."""
    return {
        "glyphs": judged.glyphs,
        "among_ten": share_facts(judged.among_ten),
        "with_eleventh": share_facts(judged.with_eleventh),
        "rejected": share_facts(judged.rejected),
        "rejected_at_99": share_facts(judged.rejected_at_99),
        "sure_wrong": share_facts(judged.sure_wrong),
        "calibration_error": _rounded(judged.calibration_error),
        "by_class": [
            {
                "class": one.name,
                "among_ten": share_facts(one.among_ten) if one.among_ten else None,
                "right": share_facts(one.right),
            }
            for one in judged.classes
        ],
        "confusion": judged.confusion.tolist(),
        "reliability": [
            {
                "above": _rounded(part.low),
                "up_to": _rounded(part.high),
                "confidence": _rounded(part.confidence),
                "right": share_facts(part.right),
            }
            for part in judged.bins
        ],
        "error_by_rejects": {
            "digits": _curve(judged.errors_of_digits),
            "all": _curve(judged.errors_of_all),
        },
        "acceptance": _curve(judged.acceptance) if judged.acceptance else None,
    }


def share_facts(share: Share) -> dict[str, Any]:
    """Give a share as what JSON can hold; its value is null where it is of nothing."""
    low, high = share.interval
    return {
        "count": share.count,
        "of": share.of,
        "share": _rounded(share.value),
        "low": _rounded(low),
        "high": _rounded(high),
    }


def _curve(curve: Curve) -> list[list[float]]:
    thin = curve.thinned()
    return [[round(float(x), 6), round(float(y), 6)] for x, y in zip(thin.x, thin.y, strict=True)]


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 6)
