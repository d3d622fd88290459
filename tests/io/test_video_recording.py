"""Videos that are written."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from reader.errors import OutputError
from reader.io.camera import open_source
from reader.io.recording import Recording

GREY = np.full((48, 64, 3), 128, np.uint8)


def count(path):
    capture, n = cv2.VideoCapture(str(path)), 0
    while capture.read()[0]:
        n += 1
    return n


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".avi"])
def test_a_recording_plays(tmp_path, suffix):
    path = tmp_path / f"a{suffix}"
    recording = Recording(str(path), 25.0)
    for i in range(10):
        recording.show(GREY, i / 25)
    assert not path.exists(), "it takes its name once it is whole"
    recording.close()
    assert [p.name for p in tmp_path.iterdir()] == [path.name]
    assert count(path) == 10
    assert open_source(str(path)).fps == pytest.approx(25)


def test_frames_stand_for_as_long_as_they_stood(tmp_path):
    recording = Recording(str(tmp_path / "a.mp4"), 10.0)
    for time in (5.0, 5.01, 5.02, 5.5, 6.0):
        recording.show(GREY, time)
    recording.close()
    assert count(tmp_path / "a.mp4") == 11


def test_a_frame_of_another_size_is_fitted(tmp_path):
    recording = Recording(str(tmp_path / "a.mp4"), 10.0)
    recording.show(GREY, 0.0)
    recording.show(np.zeros((100, 200, 3), np.uint8), 0.1)
    recording.close()
    assert count(tmp_path / "a.mp4") == 2


def test_without_frames_there_is_no_file(tmp_path):
    Recording(str(tmp_path / "a.mp4"), 10.0).close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("name", "said"), [("a.txt", "use .mp4"), ("none/a.mp4", "No such file"), ("d.mp4", "is a folder")]
)
def test_what_cannot_be_written_is_said_before_anything_is_read(tmp_path, name, said):
    (tmp_path / "d.mp4").mkdir()
    with pytest.raises(OutputError, match=said):
        Recording(str(tmp_path / name), 10.0)
    assert [p.name for p in tmp_path.iterdir()] == ["d.mp4"]
