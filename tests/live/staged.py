"""Numbers as a reading would give them, without reading anything."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np

SAMPLES = Path(__file__).parents[2] / "samples"
sys.path.insert(0, str(SAMPLES))

import clip  # noqa: E402  (found through the line above)

from reader.types import Char, Number  # noqa: E402

__all__ = ["char", "clip", "number", "staged"]


def char(text, box=(0, 0, 10, 20), confidence=0.97):
    """A character as read: digits have an alternative."""
    if not text.isdigit():
        return Char(text, 1.0, box)
    other = str((int(text) + 1) % 10)
    return Char(text, confidence, box, ((text, confidence), (other, 0.9 * (1 - confidence))))


def number(text, box, confidence=0.97):
    """A number whose characters divide its box evenly."""
    x, y, w, h = box
    step = w / len(text)
    chars = tuple(
        char(c, (round(x + i * step), y, max(1, round(step)), h), confidence) for i, c in enumerate(text)
    )
    digits = "".join(c for c in text if c.isdigit())
    return Number(text, digits, confidence ** len(digits), box, chars)


def staged(scene, move, time, size):
    """The numbers of a scene as a perfect reading of a frame of that time has them."""
    shot = move(time)
    if not shot.there:
        return []
    turn = clip.lens(scene, shot, size)
    found = []
    for text, (x, y, w, h) in scene.numbers.items():
        corners = np.array([[[x, y], [x + w, y], [x, y + h], [x + w, y + h]]], float)
        place = cv2.perspectiveTransform(corners, turn)[0]
        low, high = place.min(axis=0).round().astype(int), place.max(axis=0).round().astype(int)
        if (low >= 0).all() and (high < size).all():
            found.append(number(text, (int(low[0]), int(low[1]), *map(int, high - low))))
    return found
