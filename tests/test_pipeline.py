"""A page goes in, its numbers come out, where they stand, the same every time."""

from __future__ import annotations

import time
from dataclasses import replace

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from reader.io.model_file import load_model
from reader.options import ReadOptions
from reader.pipeline import read_page
from reader.recognize.classifier import OnnxClassifier
from reader.types import Box, Page, PageReading

FONT = cv2.FONT_HERSHEY_SIMPLEX
Image = NDArray[np.uint8]


class TallIsSeven:
    """A classifier that takes for a 7 whatever is as tall as a digit and not lower than wide.

    So the pipeline's own work is tested, not a model's.
    """

    def __init__(self) -> None:
        self.seen: list[NDArray[np.float32]] = []

    @property
    def id(self) -> str:
        return "tall-is-seven"

    def scores(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        self.seen.append(images)
        rows = (images.max(axis=(2, 3)) > 0.2).sum(axis=1)
        scores = np.full((len(images), 11), 0.001, np.float32)
        scores[np.arange(len(images)), np.where(rows >= 18, 7, 10)] = 0.99
        return scores


class NothingIsADigit(TallIsSeven):
    """A classifier that knows no digit."""

    def scores(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        scores = np.full((len(images), 11), 0.001, np.float32)
        scores[:, 10] = 0.99
        return scores


@pytest.fixture(scope="module")
def classifier() -> OnnxClassifier:
    return load_model()


def blank(height: int = 400, width: int = 600, level: int = 245) -> Image:
    return np.full((height, width), level, np.uint8)


def write(image: Image, text: str, at: tuple[int, int], scale: float = 1.6) -> Image:
    marked = image.copy()
    cv2.putText(marked, text, at, FONT, scale, 25, 3, cv2.LINE_AA)
    return marked


def written() -> Image:
    page = write(blank(), "4628", (60, 100))
    page = write(page, "20395", (300, 220))
    return write(page, "66", (90, 350))


def ink_box(image: Image) -> Box:
    x, y, w, h = cv2.boundingRect((image < 128).astype(np.uint8))
    return x, y, w, h


def near(found: Box, expected: Box, within: float = 4) -> bool:
    ends = [(b[0], b[1], b[0] + b[2], b[1] + b[3]) for b in (found, expected)]
    return bool(np.abs(np.subtract(*ends)).max() <= within)


def test_numbers_are_found_where_they_stand() -> None:
    reading = read_page(Page(written(), "page.png", 3), TallIsSeven())
    assert (reading.source, reading.number, reading.width, reading.height) == ("page.png", 3, 600, 400)
    assert reading.model == "tall-is-seven"
    assert reading.angle == 0.0
    assert [n.digits for n in reading.numbers] == ["7777", "77777", "77"]
    alone = [
        write(blank(), t, at) for t, at in (("4628", (60, 100)), ("20395", (300, 220)), ("66", (90, 350)))
    ]
    for number, image in zip(reading.numbers, alone, strict=True):
        assert near(number.box, ink_box(image))
        assert number.confidence == pytest.approx(0.99 ** len(number.digits), rel=1e-3)
        assert all(c.alternatives[0] == ("7", pytest.approx(0.99)) for c in number.chars)


def test_the_page_is_left_untouched(classifier: OnnxClassifier) -> None:
    image = written()
    before = image.copy()
    read_page(Page(image), classifier)
    read_page(Page(image), classifier, ReadOptions(layout="line"))
    read_page(Page(image), classifier, ReadOptions(region=(50, 40, 300, 100)))
    np.testing.assert_array_equal(image, before)


@pytest.mark.parametrize("layout", ["page", "line", "digit"])
def test_the_same_page_reads_the_same(classifier: OnnxClassifier, layout: str) -> None:
    options = replace(ReadOptions(), layout=layout)
    before = cv2.getNumThreads()
    found: list[PageReading] = []
    try:
        for threads in (1, 2, 2):
            cv2.setNumThreads(threads)
            found.append(read_page(Page(written()), classifier, options))
    finally:
        cv2.setNumThreads(before)
    assert found[0] == found[1] == found[2]  # to the last bit: confidences are compared as they are


def test_a_page_reads_the_same_after_another(classifier: OnnxClassifier) -> None:
    first = read_page(Page(written()), classifier)
    read_page(Page(write(blank(), "0000", (100, 200))), classifier)
    assert read_page(Page(written()), classifier) == first


def test_a_region_is_read_alone_in_page_coordinates() -> None:
    region = (250, 160, 350, 90)
    reading = read_page(Page(written()), TallIsSeven(), ReadOptions(region=region))
    assert [n.digits for n in reading.numbers] == ["77777"]
    assert near(reading.numbers[0].box, ink_box(write(blank(), "20395", (300, 220))))
    assert (reading.width, reading.height) == (600, 400)


@pytest.mark.parametrize("scale", [0.5, 1.0, 3.0])
def test_boxes_are_in_page_pixels_at_any_size(scale: float) -> None:
    page = cv2.resize(written(), None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    reading = read_page(Page(page), TallIsSeven())
    assert [n.digits for n in reading.numbers] == ["7777", "77777", "77"]
    expected = tuple(round(v * scale) for v in ink_box(write(blank(), "4628", (60, 100))))
    assert near(reading.numbers[0].box, expected, within=4 * max(1, scale))  # type: ignore[arg-type]


@pytest.mark.parametrize("degrees", [-9, 5, 12])
def test_a_turned_page_is_levelled_and_its_boxes_lead_back(degrees: float) -> None:
    page = blank(900, 900)
    for foot in range(200, 801, 60):
        page = write(page, "4628 20395 66 4628", (180, foot), 1.2)
    matrix = cv2.getRotationMatrix2D((450, 450), degrees, 1.0)
    turned = cv2.warpAffine(page, matrix, (900, 900), borderValue=245)
    reading = read_page(Page(turned), TallIsSeven())
    assert reading.angle == pytest.approx(degrees, abs=0.3)
    assert sum(len(n.digits) for n in reading.numbers) == 11 * 15
    ink = turned < 128
    covered = np.zeros_like(ink)
    for number in reading.numbers:
        for char in number.chars:
            x, y, w, h = char.box
            covered[y : y + h, x : x + w] = True
            assert ink[y : y + h, x : x + w].any()
    assert (ink & covered).sum() > 0.99 * ink.sum()


def test_a_line_is_one_number() -> None:
    strip = write(blank(110, 420), "46  28", (30, 80))
    apart = read_page(Page(strip), TallIsSeven())
    one = read_page(Page(strip), TallIsSeven(), ReadOptions(layout="line"))
    assert [n.digits for n in one.numbers] == ["7777"]
    assert len(apart.numbers) == 2


def test_a_digit_is_one_digit() -> None:
    image = write(blank(90, 70), "4", (15, 65))
    reading = read_page(Page(image), TallIsSeven(), ReadOptions(layout="digit"))
    assert [n.digits for n in reading.numbers] == ["7"]
    assert near(reading.numbers[0].box, ink_box(image), within=2)


def test_what_is_no_digit_gives_no_number() -> None:
    assert read_page(Page(written()), NothingIsADigit()).numbers == ()


def test_characters_below_the_confidence_asked_for_become_question_marks() -> None:
    reading = read_page(Page(written()), TallIsSeven(), ReadOptions(min_confidence=0.995))
    assert [n.text for n in reading.numbers] == ["????", "?????", "??"]
    assert [n.digits for n in reading.numbers] == ["????", "?????", "??"]
    assert reading.numbers[0].chars[0].alternatives[0][0] == "7"


@pytest.mark.parametrize("layout", ["page", "line", "digit"])
@pytest.mark.parametrize("shape", [(1, 1), (2, 3), (3, 500), (500, 3), (300, 400), (40, 40, 3)])
def test_blank_pages_have_no_numbers(shape: tuple[int, ...], layout: str) -> None:
    page = Page(np.full(shape, 240, np.uint8))
    assert read_page(page, TallIsSeven(), replace(ReadOptions(), layout=layout)).numbers == ()


def test_a_blank_region_has_no_numbers() -> None:
    assert read_page(Page(written()), TallIsSeven(), ReadOptions(region=(10, 240, 60, 40))).numbers == ()


def test_a_page_of_noise_does_not_take_for_ever(classifier: OnnxClassifier) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (1800, 1400)).astype(np.uint8)
    began = time.perf_counter()
    read_page(Page(noise), classifier)
    assert time.perf_counter() - began < 12  # about 2 s on a quiet machine


def test_a_line_of_noise_does_not_take_for_ever(classifier: OnnxClassifier) -> None:
    noise = np.random.default_rng(5).integers(0, 256, (80, 500)).astype(np.uint8)
    began = time.perf_counter()
    read_page(Page(noise), classifier, ReadOptions(layout="line"))
    assert time.perf_counter() - began < 8  # about 1 s on a quiet machine


def test_every_stage_is_timed(classifier: OnnxClassifier) -> None:
    began = time.perf_counter()
    timings = read_page(Page(written()), classifier).timings
    spent = 1000 * (time.perf_counter() - began)
    assert {"ink", "lines", "lattice", "classify", "decode"} <= timings.keys()
    assert all(t >= 0 for t in timings.values())
    assert 0.5 * spent < sum(timings.values()) <= spent


def test_glyphs_reach_the_classifier_as_it_wants_them() -> None:
    sevens = TallIsSeven()
    read_page(Page(written()), sevens)
    images = np.concatenate(sevens.seen)
    assert images.dtype == np.float32
    assert images.shape[1:] == (28, 28, 1)
    assert images.min() >= 0.0
    assert 0.9 < images.max() <= 1.0
