"""The real sets: which glyphs they give, with which labels, in which part."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from tiny_sets import WRITERS, glyph, write_mnist, write_sets

from reader.errors import TrainingError
from reader.train import real
from reader.types import NOT_A_DIGIT

SHARED = Path(os.environ.get("DIGIT_DATA") or Path(__file__).parents[2] / "../shared/data")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sets(tmp_path_factory.mktemp("data"))


def test_no_writer_of_mnist_is_in_both_parts(data: Path) -> None:
    parts = {part: real.mnist(data, part) for part in ("train", "val")}
    hands = {part: set(images[:, 0, 0].tolist()) for part, (images, _) in parts.items()}
    assert hands["val"] == {9, 19, 29, 39}
    assert hands["train"] == set(range(WRITERS)) - hands["val"]
    for images, labels in parts.values():
        assert np.array_equal(labels, np.arange(len(images)) % 10)


@pytest.mark.skipif(not (SHARED / "train" / "mnist").is_dir(), reason="MNIST is not here")
def test_mnist_itself_is_parted_by_writer() -> None:
    parts = [real.mnist_digits(SHARED, part) for part in ("train", "val")]
    assert sum(len(images) for images, _, _ in parts) == 60_000
    assert not set(parts[0][2].tolist()) & set(parts[1][2].tolist())
    assert set(parts[1][1].tolist()) == set(range(10))


def test_without_writers_the_end_of_each_class_validates(tmp_path: Path) -> None:
    write_mnist(tmp_path / "idx", writers=False)
    _, labels, writers = real.mnist_digits(tmp_path / "idx", "val")
    assert sorted(labels.tolist()) == sorted([*range(10)] * (WRITERS // 10))
    assert set(writers.tolist()) == {-1}
    assert set(real.mnist(tmp_path / "idx", "val")[0][:, 0, 0].tolist()) == {36, 37, 38, 39}


def test_alphabets_stay_on_one_side_and_latin_out(data: Path) -> None:
    for part, count in (("train", 20), ("val", 40), ("test", 20)):  # Greek; two; Balinese
        images, labels = real.omniglot(data, part)
        assert images.shape == (count, 28, 28)
        assert set(labels.tolist()) == {NOT_A_DIGIT}


def test_only_the_test_part_reads_t10k(tmp_path: Path) -> None:
    write_mnist(tmp_path / "idx")
    with pytest.raises(TrainingError, match="t10k-images-idx3-ubyte"):
        real.mnist_digits(tmp_path / "idx", "test")
    for kind in ("images-idx3-ubyte.gz", "labels-idx1-ubyte"):
        (tmp_path / "idx" / f"t10k-{kind}").write_bytes((tmp_path / "idx" / f"train-{kind}").read_bytes())
    images, _, writers = real.mnist_digits(tmp_path / "idx", "test")
    assert len(images) == 10 * WRITERS
    assert set(writers.tolist()) == {-1}


def test_symbols_are_no_digits_and_some_are_left_out(data: Path) -> None:
    for part, each in (("train", 18), ("val", 2)):
        _, labels = real.bhmsds(data, part)
        # "plus" and "w"; the slash and z look like a 1 and a 2.
        assert np.bincount(labels, minlength=11).tolist() == [each] * 10 + [2 * each]


@pytest.mark.parametrize("source", [real.printed_cells, real.sudoku_cells])
def test_cells_give_their_digit_without_frame_and_ground(source: object, data: Path) -> None:
    images, labels = source(data, "val")  # type: ignore[operator]
    assert np.bincount(labels, minlength=11).tolist() == [0] + [2] * 9 + [0]
    expected = real._whole(glyph("8", 64))
    found = images[labels == 8][0]
    assert np.abs(found.astype(int) - expected).mean() < 16  # small cells have blunter digits
    assert not found[:3].any()


def test_what_is_not_there_is_left_out(data: Path, tmp_path: Path) -> None:
    assert [source.file for source in real.present(data)] == [source.file for source in real.SOURCES]
    write_mnist(tmp_path / "idx")
    assert [source.file for source in real.present(tmp_path / "idx")] == ["mnist"]
    alone, nested = real.all_real(tmp_path / "idx", "train"), real.mnist(data, "train")
    assert np.array_equal(alone[0], nested[0])
    assert np.array_equal(alone[1], nested[1])
    assert len(real.all_real(data, "train")[1]) > len(alone[1])


def test_a_folder_without_mnist_says_what_is_needed(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match=r"train-images-idx3-ubyte.*needs a folder"):
        real.present(tmp_path)


def test_damaged_sets_are_named(tmp_path: Path) -> None:
    write_mnist(tmp_path / "idx")
    np.save(tmp_path / "idx" / "train-writer-ids.npy", np.arange(3))
    with pytest.raises(TrainingError, match=r"train-writer-ids\.npy: \(3,\) writers for 400 images"):
        real.mnist(tmp_path / "idx", "val")
    (tmp_path / "idx" / "train-writer-ids.npy").write_bytes(b"none")
    with pytest.raises(TrainingError, match=r"train-writer-ids\.npy: cannot be read"):
        real.mnist(tmp_path / "idx", "val")
    (tmp_path / "idx" / "omniglot.npz").write_bytes(b"PK\3\4 cut off")
    with pytest.raises(TrainingError, match=r"omniglot\.npz: cannot be read"):
        real.omniglot(tmp_path / "idx", "val")
    np.savez(tmp_path / "idx" / "omniglot.npz", images=np.zeros(3))
    with pytest.raises(TrainingError, match=r"omniglot\.npz: has no array 'labels"):
        real.omniglot(tmp_path / "idx", "val")
