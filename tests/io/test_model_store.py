"""Where models are looked for on each system, and what a name means."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from reader.errors import ModelError
from reader.io import model_store
from reader.io.model_store import by_name, installed, is_shipped, user_folder


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A home without settings, and a shipped model "digits"."""
    for name in ("READER_MODELS", "XDG_DATA_HOME", "LOCALAPPDATA"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    (tmp_path / "shipped").mkdir()
    (tmp_path / "shipped" / "digits.onnx").touch()
    monkeypatch.setattr(model_store, "SHIPPED", (tmp_path / "none", tmp_path / "shipped"))
    return tmp_path


@pytest.mark.parametrize(
    ("platform", "settings", "expected"),
    [
        ("linux", {}, "{home}/.local/share/number-reader/models"),
        ("linux", {"XDG_DATA_HOME": "{home}/data"}, "{home}/data/number-reader/models"),
        ("linux", {"XDG_DATA_HOME": "relative"}, "{home}/.local/share/number-reader/models"),
        ("darwin", {"XDG_DATA_HOME": "/x"}, "{home}/Library/Application Support/number-reader/models"),
        ("win32", {"LOCALAPPDATA": "{home}/Local"}, "{home}/Local/number-reader/models"),
        ("win32", {}, "{home}/AppData/Local/number-reader/models"),
        ("linux", {"READER_MODELS": "{home}/own", "XDG_DATA_HOME": "/x"}, "{home}/own"),
        ("win32", {"READER_MODELS": "own"}, "own"),
        ("linux", {"READER_MODELS": ""}, "{home}/.local/share/number-reader/models"),
    ],
)
def test_the_folder_follows_the_system(
    home: Path, monkeypatch: pytest.MonkeyPatch, platform: str, settings: dict[str, str], expected: str
) -> None:
    for name, value in settings.items():
        monkeypatch.setenv(name, value.format(home=home))
    with monkeypatch.context() as patch:
        patch.setattr(sys, "platform", platform)
        assert user_folder() == Path(expected.format(home=home))


def test_own_models_are_found_after_those_shipped(home: Path) -> None:
    assert installed() == {"digits": home / "shipped" / "digits.onnx"}
    user_folder().mkdir(parents=True)
    for name in ("b-1.onnx", "b.onnx", "a.onnx", "digits.onnx", "notes.txt"):
        (user_folder() / name).touch()
    assert list(installed()) == ["digits", "a", "b", "b-1"]
    assert by_name("a") == user_folder() / "a.onnx"
    assert by_name("digits") == home / "shipped" / "digits.onnx", "shipped ones are not hidden"
    assert is_shipped("digits")
    assert not is_shipped("a")


def test_an_unknown_name_says_which_there_are(home: Path) -> None:
    with pytest.raises(ModelError, match=r'^no model is named "big"; there are: digits$'):
        by_name("big")
    (home / "shipped" / "digits.onnx").unlink()
    with pytest.raises(ModelError, match="install reader again"):
        by_name("digits")


def test_a_keras_file_is_sent_to_the_import(home: Path) -> None:
    with pytest.raises(ModelError, match=r"run: reader models import mnist\.h5"):
        by_name("mnist.h5")
