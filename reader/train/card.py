"""The model card: what a network expects, what it was made from, and how good it is, as JSON."""

from __future__ import annotations

import hashlib
import importlib.metadata
import json
import os
import platform
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from reader.errors import OutputError
from reader.types import CLASSES, GLYPH_SIZE

RECIPE = "mnist 20x20 in 28x28 centred by mass"
_PACKAGES = ("tensorflow", "keras", "tf2onnx", "onnx", "numpy", "opencv-python")


def sha256(path: Path) -> str:
    """Give the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def versions() -> dict[str, str]:
    """Give the versions of Python and of the packages that make a model; absent ones are left out."""
    found = {"python": platform.python_version()}
    for package in _PACKAGES:
        try:
            found[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return found


def make_card(
    onnx: Path,
    *,
    model_id: str,
    temperature: float,
    architecture: str,
    parameters: int,
    trained_on: Sequence[Mapping[str, Any]] = (),
    seed: int = 0,
    figures: Mapping[str, Any] | None = None,
    preparation: str = RECIPE,
) -> dict[str, Any]:
    """Describe an exported network.

    Parameters
    ----------
    onnx : Path
        The exported file; the card states its name and checksum.
    model_id : str
        Name of the model, as results state it.
    temperature : float
        By which logits are divided before they become probabilities.
    architecture : str
    parameters : int
    trained_on : sequence of mappings
        One a data set: name, licence, files with their SHA-256, number of glyphs.
    seed : int
    figures : mapping, optional
        Measured results by name.
    preparation : str
        How glyphs are made for it.

    Returns
    -------
    dict
        Ready for JSON.
    """
    return {
        "id": model_id,
        "file": onnx.name,
        "sha256": sha256(onnx),
        "input": {
            "shape": [GLYPH_SIZE, GLYPH_SIZE, 1],
            "range": [0, 1],
            "polarity": "ink bright",
            "recipe": preparation,
        },
        "classes": list(CLASSES),
        "calibration": {"temperature": round(float(temperature), 4)},
        "architecture": architecture,
        "parameters": parameters,
        "trained_on": [dict(one) for one in trained_on],
        "seed": seed,
        "versions": versions(),
        "figures": dict(figures or {}),
    }


def write_card(path: Path, card: Mapping[str, Any]) -> None:
    """Write a card as readable JSON, whole or not at all.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(json.dumps(card, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
        os.replace(part, path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror})") from error
