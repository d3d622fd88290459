"""Hot folders: files are given once they are written to their end, and moved away without harm."""

from __future__ import annotations

import os

import pytest

from reader.io import hot
from reader.io.hot import HotFolders, put_away

POSIX = pytest.mark.skipif(os.name == "nt", reason="renames of POSIX")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "in" / "sub").mkdir(parents=True)
    return tmp_path / "in"


@pytest.fixture
def look(monkeypatch):
    """Look into "in" after so many seconds more; names that are given, without the folder."""
    now = 0.0
    folders = HotFolders(["in"], ["*.png"], [], 2.0)

    def look(seconds, busy=()):
        nonlocal now
        now += seconds
        monkeypatch.setattr(hot.time, "monotonic", lambda: now)
        return [found.path[3:].replace(os.sep, "/") for found in folders.look(lambda path: path[3:] in busy)]

    return look


def test_a_file_is_given_once_it_rests(folder, look):
    (folder / "a.png").write_bytes(b"1")
    (folder / "no.txt").touch()
    assert look(0) == []
    (folder / "a.png").write_bytes(b"12")
    assert look(1.9) == []
    assert look(1.9) == []
    assert look(0.2) == ["a.png"]
    assert look(9) == []
    (folder / "a.png").write_bytes(b"123")
    assert look(1) == []
    assert look(2, busy=["a.png"]) == []
    assert look(0) == ["a.png"]


def test_a_file_that_is_moved_is_followed(folder, look):
    (folder / "a.png").write_bytes(b"1")
    look(0)
    (folder / "a.png").rename(folder / "sub" / "b.png")
    assert look(2) == []
    assert look(2) == ["sub/b.png"]
    (folder / "sub" / "b.png").unlink()
    assert look(5) == []


def test_putting_away_keeps_the_path_and_overwrites_nothing(folder, tmp_path):
    for text in ("first", "second", "third"):
        (folder / "sub" / "a.b.png").write_text(text)
        put_away(os.path.join("in", "sub", "a.b.png"), ["in", "other"], "done")
    assert {path.name: path.read_text() for path in (tmp_path / "done" / "sub").iterdir()} == {
        "a.b.png": "first",
        "a.b-2.png": "second",
        "a.b-3.png": "third",
    }
    assert put_away(os.path.join("in", "gone.png"), ["in"], "done") is None


@POSIX
def test_putting_away_to_another_disk(folder, tmp_path, monkeypatch):
    (folder / "a.png").write_text("here")
    rename = os.rename

    def from_disk_to_disk(source, target):
        if os.path.basename(source) == "a.png":
            raise OSError(18, "Invalid cross-device link")
        rename(source, target)

    monkeypatch.setattr(hot.os, "rename", from_disk_to_disk)
    assert put_away("in/a.png", ["in/"], "done") == "done/a.png"
    assert (tmp_path / "done" / "a.png").read_text() == "here"
    assert not (folder / "a.png").exists()
    assert os.listdir(tmp_path / "done") == ["a.png"]
