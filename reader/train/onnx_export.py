"""Export of a trained Keras model to ONNX and its card, checked in the engine that will run it."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.errors import OutputError, TrainingError
from reader.imaging.normalize import normalize
from reader.io.self_test import SelfTest
from reader.recognize.classifier import OnnxClassifier
from reader.train.card import make_card, write_card
from reader.train.strokes import draw_char, random_style
from reader.types import CLASSES, GLYPH_SIZE, NOT_A_DIGIT

TOLERANCE = 1e-4
WEIGHT_BITS = 12
"""Significant bits of the context network's weights: with all 24 the package is half a megabyte larger."""
_CHUNK = 64
_EACH = 2
"""Glyphs of each class in a self-test."""
_TRIES = 16
"""Drawings of each class that they are chosen from."""
_OTHERS = "R#€x+*$="
"""Characters that stand for "not a digit" there."""


def export(model: Any, directory: Path, name: str, card_fields: dict[str, Any]) -> dict[str, Any]:
    """Write ``name.onnx`` and ``name.json``, once OpenCV gives the same logits as Keras.

    The card gets a self-test, see `reader.io.self_test`.

    Both files are written beside their place first and moved there, the card last; so a failed export
    leaves what was there before.

    Parameters
    ----------
    model : keras.Model
        Takes (N, 28, 28, 1) float32 in [0, 1] and gives (N, 11) logits.
    directory : Path
        Made where it is missing.
    name : str
        Of the files, without extension; also the model's id unless `card_fields` has ``model_id``.
    card_fields : dict
        Arguments for `reader.train.card.make_card`: at least ``temperature`` and ``architecture``.

    Returns
    -------
    dict
        The card as written.

    Raises
    ------
    TrainingError
        The model has other inputs or outputs, or OpenCV does not agree with it.
    OutputError
        The files cannot be written.
    """
    if tuple(model.output_shape) != (None, len(CLASSES)):
        raise TrainingError(f"{name}: the network gives {model.output_shape}, not (N, {len(CLASSES)}) logits")

    def write(path: Path) -> float:
        write_onnx(model, path)
        return check_agreement(model, path)

    return deliver(write, directory, name, {"parameters": model.count_params(), **card_fields})


def deliver(
    write: Callable[[Path], float], directory: Path, name: str, card_fields: dict[str, Any]
) -> dict[str, Any]:
    """Bring a network and its card, with a self-test, to their place: both or none.

    Parameters
    ----------
    write : callable
        Writes the ONNX file that it is given the path of, and returns by how much it differs from the
        network that it was made from.
    directory, name, card_fields
        As for `export`; ``parameters`` too.

    Returns
    -------
    dict
        The card as written.

    Raises
    ------
    OutputError
        The files cannot be written.
    """
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory, prefix=f".{name}-") as folder:
            onnx = Path(folder) / f"{name}.onnx"
            figures = {**card_fields.get("figures", {}), "onnx_difference": write(onnx)}
            card = make_card(onnx, **{"model_id": name, **card_fields, "figures": figures})
            card["self_test"] = _self_test(onnx, **card["calibration"])
            os.replace(onnx, directory / onnx.name)
    except OSError as error:
        raise OutputError(f"{directory}: cannot be written ({error.strerror})") from error
    write_card(directory / f"{name}.json", card)
    return card


def write_onnx(model: Any, path: Path, shape: tuple[int, ...] = (1, GLYPH_SIZE, GLYPH_SIZE, 1)) -> None:
    """Write a Keras model as ONNX; sides that it leaves open are open there, `shape` is one that it takes."""
    # A model that was never called has no concrete function to export.
    model(np.zeros(shape, np.float32))
    with warnings.catch_warnings():
        # Keras' exporter asks numpy for a name that numpy is about to define anew.
        warnings.simplefilter("ignore", FutureWarning)
        warnings.simplefilter("ignore", DeprecationWarning)
        model.export(str(path), format="onnx", verbose=False)


def check_agreement(model: Any, path: Path) -> float:
    """Compare OpenCV's logits with Keras' on 256 glyphs: strokes, grain, blank and full.

    Returns
    -------
    float
        The largest difference, relative to 1 or to the largest logit where that is more.

    Raises
    ------
    TrainingError
        It is above 1e-4, or OpenCV cannot load the file.
    """
    glyphs = _test_glyphs()
    expected = np.asarray(model(glyphs))
    try:
        net = cv2.dnn.readNetFromONNX(str(path))
        found = np.concatenate([_forward(net, glyphs[i : i + _CHUNK]) for i in range(0, len(glyphs), _CHUNK)])
    except cv2.error as error:
        raise TrainingError(f"{path.name}: OpenCV cannot run the exported network ({error})") from error
    difference = float(np.abs(found - expected).max() / max(1.0, float(np.abs(expected).max())))
    if not difference <= TOLERANCE:
        raise TrainingError(f"{path.name}: OpenCV's logits differ from Keras' by {difference:.2g}")
    return difference


def _forward(net: Any, glyphs: NDArray[np.float32]) -> NDArray[np.float32]:
    net.setInput(glyphs)
    return np.array(net.forward())


def _test_glyphs() -> NDArray[np.float32]:
    """Make 256 glyphs of many kinds; always the same; shape (256, 28, 28, 1)."""
    rng = np.random.default_rng(7)
    glyphs = np.zeros((256, GLYPH_SIZE, GLYPH_SIZE), np.uint8)
    for glyph in glyphs[:192]:
        points = rng.integers(4, GLYPH_SIZE - 4, (int(rng.integers(2, 7)), 1, 2), dtype=np.int32)
        cv2.polylines(glyph, [points], False, 255, int(rng.integers(1, 4)), cv2.LINE_AA)
    glyphs[192:254] = rng.integers(0, 256, (62, GLYPH_SIZE, GLYPH_SIZE))
    glyphs[255] = 255
    return glyphs.astype(np.float32)[..., None] / np.float32(255)


def _self_test(onnx: Path, temperature: float, power: float) -> dict[str, Any]:
    """Make a card's self-test: of each class two glyphs, of those that the network reads right if it can.

    The glyphs are drawn, always the same, so that a card carries nobody's data.
    """
    model = OnnxClassifier(onnx.read_bytes(), onnx.stem, temperature, power)
    glyphs, labels = drawn_glyphs()
    found = model.scores(glyphs[..., None].astype(np.float32) / np.float32(255)).argmax(axis=1)
    # A stable sort puts those read right first and leaves the rest in their order.
    order = np.argsort(found != labels, kind="stable")
    chosen = [row for label in range(len(CLASSES)) for row in order[labels[order] == label][:_EACH]]
    return SelfTest.record(glyphs[chosen], model).to_json()


def drawn_glyphs(each: int = _TRIES, seed: int = 5) -> tuple[NDArray[np.uint8], NDArray[np.int64]]:
    """Draw handwritten glyphs, the same for the same seed.

    Parameters
    ----------
    each : int
        Of every class.
    seed : int

    Returns
    -------
    glyphs : ndarray of uint8, shape (N, 28, 28)
        Ink bright.
    labels : ndarray of int, shape (N,)
        0 to 10, in turn.
    """
    rng = np.random.default_rng(seed)
    labels = np.arange(each * len(CLASSES)) % len(CLASSES)
    glyphs = np.zeros((len(labels), GLYPH_SIZE, GLYPH_SIZE), np.uint8)
    for number, label in enumerate(labels):
        char = _OTHERS[number // len(CLASSES) % len(_OTHERS)] if label == NOT_A_DIGIT else str(label)
        alpha = draw_char(char, random_style(rng), rng, 40.0).alpha
        gray = np.round(255 * np.clip(alpha, 0, 1)).astype(np.uint8)
        glyphs[number] = np.round(255 * normalize(gray, gray > 96))
    return glyphs, labels


def round_weights(path: Path, bits: int = WEIGHT_BITS) -> None:
    """Round the weights of an ONNX file to so many significant bits, in place: zeros at their end pack well.

    Parameters
    ----------
    path : Path
    bits : int
        Of the 24 that a float32 has.
    """
    import onnx
    from onnx import numpy_helper

    model = onnx.load(path)
    for tensor in model.graph.initializer:
        if tensor.data_type == onnx.TensorProto.FLOAT:
            weights = np.array(numpy_helper.to_array(tensor))
            tensor.CopyFrom(numpy_helper.from_array(rounded(weights, bits), tensor.name))
    onnx.save(model, path)


def rounded(values: NDArray[np.float32], bits: int) -> NDArray[np.float32]:
    """Round to so many significant bits.

    Examples
    --------
    >>> rounded(np.array([1.0, 1.3, -0.013], np.float32), 4).tolist()
    [1.0, 1.25, -0.0126953125]
    """
    part, power = np.frexp(values)
    return np.asarray(np.ldexp(np.rint(np.ldexp(part, bits)), power - bits), np.float32)
