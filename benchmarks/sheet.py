"""A printed form, filled in by a hand that wrote MNIST's test digits, as a scanner or a camera sees it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from trace import Points, trace

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from reader.train.idx import read_labelled

SANS, SERIF, SLANTED = "DejaVuSans.ttf", "DejaVuSerif.ttf", "DejaVuSans-Oblique.ttf"
PAPERS = ((250, 250, 248), (240, 246, 238), (250, 240, 238), (236, 242, 250), (253, 248, 228))
RULES = ((60, 60, 60), (110, 140, 190), (190, 110, 90), (90, 150, 110), (20, 70, 140), (200, 80, 120))
PENS = ((30, 30, 35), (30, 45, 130), (20, 30, 90), (45, 60, 150))
THIN, THICK = 0.04, 0.08
"""Width of a pen in heights of a cell."""
BOX = 20
"""Height of MNIST's digits in pixels."""


@dataclass(slots=True)
class Hand:
    """One writer's digits as strokes, by label."""

    strokes: dict[int, list[list[Points]]]

    def digit(self, label: int, rng: np.random.Generator) -> list[Points]:
        """Give one of the writer's digits of that label."""
        own = self.strokes[label]
        return own[int(rng.integers(len(own)))]


def hands(data: Path, count: int, seed: int = 0) -> list[Hand]:
    """Choose writers of MNIST's test part that wrote every digit, and trace what they wrote."""
    images, labels, _ = read_labelled(data, "t10k")
    writers = np.load(data / "t10k-writer-ids.npy")
    whole = [int(w) for w in np.unique(writers) if len(np.unique(labels[writers == w])) == 10]
    chosen = np.random.default_rng(seed).permutation(whole)[:count]
    return [
        Hand({d: [trace(one) for one in images[(writers == w) & (labels == d)]] for d in range(10)})
        for w in chosen
    ]


@dataclass(slots=True)
class Sheet:
    """A form that is being printed and filled in.

    `written` and `printed` are the numbers on it, digits alone.
    """

    rng: np.random.Generator
    hand: Hand
    cell: int
    page: Image.Image
    ink: NDArray[np.float32]
    rule: tuple[int, int, int]
    font: str
    pen: float
    written: list[str] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)

    def lines(self, boxes: Sequence[tuple[float, float, float, float]], width: int = 1) -> None:
        """Print boxes, left, top, right, foot."""
        for box in boxes:
            ImageDraw.Draw(self.page).rectangle(box, outline=self.rule, width=width)

    def type(self, text: str, x: float, y: float, size: float = 0.5) -> None:
        """Print text whose characters are that many cells high."""
        font = ImageFont.truetype(self.font, max(9, round(size * self.cell)))
        ImageDraw.Draw(self.page).text((x, y), text, font=font, fill=(40, 40, 40))
        self.printed += ["".join(filter(str.isdigit, one)) for one in re.findall(r"\d[\d,-]*", text)]

    def scrawl(self, text: str, x: float, y: float, size: float = 0.7) -> None:
        """Write text that is no number."""
        layer = Image.new("L", self.page.size, 0)
        font = ImageFont.truetype(SLANTED, round(size * self.cell))
        ImageDraw.Draw(layer).text((x, y), text, font=font, fill=255)
        np.maximum(self.ink, np.asarray(layer, np.float32) / 255, out=self.ink)

    def put(self, label: int, x: float, y: float, height: float, *, left: bool = False) -> float:
        """Write a digit with its middle, or its left side, at x; gives where it ends."""
        strokes = self.hand.digit(label, self.rng)
        every = np.vstack(strokes)
        low, high = every.min(axis=0), every.max(axis=0)
        scale = height / BOX * self.rng.uniform(0.92, 1.08)
        if left:
            x += scale * (high[0] - low[0]) / 2
        self._draw([scale * (stroke - (low + high) / 2) + [x, y] for stroke in strokes])
        return float(x + scale * (high[0] - low[0]) / 2)

    def write(self, text: str, x: float, y: float, height: float) -> None:
        """Write a number freely: digits, commas, "/" and "-"."""
        for char in text:
            if char.isdigit():
                at = y + self.rng.normal(0, 0.03) * height
                x = self.put(int(char), x, at, height, left=True) + height * self.rng.uniform(0.12, 0.3)
                continue
            ends = {",": ((0.1, 0.4), (0, 0.65)), "/": ((0.4, -0.55), (0, 0.6)), "-": ((0, 0), (0.4, 0.02))}
            self._draw([np.array([[x, y], [x, y]]) + height * np.array(ends[char])])
            x += height * (0.3 if char == "," else 0.6)
        self.written.append("".join(filter(str.isdigit, text)))

    def _draw(self, strokes: list[Points]) -> None:
        layer = np.zeros((2 * self.ink.shape[0], 2 * self.ink.shape[1]), np.uint8)
        for stroke in strokes:
            at = np.round(16 * stroke).astype(np.int32).reshape(-1, 1, 2)
            cv2.polylines(layer, [at], False, 255, max(1, round(2 * self.pen)), cv2.LINE_AA, 3)
        half = cv2.resize(layer, self.ink.shape[::-1], interpolation=cv2.INTER_AREA)
        np.maximum(self.ink, half.astype(np.float32) / 255, out=self.ink)

    def seen(self, *, photo: bool) -> NDArray[np.uint8]:
        """Scan or photograph it; gives BGR."""
        rng = self.rng
        paper = np.asarray(self.page, np.float32)[:, :, ::-1]
        cover = self.ink[..., None] * rng.uniform(0.75, 0.97)
        color = np.array(PENS[int(rng.integers(len(PENS)))][::-1], np.float32)
        picture = paper * (1 - cover) + color * cover
        height, width = picture.shape[:2]
        if photo:
            edges = (height // 12, height // 12, width // 12, width // 12)
            desk = [int(v) for v in rng.integers(40, 140, 3)]
            picture = cv2.copyMakeBorder(picture, *edges, cv2.BORDER_CONSTANT, value=desk)
            height, width = picture.shape[:2]
            corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
            moved = corners + rng.uniform(-0.035, 0.035, (4, 2)) * [width, height]
            matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
            picture = cv2.warpPerspective(picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
            across = np.linspace(rng.uniform(0.5, 1), rng.uniform(0.7, 1), width)
            down = np.linspace(rng.uniform(0.6, 1), rng.uniform(0.7, 1), height)
            picture = picture * (down[:, None] * across)[..., None]
        else:
            matrix = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.normal(0, 0.7)), 1)
            picture = cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
        blur, noise = (rng.uniform(0.5, 1.1), rng.uniform(2, 6)) if photo else (0.6, 2)
        picture = cv2.GaussianBlur(picture, (0, 0), blur) + rng.normal(0, noise, picture.shape)
        stored = cv2.imencode(
            ".jpg", np.clip(picture, 0, 255).astype(np.uint8), [1, int(rng.integers(70, 92))]
        )
        return np.asarray(cv2.imdecode(stored[1], cv2.IMREAD_COLOR), np.uint8)


def blank(rng: np.random.Generator, hand: Hand, cell: int, width: float, height: float) -> Sheet:
    """Take a sheet of paper so many cells wide and high."""
    size = round(width * cell), round(height * cell)
    return Sheet(
        rng,
        hand,
        cell,
        Image.new("RGB", size, PAPERS[int(rng.integers(len(PAPERS)))]),
        np.zeros(size[::-1], np.float32),
        RULES[int(rng.integers(len(RULES)))],
        str(rng.choice([SANS, SERIF])),
        max(1.5, rng.uniform(THIN, THICK) * cell),
    )
