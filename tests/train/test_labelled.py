"""Folders of labelled images."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from tiny_sets import glyph

from reader.errors import InputError
from reader.io.atomic import save_image
from reader.train.idx import read_labelled
from reader.train.labelled import Labelled, read_folder
from reader.types import NOT_A_DIGIT

SHARED = Path(os.environ.get("DIGIT_DATA") or Path(__file__).parents[2] / "../shared/data")


def save(path: Path, image: np.ndarray) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    save_image(str(path), image)
    return path


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Two sevens, a three and a plus."""
    save(tmp_path / "7" / "b.png", glyph("7", 40))
    save(tmp_path / "7" / "a.jpg", 255 - glyph("7", 90))
    save(tmp_path / "3" / "c.bmp", glyph("3", 40))
    save(tmp_path / "not-a-digit" / "plus.webp", glyph("+", 40))
    return tmp_path


def test_classes_are_the_folders_and_the_order_is_that_of_names(folder: Path) -> None:
    found = read_folder(folder)
    assert found.names == ["3/c.bmp", "7/a.jpg", "7/b.png", "not-a-digit/plus.webp"]
    assert found.labels.tolist() == [3, 7, 7, NOT_A_DIGIT]
    assert (found.labels.dtype, found.images.dtype, found.images.shape) == (np.uint8, np.uint8, (4, 28, 28))
    assert found.groups == [str(folder)] * 4
    assert found.errors == []
    assert found.images.max(axis=(1, 2)).min() > 200


@pytest.mark.parametrize("name", ["other", "none", "10", "Not-A-Digit"])
def test_the_eleventh_class_has_several_names(tmp_path: Path, name: str) -> None:
    save(tmp_path / name / "x.png", glyph("x", 40))
    assert read_folder(tmp_path).labels.tolist() == [NOT_A_DIGIT]


def test_broken_files_are_named_and_the_others_are_there(folder: Path) -> None:
    (folder / "3" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\nnothing more")
    save(folder / "7" / "empty.png", np.full((50, 50), 255, np.uint8))
    (folder / "7" / ".hidden").write_bytes(b"")
    found = read_folder(folder)
    assert len(found) == 4
    assert [type(error) for error in found.errors] == [InputError, InputError]
    assert str(folder / "3" / "broken.png") in str(found.errors[0])
    assert "no ink" in str(found.errors[1])
    assert "\n" not in "".join(map(str, found.errors))


def test_nothing_is_not_a_digit(tmp_path: Path) -> None:
    save(tmp_path / "other" / "blank.png", np.full((50, 50), 255, np.uint8))
    found = read_folder(tmp_path)
    assert not found.images.any()
    assert (len(found), found.errors) == (1, [])


def test_every_page_of_a_file_is_a_glyph(tmp_path: Path) -> None:
    (tmp_path / "7").mkdir()
    pages = [255 - glyph("7", 60), 255 - glyph("7", 90)]
    assert cv2.imwritemulti(str(tmp_path / "7" / "two.tif"), pages)
    assert read_folder(tmp_path).names == ["7/two.tif", "7/two.tif, page 2"]


def test_folders_that_cannot_be_meant(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read as a folder"):
        read_folder(tmp_path / "missing")
    with pytest.raises(InputError, match=r'has no folders of classes.*"not-a-digit"'):
        read_folder(tmp_path)
    (tmp_path / "7").mkdir()
    assert len(read_folder(tmp_path)) == 0
    (tmp_path / "seven").mkdir()
    with pytest.raises(InputError, match="seven: no class has this name"):
        read_folder(tmp_path)


def test_what_does_not_fit_is_refused() -> None:
    images = np.zeros((2, 28, 28), np.uint8)
    with pytest.raises(ValueError, match="2 glyphs need as many names"):
        Labelled(images, np.zeros(2, np.uint8), ["a"], ["", ""], [])


@pytest.mark.skipif(not (SHARED / "train" / "mnist").is_dir(), reason="MNIST is not here")
def test_images_of_mnist_come_back_unchanged(tmp_path: Path) -> None:
    images, labels, _ = read_labelled(SHARED / "train" / "mnist", "t10k")
    for row in range(60):
        image = images[row] if row % 2 else 255 - images[row]
        save(tmp_path / str(labels[row]) / f"{row:02}.png", image)
    found = read_folder(tmp_path)
    order = sorted(range(60), key=lambda row: (labels[row], row))
    assert np.array_equal(found.images, images[order])
    assert np.array_equal(found.labels, labels[order])
