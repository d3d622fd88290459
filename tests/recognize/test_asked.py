"""The classifier is asked once about each glyph."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reader.recognize.asked import ask


class Counting:
    """Says of a glyph how bright it is, and remembers how many it saw."""

    id = "counting"

    def __init__(self) -> None:
        self.seen: list[int] = []

    def scores(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        self.seen.append(len(images))
        return np.repeat(images.mean(axis=(1, 2)), 11, axis=1)


def glyphs(*values: float) -> NDArray[np.float32]:
    return np.stack([np.full((28, 28, 1), value, np.float32) for value in values])


def test_only_new_glyphs_are_asked_about() -> None:
    model, old = Counting(), glyphs(0.25, 0.5)
    answers = model.scores(old)
    scores = ask(model, glyphs(0.5, 1.0, 0.25, 0.75), old, answers)
    assert model.seen == [2, 2]
    np.testing.assert_array_equal(scores[:, 0], [0.5, 1.0, 0.25, 0.75])


def test_nothing_asked_before_and_nothing_to_ask() -> None:
    model, none = Counting(), np.zeros((0, 28, 28, 1), np.float32)
    answers = np.zeros((0, 11), np.float32)
    np.testing.assert_array_equal(ask(model, glyphs(0.5), none, answers), np.full((1, 11), 0.5))
    assert ask(model, none, glyphs(0.5), model.scores(glyphs(0.5))).shape == (0, 11)
