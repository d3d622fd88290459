"""The network that tells digits, run by OpenCV: reading needs no TensorFlow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.errors import ModelError
from reader.recognize.transcribe import InContext
from reader.types import CLASSES, GLYPH_SIZE, TextLine

if TYPE_CHECKING:
    from reader.recognize.lattice import Lattice
    from reader.recognize.line_context import LineContext, Seen

CHUNK = 64
STEP = 8  # runs are filled up to a multiple of this, so that no matrix kernel meets a ragged edge


class OnnxClassifier:
    """A network in ONNX form, as a `reader.types.Classifier`.

    A glyph's scores are the same bytes whether it comes alone or in any place of any batch.

    Parameters
    ----------
    onnx : bytes
        A network that takes float32 (N, 28, 28, 1) and gives logits (N, 11); one that gives
        (N, 10) never says "not a digit".
    id : str
        Name of the model, as results state it.
    temperature : float
        The logits are divided by it before softmax, which calibrates the scores.
    power : float
        See `softmax`.
    context : LineContext, optional
        What knows candidates by their line too.

    Raises
    ------
    ModelError
        When OpenCV cannot load or run the network, or its output has another shape.
    """

    def __init__(
        self,
        onnx: bytes,
        id: str,
        temperature: float = 1.0,
        power: float = 1.0,
        context: LineContext | None = None,
    ) -> None:
        self._id, self._context = id, context
        self._temperature, self._power = temperature, power
        try:
            self._net = cv2.dnn.readNetFromONNX(np.frombuffer(onnx, np.uint8))
            shape = self._run(np.zeros((STEP, GLYPH_SIZE, GLYPH_SIZE, 1), np.float32)).shape
        except cv2.error as error:
            raise ModelError(f"{id}: OpenCV cannot run this network; export it again as ONNX") from error
        if len(shape) != 2 or shape[0] != STEP or shape[1] not in (len(CLASSES) - 1, len(CLASSES)):
            raise ModelError(
                f"{id}: a network that gives (N, 11) or (N, 10) is needed, not {shape} for {STEP}"
            )
        self._outputs = int(shape[1])

    @property
    def id(self) -> str:
        """Name of the model, as results state it."""
        return self._id

    @property
    def outputs(self) -> int:
        """Classes that the network itself knows: 11, or 10 where it has no "not a digit"."""
        return self._outputs

    def scores(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """Classify glyphs.

        Parameters
        ----------
        images : ndarray of float32, shape (N, 28, 28, 1), in [0, 1], ink bright

        Returns
        -------
        ndarray of float32, shape (N, 11)
            Calibrated probabilities of the classes; rows sum to 1.

        Raises
        ------
        ValueError
            When `images` has another shape or type.
        """
        if images.dtype != np.float32 or images.shape[1:] != (GLYPH_SIZE, GLYPH_SIZE, 1):
            raise ValueError(f"glyphs need float32 (N, 28, 28, 1), not {images.dtype} {images.shape}")
        logits = np.full((len(images), len(CLASSES)), -np.inf, np.float32)
        for start in range(0, len(images), CHUNK):
            part = images[start : start + CHUNK]
            logits[start : start + CHUNK, : self._outputs] = self._run(filled(part))[: len(part)]
        return softmax(logits, self._temperature, self._power)

    def see(
        self, lines: Sequence[TextLine], slants: Sequence[float], gray: NDArray[np.uint8]
    ) -> list[Seen | None]:
        """Look at whole lines, where there is a context network.

        See `reader.recognize.line_context.LineContext.see`.
        """
        return [None] * len(lines) if self._context is None else self._context.see(lines, slants, gray)

    def in_context(
        self,
        lattices: Sequence[Lattice],
        seen: Sequence[Seen | None],
        scores: NDArray[np.float32],
        stroke: float,
    ) -> InContext:
        """Weigh scores by what the lines say, where there is a context network.

        See `reader.recognize.line_context.LineContext.rescore`.
        """
        if self._context is None:
            return InContext(scores, (None,) * len(lattices))
        return self._context.rescore(lattices, seen, scores, stroke)

    def _run(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        self._net.setInput(images)
        output: NDArray[np.float32] = np.asarray(self._net.forward(), np.float32)
        return output


def softmax(logits: NDArray[np.float32], temperature: float = 1.0, power: float = 1.0) -> NDArray[np.float32]:
    """Turn logits into probabilities.

    They are those of ``exp(-((max - logit) / temperature) ** power)``: with a power of 1 the common softmax.

    Parameters
    ----------
    logits : ndarray of float32, shape (N, K)
        At least one of each row is finite.
    temperature : float
        Above 1 flattens the probabilities, below 1 sharpens them.
    power : float
        Above 1 sharpens clear cases and flattens close ones; no order of classes changes.

    Returns
    -------
    ndarray of float32, shape (N, K)

    Examples
    --------
    >>> softmax(np.array([[0.0, 0.0]], np.float32)).tolist()
    [[0.5, 0.5]]
    """
    exact = logits.astype(np.float64)
    behind = (exact.max(axis=1, keepdims=True) - exact) / temperature
    odds = np.exp(-(behind if power == 1.0 else behind**power))
    probabilities: NDArray[np.float32] = (odds / odds.sum(axis=1, keepdims=True)).astype(np.float32)
    return probabilities


def filled(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Append blank rows, shape (N, ...), up to a multiple of `STEP`."""
    missing = -len(rows) % STEP
    return np.ascontiguousarray(np.pad(rows, ((0, missing), *((0, 0),) * (rows.ndim - 1))))
