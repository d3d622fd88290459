"""From a page to its numbers: composes the stages, nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from reader.imaging.binarize import find_ink
from reader.imaging.geometry import compose, translation
from reader.imaging.layout import find_lines, make_line
from reader.imaging.rules import remove_rules
from reader.imaging.segment import find_components, may_be_writing, stroke_width
from reader.options import ReadOptions
from reader.recognize import decode, lattice, stitch
from reader.types import Classifier, InkPage, Number, Page, PageReading, TextLine


def read_page(page: Page, classifier: Classifier, options: ReadOptions | None = None) -> PageReading:
    """Find the numbers on a page and read them.

    Parameters
    ----------
    page : Page
    classifier : Classifier
    options : ReadOptions, optional

    Returns
    -------
    PageReading
    """
    options = options or ReadOptions()
    clock = _Clock()
    height, width = page.image.shape[:2]
    with clock("ink"):
        inked, shift = _ink(page, options)
    with clock("lines"):
        lines, stroke = text_lines(inked, options)
    with clock("lattice"):
        lattices = [lattice.build(line, stroke=stroke) for line in lines]
        images = lattice.glyphs(lattices, inked.gray)
    with clock("classify"):
        scores = classifier.scores(images)
    to_page = compose(shift, inked.to_page)
    numbers: list[Number] = []
    with clock("decode"):
        one = options.layout != "page"
        bounds = np.cumsum([0] + [len(lat.candidates) for lat in lattices])
        for lat, start, stop in zip(lattices, bounds, bounds[1:], strict=False):
            path = decode.best_path(lat, scores[start:stop], decode.LINE if one else decode.PAGE)
            for group in stitch.of_lattice(lat, path, one=one):
                numbers.append(stitch.to_number(group, to_page, (width, height), options))
    return PageReading(
        page.source, page.number, width, height, 0.0, tuple(numbers), classifier.id, clock.spent
    )


def text_lines(inked: InkPage, options: ReadOptions) -> tuple[list[TextLine], float]:
    """Find the lines of a page.

    Parameters
    ----------
    inked : InkPage
    options : ReadOptions

    Returns
    -------
    lines : list of TextLine
    stroke : float
        Typical width of strokes in ink pixels.
    """
    h, w = inked.ink.shape
    one = options.layout != "page"
    ink, _ = remove_rules(inked.ink, round(1.1 * h) if one else 120)
    stroke = stroke_width(ink)
    components = find_components(ink, min_area=max(4, round(0.5 * stroke**2)))
    if one:
        return ([make_line(components)] if components else []), stroke
    components = [c for c in components if may_be_writing(c, h, w)]
    return find_lines(components), stroke


def _ink(page: Page, options: ReadOptions) -> tuple[InkPage, np.ndarray]:
    """Find the ink of the region asked for, and the map from region to page."""
    if options.region is None:
        return find_ink(page, options.ink), translation(0, 0)
    x, y, w, h = options.region
    part = Page(np.ascontiguousarray(page.image[y : y + h, x : x + w]), page.source, page.number, page.dpi)
    return find_ink(part, options.ink), translation(x, y)


class _Clock:
    """Adds up the time spent in each stage."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.spent[stage] = self.spent.get(stage, 0.0) + 1000 * (time.perf_counter() - began)
