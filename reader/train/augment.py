"""Random changes to glyphs while training, a whole batch at a time.

The glyphs of a batch are stacked into one tall picture with empty margins between them, so that one
call of OpenCV bends, thickens or blurs them all; that makes this fast enough to feed training.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.types import GLYPH_SIZE

_MARGIN = 2
_TALL = GLYPH_SIZE + 2 * _MARGIN
# OpenCV's remap addresses source pixels with 16-bit numbers.
_MOST = 32_000 // _TALL
_BANK = 256

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Augmentation:
    """How far glyphs are changed; a chance is the part of the glyphs that is changed so.

    Attributes
    ----------
    rotation : float
        Degrees either way.
    shear : float
        Sideways pixels per pixel of height, either way.
    scale : (float, float)
        Range of the size.
    aspect : float
        By which part the width grows and the height shrinks, either way.
    shift : float
        Pixels either way.
    elastic : float
        Largest typical displacement in pixels.
    stroke, blur, noise, cutout : float
        Chances of a thicker or thinner stroke, a blur, grain, and a lost patch.
    """

    rotation: float = 8.0
    shear: float = 0.15
    scale: tuple[float, float] = (0.85, 1.1)
    aspect: float = 0.04
    shift: float = 2.0
    elastic: float = 0.9
    stroke: float = 0.35
    blur: float = 0.3
    noise: float = 0.25
    cutout: float = 0.05


DEFAULT = Augmentation()


def augment(
    images: NDArray[np.uint8], rng: np.random.Generator, options: Augmentation = DEFAULT
) -> NDArray[np.float32]:
    """Change glyphs at random.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, 28, 28)
        Ink bright.
    rng : numpy Generator
        The same generator state gives the same result.
    options : Augmentation

    Returns
    -------
    ndarray of float32, shape (N, 28, 28, 1), in [0, 1]
    """
    parts = [_augment(images[i : i + _MOST], rng, options) for i in range(0, len(images), _MOST)]
    return np.concatenate(parts) if parts else np.zeros((0, GLYPH_SIZE, GLYPH_SIZE, 1), np.float32)


def _augment(images: NDArray[np.uint8], rng: np.random.Generator, options: Augmentation) -> Floats:
    n = len(images)
    stack = np.zeros((n, _TALL, _TALL), np.float32)
    stack[:, _MARGIN:-_MARGIN, _MARGIN:-_MARGIN] = images
    stack *= np.float32(1 / 255)
    stack = _stroke(stack, rng, options.stroke)
    stack = _warp(stack, rng, options)
    # Five pixels wide: its reach stays within the margin.
    stack = _blend(stack, cv2.GaussianBlur(_tall(stack), (5, 5), 1.0), _some(rng, n, options.blur))
    glyphs = stack[:, _MARGIN:-_MARGIN, _MARGIN:-_MARGIN]
    glyphs = _tone(glyphs, rng)
    glyphs = glyphs + _grain(rng, n, options.noise)
    _cut_out(glyphs, rng, options.cutout)
    return np.clip(glyphs, 0.0, 1.0, out=glyphs)[..., None]


def _tall(stack: Floats) -> Floats:
    """See a stack of glyphs as one picture."""
    return stack.reshape(-1, stack.shape[2])


def _some(rng: np.random.Generator, n: int, chance: float) -> Floats:
    """Draw a weight in (0, 1) for a part `chance` of the glyphs, 0 for the others; shape (n, 1, 1)."""
    chosen = rng.random((n, 1, 1), np.float32) < chance
    return np.where(chosen, rng.random((n, 1, 1), np.float32), np.float32(0))


def _blend(stack: Floats, other: NDArray[Any], weight: Floats) -> Floats:
    """Mix each glyph with its changed self; only those with a weight are computed."""
    rows = np.flatnonzero(weight[:, 0, 0])
    changed = other.reshape(stack.shape)
    mixed = stack.copy()
    mixed[rows] += weight[rows] * (changed[rows] - stack[rows])
    return mixed


def _stroke(stack: Floats, rng: np.random.Generator, chance: float) -> Floats:
    """Make strokes thicker for half of the chosen glyphs and thinner for the others."""
    n = len(stack)
    weight = _some(rng, n, chance)
    thicker = rng.random((n, 1, 1)) < 0.5
    kernel = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    # Eroding a hairline by a whole cross can erase it: thinner goes at most half the way.
    stack = _blend(stack, cv2.dilate(_tall(stack), kernel), np.where(thicker, weight, np.float32(0)))
    return _blend(stack, cv2.erode(_tall(stack), kernel), np.where(thicker, np.float32(0), weight * 0.5))


def _warp(stack: Floats, rng: np.random.Generator, options: Augmentation) -> Floats:
    """Turn, slant, scale, shift and bend in one resampling."""
    n = len(stack)
    matrix, shift = _affine(rng, n, options)
    centre = (_TALL - 1) / 2
    axis = np.arange(_TALL, dtype=np.float32) - np.float32(centre)
    bend = _bends()[rng.integers(0, _BANK, n)] * (
        np.float32(options.elastic) * rng.random((n, 1, 1, 1), np.float32)
    )
    maps = []
    for row in range(2):
        across = matrix[:, row, 0, None] * axis + shift[:, row, None]
        down = matrix[:, row, 1, None] * axis
        maps.append(across[:, None, :] + down[:, :, None] + bend[:, row] + np.float32(centre))
    for one in maps:
        np.clip(one, 0, _TALL - 1, out=one)
    maps[1] += (np.arange(n, dtype=np.float32) * _TALL)[:, None, None]
    warped = cv2.remap(_tall(stack), _tall(maps[0]), _tall(maps[1]), cv2.INTER_LINEAR)
    return np.asarray(warped, np.float32).reshape(stack.shape)


def _affine(rng: np.random.Generator, n: int, options: Augmentation) -> tuple[Floats, Floats]:
    """Draw maps from target to source pixels about the centre: matrices (n, 2, 2) and shifts (n, 2)."""
    angle = np.deg2rad(rng.uniform(-options.rotation, options.rotation, n))
    shear = rng.uniform(-options.shear, options.shear, n)
    size = rng.uniform(*options.scale, n)
    aspect = 1 + rng.uniform(-options.aspect, options.aspect, n)
    cos, sin = np.cos(angle), np.sin(angle)
    wide, high = 1 / (size * aspect), aspect / size
    matrix = np.stack(
        [
            np.stack([wide * cos, wide * (shear * cos - sin)], -1),
            np.stack([high * sin, high * (shear * sin + cos)], -1),
        ],
        axis=1,
    )
    # Two uniform draws averaged: small shifts are likelier, as the recipe centres glyphs anyway.
    shift = rng.uniform(-options.shift, options.shift, (2, n, 2)).mean(axis=0)
    return matrix.astype(np.float32), shift.astype(np.float32)


@cache
def _bends() -> Floats:
    """Make smooth random displacement fields (Simard et al., 2003, 10.1109/ICDAR.2003.1227801)."""
    rng = np.random.default_rng(20031)
    coarse = rng.normal(size=(_BANK * 2, _TALL, _TALL)).astype(np.float32)
    smooth = np.stack([cv2.GaussianBlur(field, (0, 0), 4.0) for field in coarse])
    smooth /= smooth.std(axis=(1, 2), keepdims=True)
    return smooth.reshape(_BANK, 2, _TALL, _TALL)


@cache
def _grains() -> Floats:
    """Make fields of grain, half of them of single pixels and half a little smoother."""
    fine = np.random.default_rng(20032).normal(size=(_BANK, GLYPH_SIZE, GLYPH_SIZE)).astype(np.float32)
    for field in fine[_BANK // 2 :]:
        cv2.GaussianBlur(field, (0, 0), 0.8, dst=field)
    return fine


def _grain(rng: np.random.Generator, n: int, chance: float) -> Floats:
    """Draw grain of at most 12 % for a part `chance` of the glyphs."""
    grains: Floats = _grains()[rng.integers(0, _BANK, n)]
    return grains * (_some(rng, n, chance) * np.float32(0.12))


def _tone(glyphs: Floats, rng: np.random.Generator) -> Floats:
    """Change how strong the ink is: a gamma near 1, then a gain."""
    n = len(glyphs)
    bow = rng.uniform(-0.35, 0.35, (n, 1, 1)).astype(np.float32)
    gain = rng.uniform(0.75, 1.2, (n, 1, 1)).astype(np.float32)
    # x + b x (1 - x) stands in for a power, which would cost as much as all the rest.
    return gain * (glyphs + bow * glyphs * (1 - glyphs))


def _cut_out(glyphs: Floats, rng: np.random.Generator, chance: float) -> None:
    """Lose a small patch of some glyphs, in place."""
    for i in np.flatnonzero(rng.random(len(glyphs)) < chance):
        x, y = rng.integers(0, GLYPH_SIZE - 6, 2)
        w, h = rng.integers(3, 7, 2)
        glyphs[i, y : y + h, x : x + w] = 0
