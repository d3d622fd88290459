"""Where results go: standard output or a file, written and flushed file by file."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TextIO

from reader.io.atomic import atomic_text, writing
from reader.io.export import WRITERS, Style

if TYPE_CHECKING:
    from reader.types import Outcome


class Sink:
    """Writes outcomes in one format to one place.

    Parameters
    ----------
    out : text stream
    name : str
        What to call the place in errors.
    form : str
        A key of `WRITERS`.

    Raises
    ------
    OutputError
        Here and in `write`: the place takes no more.
    """

    def __init__(self, out: TextIO, name: str, form: str) -> None:
        self._out, self._name = out, name
        self._writer = WRITERS[form](_style(out))
        with writing(name):
            self._writer.begin(out)
            out.flush()

    def write(self, outcome: Outcome) -> None:
        """Write one file's results and send them off."""
        with writing(self._name):
            self._writer.write(outcome, self._out)
            self._out.flush()


@contextmanager
def open_sink(path: str | None, form: str) -> Iterator[Sink]:
    """Open a file that appears once the block has ended well; None and "-" are standard output."""
    if path is None or path == "-":
        yield Sink(sys.stdout, "standard output", form)
        return
    with atomic_text(path) as file:
        yield Sink(file, path, form)


def _style(out: TextIO) -> Style:
    terminal = out.isatty()
    plain = os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb" or os.name == "nt"
    return Style(aligned=terminal, colour=terminal and not plain)
