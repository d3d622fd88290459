"""Arrays as pictures that Tk can show."""

from __future__ import annotations

import tkinter as tk
from typing import TYPE_CHECKING

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.types import Box

if TYPE_CHECKING:
    from typing import Any


def portable(image: NDArray[np.uint8]) -> bytes:
    """Give an image as a portable grey or pixel map (PGM, PPM), which Tk reads fastest.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W) or (H, W, 3) in OpenCV's order

    Examples
    --------
    >>> portable(np.full((1, 2), 65, np.uint8))
    b'P5 2 1 255\\nAA'
    """
    height, width = image.shape[:2]
    kind = 5 if image.ndim == 2 else 6
    pixels = image if image.ndim == 2 else image[..., ::-1]
    return b"P%d %d %d 255\n" % (kind, width, height) + pixels.tobytes()


def show(photo: tk.PhotoImage, image: NDArray[np.uint8], at: Box | None = None) -> None:
    """Put an image, or the part of it in a box, on a picture of its size."""
    x, y, w, h = at or (0, 0, image.shape[1], image.shape[0])
    if w > 0 and h > 0:
        part = portable(image[y : y + h, x : x + w])
        tcl: Any = photo.tk
        tcl.call(photo, "put", part, "-format", "ppm", "-to", x, y)


def enlarged(image: NDArray[np.uint8], times: int) -> NDArray[np.uint8]:
    """Give an image with each pixel as a square."""
    return np.repeat(np.repeat(image, times, axis=0), times, axis=1)


def fitted(image: NDArray[np.uint8], width: int, height: int) -> tuple[NDArray[np.uint8], float]:
    """Shrink or enlarge an image to a space, in proportion; gives it and the scale.

    Examples
    --------
    >>> small, scale = fitted(np.zeros((100, 400), np.uint8), 200, 200)
    >>> small.shape, scale
    ((50, 200), 0.5)
    """
    scale = min(width / image.shape[1], height / image.shape[0])
    size = max(1, round(image.shape[1] * scale)), max(1, round(image.shape[0] * scale))
    way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    return np.asarray(cv2.resize(image, size, interpolation=way), np.uint8), scale
