"""Finds a model, checks it against its card and loads it."""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

from reader.errors import ModelError
from reader.io.model_card import ModelCard
from reader.io.model_store import by_name, context_folder
from reader.io.quiet import muted
from reader.recognize.classifier import OnnxClassifier
from reader.recognize.line_context import LineContext

DEFAULT = "digits"
CONTEXT_FILES = ("trunk.onnx", "head.onnx")


def load_model(name: str | os.PathLike[str] | None = None, *, in_context: bool = True) -> OnnxClassifier:
    """Load a model that has been checked against its card.

    Parameters
    ----------
    name : str or path, optional
        Name of a shipped model or of one of the user's, see `reader.io.model_store`; or an ``.onnx``
        file with its ``.json`` card beside it. The default is the shipped model "digits".
    in_context : bool
        With the context network, which serves every model.

    Raises
    ------
    ModelError
        When the model or its card is missing, damaged, or not what the card says.
    """
    path = find_model(name)
    card = read_card(path)
    onnx = _read(path)
    found = hashlib.sha256(onnx).hexdigest()
    if found != card.sha256:
        what = f"sha256 {found}, expected {card.sha256}"
        raise ModelError(f"{path} does not match its card ({what}); install the model again")
    context = load_context() if in_context else None
    with muted():
        classifier = OnnxClassifier(onnx, card.id, card.temperature, card.power, context)
    if classifier.outputs != len(card.classes):
        raise ModelError(
            f"{path} gives {classifier.outputs} classes, its card names {len(card.classes)}; export it again"
        )
    return classifier


def load_context() -> LineContext:
    """Load the context network that comes along.

    Raises
    ------
    ModelError
        When it is missing, damaged, or not what its card says.
    """
    parts = []
    for path, expected in context_checksums().items():
        parts.append(_read(path, "install reader again"))
        if hashlib.sha256(parts[-1]).hexdigest() != expected:
            raise ModelError(f"{path} does not match its card; install reader again")
    with muted():
        return LineContext(*parts)


def context_checksums() -> dict[Path, str]:
    """Give the SHA-256 of the context network's files, trunk first, as its card states them.

    Raises
    ------
    ModelError
    """
    folder = context_folder()
    card = folder / "card.json"
    try:
        stated = json.loads(_read(card, "install reader again"))["sha256"]
        return {folder / name: str(stated[name]) for name in CONTEXT_FILES}
    except (ValueError, KeyError, TypeError) as error:
        raise ModelError(f"{card}: is damaged ({error}); install reader again") from error


def find_model(name: str | os.PathLike[str] | None = None) -> Path:
    """Tell which ONNX file a name or a path means.

    Raises
    ------
    ModelError
        When there is no such file.
    """
    name = DEFAULT if name is None else name
    if isinstance(name, str) and Path(name).name == name and not name.endswith(".onnx"):
        return by_name(name)
    path = Path(name)
    if path.suffix != ".onnx":
        raise ModelError(f"{path}: not an .onnx file; give a model's name or an .onnx file's path")
    if not path.is_file():
        raise ModelError(f"{path}: no such model file; give a model's name or an .onnx file's path")
    return path


def read_card(path: Path) -> ModelCard:
    """Read the card beside the ONNX file at `path`.

    Raises
    ------
    ModelError
        When it is missing or states what `reader` cannot use.
    """
    card = path.with_suffix(".json")
    return ModelCard.from_json(_read(card), str(card))


def _read(path: Path, remedy: str = "a model needs its .json card beside its .onnx file") -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise ModelError(f"{path}: no such file; {remedy}") from error
    except OSError as error:
        raise ModelError(f"{path}: cannot be read ({error.strerror}); check its permissions") from error
