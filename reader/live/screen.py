"""Draws what the window shows: the frame, the numbers on it, and what the user needs to know."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.binarize import find_ink
from reader.imaging.geometry import invert
from reader.live.controls import HELP, Controls, mirrored
from reader.live.view import View
from reader.overlay import WHITE, draw_overlay
from reader.types import Box, Number, Page, PageReading

Image = NDArray[np.uint8]

GREY = (160, 160, 160)
WEIGHT = 500


@dataclass(frozen=True, slots=True)
class Notes:
    """What stands at the edges of the picture.

    Attributes
    ----------
    status : str
        At the foot, "" for nothing.
    message : str
        At the top, for a moment.
    """

    status: str = ""
    message: str = ""


def draw(image: Image, view: View, controls: Controls, notes: Notes) -> Image:
    """Draw a frame with all there is to show on it.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)
        The frame; it is not changed.
    view : View
        What is known of it.
    controls : Controls
    notes : Notes

    Returns
    -------
    ndarray of uint8, shape (H, W, 3)
    """
    ground = ink_of(image) if controls.ink else image
    doubtful, region = view.doubtful, controls.region
    numbers = [one.number for one in view.numbers]
    if controls.mirror:
        ground = np.asarray(cv2.flip(ground, 1), np.uint8)
        numbers = [_mirrored_number(number, view.width) for number in numbers]
        doubtful = tuple(mirrored(box, view.width) for box in doubtful)
        region = None if region is None else mirrored(region, view.width)
    canvas = draw_overlay(ground, PageReading("", 1, view.width, view.height, 0.0, tuple(numbers), ""))
    for box in doubtful:
        _corners(canvas, box)
    for frame in (region, controls.drawn):
        if frame is not None:
            cv2.rectangle(canvas, frame, WHITE, max(1, view.height // 360))
    _panels(canvas, controls, notes, view)
    return canvas


def ink_of(image: Image) -> Image:
    """Show what counts as ink, black on white, in the size of the frame."""
    inked = find_ink(Page(image))
    to_ink = invert(inked.to_page)
    height, width = image.shape[:2]
    dark = np.where(inked.ink, np.uint8(0), np.uint8(255))
    size = (round(width * to_ink[0, 0]), round(height * to_ink[1, 1]))
    assert size == dark.shape[::-1]
    small = cv2.resize(dark, (width, height), interpolation=cv2.INTER_AREA)
    return np.asarray(cv2.cvtColor(small, cv2.COLOR_GRAY2BGR), np.uint8)


def _mirrored_number(number: Number, width: int) -> Number:
    return replace(number, box=mirrored(number.box, width), chars=())


def _corners(canvas: Image, box: Box) -> None:
    """Mark a box by its corners: something may be there."""
    x, y, w, h = box
    arm = max(4, min(w, h) // 3)
    for cx, sx in ((x, 1), (x + w, -1)):
        for cy, sy in ((y, 1), (y + h, -1)):
            cv2.line(canvas, (cx, cy), (cx + sx * arm, cy), GREY, 2)
            cv2.line(canvas, (cx, cy), (cx, cy + sy * arm), GREY, 2)


def _panels(canvas: Image, controls: Controls, notes: Notes, view: View) -> None:
    size = max(11, view.height // 42)
    gap = size // 2
    if controls.help:
        _panel(canvas, [f"{key:<6} {what}" for key, what in HELP], (gap, gap), size)
    elif top := _top(controls, notes):
        _panel(canvas, [top], (gap, gap), size)
    if notes.status:
        foot = view.height - round(1.5 * size) - 3 * gap
        _panel(canvas, [notes.status], (gap, foot), size)


def _top(controls: Controls, notes: Notes) -> str:
    if notes.message:
        return notes.message
    if controls.selecting:
        return "draw a region with the mouse; r: all"
    return "frozen; space goes on" if controls.frozen else ""


def _panel(canvas: Image, lines: Sequence[str], at: tuple[int, int], size: int) -> None:
    """Write lines on a dark ground."""
    font = cv2.FontFace("sans")
    widths = [cv2.getTextSize((0, 0), line, (0, 0), font, size, WEIGHT)[2] for line in lines]
    step, edge = round(1.5 * size), size // 2
    x, y = at
    part = canvas[y : y + step * len(lines) + 2 * edge, x : x + max(widths) + 2 * edge]
    part //= 4
    for i, line in enumerate(lines):
        cv2.putText(canvas, line, (x + edge, y + edge + step * i + size), WHITE, font, size, WEIGHT)
