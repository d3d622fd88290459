"""What the keys and the mouse change."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from reader.types import Box

HELP = (
    ("q", "quit"),
    ("space", "freeze, go on"),
    ("s", "save frame and readings"),
    ("c", "copy the numbers"),
    ("r", "choose a region with the mouse; again: all"),
    ("t", "show what counts as ink"),
    ("+ -", "confidence from which a number is shown"),
    ("h", "hide this"),
)
LADDER = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99, 0.995)
"""Where + and - go."""
SMALLEST = 12
"""Least side of a region, in pixels."""


@dataclass(frozen=True, slots=True)
class Controls:
    """How the window stands.

    Attributes
    ----------
    min_confidence : float
    region : Box or None
    mirror : bool
        The picture is shown as in a mirror.
    quit, frozen, help, ink, selecting : bool
        `selecting`: the mouse chooses a region.
    corner : (int, int) or None
        Where the mouse went down ...
    drawn : Box or None
        ... and what it has framed since.
    """

    min_confidence: float = 0.9
    region: Box | None = None
    mirror: bool = False
    quit: bool = False
    frozen: bool = False
    help: bool = False
    ink: bool = False
    selecting: bool = False
    corner: tuple[int, int] | None = None
    drawn: Box | None = None


def press(controls: Controls, key: str) -> Controls:
    """Press a key; those that only do something, such as saving, change nothing here."""
    if key == "q":
        return replace(controls, quit=True)
    if key == " ":
        return replace(controls, frozen=not controls.frozen)
    if key == "h":
        return replace(controls, help=not controls.help)
    if key == "t":
        return replace(controls, ink=not controls.ink)
    if key == "r":
        if controls.selecting or controls.region is not None:
            return replace(controls, selecting=False, region=None, corner=None, drawn=None)
        return replace(controls, selecting=True)
    if key in ("+", "="):
        return replace(controls, min_confidence=_next(controls.min_confidence, 1))
    if key in ("-", "_"):
        return replace(controls, min_confidence=_next(controls.min_confidence, -1))
    return controls


def _next(value: float, way: int) -> float:
    further = [step for step in LADDER if (step > value if way > 0 else step < value)]
    return value if not further else further[0] if way > 0 else further[-1]


def drag(controls: Controls, mouse: Sequence[tuple[str, int, int]], size: tuple[int, int]) -> Controls:
    """Let the mouse frame a region.

    Parameters
    ----------
    controls : Controls
    mouse : sequence of (str, int, int)
        "down", "move" or "up", with x and y in the picture.
    size : (int, int)
        Width and height of the picture.

    Returns
    -------
    Controls
        A region is set once the mouse goes up; one that is too small is none.
    """
    for what, x, y in mouse if controls.selecting else ():
        x, y = min(max(x, 0), size[0]), min(max(y, 0), size[1])
        if what == "down":
            controls = replace(controls, corner=(x, y), drawn=None)
        elif controls.corner is not None:
            controls = replace(controls, drawn=_between(controls.corner, (x, y)))
            if what == "up":
                controls = _chosen(controls, size[0])
    return controls


def _between(a: tuple[int, int], b: tuple[int, int]) -> Box:
    return min(a[0], b[0]), min(a[1], b[1]), abs(a[0] - b[0]), abs(a[1] - b[1])


def _chosen(controls: Controls, width: int) -> Controls:
    box = controls.drawn
    ended = replace(controls, corner=None, drawn=None)
    if box is None or min(box[2:]) < SMALLEST:
        return ended
    return replace(ended, selecting=False, region=mirrored(box, width) if controls.mirror else box)


def mirrored(box: Box, width: int) -> Box:
    """Give a box as a mirror shows it, in a picture of that width.

    >>> mirrored((10, 5, 20, 8), 100)
    (70, 5, 20, 8)
    """
    return width - box[0] - box[2], box[1], box[2], box[3]
