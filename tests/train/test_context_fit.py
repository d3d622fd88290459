"""The context network learns, and is the same in OpenCV as in Keras."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from reader.recognize.geometric_context import FEATURES
from reader.recognize.line_context import LineContext, _features, entries
from reader.recognize.strips import HEIGHT
from reader.train.context_feed import assemble, batches
from reader.train.context_fit import figures_of, learn, write
from reader.train.context_lines import ContextLine
from reader.train.context_training import Training
from reader.types import NOT_A_DIGIT

pytest.importorskip("keras")


def drawn_lines(count: int, seed: int) -> list[ContextLine]:
    """Make strips of bars: a high one is a 1, a low one is no digit; the classifier cannot tell them."""
    rng = np.random.default_rng(seed)
    lines = []
    for _ in range(count):
        width = 32 * int(rng.integers(3, 6))
        image = np.zeros((HEIGHT, width, 2), np.uint8)
        places, written = [], []
        for x in range(24, width - 30, 14):
            high = bool(rng.random() < 0.5)
            top = 6 if high else 16
            image[top:26, x : x + 5] = 230
            places.append((x, x + 5, top, 26))
            written.append(1 if high else NOT_A_DIGIT)
        scores = np.full((len(places), 11), 0.02, np.float32)
        scores[:, [1, NOT_A_DIGIT]] = 0.41
        measured = np.zeros((len(places), FEATURES), np.float32)
        chars = np.array(
            [(left, right, kind) for (left, right, *_), kind in zip(places, written, strict=True)], np.float32
        )
        known = np.array(places, np.float32), np.array(written, np.int8)
        lines.append(ContextLine(image, *known, scores, measured, chars))
    return lines


def test_batches_hold_each_line_once_and_one_width_each() -> None:
    lines = drawn_lines(60, 0)
    groups = batches(lines, np.random.default_rng(1))
    assert sorted(np.concatenate(groups)) == list(range(60))
    assert all(len({lines[i].image.shape[1] for i in group}) == 1 for group in groups)


def test_changes_leave_the_lines_alone() -> None:
    lines = [line for line in drawn_lines(30, 0) if line.image.shape[1] == 96]
    before = [line.image.copy() for line in lines]
    images, _, owner, size, written, spelling, texts, lengths = assemble(lines, np.random.default_rng(2))
    assert images.min() >= 0
    assert images.max() <= 1
    assert spelling.shape == (len(lines), 48)
    for line, text, length in zip(lines, texts, lengths, strict=True):
        assert text[:length].tolist() == line.written.tolist()
    assert len(owner) == len(size) == len(written) == sum(len(line.written) for line in lines)
    for line, image in zip(lines, before, strict=True):
        np.testing.assert_array_equal(line.image, image)


def test_it_learns_what_the_classifier_does_not_know_and_ships_as_onnx(tmp_path: Path) -> None:
    (trunk, head), figures = learn(drawn_lines(400, 3), drawn_lines(100, 4), epochs=3)
    assert figures["both_digits_right"] > 0.95
    assert figures["both_others_taken"] < 0.05
    write((trunk, head), tmp_path, {"id": "test"})
    assert json.loads((tmp_path / "card.json").read_text())["id"] == "test"
    shipped = LineContext((tmp_path / "trunk.onnx").read_bytes(), (tmp_path / "head.onnx").read_bytes())
    for line in drawn_lines(3, 5):
        row = np.asarray(trunk(line.image[None].astype(np.float32) / 255))[0, 0]
        # The file's weights are rounded to 12 bits, which is what is left of the difference.
        np.testing.assert_allclose(_features(shipped._trunks[0], line.image), row, rtol=2e-3, atol=1e-2)
        asked = entries(row, line.places.astype(float), line.scores, line.measured.astype(float))
        np.testing.assert_allclose(shipped._logits(asked), np.asarray(head(asked)), rtol=2e-3, atol=1e-2)


def test_figures_count_digits_and_others_by_themselves() -> None:
    scores = np.eye(11, dtype=np.float32)[[3, 4, 10, 10, 5]]
    written = np.array([3, 3, 10, 10, 10], np.int32)
    assert figures_of(scores, written) == {"digits_right": 0.5, "others_taken": 0.3333}


def test_what_ships_is_the_running_average_of_the_weights() -> None:
    lines = [line for line in drawn_lines(30, 6) if line.image.shape[1] == 96]
    training = Training(400)
    weights = training.sight.trainable_variables[0]
    average = weights.numpy()
    for seen in range(1, 4):
        training.step(*assemble(lines))
        average = weights.numpy() + seen / (9 + seen) * (average - weights.numpy())
    assert np.abs(average - weights.numpy()).max() > 1e-6
    training.settle()
    np.testing.assert_allclose(weights.numpy(), average, atol=1e-6)
