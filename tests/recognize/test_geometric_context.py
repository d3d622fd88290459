"""What size and place say of a candidate."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lined import FOOT, HEIGHT, line_of, lines, ring, solid, upright

from reader.recognize.decode import LINE, best_path
from reader.recognize.geometric_context import FEATURES, contacts, features, log_odds, rescore
from reader.recognize.lattice import build
from reader.types import NOT_A_DIGIT, Component, TextLine

STROKE = 4.0


def scores_of(count: int, seed: int) -> np.ndarray:
    drawn = np.random.default_rng(seed).dirichlet(np.full(11, 0.3), count)
    return drawn.astype(np.float32)


@settings(max_examples=40, deadline=None)
@given(lines(), st.integers(0, 99))
def test_scores_stay_probabilities_and_no_other_digit_is_read(line: TextLine, seed: int) -> None:
    lattice = build(line, stroke=STROKE)
    scores = scores_of(len(lattice.candidates), seed)
    found = rescore(lattice, scores, STROKE)
    assert found.shape == scores.shape
    assert found.dtype == np.float32
    assert (found >= 0).all()
    np.testing.assert_allclose(found.sum(axis=1), 1, atol=1e-5)
    np.testing.assert_array_equal(
        found[:, :NOT_A_DIGIT].argmax(axis=1), scores[:, :NOT_A_DIGIT].argmax(axis=1)
    )


@settings(max_examples=30, deadline=None)
@given(lines(), st.integers(0, 60), st.integers(0, 60))
def test_geometry_is_of_the_line_not_of_the_page(line: TextLine, right: int, down: int) -> None:
    def moved(part: Component) -> Component:
        x, y, w, h = part.box
        return Component((x + right, y + down, w, h), part.mask, part.area)

    x, y, w, h = line.box
    there = TextLine(
        tuple(moved(c) for c in line.components),
        line.baseline + down,
        line.x_height,
        (x + right, y + down, w, h),
    )
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


def test_an_upright_stroke_on_the_line_is_a_likelier_1_than_one_that_hangs_under_it() -> None:
    low = upright(120, HEIGHT * 2 // 3, foot=FOOT + HEIGHT // 3)
    lattice = build(line_of(ring(20), upright(80), low), stroke=STROKE)
    rows = [i for i, c in enumerate(lattice.candidates) if c.component.box[0] > 70]
    standing, hanging = log_odds(features(lattice, STROKE)[rows], np.array([1, 1]))
    assert standing > hanging + 1


def test_no_candidates_no_scores() -> None:
    lattice = build(line_of(solid(0, 4, 4)), stroke=STROKE)
    assert features(lattice, STROKE).shape == (len(lattice.candidates), FEATURES)
    none = np.zeros((0, 11), np.float32)
    assert rescore(lattice, none, STROKE).shape == (0, 11)


def test_the_halves_of_a_peaked_1_are_not_read_as_two() -> None:
    """A "1" with a long upstroke, cut at its peak: the network takes each half for a 1."""
    roof = Component((60, FOOT - HEIGHT, 18, HEIGHT), _peaked(), int(_peaked().sum()))
    lattice = build(line_of(ring(10), roof, ring(90)), stroke=STROKE)
    scores = np.full((len(lattice.candidates), 11), 0.01, np.float32)
    for row, candidate in zip(scores, lattice.candidates, strict=True):
        x, _, w, _ = candidate.component.box
        inside = x >= 55 and x + w <= 85
        row[1 if inside else 0 if w > 30 and (x < 20 or x > 85) else NOT_A_DIGIT] = 0.9
    text = "".join(s.char for s in best_path(lattice, rescore(lattice, scores, STROKE), LINE))
    assert text == "010"


def _peaked() -> np.ndarray:
    mask = np.zeros((HEIGHT, 18), bool)
    mask[:, 14:] = True
    for row in range(HEIGHT * 2 // 3):
        middle = 15 - row * 14 // (HEIGHT * 2 // 3)
        mask[row, max(middle - 2, 0) : middle + 3] = True
    return mask
