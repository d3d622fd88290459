"""Training: from labelled glyphs to a network with calibrated confidence."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.errors import MissingExtraError, OutputError, TrainingError
from reader.train.feed import Arrays, batches
from reader.train.keeper import AVERAGE, BEST, HISTORY, LAST, Bar, Keeper, cross_entropy
from reader.train.networks import Architecture, architecture
from reader.types import CLASSES

RATE, SMOOTHING = 3e-3, 0.03
_DECAY, _MOMENTUM = 2e-3, 0.999


@dataclass(frozen=True, slots=True)
class FitResult:
    """A trained network.

    Attributes
    ----------
    model : keras.Model
        With the best weights.
    temperature : float
        By which its logits are divided before they become probabilities.
    power : float
        To which their distance from the best one is raised, see `reader.recognize.classifier.softmax`.
    history : tuple of dict
        One an epoch: loss, accuracy, val_loss, val_accuracy, seconds.
    logits : ndarray of float32, shape (M, 11)
        On the validation glyphs.
    interrupted : bool
        Ended by Ctrl-C before its last epoch.
    """

    model: Any
    temperature: float
    power: float
    history: tuple[dict[str, float], ...]
    logits: NDArray[np.float32]
    interrupted: bool


def fit(
    arrays: Arrays,
    validation: Arrays,
    *,
    arch: str | Architecture = "ours",
    epochs: int = 10,
    batch_size: int = 256,
    seed: int = 0,
    output: Path,
    resume: bool = False,
    rate: float = RATE,
    smoothing: float = SMOOTHING,
) -> FitResult:
    """Train a network.

    Two runs with the same arguments on the same machine see the same batches and start from the same
    weights; TensorFlow is told to add in a fixed order, so that their figures are the same to the last
    bit, also when one of them was interrupted and resumed with as many epochs in all.
    Ctrl-C ends the run with the best weights so far.

    Parameters
    ----------
    arrays, validation : Arrays
        What is learned from, and what chooses the best epoch and calibrates.
    arch : str or Architecture
        See `reader.train.networks.architecture`.
    epochs : int
        In all, those of a resumed run included.
    batch_size : int
    seed : int
    output : Path
        Folder for the checkpoints: last.weights.h5, average.weights.h5, best.weights.h5, history.json.
    resume : bool
        Go on after the last finished epoch in `output`.
    rate, smoothing : float
        Highest learning rate and label smoothing, where the architecture has no optimiser of its own.

    Raises
    ------
    TrainingError
        Too few glyphs, nothing to resume, or interrupted before the first epoch was done.
    MissingExtraError
        TensorFlow is not installed.
    """
    design = architecture(arch) if isinstance(arch, str) else arch
    if len(arrays) < batch_size or not len(validation) or epochs < 1 or batch_size < 1:
        raise TrainingError(
            f"{len(arrays)} glyphs, {len(validation)} to validate, batches of {batch_size}, {epochs} epochs: "
            "at least one batch, one glyph to validate and one epoch are needed"
        )
    steps = len(arrays) // batch_size * epochs
    model, averaged = _start(design, seed, output)
    if design.optimizer:
        model.compile(design.optimizer(), _loss(0.0), metrics=["accuracy"])
    else:
        model.compile(_adamw(steps, rate), _loss(smoothing), metrics=["accuracy"])
    history = _resume(model, averaged, output) if resume else []
    momentum = 0.0 if design.optimizer else _MOMENTUM
    keeper = Keeper(model, averaged, validation, output, momentum, seed, history)
    stream = range(len(history), epochs)
    interrupted = False
    if stream:
        data = batches(arrays, size=batch_size, epochs=stream, seed=seed, changed=design.optimizer is None)
        interrupted = _run(keeper, data, stream, len(arrays) // batch_size, design.plateau)
    if not keeper.history:
        raise TrainingError("interrupted before the first epoch was done: nothing to keep")
    averaged.load_weights(str(output / BEST))
    logits = keeper.validate()
    temperature, power = calibrate_both(logits, validation.hard())
    return FitResult(averaged, temperature, power, tuple(keeper.history), logits, interrupted)


def calibrate(logits: NDArray[np.floating[Any]], labels: NDArray[np.integer[Any]]) -> float:
    """Find the temperature at which the right classes are the most probable.

    One number by which all logits are divided makes a network as sure as it is right, and changes no
    decision (Guo et al., 2017, https://proceedings.mlr.press/v70/guo17a.html).

    Parameters
    ----------
    logits : ndarray, shape (N, classes)
    labels : ndarray of int, shape (N,)

    Returns
    -------
    float
        Between 0.05 and 20, to about one part in 10,000.

    Examples
    --------
    >>> logits = np.log(np.array([[0.9, 0.1]] * 10))
    >>> labels = np.array([0] * 9 + [1])
    >>> round(calibrate(logits, labels), 3)
    1.0
    >>> round(calibrate(3 * logits, labels), 3)
    3.0
    """
    # The loss has one valley over log T.
    return float(np.exp(_lowest(lambda t: cross_entropy(logits / np.exp(t), labels), *np.log((0.05, 20.0)))))


def calibrate_both(
    logits: NDArray[np.floating[Any]], labels: NDArray[np.integer[Any]]
) -> tuple[float, float]:
    """Find the temperature and the power at which the right classes are the most probable.

    A network that learns from smoothed labels is too modest where it is sure and too sure where it is not;
    one number cannot mend both, the power does.

    Parameters
    ----------
    logits : ndarray, shape (N, classes)
    labels : ndarray of int, shape (N,)

    Returns
    -------
    temperature : float
    power : float
        Between 0.5 and 2, to about one part in 1,000.
    """
    behind = logits.max(axis=1, keepdims=True) - logits

    def best(power: float) -> tuple[float, float]:
        raised = -(behind.astype(np.float64) ** power)
        divisor = calibrate(raised, labels)
        return cross_entropy(raised / divisor, labels), divisor ** (1 / power)

    power = _lowest(lambda p: best(p)[0], 0.5, 2.0, to=1e-3)
    return best(power)[1], power


def _lowest(loss: Callable[[float], float], low: float, high: float, *, to: float = 1e-4) -> float:
    """Find where a function with one valley is lowest: a golden-section search, which needs no slope."""
    golden = (5**0.5 - 1) / 2
    while high - low > to:
        left, right = high - golden * (high - low), low + golden * (high - low)
        if loss(left) < loss(right):
            high = right
        else:
            low = left
    return float(low + high) / 2


def _start(design: Architecture, seed: int, output: Path) -> tuple[Any, Any]:
    """Make the network and the one that holds its average."""
    try:
        import keras
        import tensorflow as tf
    except ImportError as error:
        raise MissingExtraError("training needs TensorFlow: install number-reader[train]") from error
    keras.utils.set_random_seed(seed)
    tf.config.experimental.enable_op_determinism()
    try:
        output.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{output}: cannot be made ({error.strerror})") from error
    model = design.build(len(CLASSES))
    if tuple(model.output_shape) != (None, len(CLASSES)):
        raise TrainingError(f"{design.name} gives {model.output_shape}, not (N, {len(CLASSES)}) logits")
    averaged = keras.models.clone_model(model)
    averaged.set_weights(model.get_weights())
    return model, averaged


def _loss(smoothing: float) -> Any:
    from keras import losses

    return losses.CategoricalCrossentropy(from_logits=True, label_smoothing=smoothing)


def _resume(model: Any, averaged: Any, output: Path) -> list[dict[str, float]]:
    """Load the checkpoint in `output`, the optimiser's memory included; gives the epochs done."""
    model.optimizer.build(model.trainable_variables)
    try:
        model.load_weights(str(output / LAST))
        averaged.load_weights(str(output / AVERAGE))
        history: list[dict[str, float]] = json.loads((output / HISTORY).read_text())
    except (OSError, ValueError) as error:
        raise TrainingError(f"{output}: no checkpoint of this network to go on from ({error})") from error
    return history


def _adamw(steps: int, highest: float) -> Any:
    """Make our optimiser: the rate rises over the first twentieth and then falls as a cosine."""
    from keras import optimizers

    warmup = max(1, steps // 20)
    rate = optimizers.schedules.CosineDecay(
        highest / 100, max(1, steps - warmup), alpha=0.0, warmup_target=highest, warmup_steps=warmup
    )
    return optimizers.AdamW(rate, weight_decay=_DECAY, clipnorm=5.0)


def _run(keeper: Keeper, data: Any, epochs: range, steps: int, plateau: bool) -> bool:
    """Run Keras' loop over `epochs`; True when Ctrl-C ended it."""
    from keras.callbacks import LambdaCallback, ReduceLROnPlateau

    bar = Bar(epochs.stop * steps, epochs.start * steps)
    callbacks = [
        LambdaCallback(
            on_epoch_begin=keeper.on_begin, on_train_batch_end=keeper.on_batch, on_epoch_end=keeper.on_epoch
        ),
        LambdaCallback(on_train_batch_end=bar.on_batch),
    ]
    if plateau:
        callbacks.append(ReduceLROnPlateau("val_accuracy", factor=0.5, patience=3, min_lr=1e-5))
    try:
        keeper.model.fit(
            data,
            initial_epoch=epochs.start,
            epochs=epochs.stop,
            steps_per_epoch=steps,
            shuffle=False,
            verbose=0,
            callbacks=callbacks,
        )
    except KeyboardInterrupt:
        return True
    finally:
        bar.close()
    return False
