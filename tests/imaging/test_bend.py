"""Pages whose lines converge or bow are made level; flat ones stay as they are."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from drawn import text_page
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from reader.imaging.bend import PLAIN_POWERS, RICH_POWERS, Bend, estimate_bend, straighten
from reader.imaging.geometry import identity
from reader.imaging.layout import find_lines
from reader.imaging.segment import find_components
from reader.types import InkPage, TextLine

WIDTH, HEIGHT = 1000, 900
CONVERGE = {(0, 0): 0.01, (0, 1): 0.05}
BOW = {(1, 0): -0.12}
BOTH = {(0, 1): 0.04, (1, 0): 0.08, (1, 1): -0.03}


def bend_of(terms: dict[tuple[int, int], float]) -> Bend:
    return Bend(WIDTH, HEIGHT, tuple(terms), np.array(list(terms.values())))


def flat_page() -> NDArray[np.uint8]:
    page = text_page(HEIGHT, WIDTH // 2)
    return np.hstack([page, page])


def bent(image: NDArray[np.uint8], bend: Bend) -> NDArray[np.uint8]:
    """Give the page on which lines run as the bend says: each column is moved up or down."""
    rows = np.arange(HEIGHT) + 0.5
    moved = np.empty_like(image)
    for x in range(WIDTH):
        down = rows + bend.drop(np.full(HEIGHT, x + 0.5), rows)
        moved[:, x] = np.interp(rows, down, image[:, x])
    return moved


def as_page(image: NDArray[np.uint8]) -> InkPage:
    return InkPage(image < 128, 255 - image, identity())


def lines_of(page: InkPage) -> list[TextLine]:
    return find_lines(find_components(page.ink))


def test_a_flat_page_is_flat() -> None:
    page = as_page(flat_page())
    assert estimate_bend(lines_of(page), page.ink.shape) is None


def test_a_turned_page_is_flat_too() -> None:
    page = as_page(bent(flat_page(), bend_of({(0, 0): 0.04})))
    assert estimate_bend(lines_of(page), page.ink.shape) is None


@pytest.mark.parametrize("terms", [CONVERGE, BOW, BOTH])
def test_slopes_are_measured(terms: dict[tuple[int, int], float]) -> None:
    truth = bend_of(terms)
    page = as_page(bent(flat_page(), truth))
    found = estimate_bend(lines_of(page), page.ink.shape)
    assert found is not None
    x, y = np.meshgrid(np.linspace(100, 900, 9), np.linspace(100, 800, 8))
    np.testing.assert_allclose(found.slope(x, y), truth.slope(x, y), atol=0.008)


@pytest.mark.parametrize("terms", [CONVERGE, BOW, BOTH])
def test_a_straightened_page_is_flat(terms: dict[tuple[int, int], float]) -> None:
    page = as_page(bent(flat_page(), bend_of(terms)))
    found = estimate_bend(lines_of(page), page.ink.shape)
    assert found is not None
    level = straighten(page, found)
    assert level.ink.shape == page.ink.shape
    assert estimate_bend(lines_of(level), level.ink.shape) is None
    feet = np.array([line.baseline for line in lines_of(level) if len(line.components) > 12])
    assert len(feet) >= 15
    apart = (feet - feet[0]) / 45  # rows are so far from each other
    np.testing.assert_allclose(apart, apart.round(), atol=0.1)


def test_what_is_straightened_can_be_found_again() -> None:
    image = np.full((HEIGHT, WIDTH), 255, np.uint8)
    places = [(x, y) for x in range(90, WIDTH, 160) for y in range(120, HEIGHT - 100, 120)]
    for x, y in places:
        cv2.rectangle(image, (x - 4, y - 4), (x + 4, y + 4), 0, -1)
    bend = bend_of(BOTH)
    level = straighten(as_page(image), bend)
    middles = np.array(
        [[c.box[0] + c.box[2] / 2, c.box[1] + c.box[3] / 2] for c in find_components(level.ink)]
    )
    back = bend.restore(middles)
    assert len(back) == len(places)
    away = np.abs(back[:, None] - (np.array(places) + 0.5)).max(axis=2).min(axis=1)
    assert away.max() < 1.0


def test_few_characters_do_not_bend_a_page() -> None:
    page = as_page(bent(flat_page(), bend_of(BOW)))
    few = [line for line in lines_of(page) if line.box[1] < 120]
    assert estimate_bend(few, page.ink.shape) is None
    assert estimate_bend([], page.ink.shape) is None


def test_noise_does_not_bend_a_page() -> None:
    ink = np.random.default_rng(3).random((HEIGHT, WIDTH)) < 0.02
    ink = cv2.dilate(ink.astype(np.uint8), np.ones((7, 5), np.uint8)) > 0
    assert estimate_bend(lines_of(InkPage(ink, ink.astype(np.uint8), identity())), ink.shape) is None


weights = st.floats(-0.1, 0.1)


@settings(max_examples=30)
@given(st.lists(weights, min_size=len(RICH_POWERS), max_size=len(RICH_POWERS)))
def test_the_slope_is_what_the_drop_grows_by(values: list[float]) -> None:
    bend = Bend(WIDTH, HEIGHT, RICH_POWERS, np.array(values))
    x, y = np.meshgrid(np.linspace(0, WIDTH, 7), np.linspace(0, HEIGHT, 5))
    grown = bend.drop(x + 0.5, y) - bend.drop(x - 0.5, y)
    np.testing.assert_allclose(grown, bend.slope(x, y), atol=1e-5)
    assert not bend.drop(np.array([WIDTH / 2]), np.array([HEIGHT / 3])).any()


def test_a_bend_of_nothing_moves_nothing() -> None:
    page = as_page(flat_page())
    still = straighten(page, Bend(WIDTH, HEIGHT, PLAIN_POWERS, np.zeros(4)))
    np.testing.assert_array_equal(still.ink, page.ink)
    np.testing.assert_array_equal(still.gray, page.gray)
