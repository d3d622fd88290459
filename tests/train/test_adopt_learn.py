"""What a network takes is found by trying; rejecting is learned from glyphs that are no digit."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.errors import InputError, ModelError, OutputError, TrainingError
from reader.io import model_store
from reader.recognize.classifier import softmax
from reader.train.adopt.data import Labels, read_halves
from reader.train.adopt.learn import PREPARATIONS, check_classes, gives_probabilities, learn_preparation
from reader.train.adopt.place import target
from reader.train.adopt.reject import features, learn_rule
from reader.train.idx import write_idx
from reader.train.onnx_export import drawn_glyphs


@pytest.fixture(scope="module")
def drawn():
    """All classes, drawn: 660 glyphs."""
    glyphs, labels = drawn_glyphs(60, seed=1)
    return Labels(glyphs[..., None].astype(np.float32) / 255, labels)


@pytest.fixture(scope="module")
def matrix(drawn):
    """A linear network of the drawn digits in [0, 1], ink bright: 784 weights and a bias for each class."""
    digits = drawn.digits()
    x = np.column_stack([digits.glyphs.reshape(-1, 784), np.ones(len(digits))])
    wanted = np.where(np.eye(10)[digits.labels] > 0, 9.0, -2.0)
    return np.linalg.solve(x.T @ x + 0.3 * np.eye(785), x.T @ wanted)


@pytest.mark.parametrize("way", PREPARATIONS, ids=str)
def test_the_way_that_a_network_was_trained_is_found(way, drawn, matrix):
    """The network undoes a way and then sees what it learned from; any other way it sees something else."""

    def run(prepared):
        x = (prepared.reshape(-1, 784) - way.offset) / way.scale
        return (np.column_stack([x, np.ones(len(x))]) @ matrix).astype(np.float32)

    found, accuracies = learn_preparation(run, drawn)
    assert found == way
    assert len(accuracies) == 8
    assert accuracies[str(way)] > 0.9


def test_a_way_is_undone_exactly():
    x = np.linspace(0, 1, 5, dtype=np.float32)
    by_name = {str(way): way(x) for way in PREPARATIONS}
    np.testing.assert_allclose(by_name["ink dark, 0 to 255"], 255 - 255 * x)
    np.testing.assert_allclose(by_name["ink bright, -1 to 1"], 2 * x - 1)
    np.testing.assert_allclose(by_name["ink dark, -1 to 1"], 1 - 2 * x)
    standard = [name for name in by_name if "deviation" in name]
    np.testing.assert_allclose(by_name[standard[0]], -by_name[standard[1]])


def test_guessing_is_refused_with_the_figure(drawn):
    with pytest.raises(
        ModelError, match=r"reads 10\.0% of the digits in --data right at best .* 80% are needed"
    ):
        learn_preparation(lambda x: np.tile(np.eye(10, dtype=np.float32)[4], (len(x), 1)), drawn)


def test_what_is_not_finite_is_refused(drawn):
    with pytest.raises(ModelError, match=r"0\.0%"):
        learn_preparation(lambda x: np.full((len(x), 10), np.nan, np.float32), drawn)


def test_another_order_of_classes_is_named(drawn, matrix):
    def run(prepared):
        x = np.column_stack([prepared.reshape(-1, 784), np.ones(len(prepared))])
        return np.roll(x @ matrix, 1, axis=1).astype(np.float32)

    with pytest.raises(ModelError, match=r"classes are in another order \(output .*1 is 0, 2 is 1"):
        learn_preparation(run, drawn)


def test_probabilities_are_told_from_logits():
    logits = np.random.default_rng(0).normal(size=(50, 10)).astype(np.float32)
    assert gives_probabilities(softmax(logits, 1.0))
    assert not gives_probabilities(logits)
    assert not gives_probabilities(np.abs(logits))


@pytest.mark.parametrize("shape", [(1, 9), (1, 26), (1,), (1, 1, 10)])
def test_other_numbers_of_classes_are_refused(shape):
    with pytest.raises(ModelError, match="only networks of ten classes, or eleven"):
        check_classes(shape)
    check_classes((1, 10))
    check_classes((1, 11))


@settings(max_examples=20, deadline=None)
@given(st.floats(0.4, 3), st.integers(0, 1000), st.booleans())
def test_rejecting_is_calibrated_and_leaves_the_digits_their_proportions(temperature, seed, normalised):
    """The mean probability of "not a digit" is the share of glyphs that are none (a property of logistic
    regression), and the ten digits keep their odds."""
    rng = np.random.default_rng(seed)
    is_digit = rng.random(3000) < 0.7
    logits = (
        rng.normal(size=(3000, 10))
        + np.eye(10)[rng.integers(0, 10, 3000)] * np.where(is_digit, 8, 2)[:, None]
    )
    logits *= temperature
    if normalised:
        logits = np.log(softmax(logits.astype(np.float32), 1.0) + 1e-12)
    rule = learn_rule(logits, is_digit, temperature)
    scores = softmax(np.column_stack([logits, rule.eleventh(logits)]).astype(np.float32), temperature)
    assert scores[:, 10].mean() == pytest.approx((~is_digit).mean(), abs=0.01)
    assert ((scores[:, 10] > 0.5) == ~is_digit).mean() > 0.9
    ten = softmax(logits.astype(np.float32), temperature)
    np.testing.assert_allclose(scores[:, :10], ten * (1 - scores[:, 10:]), atol=1e-5)


def test_the_energy_of_log_probabilities_says_nothing_at_temperature_1():
    rng = np.random.default_rng(0)
    logits = np.log(softmax(rng.normal(size=(500, 10)).astype(np.float32) * 3, 1.0))
    rule = learn_rule(logits, rng.random(500) < 0.5, 1.0)
    assert rule.energy == 0
    assert np.isfinite([rule.bias, rule.peak]).all()


def test_the_features_are_energy_peak_and_logits():
    values = features(2 * np.log(np.array([[0.1, 0.3, 0.4]])), 2.0)[0]
    assert values == pytest.approx(np.log([0.8, 0.5, 0.1, 0.3, 0.4]))


def test_the_halves_share_nothing_and_are_always_the_same(tmp_path):
    glyphs, labels = drawn_glyphs(30)
    glyphs[:, 0, 0], glyphs[:, 0, 1] = np.divmod(np.arange(len(glyphs)), 256)
    np.savez(tmp_path / "set.npz", images=glyphs, labels=labels)
    learned, judged, sources = read_halves(tmp_path / "set.npz")
    numbers = [np.round(255 * half.glyphs[:, 0, :2, 0]) @ [256, 1] for half in (learned, judged)]
    assert sorted(np.concatenate(numbers)) == list(range(330))
    again = read_halves(tmp_path / "set.npz")[0]
    np.testing.assert_array_equal(again.glyphs, learned.glyphs)
    assert sources[0]["name"] == "set"


def test_folders_of_both_kinds_are_read(tmp_path):
    glyphs, labels = drawn_glyphs(30)
    digits = labels < 10
    (tmp_path / "idx").mkdir()
    write_idx(tmp_path / "idx" / "train-images-idx3-ubyte.gz", glyphs[digits])
    write_idx(tmp_path / "idx" / "train-labels-idx1-ubyte.gz", labels[digits].astype(np.uint8))
    learned, judged, sources = read_halves(tmp_path / "idx")
    assert len(learned) + len(judged) == 300
    assert set(sources[0]["sha256"]) == {"train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte.gz"}


def test_too_little_data_is_refused_before_anything_is_tried(tmp_path):
    glyphs, labels = drawn_glyphs(30)
    with pytest.raises(InputError, match="no such file or folder"):
        read_halves(tmp_path / "gone")
    np.savez(tmp_path / "few.npz", images=glyphs[:100], labels=labels[:100])
    with pytest.raises(TrainingError, match=r"has \d+ digits; at least 200"):
        read_halves(tmp_path / "few.npz")
    kept = (labels != 4) & (labels != 7)
    np.savez(tmp_path / "eight.npz", images=glyphs[kept], labels=labels[kept])
    with pytest.raises(TrainingError, match="none of them a 4 or 7"):
        read_halves(tmp_path / "eight.npz")


def test_where_a_model_goes(tmp_path, monkeypatch):
    monkeypatch.setenv("READER_MODELS", str(tmp_path / "own"))
    monkeypatch.setattr(model_store, "SHIPPED", (tmp_path / "shipped",))
    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped" / "digits.onnx").touch()
    assert target(tmp_path / "mnist.h5", None, None, False) == (tmp_path / "own", "mnist")
    assert target(tmp_path / "mnist.h5", "v2.1", tmp_path, False) == (tmp_path, "v2.1")
    assert target(tmp_path / "digits.h5", None, tmp_path, False) == (tmp_path, "digits")
    with pytest.raises(OutputError, match="is the model that comes along"):
        target(tmp_path / "digits.h5", None, None, True)
    for name in ("", ".hidden", "a/b", "a b", "x.onnx", "..", "\u00e9"):
        with pytest.raises(OutputError, match="cannot name a model"):
            target(tmp_path / "mnist.h5", name, None, False)
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "mnist.json").touch()
    with pytest.raises(OutputError, match=r"mnist\.json: is there already; give --force"):
        target(tmp_path / "mnist.h5", None, None, False)
    assert target(tmp_path / "mnist.h5", None, None, True)[1] == "mnist"
