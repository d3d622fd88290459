"""The window of the pad: buttons and keys in front of a `Session`; it decides nothing."""

from __future__ import annotations

import tkinter as tk
from pathlib import Path
from tkinter import filedialog, ttk

from reader.draw.board import Board
from reader.draw.desktop import Guard, on_drop
from reader.draw.session import BRUSH, Session
from reader.draw.strip import CARD, Strip
from reader.types import CLASSES, NOT_A_DIGIT

ANSWERED = "<<Answered>>"
"""Virtual event of the window: a reading is on the screen."""
PAUSE = 1
"""Milliseconds from pen up to the reading; a pen that comes down again before puts it off."""
HINT = "Draw a number. 0–9: that was a ...; N: not a digit; ←→: choose; Ctrl-Z: undo; Esc: clear"

LARGE, SMALL = 36, 18
"""Points that the number is shown in, and a long one or many."""
_FEW, _MOST = 18, 36
"""Characters that are large, and that are shown at all."""


class Window:
    """The pad on the screen.

    Parameters
    ----------
    root : tkinter.Tk
    session : Session
    brush : float
        Width in pixels to begin with.
    """

    def __init__(self, root: tk.Tk, session: Session, *, brush: float = BRUSH) -> None:
        self.root, self.session = root, session
        self.selected = session.answer.least_sure
        self.guard = Guard(root, self._fault)
        self._waiting: str | None = None
        self._black = tk.BooleanVar(root, session.black)
        self._brush = tk.DoubleVar(root, brush)
        self._tools()
        self.board = Board(root, session, self._pen, self.select)
        self.board.brush = brush
        self.board.pack(fill="both", expand=True)
        self._headline = ttk.Label(root, anchor="center")
        self._headline.pack(fill="x")
        self.strip = Strip(root, self.select)
        self.strip.pack(fill="x")
        self._classes()
        self._status = ttk.Label(root, padding=(8, 4), text=HINT)
        self._status.pack(fill="x")
        self._keys()
        on_drop(root, self.open)
        root.minsize(4 * CARD, 480)
        self._show()
        root.deiconify()

    def recognise(self) -> None:
        """Read what is there and show it."""
        self._waiting = None
        self.session.recognise()
        self._show_new(repainted=self.session.file is not None)

    def select(self, at: int) -> None:
        """Choose the digit that is corrected next."""
        self.selected = max(0, min(at, len(self.session.answer.digits) - 1))
        self._show()

    def correct(self, label: int) -> None:
        """Say what the chosen digit is."""
        if not self.session.answer.digits:
            self._say("Nothing is read yet that could be corrected.")
            return
        self.session.correct(self.selected, label)
        self._show()
        self._say(f"Kept as {'no digit' if label == NOT_A_DIGIT else CLASSES[label]} in {self.session.store}")

    def take_back(self) -> None:
        """Take the correction of the chosen digit back."""
        self.session.take_back(self.selected)
        self._show()

    def undo(self) -> None:
        """Take back the last stroke."""
        self.session.undo()
        self._show_new()

    def clear(self) -> None:
        """Put an open file away; or wipe the pad."""
        if self.session.file is not None:
            self.session.draw_again()
            self.session.recognise()
        else:
            self.session.clear()
        self._show_new()
        self._say(HINT)

    def open(self, path: str) -> None:
        """Read a file and show it with what was read."""
        self.root.configure(cursor="watch")
        self.root.update_idletasks()
        try:
            self.session.open(path)
        finally:
            self.root.configure(cursor="")
        self._show_new()
        count = len(self.session.answer.reading.numbers)
        self._say(f"{path}: {count} numbers; click on a digit to correct it, Esc goes back to the pad")

    def ask_open(self) -> None:
        """Ask which file to open."""
        if path := filedialog.askopenfilename(parent=self.root, title="Open an image or a PDF"):
            self.open(str(path))

    def ask_save(self) -> None:
        """Ask where to save picture and readings."""
        path = filedialog.asksaveasfilename(
            parent=self.root, title="Save picture and readings", defaultextension=".png"
        )
        if path:
            beside = self.session.save(str(path))
            self._say(f"Saved {path} and {beside.name}")

    def _show_new(self, *, repainted: bool = True) -> None:
        """Show what was read, and the picture where it may be another: a drawing is on the board already."""
        self.selected = self.session.answer.least_sure
        if repainted:
            self.board.repaint()
        self._show()

    def _show(self) -> None:
        answer = self.session.answer
        self.board.frame(answer, self.selected)
        self.strip.show(answer.digits, self.selected)
        text = answer.headline
        size = LARGE if len(text) <= _FEW else SMALL
        self._headline.configure(text=_shortened(text), font=("TkDefaultFont", size))
        name = self.session.file.source if self.session.file else answer.headline
        self.root.title(f"{Path(name).name} - reader draw" if name else "reader draw")
        self.root.update_idletasks()
        self.root.event_generate(ANSWERED)

    def _say(self, text: str) -> None:
        self._status.configure(text=text, foreground="")

    def _pen(self, what: str) -> None:
        """Read shortly after the pen is lifted, unless it comes down again."""
        if self._waiting is not None:
            self.root.after_cancel(self._waiting)
            self._waiting = None
        if what == "up":
            self._waiting = self.root.after(PAUSE, self.recognise)
        else:
            self.board.unframe()

    def _paint_board(self) -> None:
        self.session.black = self._black.get()
        self.session.recognise()
        self._show_new()

    def _set_brush(self, value: str | float) -> None:
        self.board.brush = float(value)

    def _tools(self) -> None:
        bar = ttk.Frame(self.root, padding=4)
        bar.pack(fill="x")
        for text, do in (
            ("Undo", self.undo),
            ("Clear", self.clear),
            ("Recognise", self.recognise),
            ("Open…", self.ask_open),
            ("Save…", self.ask_save),
        ):
            ttk.Button(bar, text=text, command=do, takefocus=False).pack(side="left")
        ttk.Checkbutton(
            bar, text="Black board", variable=self._black, command=self._paint_board, takefocus=False
        ).pack(side="left", padx=8)
        ttk.Label(bar, text="Brush").pack(side="left")
        ttk.Scale(bar, from_=4, to=32, variable=self._brush, command=self._set_brush, takefocus=False).pack(
            side="left", fill="x", expand=True
        )

    def _classes(self) -> None:
        row = ttk.Frame(self.root, padding=4)
        row.pack(fill="x")
        ttk.Label(row, text="That was a").pack(side="left")
        for label, name in enumerate(CLASSES):
            text = "none" if label == NOT_A_DIGIT else name
            button = ttk.Button(row, text=text, width=len(text) + 1, takefocus=False)
            button.configure(command=lambda label=label: self.correct(label))  # type: ignore[misc]
            button.pack(side="left")

    def _keys(self) -> None:
        for key, do in {
            "<Control-z>": self.undo,
            "<Escape>": self.clear,
            "<Return>": self.recognise,
            "<KP_Enter>": self.recognise,
            "<Control-o>": self.ask_open,
            "<Control-s>": self.ask_save,
            "<Key-n>": lambda: self.correct(NOT_A_DIGIT),
            "<BackSpace>": self.take_back,
            "<Left>": lambda: self.select(self.selected - 1),
            "<Right>": lambda: self.select(self.selected + 1),
        }.items():
            self.root.bind(key, lambda event, do=do: do())  # type: ignore[misc]
        for label in range(NOT_A_DIGIT):
            for key in (f"<Key-{label}>", f"<KP_{label}>"):
                self.root.bind(key, lambda event, label=label: self.correct(label))  # type: ignore[misc]

    def _fault(self, text: str) -> None:
        self._status.configure(text=text, foreground="#b00020")


def _shortened(text: str, most: int = _MOST) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"
