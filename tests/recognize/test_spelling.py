"""What columns spell, and so what stands where a candidate stands."""

from __future__ import annotations

from itertools import groupby, product

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.recognize.spelling import AROUND, BLANK, LEAST, OTHER, SPELLINGS, SPELT, STRIDE, spelt
from reader.types import NOT_A_DIGIT


def logits_of(*columns: dict[int, float]) -> np.ndarray:
    """Give columns with these probabilities; what is left goes to the other characters."""
    likely = np.full((len(columns), SPELLINGS), 1e-30)
    for row, column in zip(likely, columns, strict=True):
        row[OTHER] += 1 - sum(column.values())
        for kind, part in column.items():
            row[kind] += part
    return np.log(likely).astype(np.float32)


def over(first: int, last: int) -> np.ndarray:
    """Give the place of a candidate whose columns these are."""
    return np.array([[first * STRIDE + AROUND + 0.5, (last + 1) * STRIDE - AROUND - 0.5, 6.0, 26.0]])


def by_counting(likely: np.ndarray) -> np.ndarray:
    """Add up the probabilities of all ways to spell."""
    found = np.zeros(SPELT)
    for way in product(range(SPELLINGS), repeat=len(likely)):
        part = float(np.prod(likely[np.arange(len(likely)), way]))
        runs = [kind for kind, _ in groupby(way)]
        read = [kind for kind in runs if kind != BLANK]
        if not any(kind < NOT_A_DIGIT for kind in read):
            found[NOT_A_DIGIT] += part
            found[NOT_A_DIGIT + 1] += part * (not read)
        elif len(read) == 1:
            found[read[0]] += part
        else:
            found[-1] += part
    return found


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 999), st.integers(1, 4))
def test_every_way_to_spell_is_counted_once(seed: int, count: int) -> None:
    logits = np.random.default_rng(seed).normal(0, 2, (count + 2, SPELLINGS)).astype(np.float32)
    likely = np.exp(logits.astype(float))
    likely /= likely.sum(axis=1, keepdims=True)
    (found,) = np.exp(spelt(logits, over(1, count)))
    np.testing.assert_allclose(found, np.maximum(by_counting(likely[1:-1]), np.exp(LEAST)), rtol=1e-5)
    # One digit and nothing else, no digit, anything else: that is all; nothing is a part of no digit.
    assert found.sum() - found[NOT_A_DIGIT + 1] == pytest.approx(1, abs=1e-3)


def test_one_digit_two_and_half_a_digit() -> None:
    logits = logits_of({BLANK: 1}, {7: 1}, {7: 1}, {BLANK: 1}, {7: 1}, {BLANK: 1})
    one, two, none = (np.exp(spelt(logits, over(*columns))[0]) for columns in ((0, 3), (0, 5), (5, 5)))
    assert one[7] == pytest.approx(1)
    assert two[:NOT_A_DIGIT].max() < 1e-4
    assert two[-1] == pytest.approx(1)
    assert none[NOT_A_DIGIT] == none[NOT_A_DIGIT + 1] == pytest.approx(1)


def test_a_letter_is_no_digit_but_not_nothing() -> None:
    (found,) = np.exp(spelt(logits_of({BLANK: 1}, {OTHER: 1}, {BLANK: 1}), over(0, 2)))
    assert found[NOT_A_DIGIT] == pytest.approx(1)
    assert found[NOT_A_DIGIT + 1] < 1e-4


def test_candidates_do_not_know_of_each_other_nor_leave_the_strip() -> None:
    logits = np.random.default_rng(3).normal(0, 3, (12, SPELLINGS)).astype(np.float32)
    places = np.array([[-9.0, 4, 6, 26], [3, 20, 6, 26], [8, 8.5, 6, 26], [20, 99, 6, 26], [40, 50, 6, 26]])
    together = spelt(logits, places)
    assert together.dtype == np.float32
    assert together.shape == (5, SPELT)
    for k in range(len(places)):
        np.testing.assert_array_equal(spelt(logits, places[k : k + 1])[0], together[k])
    assert spelt(logits, places[:0]).shape == (0, SPELT)
