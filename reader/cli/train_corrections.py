"""``reader train --corrections``: a model that has learned from being corrected."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.core import ParameterSource

from reader.cli.boundary import say
from reader.cli.news import progress, show_news

if TYPE_CHECKING:
    from reader.train.replay import Replay
    from reader.train.tune import Tuned

NAME = "corrected"
"""Of the new model where nobody gives one."""
_FINE_TUNING = ("model", "force")
_FROM_NOTHING = (
    "lines_seed",
    "extra",
    "arch",
    "start",
    "epochs",
    "batch_size",
    "sheet",
    "held_out",
    "resume",
)


def check_options(context: click.Context) -> None:
    """Refuse options that only the other way of training has."""
    wanted = context.params["corrections"] is not None
    for key in _FROM_NOTHING if wanted else _FINE_TUNING:
        if _is_given(context, key):
            word = "does not go with" if wanted else "needs"
            raise click.UsageError(f"--{key.replace('_', '-')} {word} --corrections")


def given(context: click.Context, key: str) -> Any:
    """Give an option's value; None where nobody gave one, whatever its default for training anew."""
    return context.params[key] if _is_given(context, key) else None


def _is_given(context: click.Context, key: str) -> bool:
    return context.get_parameter_source(key) is not ParameterSource.DEFAULT


def train_on_corrections(
    store: Path,
    *,
    model: str | None,
    data: Path | None,
    glyphs: Sequence[Path],
    lines: int | None,
    output: Path | None,
    name: str | None,
    seed: int,
    force: bool,
) -> None:
    """Fine-tune a model on the corrections in `store`, and keep the new one if it is better.

    Raises
    ------
    TrainingError
        It is not better, or there is too little to learn from.
    """
    from reader.io.corrections import read_corrections
    from reader.io.model_file import find_model, load_model, read_card

    corrections = read_corrections(store)
    load_model(model)  # that it is sound shows before the work
    path = find_model(model)
    card = read_card(path)
    folder, name = _place(name or NAME, output, force)
    show_news()
    from reader.train.backend import load_tensorflow
    from reader.train.tune import load_keras, tune

    load_tensorflow()
    teacher = load_keras(path)
    with tempfile.TemporaryDirectory(prefix="reader-") as scratch:
        replay = _replay(data, glyphs, lines, seed, Path(scratch))
        say(f"{len(corrections)} corrections, {len(replay.training)} glyphs replayed, from model {card.id}")
        tuned = tune(teacher, card, corrections, replay, seed=seed, folder=Path(scratch) / "checkpoints")
    for line in _told(tuned):
        say(line)
    _refuse(tuned, force)
    _deliver(tuned, card, replay, folder, name, store, seed)


def _place(name: str, output: Path | None, force: bool) -> tuple[Path, str]:
    """Choose the new model's place; one that was made of corrections before makes room."""
    from reader.errors import ModelError
    from reader.io.model_file import read_card
    from reader.io.model_store import user_folder
    from reader.train.adopt.place import target

    try:
        old = read_card((output or user_folder()) / f"{name}.onnx")
    except ModelError:
        return target(Path(name), name, output, force)
    return target(Path(name), name, output, force or "corrected" in old.facts)


def _replay(data: Path | None, glyphs: Sequence[Path], lines: int | None, seed: int, scratch: Path) -> Replay:
    from reader.train.extra import keras_mnist
    from reader.train.replay import LINES, gather

    if data is None and not glyphs:
        data = keras_mnist(scratch)
    with progress() as told:
        return gather(data, glyphs, LINES if lines is None else lines, seed=seed, told=told)


def _told(tuned: Tuned) -> list[str]:
    """Say what was measured before and after."""
    figures = tuned.figures
    rows = [
        ("held-out corrections", "corrections_wrong", tuned.held),
        ("MNIST's validating digits", "mnist_wrong", figures["mnist_digits"]),
        ("what is no digit", "others_wrong", figures["others"]),
        ("MNIST's t10k, which decides nothing", "t10k_wrong", figures.get("t10k")),
    ]
    return [
        f"{title}: {figures[key][0]} wrong of {count} before, {figures[key][1]} after"
        for title, key, count in rows
        if key in figures
    ]


def _refuse(tuned: Tuned, force: bool) -> None:
    from reader.errors import TrainingError

    if tuned.is_better or force:
        return
    why = "MNIST suffered too much" if not tuned.keeps_mnist else "the corrections are read no better"
    raise TrainingError(f"the new model is not kept: {why}; --force keeps it all the same")


def _deliver(
    tuned: Tuned, card: Any, replay: Replay, folder: Path, name: str, store: Path, seed: int
) -> None:
    """Write the model with its card and its Keras file."""
    from reader.io.corrections import TABLE
    from reader.io.model_store import installed
    from reader.train.card import sha256
    from reader.train.onnx_export import export

    table = {"name": "corrections", "licence": "the user's own", "glyphs": tuned.learned}
    corrected = {
        "from": card.id,
        "from_sha256": card.sha256,
        "corrections": tuned.learned + tuned.held,
        "held_out": tuned.held,
        "step": tuned.step,
        "kept": "better" if tuned.is_better else "forced",
        "replayed": replay.sources,
    }
    fields = {
        "temperature": card.temperature,
        "power": card.power,
        "architecture": card.facts["architecture"],
        "seed": seed,
        "trained_on": [
            *card.facts.get("trained_on", []),
            {**table, "sha256": {TABLE: sha256(store / TABLE)}},
        ],
        "figures": tuned.figures,
        "more": {"corrected": corrected},
    }
    export(tuned.model, folder, name, fields)
    tuned.model.save(folder / f"{name}.keras")
    path = folder / f"{name}.onnx"
    usable = name if installed().get(name) == path else path
    click.echo(f"{path}: use it with --model {usable}")
