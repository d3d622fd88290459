"""Affine maps: inverses undo, compositions chain, boxes hold what they held."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.imaging.geometry import (
    Affine,
    apply,
    compose,
    identity,
    invert,
    map_box,
    rotation,
    scaling,
    translation,
    union_box,
)

POINTS = np.array([[0.0, 0.0], [40.0, 3.0], [-7.5, 90.25], [1000.0, 2000.0]])
numbers = st.floats(-500, 500)
factors = st.floats(0.05, 20)
angles = st.floats(-180, 180)
boxes = st.tuples(st.integers(0, 80), st.integers(0, 60), st.integers(1, 20), st.integers(1, 20))


@st.composite
def affines(draw: st.DrawFn) -> Affine:
    turn, _ = rotation(300, 200, draw(angles))
    move = translation(draw(numbers), draw(numbers))
    return compose(move, compose(turn, scaling(draw(factors), draw(factors))))


@given(affines())
def test_an_inverse_undoes(affine: Affine) -> None:
    np.testing.assert_allclose(apply(invert(affine), apply(affine, POINTS)), POINTS, atol=1e-6)
    np.testing.assert_allclose(compose(invert(affine), affine), identity(), atol=1e-6)


@given(affines(), affines(), affines())
def test_composition_applies_one_after_the_other(a: Affine, b: Affine, c: Affine) -> None:
    np.testing.assert_allclose(apply(compose(a, b), POINTS), apply(a, apply(b, POINTS)), rtol=1e-9, atol=1e-3)
    np.testing.assert_allclose(compose(a, compose(b, c)), compose(compose(a, b), c), rtol=1e-9, atol=1e-3)


def test_what_flattens_has_no_inverse() -> None:
    with pytest.raises(ValueError, match="flattens"):
        invert(scaling(0.0, 1.0))


@given(angles, st.integers(1, 400), st.integers(1, 400))
def test_a_rotation_keeps_lengths_and_the_whole_image(degrees: float, width: int, height: int) -> None:
    affine, size = rotation(width, height, degrees)
    assert np.linalg.det(affine[:, :2]) == pytest.approx(1.0)
    corners = np.array([[0, 0], [width, 0], [0, height], [width, height]], float)
    moved = apply(affine, corners)
    assert (moved > -1e-6).all()
    assert (moved < np.array(size) + 1e-5).all()
    assert np.ptp(moved[:, 0]) > size[0] - 1 - 1e-5
    assert np.ptp(moved[:, 1]) > size[1] - 1 - 1e-5


@given(angles)
def test_a_rotation_back_is_the_inverse(degrees: float) -> None:
    there, size = rotation(300, 200, degrees)
    back, _ = rotation(*size, -degrees)
    np.testing.assert_allclose(compose(back, there)[:, :2], np.eye(2), atol=1e-9)


def test_positive_angles_turn_counter_clockwise() -> None:
    affine, _ = rotation(100, 100, 30)
    start, end = apply(affine, np.array([[0.0, 50.0], [100.0, 50.0]]))
    assert end[1] < start[1]  # the right end of a level line rises, and y counts downwards


@given(affines(), boxes)
def test_a_mapped_box_holds_the_box(affine: Affine, box: tuple[int, int, int, int]) -> None:
    x, y, w, h = box
    corners = np.array([[x, y], [x + w, y], [x, y + h], [x + w, y + h]], float)
    moved = apply(affine, corners)
    shift = translation(*(1.0 - moved.min(axis=0)))  # brought into view
    width, height = (int(v) + 5 for v in np.ptp(moved, axis=0))
    left, top, wide, tall = map_box(compose(shift, affine), box, width, height)
    inside = apply(shift, moved)
    assert (inside >= np.array([left, top]) - 1e-5).all()
    assert (inside <= np.array([left + wide, top + tall]) + 1e-5).all()
    # Rounded outwards, no further.
    assert wide <= np.ptp(inside[:, 0]) + 2
    assert tall <= np.ptp(inside[:, 1]) + 2


@given(affines(), boxes, st.integers(1, 300), st.integers(1, 300))
def test_a_mapped_box_stays_in_the_image(
    affine: Affine, box: tuple[int, int, int, int], width: int, height: int
) -> None:
    x, y, w, h = map_box(affine, box, width, height)
    assert 0 <= x < x + w <= width
    assert 0 <= y < y + h <= height


@given(boxes)
def test_nothing_moves_under_the_identity(box: tuple[int, int, int, int]) -> None:
    assert map_box(identity(), box, 200, 200) == box


@given(st.lists(boxes, min_size=1))
def test_a_union_is_the_smallest_box_that_holds_all(many: list[tuple[int, int, int, int]]) -> None:
    x, y, w, h = union_box(many)
    assert x == min(b[0] for b in many)
    assert y == min(b[1] for b in many)
    assert x + w == max(b[0] + b[2] for b in many)
    assert y + h == max(b[1] + b[3] for b in many)
