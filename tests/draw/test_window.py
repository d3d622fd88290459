"""The window on a screen without a monitor, drawn on and typed into from outside."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import cv2
import pytest

from reader.io.corrections import read_corrections

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

import screen
from screen import Hand, strokes_of, wait_for

ROOT = Path(__file__).parents[2]
pytestmark = [
    pytest.mark.skipif(bool(screen.missing()), reason=f"not installed: {screen.missing()}"),
    pytest.mark.skipif(find_spec("_tkinter") is None, reason="this Python has no Tk"),
]
TOP = 40
"""Height of the row of buttons, about."""


@pytest.fixture(scope="module")
def display() -> Iterator[str]:
    with screen.screen() as name:
        yield name


class Desk:
    """A running pad, its store, and a hand in front of it."""

    def __init__(self, display: str, folder: Path, running: subprocess.Popen[str]) -> None:
        self.folder, self.store, self.running = folder, folder / "store", running
        self.hand = Hand(display)

    def write(self, text: str, left: float = 40, height: float = 150) -> None:
        self.hand.draw(strokes_of(text, left, TOP + 60, height, 1))

    def reads(self, text: str) -> bool:
        if not wait_for(lambda: self.hand.title() == text):
            raise AssertionError(f"{self.hand.title()!r} is not {text!r}")
        return True

    def labels(self) -> list[int]:
        made = (self.store / "corrections.csv").is_file()
        return [one.label for one in read_corrections(self.store)] if made else []


@pytest.fixture
def desk(display: str, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Desk]:
    words = getattr(request, "param", [])
    with screen.program(display, "draw", "--corrections", "store", *words, folder=tmp_path) as running:
        yield Desk(display, tmp_path, running)


def test_digits_drawn_are_read_undone_corrected_and_cleared(desk: Desk) -> None:
    hand = desk.hand
    assert hand.title() == ""  # nothing drawn, nothing read
    desk.write("204")
    assert desk.reads("204")
    desk.write("1", left=450)
    assert desk.reads("2041")
    hand.key("ctrl+z")
    assert desk.reads("204")
    hand.key("Left", "Left", "Left", "Right", "7")
    assert desk.reads("274")
    assert wait_for(lambda: desk.labels() == [7])
    (kept,) = read_corrections(desk.store)
    assert kept.answer == 0
    hand.key("n")
    assert desk.reads("2?4")
    assert wait_for(lambda: desk.labels() == [10])
    hand.key("BackSpace")
    assert desk.reads("204")
    assert desk.labels() == []
    hand.key("Escape")
    assert desk.reads("")


@pytest.mark.parametrize("desk", [["--min-confidence", "1", "--board", "black"]], indirect=True)
def test_it_says_that_it_is_not_sure(desk: Desk) -> None:
    desk.write("7")
    assert desk.reads("not sure: 7?")
    desk.hand.key("7")
    assert desk.reads("7")


def test_ink_that_is_no_digit(desk: Desk) -> None:
    desk.hand.draw([[(200, 200), (203, 202), (205, 206), (201, 208)]])
    assert desk.reads("not a digit")


@pytest.mark.parametrize("desk", [[str(ROOT / "samples" / "table.png")]], indirect=True)
def test_a_file_is_shown_and_put_away(desk: Desk) -> None:
    assert desk.reads("table.png")
    desk.hand.key("5")
    assert wait_for(lambda: desk.labels() == [5])
    assert read_corrections(desk.store)[0].source.endswith("table.png")
    desk.hand.key("Escape")
    assert desk.reads("")
    desk.write("7")
    assert desk.reads("7")


def test_files_are_opened_and_saved_by_name(desk: Desk) -> None:
    shutil.copy(ROOT / "samples" / "table.png", desk.folder / "page.png")
    hand = desk.hand
    desk.write("47")
    assert desk.reads("47")
    hand.type_into_dialog("ctrl+s", "Save", str(desk.folder / "drawn.png"))
    assert wait_for((desk.folder / "drawn.json").is_file)
    assert cv2.imread(str(desk.folder / "drawn.png")) is not None
    result = json.loads((desk.folder / "drawn.json").read_text())
    assert result["pages"][0]["numbers"][0]["text"] == "47"
    hand.type_into_dialog("ctrl+o", "Open", str(desk.folder / "page.png"))
    assert desk.reads("page.png")


def test_ctrl_c_in_the_terminal_closes_the_window(desk: Desk) -> None:
    desk.running.send_signal(signal.SIGINT)
    _, said = desk.running.communicate(timeout=90)
    assert (desk.running.returncode, said) == (130, "reader: interrupted\n")
