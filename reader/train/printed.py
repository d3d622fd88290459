"""Synthetic lines of type and of handwriting fonts: receipts, forms, tables, newspapers, displays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.errors import TrainingError
from reader.train import form_words, wear, words
from reader.train.fonts import DIGITS, Face, render_char
from reader.train.sample import LineSample
from reader.types import NOT_A_DIGIT

Rng = np.random.Generator
Alpha = NDArray[np.float32]
Owner = NDArray[np.int16]

_STROKES = "Ool|Ii!º°"  # alone, nobody tells these from 0 and 1
AMBIGUOUS: Mapping[str, frozenset[str]] = MappingProxyType(
    {
        "print": frozenset(_STROKES),
        "mono": frozenset(_STROKES),
        "dot": frozenset(_STROKES + "DBSZQ"),
        "segment": frozenset(_STROKES + "DBSZQbgqs"),
        "hand": frozenset(_STROKES + "SsZzbgqBDGQaJ/\\()[]"),
    }
)
"""By kind of face, the characters that look like a digit when seen alone: they train nothing."""

_SHARES = {"print": 0.48, "mono": 0.18, "dot": 0.08, "segment": 0.04, "hand": 0.22}
SMALLEST, LARGEST = 8.0, 70.0  # height of a digit in pixels


@dataclass(frozen=True, slots=True)
class Press:
    """How lines are printed.

    Attributes
    ----------
    scans : float
        Share of lines on a clean white sheet; the others are photographed.
    largest : float
        Height of the largest digits in pixels.
    faded, doubled : float
        Shares of lines that lose their ink beyond a column, and that are printed twice.
    prices, entries, remarks : float
        Shares of lines that hold nothing but prices, or what is filled into forms; and of the others of those
        with initials, short words and the numbers that look like them.
    stretched : float
        Share of lines in type that is wider than it was drawn.
    close : float
        Share of lines whose characters stand so close that many touch.
    """

    scans: float = 0.4
    largest: float = LARGEST
    faded: float = wear.FADED
    doubled: float = wear.DOUBLED
    prices: float = 0.0
    entries: float = 0.0
    remarks: float = 0.0
    stretched: float = 0.0
    close: float = 0.0


PRESS = Press()


def label_of(char: str, kind: str) -> int | None:
    """Give the class that a character trains.

    Parameters
    ----------
    char : str
    kind : str
        Kind of its face.

    Returns
    -------
    int or None
        0 to 9, 10 for "not a digit", None for a character that looks like a digit when seen alone.

    >>> label_of("7", "print"), label_of("k", "print"), label_of("O", "print")
    (7, 10, None)
    """
    if char in DIGITS and char:
        return DIGITS.index(char)
    return None if char in AMBIGUOUS[kind] else NOT_A_DIGIT


@dataclass(frozen=True, slots=True)
class _Layout:
    """Where the characters of a line go: ink cover, and by whom."""

    alpha: Alpha
    owner: Owner
    chars: tuple[str, ...]


def printed_line(rng: Rng, fonts: Sequence[Face]) -> LineSample:
    """Make a line of text as a scanner or camera would see it.

    Parameters
    ----------
    rng : numpy.random.Generator
        The line depends on it and on `fonts` alone.
    fonts : sequence of Face
        What `reader.train.fonts.find_fonts` gives, or a part of it.

    Returns
    -------
    LineSample

    Raises
    ------
    TrainingError
        There are no fonts.
    """
    return printed_line_of(rng, choose_face(rng, fonts))


def choose_face(rng: Rng, fonts: Sequence[Face]) -> Face:
    """Draw a face: first its kind, then its family, so that large families do not crowd out the others."""
    if not fonts:
        raise TrainingError("there are no fonts to write with: install the packages listed in fonts.json")
    families = _by_kind(tuple(fonts))
    shares = np.array([_SHARES[kind] for kind in families])
    kind = tuple(families)[int(rng.choice(len(shares), p=shares / shares.sum()))]
    faces = families[kind][int(rng.integers(len(families[kind])))]
    return faces[int(rng.integers(len(faces)))]


@lru_cache(maxsize=8)
def _by_kind(fonts: tuple[Face, ...]) -> dict[str, tuple[tuple[Face, ...], ...]]:
    """Group faces by kind, then by family."""
    tree: dict[str, dict[str, list[Face]]] = {}
    for face in fonts:
        tree.setdefault(face.kind, {}).setdefault(face.family, []).append(face)
    return {kind: tuple(tuple(faces) for faces in tree[kind].values()) for kind in sorted(tree)}


def printed_line_of(rng: Rng, face: Face, press: Press = PRESS) -> LineSample:
    """Make a line of text in one face, as `printed_line` does."""
    from reader.train.degrade import degrade

    height = float(
        np.exp(rng.uniform(np.log(SMALLEST), np.log(press.largest * (0.6 if rng.random() < 0.6 else 1.0))))
    )
    text = _text(rng, face, height, press)
    scale = 2.0 if height < 36 else 1.0  # small type is drawn large and reduced: no hinting, as in a scan
    size = max(round(height * scale / face.digit_height), 6)
    layout = _set(rng, face, text, size, press.close)
    if face.kind != "hand" and height > 14 and rng.random() < 0.06:
        layout = _Layout(*wear.dots(layout.alpha, layout.owner, height * scale), layout.chars)
    if press.stretched and rng.random() < press.stretched:
        layout = _Layout(*wear.stretch(rng, layout.alpha, layout.owner), layout.chars)
    alpha, owner = wear.warp(rng, layout.alpha, layout.owner, 1 / scale, slant=face.kind != "segment")
    alpha, owner = wear.double(rng, alpha, owner, height, press.doubled)
    alpha, owner = wear.weight(rng, alpha, owner, height)
    alpha, owner = wear.rules(rng, alpha, owner, height)
    alpha = wear.fade(rng, wear.dropouts(rng, alpha, height), owner, height, press.faded)
    alpha, owner = wear.specks(rng, alpha, owner)
    if rng.random() < press.scans:
        image = wear.scan(rng, alpha)
    else:  # most pictures are fair: the worst levels are kept rare
        image = degrade(np.ascontiguousarray(alpha), rng, level=float(rng.beta(1.3, 2.2)))
    return LineSample(image, owner, layout.chars)


def _text(rng: Rng, face: Face, height: float, press: Press) -> str:
    """Choose what to write, within what a line of that height holds."""
    if press.prices and rng.random() >= 1 - press.prices:
        return words.prices(rng)
    longest = int(np.clip(600 / height, 5, 32))
    if press.entries and face.has_letters and rng.random() < press.entries:
        text = form_words.entries(rng, longest)
    elif press.remarks and face.has_letters and rng.random() < press.remarks:
        text = form_words.remarks(rng, longest)
    elif rng.random() < 0.12:  # a grid
        count = int(rng.integers(1, 7))
        text = "   ".join(DIGITS[i] for i in rng.integers(0, 10, count))
    elif face.has_letters:
        text = words.line(rng, longest)
    else:
        text = words.number(rng)[:longest]
    text = "".join(char for char in text if char == " " or char in face.glyphs).strip()
    return text or DIGITS[int(rng.integers(10))]


def _set(rng: Rng, face: Face, text: str, size: int, close: float) -> _Layout:
    """Set a text: characters from left to right, each with its own place on the canvas."""
    tracking = size * float(
        rng.choice((0.0, rng.uniform(-0.09, 0.0), rng.uniform(0.0, 0.25)), p=(0.5, 0.25, 0.25))
    )
    if close and rng.random() < close:
        tracking = size * float(rng.uniform(-0.14, -0.02))
    wobble = size * (0.02 if face.kind == "hand" else 0.006 if rng.random() < 0.2 else 0.0)
    placed: list[tuple[Alpha, int, int]] = []
    pen, chars = 0.0, []
    for char in text:
        alpha, (right, down), advance = _drawn(face, char, size)
        if char != " " and alpha.size:  # a face may lack the ink of a character
            placed.append((alpha, round(pen + right), round(down + float(rng.normal(0, wobble)))))
            chars.append(char)
        pen += max(advance + tracking, 0.15 * size)
    if not placed:
        placed.append((np.zeros((size, size), np.float32), 0, -size))
    return _Layout(*_compose(rng, placed, size), tuple(chars))


@lru_cache(maxsize=8192)
def _drawn(face: Face, char: str, size: int) -> tuple[Any, tuple[int, int], float]:
    """Remember `render_char`: sizes are whole pixels, so characters come back."""
    return render_char(face, char, size)


def _compose(rng: Rng, placed: Sequence[tuple[Alpha, int, int]], size: int) -> tuple[Alpha, Owner]:
    """Put characters on a canvas that holds them with a margin."""
    margins = np.maximum(rng.uniform(0.15, 0.6, 4) * size, 4).astype(int)
    left = min(x for _, x, _ in placed) - margins[0]
    top = min(y for _, _, y in placed) - margins[1]
    right = max(x + glyph.shape[1] for glyph, x, _ in placed) + margins[2]
    bottom = max(y + glyph.shape[0] for glyph, _, y in placed) + margins[3]
    alpha = np.zeros((bottom - top, right - left), np.float32)
    owner = np.zeros(alpha.shape, np.int16)
    for index, (glyph, x, y) in enumerate(placed, start=1):
        window = np.s_[y - top : y - top + glyph.shape[0], x - left : x - left + glyph.shape[1]]
        mine = (glyph > 0.5 * min(1.0, float(glyph.max()))) & (glyph >= alpha[window])
        owner[window][mine] = index
        np.maximum(alpha[window], glyph, out=alpha[window])
    return alpha, owner
