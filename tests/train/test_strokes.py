"""Drawn handwriting: every shape draws, one hand writes alike, hands differ."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from reader.train.allographs import CHARACTERS, allographs
from reader.train.strokes import draw_char, random_style

SHAPES = [(char, index) for char in CHARACTERS for index in range(len(allographs(char)))]


def test_digits_have_enough_shapes() -> None:
    assert sum(len(allographs(digit)) for digit in "0123456789") >= 45


@pytest.mark.parametrize(("char", "index"), SHAPES)
def test_every_shape_draws(char: str, index: int) -> None:
    rng = np.random.default_rng(index)
    style = replace(random_style(rng), choice=dict.fromkeys(CHARACTERS, index), slant=0.0)
    drawn = draw_char(char, style, rng, 40)
    assert drawn.alpha.dtype == np.float32
    assert drawn.alpha.max() > 0.9
    assert drawn.alpha.min() >= 0
    for edge in (drawn.alpha[0], drawn.alpha[-1], drawn.alpha[:, 0], drawn.alpha[:, -1]):
        assert edge.max() > 0, "not tight"


@pytest.mark.parametrize("digit", "0123456789")
@pytest.mark.parametrize("height", [14, 40, 90])
def test_a_digit_stands_on_the_baseline_at_its_height(digit: str, height: int) -> None:
    rng = np.random.default_rng(height)
    drawn = [draw_char(digit, random_style(rng), rng, height) for _ in range(20)]
    tops = np.median([item.top for item in drawn])
    feet = np.median([item.top + item.alpha.shape[0] for item in drawn])
    assert -1.25 * height - 2 < tops < -0.8 * height
    assert abs(feet) < 0.25 * height + 2


def test_the_same_state_draws_the_same() -> None:
    style = random_style(np.random.default_rng(1))
    first = draw_char("8", style, np.random.default_rng(2), 50)
    again = draw_char("8", style, np.random.default_rng(2), 50)
    assert first.top == again.top
    np.testing.assert_array_equal(first.alpha, again.alpha)


def test_one_hand_is_steadier_than_many() -> None:
    rng = np.random.default_rng(3)

    def slants(same: bool) -> float:
        style = random_style(rng)
        widths = []
        for _ in range(40):
            widths.append(draw_char("2", style if same else random_style(rng), rng, 60).alpha.shape[1])
        return float(np.std(widths))

    assert np.mean([slants(True) for _ in range(6)]) < 0.6 * slants(False)


def test_a_wider_pen_gives_more_ink() -> None:
    style = random_style(np.random.default_rng(4))
    ink = [
        draw_char("3", replace(style, pen=pen), np.random.default_rng(5), 60).alpha.sum()
        for pen in (0.05, 0.1)
    ]
    assert 1.5 * ink[0] < ink[1] < 2.5 * ink[0]


def test_an_unknown_character_is_refused() -> None:
    with pytest.raises(ValueError, match="no handwriting for 'Q'"):
        draw_char("Q", random_style(np.random.default_rng(0)), np.random.default_rng(0), 40)
