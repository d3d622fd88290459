"""`reader models`: which there are, what they are, whether they are sound; and new ones from elsewhere."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reader.cli.boundary import say
from reader.io.export import printable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FORMATS = click.Choice(["text", "json"])


@click.group()
def models() -> None:
    """List, show and check models, and import what Keras trained elsewhere.

    A model is an .onnx file with its card, a .json file, beside it. One comes along; your own lie in the
    folder that READER_MODELS names, by default where your system keeps data of programs
    (~/.local/share/number-reader/models on Linux). Any of them is used with --model NAME.
    """


@models.command("list")
@click.option("-f", "--format", "form", type=FORMATS, default="text", show_default=True, help="Of the list.")
def list_models(form: str) -> None:
    """List the models that --model knows by name.

    A line for each: name, id, whether it rejects what is no digit, parameters, bytes, file.
    """
    from reader.io.model_store import installed

    rows = [_row(name, path) for name, path in installed().items()]
    if form == "json":
        click.echo(json.dumps(rows, indent=2, ensure_ascii=False))
        return
    table = [["NAME", "ID", "REJECTS", "PARAMETERS", "BYTES", "FILE"]]
    table += [[printable(_cell(value)) for value in row.values()] for row in rows]
    for line in _aligned(table) if sys.stdout.isatty() else map("\t".join, table):
        click.echo(line)


@models.command()
@click.argument("name", metavar="NAME|PATH")
@click.option(
    "-f", "--format", "form", type=FORMATS, default="text", show_default=True, help="json is the card itself."
)
def show(name: str, form: str) -> None:
    """Show a model's card: what it takes, what it was made from, how good it is."""
    from reader.io.model_file import find_model, read_card
    from reader.io.self_test import SelfTest

    path = find_model(name)
    card = read_card(path)
    if form == "json":
        click.echo(json.dumps(card.facts, indent=2, ensure_ascii=False))
        return
    test = SelfTest.of_card(card.facts, str(path.with_suffix(".json")))
    tested = f"{len(test)} glyphs" if test else "none"
    for line in _readable({"path": str(path), "rejects": card.rejects, **card.facts, "self_test": tested}):
        click.echo(printable(line))


@models.command()
@click.argument("names", nargs=-1, metavar="[NAME|PATH]...")
def check(names: tuple[str, ...]) -> None:
    """Check models, by default all: card, checksum, shapes, and the self-test that the card carries.

    The self-test has the model read glyphs of its card again and compares the probabilities. A model
    that takes a blank glyph, a full one or noise for a digit is warned of.

    \b
    Exit codes:
      0 all are sound, 1 some of several are not; a model alone that is not
      gives its own code: 4.
    """
    from reader.errors import ModelError
    from reader.io.model_store import installed

    chosen = names or tuple(installed())
    faults = [error for name in chosen if (error := _check(name)) is not None]
    for error in faults:
        say(f"error: {error}")
    if faults or not chosen:
        raise click.exceptions.Exit(ModelError.exit_code if len(chosen) < 2 else 1)


@models.command("import")
@click.argument("file", type=click.Path(path_type=Path), metavar="FILE")
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    required=True,
    metavar="DIR|FILE",
    help="Labelled glyphs to learn from what the model takes and how sure it is, best ones that it was not "
    "trained on: MNIST's IDX files, a folder of images by class, or a prepared .npz.",
)
@click.option("--name", metavar="NAME", help="Of the model; by default the file's.")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Where the model goes; by default your models' folder, where --model finds it by name.",
)
@click.option("--force", is_flag=True, help="Replace a model of this name.")
def import_file(file: Path, data: Path, name: str | None, output: Path | None, force: bool) -> None:
    """Import a network that Keras trained elsewhere: .keras, .h5 or a SavedModel folder.

    It has to take one 28x28 image and give ten classes, the digits in order, or eleven, the last being
    "not a digit". Whether it wants ink bright or dark, and in which range, is found by trying it on --data;
    how sure it is, is learned on one half of it and measured on the other. Ten classes: where --data holds
    glyphs that are no digit, the model learns to reject; else it never does.

    Import only files from people you trust: layers that carry code are refused, but a network is a program.

    \b
    Examples:
      reader models import mnist.h5 --data mnist
      reader models import net.keras --data cells/ --name cells
      reader scan --model mnist page.jpg
    """
    from reader.train.adopt.place import target

    folder, name = target(file, name, output, force)
    # Here, as it brings much with it: a wrong name shows at once.
    from reader.train.adopt.importing import import_model

    card = import_model(file, data, folder, name)
    click.echo(f"{folder / card['file']}: {_told(card)}")


def _told(card: Mapping[str, Any]) -> str:
    found, figures = card["imported"], card["figures"]
    rejecting = (
        f"{figures['judged_rejected']:.2%} of others rejected"
        if card["rejects"] and "judged_rejected" in figures
        else 'knows "not a digit"'
        if card["rejects"]
        else "never rejects"
    )
    return (
        f"{found['polarity']}, {found['range']}; {figures['judged_digits']:.2%} of digits read right, "
        f"{rejecting}, temperature {card['calibration']['temperature']}"
    )


def _row(name: str, path: Path) -> dict[str, Any]:
    """Describe a model for the list; one whose card is damaged is there too."""
    from reader.errors import ModelError
    from reader.io.model_file import read_card

    row: dict[str, Any] = {"name": name, "id": None, "rejects": None, "parameters": None}
    try:
        card = read_card(path)
        row |= {"id": card.id, "rejects": card.rejects, "parameters": card.facts.get("parameters")}
    except ModelError as error:
        say(f"warning: {error}")
    return {**row, "bytes": path.stat().st_size, "file": str(path)}


def _check(name: str) -> Exception | None:
    """Check one model and tell what is good of it; gives what is wrong."""
    from reader.errors import ModelError
    from reader.io.model_check import check_model
    from reader.io.model_file import find_model

    try:
        path = find_model(name)
        found = check_model(path)
    except ModelError as error:
        return error
    tested = f", self-test of {found.tested} glyphs" if found.tested else "; the card carries no self-test"
    click.echo(f"{printable(name)}: sound: card, checksum, shapes{tested}")
    for warning in found.warnings:
        say(f"warning: {name}: {warning}")
    return None


def _aligned(table: Sequence[Sequence[str]]) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*table, strict=True)]
    for row in table:
        yield "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()


def _cell(value: Any) -> str:
    """Give a value of JSON as a word for people."""
    if value is None or isinstance(value, bool):
        return {None: "-", True: "yes", False: "no"}[value]
    return ", ".join(map(_cell, value)) or "-" if isinstance(value, list) else str(value)


def _readable(facts: Mapping[str, Any], indent: str = "") -> Iterator[str]:
    """Give a JSON object as lines for people: names before values, what is inside further right."""
    for key, value in facts.items():
        title = f"{indent}{key.replace('_', ' ') if not indent else key}"
        inner = value if isinstance(value, list) and any(isinstance(one, dict) for one in value) else [value]
        for one in inner:
            if isinstance(one, dict):
                yield title
                yield from _readable(one, f"{indent}  ")
            else:
                yield f"{title}: {_cell(one)}"
