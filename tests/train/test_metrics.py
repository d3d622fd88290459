"""Shares, calibration and curves: what must hold for any figures."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reader.train.metrics import (
    BINS,
    Share,
    acceptance,
    calibration_error,
    confusion,
    error_by_rejects,
    rejected_at,
    reliability,
    wilson,
)

probabilities = st.floats(0, 1, width=32)
some = arrays(np.float64, st.integers(1, 60), elements=probabilities)


@st.composite
def readings(draw):
    confidence = draw(some)
    return confidence, draw(arrays(np.bool_, len(confidence)))


@given(st.integers(1, 10**6).flatmap(lambda of: st.tuples(st.integers(0, of), st.just(of))))
def test_wilson_holds_the_share_and_stays_inside(share):
    count, of = share
    low, high = wilson(count, of)
    assert 0 <= low <= count / of <= high <= 1
    assert low < high
    other_low, other_high = wilson(of - count, of)
    assert (low, high) == pytest.approx((1 - other_high, 1 - other_low), abs=1e-12)


@given(st.integers(0, 50), st.integers(2, 20))
def test_more_glyphs_make_a_narrower_interval(count, times):
    low, high = wilson(count, 50)
    closer_low, closer_high = wilson(count * times, 50 * times)
    assert closer_high - closer_low < high - low


def test_wilson_knows_the_published_value():
    # Newcombe 1998 (Statistics in Medicine 17, 857), table I: 81 of 263.
    assert wilson(81, 263) == pytest.approx((0.2553, 0.3662), abs=5e-5)


@pytest.mark.parametrize(("count", "of"), [(-1, 5), (6, 5), (1, 0)])
def test_no_share(count, of):
    with pytest.raises(ValueError, match="is no share"):
        wilson(count, of)


def test_a_share_of_nothing_has_no_value():
    assert Share(0, 0).value is None
    assert Share(0, 0).interval == (0.0, 1.0)


@given(readings())
def test_bins_hold_all_readings_each_in_its_place(given_readings):
    confidence, right = given_readings
    bins = reliability(confidence, right)
    assert len(bins) == BINS
    assert sum(part.right.of for part in bins) == len(confidence)
    assert sum(part.right.count for part in bins) == right.sum()
    for part in bins:
        inside = (confidence > part.low + 1e-9) & (confidence < part.high - 1e-9)
        assert part.right.of >= inside.sum()
        if part.confidence is not None:
            assert part.low - 1e-9 <= part.confidence <= part.high + 1e-9


@given(readings(), st.randoms(use_true_random=False))
def test_calibration_error_is_a_share_and_order_does_not_count(given_readings, random):
    confidence, right = given_readings
    error = calibration_error(reliability(confidence, right))
    assert error is not None
    assert 0 <= error <= 1
    order = list(range(len(right)))
    random.shuffle(order)
    assert calibration_error(reliability(confidence[order], right[order])) == error


@given(st.lists(st.tuples(st.integers(0, 20), st.integers(1, 20)), min_size=1, max_size=12))
def test_what_is_calibrated_has_no_error(groups):
    """As many are right as the confidence says, in groups of any size."""
    confidence = np.concatenate([np.full(20 * times, count / 20) for count, times in groups])
    right = np.concatenate([np.tile(np.arange(20) < count, times) for count, times in groups])
    assert calibration_error(reliability(confidence, right)) == pytest.approx(0, abs=1e-12)


def test_drawn_from_its_own_confidence_the_error_is_small():
    rng = np.random.default_rng(5)
    confidence = rng.uniform(0.3, 1, 40_000)
    error = calibration_error(reliability(confidence, rng.random(40_000) < confidence))
    assert error is not None
    assert error < 0.015
    shifted = calibration_error(reliability(confidence, rng.random(40_000) < confidence - 0.2))
    assert shifted == pytest.approx(0.2, abs=0.015)


def test_no_readings_no_error():
    bins = reliability(np.zeros(0), np.zeros(0, bool))
    assert calibration_error(bins) is None
    assert all(part.confidence is None for part in bins)
    assert len(error_by_rejects(np.zeros(0), np.zeros(0, bool)).x) == 0


@given(readings(), st.randoms(use_true_random=False))
def test_rejects_grow_from_none_and_errors_are_shares(given_readings, random):
    confidence, right = given_readings
    curve = error_by_rejects(confidence, right)
    assert curve.x[0] == 0
    assert curve.y[0] == pytest.approx((~right).mean())
    assert (np.diff(curve.x) > 0).all()
    assert curve.x[-1] < 1
    assert ((curve.y >= 0) & (curve.y <= 1)).all()
    assert len(curve.x) == len(np.unique(confidence))
    order = list(range(len(right)))
    random.shuffle(order)
    again = error_by_rejects(confidence[order], right[order])
    assert np.array_equal(curve.y, again.y)


def test_where_confidence_knows_rejecting_only_helps():
    confidence = np.linspace(0, 1, 50)
    curve = error_by_rejects(confidence, confidence > 0.3)
    assert (np.diff(curve.y) <= 0).all()
    assert curve.y[-1] == 0


@given(some, some)
def test_acceptance_is_monotone_from_none_to_all(digits, others):
    curve = acceptance(digits, others)
    assert (np.diff(curve.x) >= 0).all()
    assert (np.diff(curve.y) <= 0).all()
    assert (curve.x[0], curve.y[0], curve.x[-1], curve.y[-1]) == (0, 1, 1, 0)


@given(some, some, st.sampled_from([0.5, 0.9, 0.99, 1.0]))
def test_rejected_at_lies_on_the_curve(digits, others, accepted):
    share, curve = rejected_at(digits, others, accepted), acceptance(digits, others)
    enough = curve.x >= accepted - 1e-9
    assert share.of == len(others)
    assert share.count / share.of == pytest.approx(curve.y[enough].max())


def test_rejected_at_needs_both_kinds():
    assert rejected_at(np.zeros(3), np.zeros(0)) == Share(0, 0)
    assert rejected_at(np.zeros(0), np.ones(3)) == Share(0, 0)


def test_a_hundred_digits_need_not_all_be_accepted():
    digits = np.append(np.zeros(99), 0.8)
    assert rejected_at(digits, np.array([0.5]), 0.99) == Share(1, 1)
    assert rejected_at(digits, np.array([0.5]), 1.0) == Share(0, 1)


@given(some, some, st.integers(2, 10))
def test_a_thinned_curve_keeps_its_ends(digits, others, most):
    curve = acceptance(digits, others)
    thin = curve.thinned(most)
    assert len(thin.x) <= most
    assert (thin.x[0], thin.y[0]) == (curve.x[0], curve.y[0])
    assert (thin.x[-1], thin.y[-1]) == (curve.x[-1], curve.y[-1])


@given(st.lists(st.tuples(st.integers(0, 10), st.integers(0, 10)), max_size=50))
def test_confusion_counts_rows_by_class(pairs):
    labels, found = (np.array([pair[side] for pair in pairs], np.int64) for side in (0, 1))
    counts = confusion(labels, found)
    assert counts.shape == (11, 11)
    assert counts.sum() == len(pairs)
    for label, reading in pairs:
        assert counts[label, reading] == pairs.count((label, reading))
