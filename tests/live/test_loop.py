"""The loop: keys, freezing, saving, copying, ending, with a screen that follows a script."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import numpy as np
import pytest

from reader.errors import OutputError
from reader.live.capture import Capture
from reader.live.controls import Controls
from reader.live.loop import How, Loop, Outputs
from reader.live.worker import Worker

sys.path.insert(0, str(Path(__file__).parents[1] / "io"))

from video_files import write_video

from reader.io.camera import open_source


class Script:
    """A screen on which keys are pressed at certain pictures."""

    def __init__(self, keys=None, mouse=None):
        self.keys, self.moves, self.pictures = dict(keys or {}), dict(mouse or {}), []

    def show(self, picture):
        self.pictures.append(picture)

    def poll(self, seconds):
        return self.keys.pop(len(self.pictures), "")

    def mouse(self):
        return self.moves.pop(len(self.pictures), [])


@pytest.fixture
def run(tmp_path, tiny_classifier, monkeypatch):
    """Run a loop over a short video; give what it told and showed."""
    monkeypatch.chdir(tmp_path)

    def run(screen=None, how=None, controls=None, count=20):
        path = write_video(tmp_path / "a.mp4", count, size=(320, 240))
        capture, told, happened = Capture(open_source(str(path)), print), [], []
        worker = Worker(lambda: tiny_classifier, delay=3)
        loop = Loop(capture, worker, Outputs(happened.extend, told.append, screen), controls, how)
        try:
            well = loop.run()
        finally:
            worker.close()
            capture.close()
        return loop, well, told, happened

    return run


def test_every_frame_of_a_file_goes_through(run):
    loop, well, told, _ = run()
    done = loop.summary()
    assert (well, done.frames, done.dropped, told) == (True, 20, 0, [])
    assert done.readings == 0, "frames without an edge are not worth reading"


def test_quitting(run):
    screen = Script({5: "q"})
    loop, well, _, _ = run(screen)
    assert (well, loop.summary().frames) == (True, 5)


def test_freezing_holds_the_frame_and_goes_on(run):
    screen = Script({5: " ", 15: " "})
    loop, _, _, _ = run(screen)
    assert loop.summary().frames == 20
    assert len(screen.pictures) == 30, "ten times the same frame"
    still = [p[200:] for p in screen.pictures[6:15]]
    assert all((p == still[0]).all() for p in still)
    assert (screen.pictures[-1][200:] != still[0]).any()


def test_saving_keeps_the_frame_and_its_readings(run, tmp_path):
    _, _, told, _ = run(Script({6: "s"}), How(source="camera 0"))
    (picture,) = tmp_path.glob("reader-*.png")
    saved = json.loads(picture.with_suffix(".json").read_text("utf-8"))
    assert saved["file"] == picture.name
    assert saved["pages"][0]["width"] == 320
    assert told == [f"{picture.name}: saved"]


def test_copying(run, monkeypatch):
    copied = []
    monkeypatch.setattr("pyperclip.copy", copied.append)
    _, _, told, _ = run(Script({6: "c"}))
    assert (copied, told) == ([""], ["copied 0 numbers"])


def test_a_clipboard_that_is_not_there_does_not_end_the_run(run, monkeypatch):
    def fail(text):
        raise OutputError("there is no clipboard")

    monkeypatch.setattr("reader.live.loop.copy", fail)
    loop, _, told, _ = run(Script({6: "c"}))
    assert (told, loop.summary().frames) == (["there is no clipboard"], 20)


def test_keys_and_mouse_change_what_is_asked_for(run):
    screen = Script({2: "+", 4: "r"}, {8: [("down", 20, 20), ("up", 200, 120)]})
    loop, _, told, _ = run(screen)
    assert told == ["numbers of at least 95.0%"]
    assert loop._session.options.min_confidence == 0.95
    assert loop._session.options.region == (20, 20, 180, 100)


def test_a_paced_file_takes_its_time(run):
    screen = Script()
    loop, _, _, _ = run(screen, How(paced=True))
    assert loop.summary().seconds >= 19 / 25 - 0.1
    assert loop.summary().frames == 20


def test_once_without_a_number_is_a_failure(run):
    _, well, _, happened = run(how=How(once=True))
    assert (well, happened) == (False, [])


def test_the_mirror_is_for_the_eyes_alone(run):
    plain, mirror = Script(), Script()
    run(plain)
    run(mirror, controls=Controls(mirror=True))
    assert (plain.pictures[0] == mirror.pictures[0][:, ::-1]).mean() > 0.99


def test_verbose_tells_every_second_and_on_the_picture(run, monkeypatch):
    times = iter(np.arange(0, 1000, 0.2))
    monkeypatch.setattr("reader.live.loop.perf_counter", lambda: float(next(times)))
    screen = Script()
    _, _, told, _ = run(screen, How(verbose=True))
    assert len(told) > 3
    assert all("frames in" in line for line in told)
    assert (screen.pictures[0] != screen.pictures[0][0, 0]).any(), "the status is on it"
