"""Glyphs from synthetic lines: always the same, and nobody on both sides."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from tiny_sets import write_mnist, write_sets

from reader.errors import TrainingError
from reader.train import build as building
from reader.train.build import PARTS, Recipe, build
from reader.train.fonts import font_list
from reader.types import NOT_A_DIGIT

pytest.importorskip("PIL", reason="Pillow is not installed")


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sets(tmp_path_factory.mktemp("data"))


@pytest.fixture
def fonts() -> None:
    for part in PARTS:
        try:
            building.faces_of(part)
        except TrainingError as error:
            pytest.skip(str(error))


@pytest.mark.usefixtures("fonts")
def test_the_glyphs_are_the_same_whatever_the_number_of_processes(data: Path) -> None:
    recipe = Recipe(data, "train", lines=7, seed=5, block=4)
    told: list[int] = []
    alone = build(recipe, processes=1, made=told.append)
    pair = build(recipe, processes=2)
    assert told == [4, 3]
    for mine, other in zip(alone, pair, strict=True):
        assert mine.dtype == np.uint8
        assert np.array_equal(mine, other)
    assert alone[0].shape == (len(alone[1]), 28, 28)
    assert {*range(10)} & set(alone[1].tolist())
    assert set(alone[1].tolist()) <= {*range(NOT_A_DIGIT + 1)}


@pytest.mark.usefixtures("fonts")
def test_blocks_seeds_and_parts_differ(data: Path) -> None:
    def glyphs(part: str = "train", lines: int = 2, seed: int = 5) -> bytes:
        return build(Recipe(data, part, lines, seed, block=2), processes=1)[0].tobytes()

    first, both = glyphs(), glyphs(lines=4)
    assert both.startswith(first)
    assert both[len(first) :] not in (b"", first)
    assert len({first, glyphs(seed=6), glyphs("val")}) == 3


def test_no_lines_give_no_glyphs(data: Path) -> None:
    images, labels = build(Recipe(data, "train", 0))
    assert images.shape == (0, 28, 28)
    assert labels.shape == (0,)


@pytest.mark.parametrize("whole", [True, False])
def test_no_hand_writes_in_both_parts(whole: bool, data: Path, tmp_path: Path) -> None:
    if not whole:
        write_mnist(tmp_path / "idx")
        data = tmp_path / "idx"
    banks = [building.handwriting(data, part) for part in PARTS]
    # The number of the writer stands in the first pixel of the tiny MNIST.
    hands = [{int(bank.images[rows[0][0], 0, 0]) for rows in bank.by_writer} for bank in banks]
    assert [len(found) for found in hands] == [36, 4]
    assert not hands[0] & hands[1]


def test_no_family_prints_in_both_parts(fonts: None) -> None:
    families = [{face.family for face in building.faces_of(part)} for part in PARTS]
    assert not families[0] & families[1]


def test_without_fonts_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "find_fonts", list)
    with pytest.raises(TrainingError, match=r"no font for the part 'val'.*docs/training\.md"):
        building.faces_of("val")


def test_the_guide_lists_the_fonts() -> None:
    guide = (Path(__file__).parents[2] / "docs" / "training.md").read_text("utf-8")
    content = font_list()
    assert not [name for name in content["debian"] if f" {name}" not in guide]
    assert not [name for names in content["npm"].values() for name in names if f"`{name}`" not in guide]
