"""The window of `reader live`, on a display that nobody sees."""

from __future__ import annotations

import ctypes
import ctypes.util
import json
import os
import shutil
import struct
import subprocess
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import pytest

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "samples"), str(ROOT / "tests" / "io")]

import clip  # noqa: E402  (found through the line above)
from video_files import Stream  # noqa: E402

NEEDED = ("Xvfb", "xdotool", "import")
pytestmark = pytest.mark.skipif(
    not all(map(shutil.which, NEEDED)), reason=f"needs {', '.join(NEEDED)} (xvfb, xdotool, imagemagick)"
)
TITLE = "reader live: http"


@pytest.fixture(scope="module")
def display():
    """A display of its own."""
    reading, writing = os.pipe()
    server = subprocess.Popen(
        ["Xvfb", "-displayfd", str(writing), "-screen", "0", "800x600x24", "-nolisten", "tcp"],
        pass_fds=[writing],
        stderr=subprocess.DEVNULL,
    )
    os.close(writing)
    number = os.read(reading, 20).decode().strip()
    yield f":{number}"
    server.terminate()
    server.wait(10)
    os.close(reading)  # not before: it writes there once more


class Seen:
    """The command with its window, and a person before it."""

    def __init__(self, display, folder, *args):
        self.env = {**os.environ, "DISPLAY": display}
        self.folder, self.display = folder, display
        shots = clip.film(clip.receipt(), lambda t: clip.handheld(0.5), 3, size=(640, 480), noise=1.0)
        frames = [image for image, _ in shots]
        self.stream = Stream(frames, fps=15)
        command = [sys.executable, "-m", "reader", "live", self.stream.url, *args]
        self.lines, self.said = folder / "lines", folder / "said"
        # Not pipes: what serves the clipboard outlives the command, and would keep them open.
        with open(self.lines, "w") as out, open(self.said, "w") as said:
            self.process = subprocess.Popen(command, cwd=folder, env=self.env, stdout=out, stderr=said)

    def tool(self, *args):
        command = ["xdotool", *args]
        return subprocess.run(command, env=self.env, capture_output=True, text=True, check=False).stdout

    def window(self):
        """Wait for the window."""
        return self.wait(lambda: self.tool("search", "--name", TITLE).split())[-1]

    def press(self, key):
        self.tool("windowfocus", self.window(), "key", key)

    def picture(self):
        command = ["import", "-display", self.display, "-window", "root", "png:-"]
        data = subprocess.run(command, capture_output=True, check=True).stdout
        return cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)

    def wait(self, condition, seconds=60.0):
        until = time.monotonic() + seconds
        while not (found := condition()):
            assert self.process.poll() is None, self.said.read_text()
            assert time.monotonic() < until, "waited in vain"
            time.sleep(0.1)
        return found

    def colours(self, *wanted):
        """Tell whether pixels of a label's colour are on the screen."""
        return (self.picture() == wanted).all(axis=2).sum()

    def end(self):
        return self.process.wait(30), self.said.read_text()


@pytest.fixture
def seen(display, tmp_path):
    made = []

    def start(*args):
        made.append(Seen(display, tmp_path, *args))
        return made[-1]

    yield start
    for one in made:
        one.process.kill()
        one.process.wait()
        one.stream.close()


def ask_to_close(display, window):
    """Send what a window manager sends when the user closes a window: a message, 96 bytes in Xlib."""
    x = ctypes.CDLL(ctypes.util.find_library("X11"))
    x.XOpenDisplay.restype = x.XInternAtom.restype = ctypes.c_ulong
    server = ctypes.c_ulong(x.XOpenDisplay(display.encode()))
    protocols, delete = (x.XInternAtom(server, name, 0) for name in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW"))
    client_message, longs = 33, 32
    message = struct.pack(
        "iLiLLLiLLLLL", client_message, 0, 1, 0, window, protocols, longs, delete, 0, 0, 0, 0
    )
    x.XSendEvent(server, ctypes.c_ulong(window), 0, ctypes.c_long(0), message.ljust(192, b"\0"))
    x.XCloseDisplay(server)


LABELS = ((115, 158, 0), (0, 159, 230))


def test_the_window_shows_the_numbers_and_hears_the_keys(seen, tmp_path):
    person = seen("--format", "json")
    person.window()
    person.wait(lambda: '"appear"' in person.lines.read_text())
    person.wait(lambda: sum(person.colours(*colour) for colour in LABELS) > 200)
    plain = person.picture()
    person.press("h")
    person.wait(lambda: (person.picture()[:200, :300] < 100).mean() > (plain[:200, :300] < 100).mean() + 0.2)
    person.press("h")
    person.press("t")
    person.wait(
        lambda: (person.picture() == 255).all(axis=2).mean() > (plain == 255).all(axis=2).mean() + 0.1
    )
    person.press("t")
    person.press("s")
    (saved,) = person.wait(lambda: list(tmp_path.glob("reader-*.json")))
    texts = [n["text"] for n in json.loads(saved.read_text("utf-8"))["pages"][0]["numbers"]]
    assert set(texts) & set(clip.receipt().numbers)
    person.press("q")
    code, said = person.end()
    assert code == 0, said
    assert "Traceback" not in said
    assert "Qt" not in said


@pytest.mark.skipif(not ctypes.util.find_library("X11"), reason="needs libX11")
def test_closing_the_window_ends_it(seen):
    person = seen("--quiet")
    window = person.window()
    person.wait(person.lines.read_text)
    ask_to_close(person.display, int(window))
    assert person.end()[0] == 0


@pytest.mark.skipif(not shutil.which("xclip"), reason="needs xclip")
def test_copying_puts_the_numbers_on_the_clipboard(seen):
    person = seen()
    person.wait(lambda: "appear" in person.lines.read_text())
    person.press("c")
    held = ["xclip", "-o", "-selection", "clipboard"]
    copied = person.wait(lambda: subprocess.run(held, env=person.env, capture_output=True).stdout)
    assert set(copied.decode().split()) & set(clip.receipt().numbers)
    person.press("q")
    assert person.end()[0] == 0
