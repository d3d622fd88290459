"""The results of a batch: one writer a format, found by the ending of the file's name."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from reader.errors import MissingExtraError, OutputError
from reader.io.atomic import atomic_path, atomic_text, writing
from reader.io.export import TableWriter

if TYPE_CHECKING:
    from reader.io.stored import StoredFile

Files = Iterable["StoredFile"]


def write_results(path: str, files: Files) -> None:
    """Write the results of a batch whole or not at all, in the format that the name's ending says.

    Parameters
    ----------
    path : str
    files : iterable of StoredFile
        They are written in this order; no more than a page is in memory.

    Raises
    ------
    OutputError
        The ending is none of `FORMATS`, or the file cannot be written.
    MissingExtraError
        The format needs something that is not installed.
    """
    FORMATS[check_format(path)](path, files)


def check_format(path: str) -> str:
    """Give the ending of a results file, once it is sure that its format can be written.

    Raises
    ------
    OutputError, MissingExtraError
        See `write_results`.
    """
    ending = Path(path).suffix.lower()
    if ending not in FORMATS:
        raise OutputError(f"{path}: the ending says the format of results; use {', '.join(FORMATS)}")
    if ending == ".parquet" and find_spec("pyarrow") is None:
        raise MissingExtraError(f"{path}: writing Parquet needs pyarrow; install number-reader[parquet]")
    return ending


def _write_lines(path: str, files: Files) -> None:
    from reader.io.stored import json_line

    with atomic_text(path) as out, writing(path):
        for file in files:
            out.writelines(json_line(file))


def _write_table(path: str, files: Files, delimiter: str = ",") -> None:
    writer = TableWriter(delimiter)
    with atomic_text(path) as out, writing(path):
        writer.begin(out)
        for file in files:
            for outcome in file.outcomes():
                writer.write(outcome, out)


def _write_tabs(path: str, files: Files) -> None:
    _write_table(path, files, "\t")


def _write_parquet(path: str, files: Files) -> None:
    from reader.io.parquet import write_parquet

    with atomic_path(path) as temporary, writing(path):
        write_parquet(temporary, files)


def _write_sqlite(path: str, files: Files) -> None:
    from reader.io.database import write_database

    with atomic_path(path) as temporary, writing(path):
        write_database(temporary, files)


FORMATS: Mapping[str, Callable[[str, Files], None]] = {
    ".jsonl": _write_lines,
    ".csv": _write_table,
    ".tsv": _write_tabs,
    ".parquet": _write_parquet,
    ".sqlite": _write_sqlite,
}
"""Writer of each ending."""
