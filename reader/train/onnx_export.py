"""Export of a trained Keras model to ONNX and its card, checked in the engine that will run it."""

from __future__ import annotations

import os
import tempfile
import warnings
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.errors import OutputError, TrainingError
from reader.train.card import make_card, write_card
from reader.types import CLASSES, GLYPH_SIZE

TOLERANCE = 1e-4
_CHUNK = 64


def export(model: Any, directory: Path, name: str, card_fields: dict[str, Any]) -> dict[str, Any]:
    """Write ``name.onnx`` and ``name.json``, once OpenCV gives the same logits as Keras.

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
    try:
        directory.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=directory, prefix=f".{name}-") as folder:
            onnx = Path(folder) / f"{name}.onnx"
            write_onnx(model, onnx)
            figures = {**card_fields.get("figures", {}), "onnx_difference": check_agreement(model, onnx)}
            fields = {"model_id": name, "parameters": model.count_params(), **card_fields, "figures": figures}
            card = make_card(onnx, **fields)
            os.replace(onnx, directory / onnx.name)
    except OSError as error:
        raise OutputError(f"{directory}: cannot be written ({error.strerror})") from error
    write_card(directory / f"{name}.json", card)
    return card


def write_onnx(model: Any, path: Path) -> None:
    """Write a Keras model as ONNX for batches of any size."""
    # A model that was never called has no concrete function to export.
    model(np.zeros((1, GLYPH_SIZE, GLYPH_SIZE, 1), np.float32))
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
