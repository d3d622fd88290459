"""Dilated convolutions of exported networks."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

pytest.importorskip("tensorflow", reason="training needs reader[train]")

from reader.train.onnx_dilations import restore_dilations
from reader.train.onnx_export import write_onnx


def network() -> Any:
    """Build two residual convolutions between others, dilated by 2 and 3, as the context network has them."""
    from keras import Input, Model, layers

    strip = Input((4, None, 2))
    x: Any = layers.Activation("relu")(layers.Conv2D(8, (4, 1))(strip))
    for dilation in (2, 3):
        y = layers.Conv2D(8, (1, 5), padding="same", use_bias=False, dilation_rate=(1, dilation))(x)
        y = layers.BatchNormalization()(y)
        x = layers.Activation("relu")(layers.Add()([x, y]))
    model = Model(strip, layers.Conv2D(5, 1)(x))
    for layer in model.layers:
        if isinstance(layer, layers.BatchNormalization):
            gamma, beta, mean, _ = layer.get_weights()
            layer.set_weights([gamma * 1.5, beta - 0.1, mean + 0.2, np.linspace(0.5, 2, 8, dtype=np.float32)])
    return model


def test_restored_convolutions_give_what_folded_ones_gave(tmp_path: Path) -> None:
    model, path = network(), tmp_path / "net.onnx"
    write_onnx(model, path, (1, 4, 20, 2))
    folded = path.stat().st_size
    restore_dilations(path, [2, 3])
    assert path.stat().st_size < folded
    net = cv2.dnn.readNetFromONNX(str(path))
    for width in (7, 12, 33):
        rows = np.random.default_rng(width).normal(size=(1, 4, width, 2)).astype(np.float32)
        net.setInput(rows)
        np.testing.assert_allclose(np.array(net.forward()), np.asarray(model(rows)), atol=1e-4)


def test_another_number_of_dilations_is_refused_and_the_file_kept(tmp_path: Path) -> None:
    path = tmp_path / "net.onnx"
    write_onnx(network(), path, (1, 4, 20, 2))
    before = path.read_bytes()
    with pytest.raises(ValueError, match="2 folded convolutions, not 1"):
        restore_dilations(path, [2])
    assert path.read_bytes() == before
