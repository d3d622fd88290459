"""The two threads: frames are taken in one, read in the other."""

from __future__ import annotations

import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from reader.errors import ModelError
from reader.live.capture import Capture
from reader.live.session import Request
from reader.live.worker import Worker

sys.path.insert(0, str(Path(__file__).parents[1] / "io"))

from video_files import Stream, write_video

from reader.io.camera import open_source


def wait(condition, seconds=10.0):
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "waited in vain"
        time.sleep(0.01)


def test_a_file_is_handed_over_whole_however_slow_the_taker(tmp_path):
    capture = Capture(open_source(str(write_video(tmp_path / "a.mp4", 20))), print)
    indices = []
    while not capture.ended:
        if frame := capture.next(1.0):
            indices.append(frame.index)
            time.sleep(0.01)
    capture.close()
    assert indices == list(range(20))
    assert capture.dropped == 0


def test_closing_while_frames_wait_ends_at_once(tmp_path):
    capture = Capture(open_source(str(write_video(tmp_path / "a.mp4", 50))), print)
    assert capture.next(5.0) is not None
    capture.close()
    assert "capture" not in {thread.name for thread in threading.enumerate()}


def test_of_a_stream_only_the_newest_frame_is_given():
    stream = Stream([np.full((60, 80, 3), v, np.uint8) for v in range(0, 250, 10)], fps=60)
    capture = Capture(open_source(stream.url), print)
    try:
        first = capture.next(5.0)
        time.sleep(0.6)
        late = capture.next(5.0)
        assert late.index > first.index + 5
        assert capture.dropped == late.index + 1 - 2  # all frames but the two, those before the first too
        assert late.time == pytest.approx(late.taken - first.taken + first.time)
    finally:
        capture.close()
        stream.close()


def test_a_stream_that_is_lost_is_waited_for(monkeypatch):
    monkeypatch.setattr("reader.live.capture.RETRY", 0.1)
    stream, told = Stream([np.full((60, 80, 3), 90, np.uint8)]), []
    capture = Capture(open_source(stream.url), told.append)
    try:
        assert capture.next(5.0) is not None
        stream.plugged.clear()
        wait(lambda: told)
        assert not capture.ended
        stream.plugged.set()
        wait(lambda: len(told) == 2)
        wait(lambda: capture.next(0.1) is not None)
    finally:
        capture.close()
        stream.close()
    assert told == [f"{stream.url}: lost; waiting for it to come back", f"{stream.url}: is back"]


def test_closing_while_a_stream_is_lost():
    stream, told = Stream([np.full((60, 80, 3), 90, np.uint8)]), []
    capture = Capture(open_source(stream.url), told.append)
    stream.plugged.clear()
    wait(lambda: told)
    began = time.monotonic()
    capture.close()
    assert time.monotonic() - began < 5
    stream.close()


class Broken:
    name, is_live, fps = "broken", True, 30.0

    def read(self):
        raise ModelError("a bug in the thread")

    def close(self):
        pass


def test_what_goes_wrong_in_the_thread_comes_out_of_it():
    capture = Capture(Broken(), print)
    wait(lambda: capture.ended)
    with pytest.raises(ModelError, match="in the thread"):
        capture.next(1.0)
    capture.close()


def request():
    white = np.full((60, 80, 3), 255, np.uint8)
    return Request(white, (0, 0, 80, 60), white[..., 0], np.eye(2, 3), np.eye(2, 3), 1)


def test_a_reading_is_due_after_so_many_frames_and_not_before(tiny_classifier):
    worker = Worker(lambda: tiny_classifier, delay=4)
    asked = request()
    worker.submit(10, asked)
    assert not worker.is_free
    wait(lambda: worker._job[2].done())
    assert [worker.result(i) for i in (11, 12, 13)] == [None] * 3
    assert worker.result(14)[0] is asked
    assert (worker.is_free, worker.readings, worker.result(15)) == (True, 1, None)
    worker.close()


def test_a_reading_is_given_when_it_is_done(tiny_classifier):
    worker = Worker(lambda: tiny_classifier)
    assert worker.result(0) is None
    worker.submit(0, request())
    wait(lambda: worker.result(1) is not None)
    assert worker.model == "tiny"
    worker.close()


def test_frames_go_on_while_the_model_loads_and_its_error_comes_out():
    gate = threading.Event()

    def load():
        gate.wait(10)
        raise ModelError("no such model")

    worker = Worker(load, delay=3)
    worker.submit(0, request())
    assert (worker.result(1), worker.model) == (None, "")
    gate.set()
    wait(lambda: worker._model.done())
    with pytest.raises(ModelError, match="no such model"):
        worker.result(2)
    worker.close()
