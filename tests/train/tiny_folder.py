"""A folder of labelled images in small."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
from tiny_sets import glyph


def write_folder(path: Path, each: int = 25) -> Path:
    """Write so many images of a 3, a 7 and a K, dark on light, each shifted a little."""
    for name, text in (("3", "3"), ("7", "7"), ("not-a-digit", "K")):
        (path / name).mkdir(parents=True)
        for number in range(each):
            image = np.roll(glyph(text, 56), (number % 5 - 2, number // 5 - 2), (0, 1))
            cv2.imwrite(str(path / name / f"{number:02}.png"), ~image)
    return path
