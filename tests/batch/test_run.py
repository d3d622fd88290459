"""Batches on this machine: nothing lost, nothing twice, and no file stops a run."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
import zlib
from contextlib import closing
from functools import partial
from pathlib import Path

import pytest
from hostile import IMPATIENT, JOB, Quiet, make_hostile, small_page, small_pages
from pdf_files import pdf_of_pages

from reader.batch.messages import Job
from reader.batch.run import Plan, run_batch
from reader.errors import OutputError
from reader.files import read_files
from reader.io.export import JsonWriter
from reader.io.journal import Journal
from reader.io.listing import find_files
from reader.options import LoadOptions

POSIX = pytest.mark.skipif(os.name == "nt", reason="signals and links of POSIX")


@pytest.fixture
def batch(tmp_path, monkeypatch):
    """Run a batch of the folder "in"; give the results' bytes and what was heard."""
    monkeypatch.chdir(tmp_path)
    log = tmp_path / "log"

    def batch(*roots, job=JOB, workers=1, results="r.jsonl", **how):
        heard = Quiet()
        make = partial(make_hostile, log=str(log))
        plan = Plan(results, job, workers, **how)
        heard.summary = run_batch(plan, find_files(roots or ["in"], (), [results]), heard, make)
        return Path(results).read_bytes(), heard

    batch.log = log
    return batch


def test_results_are_those_of_scan_in_the_order_of_the_input(batch, tmp_path):
    small_pages(tmp_path / "in" / "b", 5)
    small_page(tmp_path / "in" / "a.png", "77")
    (tmp_path / "in" / "c.png").write_bytes(b"no image")
    found, heard = batch(workers=2)
    names = [os.path.join("in", name) for name in ("a.png", *(f"b/{n:05}.png" for n in range(5)), "c.png")]
    with open("scan.jsonl", "w", encoding="utf-8") as file:
        for outcome in read_files(names):
            JsonWriter().write(outcome, file)
    assert found == Path("scan.jsonl").read_bytes()
    assert list(heard.errors) == [os.path.join("in", "c.png")]
    assert (heard.summary.totals.files, heard.summary.totals.failed) == (7, 1)
    assert heard.summary.failures == {"input": 1}


def test_what_was_read_is_not_read_again(batch, tmp_path):
    small_pages(tmp_path / "in", 3)
    first, _ = batch()
    old = time.time() - 100
    for path in (tmp_path / "in").iterdir():
        os.utime(path, (old, old))  # touched, not changed: the content tells
    again, heard = batch()
    assert (again, len(batch.log.read_bytes().splitlines())) == (first, 3)
    assert heard.summary.totals.todo == 0


def test_changed_new_moved_and_removed_files(batch, tmp_path):
    small_pages(tmp_path / "in", 4)
    batch()
    batch.log.unlink()
    small_page(tmp_path / "in" / "00001.png", "5555")
    small_page(tmp_path / "in" / "new.png", "6666")
    (tmp_path / "in" / "00002.png").unlink()
    (tmp_path / "in" / "00003.png").rename(tmp_path / "in" / "moved.png")
    found, _ = batch()
    assert batch.log.read_text().split() == [os.path.join("in", n) for n in ("00001.png", "new.png")]
    assert [line.split(b'"')[3].decode() for line in found.splitlines()] == [
        os.path.join("in", name) for name in ("00000.png", "00001.png", "moved.png", "new.png")
    ]
    for text, line in zip(("1000", "5555", "1003", "6666"), found.splitlines(), strict=True):
        assert f'"digits": "{text}"'.encode() in line
    assert found == batch(results="fresh.jsonl")[0]


def test_copies_are_read_each(batch, tmp_path):
    small_pages(tmp_path / "in", 1)
    batch()
    (tmp_path / "in" / "copy.png").write_bytes((tmp_path / "in" / "00000.png").read_bytes())
    assert batch()[0] == batch(results="fresh.jsonl")[0]


def test_other_options_and_other_models_read_again(batch, tmp_path, tiny_model):
    small_pages(tmp_path / "in", 2)
    first, _ = batch()
    batch(job=Job(load=LoadOptions(dpi=300), limits=JOB.limits))
    assert len(batch.log.read_bytes().splitlines()) == 4
    other, _ = batch(job=Job(model=str(tiny_model), limits=JOB.limits))
    assert len(batch.log.read_bytes().splitlines()) == 6
    assert b'"model": "tiny' in other
    assert batch()[0] == first


def test_failed_files_are_read_again_when_asked_for(batch, tmp_path):
    small_pages(tmp_path / "in", 1)
    small_page(tmp_path / "in" / "once-stumble.png", "12")
    (tmp_path / "in" / "bad.png").write_bytes(b"no image")
    first, heard = batch()
    assert len(heard.errors) == 2
    assert batch()[1].names == []
    again, heard = batch(retry_failed=True)
    assert sorted(heard.names) == [os.path.join("in", name) for name in ("bad.png", "once-stumble.png")]
    assert again == first


def test_pictures(batch, tmp_path):
    small_pages(tmp_path / "in" / "sub", 2)
    batch()
    batch(pictures="seen")  # read again, as there are none yet
    seen = tmp_path / "seen" / "in" / "sub"
    assert sorted(path.name for path in seen.iterdir()) == ["00000.png-read.png", "00001.png-read.png"]
    assert len(batch.log.read_bytes().splitlines()) == 4
    batch(pictures="seen")
    assert len(batch.log.read_bytes().splitlines()) == 4


def test_pictures_that_cannot_be_written_end_the_run(batch, tmp_path):
    small_pages(tmp_path / "in", 2)
    (tmp_path / "seen").write_text("a file")
    with pytest.raises(OutputError, match="cannot be written"):
        batch(pictures="seen")


def test_two_runs_on_one_output(batch, tmp_path):
    small_pages(tmp_path / "in", 1)
    with (
        closing(Journal(Journal.path_for("r.jsonl"), "x")),
        pytest.raises(OutputError, match="another run is writing these results"),
    ):
        batch()
    batch()


@POSIX
def test_no_file_stops_a_run(batch, tmp_path):
    folder = tmp_path / "in"
    small_pages(folder, 20)
    bad = make_bad(folder)
    found, heard = batch(job=IMPATIENT, workers=2)
    lines = found.splitlines()
    failed = {line.split(b'"')[3].decode("unicode_escape") for line in lines if b'"error": {' in line}
    assert failed == {os.path.join("in", name) for name in bad}
    assert len(lines) - len(failed) == 20 + 4  # and good ones with strange names, and a PDF
    assert set(heard.summary.failures) == {"input", "too-large", "crash", "timeout", "memory"}
    assert heard.summary.totals.failed == len(bad)
    assert batch(job=IMPATIENT, workers=1)[0] == found


def make_bad(folder):
    """Put files into a folder that are hard to read; name those that cannot be."""
    good = small_page(folder / "with spaces .png", "1234").read_bytes()
    (folder / "two\nlines.png").write_bytes(good)
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.png")).write_bytes(good)
    (folder / "long.pdf").write_bytes(pdf_of_pages(12))
    for name in ("crash", "hang", "stumble", *["eat"] * (sys.platform == "linux")):
        small_page(folder / f"{name}.png", "99")
    (folder / "short.png").write_bytes(good[:-20])
    (folder / "empty.png").touch()
    (folder / "letter.docx").write_bytes(b"PK\3\4 something")
    head = b"IHDR" + b"\0\1\0\0" * 2 + good[24:29]
    bomb = good[:12] + head + zlib.crc32(head).to_bytes(4, "big") + good[33:]
    (folder / "bomb.png").write_bytes(bomb)
    (folder / "loop").symlink_to(folder)
    (folder / "circle.png").symlink_to("circle.png")
    (folder / "gone.png").symlink_to("nowhere.png")
    os.mkfifo(folder / "pipe.png")
    names = ["crash", "hang", "stumble", "short", "empty", "bomb", "circle", "gone", "pipe"]
    names += ["eat"] * (sys.platform == "linux")
    return [f"{name}.png" for name in names] + ["letter.docx", "loop"]


@POSIX
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_killed_and_resumed(tmp_path, seed, undisturbed):
    """SIGKILL comes at a random moment; the second time to a worker."""
    folder, expected, took = undisturbed
    rng = random.Random(seed)
    results, log = tmp_path / "r.jsonl", tmp_path / "log"
    command = [sys.executable, str(Path(__file__).parent / "hostile.py"), "in", str(results), str(log)]
    kept = set()
    with subprocess.Popen(command, cwd=folder) as process:
        time.sleep(rng.uniform(0.3, 0.9) * took)
        process.kill()
    if Path(f"{results}.journal").exists():
        kept = recorded(results)
    done_before = len(log.read_bytes().splitlines()) if log.exists() else 0
    with subprocess.Popen(command, cwd=folder) as process:
        time.sleep(rng.uniform(0.2, 0.4) * took)
        for pid in children(process.pid):
            os.kill(pid, signal.SIGKILL)
        assert process.wait(300) == 0
    assert results.read_bytes() == expected
    again = set(log.read_bytes().splitlines()[done_before:])
    assert not again & kept


@pytest.fixture(scope="module")
def undisturbed(tmp_path_factory):
    """A folder, its results, and how long they took."""
    folder = tmp_path_factory.mktemp("undisturbed")
    small_pages(folder / "in", 60)
    command = [sys.executable, str(Path(__file__).parent / "hostile.py"), "in", "r.jsonl", "log"]
    began = time.monotonic()
    subprocess.run(command, cwd=folder, check=True)
    return folder, (folder / "r.jsonl").read_bytes(), time.monotonic() - began


def recorded(results):
    with closing(sqlite3.connect(f"{results}.journal")) as db:
        return {path for (path,) in db.execute("SELECT path FROM files WHERE todo = 0")}


def children(pid):
    """The workers of a process."""
    tasks = Path(f"/proc/{pid}/task/{pid}/children")
    return [int(child) for child in tasks.read_text().split()] if tasks.exists() else []
