"""A line drawn at the size of its digits."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lined import FOOT, HEIGHT, drawn, line_of, lines, moved, ring, solid, upright

from reader.recognize import strips
from reader.recognize.lattice import Lattice, build
from reader.recognize.strips import DIGIT, MARGIN, STEP, Strip, places_of, strip_of
from reader.types import Component, TextLine


def gray_of(*components: Component, shape: tuple[int, int] = (240, 600)) -> np.ndarray:
    page = np.zeros(shape, np.uint8)
    for part in components:
        x, y, w, h = part.box
        page[y : y + h, x : x + w][part.mask] = 200
    return page


def lattice_of(*components: Component) -> Lattice:
    return build(line_of(*components), stroke=4.0)


def both_of(lattice: Lattice, gray: np.ndarray) -> tuple[Strip, np.ndarray]:
    strip = strip_of(lattice.line, lattice.slant, gray)
    return strip, places_of(lattice, strip.to_strip, strip.scale)


def test_digits_are_drawn_twenty_pixels_high_in_the_middle() -> None:
    parts = (ring(20), upright(80), ring(120))
    strip, _ = both_of(lattice_of(*parts), gray_of(*parts))
    high, wide, channels = strip.image.shape
    assert (high, channels) == (strips.HEIGHT, 2)
    assert wide % STEP == 0
    rows = np.flatnonzero(strip.image[..., 0].max(axis=1) > 127)
    middle = (rows[0] + rows[-1] + 1) / 2
    assert rows[-1] - rows[0] + 1 == pytest.approx(DIGIT, abs=1)
    assert middle == pytest.approx(strips.HEIGHT / 2, abs=1)


def test_candidates_lie_where_their_ink_is_drawn() -> None:
    parts = (ring(20), ring(100), ring(180))
    lattice = lattice_of(*parts)
    strip, places = both_of(lattice, gray_of(*parts))
    own = strip.image[..., 1] > 127
    for candidate, (left, right, top, foot) in zip(lattice.candidates, places, strict=True):
        if candidate.component.box[2] == HEIGHT:
            inside = own[:, round(left) : round(right)]
            assert inside[round(top) : round(foot)].sum() == inside.sum() > 0
            assert not own[:, round(right) + 1 : round(right) + 8].any()
    assert places[:, 0].min() == pytest.approx(MARGIN)


def test_the_second_channel_is_the_lines_own_ink() -> None:
    parts, other = (ring(60), ring(110)), solid(170, 10)
    strip, _ = both_of(lattice_of(*parts), gray_of(*parts, other))
    beside = slice(MARGIN + (170 - 60) // 2, MARGIN + (178 - 60) // 2)
    assert strip.image[:, beside, 0].max() > 127
    assert strip.image[:, beside, 1].max() == 0


def test_a_line_that_climbs_is_drawn_level() -> None:
    parts = [ring(20 + 60 * k) for k in range(8)]
    climbing = [
        Component((c.box[0], c.box[1] - 5 * k, *c.box[2:]), c.mask, c.area) for k, c in enumerate(parts)
    ]
    line = line_of(*climbing)
    line = TextLine(line.components, FOOT - 5 * 3.5, line.x_height, line.box)
    strip, _ = both_of(build(line, stroke=4.0), gray_of(*climbing))
    rows = [np.flatnonzero(strip.image[:, a : a + 20, 1].max(axis=1) > 127) for a in (MARGIN, MARGIN + 200)]
    assert abs(rows[0][0] - rows[1][0]) <= 1


def test_a_line_that_leans_is_drawn_upright() -> None:
    parts = [upright(40 + 30 * k, lean=0.5) for k in range(4)]
    _, places = both_of(lattice_of(*parts), gray_of(*parts))
    widths = places[:, 1] - places[:, 0]
    assert widths.min() < 0.3 * DIGIT  # it leans over half of its height


@settings(max_examples=25, deadline=None)
@given(lines(), st.integers(0, 40), st.integers(0, 40))
def test_a_strip_is_of_the_line_not_of_the_page(line: TextLine, right: int, down: int) -> None:
    there = moved(line, right, down)
    shape = (300, 700)
    one, here = both_of(build(line, stroke=4.0), gray_of(*line.components, shape=shape))
    other, away = both_of(build(there, stroke=4.0), gray_of(*there.components, shape=shape))
    np.testing.assert_allclose(here, away, atol=1e-6)
    np.testing.assert_array_equal(one.image, other.image)


def test_a_line_at_the_pages_edge_has_paper_beyond() -> None:
    part = drawn([(1, 70), (1, 98)], [(12, 70), (12, 98)])
    strip, _ = both_of(lattice_of(part), gray_of(part))
    assert strip.image[:, : MARGIN - 3].max() == 0
