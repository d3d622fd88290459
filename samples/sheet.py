"""Paper to print and write on."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.train.fonts import find_fonts, load
from reader.train.strokes import Style, draw_char, random_style

Colour = tuple[float, float, float]
"""Blue, green, red in [0, 1]."""

BLACK: Colour = (0.12, 0.11, 0.10)
GREY: Colour = (0.45, 0.44, 0.43)
BLUE: Colour = (0.55, 0.22, 0.12)
RED: Colour = (0.20, 0.15, 0.75)

SANS, BOLD, SERIF = "DejaVuSans", "DejaVuSans-Bold", "LiberationSerif-Regular"
MONO, TYPED, MACHINE, SCRIPT = "DejaVuSansMono", "LiberationMono-Regular", "OCRB", "DancingScript-Regular"


def invent_hand(seed: int, **changes: float) -> tuple[Style, np.random.Generator]:
    """Give a writer, and the random numbers of what it writes."""
    rng = np.random.default_rng(seed)
    return replace(random_style(rng), **changes), rng  # type: ignore[arg-type]


class Sheet:
    """A sheet in colour; x runs to the right, y down, both in pixels.

    Parameters
    ----------
    width, height : int
    paper : Colour
    """

    def __init__(self, width: int, height: int, paper: Colour = (1.0, 1.0, 1.0)) -> None:
        self.pixels = np.empty((height, width, 3), np.float32)
        self.pixels[:] = paper

    def stamp(self, alpha: NDArray[np.float32], x: int, y: int, colour: Colour) -> None:
        """Ink the sheet where `alpha` covers it, top-left corner at (x, y); what falls outside is lost."""
        top, left = max(y, 0), max(x, 0)
        part = self.pixels[top : max(y + alpha.shape[0], 0), left : max(x + alpha.shape[1], 0)]
        cover = alpha[top - y :, left - x :][: part.shape[0], : part.shape[1], None]
        part += (np.asarray(colour, np.float32) - part) * cover

    def print(
        self,
        text: str,
        x: int,
        y: int,
        size: int,
        face: str = SANS,
        colour: Colour = BLACK,
        right: bool = False,
    ) -> None:
        """Print on the baseline `y` from `x` on, or up to `x`."""
        font = load(_faces()[face], size)
        mask, offset = font.getmask2(text, mode="L", anchor="ls")
        alpha = np.frombuffer(bytes(mask), np.uint8).reshape(mask.size[1], mask.size[0])
        start = x - round(font.getlength(text)) if right else x
        self.stamp(alpha / np.float32(255), start + round(offset[0]), y + round(offset[1]), colour)

    def write(
        self,
        text: str,
        x: int,
        y: int,
        height: float,
        hand: tuple[Style, np.random.Generator],
        colour: Colour = BLUE,
        pitch: float = 0.0,
    ) -> int:
        """Write with a pen on the baseline `y`; with a `pitch`, one character a box. Gives the end."""
        style, rng = hand
        pen = float(x)
        for number, char in enumerate(text):
            if char == " ":
                pen += 0.5 * height
                continue
            drawn = draw_char(char, style, rng, height)
            width = drawn.alpha.shape[1]
            if pitch:
                pen = x + pitch * number + (pitch - width) / 2
            self.stamp(drawn.alpha, round(pen), y + drawn.top, colour)
            pen += width + max(style.spacing, 0.02) * height
        return round(pen)

    def line(self, start: Sequence[int], end: Sequence[int], width: int = 2, colour: Colour = GREY) -> None:
        """Draw a straight line."""
        cv2.line(self.pixels, tuple(start), tuple(end), colour, width, cv2.LINE_AA)

    def frame(self, x: int, y: int, width: int, height: int, line: int = 2, colour: Colour = GREY) -> None:
        """Draw a box."""
        cv2.rectangle(self.pixels, (x, y), (x + width, y + height), colour, line)

    @property
    def image(self) -> NDArray[np.uint8]:
        """The sheet as uint8 (H, W, 3)."""
        return np.asarray(np.clip(self.pixels * 255 + 0.5, 0, 255), np.uint8)


def _faces() -> dict[str, object]:
    """Files of the fonts on this machine, by their name without ending."""
    return {face.path.stem: face.path for face in find_fonts()}
