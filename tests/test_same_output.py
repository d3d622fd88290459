"""A page reads the same whatever is classified along with it, on any number of threads, in any order."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from functools import cache
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from reader.files import read_files
from reader.io.export import JsonWriter
from reader.io.model_file import load_model
from reader.recognize.classifier import OnnxClassifier
from reader.recognize.lattice import Lattice
from reader.recognize.line_context import Seen, in_context, see
from reader.recognize.transcribe import InContext, Spelled
from reader.types import Classifier, Outcome, TextLine

ROOT = Path(__file__).parents[1]
PAGES = ("handwritten.jpg", "receipt.png", "skewed.jpg", "ledger.tif")
"""Among them hands and print, a page that is turned, noise, and a file of several pages."""
Glyphs = NDArray[np.float32]
Gray = NDArray[np.uint8]


class Grouped:
    """A classifier that hands another one `size` glyphs at a time, as a different batching would."""

    def __init__(self, inner: Classifier, size: int) -> None:
        self.inner, self.size = inner, size

    @property
    def id(self) -> str:
        return self.inner.id

    def scores(self, images: Glyphs) -> Glyphs:
        parts = [self.inner.scores(images[i : i + self.size]) for i in range(0, len(images), self.size)]
        return np.concatenate([np.zeros((0, 11), np.float32), *parts])

    def see(self, lines: Sequence[TextLine], slants: Sequence[float], gray: Gray) -> list[Seen | None]:
        starts = range(0, len(lines), self.size)
        parts = [(lines[i : i + self.size], slants[i : i + self.size]) for i in starts]
        return [one for some, leans in parts for one in see(self.inner, some, leans, gray)]

    def in_context(
        self, lattices: Sequence[Lattice], seen: Sequence[Seen | None], scores: Glyphs, stroke: float
    ) -> InContext:
        bounds = np.cumsum([0, *(len(lattice.candidates) for lattice in lattices)])
        parts: list[Glyphs] = [np.zeros((0, 11), np.float32)]
        spelled: list[Spelled | None] = []
        for start in range(0, len(lattices), self.size):
            some = lattices[start : start + self.size]
            own = scores[bounds[start] : bounds[start + len(some)]]
            known = in_context(self.inner, some, seen[start : start + self.size], own, stroke)
            parts.append(known.scores)
            spelled += known.spelled
        return InContext(np.concatenate(parts), tuple(spelled))


class InCompany(Grouped):
    """A classifier that shuffles the glyphs among `size` others, as glyphs of other pages would be."""

    def scores(self, images: Glyphs) -> Glyphs:
        rng = np.random.default_rng(self.size)
        others = rng.random((self.size, 28, 28, 1), np.float32) ** 3
        order = rng.permutation(len(images) + self.size)
        mixed = self.inner.scores(np.concatenate([images, others])[order])
        return np.ascontiguousarray(mixed[np.argsort(order)[: len(images)]])


@cache
def model() -> OnnxClassifier:
    return load_model()


def read(classifier: Classifier, names: tuple[str, ...] = PAGES) -> dict[str, Outcome]:
    outcomes = read_files([ROOT / "samples" / name for name in names], classifier)
    return {Path(outcome.source).name: outcome for outcome in outcomes}


def as_json(outcome: Outcome) -> str:
    text = io.StringIO()
    JsonWriter().write(outcome, text)
    return text.getvalue()


@cache
def expected() -> dict[str, Outcome]:
    return read(model())


def assert_same(found: dict[str, Outcome]) -> None:
    """Compare the JSON, and then what its four decimals would hide."""
    for name, outcome in found.items():
        assert as_json(outcome) == as_json(expected()[name])
        for reading, other in zip(outcome.readings, expected()[name].readings, strict=True):
            assert (reading.numbers, reading.angle) == (other.numbers, other.angle)


@pytest.fixture
def threads() -> Iterator[Callable[[int], None]]:
    before = cv2.getNumThreads()
    yield cv2.setNumThreads
    cv2.setNumThreads(before)


def test_there_is_something_to_compare() -> None:
    numbers = {name: sum(len(page.numbers) for page in one.readings) for name, one in expected().items()}
    assert min(numbers.values()) > 2
    assert len(expected()["ledger.tif"].readings) > 1


@pytest.mark.parametrize("size", [1, 7, 100_000])
def test_any_batch_size(size: int) -> None:
    names = PAGES[:1] if size == 1 else PAGES  # one at a time is slow
    assert_same(read(Grouped(model(), size), names))


@pytest.mark.parametrize("others", [1, 200])
def test_any_company_in_the_batch(others: int) -> None:
    assert_same(read(InCompany(model(), others)))


@pytest.mark.parametrize("count", [1, 2, 4])
def test_any_number_of_threads(count: int, threads: Callable[[int], None]) -> None:
    threads(count)
    assert_same(read(model()))


def test_any_order_of_files() -> None:
    assert_same(read(model(), PAGES[::-1]))
    assert_same(read(model(), PAGES[:1]))


def test_a_new_classifier_reads_the_same() -> None:
    assert_same(read(load_model(), PAGES[1:2]))


SCAN = """
import os, sys
cores = int(sys.argv.pop(1))
if cores and hasattr(os, "sched_setaffinity"):
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])
from reader.__main__ import main
sys.exit(main())
"""


@pytest.mark.parametrize(
    ("cores", "count", "seed"), [(0, "1", "0"), (0, "2", "1"), (0, "4", "2"), (1, "", "3"), (1, "4", "4")]
)
def test_any_process(cores: int, count: str, seed: str) -> None:
    """Give it `cores` (0 for all), tell OpenCV how many threads to use, and seed Python's hashes."""
    env = {**os.environ, "PYTHONHASHSEED": seed}
    if count:
        env |= {"OPENCV_FOR_THREADS_NUM": count, "OMP_NUM_THREADS": count}
    command = [sys.executable, "-c", SCAN, str(cores), "scan", "--format", "json", "--quiet", *PAGES]
    done = subprocess.run(command, cwd=ROOT / "samples", env=env, capture_output=True, text=True, check=True)
    lines = done.stdout.splitlines(keepends=True)
    folder = str(ROOT / "samples") + os.sep
    assert lines == [as_json(expected()[name]).replace(folder, "") for name in PAGES]
