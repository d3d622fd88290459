"""Degraded ink stays ink on lighter paper, at every level."""

from __future__ import annotations

import numpy as np
import pytest

from reader.train.degrade import degrade, stroke_width
from reader.train.strokes import draw_char, random_style


def _ink(seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return np.pad(draw_char("8", random_style(rng), rng, 40).alpha, 6)


@pytest.mark.parametrize("level", [0.0, 0.5, 1.0])
def test_ink_is_darker_than_the_paper_around_it(level: float) -> None:
    for seed in range(40):
        alpha = _ink(seed)
        image = degrade(alpha, np.random.default_rng(seed), level=level)
        assert image.shape == alpha.shape
        assert image.dtype == np.uint8
        assert image[alpha > 0.5].mean() < image[alpha == 0].mean() - 12


def test_the_same_state_gives_the_same_picture_and_keeps_its_input() -> None:
    alpha = _ink(1)
    before = alpha.copy()
    first = degrade(alpha, np.random.default_rng(7), level=0.8)
    np.testing.assert_array_equal(first, degrade(alpha, np.random.default_rng(7), level=0.8))
    np.testing.assert_array_equal(alpha, before)
    assert np.any(first != degrade(alpha, np.random.default_rng(8), level=0.8))


def test_a_higher_level_leaves_less_of_the_ink() -> None:
    def likeness(level: float) -> float:
        values = []
        for seed in range(40):
            alpha = _ink(seed)
            image = degrade(alpha, np.random.default_rng(seed), level=level)
            values.append(-np.corrcoef(alpha.ravel(), image.ravel().astype(float))[0, 1])
        return float(np.mean(values))

    clean, bad = likeness(0.0), likeness(1.0)
    assert clean > 0.93
    assert 0.5 < bad < clean - 0.03


@pytest.mark.parametrize("shape", [(1, 1), (3, 90), (90, 3)])
def test_small_pictures_pass(shape: tuple[int, int]) -> None:
    for seed in range(30):
        alpha = np.zeros(shape, np.float32)
        assert degrade(alpha, np.random.default_rng(seed), level=1.0).shape == shape


@pytest.mark.parametrize("width", [2, 5, 9])
def test_the_stroke_width_of_a_bar(width: int) -> None:
    bar = np.zeros((80, 40), np.float32)
    bar[5:75, 10 : 10 + width] = 1
    assert stroke_width(bar) == pytest.approx(width, rel=0.2)


def test_nonsense_is_refused() -> None:
    with pytest.raises(ValueError, match=r"\(H, W\)"):
        degrade(np.zeros((4, 4, 3), np.float32), np.random.default_rng(0))
    with pytest.raises(ValueError, match="level"):
        degrade(np.zeros((4, 4), np.float32), np.random.default_rng(0), level=2)
