"""The classifier gives probabilities, the same bytes for a glyph in whatever company."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from reader.errors import ModelError
from reader.io.model_file import load_model
from reader.io.quiet import muted
from reader.recognize.classifier import OnnxClassifier, softmax
from reader.types import NOT_A_DIGIT

Glyphs = NDArray[np.float32]


@pytest.fixture(params=["tiny", "shipped"])
def classifier(request: pytest.FixtureRequest, tiny_classifier: OnnxClassifier) -> OnnxClassifier:
    return tiny_classifier if request.param == "tiny" else load_model()


def test_rows_are_probabilities(classifier: OnnxClassifier, glyphs: Glyphs) -> None:
    scores = classifier.scores(glyphs)
    assert scores.dtype == np.float32
    assert scores.shape == (150, 11)
    assert (scores >= 0).all()
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-6)
    assert len(np.unique(scores, axis=0)) == 150


def test_no_glyphs_give_no_rows(classifier: OnnxClassifier, glyphs: Glyphs) -> None:
    assert classifier.scores(glyphs[:0]).shape == (0, 11)


def test_a_glyph_alone_scores_as_in_the_batch(classifier: OnnxClassifier, glyphs: Glyphs) -> None:
    together = classifier.scores(glyphs)
    for i in range(0, len(glyphs), 7):
        assert classifier.scores(glyphs[i : i + 1]).tobytes() == together[i].tobytes()


@pytest.mark.parametrize("size", [2, 3, 5, 8, 9, 31, 63, 64, 65, 127, 149])
def test_the_size_of_the_batch_changes_nothing(classifier: OnnxClassifier, glyphs: Glyphs, size: int) -> None:
    together = classifier.scores(glyphs)
    assert classifier.scores(glyphs[-size:]).tobytes() == together[-size:].tobytes()


def test_the_order_changes_nothing(classifier: OnnxClassifier, glyphs: Glyphs) -> None:
    order = np.random.default_rng(4).permutation(len(glyphs))
    assert classifier.scores(glyphs[order]).tobytes() == classifier.scores(glyphs)[order].tobytes()


def test_the_number_of_threads_changes_nothing(classifier: OnnxClassifier, glyphs: Glyphs) -> None:
    before = cv2.getNumThreads()
    try:
        answers = set()
        for threads in (1, 2, 3):
            cv2.setNumThreads(threads)
            answers.add(classifier.scores(glyphs).tobytes())
    finally:
        cv2.setNumThreads(before)
    assert len(answers) == 1


def test_the_glyphs_are_left_as_they_were(tiny_classifier: OnnxClassifier, glyphs: Glyphs) -> None:
    before = glyphs.copy()
    glyphs.flags.writeable = False
    tiny_classifier.scores(glyphs[::-1])
    np.testing.assert_array_equal(glyphs, before)


def test_a_blank_glyph_gives_the_bias_of_the_tiny_network(tiny_classifier: OnnxClassifier) -> None:
    bias = np.random.default_rng(7).normal(0, 0.5, (1, 11)).astype(np.float32)
    scores = tiny_classifier.scores(np.zeros((1, 28, 28, 1), np.float32))
    np.testing.assert_allclose(scores, softmax(bias), atol=1e-6)


def test_temperature_flattens(tiny_onnx: bytes, glyphs: Glyphs) -> None:
    sharp, flat = (OnnxClassifier(tiny_onnx, "tiny", t).scores(glyphs) for t in (1.0, 3.0))
    assert (flat.max(axis=1) < sharp.max(axis=1)).all()
    np.testing.assert_array_equal(flat.argmax(axis=1), sharp.argmax(axis=1))


def test_ten_classes_never_say_not_a_digit(ten_onnx: bytes, glyphs: Glyphs) -> None:
    scores = OnnxClassifier(ten_onnx, "ten").scores(glyphs)
    assert (scores[:, NOT_A_DIGIT] == 0).all()
    np.testing.assert_allclose(scores.sum(axis=1), 1, atol=1e-6)


@pytest.mark.parametrize("shape", [(28, 28, 1), (2, 28, 28), (2, 1, 28, 28), (2, 20, 20, 1)])
def test_other_shapes_are_refused(tiny_classifier: OnnxClassifier, shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="float32"):
        tiny_classifier.scores(np.zeros(shape, np.float32))


def test_bytes_are_refused(tiny_classifier: OnnxClassifier) -> None:
    with pytest.raises(ValueError, match="uint8"):
        tiny_classifier.scores(np.zeros((1, 28, 28, 1), np.uint8))  # type: ignore[arg-type]


@pytest.mark.parametrize("onnx", [b"", b"no network", b"\x00" * 500])
def test_what_is_no_network_is_a_model_error(onnx: bytes) -> None:
    with muted(), pytest.raises(ModelError, match="broken: OpenCV cannot run"):
        OnnxClassifier(onnx, "broken")


@given(hnp.arrays(np.float32, (3, 11), elements=st.floats(-50, 50, width=32)), st.floats(-20, 20))
def test_softmax_ignores_a_shift_of_all_logits(logits: Glyphs, shift: float) -> None:
    np.testing.assert_allclose(softmax(logits + np.float32(shift)), softmax(logits), atol=1e-5)


def test_a_power_sharpens_clear_cases_and_flattens_close_ones() -> None:
    clear, close = np.array([[9.0, 0.0]], np.float32), np.array([[0.5, 0.0]], np.float32)
    assert softmax(clear, 2.0, 1.5)[0, 0] > softmax(clear, 2.0)[0, 0]
    assert softmax(close, 2.0, 1.5)[0, 0] < softmax(close, 2.0)[0, 0]
    never = softmax(np.array([[1.0, 0.0, -np.inf]], np.float32), 2.0, 1.5)[0]
    assert never[2] == 0.0
    assert never.sum() == pytest.approx(1.0)
