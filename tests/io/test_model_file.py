"""A model is loaded only when it is what its card says; every fault is one clear line."""

from __future__ import annotations

import hashlib
import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reader.errors import ModelError
from reader.io import model_store
from reader.io.model_file import find_model, load_model, read_card
from reader.recognize.classifier import OnnxClassifier


def change(model: Path, **facts: Any) -> None:
    card = model.with_suffix(".json")
    card.write_text(json.dumps(json.loads(card.read_text()) | facts))


def fault(model: str | Path) -> str:
    with pytest.raises(ModelError) as caught:
        load_model(model)
    message = str(caught.value)
    assert "\n" not in message
    assert ";" in message, "says what is wrong; what to do"
    return message


def test_the_shipped_model_loads_and_is_the_default() -> None:
    assert load_model().id == load_model("digits").id == read_card(find_model()).id


def test_a_path_loads_with_the_temperature_of_its_card(
    tiny_model: Path, tiny_onnx: bytes, glyphs: Any
) -> None:
    model = load_model(tiny_model)
    assert model.id == "tiny"
    np.testing.assert_array_equal(model.scores(glyphs), OnnxClassifier(tiny_onnx, "tiny", 2.0).scores(glyphs))
    assert load_model(str(tiny_model)).id == "tiny"


def test_a_name_means_a_model_in_the_folders(tiny_model: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_store, "SHIPPED", (tiny_model.parent / "none", tiny_model.parent))
    monkeypatch.setenv("READER_MODELS", str(tiny_model.parent / "own"))
    assert load_model("tiny").id == "tiny"
    assert fault("big") == 'no model is named "big"; there are: tiny'


def test_an_installation_without_models_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(model_store, "SHIPPED", (tmp_path,))
    monkeypatch.setenv("READER_MODELS", str(tmp_path / "own"))
    with pytest.raises(ModelError, match='named "digits"; install reader again'):
        load_model()


def test_missing_file(tmp_path: Path) -> None:
    assert "gone.onnx: no such model file" in fault(tmp_path / "gone.onnx")


def test_a_path_that_is_no_onnx_file(tmp_path: Path) -> None:
    assert "weights.h5: not an .onnx file" in fault(tmp_path / "weights.h5")


def test_missing_card(tiny_model: Path) -> None:
    tiny_model.with_suffix(".json").unlink()
    assert "tiny.json: no such file; a model needs its .json card" in fault(tiny_model)


def test_a_directory_in_place_of_the_card(tiny_model: Path) -> None:
    tiny_model.with_suffix(".json").unlink()
    tiny_model.with_suffix(".json").mkdir()
    assert "tiny.json: cannot be read" in fault(tiny_model)


def test_checksum_mismatch_names_both_sums(tiny_model: Path) -> None:
    expected = hashlib.sha256(tiny_model.read_bytes()).hexdigest()
    tiny_model.write_bytes(tiny_model.read_bytes()[:-1] + b"?")
    found = hashlib.sha256(tiny_model.read_bytes()).hexdigest()
    what = f"tiny.onnx does not match its card (sha256 {found}, expected {expected}); install"
    assert what in fault(tiny_model)


@pytest.mark.parametrize("text", ["", "{", "[" * 100_000, "\N{LATIN SMALL LETTER E WITH ACUTE}"])
def test_a_card_that_is_no_json(tiny_model: Path, text: str) -> None:
    tiny_model.with_suffix(".json").write_text(text, encoding="latin-1")
    assert "tiny.json: not valid JSON" in fault(tiny_model)


def test_a_card_that_is_a_list(tiny_model: Path) -> None:
    tiny_model.with_suffix(".json").write_text("[1]")
    assert "a model card is a JSON object" in fault(tiny_model)


@pytest.mark.parametrize(
    ("facts", "what"),
    [
        ({"input": {"shape": [32, 32, 1]}}, "the input has to be"),
        ({"input": None}, "the input has to be"),
        ({"classes": [*"9876543210"]}, "the classes have to be"),
        ({"classes": [*"0123456789"]}, "gives 11 classes, its card names 10"),
        ({"calibration": {"temperature": 0}}, "calibration.temperature has to be above 0, not 0"),
        ({"calibration": {"temperature": float("nan")}}, "calibration.temperature"),
        ({"calibration": {"temperature": float("inf")}}, "calibration.temperature"),
        ({"calibration": {"temperature": 1, "power": 0}}, "calibration.power has to be above 0"),
        ({"calibration": {"temperature": True}}, "calibration.temperature"),
        ({"calibration": []}, "calibration.temperature"),
        ({"id": ""}, 'states no "id"'),
        ({"sha256": 7}, 'states no "sha256"'),
    ],
)
def test_a_card_that_states_something_else(tiny_model: Path, facts: dict[str, Any], what: str) -> None:
    change(tiny_model, **facts)
    assert what in fault(tiny_model)


def test_a_file_that_is_no_network(tiny_model: Path, capfd: pytest.CaptureFixture[str]) -> None:
    tiny_model.write_bytes(b"no network")
    change(tiny_model, sha256=hashlib.sha256(b"no network").hexdigest())
    assert "OpenCV cannot run this network" in fault(tiny_model)
    assert capfd.readouterr() == ("", "")


def test_a_ten_class_model_with_its_own_card(tiny_model: Path, ten_onnx: bytes) -> None:
    ten = tiny_model.with_name("ten.onnx")
    ten.write_bytes(ten_onnx)
    shutil.copy(tiny_model.with_suffix(".json"), ten.with_suffix(".json"))
    change(ten, id="ten", sha256=hashlib.sha256(ten_onnx).hexdigest().upper(), classes=[*"0123456789"])
    assert load_model(ten).outputs == 10


@pytest.fixture
def own_context(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of the context network that a test may harm."""
    folder = Path(shutil.copytree(model_store.context_folder(), tmp_path / "context"))
    monkeypatch.setattr(model_store, "CONTEXTS", (folder,))
    return folder


def test_a_context_network_that_is_not_what_its_card_says(own_context: Path) -> None:
    with (own_context / "head.onnx").open("ab") as file:
        file.write(b" ")
    assert "head.onnx does not match its card" in fault("digits")


@pytest.mark.parametrize("name", ["card.json", "trunk.onnx"])
def test_a_context_network_without_a_file(own_context: Path, name: str) -> None:
    (own_context / name).unlink()
    assert f"{name}: no such file" in fault("digits")


@pytest.mark.parametrize("text", ["{", "[]", "{}", '{"sha256": {"trunk.onnx": "0"}}'])
def test_a_context_network_with_a_damaged_card(own_context: Path, text: str) -> None:
    (own_context / "card.json").write_text(text)
    assert "is damaged" in fault("digits")
