"""From a Keras file to an ONNX network with its card: what it takes and how sure it is are learned."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.errors import ModelError
from reader.recognize.classifier import OnnxClassifier, softmax
from reader.train.adopt.data import Labels, read_halves
from reader.train.adopt.graph import Graph, Runner, assemble, convert
from reader.train.adopt.learn import Preparation, check_classes, gives_probabilities, learn_preparation
from reader.train.adopt.reject import Rule, learn_rule
from reader.train.adopt.source import Source, load, silent
from reader.train.card import sha256
from reader.train.fit import calibrate
from reader.train.onnx_export import TOLERANCE, deliver
from reader.types import CLASSES, NOT_A_DIGIT

_TEN = len(CLASSES) - 1
_FEWEST_OTHERS = 50
"""Glyphs that are no digit in each half of the data, for a network of ten classes to learn rejecting."""
_COMPARED = 1000


@dataclass(frozen=True, slots=True)
class _Learned:
    """All that was found out about a network."""

    preparation: Preparation
    accuracies: dict[str, float]
    output: str
    temperature: float
    rule: Rule | None
    classes: int
    onnx: bytes


def import_model(path: Path, data: Path, directory: Path, name: str) -> dict[str, Any]:
    """Make a network that was trained elsewhere one of ours: ``name.onnx`` and ``name.json`` in `directory`.

    The network's polarity, range and calibration are learned on one half of the data; the figures on the
    card are from the other. How it wants its glyphs becomes part of the ONNX file. A network of ten classes
    gets an eleventh, "not a digit", where the data has glyphs that are none: see `Rule`. Where it has not, it
    never rejects, and the card says so.

    Parameters
    ----------
    path : Path
        See `reader.train.adopt.source.load`.
    data : Path
        Labelled glyphs, best ones that the network was not trained on: it is too sure of those. See
        `reader.train.adopt.data.read_halves`.
    directory : Path
        Made where it is missing.
    name : str

    Returns
    -------
    dict
        The card as written.

    Raises
    ------
    InputError, ModelError, TrainingError
        The network or the data cannot be used; nothing is written.
    OutputError
        The files cannot be written.
    """
    learning, judging, sources = read_halves(data)
    source = load(path)
    try:
        graph = convert(source)
        found = _learn(graph, learning, judging)
    except ModelError as error:
        raise ModelError(f"{path}: {error}") from error
    fields = {
        "temperature": found.temperature,
        "architecture": f"imported from {path.name}",
        "parameters": source.parameters,
        "classes": CLASSES[: found.classes],
        "figures": figures(found.onnx, found.temperature, judging),
        "more": {"imported": {**_origin(path, source), **_facts(found), "calibrated_on": sources}},
    }

    def write(onnx: Path) -> float:
        onnx.write_bytes(found.onnx)
        return check_agreement(source, found, judging, path)

    return deliver(write, directory, name, fields)


def _learn(graph: Graph, learning: Labels, judging: Labels) -> _Learned:
    plain = Runner(assemble(graph))
    check_classes(plain.outputs)
    logarithm = graph.ends_in == "logits" and gives_probabilities(plain(learning.digits(200).glyphs))
    run = Runner(assemble(graph, logarithm=True)) if logarithm else plain
    preparation, accuracies = learn_preparation(run, learning)
    outputs = run(preparation(learning.glyphs))
    asked = learning.is_digit if plain.outputs[1] == _TEN else np.ones(len(learning), np.bool_)
    temperature = round(calibrate(outputs[asked], learning.labels[asked]), 4)
    rule = None
    if (
        plain.outputs[1] == _TEN
        and min((~half.is_digit).sum() for half in (learning, judging)) >= _FEWEST_OTHERS
    ):
        rule = learn_rule(outputs, learning.is_digit, temperature)
    onnx = assemble(graph, preparation.scale, preparation.offset, logarithm=logarithm, rule=rule)
    classes = len(CLASSES) if rule else plain.outputs[1]
    output = "probabilities" if logarithm else graph.ends_in
    return _Learned(preparation, accuracies, output, temperature, rule, classes, onnx)


def figures(onnx: bytes, temperature: float, data: Labels) -> dict[str, float]:
    """Count what an assembled network does with glyphs that it learned nothing from.

    Returns
    -------
    dict
        ``judged_glyphs``; ``judged_digits``: read right, a reject being an error;
        ``judged_digits_among_ten``: with "not a digit" left out; ``judged_confidence``: how sure it is
        of those in the mean, to be held against the share that is right; ``judged_rejected``: of the
        others, where there are any.
    """
    scores = OnnxClassifier(onnx, "imported", temperature).scores(data.glyphs)
    found, digits = scores.argmax(axis=1), data.is_digit
    ten = scores[digits, :NOT_A_DIGIT]
    shares = {
        "judged_digits": (found == data.labels)[digits].mean(),
        "judged_digits_among_ten": (ten.argmax(axis=1) == data.labels[digits]).mean(),
        "judged_confidence": (ten.max(axis=1) / np.maximum(ten.sum(axis=1), 1e-9)).mean(),
    }
    if not digits.all():
        shares["judged_rejected"] = (found == NOT_A_DIGIT)[~digits].mean()
    return {"judged_glyphs": len(data), **{key: round(float(value), 4) for key, value in shares.items()}}


def check_agreement(source: Source, found: _Learned, data: Labels, path: Path) -> float:
    """Compare the assembled network in OpenCV with the network as it came, on up to 1,000 glyphs.

    Probabilities are compared where it gave probabilities, else logits.

    Returns
    -------
    float
        The largest difference, relative to 1 or to the largest value where that is more.

    Raises
    ------
    ModelError
        It is above 1e-4.
    """
    glyphs = data.glyphs[:_COMPARED]
    with silent():
        expected = np.asarray(source.run(found.preparation(glyphs).reshape(-1, *source.shape)))
    logits = Runner(found.onnx)(glyphs)[:, : expected.shape[1]]
    difference = np.abs(_as_given(logits, found.output) - expected).max() / max(1.0, np.abs(expected).max())
    if not difference <= TOLERANCE:
        raise ModelError(
            f"{path}: OpenCV's results differ from Keras' by {difference:.2g}; it is not imported"
        )
    return float(difference)


def _as_given(logits: NDArray[np.float32], output: str) -> NDArray[np.floating[Any]]:
    """Put back what was taken off."""
    if output == "sigmoid":
        chances: NDArray[np.floating[Any]] = 1 / (1 + np.exp(-logits))
        return chances
    return logits if output == "logits" else softmax(logits, 1.0)


def _origin(path: Path, source: Source) -> dict[str, Any]:
    file = path / "saved_model.pb" if path.is_dir() else path
    return {"from": path.name, "form": source.form, "sha256": {file.name: sha256(file)}}


def _facts(found: _Learned) -> dict[str, Any]:
    """Say what was learned, for the card."""
    facts: dict[str, Any] = {
        "polarity": found.preparation.polarity,
        "range": found.preparation.range,
        "output": found.output,
        "accuracies": found.accuracies,
    }
    if found.rule is not None:
        rule = found.rule
        weights = {"bias": rule.bias, "energy": rule.energy, "peak": rule.peak}
        facts["reject_rule"] = {
            **{key: round(value, 5) for key, value in weights.items()},
            "logits": [round(value, 5) for value in rule.logits],
        }
    return facts
