"""Results to write, as a batch keeps them."""

from __future__ import annotations

from reader.errors import NoMemoryError
from reader.io.stored import StoredFile, StoredPage
from reader.types import Char, Number, Outcome, PageReading


def number(text: str = "1.990,50") -> Number:
    """A number with a confidence that needs rounding."""
    chars = tuple(Char(c, 0.98765432, (i, 0, 1, 9), ((c, 0.9), ("7", 0.00004))) for i, c in enumerate(text))
    digits = "".join(char for char in text if char.isdigit())
    strings = ((digits, 0.91234567), (digits[:-1] + "8", 0.0312345))
    return Number(text, digits, 0.91234567, (1, 2, 30, 40), chars, strings)


def page(source: str, n: int, *numbers: Number) -> PageReading:
    """A page of a size of its own."""
    return PageReading(source, n, 90 + n, 80, -0.123456, numbers, "m")


OUTCOMES = (
    Outcome("a.png", (page("a.png", 1, number(), number("7")), page("a.png", 2))),
    Outcome('b\n,"c".png', error=NoMemoryError("b: too\tbig")),
    Outcome("caf\udce9.png", (page("caf\udce9.png", 1, number("12")),)),
    Outcome("\udcff.png", error=NoMemoryError("\udcff.png: gone")),
    Outcome("ü\u2028.png", (page("ü\u2028.png", 1),)),
)


def stored(outcome: Outcome) -> StoredFile:
    """An outcome as it is stored."""
    model = outcome.readings[0].model if outcome.readings else ""
    pages = iter([StoredPage.of(reading).text for reading in outcome.readings])
    return StoredFile(outcome.source, model, outcome.error, pages)  # type: ignore[arg-type]
