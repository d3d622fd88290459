"""An exported network carries a self-test that OpenCV passes, made of glyphs that the project drew."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.errors import OutputError, TrainingError
from reader.io.model_check import check_model
from reader.io.model_file import find_model, load_model, read_card
from reader.io.self_test import SelfTest
from reader.train.onnx_export import deliver, drawn_glyphs, export, rounded

FIELDS = {"temperature": 1.5, "architecture": "one layer"}


@pytest.fixture(scope="module")
def network():
    keras = pytest.importorskip("keras", reason="the extra 'train' is not installed", exc_type=ImportError)
    keras.utils.set_random_seed(2)
    return keras.Sequential([keras.Input((28, 28, 1)), keras.layers.Flatten(), keras.layers.Dense(11)])


def test_the_card_carries_what_the_network_says(network, tmp_path):
    card = export(network, tmp_path / "new", "net", FIELDS)
    path = tmp_path / "new" / "net.onnx"
    assert check_model(path).tested == 22
    assert card["rejects"]
    test = SelfTest.of_card(read_card(path).facts, "net.json")
    logits = np.asarray(network(test.glyphs[..., None].astype(np.float32) / 255)) / 1.5
    odds = np.exp(logits)
    np.testing.assert_allclose(test.probabilities, odds / odds.sum(axis=1, keepdims=True), atol=1e-3)
    assert sorted(file.name for file in path.parent.iterdir()) == ["net.json", "net.onnx"]


def test_the_self_test_takes_one_line_of_the_card(network, tmp_path):
    card = export(network, tmp_path, "net", FIELDS)
    text = (tmp_path / "net.json").read_text("utf-8")
    assert json.loads(text) == card
    *readable, packed, brace = text.splitlines()
    assert packed.startswith('  "self_test": {"glyphs":"')
    assert len(packed) < 10_000
    assert brace == "}"
    assert max(map(len, readable)) < 110


def test_the_glyphs_are_two_of_each_class_that_the_network_reads_right(tmp_path):
    """With the shipped network's weights, which read all classes."""
    onnx = find_model().read_bytes()

    def write(path):
        path.write_bytes(onnx)
        return 0.0

    card = deliver(write, tmp_path, "copy", {**FIELDS, "parameters": 1})
    test = SelfTest.of_card(card, "copy.json")
    assert test.probabilities.argmax(axis=1).tolist() == [label for label in range(11) for _ in range(2)]
    assert load_model(tmp_path / "copy.onnx").id == "copy"


def test_drawings_are_always_the_same_and_differ_by_seed():
    glyphs, labels = drawn_glyphs(2)
    assert labels.tolist() == [*range(11)] * 2
    np.testing.assert_array_equal(glyphs, drawn_glyphs(2)[0])
    assert not np.array_equal(glyphs, drawn_glyphs(2, seed=6)[0])
    # The thinnest pen's leaning stroke, antialiased, reaches 200.
    assert (glyphs.reshape(22, -1).max(axis=1) >= 200).all()


def test_a_failed_export_leaves_what_was_there(network, tmp_path):
    def fail(path):
        path.write_bytes(b"half")
        raise TrainingError("no")

    (tmp_path / "net.onnx").write_bytes(b"old")
    with pytest.raises(TrainingError):
        deliver(fail, tmp_path, "net", FIELDS)
    assert [(file.name, file.read_bytes()) for file in tmp_path.iterdir()] == [("net.onnx", b"old")]
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="cannot be written"):
        export(network, tmp_path / "file", "net", FIELDS)


@given(st.lists(st.floats(-100, 100, width=32, allow_subnormal=False), min_size=1), st.integers(2, 20))
def test_rounding_keeps_so_many_bits_and_rounds_once(values, bits):
    values = np.array(values, np.float32)
    found = rounded(values, bits)
    assert found.dtype == np.float32
    assert (np.abs(found - values) <= np.abs(values) * 2.0**-bits + 1e-37).all()
    np.testing.assert_array_equal(rounded(found, bits), found)
    assert (np.abs(np.frexp(found)[0]) * 2**bits % 1 == 0).all()
