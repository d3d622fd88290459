"""What the context network learns from: strips with candidates, and what was written in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reader.errors import TrainingError
from reader.recognize import lattice
from reader.recognize.geometric_context import FEATURES
from reader.recognize.spelling import BLANK
from reader.recognize.strips import HEIGHT, MARGIN
from reader.train.candidates import truth_of
from reader.train.context_feed import UNSAID, spelling_of, text_of
from reader.train.context_lines import characters_in, context_lines, written_in
from reader.types import NOT_A_DIGIT, Component, TextLine

DATA = Path(__file__).parents[3] / "shared" / "data"


def part(x: int, y: int, w: int, h: int) -> Component:
    return Component((x, y, w, h), np.ones((h, w), bool), w * h)


def test_a_piece_of_a_1_is_no_digit_here() -> None:
    owner = np.ones((30, 10), np.int16)
    truth = truth_of(owner, owner > 0, ("1",))
    assert written_in(part(0, 0, 10, 30), truth) == 1
    assert written_in(part(0, 0, 10, 24), truth) == -1  # four fifths: nobody can say
    assert written_in(part(0, 0, 10, 15), truth) == NOT_A_DIGIT


def test_a_digit_with_much_of_its_neighbour_is_none() -> None:
    owner = np.repeat(np.array([1, 2], np.int16), 20)[None].repeat(30, axis=0)
    truth = truth_of(owner, owner > 0, ("3", ","))
    assert written_in(part(0, 0, 20, 30), truth) == 3
    assert written_in(part(0, 0, 25, 30), truth) == -1
    assert written_in(part(0, 0, 40, 30), truth) == NOT_A_DIGIT
    assert written_in(part(20, 0, 20, 30), truth) == NOT_A_DIGIT


def test_ink_of_nobody_is_no_digit() -> None:
    owner = np.full((9, 9), -1, np.int16)
    assert written_in(part(0, 0, 9, 9), truth_of(owner, owner != 0, ())) == NOT_A_DIGIT


def test_characters_are_told_with_their_columns_and_halves_are_doubtful() -> None:
    owner = np.zeros((40, 120), np.int16)
    for number, x in enumerate((10, 40, 70), 1):
        owner[5:35, x : x + 20] = number
    parts = (part(10, 5, 20, 30), part(40, 5, 20, 30), part(70, 5, 8, 30))  # of the last not even a half
    line = TextLine(parts, 35.0, 30.0, (10, 5, 68, 30))
    truth = truth_of(owner, owner > 0, ("3", "k", "7"))
    found = characters_in(lattice.build(line, stroke=3.0), truth, np.array([1.0, 0.0, -4.0]))
    np.testing.assert_array_equal(found, [[6, 26, 3], [36, 56, NOT_A_DIGIT], [66, 74, -1]])


def test_columns_spell_the_middles_of_characters() -> None:
    chars = np.array([[10, 30, 3], [40, 60, NOT_A_DIGIT], [70, 76, -1], [80, 83, 1]], np.float32)
    found = spelling_of(chars, 48)
    assert found.shape == (48,)
    assert (found[[9, 10]] == 3).all()  # columns at 19 and 21 of the 3 from 10 to 30
    assert found[6] == UNSAID
    assert (found[[0, 17]] == BLANK).all()  # before the first, and between two
    assert (found[[24, 25]] == NOT_A_DIGIT).all()
    assert (found[34:39] == UNSAID).all()
    assert found[40] == 1  # narrow, and still seen
    assert set(found) == {UNSAID, 1, 3, NOT_A_DIGIT, BLANK}


def test_a_text_is_known_only_where_all_of_it_is_and_it_has_room() -> None:
    chars = np.array([[40, 60, NOT_A_DIGIT], [10, 30, 3], [80, 83, 1]], np.float32)
    assert text_of(chars, 48).tolist() == [3, NOT_A_DIGIT, 1]
    assert text_of(chars, 10).tolist() == []
    chars[1, 2] = -1
    assert text_of(chars, 48).tolist() == []
    assert text_of(chars[:0], 48).tolist() == []


@pytest.mark.skipif(not (DATA / "train").is_dir(), reason="the training data is not there")
def test_lines_give_strips_whose_candidates_lie_in_them() -> None:
    try:
        lines = context_lines(DATA, "val", 24, scored=True)
    except TrainingError as error:
        pytest.skip(str(error))
    written = np.concatenate([line.written for line in lines])
    assert 0.02 < (written < NOT_A_DIGIT).mean() < 0.6
    for line in lines:
        high, wide, channels = line.image.shape
        assert (high, channels) == (HEIGHT, 2)
        assert (line.places[:, 0] >= MARGIN - 1).all()
        assert (line.places[:, 1] <= wide - MARGIN + 1).all()
        assert line.measured.shape == (len(line.written), FEATURES)
        np.testing.assert_allclose(line.scores.sum(axis=1), 1, atol=1e-5)
        assert (line.chars[:, 0] < line.chars[:, 1]).all()
        assert np.isin(line.chars[:, 2], np.arange(-1, 11)).all()
        assert line.scores.shape == (len(line.written), 11)
    right = np.concatenate([line.scores.argmax(axis=1) == line.written for line in lines])
    assert right.mean() > 0.7


@pytest.mark.skipif(not (DATA / "train").is_dir(), reason="the training data is not there")
def test_lines_by_hand_alone_are_more_often_digits_than_forms() -> None:
    shares = {}
    for mix in ("hands", "office"):
        try:
            lines = context_lines(DATA, "val", 12, scored=False, mix=mix)
        except TrainingError as error:
            pytest.skip(str(error))
        written = np.concatenate([line.chars[:, 2] for line in lines])
        shares[mix] = float((written[written >= 0] < NOT_A_DIGIT).mean())
    assert shares["hands"] > 0.7 > shares["office"]
