"""From clean ink to what a scanner or camera sees of it: paper, pen, light, blur, sampling, JPEG."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Field = NDArray[np.float32]


def degrade(alpha: Field, rng: np.random.Generator, *, level: float = 0.5) -> NDArray[np.uint8]:
    """Photograph ink on paper.

    Parameters
    ----------
    alpha : ndarray of float32, shape (H, W), in [0, 1]
        Coverage by ink.
    rng : numpy.random.Generator
    level : float, in [0, 1]
        How bad the picture may become: 0 is a clean scan.

    Returns
    -------
    ndarray of uint8, shape (H, W)
        Dark ink on lighter paper.

    Raises
    ------
    ValueError
        When `alpha` is no picture or `level` lies outside [0, 1].
    """
    if alpha.ndim != 2 or 0 in alpha.shape:
        raise ValueError(f"ink coverage needs shape (H, W) with at least one pixel, not {alpha.shape}")
    if not 0 <= level <= 1:
        raise ValueError(f"the level of degradation lies in [0, 1], not {level}")
    pen = stroke_width(alpha)
    faint = rng.random() < 0.05 + 0.15 * level
    white = float(rng.uniform(170, 250) if rng.random() < 0.7 else rng.uniform(110, 185))
    contrast = float(rng.uniform(0.28, 0.5) if faint else rng.uniform(0.5, 0.88))
    dark = _fibres(alpha.shape, rng, level)
    if rng.random() < 0.35 + 0.5 * level:
        # On security paper grey scans show the pen less black than on white.
        contrast *= float(rng.uniform(0.75, 1))
        dark = np.maximum(dark, _security_print(alpha.shape, rng, 0.6 if faint else 1.0))
    paper = white - white * contrast * dark
    ink = white * (1 - contrast)
    coverage = alpha * _pen_texture(alpha.shape, rng, level, faint)
    seen = np.asarray(paper + (np.minimum(ink, paper) - paper) * coverage, dtype=np.float32)
    seen = _lens(seen * _light(alpha.shape, rng, level), rng, level, pen)
    return _encode(_resample(seen, rng, level, pen), rng, level)


def stroke_width(alpha: Field) -> float:
    """Estimate the mean width of the strokes in pixels from area and outline.

    Examples
    --------
    >>> bar = np.zeros((60, 60), np.float32); bar[5:55, 20:26] = 1
    >>> 5 < stroke_width(bar) < 7
    True
    """
    outline = np.abs(np.diff(alpha, axis=0)).sum() + np.abs(np.diff(alpha, axis=1)).sum()
    # Steps along rows and columns overstate a slanting outline by 4/pi on average.
    return float(np.clip(2 * 1.13 * alpha.sum() / max(float(outline), 1.0), 1.0, 40.0))


def _cloud(shape: tuple[int, ...], rng: np.random.Generator, cell: float) -> Field:
    """Smooth noise of unit size with features of about `cell` pixels."""
    height, width = shape
    coarse = rng.standard_normal((int(height / cell) + 2, int(width / cell) + 2), dtype=np.float32)
    return np.asarray(cv2.resize(coarse, (width, height), interpolation=cv2.INTER_CUBIC), dtype=np.float32)


def _grid(shape: tuple[int, ...], angle: float) -> tuple[Field, Field]:
    """Coordinates along and across a direction, in pixels."""
    y, x = np.arange(shape[0], dtype=np.float32)[:, None], np.arange(shape[1], dtype=np.float32)[None, :]
    cos, sin = np.float32(np.cos(angle)), np.float32(np.sin(angle))
    return x * cos + y * sin, y * cos - x * sin


def _lines(shape: tuple[int, ...], rng: np.random.Generator, steep: bool) -> Field:
    """A family of parallel fine lines, straight or waved, in [0, 1]."""
    angle = rng.uniform(-1.4, 1.4) if steep else rng.normal(0, 0.2)
    along, across = _grid(shape, angle)
    pitch, wave = float(rng.uniform(2.5, 9)), float(rng.uniform(20, 140))
    swing = float(rng.uniform(0, 0.12)) * wave * (rng.random() < 0.7)
    bent = across + swing * np.sin(2 * np.pi * (along / wave + rng.random()), dtype=np.float32)
    return _ridge(bent / pitch + np.float32(rng.random()), rng)


def _arcs(shape: tuple[int, ...], rng: np.random.Generator) -> Field:
    """Fine lines around a far centre, in [0, 1]."""
    along, across = _grid(shape, 0.0)
    centre = rng.uniform(-1, 2, 2) * np.array(shape) * (2, 1)
    radius = np.hypot(along - np.float32(centre[1]), across - np.float32(centre[0]))
    return _ridge(radius / np.float32(rng.uniform(3, 9)), rng)


def _dots(shape: tuple[int, ...], rng: np.random.Generator) -> Field:
    """A raster of dots, in [0, 1]."""
    along, across = _grid(shape, rng.uniform(0, 1.5))
    pitch = np.float32(2 * np.pi / rng.uniform(3, 8))
    return np.asarray(np.clip(np.sin(along * pitch) * np.sin(across * pitch), 0, 1), dtype=np.float32)


def _blotches(shape: tuple[int, ...], rng: np.random.Generator) -> Field:
    """Small irregular specks, as of recycled or sponged paper, in [0, 1]."""
    field = _cloud(shape, rng, rng.uniform(1.3, 3.5))
    return np.asarray(np.clip(field * rng.uniform(0.4, 1.2), 0, 1), dtype=np.float32)


def _ridge(phase: Field, rng: np.random.Generator) -> Field:
    """Lines of some sharpness at whole phases, in [0, 1]."""
    wave = 0.5 + 0.5 * np.cos(np.float32(2 * np.pi) * phase)
    return np.asarray(wave ** int(rng.integers(1, 5)), dtype=np.float32)


def _fibres(shape: tuple[int, ...], rng: np.random.Generator, level: float) -> Field:
    """Darkness of plain paper as a share of the ink's."""
    speckle = np.abs(_cloud(shape, rng, rng.uniform(1, 4)))
    return np.asarray(speckle * np.float32(rng.uniform(0, 0.06) * level), dtype=np.float32)


def _security_print(shape: tuple[int, ...], rng: np.random.Generator, limit: float) -> Field:
    """Darkness of a cheque's printed pattern as a share of the ink's, up to about 0.6 of `limit`."""
    dark = np.zeros(shape, np.float32)
    strength = limit * (rng.uniform(0.12, 0.45) if rng.random() < 0.85 else rng.uniform(0.45, 0.6))
    for number in range(int(rng.integers(1, 4))):
        kind = rng.random()
        if kind < 0.62:
            layer = _lines(shape, rng, steep=number > 0)
        elif kind < 0.78:
            layer = _arcs(shape, rng)
        else:
            layer = _dots(shape, rng) if kind < 0.87 else _blotches(shape, rng)
        # Print is uneven along its lines, and often fades in and out over the cheque.
        cell = 60 if rng.random() < 0.3 else rng.uniform(3, 12)
        layer = layer * np.clip(0.8 + 0.4 * _cloud(shape, rng, cell), 0, 1)
        dark = np.maximum(dark, layer * np.float32(strength * rng.uniform(0.6, 1)))
    return np.asarray(dark, dtype=np.float32)


def _pen_texture(shape: tuple[int, ...], rng: np.random.Generator, level: float, pencil: bool) -> Field:
    """How much of the ink arrives: pressure along the line, grain, starved streaks; in [0, 1]."""
    arrives: Field = 1 - np.float32(rng.uniform(0, 0.22) * level) * np.abs(
        _cloud(shape, rng, rng.uniform(5, 25))
    )
    grain = rng.uniform(0.1, 0.35) if pencil else rng.uniform(0, 0.12)
    arrives -= np.float32(grain * level) * np.abs(_cloud(shape, rng, rng.uniform(1, 2)))
    if rng.random() < 0.12 * level:
        streaks = _cloud(shape, rng, rng.uniform(1.5, 4)) - np.float32(1.1)
        arrives -= np.clip(streaks, 0, 0.6)
    return np.asarray(np.clip(arrives, 0.15, 1), dtype=np.float32)


def _light(shape: tuple[int, ...], rng: np.random.Generator, level: float) -> Field:
    """Illumination as a factor: a gradient, sometimes a shadow with a soft edge."""
    along = _grid(shape, rng.uniform(0, 2 * np.pi))[0]
    along = (along - along.min()) / max(float(np.ptp(along)), 1.0)
    factor = 1 - np.float32(rng.uniform(0, 0.3) * level) * along
    if rng.random() < 0.2 * level:
        edge = (along - np.float32(rng.uniform(0.2, 0.8))) * np.float32(rng.uniform(3, 40))
        factor = factor * (1 - np.float32(rng.uniform(0.1, 0.4)) / (1 + np.exp(-edge)))
    return np.asarray(factor, dtype=np.float32)


def _lens(seen: Field, rng: np.random.Generator, level: float, pen: float) -> Field:
    """Blur: soft focus, sometimes motion or a defocused disc, never wider than the strokes bear."""
    reach = level * min(pen, 6.0)
    kind = rng.random()
    if kind < 0.1:
        size = 2 * max(1, round(rng.uniform(0.2, 0.6) * reach)) + 1
        kernel = np.zeros((size, size), np.float32)
        offset = (size // 2) * np.array([np.cos(turn := rng.uniform(0, np.pi)), np.sin(turn)])
        ends = np.round(size // 2 + np.array([offset, -offset])).astype(int).tolist()
        cv2.line(kernel, ends[0], ends[1], 1.0, 1)
        return np.asarray(cv2.filter2D(seen, -1, kernel / kernel.sum()), dtype=np.float32)
    if kind < 0.2:
        disc = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (3, 3) if reach < 3 else (5, 5)).astype(
            np.float32
        )
        return np.asarray(cv2.filter2D(seen, -1, disc / disc.sum()), dtype=np.float32)
    sigma = float(rng.uniform(0.2, 0.45) + rng.uniform(0, 0.3) * reach)
    return np.asarray(cv2.GaussianBlur(seen, (0, 0), sigma), dtype=np.float32)


def _resample(seen: Field, rng: np.random.Generator, level: float, pen: float) -> Field:
    """Lose detail by sampling down and up again, where the strokes stay wider than a pixel."""
    factor = float(rng.uniform(1, 2.2))
    height, width = seen.shape
    if rng.random() > 0.35 * level or pen / factor < 1.3 or min(height, width) < 12:
        return seen
    small = cv2.resize(seen, (round(width / factor), round(height / factor)), interpolation=cv2.INTER_AREA)
    way = cv2.INTER_CUBIC if rng.random() < 0.5 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(small, (width, height), interpolation=way), dtype=np.float32)


def _encode(seen: Field, rng: np.random.Generator, level: float) -> NDArray[np.uint8]:
    """Add sensor noise, round to bytes, mostly pass through JPEG."""
    noise: Field = rng.standard_normal(seen.shape, dtype=np.float32) * np.float32(
        rng.exponential(3.5) * level
    )
    if rng.random() < 0.3:
        noise = np.asarray(cv2.blur(noise, (2, 2)), dtype=np.float32)
    image: NDArray[np.uint8] = np.clip(seen + noise, 0, 255).astype(np.uint8)
    if rng.random() > 0.3 + 0.5 * level:
        return image
    quality = int(rng.uniform(95 - 65 * level, 96))
    packed = cv2.imencode(".jpg", image, [cv2.IMWRITE_JPEG_QUALITY, quality])[1]
    return np.asarray(cv2.imdecode(packed, cv2.IMREAD_GRAYSCALE), dtype=np.uint8)
