"""What geometry learns from: candidates with what was written in them."""

from __future__ import annotations

import runpy
from pathlib import Path

import numpy as np
import pytest

from reader.recognize.geometric_context import FEATURES
from reader.train.candidates import truth_of
from reader.train.geometric_fit import as_module, examples, fit, written_in
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


def test_the_weights_learn_what_tells_right_from_wrong(tmp_path: Path) -> None:
    pytest.importorskip("keras")
    rng = np.random.default_rng(0)
    known = rng.normal(size=(4000, FEATURES + NOT_A_DIGIT)).astype(np.float32)
    right = (known[:, 3] > 1).astype(np.float32)
    (tmp_path / "weights.py").write_text(as_module(fit(known, right)))
    read = runpy.run_path(str(tmp_path / "weights.py"))
    hidden = np.maximum(known @ read["HIDDEN"] + read["HIDDEN_BIAS"], 0)
    odds = hidden @ read["OUTPUT"] + read["OUTPUT_BIAS"]
    share = right.mean()
    assert (((odds + np.log(share / (1 - share))) > 0) == (right > 0.5)).mean() > 0.9


@pytest.mark.skipif(not (DATA / "train").is_dir(), reason="the training data is not there")
def test_lines_give_examples_and_the_number_of_processes_changes_nothing() -> None:
    one, two = (examples(DATA, 12, processes=n) for n in (1, 2))
    assert one[0].shape == (len(one[1]), FEATURES + NOT_A_DIGIT)
    assert 0.02 < one[1].mean() < 0.6
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a, b)
