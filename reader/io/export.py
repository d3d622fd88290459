"""Writes outcomes: one writer a format."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal, Protocol, TextIO

from reader.errors import ReaderError

if TYPE_CHECKING:  # the command line looks up the formats here, before it needs NumPy
    from reader.types import Char, Number, Outcome, PageReading

PLACES = 4
"""Decimal places of the numbers in results."""

COLUMNS = ("file", "page", "text", "digits", "confidence", "x", "y", "width", "height", "error")
SURE, LIKELY = 0.95, 0.7
"""From here up a confidence is shown as sure, as likely; below as doubtful."""

# Bytes of a file name that are not UTF-8 live in Python as lone surrogates: as escapes they are
# valid JSON and come back as the same name. The others would end a line for some readers.
_ESCAPED = re.compile("[\x7f-\x9f\u2028\u2029\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Style:
    """How results look where the format leaves a choice.

    Attributes
    ----------
    aligned : bool
        Columns for a person at a terminal; otherwise separated by tabs.
    colour : bool
        Confidences in colour.
    """

    aligned: bool = False
    colour: bool = False


class Writer(Protocol):
    """Writes results in one format, file by file."""

    def begin(self, out: TextIO) -> None:
        """Write what stands before the first result."""

    def write(self, outcome: Outcome, out: TextIO) -> None:
        """Write what was read in one file, or why nothing was."""


@dataclass(frozen=True, slots=True)
class TextWriter:
    """One number a line: file, page, number, confidence. A file in error gives none."""

    style: Style = Style()

    def begin(self, out: TextIO) -> None:
        """Write nothing: the text has no header."""

    def write(self, outcome: Outcome, out: TextIO) -> None:
        """Write a line for each number."""
        numbers = [number for _, number in _numbers(outcome)]
        width = max((len(number.text) for number in numbers), default=0)
        for reading, number in _numbers(outcome):
            name = printable(outcome.source)
            if self.style.aligned:
                confidence = self._coloured(f"{number.confidence:4.0%}", number.confidence)
                out.write(f"{name}  {reading.number:>3}  {number.text:<{width}}  {confidence}\n")
            else:
                confidence = f"{number.confidence:.{PLACES}f}"
                out.write("\t".join((name, str(reading.number), number.text, confidence)) + "\n")

    def _coloured(self, text: str, confidence: float) -> str:
        if not self.style.colour:
            return text
        code = 32 if confidence >= SURE else 33 if confidence >= LIKELY else 31
        return f"\x1b[{code}m{text}\x1b[0m"


@dataclass(frozen=True, slots=True)
class JsonWriter:
    """One object a line for each file, as ``schema/scan.schema.json`` says."""

    def begin(self, out: TextIO) -> None:
        """Write nothing: JSON lines have no header."""

    def write(self, outcome: Outcome, out: TextIO) -> None:
        """Write the file's object."""
        out.write(json_text(as_dict(outcome)) + "\n")


@dataclass(frozen=True, slots=True)
class TableWriter:
    """A header, then one number a row; a file in error is a row with its message."""

    delimiter: str = ","

    def begin(self, out: TextIO) -> None:
        """Write the header."""
        self._row(out, COLUMNS)

    def write(self, outcome: Outcome, out: TextIO) -> None:
        """Write a row for each number."""
        name = outcome.source
        if outcome.error is not None:
            self._row(out, [name, *[""] * (len(COLUMNS) - 2), printable(str(outcome.error))])
        for reading, number in _numbers(outcome):
            confidence = f"{number.confidence:.{PLACES}f}"
            self._row(out, [name, reading.number, number.text, number.digits, confidence, *number.box, ""])

    def _row(self, out: TextIO, values: Sequence[object]) -> None:
        # Python 3.11 leaves a lone carriage return unquoted, and reads it as the end of a row.
        quoting: Literal[0, 1] = (
            csv.QUOTE_ALL if any("\r" in str(value) for value in values) else csv.QUOTE_MINIMAL
        )
        csv.writer(out, delimiter=self.delimiter, lineterminator="\n", quoting=quoting).writerow(values)


WRITERS: Mapping[str, Callable[[Style], Writer]] = {
    "text": TextWriter,
    "json": lambda style: JsonWriter(),
    "csv": lambda style: TableWriter(","),
    "tsv": lambda style: TableWriter("\t"),
}


def as_dict(outcome: Outcome) -> dict[str, Any]:
    """Give an outcome in the shape of the JSON output.

    Parameters
    ----------
    outcome : Outcome

    Returns
    -------
    dict
        Plain strings, numbers, lists and dicts; floats rounded to `PLACES`.
    """
    if outcome.error is not None:
        code = outcome.error.code if isinstance(outcome.error, ReaderError) else ReaderError.code
        return {"file": outcome.source, "error": {"code": code, "message": str(outcome.error)}}
    return {
        "file": outcome.source,
        "model": outcome.readings[0].model if outcome.readings else "",
        "pages": [page_dict(reading) for reading in outcome.readings],
    }


def json_text(value: Any) -> str:
    """Give the JSON of results: one line, and nothing in it that ends one or is no UTF-8.

    >>> json_text({"file": "caf\\udce9"})
    '{"file": "caf\\\\udce9"}'
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(", ", ": "))
    return _ESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def printable(text: str) -> str:
    """Escape control characters and line separators: a file's name must not break a line or drive a terminal.

    >>> printable("two\\nlines")
    'two\\\\nlines'
    """
    return re.sub(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]", lambda found: repr(found[0])[1:-1], text)


def _numbers(outcome: Outcome) -> Iterator[tuple[PageReading, Number]]:
    return ((reading, number) for reading in outcome.readings for number in reading.numbers)


def page_dict(reading: PageReading) -> dict[str, Any]:
    """Give a page in the shape that it has in the JSON output."""
    return {
        "page": reading.number,
        "width": reading.width,
        "height": reading.height,
        "angle": _rounded(reading.angle),
        "numbers": [_number_dict(number) for number in reading.numbers],
    }


def _number_dict(number: Number) -> dict[str, Any]:
    return {
        "text": number.text,
        "digits": number.digits,
        "confidence": _rounded(number.confidence),
        "box": [int(side) for side in number.box],
        "chars": [_char_dict(char) for char in number.chars],
        "alternatives": _rounded_shares(number.alternatives),
    }


def _char_dict(char: Char) -> dict[str, Any]:
    return {
        "char": char.char,
        "confidence": _rounded(char.confidence),
        "box": [int(side) for side in char.box],
        "alternatives": _rounded_shares(char.alternatives),
    }


def _rounded_shares(alternatives: Sequence[tuple[str, float]]) -> list[list[Any]]:
    return [[text, _rounded(share)] for text, share in alternatives]


def _rounded(value: float) -> float:
    return round(float(value), PLACES)
