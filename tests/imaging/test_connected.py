"""Connected pieces of a mask."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from reader.imaging.connected import connected, turned

masks = arrays.arrays(bool, arrays.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=24))


@given(masks)
def test_pieces_are_those_that_opencv_finds_by_itself(mask: NDArray[np.bool_]) -> None:
    count, labels, stats = connected(mask)
    wanted, other, others, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    assert count == wanted
    assert np.array_equal(labels, other)
    assert np.array_equal(stats, others)


@given(masks)
def test_pieces_cover_the_mask_and_fill_their_boxes(mask: NDArray[np.bool_]) -> None:
    count, labels, stats = connected(mask)
    assert np.array_equal(labels > 0, mask)
    for k in range(1, count):
        x, y, w, h, area = stats[k]
        own = labels == k
        assert own.sum() == own[y : y + h, x : x + w].sum() == area
        assert all(edge.any() for edge in (own[y], own[y + h - 1], own[:, x], own[:, x + w - 1]))


def test_corners_that_touch_are_one_piece() -> None:
    assert connected(np.eye(4, dtype=bool))[0] == 2


@given(masks, st.booleans())
def test_a_view_counts_as_its_copy(mask: NDArray[np.bool_], flat: bool) -> None:
    view = mask.T if flat else mask[::-1, ::-1]
    assert np.array_equal(connected(view)[1], connected(view.copy())[1])


@given(masks)
def test_turning_a_mask_is_transposing_it(mask: NDArray[np.bool_]) -> None:
    found = turned(mask.astype(np.uint8))
    assert np.array_equal(found, mask.T)
    assert found.flags.c_contiguous
