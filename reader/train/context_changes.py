"""Random changes to a strip while the context network learns: as paper, pen, hand and camera change it."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.recognize.strips import HEIGHT

EDGE = 0.4
"""Spread of a candidate's edges, in pixels."""
MOVED = 0.7
"""Part of the strips that is stretched and leans."""
WIDER, TALLER, LEAN = 0.12, 0.05, 0.07
"""Spreads of the logarithms of width and height, and of the lean, a tangent."""
SHIFT = 2.0
"""Most rows that a strip is moved by."""
ROOM = 6
"""Columns that stay free when a strip is stretched."""
OWN = 0.2
"""Ink from which a column belongs to the line."""
STROKES, PRINT = 0.12, 0.1
"""Parts of the strips whose strokes are thickened or thinned, and that lie on security print."""

Image = NDArray[np.float32]
Floats = NDArray[np.float64]
Chars = NDArray[np.float32]


def change(
    image: Image, places: Floats, chars: Chars, rng: np.random.Generator
) -> tuple[Image, Floats, Chars]:
    """Change a strip, and with it what is known of it.

    Parameters
    ----------
    image : ndarray of float32, shape (HEIGHT, W, 2), in [0, 1]
    places : ndarray of float64, shape (N, 4)
    chars : ndarray of float32, shape (M, 3)
        All three as in `reader.train.context_lines.ContextLine`.
    rng : numpy.random.Generator

    Returns
    -------
    image, places, chars
        New ones, of the same shapes.
    """
    image, places, chars = image.copy(), places.copy(), chars.copy()
    if rng.random() < MOVED:
        image, places, chars = _moved(image, places, chars, rng)
    _stained(image, rng)
    if rng.random() < STROKES:
        part = rng.uniform(0.3, 1.0)
        other = (cv2.dilate if rng.random() < 0.6 else cv2.erode)(image, np.ones((2, 2), np.uint8))
        image += part * (other - image)
    if rng.random() < PRINT:
        _printed_under(image[..., 0], rng)
    places[:, :2] += rng.normal(0, EDGE, (len(places), 2))
    return np.asarray(image, np.float32), places, chars


def _moved(
    image: Image, places: Floats, chars: Chars, rng: np.random.Generator
) -> tuple[Image, Floats, Chars]:
    """Stretch a strip, let it lean, and move it in its width and height."""
    high, wide = image.shape[:2]
    own = np.flatnonzero(image[..., 1].max(axis=0) > OWN)
    first, last = (int(own[0]), int(own[-1])) if len(own) else (0, wide - 1)
    sx = min(float(np.exp(rng.normal(0, WIDER))), (wide - ROOM) / (last - first + 1))
    sy, lean, down = np.exp(rng.normal(0, TALLER)), sx * rng.normal(0, LEAN), rng.uniform(-SHIFT, SHIFT)
    middle = (first + last) / 2
    start = middle * (1 - sx) + (wide / 2 - middle) * rng.uniform()
    affine = np.array([[sx, lean, start - lean * high / 2], [0, sy, high / 2 * (1 - sy) + down]])
    drawn = cv2.warpAffine(image, affine, (wide, high), flags=cv2.INTER_LINEAR)
    left, right, top, foot = places.T
    level = (top + foot) / 2 - high / 2
    wider = abs(lean) * (foot - top) / 4
    spans = [sx * left + start + lean * level - wider, sx * right + start + lean * level + wider]
    rows = [sy * (edge - high / 2) + high / 2 + down for edge in (top, foot)]
    chars[:, :2] = sx * chars[:, :2] + start
    return np.asarray(drawn, np.float32), np.stack([*spans, *rows], axis=1), chars


def _stained(image: Image, rng: np.random.Generator) -> None:
    """Blur, stain, lighten or darken a strip, in place."""
    page = image[..., 0]
    if rng.random() < 0.3:
        page[:] = cv2.GaussianBlur(page, (0, 0), rng.uniform(0.4, 1.3))
    if rng.random() < 0.3:
        page += rng.normal(0, rng.uniform(0.01, 0.08), page.shape).astype(np.float32)
    page[:] = np.clip(page, 0, 1) ** np.float32(np.exp(rng.normal(0, 0.25)))
    if rng.random() < 0.1:
        image[..., 1] = cv2.dilate(image[..., 1], np.ones((2, 2), np.uint8))


def _printed_under(page: Image, rng: np.random.Generator) -> None:
    """Lay waves of fine lines under a strip, in place."""
    rows, cols = np.mgrid[:HEIGHT, : page.shape[1]]
    angle, pitch = rng.uniform(0, np.pi), rng.uniform(3, 9)
    bent = rng.uniform(0, 2) * np.sin(cols / rng.uniform(6, 20))
    wave = np.sin(2 * np.pi * (cols * np.cos(angle) + rows * np.sin(angle) + bent) / pitch)
    np.maximum(page, rng.uniform(0.1, 0.4) * (wave > rng.uniform(0, 0.7)), out=page)
