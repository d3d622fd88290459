"""What a camera or scanner makes of a sheet."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

Image = NDArray[np.uint8]
Points = NDArray[np.float32]


def corners(image: Image) -> Points:
    """Give the corners of an image: top-left, bottom-left, bottom-right, top-right."""
    height, width = image.shape[:2]
    return np.array([[0, 0], [0, height], [width, height], [width, 0]], np.float32)


def lay(image: Image, places: Points, size: tuple[int, int], desk: tuple[int, int, int]) -> Image:
    """Lay a sheet on a desk with its corners at `places`; `size` is (width, height) of the photograph."""
    turn = cv2.getPerspectiveTransform(corners(image), places)
    out = cv2.warpPerspective(
        image, turn, size, flags=cv2.INTER_AREA, borderMode=cv2.BORDER_CONSTANT, borderValue=desk
    )
    return np.asarray(out, np.uint8)


def rotate(image: Image, degrees: float, paper: tuple[int, int, int] = (255, 255, 255)) -> Image:
    """Turn an image counter-clockwise about its middle, on paper of the same size."""
    height, width = image.shape[:2]
    turn = cv2.getRotationMatrix2D((width / 2, height / 2), degrees, 1.0)
    out = cv2.warpAffine(
        image, turn, (width, height), flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_CONSTANT, borderValue=paper
    )
    return np.asarray(out, np.uint8)


def light(
    shape: tuple[int, ...], *, falloff: float, shadow: float, at: tuple[float, float]
) -> NDArray[np.float32]:
    """Give the light on a sheet: it falls off from the top-left corner, and a soft shadow lies on one side.

    `at` is the shadow's edge along the top and along the foot, as parts of the width.
    """
    height, width = shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    field = 1 - falloff * (x / width + y / height) / 2
    edge = (at[0] + (at[1] - at[0]) * y / height) * width
    return np.asarray(field * (1 - shadow / (1 + np.exp(-(x - edge) / (0.03 * width)))), np.float32)


def expose(
    image: Image, rng: np.random.Generator, *, field: NDArray[np.float32], blur: float, noise: float
) -> Image:
    """Photograph: light, lens and sensor noise (both in pixels and grey levels)."""
    seen = image.astype(np.float32) * field[..., None]
    seen = cv2.GaussianBlur(seen, (0, 0), blur)
    # The sensor's noise as JPEG leaves it: a little coarser than one pixel.
    grain = cv2.GaussianBlur(rng.normal(0, 1, image.shape).astype(np.float32), (0, 0), 0.7) * 2.5
    return np.asarray(np.clip(seen + noise * grain, 0, 255), np.uint8)
