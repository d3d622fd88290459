"""What a pen drew along pale rules is told by its strength."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from reader.imaging.rules import remove_rules
from reader.imaging.strong_on_rules import between, pale_along_rules, strong_on_rules

STROKE = 5.0


def paper(rule: int, pen: int = 220) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Draw squares with a 1 along an upright rule and a 0 between two; gives the page, and where the 1 is."""
    gray = np.zeros((900, 900), np.uint8)
    for k in range(20, 900, 40):
        gray[k : k + 2] = gray[:, k : k + 2] = rule
    one = np.zeros(gray.shape, bool)
    one[405:475, 419:424] = True
    for x in range(430, 800, 80):
        gray[405:475, x : x + 5] = gray[405:475, x + 30 : x + 35] = pen
        gray[405:410, x : x + 35] = gray[470:475, x : x + 35] = pen
    gray[one] = pen
    return gray, one


@pytest.mark.parametrize(("rule", "kept"), [(60, True), (200, False)])
def test_a_1_along_a_pale_rule_is_kept(rule: int, kept: bool) -> None:
    gray, one = paper(rule)
    rules = np.zeros(gray.shape, bool)
    for k in range(20, 900, 40):
        rules[k : k + 2] = rules[:, k : k + 2] = True
    rules |= one
    level = between(gray, rules & (gray > 0), ~rules & (gray > 0))
    assert (level is not None) is kept
    if level is not None:
        found = strong_on_rules(gray, rules & (gray > 0), level, STROKE)
        assert (found & one).sum() > 0.9 * one.sum()
        assert not (found & (gray < 100)).any()


def test_without_ink_there_is_nothing_between() -> None:
    none = np.zeros((50, 50), bool)
    assert between(np.zeros((50, 50), np.uint8), none, none) is None


@pytest.mark.parametrize(("pen", "gone"), [(60, True), (220, False)])
def test_what_lies_where_a_pale_rule_goes_on_goes_with_it(pen: int, gone: bool) -> None:
    gray = np.zeros((60, 600), np.uint8)
    gray[30:32] = 60
    gray[30:32, 200:400] = pen
    rules = gray > 0
    rules[:, 200:400] = False
    left = (gray > 0) & ~rules
    left[20:40, 250:260] = True  # a stroke that crosses
    gray[20:40, 250:260] = 220
    found = pale_along_rules(gray, rules, left, 140.0, 120)
    assert found[30:32, 205:245].all() == gone
    assert not found[:, 250:260].any()
    assert not pale_along_rules(gray, np.zeros_like(rules), left, 140.0, 120).any()


def test_on_squared_paper_it_stays_in_the_ink() -> None:
    gray, one = paper(60)
    left, across, down, _ = remove_rules(gray > 0, 120, STROKE, feet=True, gray=gray)
    assert (left & one).sum() > 0.8 * one.sum()
    assert not down.any()
    assert (left & (gray == 60)).sum() < 0.05 * (gray == 60).sum()
    assert (across & (gray == 60)).any()
