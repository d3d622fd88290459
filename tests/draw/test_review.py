"""Doubtful numbers, one after another, and what is kept of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.draw.review import Review, find_doubts, labels_of
from reader.errors import InputError
from reader.io.corrections import read_corrections
from reader.io.model_file import load_model
from reader.types import NOT_A_DIGIT, Outcome

SAMPLES = Path(__file__).parents[2] / "samples"
TABLE = str(SAMPLES / "table.png")


@pytest.fixture
def review(tmp_path: Path) -> Review:
    """Of all numbers of a page, as none is as sure as 2."""
    return Review(find_doubts([TABLE], load_model(), 2.0), tmp_path / "store", "digits", 0.0)


@given(st.lists(st.integers(0, 10), min_size=1), st.sampled_from(["", " ", ".", ",", "-", "'"]))
def test_any_labels_can_be_typed(labels: list[int], between: str) -> None:
    text = between.join("x" if label == NOT_A_DIGIT else str(label) for label in labels)
    assert labels_of(text, len(labels)) == labels


@pytest.mark.parametrize(
    ("text", "said"), [("12", "3 digits were read and 2 typed"), ("1a3", '"a" is no digit')]
)
def test_what_cannot_be_meant_is_said(text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        labels_of(text, 3)


def test_doubts_are_those_below_the_confidence() -> None:
    model = load_model()
    everything = find_doubts([TABLE], model, 2.0)
    middle = float(np.median([doubt.confidence for doubt in everything]))
    some = find_doubts([TABLE], model, middle)
    assert 0 < len(some) < len(everything)
    assert all(doubt.confidence < middle for doubt in some)
    assert find_doubts([TABLE], model, 0.0) == []


def test_a_doubt_shows_its_number(review: Review) -> None:
    doubt = review.current
    assert doubt is not None
    x0 = min(digit.box[0] for digit in doubt.digits)
    x1 = max(digit.box[0] + digit.box[2] for digit in doubt.digits)
    assert doubt.picture.shape[1] >= x1 - x0
    assert doubt.picture.min() < 128
    assert "".join(digit.name for digit in doubt.digits) == "".join(c for c in doubt.text if c.isdigit())


def test_files_that_cannot_be_read_are_told(tmp_path: Path) -> None:
    told: list[Outcome] = []
    find_doubts([str(tmp_path / "none.png"), TABLE], load_model(), 0.5, done=told.append)
    assert [type(outcome.error) for outcome in told] == [InputError, type(None)]


def test_what_was_wrong_is_kept_and_what_was_sure_is_not(review: Review) -> None:
    first = review.current
    assert first is not None
    wrong = f"{9 - first.digits[0].answer}{first.text[1:]}"
    review.accept(wrong)
    (kept,) = read_corrections(review.store)
    assert (kept.label, kept.answer) == (9 - first.digits[0].answer, first.digits[0].answer)
    assert kept.source == TABLE
    assert (kept.glyph == first.digits[0].glyph).all()
    review.accept(review.text)
    assert review.kept == len(read_corrections(review.store)) == 1


def test_what_was_right_but_doubtful_is_kept(review: Review) -> None:
    doubtful = Review(review.doubts, review.store, "digits", 1.1)
    count = len(doubtful.doubts[0].digits)
    doubtful.accept(doubtful.text)
    assert len(read_corrections(review.store)) == count
    assert all(one.label == one.answer for one in read_corrections(review.store))


def test_one_can_go_back_and_think_again(review: Review) -> None:
    first = review.doubts[0]
    review.accept("x" * len(first.digits))
    review.back()
    assert (review.at, review.text) == (0, "x" * len(first.digits))
    review.accept(first.text)
    assert [one.label for one in read_corrections(review.store)] == [digit.answer for digit in first.digits]


def test_a_slip_keeps_nothing(review: Review) -> None:
    with pytest.raises(ValueError, match="typed"):
        review.accept("")
    assert review.at == 0
    assert not review.store.exists()


def test_the_end_is_the_end(review: Review) -> None:
    for _ in review.doubts:
        review.skip()
    assert review.current is None
    review.accept("1")
    review.skip()
    assert review.at == len(review.doubts)
    assert not review.store.exists()
