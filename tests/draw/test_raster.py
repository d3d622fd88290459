"""Strokes as ink: smooth, antialiased, the same whether drawn live or at once."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.draw.pad import Pad
from reader.draw.raster import Stroke, draw_line, draw_stroke, pieces

WIDTH, HEIGHT = 90, 60
places = st.tuples(st.floats(-20, WIDTH + 20), st.floats(-20, HEIGHT + 20))
strokes = st.builds(Stroke, st.lists(places, min_size=1, max_size=8).map(tuple), st.floats(2, 20))
few = settings(max_examples=60, deadline=None)


def ink_of(stroke: Stroke) -> np.ndarray:
    ink = np.zeros((HEIGHT, WIDTH), np.uint8)
    draw_stroke(ink, stroke)
    return ink


def test_a_straight_stroke_has_the_area_of_its_width() -> None:
    ink = ink_of(Stroke(((20.0, 30.0), (70.0, 30.0)), 10.0))
    area = ink.sum() / 255
    assert area == pytest.approx(50 * 10 + np.pi * 25, rel=0.03)  # with its round ends


def test_edges_are_grey_and_the_middle_is_full() -> None:
    ink = ink_of(Stroke(((20.0, 20.0), (60.0, 45.0)), 8.0))
    assert ink[32, 40] == 255
    assert ((ink > 0) & (ink < 255)).sum() > 50


def test_half_a_pixel_moves_the_ink_by_half_a_pixel() -> None:
    columns = np.arange(WIDTH)
    middles = [
        float((ink.sum(axis=0) * columns).sum() / ink.sum())
        for ink in (ink_of(Stroke(((x, 30.0),), 9.0)) for x in (40.0, 40.5))
    ]
    assert middles[1] - middles[0] == pytest.approx(0.5, abs=0.05)


def test_a_corner_of_the_pen_is_rounded() -> None:
    turn = [piece for piece in pieces([(0, 0), (40, 0), (40, 40)]) if len(piece) > 2]
    (curve,) = turn
    assert curve[0] == (20, 0)
    assert curve[-1] == (40, 20)
    assert max(np.hypot(*np.diff(curve, axis=0).T)) < 3


@given(st.lists(places, min_size=2, max_size=8))
@few
def test_pieces_join(points: list[tuple[float, float]]) -> None:
    parts = list(pieces(points))
    assert parts[0][0] == points[0]
    assert parts[-1][-1] == points[-1]
    for before, after in pairwise(parts[1:]):
        assert after[0] == pytest.approx(before[-1])


@given(strokes, strokes)
@few
def test_ink_never_gets_less_and_only_changes_in_the_box(first: Stroke, second: Stroke) -> None:
    ink = ink_of(first)
    before = ink.copy()
    x, y, w, h = draw_line(ink, second.points, second.width)
    assert (ink >= before).all()
    ink[y : y + h, x : x + w] = before[y : y + h, x : x + w]
    assert (ink == before).all()


def test_a_pen_far_outside_costs_nothing_and_leaves_nothing() -> None:
    ink = np.zeros((HEIGHT, WIDTH), np.uint8)
    draw_line(ink, [(-1e7, -1e7), (-1e6, -1e6)], 10.0)
    assert not ink.any()


@given(st.lists(strokes, max_size=4), strokes)
@few
def test_undo_is_the_drawing_without_the_last_stroke(kept: list[Stroke], last: Stroke) -> None:
    pad = Pad(WIDTH, HEIGHT)
    if kept:
        pad.add(kept)
    before, drawn = pad.ink.copy(), pad.strokes
    pad.add([last])
    assert pad.undo()
    assert (pad.ink == before).all()
    assert pad.strokes == drawn


@given(st.lists(strokes, min_size=1, max_size=4))
@few
def test_live_and_redrawn_ink_are_the_same(drawn: list[Stroke]) -> None:
    pad = Pad(WIDTH, HEIGHT)
    pad.add(drawn)
    live = pad.ink.copy()
    pad.resize(WIDTH * 2, HEIGHT * 2)
    pad.resize(WIDTH, HEIGHT)
    assert (pad.ink == live).all()
