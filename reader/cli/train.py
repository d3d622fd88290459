"""``reader train``: from data to an ONNX network with its card."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from reader.train.feed import Arrays
    from reader.train.fit import FitResult

# The last two write the result: better to miss them now than when training is done.
_NEEDED = ("tensorflow", "keras", "tf2onnx", "onnx")


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder with train/mnist and the other sets, or with MNIST's IDX files, gzipped or not; "
    "only the training part is read.",
)
@click.option(
    "--lines",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    metavar="N",
    help="Synthetic lines of handwriting and print to make and learn from; the shipped network has 30000.",
)
@click.option(
    "--lines-seed",
    type=click.IntRange(0),
    default=2,
    show_default=True,
    help="Of the synthetic lines: the same number gives the same lines.",
)
@click.option(
    "--glyphs",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="FILE",
    help="A prepared set: .npz with images (N, 28, 28) and labels 0 to 10; may be given again.",
)
@click.option(
    "--arch", default="ours", show_default=True, help="Network by name, or package.module:function."
)
@click.option(
    "--epochs",
    type=click.IntRange(0),
    default=12,
    show_default=True,
    help="Times that all glyphs are learned from; 0 makes the set, and the sheet, and ends there.",
)
@click.option(
    "--batch-size", type=click.IntRange(1), default=256, show_default=True, help="Glyphs in a step."
)
@click.option(
    "--seed",
    type=click.IntRange(0),
    default=0,
    show_default=True,
    help="Of the first weights, the order and the changes of glyphs.",
)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=Path("trained"),
    show_default=True,
    metavar="DIR",
    help="Where digits.onnx, its card, the set that was made and the checkpoints go.",
)
@click.option("--name", default="digits", show_default=True, help="Of the files, and the model's id.")
@click.option(
    "--sheet",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Save a picture of what the network sees, by class, before training.",
)
@click.option("--resume", is_flag=True, help="Go on after the last finished epoch in --output.")
def train(
    data: Path | None,
    lines: int,
    lines_seed: int,
    glyphs: tuple[Path, ...],
    arch: str,
    epochs: int,
    batch_size: int,
    seed: int,
    output: Path,
    name: str,
    sheet: Path | None,
    resume: bool,
) -> None:
    """Train a network and export it with its model card.

    The set that is made from --data lies in --output as glyphs-HASH.npz and is used again for as long as
    nothing that it is made from changes. Ctrl-C ends training early and exports the best network so far.

    \b
    Examples:
      reader train --data DIR --lines 30000 --epochs 7 --output trained
      reader train --data mnist --arch dense --epochs 3
    """
    from reader.train.networks import architecture
    from reader.train.sets import load_sets

    if lines and data is None:
        raise click.UsageError("--lines needs --data: the lines are written with MNIST's digits too")
    _require(_NEEDED if epochs else (), "training")
    _require(("PIL",) if lines else (), "drawing print")
    _show_news()
    architecture(arch)
    made = (_prepared(data, lines, lines_seed, output),) if data is not None else ()
    training, validation, trained_on = load_sets((*made, *glyphs), seed)
    click.echo(f"{len(training)} glyphs to learn from, {len(validation)} to validate", err=True)
    if sheet is not None:
        _save_sheet(training, sheet, seed)
    if epochs:
        fields = {"arch": arch, "epochs": epochs, "batch_size": batch_size, "seed": seed, "resume": resume}
        _train(training, validation, trained_on, output, name, **fields)


def _require(modules: tuple[str, ...], purpose: str) -> None:
    """Say in one line that something is not installed, before any work is done."""
    from reader.errors import MissingExtraError

    names = {"tensorflow": "TensorFlow", "keras": "Keras", "PIL": "Pillow"}
    for module in modules:
        if find_spec(module) is None:
            raise MissingExtraError(
                f"{purpose} needs {names.get(module, module)}: install number-reader[train]"
            )


class _News(logging.Handler):
    """Writes what training logs to standard error as it is now."""

    def emit(self, record: logging.LogRecord) -> None:
        click.echo(self.format(record), err=True)


def _show_news() -> None:
    """Let the lines that training logs reach the terminal."""
    log = logging.getLogger("reader.train")
    if not log.handlers:
        log.addHandler(_News())
    log.setLevel(logging.INFO)


def _prepared(data: Path, lines: int, seed: int, output: Path) -> Path:
    """Make the set, or find it, and show how far it is."""
    from reader.train.sets import prepare

    with progress() as told:
        return prepare(data, lines, output, seed=seed, told=told)


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


def _save_sheet(training: Arrays, path: Path, seed: int) -> None:
    from reader.io.atomic import save_image
    from reader.train.sheet import contact_sheet

    save_image(str(path), contact_sheet(training, seed))
    click.echo(f"{path}: glyphs by class, on the right as training changes them", err=True)


def _train(
    training: Arrays,
    validation: Arrays,
    trained_on: list[dict[str, Any]],
    output: Path,
    name: str,
    **how: Any,
) -> None:
    """Fit the network, export it and say how good it is."""
    from reader.train.fit import fit

    # TensorFlow tells of absent GPUs on stderr as if they were errors; real ones are raised.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    result = fit(training, validation, output=output / "checkpoints", **how)
    fields = {"architecture": how["arch"], "seed": how["seed"], "trained_on": trained_on}
    card = _export(result, validation, output, name, **fields)
    click.echo(f"{output / card['file']}: {card['parameters']} parameters, {_told(card['figures'])}")


def _export(result: FitResult, validation: Arrays, output: Path, name: str, **fields: Any) -> dict[str, Any]:
    """Write the network as ONNX with its card, and as Keras' own file for those who train on."""
    from reader.train.onnx_export import export

    figures = {"epochs": len(result.history), **validation_figures(result, validation)}
    card = export(
        result.model, output, name, {**fields, "temperature": result.temperature, "figures": figures}
    )
    result.model.save(output / f"{name}.keras")
    return card


def validation_figures(result: FitResult, validation: Arrays) -> dict[str, float]:
    """Count what the network does on the validation glyphs; a part that has none is left out.

    Returns
    -------
    dict
        ``validation_digits``: digits read right, a reject being an error; ``validation_digits_among_ten``:
        with "not a digit" left out; ``validation_rejected``: the others rejected.
    """
    from reader.types import NOT_A_DIGIT

    labels, found = validation.hard(), result.logits.argmax(axis=1)
    digits = labels != NOT_A_DIGIT
    among_ten = result.logits[:, :NOT_A_DIGIT].argmax(axis=1)
    figures = {}
    if digits.any():
        figures["validation_digits"] = float((found == labels)[digits].mean())
        figures["validation_digits_among_ten"] = float((among_ten == labels)[digits].mean())
    if not digits.all():
        figures["validation_rejected"] = float((found == labels)[~digits].mean())
    return {key: round(value, 5) for key, value in figures.items()}


def _told(figures: dict[str, float]) -> str:
    """Say the shares among the figures as percentages."""
    shares = {key: value for key, value in figures.items() if key.startswith("validation")}
    return ", ".join(f"{key.replace('_', ' ')} {value:.2%}" for key, value in shares.items())
