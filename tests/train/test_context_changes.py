"""Strips changed on the way in: what is known of them moves along."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.recognize.strips import HEIGHT
from reader.train.context_changes import change


def bars(*lefts: int, wide: int = 8, width: int = 192) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Give a strip of upright bars, where these are, and what they are."""
    image = np.zeros((HEIGHT, width, 2), np.float32)
    for left in lefts:
        image[6:26, left : left + wide] = 0.9
    places = np.array([(left, left + wide, 6, 26) for left in lefts], float)
    chars = np.array([(left, left + wide, 1) for left in lefts], np.float32)
    return image, places, chars


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 2**32 - 1))
def test_places_and_characters_follow_the_ink(seed: int) -> None:
    before = bars(40, 80, 120)
    image, places, chars = change(*before, np.random.default_rng(seed))
    assert image.shape == before[0].shape
    assert image.dtype == np.float32
    assert 0 <= image[..., 1].min() <= image[..., 1].max() <= 1
    columns = image[8:24, :, 1].mean(axis=0)
    for (left, right, _, _), (first, last, kind) in zip(places, chars, strict=True):
        assert kind == 1
        middle = (left + right) / 2
        assert abs(middle - (first + last) / 2) < 4
        inside = columns[max(0, int(left)) : int(right) + 1]
        assert inside.max() > 0.3  # ink stands where it is said to
    outside = columns.copy()
    for left, right, _, _ in places:
        outside[max(0, int(left) - 3) : int(right) + 4] = 0
    assert outside.max() < 0.45


def test_what_comes_in_stays_as_it_is_and_the_same_seed_gives_the_same() -> None:
    before = bars(40, 80)
    kept = [part.copy() for part in before]
    one = change(*before, np.random.default_rng(5))
    other = change(*before, np.random.default_rng(5))
    for part, copy in zip(before, kept, strict=True):
        np.testing.assert_array_equal(part, copy)
    for mine, theirs in zip(one, other, strict=True):
        np.testing.assert_array_equal(mine, theirs)
