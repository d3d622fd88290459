"""Results as a batch keeps them until they are written: one JSON text a page, and back."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from reader.errors import ReaderError
from reader.io.export import json_text, page_dict
from reader.types import Box, Char, Number, Outcome, PageReading


@dataclass(frozen=True, slots=True)
class StoredPage:
    """A page as it was read.

    Attributes
    ----------
    text : str
        JSON, as in the results of ``reader scan --format json``.
    numbers : int
        How many are on it.
    """

    text: str
    numbers: int

    @classmethod
    def of(cls, reading: PageReading) -> StoredPage:
        """Keep a reading, without its source, model and timings."""
        return cls(json_text(page_dict(reading)), len(reading.numbers))


@dataclass(frozen=True, slots=True)
class StoredFile:
    """What a batch knows of a file: its pages, or its error.

    Attributes
    ----------
    name : str
    model : str
        Id of the model that read it; empty where there is an error.
    error : ReaderError or None
    pages : iterator of str
        JSON of each page in turn; it can be gone through once.
    """

    name: str
    model: str
    error: ReaderError | None
    pages: Iterator[str]

    def outcomes(self) -> Iterator[Outcome]:
        """Give an outcome for each page, or one with the error."""
        if self.error is not None:
            yield Outcome(self.name, error=self.error)
        for text in self.pages:
            yield Outcome(self.name, (reading_of(json.loads(text), self.name, self.model),))


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the input of a run.

    Attributes
    ----------
    files, todo, failed, pages, numbers : int
        All files, those that have to be read yet, those that failed; pages and numbers read.
    """

    files: int
    todo: int
    failed: int
    pages: int
    numbers: int


def json_line(file: StoredFile) -> Iterator[str]:
    """Give the parts of the line that ``reader scan --format json`` has for a file.

    A file of many pages is never in memory as a whole.
    """
    head = f'{{"file": {json_text(file.name)}, '
    if file.error is not None:
        error = {"code": file.error.code, "message": str(file.error)}
        yield f'{head}"error": {json_text(error)}}}\n'
        return
    yield f'{head}"model": {json_text(file.model)}, "pages": ['
    for count, text in enumerate(file.pages):
        yield f", {text}" if count else text
    yield "]}\n"


def name_bytes(name: str) -> bytes:
    """Give a name, or a message with one, as bytes: UTF-8, but for bytes of the name that are none."""
    return name.encode("utf-8", "surrogateescape")


def name_text(data: bytes) -> str:
    """Invert `name_bytes`."""
    return data.decode("utf-8", "surrogateescape")


def utf8_name(name: str) -> tuple[str, bytes | None]:
    r"""Give a file's name as text, and as bytes where it is not UTF-8 and the text cannot say it exactly.

    >>> utf8_name("caf\udce9.png")
    ('caf\\xe9.png', b'caf\xe9.png')
    >>> utf8_name("café.png")
    ('café.png', None)
    """
    exact = name_bytes(name)
    text = exact.decode("utf-8", "backslashreplace")
    return text, exact if text != name else None


def reading_of(facts: dict[str, Any], source: str, model: str) -> PageReading:
    """Make the reading again from what `reader.io.export.page_dict` gives."""
    return PageReading(
        source,
        facts["page"],
        facts["width"],
        facts["height"],
        facts["angle"],
        tuple(_number(number) for number in facts["numbers"]),
        model,
    )


def _number(facts: dict[str, Any]) -> Number:
    chars = tuple(
        Char(
            char["char"],
            char["confidence"],
            _box(char["box"]),
            tuple((digit, share) for digit, share in char["alternatives"]),
        )
        for char in facts["chars"]
    )
    strings = tuple((text, share) for text, share in facts["alternatives"])
    return Number(facts["text"], facts["digits"], facts["confidence"], _box(facts["box"]), chars, strings)


def _box(sides: list[int]) -> Box:
    x, y, width, height = sides
    return x, y, width, height
