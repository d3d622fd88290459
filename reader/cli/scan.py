"""`reader scan`: read the numbers in files."""

from __future__ import annotations

import os
from collections.abc import Iterator
from time import perf_counter
from typing import TYPE_CHECKING, Any

import click

from reader.cli.annotate import Annotator
from reader.cli.boundary import say
from reader.cli.reading import reading_options
from reader.cli.report import Report, progress
from reader.cli.sink import open_sink
from reader.io.export import WRITERS

if TYPE_CHECKING:
    from reader.types import Outcome

EXAMPLES = """\b
Examples:
  reader scan cheque.jpg
  reader scan --format json --output numbers.jsonl forms/*.png
  reader scan --annotate seen/ statement.pdf
  reader scan --layout line --format csv amounts/*.jpg
  curl -s https://example.org/meter.jpg | reader scan -

\b
Exit codes:
  0 all files read, 1 some of several failed, 2 wrong usage; a file alone
  that failed gives its own code: 3 unreadable, 4 model, 5 output.
"""


@click.command(epilog=EXAMPLES)
@click.argument("files", nargs=-1, required=True, metavar="FILE...")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(list(WRITERS)),
    default="text",
    show_default=True,
    help="Form of the results; json is one object a line for each file.",
)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    help="Write the results here instead of standard output: the whole file or nothing.",
)
@click.option(
    "-a",
    "--annotate",
    metavar="DIR|FILE",
    help="Save pictures of the pages with what was read: in a folder, or of a single page in a file.",
)
@reading_options
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Say how long each stage took.")
def scan(
    files: tuple[str, ...],
    form: str,
    output: str | None,
    annotate: str | None,
    quiet: bool,
    verbose: bool,
    **choices: Any,
) -> None:
    """Read the numbers in images and PDFs.

    FILE is a JPEG, PNG, WebP, BMP, TIFF or PDF (every page), or - for standard input. Results go to
    standard output, file by file; everything else goes to standard error. Many files are read with all
    cores.
    """
    _spare_inputs(files, output)
    annotator = Annotator(annotate, files) if annotate else None
    report = Report(quiet, verbose, notes=form == "text")
    with open_sink(output, form) as sink, progress(len(files), quiet) as (step, aside):
        for outcome in _outcomes(files, annotator, verbose, **choices):
            with aside():
                sink.write(outcome)
                report.add(outcome)
            step()
    raise click.exceptions.Exit(report.exit_code)


def _spare_inputs(files: tuple[str, ...], output: str | None) -> None:
    if (
        output
        and os.path.isfile(output)
        and any(os.path.realpath(file) == os.path.realpath(output) for file in files)
    ):
        raise click.UsageError(f"--output {output} would overwrite an input.")


def _outcomes(
    files: tuple[str, ...],
    annotator: Annotator | None,
    verbose: bool,
    *,
    model: str | None,
    dpi: float,
    **read: Any,
) -> Iterator[Outcome]:
    start = perf_counter()
    # Here, as they bring NumPy and OpenCV: --help does without.
    from reader.files import read_files
    from reader.io.model_file import load_model
    from reader.options import LoadOptions, ReadOptions

    classifier = load_model(model)
    if verbose:
        say(f"ready with model {classifier.id} after {1000 * (perf_counter() - start):.0f} ms")
    options, loading = ReadOptions(**read), LoadOptions(dpi=dpi)
    # Pictures need the page, a stage is timed without other processes beside it, and one file needs none.
    if annotator is not None or verbose or len(files) == 1:
        return read_files(files, classifier, options, loading, on_page=annotator)
    from reader.batch.messages import Job
    from reader.batch.together import read_together

    return read_together(files, classifier, Job(model, options, loading))
