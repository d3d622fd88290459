"""Checks a model: its card, its checksum, what it takes and gives, and what it says of known glyphs."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reader.errors import ModelError
from reader.io.model_file import load_model, read_card
from reader.io.self_test import SelfTest
from reader.types import GLYPH_SIZE, NOT_A_DIGIT, Classifier

SURE = 0.5
"""A model that knows what is no digit gives none more than this for glyphs that mean nothing."""
_NOISE = 16


@dataclass(frozen=True, slots=True)
class Checked:
    """What was found of a model that is sound.

    Attributes
    ----------
    tested : int
        Glyphs of the self-test that were compared; 0 where the card carries none.
    warnings : tuple of str
        What is worth knowing and no fault: what the model takes for digits and is none.
    """

    tested: int
    warnings: tuple[str, ...]


def check_model(path: Path) -> Checked:
    """Check the ONNX file at `path` and the card beside it.

    Raises
    ------
    ModelError
        The first thing that is wrong: the card, the checksum, the shapes, or the self-test.
    """
    model = load_model(path)
    test = SelfTest.of_card(read_card(path).facts, str(path.with_suffix(".json")))
    if test is not None:
        off = test.difference(model)
        if not off <= test.tolerance:
            raise ModelError(
                f"{path}: fails its self-test, probabilities are off by {off:.2g} "
                f"(allowed {test.tolerance:g}); install the model again, or another version of OpenCV"
            )
    return Checked(0 if test is None else len(test), taken_for_digits(model))


def taken_for_digits(model: Classifier) -> tuple[str, ...]:
    """Say which glyphs without meaning a model takes for a digit, one line each."""
    return tuple(
        f"reads {name} as {digits.max(axis=0).argmax()} with a probability of {digits.max():.2f}"
        for name, glyphs in _meaningless().items()
        if (digits := model.scores(glyphs)[:, :NOT_A_DIGIT]).max() > SURE
    )


def _meaningless() -> dict[str, NDArray[np.float32]]:
    """Make glyphs that are no digit; always the same."""
    shape = (1, GLYPH_SIZE, GLYPH_SIZE, 1)
    noise = np.random.default_rng(11).random((_NOISE, *shape[1:]), np.float32)
    return {
        "a blank glyph": np.zeros(shape, np.float32),
        "a full glyph": np.ones(shape, np.float32),
        "noise": noise,
    }
