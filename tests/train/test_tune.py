"""Learning from corrections without forgetting: what is learned, what decides, and what does not."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from click.testing import CliRunner, Result
from tiny_sets import glyph, write_mnist

from reader.cli.main import reader
from reader.cli.train_corrections import _place
from reader.errors import ModelError, OutputError, TrainingError
from reader.io.corrections import Correction, add_corrections
from reader.io.model_file import load_model
from reader.train import tune as tuning
from reader.train.feed import Arrays, as_input, join
from reader.train.idx import write_idx
from reader.train.replay import gather, sample
from reader.train.tune import HELD_OUT, LIMIT, Tuned, load_keras, part

# Keras' exporter and its weight files trip over what numpy is about to change.
pytestmark = [
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::FutureWarning"),
]


def corrections(count: int = 30, char: str = "Z", label: int = 7) -> list[Correction]:
    """A writer whose 7s look like a Z."""
    shifts = [(number % 5 - 2, number // 5 - 3) for number in range(count)]
    images = [np.roll(glyph(char), shift, (0, 1)) for shift in shifts]
    return [
        Correction(image, label, 2, 0.9, "digits", "pad", f"2026-01-{n:02}") for n, image in enumerate(images)
    ]


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """MNIST in small, with a test part."""
    pytest.importorskip("keras", reason="the extra 'train' is not installed", exc_type=ImportError)
    folder = tmp_path_factory.mktemp("data") / "mnist"
    write_mnist(folder)
    write_idx(folder / "t10k-images-idx3-ubyte", np.stack([glyph(str(digit)) for digit in range(10)]))
    write_idx(folder / "t10k-labels-idx1-ubyte", np.arange(10, dtype=np.uint8))
    return folder


@pytest.fixture(scope="module")
def base(data: Path) -> Path:
    """A small network with its card and its Keras file."""
    out = data.parent / "base"
    words = ["--data", data, "--arch", "dense", "--epochs", 6, "--batch-size", 16, "--output", out]
    result = CliRunner().invoke(reader, ["train", *map(str, words)])
    assert result.exit_code == 0, result.output
    return out / "digits.onnx"


def run(store: Path, base: Path, data: Path, output: Path, *words: object) -> Result:
    how = ("--corrections", store, "--model", base, "--data", data, "--lines", 0, "--output", output)
    return CliRunner().invoke(reader, ["train", *map(str, (*how, *words))])


@pytest.fixture(scope="module")
def store(data: Path) -> Path:
    add_corrections(data.parent / "store", corrections())
    return data.parent / "store"


@pytest.fixture(scope="module")
def made(store: Path, base: Path, data: Path) -> Iterator[tuple[Result, Path]]:
    """A fine-tuned model among the user's; so small a network needs larger steps than ours."""
    models = data.parent / "models"
    how = ("--corrections", store, "--model", base, "--data", data, "--lines", 0, "--name", "mine", "--force")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("READER_MODELS", str(models))
        patch.setattr(tuning, "_RATE", 1e-3)
        patch.setattr(tuning, "_SHARE", 0.4)
        yield CliRunner().invoke(reader, ["train", *map(str, how)]), models


def figures(before: int, after: int, mnist: int) -> Tuned:
    said = {"corrections_wrong": [before, after], "mnist_wrong": [40, 40 + mnist], "mnist_digits": 6000}
    return Tuned(None, 0.5, 24, 6, said)


def test_a_model_is_better_if_it_mends_and_does_not_spoil() -> None:
    assert LIMIT * 6000 == 3
    assert figures(6, 1, 3).is_better
    assert not figures(6, 6, 0).is_better
    assert not figures(6, 1, 4).is_better
    assert not figures(6, 1, 4).keeps_mnist


def test_a_part_of_each_class_is_held_out() -> None:
    both = corrections(20) + corrections(20, "K", 10)
    learned, held = part(both, seed=3)
    assert len(held) == HELD_OUT * 40
    assert sorted(held.labels.tolist()) == [7] * 4 + [10] * 4
    together = join([learned, held])
    assert sorted(image.tobytes() for image in together.images) == sorted(one.glyph.tobytes() for one in both)
    again = part(both, seed=3)
    assert (again[1].images == held.images).all()
    assert (part(both, seed=4)[1].images != held.images).any()


def test_what_is_replayed_keeps_to_its_side(data: Path) -> None:
    replay = gather(data, [], 0)
    assert len(replay.guard) == 40  # a tenth of the writers
    writers = {int(image[0, 0]) for image in replay.guard.images}
    assert not writers & {int(image[0, 0]) for image in replay.training.images[:360]}
    assert [source["name"] for source in replay.sources] == ["MNIST, training part", "own drawings"]
    assert replay.test is not None
    assert {*replay.training.hard()} == {*range(11)}


def test_prepared_sets_can_be_replayed(tmp_path: Path) -> None:
    images = np.stack([glyph(str(n % 10)) for n in range(50)])
    np.savez(tmp_path / "mine.npz", images=images, labels=np.arange(50) % 10)
    replay = gather(None, [tmp_path / "mine.npz"])
    assert replay.test is None
    assert 0 < len(replay.guard) < 50
    with pytest.raises(TrainingError, match="nothing to replay"):
        gather(None, [])
    np.savez(tmp_path / "none.npz", images=images, labels=np.full(50, 10))
    with pytest.raises(TrainingError, match="no digits that validate"):
        gather(None, [tmp_path / "none.npz"])


def test_a_sample_is_the_same_each_time() -> None:
    arrays = Arrays(
        np.arange(50, dtype=np.uint8)[:, None, None] * np.ones((28, 28), np.uint8), np.arange(50) % 10
    )
    first = sample(arrays, 20, 1)
    assert len(first) == 20
    assert (first.images == sample(arrays, 20, 1).images).all()
    assert sample(arrays, 60, 1) is arrays


def test_a_model_that_learned_is_found_by_name(made: tuple[Result, Path], base: Path) -> None:
    result, models = made
    assert result.exit_code == 0, result.output
    assert result.stdout == f"{models / 'mine.onnx'}: use it with --model mine\n"
    assert "t10k, which decides nothing: 0 wrong of 10 before" in result.stderr
    card = json.loads((models / "mine.json").read_text())
    assert (card["id"], card["corrected"]["from"]) == ("mine", "digits")
    assert (card["corrected"]["corrections"], card["corrected"]["held_out"]) == (30, 6)
    assert [source["name"] for source in card["trained_on"]] == ["MNIST, training part", "corrections"]
    before, after = card["figures"]["corrections_wrong"]
    assert after < before
    zs = as_input(np.stack([one.glyph for one in corrections()]))
    sevens = [int((load_model(name).scores(zs)[:, :10].argmax(axis=1) == 7).sum()) for name in (base, "mine")]
    assert sevens[1] > sevens[0]
    assert load_keras(models / "mine.onnx").count_params() == card["parameters"]


def test_a_model_of_corrections_makes_room_for_the_next(made: tuple[Result, Path], base: Path) -> None:
    _, models = made
    assert _place("mine", models, force=False) == (models, "mine")
    with pytest.raises(OutputError, match="is there already"):
        _place("digits", base.parent, force=False)


def test_mnists_test_part_changes_nothing(
    made: tuple[Result, Path], store: Path, base: Path, data: Path, tmp_path: Path
) -> None:
    shutil.copytree(data, tmp_path / "mnist", ignore=shutil.ignore_patterns("t10k*"))
    result = run(store, base, tmp_path / "mnist", tmp_path / "out", "--force")
    assert result.exit_code == 0, result.output
    assert "t10k" not in result.stderr
    cards = [
        json.loads(path.read_text()) for path in (made[1] / "mine.json", tmp_path / "out" / "corrected.json")
    ]
    assert cards[0]["self_test"] == cards[1]["self_test"]
    assert cards[0]["figures"]["corrections_wrong"] == cards[1]["figures"]["corrections_wrong"]


def test_a_model_that_is_no_better_is_not_kept(store: Path, base: Path, data: Path, tmp_path: Path) -> None:
    right = [replace(one, glyph=glyph("7") | np.uint8(n)) for n, one in enumerate(corrections(12))]
    add_corrections(tmp_path / "right", right)
    result = run(tmp_path / "right", base, data, tmp_path / "out")
    assert result.exit_code == TrainingError.exit_code
    assert "not kept: the corrections are read no better; --force" in result.stderr
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--epochs", "3"], "--epochs does not go with --corrections"),
        (["--held-out", "x.npz"], "--held-out does not go with --corrections"),
    ],
)
def test_options_of_training_anew(store: Path, words: list[str], said: str) -> None:
    result = CliRunner().invoke(reader, ["train", "--corrections", str(store), *words])
    assert result.exit_code == 2
    assert said in result.stderr


def test_options_of_fine_tuning() -> None:
    result = CliRunner().invoke(reader, ["train", "--force"])
    assert result.exit_code == 2
    assert "--force needs --corrections" in result.stderr


def test_a_model_without_its_keras_file(store: Path, base: Path, data: Path, tmp_path: Path) -> None:
    for suffix in (".onnx", ".json"):
        shutil.copy(base.with_suffix(suffix), tmp_path)
    result = run(store, tmp_path / "digits.onnx", data, tmp_path / "out")
    assert result.exit_code == ModelError.exit_code
    assert "digits.keras: no such file; fine-tuning starts from the Keras file" in result.stderr


def test_a_keras_file_of_another_network(base: Path, tmp_path: Path) -> None:
    import keras

    from reader.train.networks import dense

    shutil.copy(base, tmp_path)
    keras.utils.set_random_seed(9)
    dense(11).save(tmp_path / "digits.keras")
    with pytest.raises(ModelError, match=r"is not the network of digits\.onnx"):
        load_keras(tmp_path / "digits.onnx")
    (tmp_path / "digits.keras").write_bytes(b"nothing")
    with pytest.raises(ModelError, match="Keras cannot load it"):
        load_keras(tmp_path / "digits.onnx")


def test_too_few_corrections(base: Path, data: Path, tmp_path: Path) -> None:
    add_corrections(tmp_path / "store", corrections(9))
    result = run(tmp_path / "store", base, data, tmp_path / "out")
    assert result.exit_code == TrainingError.exit_code
    assert "9 corrections; at least 10 are needed" in result.stderr
