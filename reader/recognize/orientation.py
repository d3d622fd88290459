"""Which way up a page is, found by reading.

A 28×28 glyph turns by quarter turns without loss, so asking how many components are digits in each of
the four orientations costs three more batches and no new segmentation. Letters are no evidence: the
network was never shown them lying down. So a page is turned only where most of it is digits.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reader.types import NOT_A_DIGIT, Classifier

SAMPLE = 64
"""Most glyphs looked at."""
SURE = 0.9
"""Probability from which a glyph counts as a digit."""
MOSTLY = 0.45
"""Part of the glyphs that must be digits in the orientation chosen ..."""
CLEARLY = 1.35
"""... and how many times more than as the page lies."""
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
    step = -(-len(images) // SAMPLE) or 1
    sample, as_is = images[::step], _digits(scores[::step])
    if len(sample) < FEWEST or as_is > 0.75 * len(sample):
        return 0
    found = [as_is]
    for turns in (1, 2, 3):
        turned = np.ascontiguousarray(np.rot90(sample, turns, axes=(1, 2)))
        found.append(_digits(classifier.scores(turned)))
    best = int(np.argmax(found))
    if found[best] < max(MOSTLY * len(sample), CLEARLY * as_is, as_is + 3):
        return 0
    return best


def _digits(scores: NDArray[np.float32]) -> int:
    """Count the glyphs that are surely digits. A 1, a 0 and an 8 look alike upside down and lying."""
    best = scores[:, :NOT_A_DIGIT]
    return int(np.count_nonzero((best.max(axis=1) > SURE) & ~np.isin(best.argmax(axis=1), (0, 1, 8))))
