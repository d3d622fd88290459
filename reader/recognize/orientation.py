"""Which way up a page is, found by reading.

A 28×28 glyph turns by quarter turns without loss, so asking how many components are digits in each of
the four orientations costs three more batches and no new segmentation. Only digits beyond doubt count, and
none that looks alike upside down or lying. On a page of text these are few, so what its layout says
(`reader.recognize.text_direction`) counts too.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reader.recognize.text_direction import TextDirection
from reader.types import NOT_A_DIGIT, Classifier

SAMPLES = (80, 320, 640)
"""Most glyphs looked at first, and where those left it open."""
SURE, CERTAIN = 0.9, 0.99
"""Probability from which a glyph counts as a digit, and as one beyond doubt."""
CLEAR = 0.75
"""Part of a page's glyphs that are digits as they lie, where nothing else is tried."""
FEWEST = 6
"""Fewer glyphs than this prove nothing."""
READ, LAID = 1.5, 0.7
"""What digits count, and what the layout counts for each thing that it tells."""
BOUND = 4.0
"""Most that one thing told by the layout may come to, before it is weighed."""
ENOUGH = 1.5
"""From what sum a page is turned ..."""
OPEN = -1.0
"""... and from what sum up to twice that a closer look is taken."""


def quarter_turns(
    images: NDArray[np.float32],
    scores: NDArray[np.float32],
    classifier: Classifier,
    direction: TextDirection,
    *,
    turned: bool = False,
) -> int:
    """Find how often a page must be turned counter-clockwise by 90° to stand upright.

    Parameters
    ----------
    images : ndarray of float32, shape (N, 28, 28, 1)
        The page's components as they lie.
    scores : ndarray of float32, shape (N, 11)
        Of these images.
    classifier : Classifier
    direction : TextDirection
        Of the page's lines.
    turned : bool
        The page has been laid level already, on no better grounds for one side than for the other: it
        stands upright or on its head, and neither is likelier beforehand.

    Returns
    -------
    int
        0 to 3.
    """
    if len(images) < FEWEST:
        return 0
    for most in SAMPLES:
        step = -(-len(images) // most)
        sample, as_is = images[::step], scores[::step]
        if not turned and _count(as_is, SURE) > CLEAR * len(sample):
            return 0
        reasons = _reasons(sample, as_is, classifier, direction, odd=not turned)
        best = max(reasons, key=lambda turns: reasons[turns])
        if step == 1 or not OPEN < reasons[best] < 2 * ENOUGH:
            break
    return best if reasons[best] > (0.0 if turned else ENOUGH) else 0


def _reasons(
    sample: NDArray[np.float32],
    as_is: NDArray[np.float32],
    classifier: Classifier,
    direction: TextDirection,
    *,
    odd: bool,
) -> dict[int, float]:
    """Weigh each turn against leaving the page as it lies."""
    lying = LAID * _excess(direction.upright, direction.level)
    head = LAID * (_excess(direction.hanging, direction.rising) + _excess(direction.high, direction.low))
    laid = {1: lying, 2: head, 3: lying} if odd else {2: head}
    certain = _count(as_is, CERTAIN)
    return {
        turns: READ * _odds(_count(classifier.scores(_rotated(sample, turns)), CERTAIN), certain) + reason
        for turns, reason in laid.items()
    }


def _rotated(images: NDArray[np.float32], turns: int) -> NDArray[np.float32]:
    return np.ascontiguousarray(np.rot90(images, turns, axes=(1, 2)))


def _odds(more: int, less: int) -> float:
    """Say by how many standard deviations one count exceeds the other; few things say little."""
    return float((more - less) / np.sqrt(more + less + 3))


def _excess(more: int, less: int) -> float:
    return float(np.clip(_odds(more, less), -BOUND, BOUND))


def _count(scores: NDArray[np.float32], level: float) -> int:
    """Count the glyphs that are digits. A 1, a 0 and an 8 look alike upside down and lying."""
    best = scores[:, :NOT_A_DIGIT]
    return int(np.count_nonzero((best.max(axis=1) > level) & ~np.isin(best.argmax(axis=1), (0, 1, 8))))
