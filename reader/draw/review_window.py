"""The window that shows doubtful numbers one by one; it decides nothing."""

from __future__ import annotations

import tkinter as tk
from pathlib import Path
from tkinter import ttk

from reader.draw.desktop import Guard
from reader.draw.pictures import fitted, show
from reader.draw.review import Review
from reader.draw.strip import Strip

WIDTH, HEIGHT = 760, 220
"""Of the picture, in pixels."""
_LARGEST = 6.0
"""No number is enlarged more than that."""
HINT = "Enter: that is right. x: no digit. Esc: skip. Page up: the one before. Closing the window ends it."


class ReviewWindow:
    """Shows each number with its digits, and takes the right text.

    Parameters
    ----------
    root : tkinter.Tk
    review : Review
    """

    def __init__(self, root: tk.Tk, review: Review) -> None:
        self.root, self.review = root, review
        self.guard = Guard(root, self._fault)
        self._title = ttk.Label(root, padding=(8, 6))
        self._title.pack(fill="x")
        self._picture = tk.Canvas(
            root, width=WIDTH, height=HEIGHT, background="#808080", highlightthickness=0
        )
        self._picture.pack(fill="both", expand=True)
        self._text = tk.StringVar(root)
        self._entry = ttk.Entry(root, textvariable=self._text, font=("TkFixedFont", 28), justify="center")
        self._entry.pack(fill="x", padx=8, pady=8)
        self._strip = Strip(root, lambda at: None)
        self._strip.pack(fill="x")
        self._status = ttk.Label(root, padding=(8, 4))
        self._status.pack(fill="x")
        for key, do in {
            "<Return>": self.accept,
            "<KP_Enter>": self.accept,
            "<Escape>": self.skip,
            "<Prior>": self.back,
        }.items():
            root.bind(key, lambda event, do=do: do())  # type: ignore[misc]
        root.deiconify()
        self._show()

    def accept(self) -> None:
        """Take what is typed, and show the next."""
        try:
            self.review.accept(self._text.get())
        except ValueError as error:
            self._fault(str(error))
            return
        self._show()

    def skip(self) -> None:
        """Show the next."""
        self.review.skip()
        self._show()

    def back(self) -> None:
        """Show the one before."""
        self.review.back()
        self._show()

    def _show(self) -> None:
        doubt = self.review.current
        if doubt is None:
            self.root.destroy()
            return
        count = len(self.review.doubts)
        where = f"{Path(doubt.source).name}, page {doubt.page}"
        self.root.title(f"{self.review.at + 1} of {count}: {doubt.text} - reader correct")
        self._title.configure(
            text=f"{self.review.at + 1} of {count}   {where}   read {doubt.confidence:.0%} sure"
        )
        self._status.configure(text=HINT, foreground="")
        small, scale = fitted(doubt.picture, WIDTH - 20, HEIGHT - 20)
        if scale > _LARGEST:
            height, width = doubt.picture.shape[:2]
            small, _ = fitted(doubt.picture, round(width * _LARGEST), round(height * _LARGEST))
        self._shown = tk.PhotoImage(master=self.root, width=small.shape[1], height=small.shape[0])
        show(self._shown, small)
        self._picture.delete("all")
        self._picture.create_image(WIDTH // 2, HEIGHT // 2, image=self._shown)
        self._strip.show(doubt.digits, -1)
        self._text.set(self.review.text)
        self._entry.focus_set()
        self._entry.selection_range(0, "end")
        self._entry.icursor("end")

    def _fault(self, text: str) -> None:
        self._status.configure(text=text, foreground="#b00020")
