"""Reads files: every page of each, one outcome a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from os import PathLike, fspath
from time import perf_counter

from reader.errors import InputError, OutputError, ReaderError
from reader.io.images import load_pages
from reader.io.model_file import load_model
from reader.options import LoadOptions, ReadOptions
from reader.pipeline import read_page
from reader.types import Classifier, Outcome, Page, PageReading

OnPage = Callable[[Page, PageReading], None]


def read_files(
    paths: Iterable[str | PathLike[str]],
    classifier: Classifier | None = None,
    options: ReadOptions | None = None,
    load: LoadOptions | None = None,
    on_page: OnPage | None = None,
) -> Iterator[Outcome]:
    """Read every page of every file, in order.

    Parameters
    ----------
    paths : iterable of str or path
        Images and PDFs; "-" is standard input.
    classifier : Classifier or None
        The model; None loads the one that comes with the package.
    options : ReadOptions, optional
    load : LoadOptions, optional
    on_page : callable or None
        Called with each page and its reading while the page is still in memory, to draw on it
        for instance. What it raises as `OutputError` ends the run.

    Yields
    ------
    Outcome
        One a file, as soon as the file is done: its readings, or the `ReaderError` that says why
        there are none. A file with one bad page is a bad file.

    Raises
    ------
    ModelError
        No model can be loaded.
    """
    model = load_model() if classifier is None else classifier
    for path in paths:
        yield _read_file(fspath(path), model, options, load, on_page)


def _read_file(
    path: str,
    classifier: Classifier,
    options: ReadOptions | None,
    load: LoadOptions | None,
    on_page: OnPage | None,
) -> Outcome:
    readings: list[PageReading] = []
    try:
        for page, load_ms in _timed(load_pages(path, load)):
            reading = read_page(page, classifier, options)
            reading = replace(reading, timings={"load": load_ms, **reading.timings})
            if on_page is not None:
                on_page(page, reading)
            readings.append(reading)
    except OutputError:  # not this file's fault, and the next file would meet it again
        raise
    except ReaderError as error:
        return Outcome(path, error=error)
    if not readings:
        return Outcome(path, error=InputError(f"{path}: has no pages"))
    return Outcome(path, tuple(readings))


def _timed(pages: Iterator[Page]) -> Iterator[tuple[Page, float]]:
    """Give each page with the milliseconds that it took to load."""
    start = perf_counter()
    for page in pages:
        yield page, 1000 * (perf_counter() - start)
        start = perf_counter()
