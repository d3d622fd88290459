"""Frames from files and streams; a camera is the same `VideoCapture`."""

from __future__ import annotations

import time

import numpy as np
import pytest
from video_files import Stream, write_video

from reader.errors import CameraError, InputError
from reader.io.camera import Wanted, open_source
from reader.io.cameras import Camera, list_cameras, why_not


def frames_of(source):
    found = []
    while (image := source.read()) is not None:
        found.append((source.time(), image))
    source.close()
    return found


def test_every_frame_of_a_file_with_its_time(tmp_path):
    source = open_source(str(write_video(tmp_path / "a.mp4")))
    assert (source.is_live, source.fps, source.size) == (False, 25.0, (160, 120))
    found = frames_of(source)
    assert [t for t, _ in found] == pytest.approx([i / 25 for i in range(12)], abs=1e-3)
    means = [image.mean() for _, image in found]
    assert means == sorted(means)
    assert means[-1] > means[0] + 100


def test_a_rate_of_our_own_sets_the_times(tmp_path):
    source = open_source(str(write_video(tmp_path / "a.mp4")), Wanted(fps=10))
    assert [t for t, _ in frames_of(source)] == pytest.approx([i / 10 for i in range(12)])


def test_frames_are_fitted_into_a_size(tmp_path):
    source = open_source(str(write_video(tmp_path / "a.mp4")), Wanted(size=(80, 90)))
    assert source.size == (80, 60)
    assert {image.shape for _, image in frames_of(source)} == {(60, 80, 3)}


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda p: None, "there is no such file"),
        (lambda p: p.mkdir(), "is a folder"),
        (lambda p: p.write_bytes(b""), "is empty"),
        (lambda p: p.write_bytes(b"\0\0\0 ftypisom" + bytes(500)), "is no video that can be decoded"),
        (lambda p: p.write_text("hello"), "is no video that can be decoded"),
    ],
)
def test_a_file_that_is_no_video_says_so_in_one_line(tmp_path, make, said, capfd):
    path = tmp_path / "bad.mp4"
    make(path)
    with pytest.raises(InputError) as error:
        open_source(str(path))
    assert str(error.value).startswith(f"{path}: {said}")
    assert capfd.readouterr().err == "", "the libraries keep quiet"


def test_a_file_that_breaks_off_gives_what_there_is(tmp_path):
    path = write_video(tmp_path / "a.avi", 60)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    assert 0 < len(frames_of(open_source(str(path)))) < 60


def test_a_stream_is_live_and_comes_back():
    stream = Stream([np.full((60, 80, 3), 90, np.uint8)])
    try:
        source = open_source(stream.url)
        assert source.is_live
        assert source.read().shape == (60, 80, 3)
        assert source.time() is None
        stream.plugged.clear()
        until = time.monotonic() + 10
        while source.read() is not None and time.monotonic() < until:
            pass
        assert not source.reopen()
        stream.plugged.set()
        assert source.reopen()
        assert source.read() is not None
        source.close()
    finally:
        stream.close()


def test_a_stream_that_is_not_there():
    with pytest.raises(CameraError, match="no stream that can be opened"):
        open_source("http://127.0.0.1:9/live.mjpg")


def test_a_camera_that_is_not_there():
    with pytest.raises(CameraError, match=r"^camera 97: there is"):
        open_source("97")


def device(folder, files, name, label, index="0"):
    (folder / name).mkdir(parents=True)
    (folder / name / "name").write_text(f"{label}\n")
    (folder / name / "index").write_text(index)
    files.mkdir(exist_ok=True)
    (files / name).touch()


def test_the_list_of_cameras_has_no_metadata_nodes(tmp_path, monkeypatch):
    monkeypatch.setattr("sys.platform", "linux")
    devices, files = tmp_path / "devices", tmp_path / "dev"
    device(devices, files, "video2", "Second")
    device(devices, files, "video0", "First")
    device(devices, files, "video1", "First", index="1")
    found = list_cameras(devices, files)
    assert [(c.index, c.name, c.device) for c in found] == [
        (0, "First", str(files / "video0")),
        (2, "Second", str(files / "video2")),
    ]
    assert list_cameras(tmp_path / "nothing", files) == ()


def test_why_a_camera_does_not_work():
    good, locked = Camera(0, "Webcam", "/dev/video0"), Camera(2, "Other", "/dev/video2", False)
    assert why_not(5, [good, locked]) == (
        "camera 5: there is none; there are 0 (Webcam), 2 (Other), or give a video file"
    )
    assert "permission denied for /dev/video2" in why_not(2, [good, locked])
    assert "another program" in why_not(0, [good])
