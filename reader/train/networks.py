"""The networks by name: ours and five well-known ones. All take glyphs and give logits."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from reader.errors import TrainingError
from reader.types import CLASSES, GLYPH_SIZE


@dataclass(frozen=True, slots=True)
class Architecture:
    """A network and how its author trained it.

    Attributes
    ----------
    name : str
    build : callable
        Given the number of classes, returns a keras.Model from (N, 28, 28, 1) to (N, classes) logits.
    optimizer : callable or None
        Returns the author's optimiser; None stands for ours: AdamW, cosine schedule, averaged
        weights, label smoothing and augmented glyphs. The others see their glyphs unchanged.
    plateau : bool
        Halve the learning rate when the validation accuracy has not risen for three epochs.
    """

    name: str
    build: Callable[[int], Any]
    optimizer: Callable[[], Any] | None = None
    plateau: bool = False


def architecture(name: str) -> Architecture:
    """Find an architecture.

    Parameters
    ----------
    name : str
        One of `ARCHITECTURES`, or ``package.module:function`` for a function that takes the number of
        classes and returns a Keras model that gives logits; it is trained the way ours is.

    Raises
    ------
    TrainingError
        There is none of that name, or it cannot be imported.
    """
    if name in ARCHITECTURES:
        return ARCHITECTURES[name]
    module, colon, function = name.partition(":")
    if not colon:
        raise TrainingError(
            f"no architecture {name!r}; there are {', '.join(ARCHITECTURES)}, or package.module:function"
        )
    try:
        return Architecture(name, getattr(importlib.import_module(module), function))
    except (ImportError, AttributeError, ValueError) as error:
        raise TrainingError(f"architecture {name!r}: cannot be imported ({error})") from error


def started(design: Architecture, path: Path) -> Architecture:
    """Let an architecture begin with the weights of a trained network instead of random ones.

    Parameters
    ----------
    design : Architecture
    path : Path
        Keras' file of a network of the same layers.

    Returns
    -------
    Architecture
        Its `build` raises a `TrainingError` where the file is no network of these layers.

    Raises
    ------
    TrainingError
        There is no such file.
    """
    if not path.is_file():
        raise TrainingError(f"{path}: no such file; --start takes the Keras file of a trained network")

    def build(classes: int) -> Any:
        import keras

        model = design.build(classes)
        try:
            model.set_weights(keras.models.load_model(path, compile=False).get_weights())
        except (OSError, ValueError, TypeError, KeyError) as error:
            said = " ".join(str(error).split())[:200]
            raise TrainingError(f"{path}: {design.name} cannot start from it ({said})") from error
        return model

    return replace(design, build=build)


def ours(classes: int = len(CLASSES)) -> Any:
    """Build the shipped network: eight 3x3 convolutions, two of its blocks residual.

    Batch normalisation is folded into the convolutions on export. The last convolution is not padded
    and the map is flattened, not averaged: where a stroke lies tells a half digit from a whole one.

    Parameters
    ----------
    classes : int

    Returns
    -------
    keras.Model
        From (N, 28, 28, 1) in [0, 1] to (N, classes) logits.
    """
    return _residual_network("ours", classes, (12, 24, 64, 96), 96)


def large(classes: int = len(CLASSES)) -> Any:
    """Build the shipped network with two to three times the filters: a teacher, too slow to ship.

    Parameters
    ----------
    classes : int

    Returns
    -------
    keras.Model
        From (N, 28, 28, 1) in [0, 1] to (N, classes) logits.
    """
    return _residual_network("large", classes, (32, 64, 128, 192), 128)


def _residual_network(name: str, classes: int, filters: tuple[int, int, int, int], units: int) -> Any:
    """Build convolutions of four widths, the two in the middle with a residual block, and a dense layer."""
    from keras import Input, Model, layers

    glyph = Input((GLYPH_SIZE, GLYPH_SIZE, 1), name="glyph")
    x = _conv(glyph, filters[0])
    x = _residual(_conv(x, filters[1], strides=2))
    x = _residual(_conv(x, filters[2], strides=2))
    x = _conv(x, filters[3], padding="valid")
    x = layers.Dropout(0.3)(layers.Flatten()(x))
    x = layers.Dropout(0.3)(layers.Dense(units, activation="relu")(x))
    return Model(glyph, layers.Dense(classes, name="logits")(x), name=name)


def _conv(x: Any, filters: int, *, strides: int = 1, padding: str = "same", relu: bool = True) -> Any:
    """Convolve 3x3, normalise by batch, and clip below zero."""
    from keras import layers

    x = layers.Conv2D(
        filters, 3, strides=strides, padding=padding, use_bias=False, kernel_initializer="he_normal"
    )(x)
    x = layers.BatchNormalization(momentum=0.97)(x)
    return layers.ReLU()(x) if relu else x


def _residual(x: Any) -> Any:
    """Add two convolutions to what came in (He et al., 2016, 10.1109/CVPR.2016.90)."""
    from keras import layers

    filters = x.shape[-1]
    return layers.ReLU()(layers.Add()([x, _conv(_conv(x, filters), filters, relu=False)]))


def _sequence(name: str, *steps: Any) -> Any:
    """Build a plain stack of layers on a glyph."""
    from keras import Input, Sequential

    return Sequential([Input((GLYPH_SIZE, GLYPH_SIZE, 1), name="glyph"), *steps], name=name)


def dense(classes: int) -> Any:
    """Build 784-128-128-classes, without any convolution."""
    from keras import layers as k

    hidden = [k.Dense(128, activation="relu") for _ in range(2)]
    return _sequence("dense", k.Flatten(), *hidden, k.Dense(classes))


def classic_cnn(classes: int) -> Any:
    """Build the small CNN of Keras' own MNIST example of 2015: two convolutions, one dense layer."""
    from keras import layers as k

    return _sequence(
        "classic_cnn",
        k.Conv2D(32, 3, activation="relu"),
        k.Conv2D(64, 3, activation="relu"),
        k.MaxPooling2D(),
        k.Dropout(0.25),
        k.Flatten(),
        k.Dense(256, activation="relu"),
        k.Dropout(0.5),
        k.Dense(classes),
    )


def double_cnn(classes: int) -> Any:
    """Build twice (convolution, convolution, pooling, dropout), then a dense layer."""
    from keras import layers as k

    blocks = []
    for filters, size in ((32, 5), (64, 3)):
        blocks += [k.Conv2D(filters, size, padding="same", activation="relu") for _ in range(2)]
        blocks += [k.MaxPooling2D(), k.Dropout(0.25)]
    top = [k.Flatten(), k.Dense(256, activation="relu"), k.Dropout(0.5), k.Dense(classes)]
    return _sequence("double_cnn", *blocks, *top)


def batchnorm_cnn(classes: int) -> Any:
    """Build the large one: convolutions 64, 64, 128, 128, 256 with batch normalisation, dense 512, 256."""
    from keras import layers as k

    steps = []
    for filters, count, lost in ((64, 2, 0.3), (128, 2, 0.4), (256, 1, 0.5)):
        for _ in range(count):
            steps += [k.Conv2D(filters, 3, padding="same", activation="relu"), k.BatchNormalization()]
        steps += [k.MaxPooling2D(), k.Dropout(lost)]
    steps.append(k.Flatten())
    for units in (512, 256):
        steps += [k.Dense(units, activation="relu"), k.BatchNormalization(), k.Dropout(0.5)]
    return _sequence("batchnorm_cnn", *steps, k.Dense(classes))


def _adam() -> Any:
    from keras import optimizers

    return optimizers.Adam()


def _adadelta() -> Any:
    """Make Adadelta with the rate of Keras 3, 0.001.

    Keras as a package of its own took 1.0 until version 2.3, as Zeiler's paper does (2012,
    https://arxiv.org/abs/1212.5701), and Keras' well-known example was written for that. TensorFlow's
    Keras and Keras 3 take 0.001. With this the network learns slowly: the about 92 % that its author
    reports fit 0.001 and few epochs, and with 1.0 it reads far more than that.
    """
    from keras import optimizers

    return optimizers.Adadelta()


def _rmsprop() -> Any:
    from keras import optimizers

    return optimizers.RMSprop(0.001, rho=0.9, epsilon=1e-8)


ARCHITECTURES = {
    one.name: one
    for one in (
        Architecture("ours", ours),
        Architecture("large", large),
        Architecture("dense", dense, _adam),
        Architecture("cnn-adadelta", classic_cnn, _adadelta),
        Architecture("cnn-adam", classic_cnn, _adam),
        Architecture("cnn-rmsprop", double_cnn, _rmsprop, plateau=True),
        Architecture("cnn-batchnorm", batchnorm_cnn, _adam),
    )
}
"""What ``--arch`` knows by name."""
