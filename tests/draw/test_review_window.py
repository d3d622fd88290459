"""``reader correct`` on a screen without a monitor."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest

from reader.io.corrections import read_corrections

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import screen
from screen import Hand, wait_for

TABLE = Path(__file__).parents[2] / "samples" / "table.png"
pytestmark = [
    pytest.mark.skipif(bool(screen.missing()), reason=f"not installed: {screen.missing()}"),
    pytest.mark.skipif(find_spec("_tkinter") is None, reason="this Python has no Tk"),
]


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with screen.screen() as name:
        yield name


def run(display: str, folder: Path, *words: object) -> subprocess.Popen[str]:
    return screen.start(display, "correct", "--corrections", "store", *words, folder=folder)


def test_numbers_are_stepped_through(display: str, tmp_path: Path) -> None:
    (tmp_path / "numbers.jsonl").write_text(json.dumps({"file": str(TABLE), "pages": []}) + "\n")
    running = run(display, tmp_path, "--below", "1", "numbers.jsonl")
    hand = Hand(display, "reader correct")
    first = hand.title().split()
    assert first[:2] == ["1", "of"]
    digits = [char for char in first[3] if char.isdigit()]
    hand.key(*(str(9 - int(digit)) for digit in digits), "Return")  # what is typed replaces what was read
    assert wait_for(lambda: hand.title().startswith("2 of"))
    kept = read_corrections(tmp_path / "store")
    assert [(one.answer, one.label) for one in kept] == [(int(d), 9 - int(d)) for d in digits]
    hand.key("Escape")
    assert wait_for(lambda: hand.title().startswith("3 of"))
    hand.key("Prior")
    assert wait_for(lambda: hand.title().startswith("2 of"))
    hand.key(*["Escape"] * int(first[2].strip(":")))
    _, said = running.communicate(timeout=90)
    assert running.returncode == 0
    assert said.endswith(f"1 of {first[2].strip(':')} numbers checked, {len(digits)} digits in store\n")


def test_where_nothing_is_doubtful_no_window_opens(display: str, tmp_path: Path) -> None:
    running = run(display, tmp_path, "--below", "0", TABLE)
    _, said = running.communicate(timeout=90)
    assert (running.returncode, said) == (0, "reader: no number is below 0%\n")


def test_results_that_are_none(display: str, tmp_path: Path) -> None:
    (tmp_path / "numbers.csv").write_text("a,b\n1,2\n")
    running = run(display, tmp_path, "numbers.csv")
    _, said = running.communicate(timeout=90)
    assert running.returncode == 3
    assert "not the results of reader scan" in said
