"""Parametric handwriting: a writer's style, and characters drawn in it.

The shapes come from `allographs`; a style bends them the same way each time, as one hand does, and every
instance differs a little.
"""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.train.allographs import CHARACTERS, Stroke, allographs

_PER_SPAN = 7
_MIN_PEN = 1.2
"""Thinnest pen in pixels: a thinner line would not reach half ink in any pixel."""
_SHIFT = 4


@dataclass(frozen=True, slots=True)
class Style:
    """How one writer writes; lengths in digit heights, angles in degrees.

    Attributes
    ----------
    choice : mapping of str to int
        Which allograph the writer uses for each character.
    habit : int
        Seed of the writer's own lasting deformation of the shapes.
    slant : float
        Lean to the right.
    aspect : float
        Stretch of the width.
    bend : float
        Size of the lasting deformation.
    jitter : float
        Size of the variation from one instance to the next.
    roundness : float
        Chance that a corner is rounded.
    tremor : float
        Amplitude of the shaking along a stroke.
    pen : float
        Width of the pen.
    taper : float
        How much the ends of strokes thin out, in [0, 1].
    nib : float
        How much the width depends on the direction, in [0, 1]: 0 is a round pen.
    nib_angle : float
    spacing : float
        Gap between neighbours; negative where they touch.
    zero_scale : float
        Height of a "0" relative to the other digits.
    """

    choice: Mapping[str, int]
    habit: int
    slant: float
    aspect: float
    bend: float
    jitter: float
    roundness: float
    tremor: float
    pen: float
    taper: float
    nib: float
    nib_angle: float
    spacing: float
    zero_scale: float


@dataclass(frozen=True, slots=True)
class Drawn:
    """A character in ink.

    Attributes
    ----------
    alpha : ndarray of float32, shape (h, w), in [0, 1]
        Coverage by ink, tight around the character.
    top : int
        Row of the array's first row below (negative: above) the baseline, in pixels.
    """

    alpha: NDArray[np.float32]
    top: int


def random_style(rng: np.random.Generator) -> Style:
    """Invent a writer.

    Parameters
    ----------
    rng : numpy.random.Generator

    Returns
    -------
    Style
    """
    calligraphic = rng.random() < 0.2
    pen = float(np.clip(np.exp(rng.normal(np.log(0.078), 0.3)), 0.04, 0.16))
    touching = rng.random() < 0.3
    return Style(
        choice={char: int(rng.integers(len(allographs(char)))) for char in CHARACTERS},
        habit=int(rng.integers(2**31)),
        slant=float(np.clip(rng.normal(10, 11), -15, 35)),
        aspect=float(np.clip(np.exp(rng.normal(0.08, 0.2)), 0.6, 1.7)),
        bend=float(rng.uniform(0.015, 0.045)),
        jitter=float(rng.uniform(0.006, 0.028)),
        roundness=float(rng.uniform(0, 0.6)),
        tremor=float(rng.exponential(0.004)) if rng.random() < 0.5 else 0.0,
        pen=pen,
        taper=float(rng.uniform(0, 0.6)) if rng.random() < 0.6 else 0.0,
        nib=float(rng.uniform(0.3, 0.7)) if calligraphic else float(rng.uniform(0, 0.15)),
        nib_angle=float(rng.uniform(20, 60)),
        spacing=float(
            rng.uniform(-0.08, 0.0) if touching else np.clip(0.03 + rng.exponential(0.13), 0.02, 0.6)
        ),
        zero_scale=float(rng.uniform(0.55, 0.95)) if rng.random() < 0.35 else 1.0,
    )


def draw_char(char: str, style: Style, rng: np.random.Generator, height: float, turn: float = 0.0) -> Drawn:
    """Draw one character.

    Parameters
    ----------
    char : str
        One of `allographs.CHARACTERS`.
    style : Style
    rng : numpy.random.Generator
        For what differs from one instance to the next.
    height : float
        Of a digit, in pixels.
    turn : float
        Rotation in degrees counter-clockwise.

    Returns
    -------
    Drawn

    Raises
    ------
    ValueError
        For a character without a shape.
    """
    shapes = allographs(char)
    wanders = rng.random() < 0.12
    shape = shapes[int(rng.integers(len(shapes))) if wanders else style.choice[char] % len(shapes)]
    lasting = np.random.default_rng((style.habit, zlib.crc32(char.encode())))
    frame = _frame(style, rng, turn)
    paths = [_path(stroke, style, rng, lasting) @ frame.T * height for stroke in shape]
    return _ink(paths, style, rng, height)


def _frame(style: Style, rng: np.random.Generator, turn: float) -> NDArray[np.float64]:
    """Matrix from unit coordinates (baseline at 0) to the writer's slanted, stretched, turned ones."""
    slant = np.tan(np.radians(style.slant + rng.normal(0, 2.5)))
    size = 1 + rng.normal(0, 0.04)
    angle = np.radians(turn + rng.normal(0, 1.5))
    lean = np.array([[style.aspect * (1 + rng.normal(0, 0.06)), -slant], [0.0, 1.0]]) * size
    rotation = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    return np.asarray(rotation @ lean, dtype=np.float64)


def _path(
    stroke: Stroke, style: Style, rng: np.random.Generator, lasting: np.random.Generator
) -> NDArray[np.float64]:
    """Points along a stroke, in digit heights, baseline at 0."""
    points = stroke.points - (0.0, 1.0)
    long = min(1.0, float(np.ptp(points, axis=0).max()) * 2)
    points = points + lasting.normal(0, style.bend * long, points.shape)
    points = points + rng.normal(0, style.jitter * long, points.shape)
    corners = tuple(corner for corner in stroke.corners if lasting.random() >= style.roundness)
    path = _basis(len(points), corners) @ points
    if style.tremor:
        path = path + cv2.blur(rng.normal(0, style.tremor * 1.7, path.shape), (1, 3))
    return np.asarray(path, dtype=np.float64)


@cache
def _basis(count: int, corners: tuple[int, ...]) -> NDArray[np.float64]:
    """Catmull-Rom weights, shape (samples, count): samples on the curve from its control points."""
    t = np.arange(_PER_SPAN)[:, None] / _PER_SPAN
    weights = (
        np.hstack([-t + 2 * t**2 - t**3, 2 - 5 * t**2 + 3 * t**3, t + 4 * t**2 - 3 * t**3, t**3 - t**2]) / 2
    )
    basis = np.zeros(((count - 1) * _PER_SPAN + 1, count))
    for span in range(count - 1):
        before = span if span == 0 or span in corners else span - 1
        after = span + 1 if span + 1 in corners else min(span + 2, count - 1)
        for column, weight in zip((before, span, span + 1, after), weights.T, strict=True):
            basis[span * _PER_SPAN : (span + 1) * _PER_SPAN, column] += weight
    basis[-1, -1] = 1
    return basis


def _widths(
    path: NDArray[np.float64], style: Style, rng: np.random.Generator, pen: float
) -> NDArray[np.float64]:
    """Width of the pen on each segment of a path, in the path's unit."""
    steps = np.diff(path, axis=0)
    across = np.abs(np.sin(np.arctan2(steps[:, 1], steps[:, 0]) + np.radians(style.nib_angle)))
    along = np.linspace(-1, 1, len(steps))
    pressure = 1 - style.taper * along**4 * (0.4 + 0.6 * (along > 0))
    sway = 1 + rng.normal(0, 0.08) * along
    return np.asarray(pen * (1 - style.nib * (1 - across)) * pressure * sway, dtype=np.float64)


def _ink(paths: list[NDArray[np.float64]], style: Style, rng: np.random.Generator, height: float) -> Drawn:
    """Draw paths (pixels, baseline at row 0) with the writer's pen, antialiased."""
    pen = max(style.pen * height, _MIN_PEN)
    fine = int(np.clip(round(10 / pen), 2, 6))
    pad = int(pen / 2 + 2)
    everything = np.concatenate(paths)
    left, top = np.floor(everything.min(axis=0)).astype(int) - pad
    right, foot = np.ceil(everything.max(axis=0)).astype(int) + pad
    canvas = np.zeros(((foot - top) * fine, (right - left) * fine), np.uint8)
    for path in paths:
        widths = np.maximum(_widths(path, style, rng, pen), _MIN_PEN) * fine
        dots = np.round((path - (left, top)) * fine * 2**_SHIFT).astype(int).tolist()
        for start, end, width in zip(dots[:-1], dots[1:], np.round(widths).astype(int).tolist(), strict=True):
            cv2.line(canvas, start, end, 255, width, cv2.LINE_8, _SHIFT)
    small = cv2.resize(canvas, (right - left, foot - top), interpolation=cv2.INTER_AREA)
    x, y, width, height_px = cv2.boundingRect(small)
    alpha = small[y : y + height_px, x : x + width] / np.float32(255)
    return Drawn(np.asarray(alpha, dtype=np.float32), int(top + y))
