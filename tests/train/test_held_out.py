"""The test set: what is in it, and that none of it trains."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner
from tiny_sets import write_sets

from reader.cli.main import reader
from reader.errors import OutputError
from reader.train.fonts import TESTED, find_fonts, split_of
from reader.train.held_out import save_held_out
from reader.train.real import HELD_OUT_ALPHABETS, omniglot
from reader.types import NOT_A_DIGIT


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = write_sets(tmp_path_factory.mktemp("data"))
    own = folder / "train" / "mnist"
    for kind in ("images-idx3-ubyte.gz", "labels-idx1-ubyte"):
        (own / f"t10k-{kind}").write_bytes((own / f"train-{kind}").read_bytes())
    return folder


@pytest.fixture(scope="module")
def tested_fonts(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Skip where no font is installed that is kept for testing."""
    if not any(face.split == "test" for face in find_fonts(tmp_path_factory.mktemp("no-fetched-fonts"))):
        pytest.skip("no font of fonts.json that is kept for testing is installed")


@pytest.mark.usefixtures("tested_fonts")
def test_it_holds_each_group_by_name(data: Path, tmp_path: Path) -> None:
    save_held_out(data, 4, tmp_path / "held.npz")
    with np.load(tmp_path / "held.npz") as held:
        groups, labels = held["groups"], held["labels"]
        assert held["images"].shape == (len(labels), 28, 28)
    names, counts = np.unique(groups, return_counts=True)
    assert (
        dict(zip(names.tolist(), counts.tolist(), strict=True)).items()
        >= {
            "MNIST t10k": 400,
            "other alphabets": 20,
            "nothing written": 1200,
        }.items()
    )
    assert {"lines in other fonts", "lines by other writers"} <= set(names.tolist())
    assert (labels[groups == "MNIST t10k"] < 10).all()
    assert (labels[groups == "other alphabets"] == NOT_A_DIGIT).all()


@pytest.mark.usefixtures("tested_fonts")
def test_the_same_twice(data: Path, tmp_path: Path) -> None:
    for name in ("a.npz", "b.npz"):
        save_held_out(data, 2, tmp_path / name)
    with np.load(tmp_path / "a.npz") as first, np.load(tmp_path / "b.npz") as second:
        assert all(np.array_equal(first[key], second[key]) for key in first.files)


def test_no_part_crosses() -> None:
    assert {split_of(root) for root in TESTED} == {"test"}
    assert not set(HELD_OUT_ALPHABETS["val"]) & set(HELD_OUT_ALPHABETS["test"])


def test_alphabets_do_not_train(data: Path) -> None:
    sizes = {part: len(omniglot(data, part)[1]) for part in ("train", "val", "test")}
    assert sizes == {"train": 20, "val": 40, "test": 20}  # of five, Latin is left out


def test_a_folder_that_cannot_be_written(data: Path, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(OutputError, match="file"):
        save_held_out(data, 0, tmp_path / "file" / "held.npz")


def test_the_command_needs_data(tmp_path: Path) -> None:
    options = ["train", "--glyphs", "other.npz", "--held-out", str(tmp_path / "held.npz")]
    result = CliRunner().invoke(reader, options)
    assert result.exit_code == 2
    assert "--held-out needs --data" in result.stderr
