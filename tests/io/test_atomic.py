"""Files that appear whole or not at all."""

from __future__ import annotations

import os

import cv2
import numpy as np
import pytest

from reader.errors import OutputError
from reader.io.atomic import atomic_text, save_image, writing

POSIX = pytest.mark.skipif(os.name == "nt", reason="permissions and links of POSIX")


def test_a_file_takes_its_name_at_the_end(tmp_path):
    path = tmp_path / "out.txt"
    path.write_text("old")
    with atomic_text(str(path)) as file:
        file.write("né\udce9w\n")
        file.flush()
        assert path.read_text() == "old"
    assert path.read_bytes() == "né".encode() + b"\xe9w\n"
    assert os.listdir(tmp_path) == ["out.txt"]


@pytest.mark.parametrize("error", [ValueError, KeyboardInterrupt])
def test_nothing_stays_of_a_file_that_failed(tmp_path, error):
    path = tmp_path / "out.txt"
    path.write_text("old")

    def fail():
        with atomic_text(str(path)) as file:
            file.write("new")
            raise error

    with pytest.raises(error):
        fail()
    assert path.read_text() == "old"
    assert os.listdir(tmp_path) == ["out.txt"]


def test_errors_of_the_block_are_not_taken_for_errors_of_the_file(tmp_path):
    def fail():
        with atomic_text(str(tmp_path / "out.txt")):
            raise FileNotFoundError("something else")

    with pytest.raises(FileNotFoundError):
        fail()


@pytest.mark.parametrize("name", ["", "missing/out.txt"])
def test_places_that_cannot_be_written(tmp_path, name):
    with pytest.raises(OutputError, match="cannot be written"), atomic_text(str(tmp_path / name)):
        pass


@POSIX
def test_permissions_are_those_of_any_new_file_or_of_the_old_one(tmp_path):
    plain, path = tmp_path / "plain", tmp_path / "out"
    plain.touch()
    with atomic_text(str(path)):
        pass
    assert path.stat().st_mode == plain.stat().st_mode
    path.chmod(0o640)
    with atomic_text(str(path)):
        pass
    assert path.stat().st_mode & 0o777 == 0o640


@POSIX
def test_a_link_stays_a_link_and_a_device_a_device(tmp_path):
    link = tmp_path / "link"
    link.symlink_to(tmp_path / "target")
    with atomic_text(str(link)) as file:
        file.write("x")
    assert link.is_symlink()
    assert (tmp_path / "target").read_text() == "x"
    with atomic_text("/dev/null") as file:
        file.write("x")
    assert not os.path.isfile("/dev/null")


def test_an_image_comes_back(tmp_path):
    image = np.arange(60, dtype=np.uint8).reshape(4, 5, 3)
    save_image(str(tmp_path / "ü.png"), image)
    data = np.frombuffer((tmp_path / "ü.png").read_bytes(), np.uint8)
    assert (cv2.imdecode(data, cv2.IMREAD_COLOR) == image).all()


@pytest.mark.parametrize("name", ["a", "a.doc"])
def test_an_ending_that_is_no_image(tmp_path, name):
    with pytest.raises(OutputError, match=r"use \.png"):
        save_image(str(tmp_path / name), np.zeros((4, 4), np.uint8))
    assert os.listdir(tmp_path) == []


def test_a_broken_pipe_passes():
    with pytest.raises(BrokenPipeError), writing("standard output"):
        raise BrokenPipeError
