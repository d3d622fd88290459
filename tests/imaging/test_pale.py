"""Pale print on clean paper is found whole; what is dark, and paper with a pattern, is as before."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from drawn import blank, write
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reader.imaging import pale
from reader.imaging.binarize import find_ink
from reader.imaging.pale import lowered
from reader.imaging.segment import drop_residue, find_components, stroke_width, usual_nearby
from reader.types import Component, Page

PALE = (0, 300, 640, 100)
"""Where the pale line stands."""


def receipt(strength: int, *, pattern: bool = False) -> NDArray[np.uint8]:
    """Draw a page of dark lines and one whose ink is darker than the paper by so much, a little blurred."""
    page = write(blank(600, 640), "TOTAL 8650", (40, 100), size=44)
    page = write(page, "CHANGE 235", (40, 220), size=44)
    page = write(page, "CASH 9052", (40, 500), size=44)
    page = write(page, "55.90 208", (40, 360), size=44, colour=230 - strength, pen=2)
    page = cv2.GaussianBlur(page, (0, 0), 1.4)
    if pattern:
        waves = np.sin(np.arange(640) / 3.0)[None] * np.sin(np.arange(600) / 3.0)[:, None]
        page = np.clip(page - 30 * (waves > 0.2), 0, 255).astype(np.uint8)
    return page


def pieces(page: NDArray[np.uint8]) -> list[Component]:
    """Give the characters and points of the pale line."""
    inked = find_ink(Page(page))
    times = inked.ink.shape[1] / page.shape[1]
    stroke = stroke_width(inked.ink)
    left = drop_residue(inked.ink, inked.gray, np.zeros_like(inked.ink), stroke)
    _, y, _, h = (round(times * v) for v in PALE)
    return find_components(left[y : y + h], min_area=4)


@pytest.mark.parametrize("strength", [200, 90, 60])
def test_pale_digits_stay_whole_with_their_point(strength: int) -> None:
    assert len(pieces(receipt(strength))) == 8


def test_without_it_they_break(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = pieces(receipt(60))
    monkeypatch.setattr(pale, "CLEAN", 0.0)
    broken = pieces(receipt(60))
    assert sum(c.area for c in broken) < 0.9 * sum(c.area for c in whole)


def test_dark_ink_is_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    page = receipt(200)
    found = find_ink(Page(page)).ink
    monkeypatch.setattr(pale, "CLEAN", 0.0)
    before = find_ink(Page(page)).ink
    assert np.count_nonzero(found != before) < 0.03 * np.count_nonzero(before)


def test_paper_with_a_pattern_is_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    page = receipt(200, pattern=True)
    found = find_ink(Page(page)).ink
    monkeypatch.setattr(pale, "CLEAN", 0.0)
    np.testing.assert_array_equal(found, find_ink(Page(page)).ink)


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.floats(0, 255), st.integers(3, 21))
def test_no_threshold_rises(seed: int, level: float, side: int) -> None:
    rng = np.random.default_rng(seed)
    values = (rng.random((40, 50), np.float32) ** 8 * 255).astype(np.float32)
    before = np.full(values.shape, level, np.float32)
    after = lowered(before, values, 200.0, 14.0, side | 1)
    assert (after <= before).all()
    assert (after >= min(level, pale.LEAST[1])).all()


def test_ink_is_as_strong_as_what_is_nearby() -> None:
    gray = np.zeros((40, 200), np.uint8)
    gray[10:30, 10:40], gray[10:30, 150:180] = 200, 60
    found = usual_nearby(gray, gray > 0, 180.0, 21.0)
    assert found[20, 20] == 180.0  # no more than on the page
    assert found[20, 165] == pytest.approx(60 * 1.15, abs=0.1)
    assert found[20, 95] == 180.0  # nothing is there
