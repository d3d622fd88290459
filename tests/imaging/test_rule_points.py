"""A point that stands on a rule is given back; the feet of digits and rough rules are not."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reader.imaging.rule_points import clear_of, points_in_rules
from reader.imaging.rules import remove_rules

STROKE, LENGTH = 6.0, 120
Bits = NDArray[np.bool_]


def rule() -> Bits:
    page = np.zeros((100, 500), bool)
    page[60:64, 20:480] = True
    return page


def found(across: Bits, left: Bits | None = None) -> Bits:
    return points_in_rules(across, np.zeros_like(across) if left is None else left, LENGTH, STROKE)


def test_a_point_on_a_rule_is_found_whole() -> None:
    across = rule()
    across[58:67, 200:209] = True
    points = found(across)
    assert points.sum() == across[:, 200:209].sum()
    assert points[:, 200:209].any()


def test_the_end_of_a_stroke_is_none() -> None:
    across, left = rule(), np.zeros((100, 500), bool)
    across[58:67, 200:209] = True
    left[20:58, 200:209] = True
    assert not found(across, left).any()
    assert found(across, np.roll(left, 40, axis=1)).any()


def test_feet_are_too_wide_and_bare_rules_have_no_points() -> None:
    across = rule()
    assert not found(across).any()
    across[58:67, 200:230] = True
    assert not found(across).any()


def test_a_rough_rule_has_no_points() -> None:
    across = rule()
    for x in range(40, 460, 30):
        across[58:67, x : x + 8] = True
    assert not found(across).any()


def test_short_rules_are_left_alone_and_empty_pages_give_nothing() -> None:
    across = np.zeros((100, 500), bool)
    assert not found(across).any()
    across[60:64, 20:100] = across[58:67, 50:58] = True
    assert not found(across).any()


def test_a_point_stays_when_its_rule_goes() -> None:
    page = rule()
    page[58:67, 200:209] = True
    for x in (100, 140, 240, 280):  # strokes that stand on the rule
        page[20:62, x : x + 6] = True
    ink, across, _, _ = remove_rules(page, LENGTH, STROKE, feet=True)
    assert ink[58:67, 200:209].all()
    assert not across[:, 198:211].any()
    assert not ink[60:64, 300:480].any()


def test_rules_are_forgotten_a_strokes_width_around_points_in_their_rows() -> None:
    points = np.zeros((9, 41), bool)
    points[4, 20] = True
    expected = np.zeros((9, 41), bool)
    expected[4, 14:27] = True
    assert (clear_of(points, STROKE) == expected).all()
