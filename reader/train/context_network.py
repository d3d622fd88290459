"""The networks of `reader.recognize.line_context`: a trunk that reads strips, a head for candidates."""

from __future__ import annotations

from typing import Any

from reader.recognize.geometric_context import FEATURES
from reader.recognize.line_context import INSIDE
from reader.recognize.spelling import SPELLINGS, SPELT
from reader.recognize.strips import HEIGHT
from reader.types import CLASSES

CHANNELS = 96
"""Of the features of a column."""
DILATIONS = 1, 2, 4, 1, 2, 4
"""Of the convolutions along the line."""
POOLED = (INSIDE + 2) * CHANNELS + 4
"""Numbers that the head gets of a candidate's place."""
OPINIONS = len(CLASSES) + SPELT + len(CLASSES) + FEATURES
"""What is weighed: the strip's opinion, what it spells, the classifier's opinion, and geometry."""
ENTRIES = POOLED + SPELT + len(CLASSES) + FEATURES
FAINTEST = -40.0
"""Least logarithm of the strip's opinion: OpenCV's softmax may come to 0 on what is like nothing it learned,
and minus infinity times 0 would be no number."""
UNITS, JUDGES = 96, 32
"""Of the head's layers: for what the strip shows, and for weighing it against the classifier."""


def trunk() -> Any:
    """Build the trunk: 3x3 convolutions down to a column, then six dilated ones along the line.

    A column of features knows some 70 pixels to either side, which is more than three digits.

    Returns
    -------
    keras.Model
        From (N, HEIGHT, W, 2) in [0, 1] to (N, 1, W / 2, CHANNELS).
    """
    from keras import Input, Model, layers

    strip = Input((HEIGHT, None, 2), name="strip")
    x = layers.MaxPooling2D(2)(_conv(strip, 16))
    x = layers.MaxPooling2D((2, 1))(_residual(_residual(_conv(x, 32))))
    x = layers.MaxPooling2D((2, 1))(_residual(_residual(_conv(x, 64))))
    x = _conv(x, 96)
    x = _conv(x, CHANNELS, size=(HEIGHT // 8, 1), padding="valid")
    for dilation in DILATIONS:
        x = _residual(x, size=(1, 5), dilation=dilation)
    return Model(strip, x, name="trunk")


def speller() -> Any:
    """Build the part that says what each column is: a digit's middle, another character's, or none.

    Returns
    -------
    keras.Model
        From features (N, 1, W / 2, CHANNELS) to logits (N, 1, W / 2, SPELLINGS).
    """
    from keras import Input, Model, layers

    row = Input((1, None, CHANNELS), name="row")
    return Model(row, layers.Conv2D(SPELLINGS, 1)(_conv(row, CHANNELS, size=(1, 3))), name="speller")


def line_reader(features: Any, spelling: Any) -> Any:
    """Join `trunk` and `speller` to the trunk that ships.

    Returns
    -------
    keras.Model
        From (N, HEIGHT, W, 2) in [0, 1] to (N, 1, W / 2, CHANNELS + SPELLINGS).
    """
    from keras import Input, Model, layers

    strip = Input((HEIGHT, None, 2), name="strip")
    row = features(strip)
    return Model(strip, layers.Concatenate()([row, spelling(row)]), name="line_reader")


def sight() -> Any:
    """Build the part of the head that knows the strip alone.

    Returns
    -------
    keras.Model
        From (N, POOLED) to (N, 11) logits.
    """
    from keras import Input, Model, layers

    pooled = Input((POOLED,), name="pooled")
    x = layers.Dense(UNITS, activation="relu")(layers.Dropout(0.2)(pooled))
    return Model(pooled, layers.Dense(len(CLASSES))(layers.Dropout(0.2)(x)), name="sight")


def judge() -> Any:
    """Build the part that weighs the strip's opinion against the classifier's.

    Returns
    -------
    keras.Model
        From logarithms of probabilities and geometry, (N, OPINIONS), to (N, 11) logits.
    """
    import numpy as np
    from keras import Input, Model, initializers, layers

    known = Input((OPINIONS,), name="opinions")
    start = np.zeros((OPINIONS, len(CLASSES)), np.float32)
    for first in (0, len(CLASSES) + SPELT):
        start[first : first + len(CLASSES)] = 0.6 * np.eye(len(CLASSES))
    plain = layers.Dense(len(CLASSES), use_bias=False, kernel_initializer=initializers.Constant(start))(known)
    x = layers.Dense(JUDGES, activation="relu")(known)
    more = layers.Dense(len(CLASSES), kernel_initializer="zeros")(x)
    return Model(known, layers.Add()([plain, more]), name="judge")


def head(seen: Any, weighed: Any) -> Any:
    """Join `sight` and `judge` to the head that ships.

    Returns
    -------
    keras.Model
        From (N, ENTRIES), what `reader.recognize.line_context.entries` gives, to (N, 11) logits.
    """
    from keras import Input, Model, activations, layers, ops

    entries = Input((ENTRIES,), name="entries")
    opinion = ops.maximum(activations.log_softmax(seen(entries[:, :POOLED])), FAINTEST)
    known = layers.Concatenate()([opinion, entries[:, POOLED:]])
    return Model(entries, weighed(known), name="head")


def _conv(
    x: Any, filters: int, *, size: Any = 3, dilation: int = 1, relu: bool = True, padding: str = "same"
) -> Any:
    """Convolve, normalise by batch, and clip below zero."""
    from keras import layers

    x = layers.Conv2D(
        filters,
        size,
        padding=padding,
        use_bias=False,
        dilation_rate=(1, dilation),
        kernel_initializer="he_normal",
    )(x)
    x = layers.BatchNormalization(momentum=0.97)(x)
    return layers.ReLU()(x) if relu else x


def _residual(x: Any, *, size: Any = 3, dilation: int = 1) -> Any:
    """Add a convolution to what came in."""
    from keras import layers

    y = _conv(x, x.shape[-1], size=size, dilation=dilation, relu=False)
    return layers.ReLU()(layers.Add()([x, y]))
