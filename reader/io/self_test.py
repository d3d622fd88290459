"""The self-test that a model's card carries: glyphs, and the probabilities that the model gave for them."""

from __future__ import annotations

import base64
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.errors import ModelError
from reader.types import CLASSES, GLYPH_SIZE, Classifier

TOLERANCE = 1e-3
"""By how much a probability may differ: rounding and other processors make less, another network more."""
_PLACES = 4
_MOST = 1000
"""Glyphs; a card that claims more is not unpacked."""


@dataclass(frozen=True, slots=True)
class SelfTest:
    """Glyphs with what a model has to say of them.

    Attributes
    ----------
    glyphs : ndarray of uint8, shape (N, 28, 28)
        Ink bright.
    probabilities : ndarray of float32, shape (N, 11)
        Calibrated, as a `reader.types.Classifier` gives them.
    tolerance : float
    """

    glyphs: NDArray[np.uint8]
    probabilities: NDArray[np.float32]
    tolerance: float = TOLERANCE

    def __post_init__(self) -> None:
        n = len(self.glyphs)
        if self.glyphs.dtype != np.uint8 or self.glyphs.shape != (n, GLYPH_SIZE, GLYPH_SIZE):
            raise ValueError(f"glyphs need uint8 (N, 28, 28), not {self.glyphs.dtype} {self.glyphs.shape}")
        if self.probabilities.shape != (n, len(CLASSES)):
            raise ValueError(f"{n} glyphs need probabilities ({n}, 11), not {self.probabilities.shape}")
        if not 0 < self.tolerance < 1:
            raise ValueError(f"a tolerance is between 0 and 1, not {self.tolerance}")

    def __len__(self) -> int:
        return len(self.glyphs)

    @classmethod
    def record(cls, glyphs: NDArray[np.uint8], model: Classifier) -> SelfTest:
        """Make the test from what a model says now, to the digits that a card keeps."""
        return cls(glyphs, np.round(_scores(model, glyphs), _PLACES))

    @classmethod
    def of_card(cls, facts: Mapping[str, Any], name: str) -> SelfTest | None:
        """Unpack a card's self-test; None where it has none.

        Parameters
        ----------
        facts : mapping
            The card.
        name : str
            What error messages call the card.

        Raises
        ------
        ModelError
            It is damaged.
        """
        entry = facts.get("self_test")
        if entry is None:
            return None
        try:
            probabilities = np.array(entry["probabilities"], np.float32)
            glyphs = _unpacked(entry["glyphs"], len(probabilities))
            return cls(glyphs, probabilities, float(entry["tolerance"]))
        except (KeyError, TypeError, ValueError, zlib.error) as error:
            raise ModelError(
                f"{name}: its self-test is damaged ({error}); install the model again"
            ) from error

    def to_json(self) -> dict[str, Any]:
        """Give the card's entry: glyphs as base64 of zlib of their bytes, glyph by glyph, row by row."""
        packed = zlib.compress(self.glyphs.tobytes(), 9)
        rows = [[round(float(value), _PLACES) for value in row] for row in self.probabilities]
        return {
            "glyphs": base64.b64encode(packed).decode("ascii"),
            "probabilities": rows,
            "tolerance": self.tolerance,
        }

    def difference(self, model: Classifier) -> float:
        """Give the largest difference between a model's probabilities now and those of the card."""
        return float(np.abs(_scores(model, self.glyphs) - self.probabilities).max(initial=0.0))


def _scores(model: Classifier, glyphs: NDArray[np.uint8]) -> NDArray[np.float32]:
    return model.scores(glyphs[..., None].astype(np.float32) / np.float32(255))


def _unpacked(text: str, count: int) -> NDArray[np.uint8]:
    size = count * GLYPH_SIZE * GLYPH_SIZE
    if not 0 < count <= _MOST:
        raise ValueError(f"{count} glyphs, not 1 to {_MOST}")
    # No more is unpacked than is wanted: a card of a few bytes could hold gigabytes of zeros.
    data = zlib.decompressobj().decompress(base64.b64decode(text, validate=True), size + 1)
    if len(data) != size:
        raise ValueError(f"{count} rows of probabilities do not fit its glyphs")
    return np.frombuffer(data, np.uint8).reshape(count, GLYPH_SIZE, GLYPH_SIZE)
