"""Ink is found on any paper, by any pen; where nothing is written there is none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from drawn import blank, write
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reader.imaging import binarize
from reader.imaging.binarize import (
    find_ink,
    flatten,
    is_light_on_dark,
    threshold,
    to_gray,
)
from reader.imaging.focus import denoise, noise, sharpen, smooth
from reader.imaging.geometry import apply, identity
from reader.imaging.segment import drop_residue, stroke_width
from reader.options import InkOptions
from reader.types import InkPage, Page

Image = NDArray[np.uint8]
TEXT = "407 1859"
TRUTH = write(blank(level=255), TEXT, (40, 170), size=40, colour=0) < 128


def ink_on_page(found: InkPage, shape: tuple[int, ...]) -> NDArray[np.bool_]:
    """Bring found ink back to the size of its page."""
    small = cv2.resize(found.ink.astype(np.uint8) * 255, shape[1::-1], interpolation=cv2.INTER_AREA)
    return small >= 128


def assert_found(image: Image, truth: NDArray[np.bool_] = TRUTH, least: float = 0.8) -> None:
    """The ink found and the ink drawn overlap: intersection over union."""
    found = ink_on_page(find_ink(Page(image)), image.shape)
    # A pixel on the stroke's edge may fall either way.
    near = cv2.dilate(truth.astype(np.uint8), np.ones((5, 5), np.uint8)) > 0
    core = cv2.erode(truth.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    assert (found & core).sum() > 0.95 * core.sum()
    assert (found & ~near).sum() < 0.05 * truth.sum()
    assert (found & truth).sum() > least * (found | truth).sum()


def assert_empty(image: Image) -> None:
    assert not find_ink(Page(image)).ink.any()


def ramp(shape: tuple[int, int], low: float, high: float) -> NDArray[np.float64]:
    return np.linspace(low, high, shape[1])[None, :] * np.ones((shape[0], 1))


def test_dark_on_light() -> None:
    assert_found(write(blank(), TEXT, (40, 170), size=40))


def test_light_on_dark() -> None:
    assert_found(write(blank(level=20), TEXT, (40, 170), size=40, colour=230))


def test_a_bright_table_beside_a_grey_page_does_not_turn_its_polarity() -> None:
    page = blank(600, 800, level=120)
    for foot in range(170, 560, 60):
        page = write(page, TEXT, (80, foot), size=40, colour=100, pen=2)
    outside = np.add.outer(-0.3 * np.arange(600), np.arange(800)) > 700
    page[outside] = 255
    assert not is_light_on_dark(page)


def test_light_on_dark_in_colour() -> None:
    board = np.full((300, 400, 3), (60, 80, 30), np.uint8)
    assert_found(write(board, TEXT, (40, 170), size=40, colour=(235, 240, 245)))


def test_polarity_of_plain_pages() -> None:
    assert not is_light_on_dark(write(blank(), TEXT, (40, 170), size=40))
    assert is_light_on_dark(write(blank(level=20), TEXT, (40, 170), size=40, colour=230))


def test_faint_pencil() -> None:
    assert_found(write(blank(level=240), TEXT, (40, 170), size=40, colour=185))


@pytest.mark.parametrize(("low", "high"), [(0.35, 1.0), (1.0, 0.35)])
def test_under_a_gradient(low: float, high: float) -> None:
    page = write(blank(), TEXT, (40, 170), size=40) * ramp((300, 400), low, high)
    assert_found(page.astype(np.uint8))


def test_under_a_soft_shadow() -> None:
    light = np.ones((300, 400))
    light[:, 180:] = 0.5
    light = cv2.GaussianBlur(light, (0, 0), 12)
    assert_found((write(blank(), TEXT, (40, 170), size=40) * light).astype(np.uint8))


@pytest.mark.parametrize("pen", [(160, 40, 30), (30, 30, 190), (40, 120, 30), (20, 20, 20)], ids=str)
@pytest.mark.parametrize("paper", [(250, 250, 250), (180, 235, 250), (235, 245, 200)], ids=str)
def test_coloured_pens_on_coloured_paper(pen: tuple[int, int, int], paper: tuple[int, int, int]) -> None:
    assert_found(write(np.full((300, 400, 3), paper, np.uint8), TEXT, (40, 170), size=40, colour=pen))


def test_a_red_pen_is_as_dark_as_its_darkest_channel() -> None:
    assert to_gray(np.full((2, 2, 3), (30, 30, 220), np.uint8)).max() == 30


def test_under_noise() -> None:
    grain = np.random.default_rng(1).normal(0, 10, (300, 400))
    page = write(blank(level=215), TEXT, (40, 170), size=40) + grain
    assert_found(np.clip(page, 0, 255).astype(np.uint8))


def test_on_halftone_dots() -> None:
    page = blank(1100, 1400, 250)
    page[::6, ::6] = page[1::6, ::6] = page[::6, 1::6] = 210
    truth = write(blank(1100, 1400, 255), TEXT, (80, 500), size=110, colour=0, pen=8) < 128
    page[truth] = 30
    found = find_ink(Page(page))
    # The paler dots are ink by neighbourhood; they go once the writing's strength is known.
    left = drop_residue(found.ink, found.gray, np.zeros_like(found.ink), stroke_width(found.ink))
    assert (left & truth).sum() > 0.95 * truth.sum()
    assert (left & ~truth).sum() < 0.05 * truth.sum()


@pytest.mark.parametrize("level", [0, 1, 90, 127, 128, 200, 255])
def test_a_plain_page_has_no_ink(level: int) -> None:
    assert_empty(blank(level=level))
    assert_empty(np.full((300, 400, 3), (level, 255 - level, 128), np.uint8))


@pytest.mark.xfail(reason="the closing is flat at the page's dark side, where a strip of paper counts as ink")
def test_plain_paper_under_a_gradient_has_no_ink() -> None:
    assert_empty((blank() * ramp((300, 400), 0.4, 1.0)).astype(np.uint8))


@pytest.mark.parametrize(
    ("sigma", "shape"),
    [
        (2, (800, 600)),
        (4, (800, 600)),
        (8, (800, 600)),
        (8, (1800, 1600)),
    ],
)
def test_noisy_paper_has_hardly_any_ink(sigma: float, shape: tuple[int, int]) -> None:
    page = 225 + np.random.default_rng(2).normal(0, sigma, shape)
    assert find_ink(Page(np.clip(page, 0, 255).astype(np.uint8))).ink.mean() < 0.005


@pytest.mark.parametrize("shape", [(1, 1), (2, 2), (3, 500), (500, 3), (1, 700), (700, 1), (5, 5, 3)])
@pytest.mark.parametrize("fill", ["black", "white", "noise"])
def test_tiny_and_narrow_images_do_not_break(shape: tuple[int, ...], fill: str) -> None:
    image = np.random.default_rng(3).integers(0, 256, shape).astype(np.uint8)
    if fill != "noise":
        image[:] = 0 if fill == "black" else 255
    found = find_ink(Page(image))
    assert found.ink.size > 0
    if fill != "noise":
        assert not found.ink.any()


@pytest.mark.parametrize(("text", "size"), [(TEXT * 2, 110), (TEXT, 60)])
def test_a_sharp_page_is_not_sharpened(text: str, size: int) -> None:
    page = write(blank(1100, 1400), text, (40, 500), size=size, pen=size // 12)
    contrast = flatten(page)
    assert sharpen(contrast) is contrast


@pytest.mark.parametrize("sigma", [4, 6])
def test_a_blurred_page_is_sharpened(sigma: int) -> None:
    contrast = flatten(cv2.GaussianBlur(write(blank(), TEXT, (20, 200), size=60, pen=9), (0, 0), sigma))
    before = contrast.copy()
    sharp = sharpen(contrast)
    np.testing.assert_array_equal(contrast, before)
    assert sharp.std() > 1.1 * contrast.std()


def test_small_text_is_found() -> None:
    page = write(blank(120, 300), "30 April 1984", (20, 70), size=16, pen=2)
    truth = write(blank(120, 300, 255), "30 April 1984", (20, 70), size=16, colour=0, pen=2) < 128
    found = ink_on_page(find_ink(Page(page)), page.shape)
    assert (found & truth).sum() > 0.9 * truth.sum()
    assert (found & ~truth).sum() < 0.35 * truth.sum()
    assert cv2.connectedComponents(found.astype(np.uint8))[0] >= 10


@pytest.mark.parametrize(("size", "scale"), [(11, 2.0), (24, 1.0)])
def test_a_page_of_small_print_is_enlarged(size: int, scale: float) -> None:
    page = blank(1600, 1200)
    for foot in range(60, 1560, 50):
        page = write(page, "of the sum 4711 for 30088", (40, foot), size=size, pen=1 + size // 20)
    assert find_ink(Page(page)).ink.shape == (scale * 1600, scale * 1200)
    # A few small words are no page of small print.
    page = write(blank(1600, 1200), "30 April 1984", (20, 200), size=size, pen=1)
    assert find_ink(Page(page)).ink.shape == (1600, 1200)


@pytest.mark.parametrize(("size", "scale"), [(6, 4.0), (11, 4.0), (15, 2.0)])
def test_smaller_print_on_a_small_page_is_enlarged_more(size: int, scale: float) -> None:
    page = blank(600, 500)
    for foot in range(40, 560, 30):
        page = write(page, "of 4711 for 30", (30, foot), size=size, pen=1)
    assert find_ink(Page(page)).ink.shape == (scale * 600, scale * 500)


@pytest.mark.parametrize("shape", [(300, 400), (2600, 2000), (4000, 3000), (100, 150)])
def test_the_map_leads_to_the_corners_of_the_page(shape: tuple[int, int]) -> None:
    found = find_ink(Page(blank(*shape)), InkOptions())
    height, width = found.ink.shape
    assert found.ink.size <= 1.01 * InkOptions().max_pixels
    corners = np.array([[0, 0], [width, height]], float)
    np.testing.assert_allclose(apply(found.to_page, corners), [[0, 0], shape[::-1]], atol=1e-9)


def test_ink_lies_where_it_was_drawn() -> None:
    page = blank(200, 300)
    page[50:90, 100:140] = 10
    found = find_ink(Page(page))
    rows, cols = np.nonzero(found.ink)
    low, high = apply(
        found.to_page, np.array([[cols.min(), rows.min()], [cols.max() + 1.0, rows.max() + 1.0]])
    )
    np.testing.assert_allclose([*low, *high], [100, 50, 140, 90], atol=1.0)


def test_the_page_is_left_untouched() -> None:
    image = write(blank(), TEXT, (40, 170), size=40)
    before = image.copy()
    find_ink(Page(image))
    for stage in (flatten, smooth, denoise, noise, is_light_on_dark):
        stage(image)
    threshold(image, 31, 0.2)
    np.testing.assert_array_equal(image, before)


@settings(max_examples=15, deadline=None)
@given(st.integers(3, 40), st.integers(10, 60), st.integers(10, 60), st.integers(0, 1000))
def test_neighbourhoods_are_those_of_scikit_image(window: int, height: int, width: int, seed: int) -> None:
    """The statistics of `threshold`, taken as it takes them, against the reference for Sauvola's."""
    from skimage.filters import threshold_sauvola

    image = np.random.default_rng(seed).integers(0, 256, (height, width)).astype(np.float32)
    window = min(window, 2 * (min(height, width) // 2) - 1) | 1
    size = (window, window)
    mean = cv2.boxFilter(image, cv2.CV_32F, size, borderType=cv2.BORDER_REFLECT)
    square = cv2.sqrBoxFilter(image, cv2.CV_32F, size, borderType=cv2.BORDER_REFLECT)
    level = mean * (1 + 0.2 * (np.sqrt(np.maximum(square - mean**2, 0)) / 128 - 1))
    inner = (slice(window // 2, -(window // 2)),) * 2  # the two treat the image's rim differently
    expected = threshold_sauvola(image, window, k=0.2, r=128)
    np.testing.assert_allclose(level[inner], expected[inner], rtol=2e-3)


def test_the_estimate_of_noise() -> None:
    page = 128 + np.random.default_rng(4).normal(0, 6, (500, 500))
    assert noise(np.clip(page, 0, 255).astype(np.uint8)) == pytest.approx(6, rel=0.15)
    assert noise(blank()) == 0.0


def noisy(image: Image, level: float) -> Image:
    grain = np.random.default_rng(7).normal(0, level, image.shape)
    return np.clip(image + grain, 0, 255).astype(np.uint8)


def test_noise_is_taken_away_and_edges_stay() -> None:
    page = blank(level=200)
    page[:, 100:103] = 60  # a stroke of three pixels
    found = denoise(noisy(page, 12))
    assert noise(found) < 2
    across = found[:, 95:108].mean(axis=0)
    assert across[5:8].max() < 75
    assert across[[3, 4, 8, 9]].min() > 180
    assert across[5:8].max() < smooth(noisy(page, 12))[:, 100:103].mean(axis=0).max() - 20


@pytest.mark.parametrize("level", [0, 1, 2])
@pytest.mark.parametrize("shape", [(300, 400), (1800, 1500)])
def test_a_calm_page_keeps_its_grain(level: float, shape: tuple[int, int]) -> None:
    page = noisy(blank(*shape), level)
    assert denoise(page) is page


def test_a_large_noisy_page_is_calmed_too() -> None:
    assert noise(denoise(noisy(blank(1800, 1500), 12))) < 3


def test_calm_paper_is_not_blurred() -> None:
    image = write(blank(), TEXT, (40, 170), size=40)
    np.testing.assert_array_equal(smooth(image), image)


def test_flattening_takes_the_light_away() -> None:
    page = write(blank(), TEXT, (40, 170), size=40)
    shaded = (page * ramp((300, 400), 0.5, 1.0)).astype(np.uint8)
    far = cv2.dilate(TRUTH.astype(np.uint8), np.ones((9, 9), np.uint8)) == 0
    assert flatten(shaded)[far].max() < 30
    strokes = cv2.erode(TRUTH.astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    assert flatten(shaded)[strokes].min() > 150


def test_the_identity_maps_a_page_of_the_usual_size() -> None:
    found = find_ink(Page(blank(1500, 1200)))
    np.testing.assert_array_equal(found.to_page, identity())
    assert binarize.working_scale(1500, 1200, InkOptions()) == 1.0
