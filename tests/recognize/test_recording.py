"""The glyph behind a digit: the very one that the network saw."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from reader.io.images import load_page
from reader.io.model_file import load_model
from reader.options import ReadOptions
from reader.pipeline import read_page
from reader.recognize.classifier import OnnxClassifier
from reader.recognize.recording import RecordingClassifier
from reader.types import Char, PageReading

SAMPLES = Path(__file__).parents[2] / "samples"


def digits(reading: PageReading) -> list[Char]:
    return [char for number in reading.numbers for char in number.chars if char.alternatives]


@pytest.mark.parametrize(("name", "layout"), [("handwritten.jpg", "page"), ("table.png", "line")])
def test_the_glyph_is_the_one_that_the_digit_was_read_from(name: str, layout: str) -> None:
    model = load_model()
    seen = RecordingClassifier(model)
    page = load_page(SAMPLES / name)
    reading = read_page(page, seen, ReadOptions(layout=layout))  # type: ignore[arg-type]
    assert len(digits(reading)) > 5
    agree = 0
    for char in digits(reading):
        glyph = seen.glyph_of(char)
        same = seen.rows[(seen.glyphs == glyph).all(axis=(1, 2))]  # several, where digits are printed alike
        found = same[:, [int(digit) for digit, _ in char.alternatives]]
        assert np.isclose(found, [share for _, share in char.alternatives], rtol=1e-4).all(axis=1).any()
        # The line may change the classifier's mind about a digit, but not about many that are sure.
        agree += int(model.scores(glyph[None, ..., None])[0, :10].argmax()) == int(char.char)
    # A whole table is no line, and its context means nothing.
    assert layout == "line" or agree > 0.9 * sum(char.confidence > 0.5 for char in digits(reading))


def test_reading_is_the_same_as_without_but_for_what_columns_confirm() -> None:
    model = load_model()
    page = load_page(SAMPLES / "receipt.png")
    recorded, plain = (read_page(page, one).numbers for one in (RecordingClassifier(model), model))
    assert [(n.text, n.box) for n in recorded] == [(n.text, n.box) for n in plain]
    assert all(one.confidence <= other.confidence for one, other in zip(recorded, plain, strict=True))


def test_among_equals_the_proportions_decide(
    tiny_classifier: OnnxClassifier, glyphs: NDArray[np.float32]
) -> None:
    class Alike:
        id = "alike"

        def scores(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
            return np.tile(np.eye(11, dtype=np.float32)[4], (len(images), 1))

    tall, wide = np.zeros((2, 28, 28, 1), np.float32)
    tall[4:24, 13:15] = 1
    wide[13:15, 4:24] = 1
    seen = RecordingClassifier(Alike())
    seen.scores(np.stack([tall, wide]))
    char = Char("4", 1.0, (0, 0, 60, 8), (("4", 1.0), ("0", 0.0), ("1", 0.0)))
    assert (seen.glyph_of(char) == wide[..., 0]).all()
    assert (seen.glyph_of(replace(char, box=(0, 0, 8, 60))) == tall[..., 0]).all()


def test_what_was_forgotten_is_not_found(tiny_classifier: OnnxClassifier) -> None:
    seen = RecordingClassifier(tiny_classifier)
    row = seen.scores(np.zeros((1, 28, 28, 1), np.float32))[0]
    char = Char("3", float(row[3]), (0, 0, 9, 9), (("3", float(row[3])),))
    assert not seen.glyph_of(char).any()
    seen.forget()
    with pytest.raises(ValueError, match="no glyph"):
        seen.glyph_of(char)


def test_a_separator_has_no_glyph(tiny_classifier: OnnxClassifier) -> None:
    seen = RecordingClassifier(tiny_classifier)
    seen.scores(np.zeros((1, 28, 28, 1), np.float32))
    with pytest.raises(ValueError, match="no glyph"):
        seen.glyph_of(Char(",", 1.0, (0, 0, 3, 3)))
