"""A page of digits is turned upright; letters, and digits that look alike upside down, prove nothing."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from lined import row
from numpy.typing import NDArray

from reader.recognize.orientation import SAMPLES, quarter_turns
from reader.recognize.text_direction import TextDirection

Images = NDArray[np.float32]


def glyph(char: str) -> Images:
    image = np.zeros((28, 28), np.uint8)
    cv2.putText(image, char, (6, 22), cv2.FONT_HERSHEY_SIMPLEX, 0.75, 255, 2)
    return (image / 255).astype(np.float32)[..., None]


def page(text: str, turned: int = 0) -> Images:
    """Give the glyphs of a text on a page that was turned clockwise by quarter turns."""
    return np.rot90(np.stack([glyph(c) for c in text]), -turned, axes=(1, 2))


class Upright:
    """Knows digits that stand upright, and nothing else."""

    id = "upright"

    def __init__(self, sure: float = 0.995) -> None:
        self.sure = sure
        self.known = {glyph(d).tobytes(): d for d in "0123456789"}
        self.seen = 0

    def scores(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        assert images.dtype == np.float32
        assert images.shape[1:] == (28, 28, 1)
        self.seen += len(images)
        found = [self.known.get(np.ascontiguousarray(i).tobytes(), "x") for i in images]
        return np.stack([row(d, self.sure) for d in found])


def turns(images: Images, classifier: Upright | None = None, *, turned: bool = False, **laid: int) -> int:
    classifier = classifier or Upright()
    direction = TextDirection(**laid)
    return quarter_turns(images, classifier.scores(images), classifier, direction, turned=turned)


@pytest.mark.parametrize("turned", [0, 1, 2, 3])
@pytest.mark.parametrize("text", ["2345679", "4711 230 9965 3377".replace(" ", ""), "245679" * 60])
def test_a_page_of_digits_is_turned_upright(turned: int, text: str) -> None:
    images = page(text, turned)
    found = turns(images)
    assert found == turned
    np.testing.assert_array_equal(np.rot90(images, found, axes=(1, 2)), page(text))


@pytest.mark.parametrize("turned", [0, 1, 2, 3])
def test_a_page_of_letters_stays(turned: int) -> None:
    assert turns(page("ABCDEFGHKLMNPRabdefghk", turned)) == 0


@pytest.mark.parametrize("turned", [1, 2, 3])
def test_a_few_digits_among_letters_do_not_turn_a_page(turned: int) -> None:
    assert turns(page("ABCDEFGHKLMNPRabdefgh" + "25", turned)) == 0


@pytest.mark.parametrize("turned", [0, 1, 2, 3])
def test_many_digits_beyond_doubt_turn_a_page_of_letters(turned: int) -> None:
    text = ("ABCDEFGHKLMNPRabdefghk" * 4 + "2345679") * 2
    assert turns(page(text, turned)) == turned
    assert turns(page(text, turned), Upright(0.95)) == 0


def test_what_is_clear_at_a_glance_is_not_looked_at_again() -> None:
    classifier = Upright()
    laid = {"level": 400, "rising": 90, "hanging": 30}
    assert turns(page("ABCDEFGHKLMNPRabdefghk" * 30), classifier, **laid) == 0
    assert classifier.seen <= 22 * 30 + 3 * SAMPLES[0]


@pytest.mark.parametrize("turned", [1, 2])
def test_few_glyphs_prove_nothing(turned: int) -> None:
    assert turns(page("23", turned)) == 0
    assert turns(np.zeros((0, 28, 28, 1), np.float32), _Never()) == 0


class _Never(Upright):
    """Is asked for the scores of nothing only."""

    def scores(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        assert len(images) == 0
        return np.zeros((0, 11), np.float32)


def test_digits_that_look_alike_lying_prove_nothing() -> None:
    assert turns(page("018" * 10, 1)) == 0


def test_unsure_digits_prove_nothing() -> None:
    assert turns(page("2345679" * 3, 1), Upright(sure=0.5)) == 0


def test_an_upright_page_costs_no_more_than_one_look() -> None:
    classifier = Upright()
    images = page("2345679" * 10)
    assert turns(images, classifier) == 0
    assert classifier.seen == len(images)


LETTERS = "ABCDEFGHKLMNPRabdefghk" * 4


@pytest.mark.parametrize("turned", [1, 3])
def test_text_that_runs_up_the_page_lies(turned: int) -> None:
    images = page(LETTERS + "4", turned)
    assert turns(images, level=3, upright=200) == turned
    assert turns(images, level=200, upright=3) == 0


def test_text_that_hangs_from_its_line_stands_on_its_head() -> None:
    images = page(LETTERS)
    assert turns(images, level=200, rising=10, hanging=60) == 2
    assert turns(images, level=200, rising=60, hanging=10) == 0
    assert turns(images, level=200, low=2, high=30) == 2
    assert turns(images, level=200, rising=60, hanging=10, low=2, high=30) == 0


def test_what_digits_say_outweighs_the_layout() -> None:
    images = page(LETTERS + "2345679" * 4)
    assert turns(images, level=3, upright=200, rising=0, hanging=60) == 0


def test_a_page_laid_level_is_as_likely_on_its_head() -> None:
    images = page(LETTERS + "4", 2)
    assert turns(images) == 0
    assert turns(images, turned=True) == 2
    assert turns(images, turned=True, rising=60, hanging=10) == 0


def test_of_a_large_page_a_sample_is_looked_at() -> None:
    images = page("2345679" * 600, 2)
    classifier = Upright()
    scores = Upright().scores(images)
    assert quarter_turns(images, scores, classifier, TextDirection()) == 2
    assert 0 < classifier.seen < len(images) / 2
