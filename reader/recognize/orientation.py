"""Which way up a page is, found by reading.

A 28×28 glyph turns by quarter turns without loss, so asking how many components are digits in each of
the four orientations costs three more batches and no new segmentation. Letters are poor evidence: the
network was never shown them lying down. So a page is turned where most of it is digits, or where many are
beyond doubt and next to none are as it lies: on upright pages of text no other orientation has more than a
handful of those, and on a newspaper that lies on its side a puzzle has a dozen.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reader.types import NOT_A_DIGIT, Classifier

GLANCE, SAMPLE = 80, 320
"""Most glyphs looked at first, and where those gave a reason to look again."""
SURE, CERTAIN = 0.9, 0.99
"""Probability from which a glyph counts as a digit, and as one beyond doubt."""
MOSTLY = 0.45
"""Part of the glyphs that must be digits in the orientation chosen ..."""
CLEARLY = 1.35
"""... and how many times more than as the page lies ..."""
ONLY = 3
"""... or how many times as many beyond doubt."""
FEWEST = 6
"""Fewer glyphs than this prove nothing."""


def quarter_turns(images: NDArray[np.float32], scores: NDArray[np.float32], classifier: Classifier) -> int:
    """Find how often a page must be turned counter-clockwise by 90° to stand upright.

    Parameters
    ----------
    images : ndarray of float32, shape (N, 28, 28, 1)
        The page's components as they lie.
    scores : ndarray of float32, shape (N, 11)
        Of these images.
    classifier : Classifier

    Returns
    -------
    int
        0 to 3.
    """
    turns = _turns(images, scores, classifier, GLANCE)
    if turns is None:
        turns = _turns(images, scores, classifier, SAMPLE)
    return turns or 0


def _turns(
    images: NDArray[np.float32], scores: NDArray[np.float32], classifier: Classifier, most: int
) -> int | None:
    """Find the turns by so many glyphs at most; None where more of them are to be asked."""
    step = -(-len(images) // most) or 1
    sample, as_is = images[::step], scores[::step]
    if len(sample) < FEWEST or _digits(as_is, SURE) > 0.75 * len(sample):
        return 0
    turned = [np.ascontiguousarray(np.rot90(sample, turns, axes=(1, 2))) for turns in (1, 2, 3)]
    found = [as_is, *map(classifier.scores, turned)]
    sure, certain = ([_digits(each, level) for each in found] for level in (SURE, CERTAIN))
    best = int(np.argmax(sure))
    if sure[best] >= max(MOSTLY * len(sample), CLEARLY * sure[0], sure[0] + 3):
        return best
    best = int(np.argmax(certain))
    if certain[best] >= max(FEWEST, ONLY * certain[0]):
        return best
    return None if step > 1 and certain[best] >= max(2, 2 * certain[0]) else 0


def _digits(scores: NDArray[np.float32], level: float) -> int:
    """Count the glyphs that are digits. A 1, a 0 and an 8 look alike upside down and lying."""
    best = scores[:, :NOT_A_DIGIT]
    return int(np.count_nonzero((best.max(axis=1) > level) & ~np.isin(best.argmax(axis=1), (0, 1, 8))))
