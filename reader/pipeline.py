"""From a page to its numbers: composes the stages, nothing else."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import partial
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reader.imaging.bend import Bend, estimate_bend, straighten
from reader.imaging.binarize import find_ink
from reader.imaging.deskew import estimate_skew, turn
from reader.imaging.geometry import Affine, apply, box_around, compose, corners, invert, rotation, translation
from reader.imaging.sideways import find_side_lines
from reader.imaging.text_lines import text_lines
from reader.imaging.walls import Walls
from reader.options import ReadOptions
from reader.recognize import columns, decode, lattice, sideways, spacing, stitch, words
from reader.recognize.alternatives import by_line
from reader.recognize.decimals import second_decimals
from reader.recognize.line_context import in_context
from reader.recognize.orientation import quarter_turns
from reader.recognize.rejoin import may_go_on, rejoin
from reader.recognize.respell import read_line
from reader.recognize.strays import drop_strays
from reader.recognize.text_direction import text_direction
from reader.recognize.transcribe import InContext
from reader.recognize.whole_words import Whole, look_at_whole
from reader.recognize.word_spaces import word_spaces
from reader.types import Box, Classifier, InkPage, Number, Page, PageReading, TextLine

Floats = NDArray[np.float32]


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
    with clock("ink"):
        inked, shift = _ink(page, options)
    if options.layout == "page":
        found = _search(inked, classifier, clock)
        inked = found.inked
    else:
        with clock("lines"):
            lines, stroke, walls = text_lines(inked, one=True)
        no = [False] * len(lines)
        found = _Found(inked, lines, [frozenset()] * len(lines), no, no, stroke, walls, 0.0, [], None)
    stroke = found.stroke
    if options.layout == "digit":
        wholes: list[Whole] = []
    else:
        with clock("context"):
            wholes = look_at_whole(found.words, inked.gray, classifier)
            if options.layout == "page":
                found, wholes = _with_digits(found, wholes)
    with clock("lattice"):
        if options.layout == "digit":
            lattices = [lattice.whole(line, stroke=stroke) for line in found.words]
        else:
            lattices = [
                lattice.build(
                    word, stroke=stroke, sure=own, slant=whole.slant, spelled=whole.spelled, gray=inked.gray
                )
                for word, own, whole in zip(found.words, found.sure, wholes, strict=True)
            ]
        images = lattice.glyphs(lattices, inked.gray)
    with clock("classify"):
        scores = classifier.scores(images)
    if options.layout == "digit":
        known = InContext(scores, (None,) * len(lattices))
    else:
        with clock("context"):
            seen = [whole.seen for whole in wholes]
            known = in_context(classifier, lattices, seen, scores, stroke)
    with clock("decode"):
        place = partial(_place, found=found, shift=shift, page=page)
        numbers = _numbers(lattices, known, found, place, options)
    if found.side:
        with clock("side"):
            lying = _side_numbers(found, classifier, place, options)
            numbers = sideways.unite(numbers, lying)
    height, width = page.image.shape[:2]
    if options.layout == "page":
        numbers = drop_strays(numbers, width, height)
    return PageReading(
        page.source, page.number, width, height, found.angle, tuple(numbers), classifier.id, clock.spent
    )


def _ink(page: Page, options: ReadOptions) -> tuple[InkPage, Affine]:
    """Find the ink of the region asked for, and the map from region to page."""
    if options.region is None:
        return find_ink(page, options.ink), translation(0, 0)
    x, y, w, h = options.region
    part = Page(np.ascontiguousarray(page.image[y : y + h, x : x + w]), page.source, page.number, page.dpi)
    return find_ink(part, options.ink), translation(x, y)


@dataclass(frozen=True, slots=True)
class _Found:
    """What is looked at more closely: words, or an image's only line.

    Attributes
    ----------
    inked : InkPage
        Level and upright.
    words : list of TextLine
    sure : list of frozenset of int
        Of each word the components that are digits beyond doubt.
    in_text : list of bool
        Whether each stands in a line of text.
    pair : list of bool
        Whether each is looked at only because it may be two narrow digits that touch.
    stroke : float
        Width of strokes in ink pixels.
    walls : Walls
    angle : float
        By how much the page was turned, in degrees.
    side : list of TextLine
        Lines that lie on their side.
    bend : Bend or None
        What was taken out of the page to make its lines level.
    """

    inked: InkPage
    words: list[TextLine]
    sure: list[frozenset[int]]
    in_text: list[bool]
    pair: list[bool]
    stroke: float
    walls: Walls
    angle: float
    side: list[TextLine]
    bend: Bend | None


def _search(inked: InkPage, classifier: Classifier, clock: _Clock) -> _Found:
    """Level the page, turn it upright, and find the words that may hold numbers."""
    angle, turns, level = 0.0, 0, inked
    for first in (True, False, False):
        with clock("deskew"):
            level = turn(level, 90.0 * turns)
            skew = estimate_skew(level.ink)
            level, angle = turn(level, -skew), angle + skew - 90.0 * turns
        inked, lines, stroke, walls, bend = _straight_lines(level, clock)
        with clock("words"):
            spaces = word_spaces(lines)
            found, of, lower = _words(lines, walls, spaces)
            images, rows, scores = words.look_at(found, inked.gray, classifier)
            if turns == 2:  # it was on its head, and nothing can follow that
                break
            turns = quarter_turns(images, rows, classifier, text_direction(lines), turned=not first)
        if not turns:
            break
    with clock("words"):
        found, of, scores = rejoin(found, of, scores, lines, spaces, walls)
        text = lower | _text(found, of, scores)
        promising = [
            words.is_promising(word, scores[k], text=of[k] in text, walled=walls.enclose(word.box))
            for k, word in enumerate(found)
        ]
        pairs = [of[k] not in text and words.may_be_pair(word) for k, word in enumerate(found)]
        kept = [k for k in range(len(found)) if promising[k] or pairs[k]]
        sure = [words.sure_digits(found[k], scores[k]) for k in kept]
    with clock("side"):
        side = find_side_lines(lines, inked.ink.shape)
    angle = (angle + 180.0) % 360.0 - 180.0
    kept_words, in_text = [found[k] for k in kept], [of[k] in text for k in kept]
    alone = [not promising[k] for k in kept]
    return _Found(inked, kept_words, sure, in_text, alone, stroke, walls, angle, side, bend)


def _straight_lines(
    level: InkPage, clock: _Clock
) -> tuple[InkPage, list[TextLine], float, Walls, Bend | None]:
    """Find the lines of a level page, straightened where they bend, and what was bent."""
    with clock("lines"):
        lines, stroke, walls = text_lines(level, one=False)
        bend = estimate_bend(lines, level.ink.shape)
        if bend is not None:
            level = straighten(level, bend)
            lines, stroke, walls = text_lines(level, one=False)
    return level, lines, stroke, walls, bend


def _words(
    lines: list[TextLine], walls: Walls, spaces: list[float | None]
) -> tuple[list[TextLine], list[int], set[int]]:
    """Part lines at their wide whites; lower-case text is left out.

    Gives the words, of which line each is, and the lines that had lower-case words.
    """
    parts = [
        (word, k)
        for k, (line, space) in enumerate(zip(lines, spaces, strict=True))
        for word in spacing.split_words(line, walls, space)
    ]
    lower = [
        words.is_lower_case(word, lines[k])
        and not (i and parts[i - 1][1] == k and may_go_on(parts[i - 1][0], word, lines[k], spaces[k]))
        for i, (word, k) in enumerate(parts)
    ]
    kept = [part for part, low in zip(parts, lower, strict=True) if not low]
    without = {k for (_, k), low in zip(parts, lower, strict=True) if low}
    return [word for word, _ in kept], [k for _, k in kept], without


def _text(found: list[TextLine], of: list[int], scores: list[words.Scores]) -> set[int]:
    """Tell which lines are text by their words."""
    members: dict[int, list[int]] = {}
    for m, k in enumerate(of):
        members.setdefault(k, []).append(m)
    return {
        k for k, own in members.items() if words.is_text([found[m] for m in own], [scores[m] for m in own])
    }


def _with_digits(found: _Found, wholes: list[Whole]) -> tuple[_Found, list[Whole]]:
    """Leave out the words in which no digit can be."""
    kept = [
        k
        for k, whole in enumerate(wholes)
        if (whole.spells_digits() if found.pair[k] else whole.may_hold_digits())
    ]
    own = replace(
        found,
        words=[found.words[k] for k in kept],
        sure=[found.sure[k] for k in kept],
        in_text=[found.in_text[k] for k in kept],
        pair=[found.pair[k] for k in kept],
    )
    return own, [wholes[k] for k in kept]


def _numbers(
    lattices: list[lattice.Lattice],
    known: InContext,
    found: _Found,
    place: Callable[[Box], Box],
    options: ReadOptions,
) -> list[Number]:
    """Decode each lattice with its part of the scores."""
    one = options.layout != "page"
    prices = decode.LINE if one else decode.PAGE
    bounds = np.cumsum([0, *(len(lat.candidates) for lat in lattices)])
    parts = [known.scores[start:stop] for start, stop in pairwise(bounds)]
    paths = []
    for lat, scores, spelled in zip(lattices, parts, known.spelled, strict=True):
        path = read_line(lat, scores, spelled, decode.COMB if lat.line.comb else prices)
        paths.append(path if one else second_decimals(path, lat, scores))
    inside = frozenset() if one else columns.reread(lattices, parts, paths, known.spelled)
    numbers = []
    for k, (lat, scores, path, spelled, text) in enumerate(
        zip(lattices, parts, paths, known.spelled, found.in_text, strict=True)
    ):
        own, tall, comb = decode.COMB if lat.line.comb else prices, lat.line.x_height, lat.line.comb
        for group in stitch.groups(
            path, tall, found.walls, one=one, comb=comb, text=text, column=k in inside
        ):
            strings = by_line(group, lat, scores, spelled, own) if spelled is not None else None
            numbers.append(stitch.to_number(group, place, options, strings))
    return numbers


def _side_numbers(
    found: _Found, classifier: Classifier, place: Callable[..., Box], options: ReadOptions
) -> list[Number]:
    """Read the lines that lie on their side."""
    h, w = found.inked.ink.shape
    back = {turns: invert(rotation(w, h, 90.0 * turns)[0]) for turns in (1, 3)}
    lying = sideways.read_side_lines(found.side, found.inked.gray, classifier, stroke=found.stroke)
    return [stitch.to_number(group, partial(place, turned=back[turns]), options) for turns, group in lying]


def _place(box: Box, turned: Affine | None = None, *, found: _Found, shift: Affine, page: Page) -> Box:
    """Say where a box of ink, turned or not, is on the page."""
    points = corners(box) if turned is None else apply(turned, corners(box))
    if found.bend is not None:
        points = found.bend.restore(points)
    height, width = page.image.shape[:2]
    return box_around(apply(compose(shift, found.inked.to_page), points), width, height)


class _Clock:
    """Adds up the time spent in each stage, in milliseconds."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}

    @contextmanager
    def __call__(self, stage: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.spent[stage] = self.spent.get(stage, 0.0) + 1000 * (time.perf_counter() - began)
