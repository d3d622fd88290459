"""Combs: teeth at one pitch from end to end of a rule are taken away, what is written between them is not."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from reader.imaging.combs import pitch_of
from reader.imaging.layout import find_lines
from reader.imaging.rules import find_rules, remove_rules
from reader.imaging.segment import find_components

Mask = NDArray[np.bool_]
CELL, LEFT, TOP = 40, 30, 40


def comb(cells: int, *, closed: bool, rows: int = 1) -> NDArray[np.uint8]:
    """Draw cells: a closed comb, or one with teeth of half a cell, or a table of several rows."""
    page = np.zeros((TOP + rows * CELL + 40, 2 * LEFT + cells * CELL), np.uint8)
    right, foot = LEFT + cells * CELL, TOP + rows * CELL
    for row in range(1 if not closed else 0, rows + 1):
        cv2.line(page, (LEFT, TOP + row * CELL), (right, TOP + row * CELL), 1, 2)
    for k in range(cells + 1):
        top = TOP if closed or k in (0, cells) else TOP + CELL // 2
        cv2.line(page, (LEFT + k * CELL, top), (LEFT + k * CELL, foot), 1, 2)
    return page


def ones(cells: int) -> NDArray[np.uint8]:
    """Write an upright 1 into some cells, nearly from rule to rule."""
    page = np.zeros((TOP + CELL + 40, 2 * LEFT + cells * CELL), np.uint8)
    for k in (0, 1, cells // 2):
        x = LEFT + k * CELL + CELL // 2 + k
        cv2.line(page, (x, TOP + 4), (x, TOP + CELL - 3), 1, 3)
    return page


@pytest.mark.parametrize("closed", [True, False])
def test_teeth_are_taken_and_a_1_between_them_stays(closed: bool) -> None:
    drawn, written = comb(8, closed=closed), ones(8)
    left, across, down, fields = remove_rules((drawn | written) > 0, 120, 3.0, feet=True)
    assert (left & (written > 0)).sum() > 0.85 * written.sum()
    assert (left & ~(written > 0)).sum() < 0.1 * drawn.sum()
    assert across.any()
    assert down.any()
    for x, y, w, h in fields:
        assert abs(x - LEFT) <= 3
        assert abs(w - 8 * CELL) <= 5
        assert y <= TOP + 3
        assert y + h >= TOP + CELL - 3
    assert fields


def test_cells_are_as_high_as_they_are_wide_where_teeth_are_short() -> None:
    _, _, combs = find_rules(comb(8, closed=False) > 0, 120, 7)
    rows = combs.cells[:, LEFT + 3 * CELL]
    assert rows[TOP + 4 : TOP + CELL].all()
    assert not combs.cells[:, LEFT + 3 * CELL + CELL // 2].any()


@pytest.mark.parametrize("thickness", [7, 15])
def test_short_teeth_do_not_go_on_as_themselves(thickness: int) -> None:
    # Under thick pens what may continue a tooth begins as far off as such a tooth is long.
    _, _, combs = find_rules(comb(8, closed=False) > 0, 120, thickness)
    assert len(combs.fields) == 1
    assert len(combs.teeth) >= 7


def test_a_table_is_no_comb() -> None:
    _, down, combs = find_rules(comb(8, closed=True, rows=4) > 0, 120, 7)
    assert combs.fields == ()
    assert down[TOP + 10 : TOP + CELL - 10, LEFT + 3 * CELL].all()


def test_faint_teeth_with_rough_edges_are_teeth() -> None:
    # Scanned at twice its size a line of a pixel and a half comes out two pixels wide and meanders by four.
    page = cv2.resize(comb(8, closed=False), None, fx=2, fy=2, interpolation=cv2.INTER_NEAREST)
    for k in range(1, 8):
        x, rows = 2 * (LEFT + k * CELL), np.arange(2 * TOP + CELL, 2 * (TOP + CELL) - 3)
        page[rows[0] : rows[-1] + 1, x - 4 : x + 5] = 0
        side = x + np.rint(2 * np.sin(rows / 5)).astype(int)
        page[rows, side] = page[rows, side + 1] = 1
    _, _, combs = find_rules(page > 0, 120, 11)
    assert len(combs.teeth) >= 7
    assert len(combs.fields) == 1


def test_text_on_a_line_is_no_comb() -> None:
    page = np.zeros((120, 500), np.uint8)
    cv2.putText(page, "1411111 till lilt", (60, 78), cv2.FONT_HERSHEY_SIMPLEX, 1.2, 1, 2)
    cv2.line(page, (20, 80), (480, 80), 1, 2)
    _, _, combs = find_rules(page > 0, 120, 7)
    assert combs.fields == ()
    assert not len(combs.teeth)


@given(
    st.floats(8, 90),
    st.integers(6, 20),
    st.floats(-50, 500),
    st.lists(st.floats(0.3, 0.7), max_size=2),
)
def test_the_pitch_is_found_among_what_is_written(
    pitch: float, cells: int, start: float, written: list[float]
) -> None:
    teeth = start + pitch * np.arange(cells + 1)
    places = np.concatenate([teeth, start + pitch * np.array([k + at for k, at in enumerate(written)])])
    lengths = np.concatenate([np.full(cells + 1, pitch), np.full(len(written), 0.8 * pitch)])
    found = pitch_of(places, lengths, (start, start + cells * pitch))
    assert found is not None
    assert found == pytest.approx((start, pitch, teeth[-1]), abs=0.01)


def test_the_pitch_is_found_at_an_angle() -> None:
    """Cells grow from 66 to 70 pixels along the comb, as a camera sees them; every second tooth fits too."""
    steps = np.linspace(66, 70, 14)
    teeth = np.concatenate([[0.0], np.cumsum(steps)])
    found = pitch_of(teeth, np.full(15, 30.0), (0, float(teeth[-1])))
    assert found is not None
    assert found[1] == pytest.approx(68, abs=1)


def test_lines_that_end_short_of_their_rule_have_no_pitch() -> None:
    places, lengths = np.arange(5) * 20.0, np.full(5, 15.0)
    assert pitch_of(places, lengths, (0, 80)) is not None
    assert pitch_of(places, lengths, (0, 200)) is None
    assert pitch_of(places[:3], lengths[:3], (0, 40)) is None
    assert pitch_of(places, np.array([15.0, 4, 15, 4, 15]), (0, 80)) is None


def test_what_stands_in_a_field_is_one_line() -> None:
    page = np.zeros((100, 600), bool)
    for x in (20, 260, 500):
        page[30:60, x : x + 10] = True
    components = find_components(page)
    assert len(find_lines(components)) == 3
    (line,) = find_lines(components, ((10, 20, 560, 50), (12, 22, 560, 50)))
    assert len(line.components) == 3
