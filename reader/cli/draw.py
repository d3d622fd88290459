"""`reader draw`: a pad that reads what is written on it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import click

from reader.cli.reading import confidence_option, corrections_option, model_option
from reader.cli.values import finite
from reader.cli.values import size as as_size
from reader.io.export import LIKELY

LEAST, MOST = 64, 9999
"""Sides of the pad, in pixels."""
EXAMPLES = """\b
Examples:
  reader draw
  reader draw --board black --brush 10 --size 900x400
  reader draw --corrections my-hand page.jpg
  reader train --corrections my-hand --name my-hand

\b
Keys:
  0 to 9, N         the digit that is framed blue was a ..., was no digit
  Left, Right       choose another digit; on an open page a click does too
  Backspace         take a correction back
  Ctrl-Z, Escape    undo a stroke; clear, or put the file away
  Return            read again
  Ctrl-O, Ctrl-S    open a file; save picture and readings

\b
Exit codes:
  0 the window was closed, 2 wrong usage, 3 FILE cannot be read, 4 model,
  6 Tk is missing, 8 a display is missing.
"""


def need_tk() -> None:
    """Say how to get Tk where Python came without it.

    Raises
    ------
    MissingExtraError
    """
    from reader.errors import MissingExtraError

    if find_spec("_tkinter") is None or find_spec("tkinter") is None:
        raise MissingExtraError(
            "the window needs Tk, which this Python came without; install it "
            "(Debian: python3-tk, Fedora: python3-tkinter, Homebrew: python-tk)"
        )


def _size(ctx: click.Context, param: click.Parameter, value: str) -> tuple[int, int]:
    found = as_size(ctx, param, value)
    if found is None or not all(LEAST <= side <= MOST for side in found):
        raise click.BadParameter(f"{value!r} is not from {LEAST}x{LEAST} to {MOST}x{MOST}.", ctx, param)
    return found


@click.command(epilog=EXAMPLES)
@click.argument("file", required=False, metavar="[FILE]")
@model_option
@confidence_option(LIKELY, 'A digit less certain than this makes the answer "not sure".')
@click.option(
    "--layout",
    type=click.Choice(["line", "page"]),
    default="line",
    show_default=True,
    help="What a drawing is: one number, or a page of numbers.",
)
@click.option(
    "--board",
    type=click.Choice(["white", "black"]),
    default="white",
    show_default=True,
    help="Ink on white, or chalk on black.",
)
@click.option(
    "--brush",
    type=click.FloatRange(4, 32),
    callback=finite,
    default=14,
    show_default=True,
    metavar="PIXELS",
    help="Width of the brush.",
)
@click.option(
    "--size",
    callback=_size,
    default="640x360",
    show_default=True,
    metavar="WxH",
    help="Of the pad, in pixels.",
)
@corrections_option
def draw(
    file: str | None,
    model: str | None,
    min_confidence: float,
    layout: str,
    board: str,
    brush: float,
    size: tuple[int, int],
    corrections: Path | None,
) -> None:
    """Draw numbers with mouse, pen or finger, and see them read.

    The drawing is read whenever the pen is lifted, by the same pipeline as a page. Each digit is shown as
    the network saw it, with the three likeliest digits. What is wrong is corrected with a key or a click, and
    kept: reader train --corrections learns from it. FILE, a file opened with Ctrl-O, or one dropped on the
    window (with number-reader[draw]), is read and shown with what was read.
    """
    need_tk()
    from reader.draw.desktop import open_root
    from reader.draw.session import Session
    from reader.draw.window import Window
    from reader.io.corrections import user_store
    from reader.io.model_file import load_model

    classifier = load_model(model)
    session = Session(
        classifier,
        corrections or user_store(),
        size=size,
        threshold=min_confidence,
        black=board == "black",
        layout="page" if layout == "page" else "line",
    )
    if file is not None:
        session.open(file)
    Window(open_root("reader draw"), session, brush=brush).guard.run()
