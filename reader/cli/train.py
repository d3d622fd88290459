"""``reader train``: from data to an ONNX network with its card."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from reader.cli.news import progress, show_news
from reader.cli.train_corrections import check_options, given, train_on_corrections

if TYPE_CHECKING:
    from reader.train.extra import Parts
    from reader.train.feed import Arrays
    from reader.train.fit import FitResult

# The last three write the result: better to miss them now than when training is done.
_NEEDED = ("tensorflow", "keras", "tf2onnx", "onnx", "matplotlib")


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder with train/mnist and the other sets, or with MNIST's IDX files, gzipped or not; "
    "only the training part is read. Without --data, --glyphs and --extra Keras downloads MNIST.",
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
    "--extra",
    type=click.Path(path_type=Path),
    multiple=True,
    metavar="DIR",
    help='Labelled images, one folder a class, "0" to "9", "not-a-digit"; 8 % validate; may be given again.',
)
@click.option(
    "--arch", default="ours", show_default=True, help="Network by name, or package.module:function."
)
@click.option(
    "--start",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Begin with the weights of a Keras file of the same network, models/digits.keras for instance.",
)
@click.option(
    "--epochs",
    type=click.IntRange(0),
    default=12,
    show_default=True,
    help="Times that all glyphs are learned from; 0 makes the set, and the sheet, and ends there.",
)
@click.option(
    "--batch-size", type=click.IntRange(1), default=512, show_default=True, help="Glyphs in a step."
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
    help="Where digits.onnx, its card, the curves, the set that was made and the checkpoints go.",
)
@click.option("--name", default="digits", show_default=True, help="Of the files, and the model's id.")
@click.option(
    "--sheet",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Save a picture of what the network sees, by class, before training.",
)
@click.option(
    "--held-out",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help='Save glyphs of --data that neither train nor validate, for "reader evaluate": MNIST\'s t10k, other '
    "alphabets, and a tenth of --lines in other fonts and by other writers.",
)
@click.option("--resume", is_flag=True, help="Go on after the last finished epoch in --output.")
@click.option(
    "--corrections",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help='Fine-tune --model on what was corrected in "reader draw" and "reader correct".',
)
@click.option(
    "--model", metavar="NAME|PATH", help="With --corrections: start from another than the shipped one."
)
@click.option("--force", is_flag=True, help="With --corrections: keep the new model also if it is no better.")
@click.pass_context
def train(
    context: click.Context,
    data: Path | None,
    lines: int,
    lines_seed: int,
    glyphs: tuple[Path, ...],
    extra: tuple[Path, ...],
    arch: str,
    start: Path | None,
    epochs: int,
    batch_size: int,
    seed: int,
    output: Path,
    name: str,
    sheet: Path | None,
    held_out: Path | None,
    resume: bool,
    corrections: Path | None,
    model: str | None,
    force: bool,
) -> None:
    """Train a network and export it with its model card.

    The set that is made from --data lies in --output as glyphs-HASH.npz and is used again for as long as
    nothing that it is made from changes. Ctrl-C ends training early and exports the best network so far.
    Loss and accuracy of the epochs are drawn to curves.png.

    With --corrections a model is fine-tuned, in about two minutes: a fifth of the corrections is held out,
    and the new model, --name (default: corrected) in the folder of your models, is kept if it reads those
    better and MNIST no worse than by 0.05 points. A sample of --data or --glyphs, and some --lines, keep it
    from forgetting.

    \b
    Examples:
      reader train --data DIR --lines 30000 --epochs 9 --output trained
      reader train --arch dense --epochs 3
      reader train --data mnist --extra my-digits --extra more-digits
      reader train --data mnist --epochs 20 --resume
      reader train --data DIR --lines 5000 --start digits.keras --epochs 2
      reader train --corrections my-hand --data mnist --name my-hand
    """
    check_options(context)
    if corrections is not None:
        _require(_NEEDED, "training")
        how: dict[str, Any] = {key: given(context, key) for key in ("lines", "output", "name")}
        how |= {"model": model, "data": data, "glyphs": glyphs, "seed": seed, "force": force}
        train_on_corrections(corrections, **how)
        return
    from reader.train.extra import keras_mnist
    from reader.train.networks import architecture, started

    by_default = data is None and not glyphs and not extra
    if lines and data is None and not by_default:
        raise click.UsageError("--lines needs --data: the lines are written with MNIST's digits too")
    if held_out is not None and data is None:
        raise click.UsageError("--held-out needs --data, a folder that has MNIST's t10k too")
    _require(_NEEDED if epochs else (), "training")
    _require(("PIL",) if lines else (), "drawing print")
    show_news()
    design = architecture(arch)
    if start is not None:
        design = started(design, start)
    if by_default:
        data = keras_mnist(output)
    training, validation, trained_on = _all_sets(data, lines, lines_seed, glyphs, extra, output, seed)
    click.echo(f"{len(training)} glyphs to learn from, {len(validation)} to validate", err=True)
    if sheet is not None:
        _save_sheet(training, sheet, seed)
    if held_out is not None and data is not None:
        _save_held_out(data, lines // 10, held_out)
    if epochs:
        fields = {"arch": design, "epochs": epochs, "batch_size": batch_size, "seed": seed, "resume": resume}
        _train(training, validation, trained_on, output, name, start, **fields)


def _require(modules: tuple[str, ...], purpose: str) -> None:
    """Say in one line that something is not installed, before any work is done."""
    from reader.errors import MissingExtraError

    names = {"tensorflow": "TensorFlow", "keras": "Keras", "PIL": "Pillow"}
    for module in modules:
        if find_spec(module) is None:
            raise MissingExtraError(
                f"{purpose} needs {names.get(module, module)}: install number-reader[train]"
            )


def _all_sets(
    data: Path | None,
    lines: int,
    lines_seed: int,
    glyphs: tuple[Path, ...],
    extra: tuple[Path, ...],
    output: Path,
    seed: int,
) -> Parts:
    """Read or make all that is learned from; the folders, which somebody made by hand, come first."""
    from reader.train.extra import join_parts, labelled_folder
    from reader.train.sets import load_sets

    folders = [labelled_folder(path, seed) for path in extra]
    made = (_prepared(data, lines, lines_seed, output),) if data is not None else ()
    prepared = [load_sets((*made, *glyphs), seed)] if made or glyphs else []
    return join_parts([*prepared, *folders])


def _prepared(data: Path, lines: int, seed: int, output: Path) -> Path:
    """Make the set, or find it, and show how far it is."""
    from reader.train.sets import prepare

    with progress() as told:
        return prepare(data, lines, output, seed=seed, told=told)


def _save_held_out(data: Path, lines: int, path: Path) -> None:
    from reader.train.held_out import save_held_out

    with progress() as told:
        save_held_out(data, lines, path, told=told)
    click.echo(f"{path}: glyphs that neither train nor validate", err=True)


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
    start: Path | None,
    **how: Any,
) -> None:
    """Fit the network, export it and say how good it is."""
    from reader.train.backend import load_tensorflow
    from reader.train.card import sha256
    from reader.train.fit import fit

    load_tensorflow()
    result = fit(training, validation, output=output / "checkpoints", **how)
    _save_curves(result, output / "curves.png")
    fields = {"architecture": how["arch"].name, "seed": how["seed"], "trained_on": trained_on}
    if start is not None:
        fields["more"] = {"started_from": {start.name: sha256(start)}}
    card = _export(result, validation, output, name, **fields)
    click.echo(f"{output / card['file']}: {card['parameters']} parameters, {_told(card['figures'])}")


def _save_curves(result: FitResult, path: Path) -> None:
    """Draw the epochs; before the export, so that they are there if that fails."""
    from reader.train.plots import curves, save

    save(path, curves(result.history))


def _export(result: FitResult, validation: Arrays, output: Path, name: str, **fields: Any) -> dict[str, Any]:
    """Write the network as ONNX with its card, and as Keras' own file for those who train on."""
    from reader.train.figures import validation_figures
    from reader.train.onnx_export import export

    figures = {"epochs": len(result.history), **validation_figures(result, validation)}
    card = export(
        result.model,
        output,
        name,
        {**fields, "temperature": result.temperature, "power": result.power, "figures": figures},
    )
    result.model.save(output / f"{name}.keras")
    return card


def _told(figures: dict[str, float]) -> str:
    """Say the shares among the figures as percentages."""
    shares = {key: value for key, value in figures.items() if key.startswith("validation")}
    return ", ".join(f"{key.replace('_', ' ')} {value:.2%}" for key, value in shares.items())
