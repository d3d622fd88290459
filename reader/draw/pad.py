"""The pad: strokes, the ink that they leave, and undo by stroke."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.draw.raster import Point, Stroke, draw_line, draw_stroke, end_piece, newest_piece
from reader.imaging.geometry import union_box
from reader.types import Box, Page

SOURCE = "pad"
"""What results call a drawing."""
_NEAR = 0.75
"""Pixels that the pen has to move for another point."""


class Pad:
    """A surface to draw on with one pen.

    Parameters
    ----------
    width, height : int
        In pixels.
    """

    def __init__(self, width: int, height: int) -> None:
        self._ink = np.zeros((height, width), np.uint8)
        self._strokes: list[Stroke] = []
        self._points: list[Point] = []
        self._width = 0.0

    @property
    def ink(self) -> NDArray[np.uint8]:
        """The ink, uint8 (height, width): 0 blank, 255 full; not to be written to."""
        view = self._ink.view()
        view.flags.writeable = False
        return view

    @property
    def strokes(self) -> tuple[Stroke, ...]:
        """The finished strokes, the oldest first."""
        return tuple(self._strokes)

    @property
    def is_down(self) -> bool:
        """Whether the pen is on the pad."""
        return bool(self._points)

    @property
    def is_blank(self) -> bool:
        """Whether nothing is drawn."""
        return not self._strokes and not self._points

    @property
    def box(self) -> Box:
        """What encloses the ink; of no size where there is none."""
        x, y, w, h = cv2.boundingRect(self._ink)
        return x, y, w, h

    def press(self, x: float, y: float, width: float) -> Box:
        """Put the pen down with a brush of so many pixels; gives what changed."""
        self.lift()
        self._points, self._width = [(x, y)], width
        return draw_line(self._ink, newest_piece(self._points), width)

    def move(self, x: float, y: float) -> Box | None:
        """Draw on to a point; gives what changed, None where the pen is up or hardly moved."""
        if not self._points or np.hypot(x - self._points[-1][0], y - self._points[-1][1]) < _NEAR:
            return None
        self._points.append((x, y))
        return draw_line(self._ink, newest_piece(self._points), self._width)

    def lift(self) -> Box | None:
        """Take the pen up, which ends the stroke; gives what changed, None where it was up."""
        if not self._points:
            return None
        changed = draw_line(self._ink, end_piece(self._points), self._width)
        self._strokes.append(Stroke(tuple(self._points), self._width))
        self._points = []
        return changed

    def add(self, strokes: list[Stroke]) -> Box:
        """Draw whole strokes as the pen would; gives what encloses them all."""
        changed = []
        for stroke in strokes:
            changed.append(self.press(*stroke.points[0], stroke.width))
            changed += [box for point in stroke.points[1:] if (box := self.move(*point))]
            changed.append(self.lift() or changed[-1])
        return union_box(changed)

    def undo(self) -> bool:
        """Take back the last stroke; False where there is none."""
        self.lift()
        if not self._strokes:
            return False
        self._strokes.pop()
        self._redraw()
        return True

    def clear(self) -> None:
        """Take back everything."""
        self._strokes, self._points = [], []
        self._ink[:] = 0

    def resize(self, width: int, height: int) -> None:
        """Change the size; what is drawn stays where it is, also what is outside for now."""
        self._ink = np.zeros((height, width), np.uint8)
        self._redraw()

    def image(self, *, black: bool = False) -> NDArray[np.uint8]:
        """Give the pad as a picture, uint8 (height, width): ink on white, or chalk on a black board."""
        return self._ink.copy() if black else 255 - self._ink

    def page(self, *, black: bool = False) -> Page:
        """Give the pad as a page that can be read."""
        return Page(self.image(black=black), SOURCE)

    def _redraw(self) -> None:
        self._ink[:] = 0
        for stroke in self._strokes:
            draw_stroke(self._ink, stroke)
        for count in range(1, len(self._points) + 1):
            draw_line(self._ink, newest_piece(self._points[:count]), self._width)
