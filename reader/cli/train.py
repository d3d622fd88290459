"""``reader train``: from labelled glyphs to an ONNX network with its card."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

if TYPE_CHECKING:
    from reader.train.feed import Arrays
    from reader.train.fit import FitResult


@click.command()
@click.option(
    "--data",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder with MNIST's IDX files, gzipped or not; only the training part is read.",
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
@click.option("--epochs", type=click.IntRange(1), default=12, show_default=True)
@click.option("--batch-size", type=click.IntRange(1), default=256, show_default=True)
@click.option("--seed", type=click.IntRange(0), default=0, show_default=True)
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    default=Path("trained"),
    show_default=True,
    metavar="DIR",
    help="Where digits.onnx, its card and the checkpoints go.",
)
@click.option("--name", default="digits", show_default=True, help="Of the files, and the model's id.")
@click.option("--resume", is_flag=True, help="Go on after the last finished epoch in --output.")
def train(
    data: Path | None,
    glyphs: tuple[Path, ...],
    arch: str,
    epochs: int,
    batch_size: int,
    seed: int,
    output: Path,
    name: str,
    resume: bool,
) -> None:
    """Train a network and export it with its model card.

    Ctrl-C ends training early and exports the best network so far.
    """
    from reader.errors import MissingExtraError
    from reader.train.fit import fit
    from reader.train.networks import architecture
    from reader.train.sets import load_sets

    # TensorFlow tells of absent GPUs on stderr as if they were errors; real ones are raised.
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    try:
        import tensorflow  # noqa: F401
    except ImportError as error:
        raise MissingExtraError("training needs TensorFlow: install number-reader[train]") from error
    _show_epochs()
    architecture(arch)
    training, validation, trained_on = load_sets(data, glyphs, seed)
    click.echo(f"{len(training)} glyphs to learn from, {len(validation)} to validate", err=True)
    result = fit(
        training,
        validation,
        arch=arch,
        epochs=epochs,
        batch_size=batch_size,
        seed=seed,
        output=output / "checkpoints",
        resume=resume,
    )
    card = _export(result, validation, output, name, architecture=arch, seed=seed, trained_on=trained_on)
    click.echo(f"{output / card['file']}: {card['parameters']} parameters, {_told(card['figures'])}")


def _show_epochs() -> None:
    """Let the line an epoch that training logs reach the terminal."""
    import logging

    log = logging.getLogger("reader.train")
    if not log.handlers:
        handler = logging.StreamHandler()
        handler.setFormatter(logging.Formatter("%(message)s"))
        log.addHandler(handler)
    log.setLevel(logging.INFO)


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
