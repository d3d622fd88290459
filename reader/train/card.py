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
from reader.train import real
from reader.train.fonts import find_fonts
from reader.types import CLASSES, GLYPH_SIZE

RECIPE = "mnist 20x20 in 28x28 centred by mass"
LINES_SEED = 2
"""Of the synthetic lines of the shipped model."""
VALIDATION_LINES = 20
"""One more line is made to validate for each so many to learn from."""

_PACKAGES = ("tensorflow", "keras", "tf2onnx", "onnx", "numpy", "opencv-python", "pillow")


def sha256(path: Path) -> str:
    """Give the SHA-256 of a file as 64 hexadecimal digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def versions(packages: Sequence[str] = _PACKAGES) -> dict[str, str]:
    """Give the versions of Python and of the packages that make a model; absent ones are left out."""
    found = {"python": platform.python_version()}
    for package in packages:
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
    power: float = 1.0,
    architecture: str,
    parameters: int,
    trained_on: Sequence[Mapping[str, Any]] = (),
    seed: int = 0,
    figures: Mapping[str, Any] | None = None,
    preparation: str = RECIPE,
    classes: Sequence[str] = CLASSES,
    more: Mapping[str, Any] | None = None,
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
    power : float
        See `reader.recognize.classifier.softmax`.
    architecture : str
    parameters : int
    trained_on : sequence of mappings
        One a data set: name, licence, files with their SHA-256, number of glyphs.
    seed : int
    figures : mapping, optional
        Measured results by name.
    preparation : str
        How glyphs are made for it.
    classes : sequence of str
        What its outputs stand for: all eleven, or the ten digits.
    more : mapping, optional
        Further entries by name.

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
        "classes": list(classes),
        "rejects": len(classes) == len(CLASSES),
        "calibration": {"temperature": round(float(temperature), 4), "power": round(float(power), 4)},
        "architecture": architecture,
        "parameters": parameters,
        "trained_on": [dict(one) for one in trained_on],
        "seed": seed,
        "versions": versions(),
        "figures": dict(figures or {}),
        **(more or {}),
    }


def describe_sources(
    data: Path,
    lines: int = 0,
    seed: int = LINES_SEED,
    *,
    counts: Mapping[str, Mapping[str, int]] | None = None,
) -> list[dict[str, Any]]:
    """Say what a training set is made of, for the model card.

    Parameters
    ----------
    data, lines, seed
        As for `reader.train.sets.prepare`.
    counts : mapping, optional
        Glyphs of the parts "train" and "val", by file name of the real sources ("mnist", "omniglot", ...)
        and "lines"; those left out are not stated.

    Returns
    -------
    list of dict
        Of each source the name, licence, glyphs, checksums; of the lines their number, seed, families.

    Raises
    ------
    TrainingError
        MNIST is not there.
    """
    counts = counts or {}
    cards: list[dict[str, Any]] = [
        {
            "name": source.title,
            "licence": source.licence,
            **({"times_an_epoch": source.times} if lines else {}),
            **counted(**counts.get(source.file, {})),
            "sha256": {file.name: sha256(file) for file in source.files(data)},
        }
        for source in real.present(data)
    ]
    if lines:
        cards.append(
            {
                "name": "synthetic lines, cut by the reader",
                "licence": "own drawings and open fonts",
                "lines": lines,
                "validation_lines": lines_to_validate(lines),
                "seed": seed,
                "font_families": _families(),
                **counted(**counts.get("lines", {})),
            }
        )
    return cards


def lines_to_validate(lines: int) -> int:
    """Give how many lines validate beside so many that are learned from."""
    return max(1, lines // VALIDATION_LINES)


def counted(train: int | None = None, val: int | None = None) -> dict[str, int]:
    """Give the entries of a card that count glyphs."""
    return {} if train is None else {"glyphs": train, "validation_glyphs": val or 0}


def _families() -> dict[str, int]:
    """Count the font families by kind; those that only test are not of the training set."""
    pairs = sorted({(face.kind, face.family) for face in find_fonts() if face.split != "test"})
    kinds = [kind for kind, _ in pairs]
    return {kind: kinds.count(kind) for kind in dict.fromkeys(kinds)}


def write_card(path: Path, card: Mapping[str, Any]) -> None:
    """Write a card as readable JSON, whole or not at all.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    part = path.with_name(path.name + ".part")
    try:
        part.write_text(_readable(card), encoding="utf-8")
        os.replace(part, path)
    except OSError as error:
        raise OutputError(f"{path}: cannot be written ({error.strerror})") from error


def _readable(card: Mapping[str, Any]) -> str:
    """Give a card as JSON for people; the self-test, which is for the machine, takes one line at its end."""
    text = json.dumps({key: card[key] for key in card if key != "self_test"}, indent=2, ensure_ascii=False)
    if "self_test" in card:
        packed = json.dumps(card["self_test"], separators=(",", ":"))
        text = text.removesuffix("\n}") + f',\n  "self_test": {packed}\n}}'
    return text + "\n"
