"""Glyphs with nothing written on them."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reader.train.texture import textures


@given(st.integers(0, 20), st.integers(0, 2**32 - 1))
def test_every_seed_gives_glyphs_and_the_same_ones_again(count: int, seed: int) -> None:
    first, again = (textures(np.random.default_rng(seed), count) for _ in range(2))
    assert first.shape == (count, 28, 28)
    assert first.dtype == np.uint8
    assert np.array_equal(first, again)


def test_blank_full_and_noise_are_among_them() -> None:
    made = textures(np.random.default_rng(1), 600).reshape(600, -1)
    even = made.max(axis=1) == made.min(axis=1)
    assert {0, 255} <= set(made[even, 0].tolist())
    assert np.count_nonzero(made.std(axis=1) > 40) > 150
