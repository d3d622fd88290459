"""The training set as one file, what the card says of it, and the command that makes it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from tiny_sets import write_mnist, write_sets

from reader.cli import train as command
from reader.cli.main import reader
from reader.errors import MissingExtraError, OutputError, TrainingError
from reader.train import sets
from reader.train.build import PARTS, faces_of
from reader.train.card import describe_sources, lines_to_validate, sha256
from reader.train.feed import Arrays
from reader.train.sets import load_sets, prepare, read_glyphs
from reader.train.sheet import contact_sheet
from reader.types import NOT_A_DIGIT


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sets(tmp_path_factory.mktemp("data"))


@pytest.fixture
def fonts() -> None:
    pytest.importorskip("PIL", reason="Pillow is not installed")
    for part in PARTS:
        try:
            faces_of(part)
        except TrainingError as error:
            pytest.skip(str(error))


def run(*words: object) -> Result:
    return CliRunner().invoke(reader, ["train", *map(str, words)])


def test_a_set_is_made_once_and_counts_its_sources(data: Path, tmp_path: Path) -> None:
    path = prepare(data, 0, tmp_path)
    made = path.stat().st_mtime_ns
    assert prepare(data, 0, tmp_path) == path
    assert path.stat().st_mtime_ns == made
    training, validation, cards = load_sets([path], seed=0)
    assert [card["licence"] for card in cards] == ["CC BY-SA 3.0", *["MIT"] * 4]
    assert [card["glyphs"] for card in cards] == [360, 12 * 18, 20, 9 * 18, 9 * 18]
    assert sum(card["glyphs"] for card in cards) == len(training)
    assert sum(card["validation_glyphs"] for card in cards) == len(validation)
    mnist = data / "train" / "mnist"
    assert cards[0]["sha256"] == {file.name: sha256(file) for file in mnist.iterdir()}


@pytest.mark.usefixtures("fonts")
def test_other_lines_seeds_and_data_make_another_set(data: Path, tmp_path: Path) -> None:
    write_mnist(tmp_path / "idx")
    names = {
        sets._fingerprint(describe_sources(folder, lines, seed))
        for folder, lines, seed in [(data, 0, 2), (data, 9, 2), (data, 9, 3), (tmp_path / "idx", 9, 2)]
    }
    assert len(names) == 4
    again = sets._fingerprint(describe_sources(data, 9, 3))
    assert again in names


@pytest.mark.usefixtures("fonts")
def test_the_lines_are_told_of_and_stand_in_the_card(data: Path, tmp_path: Path) -> None:
    told: list[tuple[int, int]] = []
    path = prepare(data, 2, tmp_path, seed=3, told=lambda done, total: told.append((done, total)))
    assert told == [(2, 3), (3, 3)]
    training, validation, cards = load_sets([path], seed=0)
    lines = cards[-1]
    assert (lines["lines"], lines["validation_lines"], lines["seed"]) == (2, 1, 3)
    assert sum(lines["font_families"].values()) >= 2
    real = sum(card["glyphs"] * card["times_an_epoch"] for card in cards[:-1])
    assert lines["glyphs"] == len(training) - real
    assert lines["validation_glyphs"] > 0
    assert len(validation) == sum(card["validation_glyphs"] for card in cards)


def test_a_twentieth_of_the_lines_validates() -> None:
    assert [lines_to_validate(lines) for lines in (1, 40, 30_000)] == [1, 2, 1500]


def test_a_prepared_set_without_marks_is_parted_by_chance(tmp_path: Path) -> None:
    np.savez(tmp_path / "a.npz", images=np.zeros((100, 28, 28), np.uint8), labels=np.arange(100) % 11)
    _, held, cards = read_glyphs(tmp_path / "a.npz", seed=1)
    assert held.sum() == 8
    assert not np.array_equal(held, read_glyphs(tmp_path / "a.npz", seed=2)[1])
    assert cards[0]["name"] == "a"
    assert (cards[0]["glyphs"], cards[0]["validation_glyphs"]) == (92, 8)


def test_what_cannot_be_used_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="no training data"):
        load_sets([], 0)
    with pytest.raises(TrainingError, match=r"none\.npz: cannot be read"):
        read_glyphs(tmp_path / "none.npz", 0)
    (tmp_path / "cut.npz").write_bytes(b"PK\3\4 cut off")
    with pytest.raises(TrainingError, match=r"cut\.npz: cannot be read"):
        read_glyphs(tmp_path / "cut.npz", 0)
    images = np.zeros((3, 28, 28), np.uint8)
    np.savez(tmp_path / "a.npz", images=images)
    with pytest.raises(TrainingError, match=r"a\.npz: has no array 'labels"):
        read_glyphs(tmp_path / "a.npz", 0)
    np.savez(tmp_path / "a.npz", images=images, labels=np.arange(3), validation=np.zeros(2, bool))
    with pytest.raises(TrainingError, match=r"a\.npz: \(2,\) marks for validation and 3 images"):
        read_glyphs(tmp_path / "a.npz", 0)


def test_a_folder_that_cannot_be_written_is_said_at_once(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setattr(sets, "_real", lambda data: pytest.fail("work was done"))
    with pytest.raises(OutputError, match="file"):
        prepare(data, 0, tmp_path / "file")


def test_a_set_that_fails_leaves_nothing(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(data: Path) -> list[object]:
        raise KeyboardInterrupt

    monkeypatch.setattr(sets, "_real", fail)
    with pytest.raises(KeyboardInterrupt):
        prepare(data, 0, tmp_path)
    assert not list(tmp_path.iterdir())


def test_the_command_prepares_without_training(tmp_path: Path) -> None:
    write_mnist(tmp_path / "idx", writers=False)
    options = ("--data", tmp_path / "idx", "--output", tmp_path / "out", "--epochs", 0)
    first = run(*options, "--sheet", tmp_path / "sheet.png")
    assert first.exit_code == 0, first.output
    for name in ("bhmsds", "omniglot", "printed_cells", "sudoku_cells"):
        assert f"{name}.npz: not there, left out" in first.stderr
    assert "train-writer-ids.npy: not there" in first.stderr
    assert "360 glyphs to learn from, 40 to validate" in first.stderr
    assert first.stdout == ""
    assert (tmp_path / "sheet.png").read_bytes().startswith(b"\x89PNG")
    again = run(*options)
    assert "is used again" in again.stderr
    assert [path.suffix for path in (tmp_path / "out").iterdir()] == [".npz"]


@pytest.mark.parametrize(
    ("absent", "options", "says"),
    [
        ("tensorflow", (), "training needs TensorFlow: install number-reader[train]"),
        ("tf2onnx", (), "training needs tf2onnx: install number-reader[train]"),
        ("PIL", ("--lines", 1, "--epochs", 0), "drawing print needs Pillow: install number-reader[train]"),
    ],
)
def test_what_is_not_installed_is_said_before_any_work(
    absent: str, options: tuple[object, ...], says: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(command, "find_spec", lambda name: None if name == absent else True)
    result = run("--data", tmp_path, "--output", tmp_path / "out", *options)
    assert result.exit_code == MissingExtraError.exit_code
    assert result.stderr == f"reader: error: {says}\n"
    assert not (tmp_path / "out").exists()


def test_lines_need_data() -> None:
    result = run("--lines", 5, "--glyphs", "other.npz")
    assert result.exit_code == 2
    assert "--lines needs --data" in result.stderr


def test_progress_without_a_terminal_is_a_line_for_each_tenth(capsys: pytest.CaptureFixture[str]) -> None:
    with command.progress() as told:
        for done in range(1, 41):
            told(done, 40)
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 10
    assert (lines[0], lines[-1]) == ("4 of 40 lines made", "40 of 40 lines made")


def test_the_sheet_shows_each_class_in_its_band() -> None:
    # Class k is grey 20 k + 45 everywhere; of class 4 there is nothing.
    labels = np.delete(np.arange(11 * 130) % 11, np.s_[4::11])
    images = np.repeat((20 * labels + 45).astype(np.uint8), 28 * 28).reshape(-1, 28, 28)
    sheet = contact_sheet(Arrays(images, labels))
    assert np.array_equal(sheet, contact_sheet(Arrays(images, labels)))
    plain = sheet[:, 28 : 28 + 20 * 30]
    for label in range(11):
        top = label * 62
        band = plain[top : top + (180 if label == NOT_A_DIGIT else 60)]
        values = set(np.unique(band).tolist()) - {40}
        assert values == {0 if label == 4 else 20 * label + 45}
