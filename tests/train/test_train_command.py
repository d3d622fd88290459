"""What ``reader train`` leaves behind: curves, figures, and the best network after Ctrl-C."""

from __future__ import annotations

import json
import re
import signal
from pathlib import Path

import cv2
import numpy as np
import pytest
from click.testing import CliRunner, Result
from tiny_folder import write_folder

from reader.cli import train as command
from reader.cli.main import reader
from reader.errors import MissingExtraError
from reader.train.keeper import Keeper
from reader.train.plots import curves

# Keras' exporter and its weight files trip over what numpy is about to change.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    pytest.importorskip("keras", reason="the extra 'train' is not installed", exc_type=ImportError)
    return write_folder(tmp_path_factory.mktemp("folders") / "mine")


def run(folder: Path, output: Path, *words: object) -> Result:
    how = ("--extra", folder, "--arch", "dense", "--batch-size", 8, "--output", output)
    return CliRunner().invoke(reader, ["train", *map(str, (*how, *words))])


@pytest.fixture(scope="module")
def trained(folder: Path) -> tuple[Result, Path]:
    output = folder.parent / "out"
    return run(folder, output, "--epochs", 4), output


def test_a_folder_alone_trains_a_network(trained: tuple[Result, Path]) -> None:
    result, output = trained
    assert result.exit_code == 0, result.output
    card = json.loads((output / "digits.json").read_text())
    (source,) = card["trained_on"]
    assert (source["name"], source["glyphs"], source["validation_glyphs"]) == ("mine", 69, 6)
    assert re.fullmatch("[0-9a-f]{64}", source["sha256"]["mine"])
    assert card["figures"]["validation_digits"] == 1
    assert card["figures"]["validation_rejected"] == 1
    assert result.stdout.startswith(f"{output / 'digits.onnx'}: ")
    assert "validation digits 100.00%" in result.stdout


def test_the_curves_are_those_of_the_history(trained: tuple[Result, Path]) -> None:
    _, output = trained
    history = json.loads((output / "checkpoints" / "history.json").read_text())
    assert len(history) == 4
    assert (output / "curves.png").read_bytes() == curves(history)


def test_without_a_terminal_an_epoch_is_a_line(trained: tuple[Result, Path]) -> None:
    lines = trained[0].stderr.splitlines()
    assert lines[0] == "69 glyphs to learn from, 6 to validate"
    number = r"\d\.\d{4}"
    for epoch, line in enumerate(lines[1:], 1):
        said = f"epoch {epoch}: loss {number}, accuracy {number}, validation loss {number}, accuracy {number}"
        assert re.fullmatch(rf"{said}( \(best\))?, \d+ s", line)
    assert len(lines) == 5
    assert "(best)" in lines[1]


@pytest.mark.usefixtures("heard")
def test_ctrl_c_leaves_curves_and_the_best_network(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_batch = Keeper.on_batch

    def pressed(self: Keeper, batch: int, logs: dict[str, float] | None = None) -> None:
        on_batch(self, batch, logs)
        if len(self.history) == 2:
            signal.raise_signal(signal.SIGINT)

    monkeypatch.setattr(Keeper, "on_batch", pressed)
    result = run(folder, tmp_path, "--epochs", 9)
    assert result.exit_code == 0, result.output
    assert json.loads((tmp_path / "digits.json").read_text())["figures"]["epochs"] == 2
    picture = cv2.imdecode(np.fromfile(tmp_path / "curves.png", np.uint8), cv2.IMREAD_COLOR)
    assert picture.std() > 5
    history = json.loads((tmp_path / "checkpoints" / "history.json").read_text())
    assert (tmp_path / "curves.png").read_bytes() == curves(history)
    assert not list(tmp_path.glob("*.part"))


def test_matplotlib_is_missed_before_any_work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None if name == "matplotlib" else True)
    result = run(tmp_path / "none", tmp_path / "out")
    assert result.exit_code == MissingExtraError.exit_code
    assert "training needs matplotlib: install number-reader[train]" in result.stderr
