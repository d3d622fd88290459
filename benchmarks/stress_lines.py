"""Draws numbers of which one thing at a time is made hard, to a stated degree.

Every number is written by a hand of `reader.train.strokes` or set in an open font, large, without noise;
then it is leaned, turned, reduced, blurred and photographed exactly as its `Degrees` say. The same number
in the same hand goes through all degrees, so that a curve shows the degree and not another hand.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import pairwise

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.train.fonts import Face, render_char
from reader.train.strokes import Drawn, draw_char, random_style

SEED = 20
DRAWN = 160
"""Height of a digit as drawn, in pixels: twice the largest that is asked for."""
GAP = 0.15
"""Clear paper between neighbouring hand-drawn digits, in digit heights, where overlap is not what varies."""
INKED = 0.5
"""Cover from which on a pixel belongs to a digit."""
PAPER = 235
MOST_OF_A_NEIGHBOUR = 0.4
"""No digit is overlapped by more than this part of its width: a 1 would vanish in its neighbour."""
COLUMNS, ROWS = 2, 10
PITCH = 2.4
"""Between the lines of a page, in digit heights."""

Alpha = NDArray[np.float32]
Image = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Degrees:
    """How hard a number is made to read.

    Attributes
    ----------
    overlap : float or None
        How far the ink of neighbours overlaps in the row where it does most, in digit heights; negative is
        paper between them. None sets type as its font wants it, and hands with `GAP`.
    slant : float
        Lean to the right added to the writing, in degrees.
    height : float
        Of a digit, in pixels.
    noise : float
        Standard deviation, in grey levels.
    pen : float
        Width of hand-drawn strokes, in digit heights.
    skew : float
        Angle of the line, in degrees counter-clockwise.
    blur : float
        Standard deviation of the lens's blur, in digit heights.
    contrast : float
        Paper less ink, in grey levels.
    """

    overlap: float | None = None
    slant: float = 0.0
    height: float = 40.0
    noise: float = 2.0
    pen: float = 0.09
    skew: float = 0.0
    blur: float = 0.0125
    contrast: float = 195.0


@dataclass(frozen=True, slots=True)
class Digit:
    """A drawn digit with its corner in pixels from the start of the line, on the baseline."""

    alpha: Alpha
    x: int
    y: int


def text_of(number: int) -> str:
    """Give the `number`-th string: three to eight digits."""
    rng = np.random.default_rng((SEED, 0, number))
    return "".join(str(digit) for digit in rng.integers(0, 10, int(rng.integers(3, 9))))


def hand_drawn(number: int, pen: float) -> list[Drawn]:
    """Write the `number`-th string in its own hand, upright, with a round pen; a seed a digit."""
    style = replace(random_style(np.random.default_rng((SEED, 1, number))), slant=0.0, zero_scale=1.0)
    style = replace(style, pen=pen, nib=0.0, taper=0.0)
    return [
        draw_char(char, style, np.random.default_rng((SEED, 2, number, place)), DRAWN)
        for place, char in enumerate(text_of(number))
    ]


def with_overlap(drawn: Sequence[Drawn], overlap: float) -> list[Digit]:
    """Place digits so that neighbours overlap by `overlap` digit heights in the row where they do most."""
    placed = [Digit(drawn[0].alpha, 0, drawn[0].top)]
    for item in drawn[1:]:
        before = placed[-1]
        narrower = min(before.alpha.shape[1], item.alpha.shape[1])
        wanted = min(overlap * DRAWN, MOST_OF_A_NEIGHBOUR * narrower)
        apart = overlap_of(before, Digit(item.alpha, 0, item.top))
        placed.append(Digit(item.alpha, round(apart - wanted), item.top))
    return placed


def overlap_of(left: Digit, right: Digit) -> float:
    """Measure by how many pixels the ink of two digits overlaps in the row where it does most.

    Where no row has ink of both it is the overlap of their boxes.
    """
    foot = max(left.y, right.y)
    rows = min(left.y + len(left.alpha), right.y + len(right.alpha)) - foot
    if rows > 0:
        mine = left.alpha[foot - left.y :][:rows] >= INKED
        other = right.alpha[foot - right.y :][:rows] >= INKED
        both = mine.any(axis=1) & other.any(axis=1)
        if both.any():
            ends = left.x + mine.shape[1] - mine[both][:, ::-1].argmax(axis=1)
            return float((ends - right.x - other[both].argmax(axis=1)).max())
    return float(left.x + left.alpha.shape[1] - right.x)


def set_in_type(number: int, face: Face, overlap: float | None) -> list[Digit]:
    """Set the `number`-th string in a face."""
    size = round(DRAWN / face.digit_height)
    glyphs = [render_char(face, char, size) for char in text_of(number)]
    if overlap is not None:
        return with_overlap([Drawn(alpha, down) for alpha, (_, down), _ in glyphs], overlap)
    pens = np.cumsum([0.0, *(advance for _, _, advance in glyphs)])
    return [
        Digit(alpha, round(pen + right), down)
        for (alpha, (right, down), _), pen in zip(glyphs, pens, strict=False)
    ]


@lru_cache(maxsize=256)
def digits_of(number: int, face: Face | None, overlap: float | None, pen: float) -> tuple[Digit, ...]:
    """Draw the `number`-th string in a face, or in its own hand where there is none; it is kept for later."""
    if face is not None:
        return tuple(set_in_type(number, face, overlap))
    return tuple(with_overlap(hand_drawn(number, pen), -GAP if overlap is None else overlap))


def together(digits: Sequence[Digit]) -> tuple[Alpha, int]:
    """Put digits on one canvas without a margin; give it and its row of the baseline."""
    left, top = min(digit.x for digit in digits), min(digit.y for digit in digits)
    right = max(digit.x + digit.alpha.shape[1] for digit in digits)
    foot = max(digit.y + digit.alpha.shape[0] for digit in digits)
    canvas = np.zeros((foot - top, right - left), np.float32)
    for digit in digits:
        window = canvas[digit.y - top :, digit.x - left :][: len(digit.alpha), : digit.alpha.shape[1]]
        np.maximum(window, digit.alpha, out=window)
    return canvas, -top


def leaned(canvas: Alpha, baseline: int, degrees: Degrees, *, turned: bool) -> Alpha:
    """Lean a line, turn it where asked, and reduce it from `DRAWN` to the height wanted, without a margin."""
    angle, scale = np.radians(degrees.skew if turned else 0.0), degrees.height / DRAWN
    lean = np.array([[1.0, -np.tan(np.radians(degrees.slant))], [0.0, 1.0]])
    frame = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) @ lean
    rows, columns = canvas.shape
    corners = np.array([(0, 0), (columns, 0), (0, rows), (columns, rows)]) - (0, baseline)
    moved = corners @ frame.T
    low, high = moved.min(axis=0), moved.max(axis=0)
    # Whole pixels at the final size, so that the reduction takes equal parts.
    size = np.ceil((high - low) * scale).astype(int) + 2
    shift = -frame @ (0, baseline) - low + 1 / scale
    matrix = np.column_stack([frame, shift])
    large = cv2.warpAffine(canvas, matrix, np.ceil(size / scale).astype(int).tolist(), flags=cv2.INTER_LINEAR)
    return np.asarray(cv2.resize(large, size.tolist(), interpolation=cv2.INTER_AREA), np.float32)


def photographed(alpha: Alpha, degrees: Degrees, rng: np.random.Generator) -> Image:
    """Blur ink cover, and see it as grey levels with noise."""
    sigma = degrees.blur * degrees.height
    seen = cv2.GaussianBlur(alpha, (0, 0), sigma) if sigma > 0.05 else alpha
    noise = rng.standard_normal(alpha.shape, dtype=np.float32) * np.float32(degrees.noise)
    return np.clip(np.rint(PAPER - degrees.contrast * seen + noise), 0, 255).astype(np.uint8)


def line(number: int, face: Face | None, degrees: Degrees) -> Image:
    """Draw a picture of one line, with a third of a digit's height of paper around its ink."""
    canvas, baseline = together(digits_of(number, face, degrees.overlap, degrees.pen))
    alpha = leaned(canvas, baseline, degrees, turned=True)
    margin = max(2, round(degrees.height / 3))
    return photographed(np.pad(alpha, margin), degrees, np.random.default_rng((SEED, 3, number)))


def page(numbers: Sequence[int], faces: Sequence[Face | None], degrees: Degrees) -> Image:
    """Draw a page with a number in each cell of a table without rules, and turn it as a whole.

    Raises
    ------
    ValueError
        There are more numbers than cells.
    """
    if len(numbers) > COLUMNS * ROWS:
        raise ValueError(f"a page holds {COLUMNS * ROWS} numbers, not {len(numbers)}")
    inks = [
        leaned(*together(digits_of(number, face, degrees.overlap, degrees.pen)), degrees, turned=False)
        for number, face in zip(numbers, faces, strict=True)
    ]
    gap = round(1.5 * degrees.height)
    pitch = max(round(PITCH * degrees.height), max(map(len, inks)) + round(0.5 * degrees.height))
    wide = max(ink.shape[1] for ink in inks) + gap
    rows = -(-len(inks) // COLUMNS)
    alpha = np.zeros((gap + rows * pitch, gap + COLUMNS * wide), np.float32)
    for place, ink in enumerate(inks):
        y, x = gap + place // COLUMNS * pitch, gap + place % COLUMNS * wide
        alpha[y : y + ink.shape[0], x : x + ink.shape[1]] = ink
    return photographed(turned(alpha, degrees.skew), degrees, np.random.default_rng((SEED, 4, numbers[0])))


def turned(alpha: Alpha, angle: float) -> Alpha:
    """Turn a page about its middle, in degrees counter-clockwise, on paper that holds it whole."""
    if not angle:
        return alpha
    rows, columns = alpha.shape
    matrix = cv2.getRotationMatrix2D(((columns - 1) / 2, (rows - 1) / 2), angle, 1.0)
    size = np.ceil(np.abs(matrix[:, :2]) @ (columns, rows)).astype(int)
    matrix[:, 2] += (size - (columns, rows)) / 2
    return np.asarray(cv2.warpAffine(alpha, matrix, size.tolist(), flags=cv2.INTER_LINEAR), np.float32)


def overlaps_of(digits: Sequence[Digit]) -> list[float]:
    """Measure the overlaps of all neighbours, in digit heights."""
    return [overlap_of(left, right) / DRAWN for left, right in pairwise(digits)]
