"""Kinds of lines to learn from: usual ones, and more of what was misread on pages."""

from __future__ import annotations

import argparse
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from reader.train.amounts import hard_date, random_amount
from reader.train.handwriting import Amount
from reader.train.printed import PRESS, Press


@dataclass(frozen=True, slots=True)
class Mix:
    """A kind of lines.

    Attributes
    ----------
    seed : int
        Of all that is random in them.
    printed : float
        Share of the lines that is printed.
    alone : float
        Share of the handwritten ones that is the only line of its image.
    amount : callable
        Invents what is written by hand.
    press : Press
        How the printed ones are printed.
    """

    seed: int
    printed: float = 0.5
    alone: float = 0.7
    amount: Amount = random_amount
    press: Press = PRESS


MIXES: Mapping[str, Mix] = MappingProxyType(
    {
        "usual": Mix(178),
        # Amounts by hand alone: cheques.
        "hands": Mix(9101, printed=0.0, alone=0.8),
        # The strokes of slashes beside ones.
        "dates": Mix(9001, printed=0.0, alone=0.35, amount=hard_date),
        # Receipts: thermal heads that lose columns, bold type struck twice.
        "worn": Mix(9002, printed=1.0, press=Press(faded=0.3, doubled=0.15, prices=0.5)),
        # The same, the last digit of a price cut in two: a 0 that has lost its right half.
        "ends": Mix(9104, printed=1.0, press=Press(scans=0.65, largest=50.0, faded=0.6, prices=0.6)),
        # What is filled into forms: dates, brackets and per cents that touch digits.
        "entries": Mix(9103, printed=1.0, press=Press(scans=0.6, largest=42.0, entries=0.75, close=0.5)),
        # Text of forms: initials, short words, list numbers, units; letterheads in extended type.
        "remarks": Mix(
            9105, printed=1.0, press=Press(scans=0.6, largest=42.0, remarks=0.85, stretched=0.35, close=0.15)
        ),
        # Receipts again, with double-width print.
        "wide": Mix(
            9106,
            printed=1.0,
            press=Press(scans=0.6, largest=50.0, faded=0.25, doubled=0.15, prices=0.4, stretched=0.6),
        ),
        # Forms: small type on white sheets.
        "office": Mix(9102, printed=1.0, press=Press(scans=0.55, largest=42.0)),
    }
)
KINDS = tuple(name for name in MIXES if name != "usual")
"""What there may be more of."""


def named_lines(text: str) -> tuple[str, int]:
    """Parse "hands=24000", for argparse."""
    name, _, count = text.partition("=")
    if name not in KINDS or not count.isdigit():
        raise argparse.ArgumentTypeError(f"{text!r} is not NAME=LINES with a name of {', '.join(KINDS)}")
    return name, int(count)


def add_sources(parser: argparse.ArgumentParser) -> None:
    """Let a command be asked for more lines by kind, and for photographed grids."""
    parser.add_argument(
        "--mix",
        type=named_lines,
        action="append",
        default=[],
        metavar="NAME=LINES",
        help=f"so many lines of {', '.join(KINDS)}",
    )
    parser.add_argument(
        "--grids",
        type=Path,
        help="photographed sudokus, JSON lines with file and grid: every other one is used",
    )
