"""Rules fainter than the writing are found whole; strong ones, and text, add nothing."""

from __future__ import annotations

import cv2
import numpy as np
from drawn import ink_of
from numpy.typing import NDArray

from reader.imaging.faint_rules import faint_rules
from reader.imaging.rules import remove_rules

Bright = NDArray[np.uint8]
LENGTH, THICKNESS, STROKE = 120, 11, 5.0
STRONG, PALE, SEEN = 180, 45, 60
ROWS, WALLS = (20, 120, 220), (30, 230, 430)


def table(strength: int) -> Bright:
    """Draw a table of two rows and two columns, with a number in each cell; ink is bright."""
    page = np.zeros((240, 460), np.uint8)
    for y in ROWS:
        cv2.line(page, (30, y), (430, y), strength, 2)
    for x in WALLS:
        cv2.line(page, (x, 20), (x, 220), strength, 2)
    written = ink_of("47", size=60, pen=5)
    x, y, w, h = (int(v) for v in cv2.boundingRect(written.astype(np.uint8)))
    number = np.where(written[y : y + h, x : x + w], np.uint8(STRONG), np.uint8(0))
    for y in (35, 135):
        for x in (60, 260):
            page[y : y + h, x : x + w] = np.maximum(page[y : y + h, x : x + w], number)
    return page


def patchy(page: Bright, seed: int = 1) -> NDArray[np.bool_]:
    """Find the ink as a threshold does that pale lines exceed here and there, for a few pixels."""
    rng = np.random.default_rng(seed)
    light = cv2.resize(rng.uniform(-30, 30, (24, 46)).astype(np.float32), page.shape[::-1])
    return (page > 0) & (page + light > SEEN)


def test_what_a_threshold_found_in_pieces_is_found_whole() -> None:
    page = table(PALE)
    ink = patchy(page)
    pale = page == PALE
    assert 0.02 < ink[pale].mean() < 0.7
    faint = faint_rules(page, ink, pale & ink, LENGTH, THICKNESS)
    assert faint is not None
    assert faint[pale].mean() > 0.95
    assert not faint[(page == 0)].any()


def test_no_dots_are_left_of_pale_rules_and_the_walls_are_known() -> None:
    page = table(PALE)
    page[ROWS[0] - 1 : ROWS[0] + 2, 30:431] = SEEN + 35  # the head of the table is seen whole
    ink = patchy(page)
    rules = (page > 0) & (page < STRONG)
    left, _, walls, _ = remove_rules(ink, LENGTH, STROKE, feet=True, gray=page)
    alone, _, without, _ = remove_rules(ink, LENGTH, STROKE, feet=True)
    assert (left & rules).sum() < 0.2 * (alone & rules).sum()
    assert walls[25:215, WALLS[1] - 2 : WALLS[1] + 3].any(axis=1).mean() > 0.9
    assert without[25:215, WALLS[1] - 2 : WALLS[1] + 3].any(axis=1).mean() < 0.6
    assert (left & (page == STRONG)).sum() > 0.97 * (page == STRONG).sum()


def test_strong_rules_and_pages_without_any_are_left_to_the_threshold() -> None:
    page = table(STRONG)
    rules = np.zeros(page.shape, bool)
    assert faint_rules(page, page > 0, rules, LENGTH, THICKNESS) is None
    rules[ROWS[0], 30:430] = True
    assert faint_rules(page, page > 0, rules, LENGTH, THICKNESS) is None


def test_rules_as_strong_as_the_writing_are_made_whole_where_the_threshold_cut_into_them() -> None:
    poor = np.where(table(STRONG) > 0, np.float32(SEEN + 30), np.float32(0))  # all of little contrast
    page = cv2.GaussianBlur(poor, (0, 0), 2).astype(np.uint8)
    rules = table(PALE) == PALE
    ink = patchy(page)
    faint = faint_rules(page, ink, rules & ink, LENGTH, THICKNESS)
    assert ink[rules].mean() < 0.9
    assert faint is not None
    assert faint[rules].mean() > 0.95


def test_pale_text_is_no_rule() -> None:
    number = ink_of("HEFLT 2537 EZL", size=40, pen=3)
    page = np.where(number, np.uint8(PALE), np.uint8(0))
    page = np.pad(page, 40)
    cv2.line(page, (10, 10), (page.shape[1] - 10, 10), PALE // 2 + 1, 2)
    cv2.rectangle(page, (10, 90), (60, 100), STRONG, -1)
    rules = np.zeros(page.shape, bool)
    rules[9:12] = page[9:12] > 0
    faint = faint_rules(page, page > 0, rules, LENGTH, THICKNESS)
    assert faint is not None
    assert faint[rules].mean() > 0.9
    assert not faint[20:].any()


def test_rules_that_are_most_of_the_ink_are_faint_beside_the_strongest() -> None:
    page = np.zeros((240, 460), np.uint8)
    for y in range(10, 240, 20):
        page[y : y + 2] = PALE
    page[30:90, 200:230] = STRONG
    ink = (page > 0) & (np.arange(460) % 40 > 6)
    rules = ink & (page == PALE)
    assert np.median(page[ink]) == PALE
    faint = faint_rules(page, ink, rules, LENGTH, THICKNESS)
    assert faint is not None
    assert faint[page == PALE].mean() > 0.95
