"""The part of the window that is drawn on; it shows the pad's own raster, or an open page."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable

from reader.draw.answer import Answer
from reader.draw.pictures import fitted, show
from reader.draw.session import Session
from reader.draw.strip import colour_of
from reader.types import Box

_SELECTED = "#0072b2"


class Board(tk.Canvas):
    """Takes the pen, and shows what is drawn with the boxes of the digits read.

    Parameters
    ----------
    parent : widget
    session : Session
    on_pen : callable
        Told "down" and "up".
    on_select : callable
        Told the index of a digit on an open page that was clicked on.
    """

    def __init__(
        self,
        parent: tk.Misc,
        session: Session,
        on_pen: Callable[[str], object],
        on_select: Callable[[int], object],
    ) -> None:
        height, width = session.pad.ink.shape
        super().__init__(parent, width=width, height=height, highlightthickness=0, cursor="pencil")
        self.brush = 0.0
        self._session, self._on_pen, self._on_select = session, on_pen, on_select
        self._scale, self._place = 1.0, (0, 0)
        self._photo = tk.PhotoImage(master=self, width=width, height=height)
        self._item = self.create_image(0, 0, image=self._photo, anchor="nw")
        self.bind("<ButtonPress-1>", self._down)
        self.bind("<B1-Motion>", self._moved)
        self.bind("<ButtonRelease-1>", self._up)
        self.bind("<Configure>", self._sized)
        self.repaint()

    def repaint(self, at: Box | None = None) -> None:
        """Show the pad, or a changed part of it, or the open page."""
        if self._session.file is not None:
            self._show_page()
            return
        show(self._photo, self._session.picture(), at)
        self.coords(self._item, 0, 0)
        self._scale, self._place = 1.0, (0, 0)

    def frame(self, answer: Answer, selected: int) -> None:
        """Draw the boxes of digits."""
        self.delete("box")
        for at, digit in enumerate(answer.digits):
            x, y, w, h = digit.box
            corners = self._here(x, y), self._here(x + w, y + h)
            ((x0, y0), (x1, y1)), wide = corners, at == selected
            colour = _SELECTED if wide else colour_of(digit.confidence)
            places = (x0 - 3, y0 - 3, x1 + 3, y1 + 3)
            self.create_rectangle(*places, outline=colour, width=3 if wide else 1, tags="box")

    def unframe(self) -> None:
        """Take the boxes away."""
        self.delete("box")

    def _show_page(self) -> None:
        height, width = self._session.pad.ink.shape
        small, self._scale = fitted(self._session.picture(), width, height)
        self._place = ((width - small.shape[1]) // 2, (height - small.shape[0]) // 2)
        self._photo.blank()
        show(self._photo, small)
        self.coords(self._item, *self._place)

    def _here(self, x: float, y: float) -> tuple[float, float]:
        """Carry a place on the page to the board."""
        return x * self._scale + self._place[0], y * self._scale + self._place[1]

    def _down(self, event: tk.Event[tk.Canvas]) -> None:
        if self._session.file is not None:
            self._select(event.x, event.y)
            return
        self._on_pen("down")
        self.repaint(self._session.pad.press(event.x, event.y, self.brush))

    def _moved(self, event: tk.Event[tk.Canvas]) -> None:
        if changed := self._session.pad.move(event.x, event.y):
            self.repaint(changed)

    def _up(self, event: tk.Event[tk.Canvas]) -> None:
        pad = self._session.pad
        for changed in (pad.move(event.x, event.y), pad.lift()):
            if changed:
                self.repaint(changed)
                self._on_pen("up")

    def _select(self, x: int, y: int) -> None:
        """Choose the digit whose box holds a place."""
        for at, digit in enumerate(self._session.answer.digits):
            left, top, w, h = digit.box
            (x0, y0), (x1, y1) = self._here(left, top), self._here(left + w, top + h)
            if x0 <= x <= x1 and y0 <= y <= y1:
                self._on_select(at)
                return

    def _sized(self, event: tk.Event[tk.Canvas]) -> None:
        if self._session.pad.ink.shape != (event.height, event.width):
            self._session.pad.resize(event.width, event.height)
            self._photo.configure(width=event.width, height=event.height)
            self.unframe()
            self.repaint()
