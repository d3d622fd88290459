"""The IDX reader: what is written comes back, what is damaged is refused in one clear line."""

import gzip
import struct
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from reader.errors import TrainingError
from reader.train.idx import find_idx, read_idx, read_labelled, write_idx


@given(hnp.arrays(np.uint8, hnp.array_shapes(min_dims=1, max_dims=4, min_side=0, max_side=6)), st.booleans())
def test_what_is_written_comes_back(array, zipped):
    with TemporaryDirectory() as folder:
        path = Path(folder) / ("a.gz" if zipped else "a")
        write_idx(path, array)
        assert (path.read_bytes()[:2] == b"\x1f\x8b") == zipped
        back = read_idx(path)
    assert back.shape == array.shape
    assert np.array_equal(back, array)


def test_the_bytes_are_those_of_the_format(tmp_path):
    write_idx(tmp_path / "a", np.array([[1, 2, 3], [4, 5, 6]], np.uint8))
    assert (tmp_path / "a").read_bytes() == bytes([0, 0, 8, 2, 0, 0, 0, 2, 0, 0, 0, 3, 1, 2, 3, 4, 5, 6])


GOOD = struct.pack(">2xBBI", 8, 1, 3) + b"abc"


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "two zero bytes"),
        (b"\x89PNG....", "two zero bytes"),
        (b"\0\0\x0d\x01" + GOOD[4:], "kind 0x0d"),
        (GOOD[:6], "header is cut off"),
        (b"\0\0\x08\0", "no axes"),
        (GOOD[:-1], "states 3 values"),
        (GOOD + b"d", "has 4"),
        (struct.pack(">2xBB3I", 8, 3, 2**32 - 1, 2**32 - 1, 2**32 - 1), "has 0"),
        (gzip.compress(GOOD, mtime=0)[:-3], "damaged gzip"),
        (gzip.compress(GOOD, mtime=0)[:-8] + b"\0" * 8, "damaged gzip"),
    ],
)
def test_damaged_files_are_refused(tmp_path, content, says):
    (tmp_path / "bad").write_bytes(content)
    with pytest.raises(TrainingError, match=says) as caught:
        read_idx(tmp_path / "bad")
    assert str(tmp_path / "bad") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(TrainingError, match="cannot be read"):
            read_idx(path)


def test_other_values_are_not_written(tmp_path):
    for array in (np.zeros(3, np.int32), np.array(3, np.uint8)):
        with pytest.raises(ValueError, match="uint8"):
            write_idx(tmp_path / "a", array)


def _write_set(folder, images, labels):
    write_idx(folder / "train-images-idx3-ubyte.gz", images)
    write_idx(folder / "train-labels-idx1-ubyte", labels)


def test_a_set_is_found_gzipped_or_not(tmp_path):
    images, labels = np.full((4, 28, 28), 9, np.uint8), np.array([0, 9, 3, 3], np.uint8)
    _write_set(tmp_path, images, labels)
    found = read_labelled(tmp_path, "train")
    assert np.array_equal(found[0], images)
    assert np.array_equal(found[1], labels)
    assert [path.name for path in found[2]] == ["train-images-idx3-ubyte.gz", "train-labels-idx1-ubyte"]


@pytest.mark.parametrize(
    ("images", "labels", "says"),
    [
        (np.zeros((2, 28, 28), np.uint8), np.zeros(3, np.uint8), "labels for 2 images"),
        (np.zeros((2, 20, 20), np.uint8), np.zeros(2, np.uint8), "28x28"),
        (np.zeros((2, 28, 28), np.uint8), np.array([1, 10], np.uint8), "label 10"),
    ],
)
def test_a_set_that_does_not_fit_is_refused(tmp_path, images, labels, says):
    _write_set(tmp_path, images, labels)
    with pytest.raises(TrainingError, match=says):
        read_labelled(tmp_path, "train")


def test_an_absent_set_says_what_is_needed(tmp_path):
    with pytest.raises(TrainingError, match="--data needs a folder"):
        find_idx(tmp_path, "train-images-idx3-ubyte")
