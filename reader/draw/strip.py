"""The digits one by one: what the network saw, and the three likeliest classes as bars."""

from __future__ import annotations

import tkinter as tk
from collections.abc import Callable

from reader.draw.answer import Digit
from reader.draw.pictures import enlarged, show
from reader.io.export import LIKELY, SURE
from reader.overlay import GREEN, ORANGE, VERMILION
from reader.types import CLASSES, GLYPH_SIZE, NOT_A_DIGIT

TIMES = 3
"""How much larger than 28×28 the glyphs are shown."""
CARD = GLYPH_SIZE * TIMES + 16
"""Width of a digit's card in pixels."""
HEIGHT = GLYPH_SIZE * TIMES + 92
_SELECTED, _PLAIN, _BAR, _TEXT = "#0072b2", "#c8c8c8", "#56b4e9", "#202020"


def colour_of(confidence: float) -> str:
    """Give the colour of a confidence, as pages are annotated with it, for Tk.

    >>> colour_of(0.99)
    '#009e73'
    """
    blue, green, red = GREEN if confidence >= SURE else ORANGE if confidence >= LIKELY else VERMILION
    return f"#{red:02x}{green:02x}{blue:02x}"


def visible(count: int, selected: int, room: int) -> range:
    """Give the digits that are shown where there is room for so many: the selected one in the middle.

    >>> visible(20, 10, 5)
    range(8, 13)
    """
    first = max(0, min(selected - room // 2, count - room))
    return range(first, min(first + room, count))


class Strip(tk.Canvas):
    """A card for each digit.

    Parameters
    ----------
    parent : widget
    on_select : callable
        Told the index of a digit that was clicked on.
    """

    def __init__(self, parent: tk.Misc, on_select: Callable[[int], object]) -> None:
        super().__init__(parent, height=HEIGHT, background="white", highlightthickness=0)
        self._pictures: list[tk.PhotoImage] = []  # Tk itself does not keep them
        self._shown = range(0)
        self._digits: tuple[Digit, ...] = ()
        self._selected = -1
        self._on_select = on_select
        self.bind("<Button-1>", self._clicked)
        self.bind("<Configure>", lambda event: self.show(self._digits, self._selected))

    def show(self, digits: tuple[Digit, ...], selected: int) -> None:
        """Show digits, one of them chosen; -1 for none."""
        self._digits, self._selected = digits, selected
        self.delete("all")
        self._pictures.clear()
        room = max(1, max(self.winfo_width(), self.winfo_reqwidth()) // CARD)
        self._shown = visible(len(digits), selected, room)
        for place, at in enumerate(self._shown):
            self._card(place * CARD, digits[at], at == selected)

    def _clicked(self, event: tk.Event[tk.Canvas]) -> None:
        place = event.x // CARD
        if place < len(self._shown):
            self._on_select(self._shown[place])

    def _card(self, left: int, digit: Digit, selected: bool) -> None:
        side = GLYPH_SIZE * TIMES
        picture = tk.PhotoImage(master=self, width=side, height=side)
        show(picture, enlarged(digit.glyph, TIMES))
        self._pictures.append(picture)
        self.create_image(left + 8, 8, image=picture, anchor="nw")
        self.create_rectangle(
            left + 4,
            4,
            left + side + 11,
            HEIGHT - 4,
            outline=_SELECTED if selected else _PLAIN,
            width=3 if selected else 1,
        )
        answered = "none" if digit.answer == NOT_A_DIGIT else str(digit.answer)
        title = f"{answered}  {digit.confidence:.0%}"
        if digit.label is not None:
            title = f"{answered} → {'none' if digit.label == NOT_A_DIGIT else CLASSES[digit.label]}"
        self._words(left + 8 + side // 2, side + 18, title, colour_of(digit.confidence))
        for row, (name, share) in enumerate(digit.alternatives):
            self._bar(left + 8, side + 36 + 18 * row, name, share)

    def _bar(self, left: int, y: int, name: str, share: float) -> None:
        full = GLYPH_SIZE * TIMES - 16
        self.create_text(left + 4, y, text=name, fill=_TEXT)
        self.create_rectangle(left + 14, y - 6, left + 14 + full, y + 6, outline=_PLAIN)
        self.create_rectangle(left + 14, y - 6, left + 14 + share * full, y + 6, fill=_BAR, outline="")

    def _words(self, x: int, y: int, text: str, colour: str) -> None:
        self.create_text(x, y, text=text, fill=colour, font="TkHeadingFont")
