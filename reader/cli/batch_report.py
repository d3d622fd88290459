"""What a batch says while it works, and what came of it."""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import click

from reader.cli.boundary import say

if TYPE_CHECKING:
    from tqdm import tqdm

    from reader.batch.run import Summary
    from reader.errors import ReaderError

EVERY_S = 10.0
"""How often a run that nobody watches says how far it is."""


class BatchReport:
    """Tells of a batch on standard error: a bar on a terminal, elsewhere a line now and then.

    Parameters
    ----------
    quiet : bool
        Say nothing but errors.
    each : bool
        Say a line for each file, and show no progress: there is no end to come nearer to.

    Attributes
    ----------
    read, errors : int
        Files that were read in this run; those among them that failed.
    """

    def __init__(self, quiet: bool, each: bool = False) -> None:
        self._quiet, self._each = quiet, each
        self.read = self.errors = 0
        self._files = self._done = self._left = 0
        self._began = self._said = time.monotonic()
        self._stack = ExitStack()
        self._bar: tqdm[Any] | None = None

    def __enter__(self) -> BatchReport:
        return self

    def __exit__(self, *exception: object) -> None:
        self._stack.close()

    def began(self, files: int, todo: int) -> None:
        """Say what there is to do."""
        self._files, self._done, self._left = files, files - todo, todo
        self._began = self._said = time.monotonic()
        if self._quiet:
            return
        if todo < files:
            say(f"{files - todo} of {files} files are done already")
        if todo and sys.stderr.isatty():
            from tqdm import tqdm

            self._bar = self._stack.enter_context(
                tqdm(total=files, initial=files - todo, unit="file", leave=False, dynamic_ncols=True)
            )

    def done(self, name: str, error: ReaderError | None) -> None:
        """Count a file that was read, and say what is wrong with it."""
        self.read += 1
        if error is not None:
            self.errors += 1
            self.failed(error)
        elif self._each and not self._quiet:
            self._line(f"{name}: read")
        self._step()

    def kept(self, name: str) -> None:
        """Count a file that need not be read."""
        self._step()

    def failed(self, error: ReaderError) -> None:
        """Say what is wrong with an entry of the input."""
        self._line(f"error: {error}")

    def _line(self, message: str) -> None:
        if self._bar is None:
            say(message)
        else:
            with self._bar.external_write_mode(file=sys.stderr):
                say(message)

    def _step(self) -> None:
        self._done, self._left = self._done + 1, self._left - 1
        if self._bar is not None:
            self._bar.set_postfix(failed=self.errors, refresh=False)
            self._bar.update()
        elif not (self._quiet or self._each):
            self._now_and_then()

    def _now_and_then(self) -> None:
        now = time.monotonic()
        if now - self._said < EVERY_S or not self._left or not self.read:
            return
        self._said = now
        left = _duration(self._left * (now - self._began) / self.read)
        say(f"{self._done} of {self._files} files, {self.errors} failed, {self._rate()}, {left} left")

    def _rate(self) -> str:
        return f"{self.read / max(1e-9, time.monotonic() - self._began):.1f} files/s"

    def ended(self, summary: Summary, results: str) -> None:
        """Say in a line what came of the run."""
        self._stack.close()
        if not self._quiet:
            totals = summary.totals
            took = _duration(time.monotonic() - self._began)
            news = f"{self.read} files read in {took}" + (f", {self._rate()}" if self.read else "")
            say(f"{results}: {totals.files} files, {totals.failed} of them failed; {news}")


def summary_lines(summary: Summary) -> Iterator[str]:
    """Give a batch's figures as a table."""
    totals = summary.totals
    rows = [
        ("files", totals.files),
        ("read", totals.files - totals.failed),
        ("failed", totals.failed),
        *((f"  {code}", count) for code, count in summary.failures.items()),
        ("pages", totals.pages),
        ("numbers", totals.numbers),
    ]
    width = max(len(str(count)) for _, count in rows)
    for name, count in rows:
        yield f"{name:<12}  {count:>{width}}"


def print_summary(summary: Summary) -> None:
    """Print a batch's figures to standard output."""
    for line in summary_lines(summary):
        click.echo(line)


def _duration(seconds: float) -> str:
    """Say a time as a person would.

    >>> _duration(8.2), _duration(200), _duration(9000)
    ('8 s', '3 min', '2.5 h')
    """
    if seconds < 90:
        return f"{seconds:.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.1f} h"
