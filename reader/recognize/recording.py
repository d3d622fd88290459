"""A classifier that remembers what it was asked: the glyph behind a digit that was read."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from reader.recognize.lattice import Lattice
from reader.recognize.line_context import Seen, in_context, see
from reader.recognize.transcribe import InContext
from reader.types import CLASSES, GLYPH_SIZE, Char, Classifier, TextLine

_ROUNDED = 1e-5
"""Relative difference of probabilities that rounding explains."""


class RecordingClassifier:
    """Passes glyphs on to a classifier and keeps them with their scores, as a `reader.types.Classifier`.

    Parameters
    ----------
    classifier : Classifier
    """

    def __init__(self, classifier: Classifier) -> None:
        self._classifier = classifier
        self.forget()

    @property
    def id(self) -> str:
        """Name of the model, as results state it."""
        return self._classifier.id

    @property
    def glyphs(self) -> NDArray[np.float32]:
        """The glyphs that were classified, float32 (N, 28, 28), the oldest first."""
        return np.concatenate(self._images)

    @property
    def rows(self) -> NDArray[np.float32]:
        """Their scores, float32 (N, 11)."""
        return np.concatenate(self._rows)

    def scores(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """Classify glyphs and remember them; see `reader.types.Classifier.scores`."""
        found = self._classifier.scores(images)
        self._images.append(images[..., 0].copy())
        self._rows.append(found.copy())
        return found

    def see(
        self, lines: Sequence[TextLine], slants: Sequence[float], gray: NDArray[np.uint8]
    ) -> list[Seen | None]:
        """Look at whole lines, as `reader.recognize.line_context.LineContext.see` does."""
        return see(self._classifier, lines, slants, gray)

    def in_context(
        self,
        lattices: Sequence[Lattice],
        seen: Sequence[Seen | None],
        scores: NDArray[np.float32],
        stroke: float,
    ) -> InContext:
        """Weigh the scores given last, and remember what became of them.

        See `reader.recognize.line_context.LineContext.rescore`. What the columns spell is kept back: a digit
        that is read from them comes from no glyph.
        """
        found = in_context(self._classifier, lattices, seen, scores, stroke)
        self._rows[-1] = found.scores.copy()
        return InContext(found.scores, (None,) * len(lattices))

    def forget(self) -> None:
        """Forget all glyphs: to call before each page."""
        self._images = [np.zeros((0, GLYPH_SIZE, GLYPH_SIZE), np.float32)]
        self._rows = [np.zeros((0, len(CLASSES)), np.float32)]

    def glyph_of(self, char: Char) -> NDArray[np.float32]:
        """Find the glyph that a digit was read from: the one with its probabilities.

        Should several glyphs have them all alike, as blots that round to the same probabilities may, it is
        that of the proportions of the digit's box.

        Parameters
        ----------
        char : Char
            A digit of a page read since `forget`.

        Returns
        -------
        ndarray of float32, shape (28, 28), in [0, 1]

        Raises
        ------
        ValueError
            The digit was not read with this classifier, or it is a separator.
        """
        found = self.glyphs[_alike(self.rows, char)]
        if not len(found):
            raise ValueError(f"{char.char!r} at {char.box} was read from no glyph that is remembered")
        _, _, width, height = char.box
        wanted = np.log(max(width, 1) / max(height, 1))
        return min(found, key=lambda glyph: abs(_proportion(glyph) - wanted))


def _alike(rows: NDArray[np.float32], char: Char) -> NDArray[np.bool_]:
    """Tell which scores (N, 11) have the digit's alternatives."""
    if not char.alternatives:
        return np.zeros(len(rows), np.bool_)
    digits = [int(digit) for digit, _ in char.alternatives]
    shares = np.array([share for _, share in char.alternatives])
    same: NDArray[np.bool_] = np.isclose(rows[:, digits], shares, rtol=_ROUNDED, atol=0.0).all(axis=1)
    return same


def _proportion(glyph: NDArray[np.float32]) -> float:
    """Give the logarithm of width to height of a glyph's ink."""
    wide, high = (int(np.count_nonzero(glyph.any(axis=axis))) for axis in (0, 1))
    return float(np.log(max(wide, 1) / max(high, 1)))
