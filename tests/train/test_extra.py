"""Folders of labelled images and Keras' MNIST as training data."""

from __future__ import annotations

import hashlib
import re
import socket
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st
from tiny_folder import write_folder
from tiny_sets import glyph

from reader.cli.main import reader
from reader.errors import InputError, OutputError, TrainingError
from reader.train import extra
from reader.train.extra import as_idx, checksum, hold_out, join_parts, keras_mnist, labelled_folder
from reader.train.idx import read_labelled
from reader.train.real import mnist


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_folder(tmp_path_factory.mktemp("folders") / "mine")


def run(*words: object) -> Result:
    return CliRunner().invoke(reader, ["train", *map(str, words)])


def test_a_folder_is_parted_by_class_and_described(folder: Path) -> None:
    training, validation, cards = labelled_folder(folder, seed=1)
    assert np.bincount(training.labels, minlength=11)[[3, 7, 10]].tolist() == [23, 23, 23]
    assert np.bincount(validation.labels, minlength=11)[[3, 7, 10]].tolist() == [2, 2, 2]
    files = sorted(f"{file.parent.name}/{file.name}" for file in folder.glob("*/*.png"))
    # What "sha256sum FILES | sha256sum" gives, called in the folder.
    lines = [f"{hashlib.sha256((folder / name).read_bytes()).hexdigest()}  {name}\n" for name in files]
    expected = hashlib.sha256("".join(lines).encode()).hexdigest()
    assert cards == [
        {
            "name": "mine",
            "licence": "see its maker",
            "glyphs": 69,
            "validation_glyphs": 6,
            "sha256": {"mine": expected},
        }
    ]


def test_the_same_seed_holds_out_the_same_glyphs(folder: Path) -> None:
    first, again = (labelled_folder(folder, seed=1) for _ in range(2))
    assert np.array_equal(first[0].images, again[0].images)
    labels = np.repeat([3, 7, 10], 25)
    assert np.array_equal(hold_out(labels, 1), hold_out(labels, 1))
    assert not np.array_equal(hold_out(labels, 1), hold_out(labels, 2))


@given(st.lists(st.integers(0, 10), min_size=1, max_size=300), st.integers(0, 9))
def test_each_class_gives_its_share(labels: list[int], seed: int) -> None:
    held = hold_out(np.array(labels), seed)
    assert held.sum() == -(-2 * len(labels) // 25)
    for label in range(11):
        own = np.array(labels) == label
        assert abs(held[own].sum() - 0.08 * own.sum()) < 1


def test_the_checksum_knows_content_and_names_and_no_order(tmp_path: Path) -> None:
    a, b = tmp_path / "a", tmp_path / "b"
    a.write_bytes(b"1")
    b.write_bytes(b"2")
    whole = checksum(tmp_path, [a, b])
    assert checksum(tmp_path, [b, a]) == whole
    others = {checksum(tmp_path, [a])}
    b.write_bytes(b"3")
    others.add(checksum(tmp_path, [a, b]))
    b.write_bytes(b"2")
    others.add(checksum(tmp_path, [a, b.rename(tmp_path / "c")]))
    assert len(others - {whole}) == 3


def test_files_that_cannot_be_used_stop_the_run_and_are_all_named(tmp_path: Path) -> None:
    write_folder(tmp_path / "mine", each=2)
    (tmp_path / "mine" / "3" / "notes.txt").write_text("three")
    (tmp_path / "mine" / "7" / "cut.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    result = run("--extra", tmp_path / "mine", "--epochs", 0, "--output", tmp_path / "out")
    assert result.exit_code == TrainingError.exit_code
    notes, cut, last = result.stderr.splitlines()
    assert "notes.txt" in notes
    assert "cut.png" in cut
    assert last.endswith("mine: 2 of its files cannot be used; mend or remove them")


def test_an_empty_or_missing_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine" / "4").mkdir(parents=True)
    with pytest.raises(TrainingError, match="mine: has no images to learn from"):
        labelled_folder(tmp_path / "mine", 0)
    with pytest.raises(InputError, match="none"):
        labelled_folder(tmp_path / "none", 0)
    assert run("--extra", tmp_path / "none", "--epochs", 0).exit_code == InputError.exit_code


def test_folders_join_each_other_and_prepared_sets(folder: Path, tmp_path: Path) -> None:
    images, labels = np.zeros((100, 28, 28), np.uint8), np.arange(100) % 10
    np.savez(tmp_path / "more.npz", images=images, labels=labels)
    write_folder(tmp_path / "second", each=5)
    # 92, 69 and 13 of the three sets; no set is downloaded beside them.
    result = run(
        *("--glyphs", tmp_path / "more.npz", "--extra", folder, "--extra", tmp_path / "second"),
        *("--epochs", 0, "--output", tmp_path / "out"),
    )
    assert result.exit_code == 0, result.output
    assert result.stderr == "174 glyphs to learn from, 16 to validate\n"
    parts = [labelled_folder(folder, 0), labelled_folder(tmp_path / "second", 0)]
    training, validation, cards = join_parts(parts)
    assert (len(training), len(validation)) == (69 + 13, 6 + 2)
    assert [card["name"] for card in cards] == ["mine", "second"]


def digits() -> tuple[np.ndarray, np.ndarray]:
    """Forty digits as Keras gives them; the first pixel counts them."""
    labels = (np.arange(40) % 10).astype(np.uint8)
    images = np.stack([glyph(str(label)) for label in labels])
    images[:, 0, 0] = np.arange(40)
    return images, labels


def test_keras_arrays_become_mnist_files_of_which_each_class_end_validates(tmp_path: Path) -> None:
    images, labels = digits()
    folder = as_idx(images, labels, tmp_path / "mnist")
    assert {path.name for path in folder.iterdir()} == {"train-images-idx3-ubyte", "train-labels-idx1-ubyte"}
    read = read_labelled(folder, "train")
    assert np.array_equal(read[0], images)
    assert np.array_equal(read[1], labels)
    # A tenth of four is the last one.
    assert mnist(folder, "val")[0][:, 0, 0].tolist() == list(range(30, 40))
    with pytest.raises(OutputError, match="mnist"):
        as_idx(images, labels, folder / "train-labels-idx1-ubyte" / "mnist")


def test_without_any_data_mnist_comes_through_keras_once(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(extra, "_downloaded", digits)
    options = ("--epochs", 0, "--output", tmp_path)
    first = run(*options)
    assert first.exit_code == 0, first.output
    assert first.stderr.startswith(
        "no --data: taking MNIST's training part from Keras' cache, or downloading"
    )
    assert "glyphs to learn from, 10 to validate" in first.stderr
    monkeypatch.setattr(extra, "_downloaded", lambda: pytest.fail("was downloaded again"))
    again = run(*options)
    assert f"no --data: MNIST's training part is taken from {tmp_path / 'mnist'}" in again.stderr
    assert again.exit_code == 0


@pytest.fixture
def load_data(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    pytest.importorskip("keras", reason="the extra 'train' is not installed", exc_type=ImportError)
    return monkeypatch


@pytest.mark.usefixtures("load_data")
def test_keras_is_asked_for_the_training_part_and_kept_off_the_results(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from keras.datasets import mnist as keras_own

    def load_data() -> object:
        print("Downloading data from far away")
        assert socket.getdefaulttimeout() == extra.PATIENCE
        return digits(), (np.zeros((9, 28, 28), np.uint8), np.zeros(9, np.uint8))

    monkeypatch.setattr(keras_own, "load_data", load_data)
    result = run("--epochs", 0, "--output", tmp_path)
    assert result.exit_code == 0, result.output
    assert result.stdout == ""
    assert "Downloading data" in result.stderr
    assert len(read_labelled(tmp_path / "mnist", "train")[0]) == 40
    assert socket.getdefaulttimeout() is None


@pytest.mark.usefixtures("load_data")
def test_offline_is_one_line_that_says_what_works(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from keras.datasets import mnist as keras_own

    def load_data() -> object:
        raise Exception("URL fetch failure on https://far.away/mnist.npz:\n None -- Name not known")

    monkeypatch.setattr(keras_own, "load_data", load_data)
    result = run("--epochs", 0, "--output", tmp_path / "out")
    assert result.exit_code == TrainingError.exit_code
    assert result.stderr.splitlines()[1:] == [
        "reader: error: MNIST cannot be downloaded (URL fetch failure on https://far.away/mnist.npz: None -- "
        "Name not known); --data DIR with MNIST's IDX files needs no network"
    ]
    assert socket.getdefaulttimeout() is None
    assert not (tmp_path / "out").exists()
    with pytest.raises(TrainingError, match=re.escape("https://far.away")):
        keras_mnist(tmp_path)
