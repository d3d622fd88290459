"""``reader draw`` where no window can be, and what it is told wrongly."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import pytest
from click.testing import CliRunner
from conftest import Run

from reader.cli import draw as command
from reader.cli.main import reader
from reader.errors import DisplayError, MissingExtraError

needs_tk = pytest.mark.skipif(find_spec("_tkinter") is None, reason="this Python came without Tk")


@needs_tk
def test_without_a_display_it_says_so(run: Run) -> None:
    done = run("draw", env={"DISPLAY": ""})
    assert done.returncode == DisplayError.exit_code
    assert done.stderr.startswith(b"reader: error: no window can be opened")
    assert done.stderr.count(b"\n") == 1


def test_without_tk_it_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None)
    result = CliRunner().invoke(reader, ["draw"])
    assert result.exit_code == MissingExtraError.exit_code
    assert "python3-tk" in result.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["--size", "12"],
        ["--size", "20x2000"],
        ["--brush", "0"],
        ["--board", "red"],
        ["--min-confidence", "nan"],
    ],
)
def test_wrong_usage(run: Run, words: list[str]) -> None:
    assert run("draw", *words).returncode == 2


@needs_tk
def test_a_bad_file_opens_no_window(run: Run, tmp_path: Path) -> None:
    done = run("draw", "none.png", env={"DISPLAY": ""})
    assert done.returncode == 3
    assert b"none.png" in done.stderr
