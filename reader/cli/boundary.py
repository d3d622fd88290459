"""Where errors end: one line on standard error and the exit code of their class.

Everything else in the package raises. Errors that are not `ReaderError` are bugs and keep their
traceback.
"""

from __future__ import annotations

import io
import os
import sys
from typing import Any

import click

from reader.errors import ReaderError
from reader.io.export import printable

INTERRUPTED = 130
TERMINATED = 143
BROKEN_PIPE = 141
"""What a shell reports of a program that its reader has left, like any other tool in a pipe."""


class Terminated(KeyboardInterrupt):
    """SIGTERM, where a command wants to end in order."""


class Boundary(click.Group):
    """A group of commands whose errors end here."""

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command and turn its errors into lines and exit codes."""
        _speak_utf8()
        try:
            result = super().invoke(ctx)
            sys.stdout.flush()
        except ReaderError as error:
            say(f"error: {error}")
            raise click.exceptions.Exit(error.exit_code) from error
        except KeyboardInterrupt as error:
            terminated = isinstance(error, Terminated)
            say("terminated" if terminated else "interrupted")
            raise click.exceptions.Exit(TERMINATED if terminated else INTERRUPTED) from error
        except BrokenPipeError as error:
            raise click.exceptions.Exit(BROKEN_PIPE) from error
        finally:
            _drop_unwritten()
        return result


def say(message: str) -> None:
    """Write one line to standard error, whatever the message holds."""
    click.echo(f"reader: {printable(message)}", err=True)


def _speak_utf8() -> None:
    # Results are UTF-8 on every system; file names that are not pass through as they came.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8", errors="surrogateescape", newline="\n")


def _drop_unwritten() -> None:
    """Keep Python from complaining at exit about output that nobody takes any more."""
    try:
        sys.stdout.flush()
    except OSError:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
