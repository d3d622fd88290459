"""Fine-tuning a model on corrections, and deciding whether the new one is kept.

What the model knew is kept in three ways. It goes on learning from a sample of the mix that it was trained
on, with its own answers, not the labels, as what is to be learned: that asks nothing of it where it is as it
was, and holds its doubts in their places too (Li and Hoiem, "Learning without forgetting", 2016,
10.1109/TPAMI.2017.2773081). Batch normalisation stays as it is. And the new weights are the mean of those
before and after: half of the way brings most of what is learned and costs little of what was known (Wortsman
et al., "Robust fine-tuning of zero-shot models", 2022, 10.1109/CVPR52688.2022.00780).
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.errors import ModelError, TrainingError
from reader.io.corrections import Correction
from reader.io.model_card import ModelCard
from reader.recognize.classifier import softmax
from reader.train.feed import Arrays, as_input, join, shares
from reader.train.fit import SMOOTHING, fit
from reader.train.judge import judge
from reader.train.keeper import logits_of
from reader.train.networks import Architecture
from reader.train.onnx_export import check_agreement
from reader.train.replay import Replay
from reader.types import CLASSES, NOT_A_DIGIT

LIMIT = 0.0005
"""Share of MNIST's digits that a new model may read worse than the old one."""
LEAST = 10
"""Corrections that are needed."""
HELD_OUT = 0.2
"""Part of the corrections of each class that nothing is learned from."""
STEPS = (0.5, 0.4, 0.3, 0.2, 0.1)
"""How far the weights go from those before to those after, the first way at which MNIST allows it."""
_SHARE = 0.05
"""Part of the glyphs learned from that are corrections ..."""
_OFTEN = 40
"""... each of them this many times at most."""
_RATE, _BATCH, _STEPS_AT_LEAST = 3e-4, 256, 60


@dataclass(frozen=True, slots=True)
class Tuned:
    """A fine-tuned network beside the one that it came from.

    Attributes
    ----------
    model : keras.Model
    step : float
        How far its weights went, see `STEPS`.
    learned, held : int
        Corrections that were learned from, and that were not.
    figures : dict
        ``corrections_wrong``, ``mnist_wrong``, where there is MNIST's "t10k" ``t10k_wrong``, and
        ``others_wrong``, of what is no digit; ``calibration_error``: each a list of two, before and after.
        ``mnist_digits``, ``others`` and ``t10k``: how many these are.
    """

    model: Any
    step: float
    learned: int
    held: int
    figures: dict[str, Any]

    @property
    def is_better(self) -> bool:
        """Whether fewer of the held-out corrections are wrong, and MNIST is read as well."""
        before, after = self.figures["corrections_wrong"]
        return bool(after < before) and self.keeps_mnist

    @property
    def keeps_mnist(self) -> bool:
        """Whether MNIST's digits are read no worse than by `LIMIT`."""
        before, after = self.figures["mnist_wrong"]
        return bool(after - before <= LIMIT * self.figures["mnist_digits"])


def load_keras(onnx: Path) -> Any:
    """Load the Keras network of a model, from the file beside its ONNX file.

    Raises
    ------
    ModelError
        There is none, or it is another network.
    """
    import keras

    path = onnx.with_suffix(".keras")
    if not path.is_file():
        raise ModelError(f"{path}: no such file; fine-tuning starts from the Keras file beside a model")
    try:
        model = keras.models.load_model(path, compile=False)
        check_agreement(model, onnx)
    except (OSError, ValueError, TypeError, KeyError) as error:
        said = " ".join(str(error).split())[:200]
        raise ModelError(f"{path}: Keras cannot load it ({said}); install the model again") from error
    except TrainingError as error:
        raise ModelError(f"{path}: is not the network of {onnx.name} ({error})") from error
    return model


def tune(
    teacher: Any, card: ModelCard, corrections: list[Correction], replay: Replay, *, seed: int, folder: Path
) -> Tuned:
    """Fine-tune a network on corrections.

    Parameters
    ----------
    teacher : keras.Model
        The network as it is; it is not changed.
    card : ModelCard
        Its card, for the calibration.
    corrections : list of Correction
    replay : Replay
    seed : int
        Of the held-out part, the order and the changes of glyphs.
    folder : Path
        For checkpoints.

    Raises
    ------
    TrainingError
        There are too few corrections.
    """
    if len(corrections) < LEAST:
        raise TrainingError(f"{len(corrections)} corrections; at least {LEAST} are needed to learn from them")
    learned, held = part(corrections, seed)
    training = join([distilled(replay.training, teacher), _repeated(learned, len(replay.training))])
    how = Architecture(card.facts["architecture"], lambda classes: _frozen_copy(teacher))
    after = fit(
        training,
        replay.validation,
        arch=how,
        epochs=1,
        batch_size=max(1, min(_BATCH, len(training) // _STEPS_AT_LEAST)),
        seed=seed,
        output=folder,
        rate=_RATE,
        smoothing=0.0,
    ).model
    before = _wrong(teacher, replay.guard)
    for step in STEPS:
        model = _between(teacher, after, step)
        if _wrong(model, replay.guard) - before <= LIMIT * len(replay.guard):
            break
    figures = _compare((teacher, model), held, replay, card)
    return Tuned(model, step, len(learned), len(held), figures)


def part(corrections: list[Correction], seed: int) -> tuple[Arrays, Arrays]:
    """Part corrections into those to learn from and those to measure on, each class in proportion."""
    images = np.stack([one.glyph for one in corrections])
    labels = np.array([one.label for one in corrections], np.int64)
    order = np.random.default_rng(seed).permutation(len(labels))
    by_class = order[np.argsort(labels[order], kind="stable")]
    held = by_class[np.arange(0, len(labels), 1 / HELD_OUT).astype(np.intp)]
    rest = np.setdiff1d(np.arange(len(labels)), held)
    arrays = Arrays(images, labels)
    return arrays.take(rest), arrays.take(np.sort(held))


def distilled(arrays: Arrays, teacher: Any) -> Arrays:
    """Give glyphs with what a network says of them as their labels."""
    logits = logits_of(teacher, as_input(arrays.images))
    return Arrays(arrays.images, softmax(logits))


def _repeated(learned: Arrays, beside: int) -> Arrays:
    """Give corrections as often as they count beside so many other glyphs, with the labels of training."""
    times = max(1, min(_OFTEN, round(_SHARE * beside / len(learned))))
    soft = shares(learned.labels) * np.float32(1 - SMOOTHING) + np.float32(SMOOTHING / len(CLASSES))
    return Arrays(learned.images, soft).take(np.tile(np.arange(len(learned)), times))


def _frozen_copy(teacher: Any) -> Any:
    """Copy a network; its batch normalisation stays as it is."""
    import keras

    copy = keras.models.clone_model(teacher)
    copy.set_weights(teacher.get_weights())
    for layer in copy.layers:
        if isinstance(layer, keras.layers.BatchNormalization):
            layer.trainable = False
    return copy


def _between(before: Any, after: Any, step: float) -> Any:
    """Give a network with weights on the way from one to another."""
    import keras

    model = keras.models.clone_model(before)
    pairs = zip(before.get_weights(), after.get_weights(), strict=True)
    model.set_weights([(1 - step) * old + step * new for old, new in pairs])
    return model


def _wrong(model: Any, arrays: Arrays) -> int:
    """Count misread glyphs: digits among the ten, others that are not rejected."""
    labels, logits = arrays.hard(), logits_of(model, as_input(arrays.images))
    found = np.where(labels == NOT_A_DIGIT, logits.argmax(axis=1), logits[:, :NOT_A_DIGIT].argmax(axis=1))
    return int(np.count_nonzero(found != labels))


def _compare(models: tuple[Any, Any], held: Arrays, replay: Replay, card: ModelCard) -> dict[str, Any]:
    """Measure before and after on what nothing was learned from."""
    others = replay.validation.take(np.flatnonzero(replay.validation.hard() == NOT_A_DIGIT))
    sets = {"corrections": held, "mnist": replay.guard, "others": others, "t10k": replay.test}
    figures: dict[str, Any] = {
        f"{name}_wrong": [_wrong(model, arrays) for model in models]
        for name, arrays in sets.items()
        if arrays is not None and len(arrays)
    }
    figures["mnist_digits"], figures["others"] = len(replay.guard), len(others)
    if replay.test is not None:
        figures["t10k"] = len(replay.test)
    figures["calibration_error"] = [_calibration_error(model, replay.validation, card) for model in models]
    return figures


def _calibration_error(model: Any, arrays: Arrays, card: ModelCard) -> float | None:
    logits: NDArray[np.float32] = logits_of(model, as_input(arrays.images))
    scores = softmax(logits, card.temperature, card.power)
    error = judge(scores, arrays.hard().astype(np.uint8)).calibration_error
    return None if error is None else round(error, 5)
