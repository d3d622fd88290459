"""Hot folders: files are read as they come, each once."""

from __future__ import annotations

import _thread
import json
import os
import threading
import time
from functools import partial
from pathlib import Path

import pytest
from hostile import JOB, Quiet, make_hostile, small_page

from reader.batch.run import Plan
from reader.batch.watch import WatchPlan, watch
from reader.io import listing


class Ends(Exception):  # noqa: N818 - it is no error
    """Ends a watch, as Ctrl-C would."""


class Until(Quiet):
    """Listens, until so many files are done or a time is over."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self.count = count

    def done(self, name, error):
        super().done(name, error)
        self.end()

    def kept(self, name):
        self.names.append(name)
        self.end()

    def end(self):
        if len(self.names) == self.count:
            raise Ends


@pytest.fixture
def watching(tmp_path, monkeypatch):
    """Watch the folder "in" until so many files are done; give what was heard."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(listing, "RECENT_NS", 0)  # files rest for less than that here
    (tmp_path / "in" / "sub").mkdir(parents=True)
    log = tmp_path / "log"

    def watching(count, **how):
        heard = Until(count)
        plan = WatchPlan(Plan("r.jsonl", JOB, 1), ["in"], settle=0.6, **how)
        timer = threading.Timer(120, _thread.interrupt_main)
        timer.start()
        with pytest.raises(Ends):
            watch(plan, heard, partial(make_hostile, log=str(log)))
        timer.cancel()
        return heard

    watching.log = log
    return watching


def results():
    return [json.loads(line) for line in Path("r.jsonl").read_text("utf-8").splitlines()]


def later(*deeds):
    """Do things one after the other, a moment apart, while a watch runs."""

    def do():
        for deed in deeds:
            time.sleep(0.3)
            deed()

    thread = threading.Thread(target=do)
    thread.start()
    return thread


def test_what_comes_is_read_and_put_away(watching, tmp_path):
    folder = tmp_path / "in"
    small_page(folder / "sub" / "b.png", "22")
    data = small_page(tmp_path / "slow.png", "1234").read_bytes()

    def append(part):
        with open(folder / "a.png", "ab") as file:
            file.write(part)

    third = len(data) // 3
    thread = later(
        lambda: append(data[:third]),
        lambda: append(data[third : 2 * third]),
        lambda: append(data[2 * third :]),
        lambda: (folder / "bad.png").write_bytes(b"none"),
    )
    heard = watching(3, done="done", failed="failed")
    thread.join()
    assert list(heard.errors) == [os.path.join("in", "bad.png")]
    assert sorted(path.name for path in folder.rglob("*.png")) == ["bad.png"]  # it ended before that
    assert watching_for_nothing(watching, tmp_path) == [
        ("in/a.png", "1234"),
        ("in/bad.png", "input"),
        ("in/sub/b.png", "22"),
    ]
    assert (tmp_path / "done" / "sub" / "b.png").exists()
    assert (tmp_path / "failed" / "bad.png").exists()
    assert not list(folder.rglob("*.png"))


def watching_for_nothing(watching, tmp_path):
    """Start again, which puts away what is left over; give the results, sorted."""
    small_page(tmp_path / "in" / "end.png", "7")
    watching(1, done="done", failed="failed")
    watching.log.unlink()
    found = [
        (line["file"], line["pages"][0]["numbers"][0]["digits"] if "pages" in line else line["error"]["code"])
        for line in results()
    ]
    (tmp_path / "in" / "end.png").unlink(missing_ok=True)
    return sorted(one for one in found if one[0] != os.path.join("in", "end.png"))


def test_the_same_name_again_is_another_file(watching, tmp_path):
    path = tmp_path / "in" / "scan.png"
    small_page(path, "11")

    def again():
        while path.exists():
            time.sleep(0.05)
        small_page(path, "22")

    thread = later(again)
    watching(2, done="done")
    thread.join()
    assert [line["file"] for line in results()] == [os.path.join("in", "scan.png")] * 2
    assert sorted(os.listdir("done")) == ["scan.png"]


def test_changed_moved_and_vanished_files(watching, tmp_path):
    folder = tmp_path / "in"
    small_page(folder / "a.png", "11")
    small_page(folder / "b.png", "22")
    watching(2)
    before = watching.log.read_bytes()
    (folder / "a.png").rename(folder / "sub" / "c.png")
    (folder / "b.png").unlink()
    heard = watching(1)
    assert heard.names == [os.path.join("in", "sub", "c.png")]
    assert watching.log.read_bytes() == before  # known by its content
    assert [line["file"] for line in results()] == [os.path.join("in", n) for n in ("b.png", "sub/c.png")]
