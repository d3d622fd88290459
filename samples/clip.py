"""Films a sample page: held in the hand, shaken, panned, out of focus, dimmed, taken away.

    python samples/clip.py handheld handheld.mp4 [--seconds 10] [--size 1280x720]

The same arguments give the same frames. Tests, benchmarks and the README's pictures are made from such clips.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from math import pi, sin
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray
from photo import corners

HERE = Path(__file__).parent
Image = NDArray[np.uint8]
DESK = (118, 148, 168)
EXPOSURE = 1 / 60
"""Seconds that the shutter is open: what moves in them is smeared."""


@dataclass(frozen=True)
class Shot:
    """How the page lies before the camera at one moment.

    Attributes
    ----------
    x, y : float
        Of the page's middle from the frame's, in widths of the frame.
    angle : float
        Degrees counter-clockwise.
    scale : float
        1 lets the page fill 86 % of the frame's width, or of its height.
    tilt : float
        By how much the page's right edge is longer than its left one, as a part.
    blur : float
        Of the lens, sigma in thousandths of the frame's width.
    gain : float
        Of the light.
    there : bool
        False once the page was taken away.
    """

    x: float = 0.0
    y: float = 0.0
    angle: float = 0.0
    scale: float = 1.0
    tilt: float = 0.0
    blur: float = 0.0
    gain: float = 1.0
    there: bool = True


def wave(t: float, hertz: float, phase: float = 0.0) -> float:
    """Swing between -1 and 1."""
    return sin(2 * pi * (hertz * t + phase))


def handheld(t: float) -> Shot:
    """Hold the page in the hand: it sways, turns and tilts a little."""
    return Shot(
        x=0.012 * wave(t, 0.31) + 0.003 * wave(t, 1.7, 0.2),
        y=0.009 * wave(t, 0.43, 0.1) + 0.002 * wave(t, 2.1),
        angle=1.5 * wave(t, 0.23, 0.3),
        scale=0.97 + 0.02 * wave(t, 0.17),
        tilt=0.02 * wave(t, 0.29),
    )


def shaken(t: float) -> Shot:
    """Shake the page in bouts of a second with a second of calm between."""
    bout = max(0.0, wave(t, 0.5, -0.2))
    return Shot(x=0.02 * bout * wave(t, 3.7), y=0.012 * bout * wave(t, 4.6, 0.3), angle=bout * wave(t, 2.9))


def blurred(t: float) -> Shot:
    """Let the focus wander off and come back."""
    return Shot(blur=5.0 * max(0.0, wave(t, 0.4, -0.15)))


def dimmed(t: float) -> Shot:
    """Turn the light down to a third and up again while the page is held."""
    held = handheld(t)
    return Shot(held.x, held.y, held.angle, held.scale, gain=0.66 + 0.33 * wave(t, 0.2, 0.25))


def panned(t: float) -> Shot:
    """Carry the page from right to left through the picture, nearer than the others."""
    return Shot(x=0.22 * wave(t, 0.1, 0.25), scale=1.25)


def taken_away(t: float) -> Shot:
    """Hold the page, and take it away after three seconds, at once."""
    return Shot(there=t < 3.0)


MOVES: dict[str, Callable[[float], Shot]] = {
    "still": lambda t: Shot(),
    "handheld": handheld,
    "shaken": shaken,
    "blurred": blurred,
    "dimmed": dimmed,
    "panned": panned,
    "taken-away": taken_away,
}


@dataclass(frozen=True)
class Scene:
    """A page to film.

    Attributes
    ----------
    page : ndarray of uint8, shape (h, w, 3)
    numbers : dict of str to (x, y, width, height)
        What stands on it, and where.
    """

    page: Image
    numbers: dict[str, tuple[int, int, int, int]]


def receipt() -> Scene:
    """Take the head of the receipt: 26 digits."""
    top = 58
    page = cv2.imread(str(HERE / "receipt.png"))[top:280]
    boxes = {
        "0151": (237, 103, 70, 24),
        "496": (326, 103, 53, 24),
        "0832": (399, 103, 70, 24),
        "2021-03-09": (41, 169, 168, 22),
        "17:42": (497, 169, 82, 22),
        "1.85": (514, 239, 65, 22),
    }
    return Scene(page, {text: (x, y - top, w, h) for text, (x, y, w, h) in boxes.items()})


def lens(scene: Scene, shot: Shot, size: tuple[int, int]) -> NDArray[np.float64]:
    """Give the map from the page to the frame, shape (3, 3)."""
    height, width = scene.page.shape[:2]
    scale = shot.scale * 0.86 * min(size[0] / width, size[1] / height)
    angle = np.deg2rad(shot.angle)
    middle = np.array([size[0] * (0.5 + shot.x), size[1] / 2 + size[0] * shot.y])
    turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    flat = (corners(scene.page) - (width / 2, height / 2)) * scale
    longer = 1 + shot.tilt * flat[:, :1] / (width * scale)
    places = (flat * np.hstack([np.ones_like(longer), longer])) @ turn.T + middle
    return np.asarray(cv2.getPerspectiveTransform(corners(scene.page), places.astype(np.float32)))


def smear(image: Image, by: tuple[float, float]) -> Image:
    """Blur along a line of that many pixels across and down."""
    length = max(abs(by[0]), abs(by[1]))
    if length < 1:
        return image
    side = 2 * int(np.ceil(length / 2)) + 1
    kernel = np.zeros((16 * side, 16 * side), np.float32)
    middle = 8 * side
    ends = [(round(middle + s * 8 * by[0]), round(middle + s * 8 * by[1])) for s in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 16)
    kernel = cv2.resize(kernel, (side, side), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.filter2D(image, -1, kernel / kernel.sum()), np.uint8)


def film(
    scene: Scene,
    move: Callable[[float], Shot],
    count: int,
    *,
    size: tuple[int, int] = (1280, 720),
    fps: float = 30.0,
    noise: float = 3.0,
    seed: int = 0,
) -> Iterator[tuple[Image, list[str]]]:
    """Film a page.

    Parameters
    ----------
    scene : Scene
    move : callable
        From seconds to a shot, as in `MOVES`.
    count : int
        Frames.
    size : (int, int)
        Width and height of a frame.
    fps : float
    noise : float
        Of the sensor, in grey levels.
    seed : int
        Of the noise.

    Yields
    ------
    image : ndarray of uint8, shape (height, width, 3)
    numbers : list of str
        Those that are wholly in the picture, with the white beside them.
    """
    rng = np.random.default_rng(seed)
    grains = [rng.normal(0, noise, (size[1], size[0], 3)).astype(np.int8) for _ in range(8)]
    for i in range(count):
        t = i / fps
        shot = move(t)
        image = np.full((size[1], size[0], 3), DESK, np.uint8)
        turn = lens(scene, shot, size)
        if shot.there:
            how = {"dst": image, "borderMode": cv2.BORDER_TRANSPARENT, "flags": cv2.INTER_AREA}
            cv2.warpPerspective(scene.page, turn, size, **how)
        before = move(t - EXPOSURE)
        image = smear(image, (size[0] * (shot.x - before.x), size[0] * (shot.y - before.y)))
        image = cv2.GaussianBlur(image, (0, 0), 0.6 + shot.blur * size[0] / 1000)
        grain = np.roll(grains[rng.integers(8)], int(rng.integers(10_000)), axis=int(rng.integers(2)))
        seen = np.clip(image * np.float32(shot.gain) + grain, 0, 255).astype(np.uint8)
        yield seen, visible(scene, turn, size) if shot.there else []


def visible(scene: Scene, turn: NDArray[np.float64], size: tuple[int, int]) -> list[str]:
    """Name the numbers that are in the picture with 1.3 of their height beside them."""
    found = []
    for text, (x, y, w, h) in scene.numbers.items():
        m = 1.3 * h
        box = np.array(
            [[[x - m, y - h / 2], [x + w + m, y - h / 2], [x - m, y + 1.5 * h], [x + w + m, y + 1.5 * h]]]
        )
        place = cv2.perspectiveTransform(box, turn)[0]
        if (place >= 0).all() and (place < size).all():
            found.append(text)
    return found


def save(path: Path, images: Iterator[Image], fps: float = 30.0) -> None:
    """Write a clip."""
    first = next(images)
    height, width = first.shape[:2]
    out = cv2.VideoWriter(str(path), cv2.VideoWriter.fourcc(*"mp4v"), fps, (width, height))
    out.write(first)
    for image in images:
        out.write(image)
    out.release()


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Film a sample page.")
    parser.add_argument("move", choices=MOVES)
    parser.add_argument("file", type=Path)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--size", default="1280x720")
    parser.add_argument("--noise", type=float, default=3.0)
    args = parser.parse_args()
    wide, high = (int(side) for side in args.size.split("x"))
    shots = film(receipt(), MOVES[args.move], round(30 * args.seconds), size=(wide, high), noise=args.noise)
    save(args.file, (image for image, _ in shots))
