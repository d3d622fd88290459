"""Where the glyphs of an evaluation come from."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tiny_sets import glyph

from reader.errors import InputError, TrainingError
from reader.io.atomic import save_image
from reader.train.glyph_sources import read_archive, read_glyph_source, together
from reader.train.idx import write_idx

IMAGES = np.stack([glyph(text) for text in "0123456789x"])
LABELS = np.arange(11, dtype=np.uint8)


def write_part(folder: Path, part: str, ending: str = "", dot: str = "-") -> Path:
    folder.mkdir(exist_ok=True)
    write_idx(folder / f"{part}-images{dot}idx3-ubyte{ending}", IMAGES[:10])
    write_idx(folder / f"{part}-labels{dot}idx1-ubyte{ending}", LABELS[:10])
    return folder


@pytest.mark.parametrize(("ending", "dot"), [("", "-"), (".gz", "-"), ("", "."), (".gz", ".")])
def test_a_folder_of_idx_files(tmp_path, ending, dot):
    folder = write_part(tmp_path / "mnist", "t10k", ending, dot)
    found = read_glyph_source(folder, "t10k")
    assert np.array_equal(found.images, IMAGES[:10])
    assert found.labels.tolist() == list(range(10))
    assert found.names[:2] == ["t10k 0", "t10k 1"]
    assert set(found.groups) == {str(folder)}
    with pytest.raises(InputError, match=r"has no train-images-idx3-ubyte\[\.gz\]; --part"):
        read_glyph_source(folder, "train")


def test_damaged_idx_files_are_training_errors(tmp_path):
    folder = write_part(tmp_path / "mnist", "t10k")
    (folder / "t10k-labels-idx1-ubyte").write_bytes(b"\0\0\x08\x01\0\0\0\x09")
    with pytest.raises(TrainingError, match="labels"):
        read_glyph_source(folder, "t10k")


def test_a_folder_of_images(tmp_path):
    (tmp_path / "7").mkdir()
    save_image(str(tmp_path / "7" / "a.png"), IMAGES[7])
    assert read_glyph_source(tmp_path, "t10k").names == ["7/a.png"]


def test_a_prepared_set_with_groups_and_validation(tmp_path):
    groups = np.array(["print"] * 5 + ["hand"] * 6)
    validation = np.arange(11) % 2 == 0
    np.savez(tmp_path / "a.npz", images=IMAGES, labels=LABELS, groups=groups, validation=validation)
    found = read_glyph_source(tmp_path / "a.npz", "t10k")
    assert found.labels.tolist() == [0, 2, 4, 6, 8, 10]
    assert found.groups == ["print"] * 3 + ["hand"] * 3
    assert found.names[1] == "a.npz 2"
    assert np.array_equal(found.images, IMAGES[::2])


def test_of_shares_the_largest_counts(tmp_path):
    np.savez(tmp_path / "a.npz", images=IMAGES, labels=np.eye(11, dtype=np.float32) * 0.9)
    found = read_archive(tmp_path / "a.npz")
    assert found.labels.tolist() == LABELS.tolist()
    assert set(found.groups) == {str(tmp_path / "a.npz")}


@pytest.mark.parametrize(
    ("arrays", "said"),
    [
        ({"images": IMAGES}, "has no array 'labels'"),
        ({"images": IMAGES, "labels": LABELS + 1}, "labels are 0 to 10"),
        ({"images": IMAGES / 255, "labels": LABELS}, "glyphs need uint8"),
        ({"images": IMAGES, "labels": LABELS, "groups": np.array(["a"])}, "groups have to be texts"),
        ({"images": IMAGES, "labels": LABELS, "groups": LABELS}, "groups have to be texts"),
        ({"images": IMAGES, "labels": LABELS, "validation": LABELS}, "validation have to be bool"),
        ({"images": IMAGES, "labels": LABELS.astype(object)}, r"cannot be read as \.npz"),
    ],
)
def test_sets_that_do_not_fit(tmp_path, arrays, said):
    np.savez(tmp_path / "a.npz", **arrays)
    with pytest.raises(InputError, match=said) as caught:
        read_archive(tmp_path / "a.npz")
    assert str(caught.value).startswith(str(tmp_path / "a.npz"))
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 and no more", b"text"])
def test_files_that_are_no_archive(tmp_path, content):
    (tmp_path / "a.npz").write_bytes(content)
    with pytest.raises(InputError, match=r"cannot be read as \.npz"):
        read_archive(tmp_path / "a.npz")


def test_an_array_alone_is_no_archive(tmp_path):
    np.save(tmp_path / "a.npy", IMAGES)
    (tmp_path / "a.npy").rename(tmp_path / "a.npz")
    with pytest.raises(InputError, match=r"cannot be read as \.npz"):
        read_archive(tmp_path / "a.npz")


def test_sources_together(tmp_path):
    np.savez(tmp_path / "a.npz", images=IMAGES, labels=LABELS)
    folder = read_glyph_source(write_part(tmp_path / "mnist", "t10k"), "t10k")
    both = together([folder, read_archive(tmp_path / "a.npz")])
    assert len(both) == 21
    assert both.groups == [str(tmp_path / "mnist")] * 10 + [str(tmp_path / "a.npz")] * 11
    assert len(together([])) == 0
