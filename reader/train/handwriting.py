"""Lines of handwritten numbers: characters set by one hand on one line, with what else is on the paper."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from reader.train.amounts import random_amount
from reader.train.degrade import degrade
from reader.train.glyph_bank import BankHand, GlyphBank, draw_digit, load_bank, random_hand
from reader.train.line_marks import draw_comb, draw_frame, draw_rules, draw_underline, paste_neighbours
from reader.train.sample import RESIDUE, LineSample
from reader.train.strokes import Drawn, Style, draw_char, random_style

__all__ = ["GlyphBank", "contact_sheet", "handwritten_line", "load_bank"]

Amount = Callable[[np.random.Generator], str]
_Draw = Callable[[str, float], Drawn]
_REACH = 3
"""Rows kept above and below the baseline while setting, in digit heights."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """A drawn character with its corner, in pixels from the line's origin on the baseline."""

    char: str
    alpha: NDArray[np.float32]
    x: int
    y: int
    raised: bool


def handwritten_line(
    rng: np.random.Generator, bank: GlyphBank | None = None, amount: Amount = random_amount
) -> LineSample:
    """Write a number and photograph it.

    Parameters
    ----------
    rng : numpy.random.Generator
        All that is random comes from it: the same state gives the same line.
    bank : GlyphBank, optional
        Real digits, for about half of the lines; without it all are drawn.
    amount : callable
        Invents what is written, of the characters that `random_amount` gives.

    Returns
    -------
    LineSample
    """
    style = random_style(rng)
    few = rng.random() < 0.25
    height = float(
        np.exp(rng.uniform(np.log(14), np.log(90)) if few else rng.uniform(np.log(28), np.log(60)))
    )
    slope = float(np.clip(rng.normal(0, 1.6), -5, 5))
    text = amount(rng)
    comb = rng.random() < 0.05
    if comb:
        # In a box people write narrow and upright.
        text = "".join(char for char in text if char.isdigit())
        style = replace(style, aspect=min(style.aspect, 1.0), slant=0.4 * style.slant)
    hand = random_hand(rng, bank) if bank is not None and rng.random() < 0.5 else None
    if hand is not None:
        style = replace(style, pen=float(np.clip(0.16 - 0.13 * hand.threshold, 0.05, 0.14)), nib=0.0)
    draw = _writer(style, hand, rng, slope)
    pitch = height * float(rng.uniform(0.85, 1.4)) if comb else 0.0
    placed = _set_line(text, draw, style, rng, height, slope, pitch)
    alpha, owner = _compose(placed, rng, height, pitch)
    return LineSample(
        degrade(alpha, rng, level=float(rng.uniform(0, 1))), owner, tuple(item.char for item in placed)
    )


def _writer(style: Style, hand: BankHand | None, rng: np.random.Generator, slope: float) -> _Draw:
    """Give the function that draws a character: real digits where there are some, else strokes."""

    def draw(char: str, height: float) -> Drawn:
        if hand is not None and char.isdigit():
            return draw_digit(int(char), hand, rng, height, slope)
        return draw_char(char, style, rng, height, slope)

    return draw


def _set_line(
    text: str,
    draw: _Draw,
    style: Style,
    rng: np.random.Generator,
    height: float,
    slope: float,
    pitch: float,
) -> list[_Placed]:
    """Place the characters from left to right, neighbours by the gap between their outlines."""
    placed: list[_Placed] = []
    skyline = np.full(int(2 * _REACH * height), -(10**6), np.int64)
    raise_by, extra, small = 0.0, 0.0, 1.0
    # Some draw their zeros as a coil, some begin with a tall digit.
    coil = float(rng.uniform(0.05, 0.2)) if rng.random() < 0.12 else 0.0
    tall = float(rng.uniform(1.15, 1.5)) if rng.random() < 0.12 else 1.0
    wander, trend = float(rng.uniform(0, 0.06)), float(rng.normal(0, 0.1)) / max(len(text), 1)
    for number, char in enumerate(text):
        if char == " ":
            extra += float(rng.uniform(0.15, 0.6)) * height
        elif char == "^":
            small = float(rng.uniform(0.45, 0.7))
            raise_by = (1 - small) * height * float(rng.uniform(0.8, 1.15))
        else:
            size = height * small * (1 + trend * number) * (1 + rng.normal(0, 0.04))
            size *= tall if not placed and not pitch else 1.0
            drawn = draw(char, size * (style.zero_scale if char == "0" else 1.0))
            if char == "0" and placed and placed[-1].char == "0":
                extra -= coil * size
            gap = (style.spacing + rng.normal(0, 0.03 + 0.25 * abs(style.spacing))) * size + extra
            if char in ".,":
                # Points are set apart even by those who let their digits touch.
                gap += (0.06 + float(rng.exponential(0.06))) * size
            x = _next_x(drawn, skyline, placed, gap, height, raise_by)
            if pitch:
                x = round(
                    len(placed) * pitch + (pitch - drawn.alpha.shape[1]) / 2 + rng.normal(0, 0.05) * height
                )
            drop = -raise_by - x * np.tan(np.radians(slope)) + rng.normal(0, wander) * height
            placed.append(_Placed(char, drawn.alpha, x, round(drawn.top + drop), small < 1))
            _raise_skyline(skyline, drawn, x, height, raise_by)
            extra = 0.0
    return placed


def _rows(drawn: Drawn, height: float, raise_by: float, length: int) -> tuple[slice, slice]:
    """Rows of the skyline that a character covers, and the same rows of the character."""
    first = int(_REACH * height) + drawn.top - int(raise_by)
    low, high = max(first, 0), min(first + drawn.alpha.shape[0], length)
    return slice(low, high), slice(low - first, high - first)


def _next_x(
    drawn: Drawn,
    skyline: NDArray[np.int64],
    placed: Sequence[_Placed],
    gap: float,
    height: float,
    raise_by: float,
) -> int:
    """Column for a character so that its outline keeps `gap` from what stands to the left."""
    if not placed:
        return 0
    rows, own = _rows(drawn, height, raise_by, len(skyline))
    ink = drawn.alpha[own] > 0.4
    left = np.where(ink.any(axis=1), ink.argmax(axis=1), 10**6)
    reach = max(1, int(0.12 * height))
    padded = np.pad(skyline[rows], reach, mode="edge")
    near = np.lib.stride_tricks.sliding_window_view(padded, 2 * reach + 1).max(axis=1)
    before = placed[-1]
    # Never back to before the middle of the neighbour: the order from left to right is the text's.
    middle = before.x + before.alpha.shape[1] / 2 + 0.1 * height - drawn.alpha.shape[1] / 2
    return int(np.rint(max(float((near - left).max()) + gap, middle)))


def _raise_skyline(skyline: NDArray[np.int64], drawn: Drawn, x: int, height: float, raise_by: float) -> None:
    """Note the right edge of a placed character, row by row, in `skyline`."""
    rows, own = _rows(drawn, height, raise_by, len(skyline))
    ink = drawn.alpha[own] > 0.4
    right = np.where(ink.any(axis=1), x + ink.shape[1] - ink[:, ::-1].argmax(axis=1), -(10**6))
    skyline[rows] = np.maximum(skyline[rows], right)


def _compose(
    placed: Sequence[_Placed], rng: np.random.Generator, height: float, pitch: float
) -> tuple[NDArray[np.float32], NDArray[np.int16]]:
    """Ink and owners of the whole crop, first what is not to be read, then the characters."""
    margins = np.ceil(rng.uniform(0.02, 0.25, 4) * height).astype(int) + 1
    left, top = min(item.x for item in placed) - margins[0], min(item.y for item in placed) - margins[1]
    right = max(item.x + item.alpha.shape[1] for item in placed) + margins[2]
    foot = max(item.y + item.alpha.shape[0] for item in placed) + margins[3]
    shape = (int(foot - top), int(right - left))
    ink, owner = np.zeros(shape, np.float32), np.zeros(shape, np.int16)
    placed = [replace(item, x=item.x - int(left), y=item.y - int(top)) for item in placed]
    _draw_residue(ink, placed, rng, height, pitch)
    clear = np.zeros(shape, np.float32)
    for item in placed:
        _paste(clear, item)
    paste_neighbours(ink, clear, rng, height)
    owner[ink > 0.3] = RESIDUE
    for number, item in enumerate(placed, 1):
        window = owner[item.y : item.y + item.alpha.shape[0], item.x : item.x + item.alpha.shape[1]]
        window[item.alpha > 0.5] = number
    return np.maximum(ink, clear), owner


def _paste(ink: NDArray[np.float32], item: _Placed) -> None:
    """Add a character's ink to `ink`."""
    window = ink[item.y : item.y + item.alpha.shape[0], item.x : item.x + item.alpha.shape[1]]
    np.maximum(window, item.alpha, out=window)


def _draw_residue(
    ink: NDArray[np.float32], placed: Sequence[_Placed], rng: np.random.Generator, height: float, pitch: float
) -> None:
    """Draw rules, boxes and the line under raised cents into `ink`."""
    feet = [item.y + item.alpha.shape[0] for item in placed if item.char.isdigit() and not item.raised]
    baseline = float(np.median(feet)) if feet else ink.shape[0] * 0.8
    raised = [item for item in placed if item.raised]
    if raised and rng.random() < 0.5:
        low = max(item.y + item.alpha.shape[0] for item in raised)
        end = raised[-1].x + raised[-1].alpha.shape[1]
        draw_underline(ink, rng, (raised[0].x, end), low + 0.1 * height, height)
    if pitch:
        start = placed[0].x + placed[0].alpha.shape[1] / 2 - pitch / 2
        draw_comb(ink, rng, start, pitch, len(placed), baseline, height)
    elif rng.random() < 0.04:
        draw_frame(ink, rng, height)
    elif rng.random() < 0.5:
        draw_rules(ink, rng, baseline, height)


def contact_sheet(samples: Sequence[LineSample], columns: int, width: int = 380) -> NDArray[np.uint8]:
    """Lay samples out in a grid, for looking at them.

    Parameters
    ----------
    samples : sequence of LineSample
    columns : int
    width : int
        Of a cell; wider samples are cut off.

    Returns
    -------
    ndarray of uint8, shape (H, columns * width)
    """
    rows = []
    for start in range(0, len(samples), columns):
        images = [sample.image[:, : width - 4] for sample in samples[start : start + columns]]
        row = np.full((max(len(image) for image in images) + 4, columns * width), 128, np.uint8)
        for column, image in enumerate(images):
            row[: image.shape[0], column * width : column * width + image.shape[1]] = image
        rows.append(row)
    return np.vstack(rows) if rows else np.zeros((0, columns * width), np.uint8)
