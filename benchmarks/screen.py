"""A screen without a monitor, and a hand that draws on it: Xvfb and xdotool."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reader.train.allographs import allographs

NEEDED = ("Xvfb", "xdotool")
TITLE = "reader draw"
Points = Sequence[tuple[float, float]]


def missing() -> str:
    """Name what is not installed; empty where all is there."""
    return ", ".join(name for name in NEEDED if not shutil.which(name))


@contextmanager
def screen(width: int = 1000, height: int = 800) -> Iterator[str]:
    """Start an X server that shows nothing to nobody; gives its DISPLAY."""
    read, write = os.pipe()
    command = ["Xvfb", "-displayfd", str(write), "-screen", "0", f"{width}x{height}x24", "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=(write,), stderr=subprocess.DEVNULL)
    os.close(write)
    try:
        with os.fdopen(read) as pipe:
            number = pipe.readline().strip()
        if not number:
            raise RuntimeError("Xvfb did not start")
        yield f":{number}"
    finally:
        server.terminate()
        server.wait()


def wait_for(what: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Wait until something is so; tells whether it came."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if what():
            return True
        time.sleep(0.02)
    return what()


def strokes_of(text: str, left: float, top: float, height: float, shape: int = 0) -> list[Points]:
    """Give the strokes of digits beside each other, in pixels.

    Parameters
    ----------
    text : str
        Digits.
    left, top : float
        Where the first begins.
    height : float
    shape : int
        Which of the project's shapes of a digit.
    """
    strokes: list[Points] = []
    for char in text:
        shapes = allographs(char)
        parts = [_dense(part.points * height) for part in shapes[shape % len(shapes)]]
        low = min(float(part[:, 0].min()) for part in parts)
        strokes += [[(left + x - low, top + y) for x, y in part.tolist()] for part in parts]
        left += max(float(part[:, 0].max()) for part in parts) - low + 0.35 * height
    return strokes


def _dense(points: NDArray[np.float64], step: float = 8.0) -> NDArray[np.float64]:
    """Put points between, as many as a moving mouse would report."""
    along = np.concatenate([[0], np.cumsum(np.hypot(*np.diff(points, axis=0).T))])
    at = np.linspace(0, along[-1], max(2, round(along[-1] / step)))
    return np.stack([np.interp(at, along, points[:, axis]) for axis in (0, 1)], axis=1)


class Hand:
    """Draws and types in the window of a program.

    Parameters
    ----------
    display : str
        DISPLAY of the program.
    title : str
        Part of the window's title.
    """

    def __init__(self, display: str, title: str = TITLE) -> None:
        self._env = {**os.environ, "DISPLAY": display}
        self.window = self.find(title)

    def do(self, *words: object) -> str:
        """Run xdotool; gives what it prints."""
        done = subprocess.run(["xdotool", *map(str, words)], env=self._env, capture_output=True, text=True)
        return done.stdout.strip()

    def title(self) -> str:
        """Give the window's title, without the program's name."""
        return self.do("getwindowname", self.window).removesuffix(TITLE).removesuffix(" - ")

    def key(self, *keys: str) -> None:
        """Press keys one after another."""
        self._focus(self.window)
        self.do("key", "--delay", 30, *keys)

    def click(self, x: float, y: float) -> None:
        """Click on a place of the window."""
        self.do("mousemove", "--window", self.window, round(x), round(y), "click", 1)

    def draw(self, strokes: Sequence[Points]) -> None:
        """Draw strokes; the points are places of the window."""
        for points in strokes:
            words: list[object] = []
            for number, (x, y) in enumerate(points):
                words += ["mousemove", "--window", self.window, round(x), round(y), "sleep", 0.008]
                words += ["mousedown", 1] if number == 0 else []
            self.do(*words, "mouseup", 1)

    def type_into_dialog(self, keys: str, title: str, text: str) -> None:
        """Open a dialog with keys and give it a text."""
        self.key(keys)
        dialog = self.find(title)
        self._focus(dialog)
        self.do("key", "ctrl+a", "type", "--delay", 5, text)
        self.do("key", "Return")

    def _focus(self, window: str) -> None:
        """Give a window the keys, which no window manager does here, and time to take notice."""
        if self.do("getwindowfocus", "-f") != window:
            self.do("windowfocus", "--sync", window)
            time.sleep(0.2)

    def find(self, title: str) -> str:
        """Wait for a window with this in its title; gives its number."""
        found = ""

        def came() -> bool:
            nonlocal found
            found = self.do("search", "--onlyvisible", "--name", title).partition("\n")[0]
            return bool(found)

        if not wait_for(came):
            raise RuntimeError(f'no window "{title}" came up')
        return found


def start(display: str, *arguments: object, folder: Path | None = None) -> subprocess.Popen[str]:
    """Start ``reader`` with arguments on a screen; what it says on standard error is a pipe."""
    command = [sys.executable, "-m", "reader", *map(str, arguments)]
    env = {**os.environ, "DISPLAY": display, "PYTHONWARNINGS": "error"}
    return subprocess.Popen(command, env=env, cwd=folder, stderr=subprocess.PIPE, text=True)


@contextmanager
def program(display: str, *arguments: object, folder: Path | None = None) -> Iterator[subprocess.Popen[str]]:
    """Run ``reader`` as `start` does, until the block ends."""
    running = start(display, *arguments, folder=folder)
    try:
        yield running
    finally:
        running.terminate()
        running.communicate()
