"""A pale stroke across dark print comes away; print of one darkness stays as it is."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from reader.imaging.segment import find_components
from reader.imaging.stamps import FEW, part_stamps
from reader.types import Component

STROKE = 5.0


def page(stamp: int, print_: int = 220) -> NDArray[np.uint8]:
    """Draw rows of bars, 30 pixels high, with a curve of a stamp across some of them."""
    gray = np.zeros((400, 600), np.uint8)
    if stamp:
        cv2.ellipse(gray, (180, 150), (90, 60), 0, 0, 300, stamp, 5)
    for y in range(40, 360, 60):
        for x in range(30, 570, 40):
            gray[y : y + 30, x : x + 5] = print_
            gray[y : y + 5, x : x + 18] = print_
    return gray


def parted(gray: NDArray[np.uint8]) -> tuple[list[Component], list[Component]]:
    """Give the pieces before and after."""
    before = find_components(gray > 40)
    return before, part_stamps(before, gray, STROKE)


def boxes(components: list[Component]) -> set[tuple[int, int, int, int]]:
    return {c.box for c in components}


def test_print_under_a_stamp_is_as_it_would_be_without(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("reader.imaging.stamps.FEW", 0.1)
    alone = find_components(page(0) > 40)
    before, after = parted(page(100))
    assert len(boxes(before) & boxes(alone)) < len(alone) - 3
    for bar in alone:  # a pixel or two of the stamp may be left beside it
        assert any(np.abs(np.subtract(bar.box, c.box)).max() <= 3 for c in after)
    assert max(c.box[3] for c in after) < 40


@pytest.mark.parametrize("stamp", [0, 160, 220])
def test_what_is_of_one_darkness_stays(stamp: int) -> None:
    before, after = parted(page(stamp))
    assert after is before


def test_where_much_is_of_two_kinds_it_is_the_papers_pattern() -> None:
    """Half of the bars are pale in their lower part, and longer than the others."""
    gray = np.zeros((400, 600), np.uint8)
    for k, x in enumerate(range(30, 570, 20)):
        gray[40:70, x : x + 5] = 220
        if k % 4 == 0:
            gray[70:120, x : x + 5] = 100
    before, after = parted(gray)
    assert FEW * len(before) < 7
    assert after is before
    assert part_stamps([], gray, STROKE) == []


def test_a_pencil_of_two_shades_is_no_stamped_print() -> None:
    """It is twice as dark at its head as at its foot, but nowhere as dark as the page's print."""
    gray = page(0)
    gray[150:178, 300:305] = 140
    gray[178:210, 300:305] = 70
    before, after = parted(gray)
    assert after is before
    gray[150:178, 300:305] = 220
    assert parted(gray)[1] is not before


def test_a_digit_that_fades_stays_whole() -> None:
    """Its dark pieces are low."""
    gray = page(0)
    gray[150:210, 300:305] = 110
    gray[160:172, 300:305] = 220
    before, after = parted(gray)
    assert after is before
