"""The files of a batch: which, in what order, and what is told of those that are none."""

from __future__ import annotations

import io
import os
import time

import pytest

from reader.io.listing import LOOP, NOT_REGULAR, find_files, look_at, read_list

POSIX = pytest.mark.skipif(os.name == "nt", reason="links and pipes of POSIX")


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in (
        "in/b.png",
        "in/a/z.jpg",
        "in/a/y/x.PNG",
        "in/B.png",
        "in/.hidden",
        "in/.h/c.png",
        "in/Thumbs.db",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path / "in"


def names(*roots, **how):
    return [found.path.replace(os.sep, "/") for found in find_files(roots or ["in"], **how)]


def test_folders_are_walked_in_a_fixed_order(folder):
    assert names() == ["in/B.png", "in/a/y/x.PNG", "in/a/z.jpg", "in/b.png"]
    assert names("in/b.png", "in/a", "none") == ["in/b.png", "in/a/y/x.PNG", "in/a/z.jpg", "none"]


@pytest.mark.parametrize(
    ("globs", "found"),
    [
        (["*.png"], ["in/B.png", "in/b.png"]),
        (["*.png", "*.jpg"], ["in/B.png", "in/a/z.jpg", "in/b.png"]),
        (["a/*"], ["in/a/y/x.PNG", "in/a/z.jpg"]),
        (["a/*.jpg"], ["in/a/z.jpg"]),
    ],
)
@POSIX
def test_patterns(folder, globs, found):
    assert names(globs=globs) == found


def test_what_is_the_batch_s_own_is_left_out(folder):
    assert names(spared=["in/b.png", str(folder / "a" / "y")]) == ["in/B.png", "in/a/z.jpg"]


@POSIX
def test_links(folder, tmp_path):
    other = tmp_path / "other"
    (other / "back").mkdir(parents=True)
    (other / "c.png").touch()
    (other / "back" / "again").symlink_to(other)
    (folder / "a" / "up").symlink_to("..")
    (folder / "a" / "beside").symlink_to(folder / "a" / "y")
    (folder / "out").symlink_to(other)
    (folder / "out2").symlink_to(other)
    (folder / "link.png").symlink_to("b.png")
    faults = {found.path: found.fault for found in find_files(["in"]) if found.fault}
    assert faults == {"in/a/up": LOOP, "in/out/back/again": LOOP}
    found = ["in/B.png", "in/a/up", "in/a/y/x.PNG", "in/a/z.jpg", "in/b.png", "in/link.png"]
    assert names() == [*found, "in/out/back/again", "in/out/c.png"]


@POSIX
def test_what_is_no_file(folder):
    os.mkfifo(folder / "pipe")
    (folder / "gone").symlink_to("nowhere")
    found = {found.path: found for found in find_files(["in"])}
    assert found["in/pipe"].fault == NOT_REGULAR
    assert (found["in/gone"].fault, found["in/gone"].size) == (None, -1)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="this user may read everything")
def test_a_folder_that_may_not_be_listed(folder):
    (folder / "a").chmod(0)
    faults = [found.fault for found in find_files(["in"]) if found.fault]
    (folder / "a").chmod(0o700)
    assert faults == ["the folder cannot be listed (permission denied); check its permissions"]


def test_signatures_tell_changes_and_doubt_what_is_new(folder):
    path = folder / "b.png"
    first = look_at(str(path))
    assert first.signature.endswith("?")
    path.write_bytes(b"1")
    assert look_at(str(path)).signature.split(":")[0] == "1"
    old = time.time() - 1000
    os.utime(path, (old, old))
    assert look_at(str(path)).signature != first.signature


def test_lists_of_names():
    assert read_list(io.BytesIO(b"a b\n\ncaf\xe9\nlast")) == ["a b", os.fsdecode(b"caf\xe9"), "last"]
    assert read_list(io.BytesIO(b"two\nlines\0b\0"), null=True) == ["two\nlines", "b"]
