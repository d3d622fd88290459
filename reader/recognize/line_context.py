"""What the rest of its line says of a candidate.

The classifier sees each candidate at one size, without what is around it: half of a "1" with a long upstroke
is a "1" to it, a trailing comma too, and the O of a word a zero. So the line is looked at once more, whole:
a convolutional network turns its strip (`reader.recognize.strips`) into a row of features, each knowing two
digits to either side, and a small head reads them where the candidate lies, as detectors pool regions
(Girshick, "Fast R-CNN", doi:10.1109/ICCV.2015.169). The head knows what the columns spell there
(`reader.recognize.spelling`), the classifier's probabilities and the candidate's geometry too, and gives what
all together make likeliest. Both are trained on synthetic lines
(`reader.train.context_fit`).
"""

from __future__ import annotations

from itertools import chain
from typing import Protocol, runtime_checkable

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.errors import ModelError
from reader.recognize.classifier import CHUNK, filled, softmax
from reader.recognize.geometric_context import FEATURES, features
from reader.recognize.lattice import Lattice
from reader.recognize.spelling import LEAST, SPELLINGS, STRIDE, spelt
from reader.recognize.strips import DIGIT, HEIGHT, STEP, may_be_drawn, strip_of
from reader.recognize.threads import at_once
from reader.recognize.transcribe import InContext, Spelled
from reader.types import CLASSES, Classifier

INSIDE, BESIDE = 6, 4.0
"""Columns of a candidate that are read, from edge to edge, and how far beside it two more are, in pixels."""

Floats = NDArray[np.float32]


@runtime_checkable
class ContextClassifier(Protocol):
    """A classifier that knows candidates by their line too."""

    def in_context(
        self, lattices: list[Lattice], gray: NDArray[np.uint8], scores: Floats, stroke: float
    ) -> InContext:
        """Weigh scores by what the lines say; see `LineContext.rescore`."""


def in_context(
    classifier: Classifier, lattices: list[Lattice], gray: NDArray[np.uint8], scores: Floats, stroke: float
) -> InContext:
    """Weigh scores by what the lines say, as far as a classifier knows lines; see `LineContext.rescore`."""
    if isinstance(classifier, ContextClassifier):
        return classifier.in_context(lattices, gray, scores, stroke)
    return InContext(scores, (None,) * len(lattices))


class LineContext:
    """The context network, run by OpenCV.

    Parameters
    ----------
    trunk : bytes
        ONNX, from float32 (1, HEIGHT, W, 2) to features (1, 1, W / 2, C).
    head : bytes
        ONNX, from (N, K), what `entries` gives, to logits (N, 11).

    Raises
    ------
    ModelError
        When OpenCV cannot load or run them.
    """

    def __init__(self, trunk: bytes, head: bytes) -> None:
        try:
            # Two lines at a time: one leaves a second core idle half of the time.
            self._trunks = [cv2.dnn.readNetFromONNX(np.frombuffer(trunk, np.uint8)) for _ in range(2)]
            self._head = cv2.dnn.readNetFromONNX(np.frombuffer(head, np.uint8))
            row = _features(self._trunks[0], np.zeros((HEIGHT, STEP, 2), np.uint8))
            nothing = np.full((1, len(CLASSES)), 1 / len(CLASSES), np.float32)
            blank = entries(row, np.zeros((1, 4)), nothing, np.zeros((1, FEATURES)))
            shape = self._logits(blank).shape
        except cv2.error as error:
            raise ModelError("OpenCV cannot run the context network; install reader again") from error
        if shape != (1, len(CLASSES)):
            raise ModelError(f"the context network gives {shape}, not (1, 11); install reader again")

    def rescore(
        self, lattices: list[Lattice], gray: NDArray[np.uint8], scores: Floats, stroke: float
    ) -> InContext:
        """Weigh the classifier's scores by what the lines say.

        Parameters
        ----------
        lattices : list of Lattice
        gray : ndarray of uint8, shape (h, w)
            The page's flattened ink.
        scores : ndarray of float32, shape (N, 11)
            Of the candidates of all lattices, one after the other.
        stroke : float
            Width of strokes in pixels.

        Returns
        -------
        InContext
            The same bytes for a lattice whichever others there are. Lines too long to be lines keep the
            scores they have, and spell nothing.
        """
        bounds = np.cumsum([0, *(len(lattice.candidates) for lattice in lattices)])
        asked = [k for k, one in enumerate(lattices) if one.candidates and may_be_drawn(one.line)]
        spelled: list[Spelled | None] = [None] * len(lattices)
        if not asked:
            return InContext(scores, tuple(spelled))
        strips = {k: strip_of(lattices[k], gray) for k in asked}
        # By width: a network is set up anew for every other shape.
        order = sorted(asked, key=lambda k: strips[k].image.shape[1])
        reach = np.cumsum([strips[k].image.shape[1] for k in order])
        middle = int(np.searchsorted(reach, reach[-1] / 2)) + 1
        seen = at_once(
            lambda: [_features(self._trunks[0], strips[k].image) for k in order[:middle]],
            lambda: [_features(self._trunks[1], strips[k].image) for k in order[middle:]],
        )
        rows: dict[int, Floats] = {}
        for k, row in zip(order, chain(*seen), strict=True):
            own = scores[bounds[k] : bounds[k + 1]]
            rows[k] = entries(row, strips[k].places, own, features(lattices[k], stroke))
            spelled[k] = Spelled(row[:, -SPELLINGS:], strips[k].to_strip[0])
        found = scores.copy()
        slots = np.concatenate([np.arange(bounds[k], bounds[k + 1]) for k in asked])
        found[slots] = softmax(self._logits(np.concatenate([rows[k] for k in asked])))
        return InContext(found, tuple(spelled))

    def _logits(self, rows: Floats) -> Floats:
        """Run the head on rows (N, K); shape (N, 11)."""
        logits = np.empty((len(rows), len(CLASSES)), np.float32)
        for start in range(0, len(rows), CHUNK):
            part = rows[start : start + CHUNK]
            self._head.setInput(filled(part))
            logits[start : start + CHUNK] = np.asarray(self._head.forward())[: len(part)]
        return logits


def _features(trunk: cv2.dnn.Net, image: NDArray[np.uint8]) -> Floats:
    """Run the trunk on one strip (HEIGHT, W, 2); shape (W / 2, C)."""
    trunk.setInput(image[None].astype(np.float32) / np.float32(255))
    return np.array(trunk.forward()[0, 0], np.float32)


def entries(
    row: Floats, places: NDArray[np.float64], scores: Floats, measured: NDArray[np.float64]
) -> Floats:
    """Make what the head is asked: the row of features where candidates lie, and what else is known of them.

    Parameters
    ----------
    row : ndarray of float32, shape (W / 2, C + SPELLINGS)
        What the trunk gives: features of columns, and what they spell (`reader.recognize.spelling`).
    places : ndarray of float64, shape (N, 4)
        As in `reader.recognize.strips.Strip`.
    scores : ndarray of float32, shape (N, 11)
        The classifier's.
    measured : ndarray of float64, shape (N, FEATURES)
        See `reader.recognize.geometric_context.features`.

    Returns
    -------
    ndarray of float32, shape (N, (INSIDE + 2) * C + 4 + SPELT + 11 + FEATURES)
    """
    spelling = spelt(row[:, -SPELLINGS:], places)
    row = row[:, :-SPELLINGS]
    at = columns(places).clip(0, len(row) - 1)
    low = np.floor(at).astype(np.intp)
    high = np.minimum(low + 1, len(row) - 1)
    part = (at - low)[..., None].astype(np.float32)
    read = row[low] * (1 - part) + row[high] * part
    logs = np.log(np.maximum(scores, np.float32(np.exp(LEAST))))
    parts = [read.reshape(len(places), -1), sizes(places), spelling, logs, measured]
    return np.concatenate(parts, axis=1, dtype=np.float32)


def columns(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give the columns of features at which candidates are read, shape (N, INSIDE + 2)."""
    left, right = places[:, :1], places[:, 1:2]
    inside = left + (right - left) * np.linspace(0, 1, INSIDE)
    return np.concatenate([left - BESIDE, inside, right + BESIDE], axis=1) / STRIDE - 0.5


def sizes(places: NDArray[np.float64]) -> NDArray[np.float64]:
    """Give top, foot, width and height of candidates about as numbers from 0 to 1, shape (N, 4)."""
    left, right, top, foot = places.T
    return np.stack([top / HEIGHT, foot / HEIGHT, (right - left) / DIGIT, (foot - top) / DIGIT], axis=1)
