"""Strings and their probabilities, against all ways to spell them counted one by one."""

from __future__ import annotations

from itertools import groupby, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reader.recognize.spelling import BLANK, OTHER, SPELLINGS
from reader.recognize.transcribe import align, digit_columns, likeliest, log_probabilities
from reader.types import NOT_A_DIGIT

Floats = NDArray[np.float64]


def columns_of(*columns: dict[int, float]) -> Floats:
    """Give columns with these probabilities of digits; the rest is blank."""
    likely = np.full((len(columns), 11), 1e-12)
    for row, column in zip(likely, columns, strict=True):
        for kind, part in column.items():
            row[kind] += part
        row[NOT_A_DIGIT] += 1 - row.sum()
    return np.log(likely)


@st.composite
def few(draw: st.DrawFn) -> Floats:
    """Draw up to five columns in which three digits and the blank are possible."""
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    likely = np.full((draw(st.integers(1, 5)), 11), 1e-9)
    likely[:, [0, 1, 7, NOT_A_DIGIT]] = rng.dirichlet(np.full(4, 0.5), len(likely)) + 2e-3
    return np.log(likely / likely.sum(axis=1, keepdims=True))


def by_counting(columns: Floats) -> dict[str, float]:
    """Add up the probabilities of all ways to spell, string by string."""
    found: dict[str, float] = {}
    for way in product((0, 1, 7, NOT_A_DIGIT), repeat=len(columns)):
        text = "".join(str(kind) for kind, _ in groupby(way) if kind != NOT_A_DIGIT)
        part = float(np.exp(columns[np.arange(len(columns)), way].sum()))
        found[text] = found.get(text, 0.0) + part
    return found


@settings(max_examples=40, deadline=None)
@given(few())
def test_a_string_has_the_probability_of_all_ways_to_spell_it(columns: Floats) -> None:
    for text, part in by_counting(columns).items():
        assert log_probabilities(columns, [text])[text] == pytest.approx(np.log(part), abs=1e-4)


@settings(max_examples=40, deadline=None)
@given(few())
def test_a_beam_that_is_wide_enough_finds_all_strings_in_order(columns: Floats) -> None:
    found = likeliest(columns, width=1000)
    counted = by_counting(columns)
    assert {text for text, _ in found} == set(counted)
    for text, score in found:
        assert score == pytest.approx(np.log(counted[text]), abs=1e-4)
    assert [score for _, score in found] == sorted((score for _, score in found), reverse=True)


@settings(max_examples=40, deadline=None)
@given(few(), st.integers(1, 6))
def test_a_narrow_beam_promises_no_more_than_there_is(columns: Floats, width: int) -> None:
    found = likeliest(columns, width)
    assert 1 <= len(found) <= width
    for text, score in found:
        assert score <= log_probabilities(columns, [text])[text] + 1e-4


@settings(max_examples=40, deadline=None)
@given(few())
def test_digits_take_columns_of_their_own_from_left_to_right(columns: Floats) -> None:
    for text, _ in likeliest(columns, width=20):
        spans = align(columns, text)
        assert spans is not None
        assert (spans[:, 0] <= spans[:, 1]).all()
        assert (spans[1:, 0] > spans[:-1, 1]).all()


def test_the_likeliest_way_is_found() -> None:
    columns = columns_of({}, {3: 0.9}, {3: 0.9}, {}, {3: 0.8}, {5: 0.9}, {})
    assert likeliest(columns)[0][0] == "335"
    spans = align(columns, "335")
    assert spans is not None
    assert spans.tolist() == [[1, 2], [4, 4], [5, 5]]
    whole = align(columns, "")
    assert whole is not None
    assert whole.shape == (0, 2)


def test_more_digits_than_columns_cannot_be_spelt() -> None:
    columns = columns_of({3: 0.9}, {5: 0.9})
    assert align(columns, "355") is None
    assert log_probabilities(columns, ["355"])["355"] < -1e20


def test_letters_and_blanks_are_alike_for_digits() -> None:
    logits = np.zeros((2, SPELLINGS), np.float32)
    logits[0, OTHER], logits[1, BLANK] = 30, 30
    found = np.exp(digit_columns(logits))
    np.testing.assert_allclose(found[:, NOT_A_DIGIT], 1, atol=1e-6)
    assert found.shape == (2, 11)


def test_other_characters_may_be_rarer_than_where_it_was_learned() -> None:
    logits = np.full((1, SPELLINGS), -30, np.float32)
    logits[0, OTHER], logits[0, 1] = 1.0, 0.0
    assert digit_columns(logits)[0].argmax() == NOT_A_DIGIT
    found = digit_columns(logits, other=3.0)
    assert found[0].argmax() == 1
    assert np.exp(found).sum() == pytest.approx(1)
    assert logits[0, OTHER] == 1.0
