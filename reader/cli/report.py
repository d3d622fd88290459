"""What a run says on standard error, and the exit code that it earns."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from reader.cli.boundary import say
from reader.errors import ReaderError

if TYPE_CHECKING:
    from reader.types import Outcome

Aside = Callable[[], AbstractContextManager[None]]
"""Gives a context in which other output does not collide with the progress bar."""


@dataclass
class Report:
    """Counts the files of a run and talks about them.

    Attributes
    ----------
    quiet : bool
        Say nothing but errors.
    verbose : bool
        Say how long each stage took.
    notes : bool
        Say which files have no numbers.
    files : int
    errors : list of Exception
    """

    quiet: bool = False
    verbose: bool = False
    notes: bool = False
    files: int = 0
    errors: list[Exception] = field(default_factory=list)

    def add(self, outcome: Outcome) -> None:
        """Count a file, and say what there is to say about it."""
        self.files += 1
        if outcome.error is not None:
            self.errors.append(outcome.error)
            say(f"error: {outcome.error}")
        elif self.notes and not self.quiet and not any(reading.numbers for reading in outcome.readings):
            say(f"{outcome.source}: no numbers found")
        if self.verbose:
            for reading in outcome.readings:
                stages = ", ".join(f"{stage} {ms:.0f}" for stage, ms in reading.timings.items())
                say(f"{outcome.source} page {reading.number}: {stages} ms")

    @property
    def exit_code(self) -> int:
        """0 all read; one file alone gives its error's code; 1 some of several failed."""
        if not self.errors:
            return 0
        if self.files == 1 and isinstance(self.errors[0], ReaderError):
            return self.errors[0].exit_code
        return 1


@contextmanager
def progress(total: int, quiet: bool) -> Iterator[tuple[Callable[[], object], Aside]]:
    """Show a bar on standard error, if that is a terminal and there is more than one file.

    Yields
    ------
    step : callable
        To call once a file is done.
    aside : callable
        Gives the context in which to write anything else.
    """
    if quiet or total < 2 or not sys.stderr.isatty():
        yield (lambda: None), nullcontext
        return
    from tqdm import tqdm

    with tqdm(total=total, unit="file", file=sys.stderr, leave=False, dynamic_ncols=True) as bar:
        yield (lambda: bar.update(1)), (lambda: tqdm.external_write_mode(file=sys.stderr))
