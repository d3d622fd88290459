"""``reader evaluate``: how good a model is, on labelled glyphs and on pages."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reader.cli.boundary import say
from reader.cli.report import Report, progress

if TYPE_CHECKING:
    from reader.train.evaluation import Evaluation, Sources

EXAMPLES = """\b
Examples:
  reader evaluate mnist
  reader evaluate --model trained/digits.onnx --output judged held-out.npz labelled/
  reader evaluate pages.jsonl samples/*.json
  reader evaluate --format json --quiet mnist | jq .glyphs.among_ten

\b
Exit codes:
  0 all was evaluated, 1 some of several images failed, 2 wrong usage; an image
  alone that failed gives its own code: 3 unreadable, 4 model, 5 output,
  6 matplotlib is missing, 7 IDX files are damaged.
"""


@click.command(epilog=EXAMPLES)
@click.argument("sources", nargs=-1, required=True, metavar="SOURCE...", type=click.Path(path_type=Path))
@click.option("--model", metavar="NAME|PATH", help="Judge another model than the one that comes along.")
@click.option(
    "--part",
    type=click.Choice(["t10k", "train"]),
    default="t10k",
    show_default=True,
    help="Which part of a folder of IDX files.",
)
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    default=Path("evaluation"),
    show_default=True,
    metavar="DIR",
    help="Where the report and its pictures go.",
)
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Form of the summary on standard output; json is all of report.json, and the time a glyph takes.",
)
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def evaluate(
    sources: tuple[Path, ...], model: str | None, part: str, output: Path, form: str, quiet: bool
) -> None:
    """Judge a model on labelled glyphs and on pages, and write a report.

    SOURCE is one of the following; several are judged together and each alone.

    \b
    Sources:
    A folder of IDX files, gzipped or not, as MNIST's.
    A folder of images, one folder a class: 0 to 9, and not-a-digit (also other, none, 10).
    An image is one character; one of 28x28 pixels in MNIST's form is taken as it is.
    An .npz file with images (N, 28, 28), ink bright, and labels 0 to 10; groups, texts
    (N,), part the figures; validation, bool (N,), marks the glyphs to take.
    A .jsonl or .json list of pages, objects with "file" and "numbers" and where wanted
    "mode" (page, line or digit), "set", "complete" (false: other numbers are there too).
    Or a .json file as the samples have, with "pages".

    The folder --output gets report.html, which needs no other file, and report.json; of glyphs also
    confusion.png, reliability.png, reject.png and worst.png. The same input gives the same files.
    """
    _need_matplotlib()
    from reader.io.model_file import load_model
    from reader.train.evaluation import evaluate as judge
    from reader.train.evaluation import read_sources

    classifier = load_model(model)
    found = read_sources(sources, part)
    _make_folder(output)
    if not quiet:
        say(f"model {classifier.id}: {_amount(found)}")
    total = len(found.glyphs) + len(found.pages)
    with progress(total, quiet) as (step, _):
        done = 0

        def told(now: int, _: int) -> None:
            nonlocal done
            for _ in range(now - done):
                step()
            done = now

        evaluation = judge(found, classifier, told)
    for error in evaluation.errors:
        say(f"error: {error}")
    if evaluation.overall or evaluation.pages:
        _deliver(evaluation, output, form, quiet)
    raise click.exceptions.Exit(Report(files=evaluation.files, errors=list(evaluation.errors)).exit_code)


def _need_matplotlib() -> None:
    from reader.errors import MissingExtraError

    if find_spec("matplotlib") is None:
        raise MissingExtraError("the report's pictures need matplotlib: install number-reader[train]")


def _make_folder(path: Path) -> None:
    """Make the folder now: better to learn before the work than after it that it cannot be written."""
    from reader.io.atomic import writing

    with writing(str(path)):
        path.mkdir(parents=True, exist_ok=True)


def _amount(found: Sources) -> str:
    """Say how much there is to do, and what is left out."""
    from reader.train.summary import counted

    amounts = (("glyph", len(found.glyphs)), ("page", len(found.pages)))
    parts = [counted(amount, name) for name, amount in amounts if amount]
    if found.passed_over:
        parts.append(f"{counted(found.passed_over, 'page')} without a list of numbers passed over")
    return ", ".join(parts) or "nothing that can be evaluated"


def _deliver(evaluation: Evaluation, output: Path, form: str, quiet: bool) -> None:
    """Write the report and print the summary."""
    from reader.io.atomic import atomic_text, save_image
    from reader.train.evaluation import report_facts
    from reader.train.gallery import gallery
    from reader.train.plots import save
    from reader.train.report_html import report_html
    from reader.train.report_plots import pictures_of
    from reader.train.summary import summary

    facts = report_facts(evaluation)
    pictures = pictures_of(evaluation.overall) if evaluation.overall else {}
    for name, content in pictures.items():
        save(output / f"{name}.png", content)
    if evaluation.overall:
        save_image(str(output / "worst.png"), gallery(evaluation.misreads))
    with atomic_text(str(output / "report.json")) as file:
        file.write(json.dumps(facts, indent=1) + "\n")
    with atomic_text(str(output / "report.html")) as file:
        file.write(report_html(evaluation, pictures))
    if form == "json":
        click.echo(json.dumps({**facts, "ms_per_glyph": evaluation.ms_per_glyph}))
    else:
        click.echo(summary(evaluation))
    if not quiet:
        say(f"{output / 'report.html'}: the report")
