"""What a candidate is called, from who inked its pixels."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reader.imaging.normalize import normalize
from reader.train.candidates import PART, TAILLESS, WHOLE, Labels, glyphs_of, label_of, truth_of
from reader.train.sample import RESIDUE, LineSample
from reader.types import NOT_A_DIGIT, Component

HIGH, WIDE = 30, 20
LABELS = Labels({"O": None})


def line(*owners: int) -> NDArray[np.int16]:
    """Put blocks of ink, each of one owner, side by side."""
    return np.repeat(np.array(owners, np.int16), WIDE)[None].repeat(HIGH, axis=0)


def name(
    owner: NDArray[np.int16], chars: str, x: int, width: int, y: int = 0, height: int = HIGH
) -> int | None:
    """Label the candidate that takes all ink of a window."""
    mask = owner[y : y + height, x : x + width] != 0
    part = Component((x, y, width, height), mask, int(mask.sum()))
    return label_of(part, truth_of(owner, owner != 0, tuple(chars)), LABELS)


def test_a_whole_character_is_what_was_written() -> None:
    owner = line(0, 1, 0, 2, 0, 3)
    found = [name(owner, "7kO", x * WIDE, WIDE) for x in (1, 3, 5)]
    assert found == [7, NOT_A_DIGIT, None]


@given(st.sampled_from([0, *range(2, 10)]), st.integers(1, HIGH))
def test_a_part_is_the_digit_only_where_next_to_nothing_is_missing(digit: int, height: int) -> None:
    found = name(line(1), str(digit), 0, WIDE, 0, height)
    if height >= WHOLE * HIGH:
        assert found == digit
    elif height >= PART * HIGH:
        assert found is None  # nobody can say
    else:
        assert found == NOT_A_DIGIT


def test_two_digits_in_one_are_none() -> None:
    assert name(line(1, 2), "38", 0, 2 * WIDE) == NOT_A_DIGIT
    # A digit with half of its neighbour, and the halves of two digits.
    assert name(line(1, 2), "38", 0, WIDE + WIDE // 2) == NOT_A_DIGIT
    assert name(line(1, 2), "38", WIDE // 2, WIDE) == NOT_A_DIGIT


def test_a_digit_with_a_crumb_of_its_neighbour_stays_a_digit() -> None:
    assert name(line(1, 2), "38", 0, WIDE + 2) == 3
    assert name(line(1, 2), "38", 0, WIDE + 5) is None


def test_a_bare_upright_stroke_is_left_out_whosoever_it_is() -> None:
    assert name(line(1), "4", 0, 6) is None
    assert name(line(RESIDUE), "", 0, 6) is None
    assert name(line(1), "1", 0, WIDE) == 1


def test_a_leaning_stroke_is_left_out_too() -> None:
    stroke = np.zeros((HIGH, HIGH), np.uint8)
    cv2.line(stroke, (4, HIGH - 3), (HIGH - 4, 3), 1, 3)
    owner = stroke.astype(np.int16) * RESIDUE
    assert name(owner, "", 0, HIGH) is None
    assert name(np.where(owner, 1, 0).astype(np.int16), "7", 0, HIGH) == 7


@pytest.mark.parametrize(("kept", "label"), [(TAILLESS + 0.05, None), (TAILLESS - 0.1, NOT_A_DIGIT)])
def test_a_digit_that_lost_its_tail_is_left_out(kept: float, label: int | None) -> None:
    assert name(line(1, 1), "2", 0, round(kept * 2 * WIDE)) == label


def test_a_piece_of_a_1_is_left_out() -> None:
    assert name(line(1), "1", 0, WIDE, 0, HIGH // 2) is None
    assert name(line(1), "7", 0, WIDE, 0, HIGH // 2) == NOT_A_DIGIT


def test_a_digit_that_the_ink_stage_lost_most_of_is_left_out() -> None:
    owner = line(1)
    ink = np.arange(HIGH)[:, None] + np.zeros(WIDE, int) < HIGH // 2
    part = Component((0, 0, WIDE, HIGH), ink, int(ink.sum()))
    assert label_of(part, truth_of(owner, ink, ("7",)), LABELS) is None
    assert label_of(part, truth_of(np.where(ink, owner, 0).astype(np.int16), ink, ("7",)), LABELS) == 7


def test_a_digit_with_a_comma_may_still_be_read() -> None:
    owner = line(1)
    owner[-4:, -3:] = 2
    assert name(owner, "5,", 0, WIDE) == 5
    assert name(owner, "5,", 0, WIDE, 3, HIGH - 3) is not NOT_A_DIGIT


def test_residue_is_no_digit_and_paper_is_nothing() -> None:
    assert name(line(RESIDUE), "", 0, WIDE) == NOT_A_DIGIT
    owner = line(0)
    part = Component((0, 0, WIDE, HIGH), np.ones((HIGH, WIDE), bool), HIGH * WIDE)
    assert label_of(part, truth_of(owner, owner != 0, ()), LABELS) is None


def test_characters_without_a_rule_are_no_digits() -> None:
    assert [LABELS[char] for char in "05O~k"] == [0, 5, None, NOT_A_DIGIT, NOT_A_DIGIT]


@pytest.fixture(scope="module")
def sample() -> LineSample:
    """Write "3 7 K" with a pen of 7 pixels on white paper."""
    owner = np.zeros((130, 330), np.int16)
    for number, char in enumerate("37K", 1):
        ink = np.zeros(owner.shape, np.uint8)
        cv2.putText(ink, char, (100 * number - 70, 100), cv2.FONT_HERSHEY_SIMPLEX, 3, 255, 7)
        owner[ink > 0] = number
    image = np.where(owner > 0, 30, 240).astype(np.uint8)
    return LineSample(cv2.GaussianBlur(image, (3, 3), 0), owner, tuple("37K"))


@pytest.mark.parametrize("layout", ["page", "line"])
def test_a_written_line_gives_its_digits_whole(sample: LineSample, layout: str) -> None:
    images, labels = glyphs_of(sample, LABELS, layout=layout)
    assert images.shape == (len(labels), 28, 28)
    assert images.dtype == labels.dtype == np.uint8
    assert set(labels.tolist()) == {3, 7, NOT_A_DIGIT}
    for number, digit in ((1, 3), (2, 7)):
        alone = sample.owner == number
        expected = normalize((255 * alone).astype(np.uint8), alone) * 255
        found = images[labels == digit]
        assert np.abs(found - expected).mean(axis=(1, 2)).min() < 12


def test_blank_paper_gives_nothing() -> None:
    blank = LineSample(np.full((60, 200), 240, np.uint8), np.zeros((60, 200), np.int16), ())
    images, labels = glyphs_of(blank, LABELS, layout="page")
    assert images.shape == (0, 28, 28)
    assert labels.shape == (0,)
