"""`reader batch` as a user runs it."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest
from cli_files import write_number
from test_scan import schema

from reader.cli import batch as batch_module
from reader.options import LimitOptions, LoadOptions

POSIX = pytest.mark.skipif(os.name == "nt", reason="signals and names of POSIX")


@pytest.fixture
def folder(tmp_path):
    """A folder "in" of two good files and a bad one."""
    (tmp_path / "in" / "sub").mkdir(parents=True)
    write_number(tmp_path / "in" / "a.png", "1234")
    write_number(tmp_path / "in" / "sub" / "b.jpg", "77")
    (tmp_path / "in" / "notes.txt").write_text("no image")
    return tmp_path / "in"


def test_a_folder(run, folder, tmp_path):
    done = run("batch", "in", "--output", "out.jsonl", "--summary", "--workers", "1")
    assert done.returncode == 1
    assert done.stdout.decode().split() == (
        "files 3 read 2 failed 1 input 1 pages 2 numbers 2".split()  # noqa: SIM905
    )
    error, end = done.stderr.decode().splitlines()
    assert error == "reader: error: in/notes.txt: not an image; give a JPEG, PNG, WebP, BMP, TIFF or PDF file"
    assert end.startswith("reader: out.jsonl: 3 files, 1 of them failed; 3 files read in ")
    lines = (tmp_path / "out.jsonl").read_bytes()
    for line in lines.splitlines():
        jsonschema.Draft202012Validator(schema()).validate(json.loads(line))
    scan = run("scan", "--format", "json", "in/a.png", "in/notes.txt", "in/sub/b.jpg")
    assert lines == scan.stdout
    again = run("batch", "in", "--output", "out.jsonl", "--workers", "1")
    assert (again.returncode, again.stdout) == (1, b"")
    assert " 3 files, 1 of them failed; " in again.stderr.decode()
    assert (tmp_path / "out.jsonl").read_bytes() == lines
    quiet = run("batch", "in", "--output", "out.csv", "--glob", "*.png", "--quiet")
    assert (quiet.returncode, quiet.stdout, quiet.stderr) == (0, b"", b"")
    assert (tmp_path / "out.csv").read_bytes() == run("scan", "-f", "csv", "in/a.png").stdout


@POSIX
def test_lists_from_standard_input(run, folder, tmp_path):
    (folder / "a.png").rename(folder / "two\nlines.png")
    for null, end in (([], b"\n"), (["--null"], b"\0")):
        names = end.join([b"in/sub/b.jpg", b"in/two\nlines.png"][: 1 + bool(null)])
        done = run("batch", "-", *null, "-o", f"out{len(null)}.jsonl", "-q", input=names)
        assert done.returncode == 0, done.stderr
    assert len((tmp_path / "out1.jsonl").read_text().splitlines()) == 2


def test_the_results_may_lie_in_the_folder(run, folder, tmp_path):
    (folder / "notes.txt").unlink()
    for _ in range(2):
        done = run("batch", "in", "--output", "in/out.sqlite", "--annotate", "in/seen", "--quiet")
        assert (done.returncode, done.stderr) == (0, b"")
    assert len(list((folder / "seen").rglob("*-read.png"))) == 2


def test_an_empty_folder(run, tmp_path):
    (tmp_path / "in").mkdir()
    done = run("batch", "in", "--output", "out.jsonl")
    assert done.returncode == 0
    assert (tmp_path / "out.jsonl").read_bytes() == b""


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        (["in"], "--output"),
        (["in", "-o", "out.jsonl", "--done", "d"], "--done needs --watch"),
        (["in", "-o", "out.jsonl", "--ray-address", "auto"], "--ray-address needs --engine ray"),
        (["in", "-o", "out.jsonl", "--engine", "ray"], "ends in .parquet"),
        (["in", "-o", "out.parquet", "--engine", "ray", "--watch"], "--watch needs --engine local"),
        (["in", "-o", "out.parquet", "--engine", "ray", "--annotate", "x"], "--annotate needs"),
        (["in/a.png", "-o", "out.jsonl", "--watch"], "needs folders"),
        (["in", "-o", "out.jsonl", "--annotate", "in"], "in is an input"),
        (["in/a.png", "-o", "in/a.png"], None),
        (["in", "-o", "out.jsonl", "--timeout", "nan"], "nan"),
        (["in", "-o", "out.jsonl", "--workers", "0"], "--workers"),
    ],
)
def test_wrong_usage(run, folder, tmp_path, wrong, said):
    before = (folder / "a.png").read_bytes()
    done = run("batch", *wrong)
    assert done.returncode == (2 if said else 5)
    assert (said or "the ending says the format").encode() in done.stderr
    assert b"Traceback" not in done.stderr
    assert (folder / "a.png").read_bytes() == before
    assert not list(tmp_path.glob("out*"))


def test_a_model_that_is_none(run, folder, tmp_path):
    done = run("batch", "in", "-o", "out.jsonl", "--model", "none")
    assert done.returncode == 4
    assert done.stderr.decode().count("\n") == 1


def test_a_place_that_cannot_be_written(run, folder):
    done = run("batch", "in", "-o", "none/out.jsonl")
    assert done.returncode == 5
    assert done.stderr.decode().count("\n") == 1


@POSIX
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143)])
def test_an_interrupted_run_goes_on(run, tmp_path, name, code):
    (tmp_path / "in").mkdir()
    for n in range(60):
        write_number(tmp_path / "in" / f"{n}.png", str(n))
    command = [sys.executable, "-m", "reader", "batch", "in", "-o", "out.jsonl", "-w", "2"]
    heard = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, **heard) as process:
        wal = tmp_path / "out.jsonl.journal-wal"
        while not (wal.exists() and wal.stat().st_size > 200_000):
            time.sleep(0.02)
            assert process.poll() is None
        process.send_signal(getattr(signal, name))
        said = process.stderr.read().decode()
    assert process.returncode == code
    (first,) = re.findall(r"^reader: (\d+) files read; the same command goes on from there\n", said)
    assert said.endswith("reader: interrupted\n" if code == 130 else "reader: terminated\n")
    assert sorted(os.listdir(tmp_path)) == ["in", "out.jsonl.journal"]
    done = run("batch", "in", "-o", "out.jsonl")
    assert done.returncode == 0
    (read,) = re.findall(r"(\d+) files read", done.stderr.decode())
    assert 0 < int(read) <= 60 - int(first)
    assert len((tmp_path / "out.jsonl").read_bytes().splitlines()) == 60


@POSIX
def test_a_second_run_on_the_same_output(run, folder):
    os.mkfifo(folder / "pipe.png")
    command = [sys.executable, "-m", "reader", "batch", "in", "-o", "out.jsonl", "--watch"]
    with subprocess.Popen(command, cwd=folder.parent, stderr=subprocess.DEVNULL) as process:
        try:
            while not (folder.parent / "out.jsonl.journal-wal").exists():
                time.sleep(0.02)
            done = run("batch", "in", "-o", "out.jsonl")
        finally:
            process.send_signal(signal.SIGTERM)
    assert process.returncode == 143
    assert (done.returncode, done.stderr.decode().count("\n")) == (5, 1)
    assert b"another run is writing these results" in done.stderr


def test_defaults_are_those_of_the_options():
    defaults = {option.name: option.default for option in batch_module.batch.params}
    limits = LimitOptions()
    assert defaults["timeout"] == limits.timeout
    assert defaults["max_memory"] == limits.max_memory
    assert defaults["max_pages"] == limits.max_pages
    assert defaults["max_pixels"] == LoadOptions().max_pixels


@POSIX
def test_a_bar_on_a_terminal_and_nothing_left_of_it(folder):
    import pty
    import termios

    main, other = pty.openpty()
    termios.tcsetwinsize(other, (24, 80))
    command = [sys.executable, "-m", "reader", "batch", "in", "-o", "out.jsonl"]
    with subprocess.Popen(command, cwd=folder.parent, stderr=other) as process:
        os.close(other)
        said = b""
        while True:
            try:
                part = os.read(main, 4096)
            except OSError:  # how Linux says that the other end is closed
                break
            if not part:
                break
            said += part
    os.close(main)
    assert process.returncode == 1
    assert b"failed=" in said
    assert b"not an image" in said
    assert Path(folder.parent / "out.jsonl").exists()
