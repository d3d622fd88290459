"""`reader live`, the real command, on clips of a sample page."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import cv2
import jsonschema
import pytest

ROOT = Path(__file__).parents[2]
sys.path[:0] = [str(ROOT / "samples"), str(ROOT / "tests" / "io")]

import clip  # noqa: E402  (found through the line above)
from video_files import Stream, write_video  # noqa: E402

SCHEMA = json.loads((ROOT / "reader" / "schema" / "live.schema.json").read_text("utf-8"))
LINUX = sys.platform.startswith("linux")


@pytest.fixture(scope="module")
def clips(tmp_path_factory):
    """A folder with a clip of a page in the hand, and the page's numbers."""
    folder = tmp_path_factory.mktemp("clips")
    shots = clip.film(clip.receipt(), clip.handheld, 54, size=(640, 480), noise=2.0)
    clip.save(folder / "page.mp4", (image for image, _ in shots))
    return folder


def count(path):
    capture, n = cv2.VideoCapture(str(path)), 0
    while capture.read()[0]:
        n += 1
    return n


def test_a_file_gives_the_same_lines_twice_and_a_recording(run, clips, tmp_path):
    args = ("live", clips / "page.mp4", "--no-window", "--format", "json")
    first, second = run(*args), run(*args, "--record", "read.mp4", "--quiet")
    assert first.returncode == second.returncode == 0, first.stderr
    assert first.stdout == second.stdout
    events = [json.loads(line) for line in first.stdout.splitlines()]
    for event in events:
        jsonschema.validate(event, SCHEMA)
    right = {event["text"] for event in events} & set(clip.receipt().numbers)
    assert len(right) >= 4
    assert first.stderr.decode().startswith("reader: 54 frames in ")
    assert second.stderr == b""
    assert count(tmp_path / "read.mp4") == 54


def test_once_prints_what_is_sure_and_ends(run, clips):
    done = run("live", clips / "page.mp4", "--no-window", "--once")
    assert done.returncode == 0, done.stderr
    rows = [line.split("\t") for line in done.stdout.decode().splitlines()]
    assert {row[1] for row in rows} == {"appear"}
    assert {row[2] for row in rows} & set(clip.receipt().numbers)
    assert len({row[0] for row in rows}) == 1, "all of one moment"


def test_once_on_a_video_without_numbers(run, tmp_path):
    write_video(tmp_path / "empty.mp4", 12)
    done = run("live", "empty.mp4", "--no-window", "--once")
    assert (done.returncode, done.stdout) == (3, b"")
    assert done.stderr.decode().splitlines()[-1] == "reader: error: no number was sure before the end"


@pytest.mark.parametrize(
    ("source", "content", "said"),
    [
        ("none.mp4", None, "there is no such file"),
        ("zero.mp4", b"", "is empty"),
        ("bad.mp4", b"x" * 99, "is no video"),
    ],
)
def test_a_bad_file_is_one_line(run, tmp_path, source, content, said):
    if content is not None:
        (tmp_path / source).write_bytes(content)
    done = run("live", source, "--no-window", "--record", "out.mp4")
    assert (done.returncode, done.stdout) == (3, b"")
    (line,) = done.stderr.decode().splitlines()
    assert line.startswith(f"reader: error: {source}: {said}")
    assert not (tmp_path / "out.mp4").exists()


@pytest.mark.skipif(not LINUX or os.path.exists("/dev/video0"), reason="for Linux without a camera")
def test_no_camera(run):
    done = run("live", "--no-window")
    assert done.returncode == 3
    assert done.stderr.decode() == (
        "reader: error: camera 0: there is no camera; give a video file or the address of a stream instead\n"
    )
    listed = run("live", "--list")
    assert (listed.returncode, listed.stdout, listed.stderr) == (0, b"", b"reader: there is no camera\n")


@pytest.mark.skipif(not LINUX, reason="other systems always have a display")
@pytest.mark.parametrize("display", ["", ":4711", "nonsense"])
def test_no_display(run, clips, display):
    done = run("live", clips / "page.mp4", env={"DISPLAY": display})
    assert (done.returncode, done.stdout) == (8, b"")
    assert done.stderr.decode().rstrip().endswith("use --no-window")


@pytest.mark.parametrize(
    "options",
    [
        ("--size", "640"),
        ("--size", "0x480"),
        ("--region", "1,2,3"),
        ("--min-confidence", "0.2"),
        ("--fps", "0"),
        ("--record", "page.mp4"),
    ],
)
def test_wrong_usage(run, clips, options):
    done = run("live", clips / "page.mp4", *options, cwd=clips)
    assert (done.returncode, done.stdout) == (2, b"")


def test_a_recording_that_cannot_be_written_and_a_model_that_is_not_there(run, clips):
    done = run("live", clips / "page.mp4", "--no-window", "--record", "none/out.mp4")
    assert (done.returncode, b"none/out.mp4: cannot be written" in done.stderr) == (5, True)
    done = run("live", clips / "page.mp4", "--no-window", "--model", "nobody")
    assert (done.returncode, done.stdout) == (4, b"")


@pytest.mark.skipif(sys.platform == "win32", reason="no POSIX signals")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_who_ends_it_finds_a_recording_that_plays(tmp_path, number, code):
    frames = [image for image, _ in clip.film(clip.receipt(), clip.handheld, 10, size=(320, 240))]
    stream = Stream(frames)
    command = [sys.executable, "-m", "reader", "live", stream.url, "--no-window", "--record", "out.mp4", "-v"]
    heard = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    process = subprocess.Popen(
        command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, **heard
    )
    try:
        assert "frames in" in process.stderr.readline(), "it runs"
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    finally:
        process.kill()
        stream.close()
    assert process.returncode == code
    assert "Traceback" not in said
    assert "frames in" in said, "the summary"
    assert [path.name for path in tmp_path.iterdir()] == ["out.mp4"]
    assert count(tmp_path / "out.mp4") > 5


@pytest.mark.skipif(sys.platform == "win32", reason="no pipes of this kind")
def test_a_reader_that_leaves_ends_it_quietly(clips):
    command = f'"{sys.executable}" -m reader live page.mp4 --no-window --quiet --format json | head -n 1'
    began = time.monotonic()
    done = subprocess.run(["bash", "-c", command], cwd=clips, capture_output=True, timeout=60, check=False)
    assert json.loads(done.stdout)["event"] == "appear"
    assert done.stderr == b""
    assert time.monotonic() - began < 60
