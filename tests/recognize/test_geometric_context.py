"""What size and place say of a candidate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lined import FOOT, HEIGHT, line_of, lines, moved, ring, solid, upright

from reader.recognize.geometric_context import FEATURES, contacts, features
from reader.recognize.lattice import build
from reader.types import TextLine

STROKE = 4.0


@settings(max_examples=30, deadline=None)
@given(lines(), st.integers(0, 60), st.integers(0, 60))
def test_geometry_is_of_the_line_not_of_the_page(line: TextLine, right: int, down: int) -> None:
    there = moved(line, right, down)
    np.testing.assert_allclose(
        features(build(line, stroke=STROKE), STROKE), features(build(there, stroke=STROKE), STROKE), atol=1e-9
    )


def test_contacts_are_the_ink_that_a_cut_went_through() -> None:
    left, right, far = solid(0, 10), solid(10, 10, h=HEIGHT // 2), solid(40, 10)
    length, level = contacts((left, right, far))
    np.testing.assert_array_equal(length, length.T)
    assert length[0, 1] == HEIGHT // 2
    assert level[0, 1] / length[0, 1] == pytest.approx(FOOT - HEIGHT / 4 - 0.5)
    assert length[0, 2] == length[1, 2] == 0


def test_an_upright_stroke_under_the_line_is_seen_to_hang() -> None:
    low = upright(120, HEIGHT * 2 // 3, foot=FOOT + HEIGHT // 3)
    lattice = build(line_of(ring(20), upright(80), low), stroke=STROKE)
    rows = [i for i, c in enumerate(lattice.candidates) if c.component.box[0] > 70]
    standing, hanging = features(lattice, STROKE)[rows, 2]
    assert standing == pytest.approx(0, abs=0.05)
    assert hanging == pytest.approx(-1 / 3, abs=0.05)


def test_no_candidates_no_measures() -> None:
    lattice = build(line_of(solid(0, 4, 4)), stroke=STROKE)
    assert features(lattice, STROKE).shape == (len(lattice.candidates), FEATURES)
