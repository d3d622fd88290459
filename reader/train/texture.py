"""Glyphs that hold nothing written: blank, full, shaded, striped, noise."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.types import GLYPH_SIZE

_SHAPE = (GLYPH_SIZE, GLYPH_SIZE)
Floats = NDArray[np.float64]


def textures(rng: np.random.Generator, count: int) -> NDArray[np.uint8]:
    """Make glyphs that are no character at all.

    A network that never saw them is often sure of a digit in them, and a page has their like: shadows,
    fabric, the grain of a dark frame.

    Parameters
    ----------
    rng : numpy Generator
    count : int
        They are of each kind in turn.

    Returns
    -------
    ndarray of uint8, shape (count, 28, 28)
    """
    made = [_KINDS[i % len(_KINDS)](rng) for i in range(count)]
    stack = np.stack(made) if made else np.zeros((0, *_SHAPE))
    return np.rint(255 * np.clip(stack, 0, 1)).astype(np.uint8)


def _even(rng: np.random.Generator) -> Floats:
    """Make one grey all over: blank, full or between."""
    return np.full(_SHAPE, rng.choice([0.0, 1.0, rng.random()]))


def _block(rng: np.random.Generator) -> Floats:
    """Make a filled box of any size, as normalised solid ink is."""
    image = np.zeros(_SHAPE)
    h, w = rng.integers(8, 25, 2)
    y, x = (GLYPH_SIZE - h) // 2, (GLYPH_SIZE - w) // 2
    image[y : y + h, x : x + w] = rng.uniform(0.6, 1.0)
    return image


def _grain(rng: np.random.Generator) -> Floats:
    """Make noise, a pixel at a time or smooth."""
    fine = rng.normal(size=_SHAPE)
    sigma = rng.choice([0.0, 0.7, 1.5, 3.0])
    smooth = cv2.GaussianBlur(fine, (0, 0), sigma) if sigma else fine
    return np.asarray(rng.uniform(0.1, 0.8) + rng.uniform(0.1, 0.6) * smooth / smooth.std())


def _salt(rng: np.random.Generator) -> Floats:
    """Make scattered bright pixels."""
    return (rng.random(_SHAPE) < rng.uniform(0.02, 0.6)).astype(np.float64)


def _stripes(rng: np.random.Generator) -> Floats:
    """Make parallel bars at any angle."""
    y, x = np.mgrid[: _SHAPE[0], : _SHAPE[1]]
    angle, pitch = rng.uniform(0, np.pi), rng.uniform(3, 9)
    wave = np.sin(2 * np.pi * (x * np.cos(angle) + y * np.sin(angle)) / pitch + rng.uniform(0, 6))
    return np.asarray(0.5 + rng.uniform(0.5, 3) * wave)


def _shade(rng: np.random.Generator) -> Floats:
    """Make a slope from dark to bright."""
    y, x = np.mgrid[-1:1:28j, -1:1:28j]
    angle = rng.uniform(0, 2 * np.pi)
    return np.asarray(0.5 + rng.uniform(0.2, 1) * (x * np.cos(angle) + y * np.sin(angle)))


_KINDS = (_even, _block, _grain, _salt, _stripes, _shade)
