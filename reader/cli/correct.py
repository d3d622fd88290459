"""`reader correct`: step through doubtful numbers and say what they are."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import click

from reader.cli.boundary import say
from reader.cli.draw import need_tk
from reader.cli.reading import corrections_option, dpi_option, layout_option, model_option
from reader.cli.report import Report, progress
from reader.cli.values import finite
from reader.io.export import LIKELY, SURE

EXAMPLES = """\b
Examples:
  reader correct page.jpg
  reader correct --below 0.8 --layout line amounts/*.png
  reader scan --format json --output numbers.jsonl scans/*.pdf; reader correct numbers.jsonl
  reader train --corrections my-hand --name my-hand

\b
Keys:
  Enter    what is typed is right: the digits in order, separators do not count,
           x for what is no digit
  Escape   skip this number
  Page up  back to the one before

\b
Exit codes:
  0 all files read, 1 some of several failed, 2 wrong usage; a file alone
  that failed gives its own code: 3 unreadable, 4 model, 5 output,
  6 Tk is missing, 8 a display is missing.
"""
_RESULTS = (".jsonl", ".json", ".csv", ".tsv")


@click.command(epilog=EXAMPLES)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "--below",
    type=click.FloatRange(0, 1),
    callback=finite,
    default=SURE,
    show_default=True,
    metavar="P",
    help="Show the numbers that are less certain than this.",
)
@layout_option
@dpi_option
@model_option
@corrections_option
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def correct(
    files: tuple[str, ...],
    below: float,
    layout: Any,
    dpi: float,
    model: str | None,
    corrections: Path | None,
    quiet: bool,
) -> None:
    """Correct doubtful numbers of images, PDFs and results.

    FILE is an image or a PDF; or what reader scan or batch wrote of them, JSON lines, CSV or TSV: the files
    that it names are read again. Each number that is less certain than --below is shown, and the right text
    is typed. Digits that were wrong, or right but doubtful, are kept for reader train --corrections.
    """
    need_tk()
    from reader.draw.review import Review, find_doubts
    from reader.io.corrections import user_store
    from reader.io.model_file import load_model
    from reader.options import LoadOptions, ReadOptions

    classifier = load_model(model)
    paths = [path for file in files for path in _named_in(file)]
    report = Report(quiet)
    with progress(len(paths), quiet) as (step, aside):

        def done(outcome: Any) -> None:
            with aside():
                report.add(outcome)
            step()

        options = ReadOptions(layout=layout)
        doubts = find_doubts(paths, classifier, below, options, LoadOptions(dpi=dpi), done)
    if doubts:
        review = Review(doubts, corrections or user_store(), classifier.id, LIKELY)
        _show(review)
        if not quiet:
            say(
                f"{len(review.said)} of {len(doubts)} numbers checked, {review.kept} digits in {review.store}"
            )
    elif not report.errors and not quiet:
        say(f"no number is below {below:.0%}")
    raise click.exceptions.Exit(report.exit_code)


def _show(review: Any) -> None:
    from reader.draw.desktop import open_root
    from reader.draw.review_window import ReviewWindow

    window = ReviewWindow(open_root("reader correct"), review)
    window.guard.run()


def _named_in(file: str) -> list[str]:
    """Give the files that results name; any other file is its own."""
    from reader.errors import InputError

    path = Path(file)
    if path.suffix.lower() not in _RESULTS:
        return [file]
    try:
        with path.open(encoding="utf-8", errors="surrogateescape", newline="") as lines:
            if path.suffix.lower() in (".csv", ".tsv"):
                rows: Any = csv.DictReader(lines, delimiter="\t" if path.suffix.lower() == ".tsv" else ",")
            else:
                rows = (json.loads(line) for line in lines if line.strip())
            names = dict.fromkeys(row["file"] for row in rows)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"{file}: not the results of reader scan ({error}); give its files instead"
        ) from error
    return [name for name in names if name != "-"]
