"""What the context network learns from: strips with candidates, and what was written in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from reader.errors import TrainingError
from reader.recognize.geometric_context import FEATURES
from reader.recognize.strips import HEIGHT, MARGIN
from reader.train.candidates import truth_of
from reader.train.context_lines import context_lines, written_in
from reader.types import NOT_A_DIGIT, Component

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
        assert line.scores.shape == (len(line.written), 11)
    right = np.concatenate([line.scores.argmax(axis=1) == line.written for line in lines])
    assert right.mean() > 0.7
