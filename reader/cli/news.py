"""What a long run says while it works: news, and how far it is."""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import click


class _News(logging.Handler):
    """Writes what training logs to standard error as it is now."""

    def emit(self, record: logging.LogRecord) -> None:
        from tqdm import tqdm

        # Goes above a progress bar where there is one.
        tqdm.write(self.format(record), file=sys.stderr)


def show_news() -> None:
    """Let the lines that training logs reach the terminal."""
    log = logging.getLogger("reader.train")
    if not log.handlers:
        log.addHandler(_News())
    log.setLevel(logging.INFO)


@contextmanager
def progress() -> Iterator[Callable[[int, int], None]]:
    """Show how many lines are made: a bar on a terminal, elsewhere a line for each tenth.

    Yields
    ------
    told : callable
        To call with the number of lines done, and of all.
    """
    from tqdm import tqdm

    shown = 0
    with ExitStack() as stack:
        bars: list[tqdm[Any]] = []  # opened with the first line: news of the real sets come before

        def told(done: int, total: int) -> None:
            nonlocal shown
            if sys.stderr.isatty():
                if not bars:
                    bars.append(stack.enter_context(tqdm(total=total, unit="line", dynamic_ncols=True)))
                bars[0].update(done - bars[0].n)
            elif done * 10 // total > shown:
                shown = done * 10 // total
                click.echo(f"{done} of {total} lines made", err=True)

        yield told
