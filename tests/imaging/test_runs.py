"""Masks as runs do what OpenCV does with masks."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from numpy.typing import NDArray

from reader.imaging.runs import lying_on, pieces_of, runs_of

masks = arrays.arrays(
    np.uint8, arrays.array_shapes(min_dims=2, max_dims=2, max_side=24), elements=st.integers(0, 1)
)
lengths = st.sampled_from((1, 3, 5, 9, 15))


@given(masks)
def test_a_mask_comes_back_from_its_runs(mask: NDArray[np.uint8]) -> None:
    runs = runs_of(mask)
    assert np.array_equal(runs.mask(), mask)
    assert np.array_equal(np.flatnonzero(mask), runs.pixels())
    assert runs.lengths.sum() == mask.sum()


@given(masks, lengths)
def test_runs_open_and_close_as_masks_do(mask: NDArray[np.uint8], length: int) -> None:
    kernel, runs = np.ones((1, length), np.uint8), runs_of(mask)
    assert np.array_equal(runs.opened(length).mask(), cv2.morphologyEx(mask, cv2.MORPH_OPEN, kernel))
    assert np.array_equal(runs.closed(length).mask(), cv2.morphologyEx(mask, cv2.MORPH_CLOSE, kernel))


@given(masks)
def test_pieces_are_those_that_opencv_finds(mask: NDArray[np.uint8]) -> None:
    pieces = pieces_of(runs_of(mask))
    count, labels, stats, _ = cv2.connectedComponentsWithStats(mask, connectivity=8)
    assert len(pieces.areas) == count - 1
    own = pieces.labels()
    assert np.array_equal(own > 0, mask > 0)
    # The same pieces, whatever their numbers are.
    assert len(set(zip(own.ravel().tolist(), labels.ravel().tolist(), strict=True)) - {(0, 0)}) == count - 1
    found = np.column_stack([pieces.boxes, pieces.areas])
    assert sorted(found.tolist()) == sorted(stats[1:].tolist())
    first = [int(np.flatnonzero(own == k + 1)[0]) for k in range(count - 1)]
    assert first == sorted(first)


@given(masks, st.data())
def test_pieces_give_the_pixels_of_those_asked_for(mask: NDArray[np.uint8], data: st.DataObject) -> None:
    pieces = pieces_of(runs_of(mask))
    count = len(pieces.areas)
    kept = np.array(data.draw(st.lists(st.booleans(), min_size=count, max_size=count)), bool)
    wanted = np.concatenate([[False], kept])[pieces.labels()]
    assert np.array_equal(pieces.mask(kept), wanted)


@pytest.mark.parametrize(("part", "left"), [(0.5, 6), (0.6, 0), (0.0, 6)])
def test_lines_stay_that_lie_on_a_mask_with_enough_of_them(part: float, left: int) -> None:
    line = np.zeros((3, 8), np.uint8)
    line[1, 1:7] = 1
    on = np.zeros_like(line)
    on[1, :4] = 1
    assert lying_on(runs_of(line), on, part).lengths.sum() == left
