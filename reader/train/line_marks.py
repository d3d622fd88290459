"""What stands around a handwritten number and is not read: ruled lines, boxes, pieces of other writing."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.train.allographs import CHARACTERS
from reader.train.strokes import draw_char, random_style

Ink = NDArray[np.float32]
_SHIFT = 4
_LETTERS = tuple(char for char in CHARACTERS if char not in ".,:-")


def _line(
    ink: Ink, start: tuple[float, float], end: tuple[float, float], width: int, strength: float
) -> None:
    """Draw a straight line of some `strength` into `ink`, keeping what is darker."""
    layer = np.zeros(ink.shape, np.uint8)
    dots = np.round(np.array([start, end]) * 2**_SHIFT).astype(int).tolist()
    cv2.line(layer, dots[0], dots[1], 255, width, cv2.LINE_AA, _SHIFT)
    np.maximum(ink, layer * np.float32(strength / 255), out=ink)


def _pen(rng: np.random.Generator, height: float) -> tuple[int, float]:
    """Width in pixels and strength of a printed line."""
    thick = max(1, round(float(rng.uniform(0.015, 0.09)) * height))
    return (thick if rng.random() < 0.5 else 1), float(rng.uniform(0.45, 1))


def draw_rules(ink: Ink, rng: np.random.Generator, baseline: float, height: float) -> None:
    """Draw a ruled line at the foot, sometimes a second one, sometimes one at the head.

    Parameters
    ----------
    ink : ndarray of float32, shape (H, W)
        Drawn into.
    rng : numpy.random.Generator
    baseline : float
        Row of the digits' feet.
    height : float
        Of a digit, in pixels.
    """
    width, strength = _pen(rng, height)
    slope = float(rng.normal(0, 0.012)) * ink.shape[1]
    row = baseline + float(rng.uniform(-0.12, 0.22)) * height
    row = min(row, ink.shape[0] - 1 - width / 2)
    rows = [row]
    if rng.random() < 0.15:
        rows.append(row + width + float(rng.uniform(0.05, 0.15)) * height)
    if rng.random() < 0.12:
        rows.append(row - float(rng.uniform(1.05, 1.4)) * height)
    for y in rows:
        _line(ink, (-2, y - slope / 2), (ink.shape[1] + 2, y + slope / 2), width, strength)
    if rng.random() < 0.1:
        # Dotted and dashed rules.
        period = int(rng.integers(3, 9))
        ink[:, np.arange(ink.shape[1]) % period < period // 3] *= np.float32(0.15)


def draw_underline(
    ink: Ink, rng: np.random.Generator, span: tuple[float, float], row: float, height: float
) -> None:
    """Draw the pen line under raised cents, from `span[0]` to `span[1]`, in pixels."""
    width = max(1, round(0.05 * height))
    lift = float(rng.normal(0, 0.04)) * height
    reach = float(rng.uniform(0, 0.15)) * height
    _line(
        ink, (span[0] - reach, row + lift), (span[1] + reach, row - lift), width, float(rng.uniform(0.8, 1))
    )


def draw_comb(
    ink: Ink, rng: np.random.Generator, start: float, pitch: float, cells: int, baseline: float, height: float
) -> None:
    """Draw boxes for single digits: `cells` of width `pitch` from column `start` on."""
    width, strength = _pen(rng, height)
    top, foot = (
        baseline - float(rng.uniform(1.1, 1.4)) * height,
        baseline + float(rng.uniform(0.05, 0.3)) * height,
    )
    low = top if rng.random() < 0.7 else foot - 0.3 * height
    for cell in range(cells + 1):
        x = start + cell * pitch
        _line(ink, (x, low), (x, foot), width, strength)
    for y in (top, foot)[low != top :]:
        _line(ink, (start, y), (start + cells * pitch, y), width, strength)


def draw_frame(ink: Ink, rng: np.random.Generator, height: float) -> None:
    """Draw a box around the whole, just inside the crop's edges."""
    width, strength = _pen(rng, height)
    inset = rng.uniform(-0.02, 0.1, 4) * height
    left, top = float(inset[0]), float(inset[1])
    right, foot = ink.shape[1] - 1 - float(inset[2]), ink.shape[0] - 1 - float(inset[3])
    for start, end in (
        ((left, top), (right, top)),
        ((left, foot), (right, foot)),
        ((left, top), (left, foot)),
        ((right, top), (right, foot)),
    ):
        _line(ink, start, end, width, strength)


def paste_neighbours(ink: Ink, clear: Ink, rng: np.random.Generator, height: float) -> None:
    """Let other writing reach in over the crop's edges, in one crop of eight.

    Parameters
    ----------
    ink : ndarray of float32, shape (H, W)
        Drawn into.
    clear : ndarray of float32, shape (H, W)
        The characters to be read; a piece that would lie on them is left out.
    rng : numpy.random.Generator
    height : float
        Of a digit, in pixels.
    """
    if rng.random() > 0.12:
        return
    style = random_style(rng)
    for _ in range(int(rng.integers(1, 4))):
        char = _LETTERS[int(rng.integers(len(_LETTERS)))]
        alpha = draw_char(char, style, rng, height * float(rng.uniform(0.6, 1.3))).alpha
        (h, w), (tall, wide) = alpha.shape, ink.shape
        part = float(rng.uniform(0.1, 0.5))
        side = int(rng.integers(4))
        x = (round((part - 1) * w), round(wide - part * w), *[int(rng.integers(-w // 2, wide))] * 2)[side]
        y = (*[int(rng.integers(-h // 2, tall))] * 2, round((part - 1) * h), round(tall - part * h))[side]
        rows, columns = slice(max(y, 0), min(y + h, tall)), slice(max(x, 0), min(x + w, wide))
        piece = alpha[rows.start - y : rows.stop - y, columns.start - x : columns.stop - x]
        if piece.size and float((piece * clear[rows, columns]).sum()) < 0.5:
            np.maximum(ink[rows, columns], piece, out=ink[rows, columns])
