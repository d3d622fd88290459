"""What is known of a frame: the numbers that are sure, and where they are in it."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from reader.imaging.geometry import Affine, apply, compose, map_box
from reader.live.tracks import Track
from reader.types import Box, Number


@dataclass(frozen=True, slots=True)
class Shown:
    """A number with a sure reading.

    Attributes
    ----------
    id : int
        The same for as long as it is in view.
    number : Number
        In pixels of the frame.
    """

    id: int
    number: Number


@dataclass(frozen=True, slots=True)
class View:
    """What is known of a frame.

    Attributes
    ----------
    index : int
        Of the frame, from 0.
    time : float
        Seconds since the source began.
    width, height : int
        Of the frame in pixels.
    numbers : tuple of Shown
        In reading order.
    doubtful : tuple of Box
        Where numbers may be that are not sure yet.
    blurred : bool
        The frame is too blurred to be read.
    """

    index: int
    time: float
    width: int
    height: int
    numbers: tuple[Shown, ...] = ()
    doubtful: tuple[Box, ...] = ()
    blurred: bool = False


def shown(track: Track, to_frame: Affine, size: tuple[int, int]) -> Shown:
    """Put a locked track into a frame.

    Parameters
    ----------
    track : Track
        Locked.
    to_frame : Affine
        From the world to the frame.
    size : (int, int)
        Width and height of the frame.
    """
    assert track.locked is not None
    move = compose(to_frame, track.to_world)
    read = track.number
    digits = "".join(char for char in track.locked.text if char.isdigit() or char == "?")
    box = place(read.box, move, size)
    chars = tuple(replace(char, box=map_box(move, char.box, *size)) for char in read.chars)
    same = read.text == track.locked.text
    return Shown(
        track.id,
        Number(track.locked.text, digits, track.locked.confidence, box, chars if same else ()),
    )


def place(box: Box, move: Affine, size: tuple[int, int]) -> Box:
    """Move a box with the page: its middle and its size, but not its lean, which would widen it.

    Returns
    -------
    Box
        Inside the frame, of at least one pixel.
    """
    x, y, w, h = box
    middle = apply(move, np.array([[x + w / 2, y + h / 2]]))[0]
    half = np.array([w, h]) * np.sqrt(abs(np.linalg.det(move[:, :2]))) / 2
    low = np.clip(np.round(middle - half), 0, np.array(size) - 1).astype(int)
    high = np.clip(np.round(middle + half), low + 1, size).astype(int)
    return int(low[0]), int(low[1]), int(high[0] - low[0]), int(high[1] - low[1])


def in_reading_order(numbers: list[Shown]) -> tuple[Shown, ...]:
    """Sort numbers by line, then left to right; a line is what stands within half a height."""
    lines: list[list[Shown]] = []
    for one in sorted(numbers, key=lambda n: (n.number.box[1] + n.number.box[3] / 2, n.id)):
        _, y, _, h = one.number.box
        if lines:
            _, top, _, height = lines[-1][0].number.box
            if abs((y + h / 2) - (top + height / 2)) < 0.5 * max(h, height):
                lines[-1].append(one)
                continue
        lines.append([one])
    return tuple(one for line in lines for one in sorted(line, key=lambda n: (n.number.box[0], n.id)))
