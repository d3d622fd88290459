"""What cameras, scanners and hands do to a page: an image in, the changed one and the way back out."""

from __future__ import annotations

from collections.abc import Callable

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Points = NDArray[np.float64]
Back = Callable[[Points], Points]
"""Points (N, 2) of the changed image to the image as it was."""
Change = Callable[[Image], tuple[Image, Back]]

WHITE = (255, 255, 255)


def _through(matrix: Points) -> Back:
    inverse = np.linalg.inv(matrix)
    return lambda points: cv2.perspectiveTransform(points[None], inverse)[0]


def as_it_is(image: Image) -> tuple[Image, Back]:
    """Leave the page."""
    return image, lambda points: points


def turned(degrees: float) -> Change:
    """Turn the page counter-clockwise on white paper."""

    def change(image: Image) -> tuple[Image, Back]:
        height, width = image.shape[:2]
        c, s = np.cos(np.deg2rad(degrees)), np.sin(np.deg2rad(degrees))
        corners = np.array([[0, 0], [width, 0], [0, height], [width, height]], float) @ [[c, -s], [s, c]]
        low, size = corners.min(axis=0), np.ceil(np.ptp(corners, axis=0) - 1e-6).astype(int)
        matrix = np.array([[c, s, -low[0]], [-s, c, -low[1]], [0, 0, 1]])
        drawn = cv2.warpPerspective(image, matrix, (int(size[0]), int(size[1])), borderValue=WHITE)
        return np.asarray(drawn, np.uint8), _through(matrix)

    return change


def leaning_back(part: float) -> Change:
    """Photograph the page from below: its far side is narrower by up to that part, and askew."""

    def change(image: Image) -> tuple[Image, Back]:
        h, w = image.shape[:2]
        there = np.array([[0, 0], [w, 0], [w, h], [0, h]], np.float32)
        here = [[part * w, part * h / 2], [w - 0.6 * part * w, 0], [w, h - 0.1 * part * h], [0, h]]
        matrix = cv2.getPerspectiveTransform(there, np.array(here, np.float32)).astype(float)
        drawn = cv2.warpPerspective(image, matrix, (w, h), borderValue=WHITE)
        return np.asarray(drawn, np.uint8), _through(matrix)

    return change


def bowed(part: float) -> Change:
    """Curl the page: its middle is lower than its sides by that part of its height."""

    def change(image: Image) -> tuple[Image, Back]:
        height, width = image.shape[:2]
        x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))

        def drop(at: Points) -> Points:
            return part * height * (np.sin(np.pi * at / width) - 0.5)

        rows = (y - drop(x)).astype(np.float32)
        drawn = cv2.remap(image, x, rows, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
        return np.asarray(drawn, np.uint8), lambda p: np.column_stack([p[:, 0], p[:, 1] - drop(p[:, 0])])

    return change


def grained(level: float) -> Change:
    """Add a sensor's noise, in grey levels."""

    def change(image: Image) -> tuple[Image, Back]:
        grain = np.random.default_rng(1).normal(0, level, image.shape)
        return np.clip(image + grain, 0, 255).astype(np.uint8), lambda points: points

    return change


def blurred(sigma: float) -> Change:
    """Put the page out of focus, by pixels."""
    return lambda image: (np.asarray(cv2.GaussianBlur(image, (0, 0), sigma), np.uint8), lambda points: points)


def scaled(factor: float) -> Change:
    """Scan the page at another resolution."""

    def change(image: Image) -> tuple[Image, Back]:
        way = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
        drawn = np.asarray(cv2.resize(image, None, fx=factor, fy=factor, interpolation=way), np.uint8)
        ratio = np.array(image.shape[1::-1]) / drawn.shape[1::-1]
        return drawn, lambda points: points * ratio

    return change


def lit(darkest: float) -> Change:
    """Throw a lamp's light on one corner: the opposite one has that part of it."""

    def change(image: Image) -> tuple[Image, Back]:
        height, width = image.shape[:2]
        light = (
            np.add.outer(np.linspace(0.5, 0, height), np.linspace(0.5, 0, width)) * (1 - darkest) + darkest
        )
        shaded = image * (light[..., None] if image.ndim == 3 else light)
        return shaded.astype(np.uint8), lambda points: points

    return change


CHANGES: dict[str, Change] = {
    "as it is": as_it_is,
    "lying, to the left": turned(90),
    "on its head": turned(180),
    "lying, to the right": turned(270),
    "turned by 8°": turned(8),
    "turned by 20°": turned(20),
    "turned by -35°": turned(-35),
    "at an angle, far side 10 % narrower": leaning_back(0.1),
    "at an angle, far side 18 % narrower": leaning_back(0.18),
    "curled by 2 % of its height": bowed(0.02),
    "curled by 5 % of its height": bowed(0.05),
    "noise of 5 grey levels": grained(5),
    "noise of 15 grey levels": grained(15),
    "out of focus by 1 pixel": blurred(1.0),
    "scanned at 0.6 of the resolution": scaled(0.6),
    "scanned at 1.6 of the resolution": scaled(1.6),
    "light falling to 0.2": lit(0.2),
}
