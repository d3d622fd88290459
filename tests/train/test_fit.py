"""Training on a toy set: it learns, repeats itself, goes on after a stop, and exports what it trained."""

import json
import signal

import cv2
import numpy as np
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.errors import OutputError, TrainingError
from reader.train.card import make_card, sha256, write_card
from reader.train.feed import Arrays, join
from reader.train.fit import calibrate, calibrate_both, fit
from reader.train.idx import write_idx
from reader.train.keeper import Keeper
from reader.train.networks import ARCHITECTURES, architecture, started

# Keras' exporter and its weight files trip over what numpy is about to change.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


@pytest.fixture(scope="module")
def keras():
    return pytest.importorskip("keras", reason="the extra 'train' is not installed", exc_type=ImportError)


def tiny(classes):
    """Build a network that learns bars in a second."""
    from keras import Input, Sequential, layers

    steps = [layers.Conv2D(4, 5, strides=4), layers.BatchNormalization(), layers.ReLU(), layers.Flatten()]
    return Sequential([Input((28, 28, 1)), *steps, layers.Dropout(0.1), layers.Dense(classes)])


TINY = f"{__name__}:tiny"


def bars(count):
    """Draw a thick bar at one of eleven heights: the label."""
    labels = np.arange(count) % 11
    images = np.zeros((count, 28, 28), np.uint8)
    for image, label in zip(images, labels, strict=True):
        image[2 + 2 * label : 5 + 2 * label, 3:25] = 255
    return Arrays(images, labels)


def train(output, epochs=2, **more):
    return fit(
        bars(352), bars(22), **{"arch": "dense", "epochs": epochs, "batch_size": 32, "output": output, **more}
    )


def test_it_learns_and_its_checkpoint_holds_the_history(keras, tmp_path):
    result = train(tmp_path, epochs=8)
    assert (result.logits.argmax(axis=1) == bars(22).labels).all()
    assert result.history[-1]["val_loss"] < result.history[0]["val_loss"]
    assert json.loads((tmp_path / "history.json").read_text()) == list(result.history)
    assert not result.interrupted


@pytest.mark.usefixtures("heard")
def test_an_interrupted_run_ends_like_an_unbroken_one_of_its_seed(keras, tmp_path, monkeypatch):
    whole = train(tmp_path / "whole", arch=TINY, seed=5)
    other = train(tmp_path / "other", arch=TINY, seed=6)
    assert not np.array_equal(whole.logits, other.logits)
    with monkeypatch.context() as patch:
        patch.setattr(Keeper, "on_batch", pressing_ctrl_c(Keeper.on_batch))
        broken = train(tmp_path / "broken", arch=TINY, seed=5)
    assert broken.interrupted
    assert len(broken.history) == 1
    resumed = train(tmp_path / "broken", arch=TINY, seed=5, resume=True)
    assert len(resumed.history) == 2
    assert np.array_equal(resumed.logits, whole.logits)


def pressing_ctrl_c(on_batch):
    """Make a step that is interrupted in the second epoch."""

    def pressed(self, batch, logs=None):
        on_batch(self, batch, logs)
        if len(self.history) == 1 and batch == 3:
            signal.raise_signal(signal.SIGINT)

    return pressed


def test_a_run_starts_from_the_weights_of_a_trained_network(keras, tmp_path):
    learned = train(tmp_path / "first", epochs=8)
    learned.model.save(tmp_path / "first.keras")
    design = started(architecture("dense"), tmp_path / "first.keras")
    for mine, other in zip(design.build(11).get_weights(), learned.model.get_weights(), strict=True):
        np.testing.assert_array_equal(mine, other)
    assert train(tmp_path / "on", arch=design, epochs=1).history[0]["val_accuracy"] == 1.0


@pytest.mark.parametrize("arch", ["dense", "ours"])
def test_what_cannot_be_started_from_is_said(keras, arch, tmp_path):
    path = tmp_path / "bars.keras"
    if arch == "dense":
        tiny(11).save(path)
    with pytest.raises(TrainingError, match="cannot start from it" if arch == "dense" else "no such file"):
        started(architecture(arch), path).build(11)


def test_nothing_to_resume_is_said(keras, tmp_path):
    with pytest.raises(TrainingError, match="no checkpoint"):
        train(tmp_path, resume=True)


def test_too_little_is_refused(tmp_path):
    with pytest.raises(TrainingError, match="at least one batch"):
        train(tmp_path, batch_size=1000)


def test_labels_that_do_not_fit_are_refused():
    images = np.zeros((3, 28, 28), np.uint8)
    for labels in (np.zeros(2, int), np.array([0, 1, 11]), np.zeros(3), np.zeros((3, 10))):
        with pytest.raises(TrainingError, match="labels"):
            Arrays(images, labels)
    with pytest.raises(TrainingError, match="glyphs need uint8"):
        Arrays(images[:, :27], np.zeros(3, int))


def test_joined_sets_keep_shares_and_weights():
    shared = np.zeros((1, 11), np.float32)
    shared[0, [1, 7]] = 0.25, 0.75
    both = join([bars(11), Arrays(np.zeros((1, 28, 28), np.uint8), shared, np.array([3], np.float32))])
    assert both.labels.shape == (12, 11)
    assert np.array_equal(both.hard(), [*range(11), 7])
    assert both.weights is not None
    assert both.weights.tolist() == [1.0] * 11 + [3.0]


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_architecture_gives_eleven_logits(keras, name):
    model = architecture(name).build(11)
    assert model.output_shape == (None, 11)
    assert getattr(model.layers[-1].activation, "__name__", "") == "linear"
    if name == "ours":
        assert model.count_params() <= 400_000


@pytest.mark.parametrize("name", ["none", "no.such.module:f", "reader.types:absent", ":f"])
def test_an_unknown_architecture_is_refused(name):
    with pytest.raises(TrainingError, match="architecture"):
        architecture(name)


@settings(max_examples=20, deadline=None)
@given(st.floats(0.3, 5.0), st.integers(0, 1000))
def test_calibration_undoes_a_known_heat(heat, seed):
    rng = np.random.default_rng(seed)
    logits = rng.normal(size=(4000, 11)) * 2
    odds = np.exp(logits)
    labels = (odds.cumsum(axis=1) / odds.sum(axis=1, keepdims=True) > rng.random((4000, 1))).argmax(axis=1)
    assert calibrate(logits * heat, labels) / calibrate(logits, labels) == pytest.approx(heat, rel=1e-3)
    assert calibrate(logits, labels) == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize("power", [0.7, 1.0, 1.5])
def test_calibration_finds_a_known_power(power: float) -> None:
    rng = np.random.default_rng(3)
    behind = rng.exponential(2.0, (20_000, 4)) * (np.arange(4) > 0)
    odds = np.exp(-(behind**power))
    cumulated = (odds / odds.sum(axis=1, keepdims=True)).cumsum(axis=1)
    labels = (rng.random((20_000, 1)) > cumulated).sum(axis=1)
    temperature, found = calibrate_both(-behind * 1.7, labels)
    assert found == pytest.approx(power, rel=0.1)
    assert temperature == pytest.approx(1.7, rel=0.1)


def test_the_card_states_the_file(tmp_path):
    (tmp_path / "a.onnx").write_bytes(b"abc")
    fields = {"model_id": "a", "temperature": 1.23456, "architecture": "none", "parameters": 3}
    card = make_card(tmp_path / "a.onnx", **fields)
    write_card(tmp_path / "a.json", card)
    assert json.loads((tmp_path / "a.json").read_text()) == card
    assert card["sha256"] == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    assert card["calibration"] == {"temperature": 1.2346, "power": 1.0}
    assert card["classes"][10] == "not a digit"
    with pytest.raises(OutputError, match="cannot be written"):
        write_card(tmp_path / "none" / "a.json", card)


def test_the_command_exports_what_opencv_reads(keras, tmp_path):
    from reader.cli.train import train as command

    digits = bars(352).take(np.flatnonzero(bars(352).labels < 10))
    (tmp_path / "data").mkdir()
    write_idx(tmp_path / "data" / "train-images-idx3-ubyte.gz", digits.images)
    write_idx(tmp_path / "data" / "train-labels-idx1-ubyte.gz", digits.labels.astype(np.uint8))
    others = bars(352).take(np.flatnonzero(bars(352).labels == 10))
    np.savez(tmp_path / "others.npz", images=others.images, labels=others.labels, licence="made here")
    options = {"--data": tmp_path / "data", "--glyphs": tmp_path / "others.npz", "--output": tmp_path / "out"}
    arguments = [str(word) for pair in options.items() for word in pair]
    arguments += ["--arch", "dense", "--epochs", "8", "--batch-size", "16"]
    run = CliRunner().invoke(command, arguments, catch_exceptions=False)
    assert run.exit_code == 0, run.output
    card = json.loads((tmp_path / "out" / "digits.json").read_text())
    assert card["sha256"] == sha256(tmp_path / "out" / "digits.onnx")
    assert card["figures"]["onnx_difference"] < 1e-4
    assert card["figures"]["validation_digits"] > 0.9
    assert [one["licence"] for one in card["trained_on"]] == ["CC BY-SA 3.0", "made here"]
    net = cv2.dnn.readNetFromONNX(str(tmp_path / "out" / "digits.onnx"))
    net.setInput(bars(11).images[..., None].astype(np.float32) / 255)
    assert (net.forward().argmax(axis=1) == np.arange(11)).mean() > 0.9
    assert not [path for path in (tmp_path / "out").iterdir() if path.name.startswith(".")]
