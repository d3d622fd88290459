"""From a page to its numbers: composes the stages, nothing else."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import numpy as np

from reader.imaging.binarize import find_ink
from reader.imaging.geometry import compose, translation
from reader.imaging.layout import find_lines, make_line
from reader.imaging.normalize import normalize
from reader.imaging.rules import remove_rules
from reader.imaging.segment import drop_residue, find_components, may_be_writing, stroke_width
from reader.options import ReadOptions
from reader.recognize import decode, lattice, stitch, words
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
    with clock("words"):
        if options.layout == "page":
            lines = promising_words(lines, inked, classifier)
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


def promising_words(lines: list[TextLine], inked: InkPage, classifier: Classifier) -> list[TextLine]:
    """Keep the words of a page that may hold numbers.

    Parameters
    ----------
    lines : list of TextLine
    inked : InkPage
    classifier : Classifier

    Returns
    -------
    list of TextLine
    """
    found = [word for line in lines for word in words.split_words(line)]
    slots = [
        (n, i)
        for n, word in enumerate(found)
        for i, c in enumerate(word.components)
        if words.is_candidate(c, word)
    ]
    parts = [found[n].components[i] for n, i in slots]
    images = [normalize(lattice.crop(inked.gray, p.box), p.mask) for p in parts]
    scores = classifier.scores(
        np.stack(images)[..., None] if images else np.zeros((0, 28, 28, 1), np.float32)
    )
    by_word: list[dict[int, np.ndarray]] = [{} for _ in found]
    for (n, i), row in zip(slots, scores, strict=True):
        by_word[n][i] = row
    return [word for word, own in zip(found, by_word, strict=True) if words.is_promising(word, own)]


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
    ink, rules = remove_rules(inked.ink, round(1.1 * h) if one else 120)
    stroke = stroke_width(ink)
    ink = drop_residue(ink, inked.gray, rules, stroke)
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
