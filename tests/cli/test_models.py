"""`reader models`: what it lists, shows, finds wrong and imports, in the form that users see."""

from __future__ import annotations

import json
import os
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner

from reader.cli.main import reader
from reader.io.model_file import load_model
from reader.io.self_test import SelfTest
from reader.train.onnx_export import drawn_glyphs

SAMPLES = Path(__file__).parents[2] / "samples"
DATA = Path(os.environ.get("DIGIT_DATA") or Path(__file__).parents[2] / "../shared/data")
MNIST = DATA / "train" / "mnist"


@pytest.fixture
def own(tiny_model, monkeypatch):
    """The user's folder, with a model "tiny" that carries a self-test."""
    card = tiny_model.with_suffix(".json")
    entry = SelfTest.record(drawn_glyphs(2)[0], load_model(tiny_model)).to_json()
    card.write_text(json.dumps(json.loads(card.read_text()) | {"self_test": entry, "parameters": 2211}))
    monkeypatch.setenv("READER_MODELS", str(tiny_model.parent))
    return tiny_model.parent


def call(*arguments):
    return CliRunner().invoke(reader, ["models", *map(str, arguments)], catch_exceptions=False)


def test_list_is_a_line_for_each_model(own):
    done = call("list")
    rows = [line.split("\t") for line in done.stdout.splitlines()]
    assert rows[0] == ["NAME", "ID", "REJECTS", "PARAMETERS", "BYTES", "FILE"]
    assert [row[0] for row in rows[1:]] == ["digits", "tiny"]
    size = str((own / "tiny.onnx").stat().st_size)
    assert rows[2] == ["tiny", "tiny", "yes", "2211", size, str(own / "tiny.onnx")]


def test_list_as_json_has_a_damaged_card_too(own):
    (own / "bad.onnx").write_bytes(b"12345")
    done = call("list", "--format", "json")
    rows = {row["name"]: row for row in json.loads(done.stdout)}
    assert list(rows) == ["digits", "bad", "tiny"]
    assert rows["bad"]["id"] is None
    assert rows["bad"]["bytes"] == 5
    assert rows["tiny"]["rejects"] is True
    assert "bad.json: no such file" in done.stderr


def test_show_is_for_people_and_json_is_the_card(own):
    done = call("show", "tiny")
    assert "temperature: 2.0" in done.stdout
    assert "architecture: one convolution, one matrix, random weights" in done.stdout
    assert "self test: 22 glyphs" in done.stdout
    assert max(map(len, done.stdout.splitlines())) < 400, "no packed glyphs"
    card = json.loads(call("show", own / "tiny.onnx", "--format", "json").stdout)
    assert card == json.loads((own / "tiny.json").read_text())


@pytest.mark.parametrize("command", ["show", "check"])
def test_an_unknown_name_says_which_there_are(own, command):
    done = call(command, "big")
    assert done.exit_code == 4
    assert done.stderr == 'reader: error: no model is named "big"; there are: digits, tiny\n'


def test_check_says_what_is_sound_and_what_is_not(own):
    done = call("check")
    assert done.exit_code == 0
    assert done.stdout.splitlines()[1] == "tiny: sound: card, checksum, shapes, self-test of 22 glyphs"
    assert done.stdout.startswith("digits: sound: ")
    assert done.stderr == ""
    (own / "tiny.onnx").write_bytes(b"other")
    done = call("check")
    assert done.exit_code == 1
    assert len(done.stdout.splitlines()) == 1
    assert "tiny.onnx does not match its card" in done.stderr
    assert call("check", "tiny").exit_code == 4
    assert call("check", "digits").exit_code == 0


def test_a_card_without_a_self_test_says_so(own):
    card = own / "tiny.json"
    facts = json.loads(card.read_text())
    del facts["self_test"]
    card.write_text(json.dumps(facts))
    assert "shapes; the card carries no self-test" in call("check", "tiny").stdout


def test_a_model_that_takes_anything_for_a_digit_is_warned_of(own):
    """Random weights do, once they are made very sure of themselves."""
    card = own / "tiny.json"
    facts = {**json.loads(card.read_text()), "calibration": {"temperature": 0.01}, "self_test": None}
    card.write_text(json.dumps(facts))
    done = call("check", "tiny")
    assert done.exit_code == 0
    assert "reader: warning: tiny: reads" in done.stderr


def test_a_name_is_looked_at_before_the_work(own):
    done = call("import", "tiny.h5", "--data", "none")
    assert done.exit_code == 5
    assert "tiny.onnx: is there already; give --force" in done.stderr
    done = call("import", "digits.h5", "--data", "none")
    assert "comes along; give --name another one" in done.stderr
    done = call("import", "net.h5", "--data", "none")
    assert (done.exit_code, done.stderr.count("\n")) == (3, 1)
    assert "none: no such file or folder" in done.stderr
    assert call("import", "net.h5").exit_code == 2


@pytest.fixture(scope="module")
def keras():
    return pytest.importorskip("keras", reason="the extra 'train' is not installed", exc_type=ImportError)


def dense(keras, glyphs, labels, epochs):
    """Train 784-128-128-10 on dark ink from 0 to 255, brought to [0, 1] by the network itself."""
    keras.utils.set_random_seed(1)
    k = keras.layers
    first = [keras.Input((28, 28)), k.Rescaling(-1 / 255, offset=1.0), k.Flatten()]
    hidden = [k.Dense(128, activation="relu") for _ in range(2)]
    model = keras.Sequential([*first, *hidden, k.Dense(10, activation="softmax")])
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(255 - glyphs.astype(np.float32), labels, epochs=epochs, batch_size=64, verbose=0)
    return model


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_a_keras_file_from_elsewhere_reads_a_page(keras, tmp_path, run, monkeypatch):
    """From mnist.h5 to numbers, with commands alone: drawn digits teach it, a drawn page is read."""
    glyphs, labels = drawn_glyphs(100, seed=8)
    digits = labels < 10
    dense(keras, glyphs[digits], labels[digits], 10).save(tmp_path / "mnist.h5")
    glyphs, labels = drawn_glyphs(60, seed=9)
    np.savez(tmp_path / "new.npz", images=glyphs, labels=labels)
    env = {"READER_MODELS": str(tmp_path / "own")}
    done = run("models", "import", "mnist.h5", "--data", "new.npz", env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    assert b"own/mnist.onnx: ink dark, 0 to 255; " in done.stdout.replace(b"\\", b"/")
    assert sorted(path.name for path in (tmp_path / "own").iterdir()) == ["mnist.json", "mnist.onnx"]
    assert b"self-test of 22 glyphs" in run("models", "check", "mnist", env=env).stdout
    page = SAMPLES / "handwritten.jpg"
    done = run("scan", "--model", "mnist", "--format", "json", page, env=env)
    assert (done.returncode, done.stderr) == (0, b"")
    result = json.loads(done.stdout)
    assert "mnist" in done.stdout.decode()
    assert any(number["digits"].strip("?") for one in result["pages"] for number in one["numbers"])


@pytest.mark.skipif(not MNIST.is_dir(), reason="MNIST is not there; DIGIT_DATA names its folder")
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_a_network_of_mnist_is_imported_with_mnist(keras, tmp_path, monkeypatch):
    from reader.train.idx import read_labelled

    glyphs, labels, _ = read_labelled(MNIST, "train")
    k = keras.layers
    keras.utils.set_random_seed(1)
    layers = [k.Conv2D(8, 5, strides=2, activation="relu"), k.Flatten(), k.Dense(10, activation="softmax")]
    model = keras.Sequential([keras.Input((28, 28, 1)), *layers])
    model.compile("adam", "sparse_categorical_crossentropy")
    model.fit(glyphs[:10000, ..., None] / np.float32(127.5) - 1, labels[:10000], epochs=3, verbose=0)
    model.save(tmp_path / "net.keras")
    monkeypatch.setenv("READER_MODELS", str(tmp_path))
    done = call("import", tmp_path / "net.keras", "--data", DATA)
    assert done.exit_code == 0, done.stderr
    card = json.loads((tmp_path / "net.json").read_text())
    assert (card["imported"]["polarity"], card["imported"]["range"]) == ("ink bright", "-1 to 1")
    assert card["figures"]["judged_digits"] > 0.9
    assert card["figures"]["judged_confidence"] == pytest.approx(card["figures"]["judged_digits"], abs=0.02)
    assert card["imported"]["calibrated_on"][0]["glyphs"] == 60000
    again = call("import", tmp_path / "net.keras", "--data", DATA, "--force")
    assert again.exit_code == 0
    assert json.loads((tmp_path / "net.json").read_text())["figures"] == card["figures"], "always the same"
