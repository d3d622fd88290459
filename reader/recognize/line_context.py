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

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import chain
from typing import Protocol, runtime_checkable

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.errors import ModelError
from reader.recognize.classifier import CHUNK, filled, softmax
from reader.recognize.geometric_context import FEATURES, features
from reader.recognize.lattice import Lattice
from reader.recognize.spelling import LEAST, SPELLINGS, STRIDE, shares, spelt
from reader.recognize.strips import DIGIT, HEIGHT, STEP, may_be_drawn, places_of, strip_of
from reader.recognize.threads import at_once
from reader.recognize.transcribe import InContext, Spelled
from reader.types import CLASSES, NOT_A_DIGIT, Classifier, TextLine

INSIDE, BESIDE = 6, 4.0
"""Columns of a candidate that are read, from edge to edge, and how far beside it two more are, in pixels."""
FAINTEST = 0.05
"""A line whose columns are all less likely than this the middle of a digit holds none, however it is cut."""

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Seen:
    """A line as the context network sees it.

    Attributes
    ----------
    columns : ndarray of float32, shape (T, C + SPELLINGS)
        Features of the columns of its strip, and what they spell (`reader.recognize.spelling`).
    to_strip : ndarray of float64, shape (2, 3)
    scale : float
        Both as of its `reader.recognize.strips.Strip`.
    """

    columns: Floats
    to_strip: NDArray[np.float64]
    scale: float

    @property
    def spelled(self) -> Spelled:
        """What its columns spell."""
        return Spelled(self.columns[:, -SPELLINGS:], self.to_strip[0])

    def may_hold_digits(self) -> bool:
        """Tell whether any column may be the middle of a digit, however little."""
        likely = shares(self.columns[:, -SPELLINGS:])[:, :NOT_A_DIGIT]
        return bool(likely.max() > FAINTEST)


@runtime_checkable
class ContextClassifier(Protocol):
    """A classifier that knows candidates by their line too."""

    def see(
        self, lines: Sequence[TextLine], slants: Sequence[float], gray: NDArray[np.uint8]
    ) -> list[Seen | None]:
        """Look at whole lines; see `LineContext.see`."""

    def in_context(
        self, lattices: Sequence[Lattice], seen: Sequence[Seen | None], scores: Floats, stroke: float
    ) -> InContext:
        """Weigh scores by what the lines say; see `LineContext.rescore`."""


def see(
    classifier: Classifier, lines: Sequence[TextLine], slants: Sequence[float], gray: NDArray[np.uint8]
) -> list[Seen | None]:
    """Look at whole lines, as far as a classifier knows lines; see `LineContext.see`."""
    if isinstance(classifier, ContextClassifier):
        return classifier.see(lines, slants, gray)
    return [None] * len(lines)


def in_context(
    classifier: Classifier,
    lattices: Sequence[Lattice],
    seen: Sequence[Seen | None],
    scores: Floats,
    stroke: float,
) -> InContext:
    """Weigh scores by what the lines say, as far as a classifier knows lines; see `LineContext.rescore`."""
    if isinstance(classifier, ContextClassifier):
        return classifier.in_context(lattices, seen, scores, stroke)
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

    def see(
        self, lines: Sequence[TextLine], slants: Sequence[float], gray: NDArray[np.uint8]
    ) -> list[Seen | None]:
        """Look at whole lines, before anything is cut.

        Parameters
        ----------
        lines : sequence of TextLine
        slants : sequence of float
            Tangents of their leans.
        gray : ndarray of uint8, shape (h, w)
            The page's flattened ink.

        Returns
        -------
        list of Seen or None
            The same bytes for a line whichever others there are. None for what is too long to be a line.
        """
        found: list[Seen | None] = [None] * len(lines)
        strips = {k: strip_of(line, slants[k], gray) for k, line in enumerate(lines) if may_be_drawn(line)}
        if not strips:
            return found
        # By width: a network is set up anew for every other shape.
        order = sorted(strips, key=lambda k: strips[k].image.shape[1])
        reach = np.cumsum([strips[k].image.shape[1] for k in order])
        middle = int(np.searchsorted(reach, reach[-1] / 2)) + 1
        halves = at_once(
            lambda: [_features(self._trunks[0], strips[k].image) for k in order[:middle]],
            lambda: [_features(self._trunks[1], strips[k].image) for k in order[middle:]],
        )
        for k, columns in zip(order, chain(*halves), strict=True):
            found[k] = Seen(columns, strips[k].to_strip, strips[k].scale)
        return found

    def rescore(
        self, lattices: Sequence[Lattice], seen: Sequence[Seen | None], scores: Floats, stroke: float
    ) -> InContext:
        """Weigh the classifier's scores by what the lines say.

        Parameters
        ----------
        lattices : sequence of Lattice
        seen : sequence of Seen or None
            Their lines, as `see` gives them.
        scores : ndarray of float32, shape (N, 11)
            Of the candidates of all lattices, one after the other.
        stroke : float
            Width of strokes in pixels.

        Returns
        -------
        InContext
            The same bytes for a lattice whichever others there are. Lines that were not seen keep the scores
            they have, and spell nothing.
        """
        bounds = np.cumsum([0, *(len(lattice.candidates) for lattice in lattices)])
        found = scores.copy()
        spelled: list[Spelled | None] = [None] * len(lattices)
        rows, slots = [], []
        for k, (one, line) in enumerate(zip(lattices, seen, strict=True)):
            if line is None or not one.candidates:
                continue
            own = slice(bounds[k], bounds[k + 1])
            places = places_of(one, line.to_strip, line.scale)
            rows.append(entries(line.columns, places, scores[own], features(one, stroke)))
            slots.append(np.arange(own.start, own.stop))
            spelled[k] = line.spelled
        if rows:
            found[np.concatenate(slots)] = softmax(self._logits(np.concatenate(rows)))
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
