"""The 28×28 recipe is MNIST's: its images, pasted large on a page and found again, come back as they were."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest
from drawn import ink_of
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reader.imaging.binarize import find_ink
from reader.imaging.normalize import BOX, normalize, stand_up
from reader.imaging.segment import find_components, join
from reader.io.model_file import load_model
from reader.train.idx import read_idx
from reader.types import GLYPH_SIZE, NOT_A_DIGIT, Page

Glyphs = NDArray[np.float32]

COUNT = 200
ROW = 20  # digits in a row of the page


def mnist() -> Glyphs:
    """Give MNIST test images, float32 (COUNT, 28, 28) in [0, 1], taken evenly from the set."""
    data = Path(os.environ.get("DIGIT_DATA") or Path(__file__).resolve().parents[3] / "shared" / "data")
    path = data / "train" / "mnist" / "t10k-images-idx3-ubyte.gz"
    if not path.exists():
        pytest.skip("needs MNIST's test images; name the folder that holds train/mnist in DIGIT_DATA")
    images = read_idx(path)
    return images[:: len(images) // COUNT][:COUNT].astype(np.float32) / 255


def found_again(images: Glyphs, times: int) -> Glyphs:
    """Paste images, enlarged, on pages of one row each, find their ink and normalise it."""
    side = GLYPH_SIZE * times
    back = np.zeros_like(images)
    for start in range(0, len(images), ROW):
        part = images[start : start + ROW]
        large = [cv2.resize(image, (side, side), interpolation=cv2.INTER_CUBIC) for image in part]
        page = 250 - 220 * np.clip(np.pad(np.hstack(large), 3 * times), 0, 1)
        found = find_ink(Page(page.astype(np.uint8)))
        scale = found.ink.shape[1] / page.shape[1]
        parts = find_components(found.ink, min_area=times)
        for k in range(len(part)):
            left, right = ((3 * times + k * side) * scale, (3 * times + (k + 1) * side) * scale)
            own = [c for c in parts if left <= c.box[0] + c.box[2] / 2 < right]
            digit = join(own)
            x, y, w, h = digit.box
            back[start + k] = normalize(found.gray[y : y + h, x : x + w], digit.mask)
    return back


def difference(a: NDArray[np.float32], b: NDArray[np.float32]) -> float:
    """Give the mean absolute difference after the best alignment to the pixel."""
    return min(
        float(np.abs(np.roll(a, (dy, dx), (0, 1)) - b).mean()) for dy in (-1, 0, 1) for dx in (-1, 0, 1)
    )


@pytest.mark.parametrize("times", [4, 8])
def test_mnist_comes_back(times: int) -> None:
    images = mnist()
    back = found_again(images, times)
    errors = [difference(a, b) for a, b in zip(back, images, strict=True)]
    print(f"x{times}: mean absolute error {np.mean(errors):.4f}, worst {np.max(errors):.4f}")
    assert np.mean(errors) < 0.03
    assert np.percentile(errors, 99) < 0.07
    classifier = load_model()
    before = classifier.scores(images[..., None])[:, :NOT_A_DIGIT].argmax(axis=1)
    after = classifier.scores(back[..., None])[:, :NOT_A_DIGIT].argmax(axis=1)
    print(f"x{times}: classified alike {np.mean(before == after):.4f}")
    assert np.mean(before == after) >= 0.985


@settings(max_examples=40, deadline=None)
@given(
    width=st.integers(1, 90),
    height=st.integers(1, 90),
    seed=st.integers(0, 999),
    share=st.floats(0.1, 1.0),
)
def test_the_ink_fits_the_box_and_is_centred_by_mass(
    width: int, height: int, seed: int, share: float
) -> None:
    mask = np.random.default_rng(seed).random((height, width)) < share
    mask[0, :] = mask[-1, :] = mask[:, 0] = mask[:, -1] = True
    glyph = normalize(mask * np.uint8(200), mask)
    assert glyph.shape == (GLYPH_SIZE, GLYPH_SIZE)
    assert glyph.dtype == np.float32
    assert 0.0 <= glyph.min() <= glyph.max() <= 1.0 + 1e-6
    rows, cols = np.flatnonzero(glyph.max(axis=1) > 0), np.flatnonzero(glyph.max(axis=0) > 0)
    spans = (rows[-1] - rows[0] + 1, cols[-1] - cols[0] + 1)
    assert max(spans) == BOX
    # The aspect is kept to the pixel.
    short = BOX * min(width, height) / max(width, height)
    assert min(spans) == pytest.approx(max(short, 1), abs=0.51)
    total = float(glyph.sum())
    centre = [float(glyph.sum(axis=1 - axis) @ np.arange(GLYPH_SIZE)) / total for axis in (0, 1)]
    # Half a pixel of rounding, unless the image's side stopped it.
    for axis, (first, last) in enumerate(((rows[0], rows[-1]), (cols[0], cols[-1]))):
        if first > 0 and last < GLYPH_SIZE - 1:
            assert centre[axis] == pytest.approx(GLYPH_SIZE / 2 - 0.5, abs=0.51)


def test_an_empty_mask_gives_an_empty_glyph() -> None:
    empty = np.zeros((9, 9), bool)
    assert not normalize(np.full((9, 9), 200, np.uint8), empty).any()


def test_what_the_mask_leaves_out_is_left_out() -> None:
    ink = ink_of("4 7")
    left, right = sorted(find_components(ink), key=lambda c: c.box[0])
    gray = ink * np.uint8(220)
    whole = np.zeros_like(ink)
    x, y, w, h = left.box
    whole[y : y + h, x : x + w] = left.mask
    alone = normalize(gray[y : y + h, x : x + w], left.mask)
    np.testing.assert_allclose(normalize(gray, whole), alone, atol=1e-6)
    assert right.box[0] > x + w


def test_the_strength_of_the_pen_does_not_matter() -> None:
    ink = ink_of("5")
    dark, pale = normalize(ink * np.uint8(240), ink), normalize(ink * np.uint8(80), ink)
    np.testing.assert_allclose(dark, pale, atol=0.02)
    assert dark.max() > 0.98


def test_the_input_is_left_untouched() -> None:
    ink = ink_of("5")
    gray = ink * np.uint8(240)
    before, mask = gray.copy(), ink.copy()
    normalize(gray, ink)
    np.testing.assert_array_equal(gray, before)
    np.testing.assert_array_equal(ink, mask)


@given(st.floats(-0.6, 0.6), st.integers(12, 60), st.integers(2, 6))
def test_a_leaning_stroke_stands_up(lean: float, height: int, pen: int) -> None:
    rows = np.arange(height)
    reach = int(0.6 * height) + 2
    middles = np.rint(reach + ((height - 1) / 2 - rows) * lean).astype(int)
    columns = np.arange(2 * reach + pen)
    mask = (columns >= middles[:, None]) & (columns < middles[:, None] + pen)
    gray = np.where(mask, 200, 0).astype(np.uint8)
    before = mask.copy()
    upright, inked = stand_up(gray, mask, lean)
    np.testing.assert_array_equal(mask, before)
    assert upright.shape == inked.shape
    wide = np.flatnonzero(inked.any(axis=0))
    assert wide[-1] - wide[0] + 1 <= pen + 2
    assert abs(int(inked.sum()) - int(mask.sum())) <= height


def test_without_a_lean_nothing_changes() -> None:
    mask = np.random.default_rng(1).random((20, 9)) > 0.5
    gray = np.where(mask, 255, 0).astype(np.uint8)
    upright, inked = stand_up(gray, mask, 0.0)
    np.testing.assert_array_equal(upright[:, 1:-1], gray)
    np.testing.assert_array_equal(inked[:, 1:-1], mask)
