"""Lines of handwriting: the owners fit the picture, the characters the text."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest

from reader.errors import TrainingError
from reader.train.allographs import CHARACTERS
from reader.train.amounts import random_amount
from reader.train.glyph_bank import BankHand, GlyphBank, draw_digit, make_bank
from reader.train.handwriting import contact_sheet, handwritten_line, load_bank
from reader.train.sample import RESIDUE, LineSample

DATA = Path(os.environ.get("DIGIT_DATA", Path(__file__).parents[2] / ".." / "shared" / "data"))


def _toy_bank() -> GlyphBank:
    """Ten digits by each of two writers and ten by nobody known: bars as wide as the digit says."""
    images = np.zeros((30, 28, 28), np.uint8)
    labels = np.tile(np.arange(10, dtype=np.uint8), 3)
    for image, label in zip(images, labels, strict=True):
        image[4:24, 8 : 10 + label] = 255
    return make_bank(images, labels, np.repeat([4, 7, -1], 10))


@pytest.fixture(scope="module")
def lines() -> list[LineSample]:
    bank = _toy_bank()
    return [handwritten_line(np.random.default_rng((1, seed)), bank) for seed in range(150)]


def test_the_same_state_writes_the_same(lines: list[LineSample]) -> None:
    bank = _toy_bank()
    for seed in range(20):
        again = handwritten_line(np.random.default_rng((1, seed)), bank)
        assert again.chars == lines[seed].chars
        np.testing.assert_array_equal(again.image, lines[seed].image)
        np.testing.assert_array_equal(again.owner, lines[seed].owner)


def test_owned_pixels_are_darker_than_paper(lines: list[LineSample]) -> None:
    gaps = [line.image[line.owner == 0].mean() - line.image[line.owner > 0].mean() for line in lines]
    assert min(gaps) > 4
    assert np.mean(gaps) > 50


def test_owners_are_the_characters_written(lines: list[LineSample]) -> None:
    seen = hidden = 0
    for line in lines:
        assert set(line.chars) <= set(CHARACTERS)
        owners = set(np.unique(line.owner).tolist())
        assert owners <= {RESIDUE, *range(len(line.chars) + 1)}
        hidden += len(set(range(1, len(line.chars) + 1)) - owners)
        seen += len(line.chars)
    assert hidden < 0.005 * seen


def test_characters_go_from_left_to_right(lines: list[LineSample]) -> None:
    for line in lines:
        columns = [np.nonzero(line.owner == number)[1] for number in range(1, len(line.chars) + 1)]
        middles = [(found.min() + found.max()) / 2 for found in columns if len(found) > 4]
        assert np.all(np.diff(middles) > -3), line.chars


def test_the_lines_are_of_many_kinds(lines: list[LineSample]) -> None:
    written = {char for line in lines for char in line.chars}
    assert set("0123456789.,-/=") <= written
    share = np.mean([np.any(line.owner == RESIDUE) for line in lines])
    assert 0.35 < share < 0.85
    touching = 0
    for line in lines:
        left, right = line.owner[:, :-1], line.owner[:, 1:]
        touching += bool(np.any((left > 0) & (right > 0) & (left != right)))
    assert 0.2 < touching / len(lines) < 0.75


def test_no_bank_is_needed() -> None:
    line = handwritten_line(np.random.default_rng(3))
    assert any(char.isdigit() for char in line.chars)


def test_amounts_use_only_what_can_be_written() -> None:
    rng = np.random.default_rng(0)
    for _ in range(500):
        text = random_amount(rng)
        assert set(text) <= {*CHARACTERS, " ", "^"}
        assert 1 <= sum(char.isdigit() for char in text) <= 10


def test_a_bank_keeps_writers_apart() -> None:
    bank = _toy_bank()
    assert len(bank.by_writer) == 2
    assert [bank.labels[rows].tolist() for rows in bank.by_writer[1]] == [[digit] for digit in range(10)]
    assert all(rows.tolist() == [20 + digit] for digit, rows in enumerate(bank.by_class))
    assert bank.by_writer[0][3].tolist() == [3]


@pytest.mark.parametrize("height", [14, 30, 90])
def test_a_real_digit_is_drawn_at_the_height_asked_for(height: int) -> None:
    hand = BankHand(_toy_bank(), 0, shear=0.0, stretch=1.0, threshold=0.5)
    drawn = draw_digit(6, hand, np.random.default_rng(1), height)
    assert drawn.alpha.shape[0] == pytest.approx(height, abs=0.15 * height + 2)
    assert drawn.top == pytest.approx(-height, abs=0.15 * height + 2)
    assert drawn.alpha.max() == 1


def test_a_bank_without_some_digit_is_refused() -> None:
    with pytest.raises(TrainingError, match="no handwritten digit 1"):
        make_bank(np.zeros((1, 28, 28), np.uint8), np.zeros(1, np.uint8), np.array([-1]))


def test_missing_data_is_named(tmp_path: Path) -> None:
    with pytest.raises(TrainingError, match="mnist"):
        load_bank(tmp_path, "train")
    with pytest.raises(ValueError, match="train or val"):
        load_bank(tmp_path, "t10k")


@pytest.mark.skipif(not (DATA / "train" / "mnist").is_dir(), reason="the shared data is not there")
def test_the_parts_share_no_writer() -> None:
    train, val = load_bank(DATA, "train"), load_bank(DATA, "val")
    assert len(train.images) + len(val.images) == 75_000
    assert len(val.by_writer) == pytest.approx(0.1 * (len(train.by_writer) + len(val.by_writer)), rel=0.2)
    assert len(train.by_writer) > 400
    kept = {image.tobytes() for image in train.images[::7]}
    assert sum(image.tobytes() in kept for image in val.images) < 5


def test_a_contact_sheet_holds_every_sample(lines: list[LineSample]) -> None:
    sheet = contact_sheet(lines[:5], columns=2, width=200)
    assert sheet.shape[1] == 400
    assert sheet.shape[0] == sum(
        max(line.image.shape[0] for line in lines[i : min(i + 2, 5)]) + 4 for i in (0, 2, 4)
    )
