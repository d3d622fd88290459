"""Cuts part a component without losing or doubling ink, and fall between digits that touch."""

from __future__ import annotations

from itertools import pairwise

import cv2
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from reader.imaging.segment import find_components, join
from reader.recognize.cuts import choose, path_costs, slant_offsets, split, trace, waists
from reader.types import Component

Mask = NDArray[np.bool_]
masks = hnp.arrays(bool, st.tuples(st.integers(1, 30), st.integers(1, 50))).filter(lambda m: bool(m.any()))


def whole(ink: Mask) -> Component:
    return join(find_components(ink))


def painted(parts: list[Component], shape: tuple[int, ...]) -> NDArray[np.int64]:
    canvas = np.zeros(shape, np.int64)
    for part in parts:
        x, y, w, h = part.box
        canvas[y : y + h, x : x + w] += part.mask
    return canvas


def rings(*centres: tuple[int, int], radius: int = 20, pen: int = 4) -> Mask:
    page = np.zeros((100, 260), np.uint8)
    for centre in centres:
        cv2.circle(page, centre, radius, 1, pen)
    return page > 0


def leaned(ink: Mask, slant: float) -> Mask:
    """Lean ink to the right by a tangent."""
    h, w = ink.shape
    shear = np.array([[1.0, -slant, slant * h / 2], [0.0, 1.0, 0.0]])
    return cv2.warpAffine(ink.astype(np.uint8) * 255, shear, (w, h)) > 127


@settings(max_examples=80, deadline=None)
@given(
    masks,
    st.floats(4, 40),
    st.floats(1, 6),
    st.floats(-0.5, 1.0),
)
def test_the_pieces_are_the_component(ink: Mask, height: float, stroke: float, slant: float) -> None:
    component = whole(ink)
    pieces = split(component, height=height, stroke=stroke, slant=slant)
    np.testing.assert_array_equal(painted(pieces, ink.shape), ink.astype(int))
    for piece in pieces:
        assert piece.area == piece.mask.sum() > 0
        assert piece.mask.any(axis=0)[[0, -1]].all()
        assert piece.mask.any(axis=1)[[0, -1]].all()


@pytest.mark.parametrize("apart", [44, 43, 41])
def test_touching_rings_are_cut_between(apart: int) -> None:
    ink = rings((60, 50), (60 + apart, 50))
    assert len(find_components(ink)) == 1
    pieces = split(whole(ink), height=44, stroke=4, slant=0.0)
    ring = rings((60, 50))
    # Rings are cut through their middles too; one of the cuts is where they touch.
    best = max(agreement(painted(pieces[:k], ink.shape) > 0, ring) for k in range(1, len(pieces)))
    assert best > 0.93


def agreement(a: Mask, b: Mask) -> float:
    """Give intersection over union."""
    return float((a & b).sum() / (a | b).sum())


@pytest.mark.parametrize("slant", [-0.3, 0.3, 0.6])
def test_a_leaning_pair_is_cut_along_its_lean(slant: float) -> None:
    page = np.zeros((100, 160), np.uint8)
    for left in (50, 76):  # two tall strokes joined by a bar
        cv2.line(page, (left, 15), (left, 85), 1, 5)
    cv2.line(page, (50, 50), (76, 50), 1, 3)
    ink = leaned(page > 0, slant)
    pieces = split(whole(ink), height=70, stroke=5, slant=slant)
    strokes = [leaned((np.arange(160) // 63 == k)[None, :] & (page > 0), slant) for k in (0, 1)]
    assert len(pieces) >= 2
    for piece in (pieces[0], pieces[-1]):
        found = painted([piece], ink.shape) > 0
        assert max((found & s).sum() / found.sum() for s in strokes) > 0.9


def test_an_upright_cut_would_not_part_a_leaning_pair() -> None:
    """What the lean is for: two strokes that overlap in every column between them."""
    page = np.zeros((100, 160), np.uint8)
    for left in (60, 84):
        cv2.line(page, (left, 15), (left, 85), 1, 5)
    cv2.line(page, (60, 50), (84, 50), 1, 3)
    ink = leaned(page > 0, 0.6)
    assert np.median(ink[:, 60:84].sum(axis=0)) > 5
    pieces = split(whole(ink), height=70, stroke=5, slant=0.6)
    assert len(pieces) == 2
    assert pieces[0].area == pytest.approx(pieces[1].area, rel=0.25)


@pytest.mark.parametrize("size", [(5, 60), (60, 5), (1, 1), (12, 40)])
def test_what_is_narrow_or_low_is_left_whole(size: tuple[int, int]) -> None:
    w, h = size
    component = Component((3, 4, w, h), np.ones((h, w), bool), w * h)
    assert split(component, height=60, stroke=4, slant=0.0) == [component]


def test_a_solid_block_is_left_whole() -> None:
    component = Component((0, 0, 80, 60), np.ones((60, 80), bool), 4800)
    assert split(component, height=60, stroke=6, slant=0.0) == [component]


def test_the_pieces_come_from_left_to_right() -> None:
    ink = rings((40, 50), (81, 50), (122, 50), (163, 50))
    pieces = split(whole(ink), height=44, stroke=4, slant=0.0)
    assert len(pieces) >= 4
    middles = [p.box[0] + p.box[2] / 2 for p in pieces]
    assert middles == sorted(middles)


@settings(max_examples=50, deadline=None)
@given(masks.filter(lambda m: m.shape[0] > 1))
def test_a_path_costs_what_it_crosses(ink: Mask) -> None:
    cost, up, down = path_costs(ink)
    for column in range(ink.shape[1]):
        path = trace(column, up, down)
        assert np.abs(np.diff(path)).max(initial=0) <= 1
        crossed = ink[np.arange(ink.shape[0]), path].sum() + 0.25 * np.abs(np.diff(path)).sum()
        assert cost[column] == pytest.approx(crossed, abs=1e-3)
        # No dearer than straight down.
        assert cost[column] <= ink[:, column].sum() + 1e-3


@given(
    hnp.arrays(np.float32, st.integers(1, 60), elements=st.floats(0, 30, width=32)),
    st.floats(0, 30),
    st.floats(1, 12),
    st.lists(st.integers(0, 59), max_size=3),
)
def test_chosen_columns_are_cheap_and_apart(
    cost: NDArray[np.float32], limit: float, spacing: float, taken: list[int]
) -> None:
    columns = choose(cost, limit, spacing, taken)
    assert columns == sorted(columns)
    assert all(cost[c] <= limit for c in columns)
    assert all(b - a >= spacing for a, b in pairwise(columns))
    assert all(abs(c - t) >= spacing for c in columns for t in taken)
    assert all(min(c, cost.size - 1 - c) >= spacing / 2 for c in columns)


def test_the_cheapest_of_two_close_columns_is_chosen() -> None:
    cost = np.full(60, 20, np.float32)
    cost[[20, 26, 45]] = 3, 1, 2
    assert choose(cost, 5, 10, []) == [26, 45]
    assert choose(cost, 5, 10, [28]) == [45]
    assert choose(cost, 2.5, 2, []) == [26, 45]


@given(masks, st.floats(1, 12))
def test_a_waist_is_lower_than_what_stands_on_both_sides(ink: Mask, spacing: float) -> None:
    rows = [np.flatnonzero(column) for column in ink.T]
    extent = np.array([r[-1] - r[0] + 1 if r.size else 0 for r in rows])
    columns = waists(ink, spacing)
    assert columns == sorted(columns)
    assert all(b - a >= spacing for a, b in pairwise(columns))
    for c in columns:
        assert 0 < extent[c] < min(extent[:c].max(), extent[c + 1 :].max())


def test_joined_bowls_have_one_waist_where_they_meet() -> None:
    ink = rings((60, 50), (103, 50))
    assert waists(ink, 8.0) == pytest.approx([81.5], abs=3)


def test_one_bowl_and_a_bar_have_no_waist() -> None:
    bar = np.zeros((100, 260), bool)
    bar[48:52, 20:120] = True
    assert waists(bar, 8.0) == []
    assert waists(rings((60, 50)), 8.0) == []


@given(st.integers(1, 80), st.floats(-0.5, 1.0))
def test_offsets_undo_the_lean(height: int, slant: float) -> None:
    offsets = slant_offsets(height, slant)
    rows = np.arange(height)
    # A stroke that leans to the right moves left as it goes down; shifted, it stands upright.
    stroke = -(rows - (height - 1) / 2) * slant
    assert np.abs(stroke - offsets).max() <= 0.5 + 1e-9
