"""What stands in two rows of a table is parted at the rule between them, and nothing else is."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reader.imaging.connected import connected
from reader.imaging.rules import remove_rules
from reader.imaging.runs import pieces_of, runs_of
from reader.imaging.tables import part_rows

Mask = NDArray[np.bool_]
STROKE, ROW, LEFT, WIDE = 6.0, 90, 40, 160
RULES, WALLS = range(40, 40 + 5 * ROW, ROW), range(LEFT, LEFT + 4 * WIDE, WIDE)


def table(*, walls: bool = True) -> tuple[Mask, Mask]:
    """Give the level and the upright rules of a table of four rows and three columns."""
    across, down = np.zeros((2, 450, 560), np.uint8)
    for y in RULES:
        cv2.line(across, (LEFT, y), (LEFT + 3 * WIDE, y), 1, 3)
    for x in WALLS if walls else ():
        cv2.line(down, (x, RULES[0]), (x, RULES[-1]), 1, 3)
    return across > 0, down > 0


def writing(*strokes: tuple[tuple[int, int], tuple[int, int]]) -> Mask:
    page = np.zeros((450, 560), np.uint8)
    for start, end in strokes:
        cv2.line(page, start, end, 1, 6)
    return page > 0


TWO = writing(((300, 145), (270, 215)), ((270, 215), (300, 290)), ((300, 290), (260, 290)))
"""Begins high in the second row, and ends low in the third."""


def test_what_fills_two_rows_is_parted_where_the_rule_was() -> None:
    cut = part_rows(pieces_of(runs_of(TWO)), *table(), STROKE)
    assert connected(TWO)[0] == 2
    assert connected(TWO & ~cut)[0] == 3
    rows = np.flatnonzero(cut.any(axis=1))
    assert abs(rows.mean() - RULES[2]) < 2
    assert len(rows) < 10


def test_without_walls_it_may_be_one_large_digit() -> None:
    assert not part_rows(pieces_of(runs_of(TWO)), *table(walls=False), STROKE).any()


def test_a_tail_that_reaches_into_the_next_row_stays() -> None:
    tail = writing(((300, 145), (290, 240)))
    assert not part_rows(pieces_of(runs_of(tail)), *table(), STROKE).any()


def test_frames_and_walls_that_were_left_stay() -> None:
    frame = writing(((20, 20), (20, 430)), ((20, 430), (540, 430)), ((540, 430), (540, 20)))
    assert not part_rows(pieces_of(runs_of(frame)), *table(), STROKE).any()
    wall = np.zeros((450, 560), bool)
    wall[60:400, 300:308] = True
    assert not part_rows(pieces_of(runs_of(wall)), *table(), STROKE).any()


@given(st.integers(0, 2**32 - 1))
def test_only_ink_is_cut(seed: int) -> None:
    rng = np.random.default_rng(seed)
    ends = rng.integers(40, 400, (4, 2, 2)).tolist()
    ink = writing(*((tuple(a), tuple(b)) for a, b in ends))
    cut = part_rows(pieces_of(runs_of(ink)), *table(), STROKE)
    assert not (cut & ~ink).any()


def test_upright_stems_between_rules_are_no_walls() -> None:
    across, down = table()
    # A stem ends in white before a rule; a leaning one reaches both.
    stems = writing(((300, 142), (300, 208)), ((420, 134), (400, 218)))
    left, _, _, _ = remove_rules(across | down | stems, 120, STROKE, feet=True)
    apart = stems & ~across
    assert (left & apart).sum() > 0.95 * apart.sum()
    assert (left & ~stems).sum() < 0.02 * (across | down).sum()  # crossings of rules are left
