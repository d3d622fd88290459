"""What a foreign network takes and gives, learned by trying it on labelled glyphs."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reader.errors import ModelError
from reader.train.adopt.data import Labels
from reader.train.keeper import cross_entropy
from reader.types import CLASSES

MEAN, DEVIATION = 0.1307, 0.3081
"""Of MNIST's pixels in [0, 1]: by these many tutorials standardise."""
LEAST_ACCURACY = 0.8
"""Below this share of right digits, a network or its data is not what it is thought to be."""
_MOST = 2000
"""Glyphs that each way is tried on."""
_CERTAIN = 2.0
"""Standard errors by which accuracies differ for certain."""

Run = Callable[[NDArray[np.float32]], NDArray[np.float32]]


@dataclass(frozen=True, slots=True)
class Preparation:
    """How a network wants a glyph in [0, 1], ink bright: ``scale * glyph + offset``.

    Attributes
    ----------
    polarity : str
        "ink bright" or "ink dark".
    range : str
        As the model card says it.
    scale, offset : float
    """

    polarity: str
    range: str
    scale: float
    offset: float

    def __call__(self, glyphs: NDArray[np.float32]) -> NDArray[np.float32]:
        """Prepare glyphs of any shape."""
        return glyphs * np.float32(self.scale) + np.float32(self.offset)

    def __str__(self) -> str:
        return f"{self.polarity}, {self.range}"


def _all() -> tuple[Preparation, ...]:
    bright, dark = "ink bright", "ink dark"
    standard = f"mean {MEAN}, deviation {DEVIATION} of MNIST"
    # Dark digits standardised by the mean of dark digits are the negative of bright ones so treated.
    return (
        Preparation(bright, "0 to 1", 1.0, 0.0),
        Preparation(bright, "0 to 255", 255.0, 0.0),
        Preparation(bright, "-1 to 1", 2.0, -1.0),
        Preparation(bright, standard, 1 / DEVIATION, -MEAN / DEVIATION),
        Preparation(dark, "0 to 1", -1.0, 1.0),
        Preparation(dark, "0 to 255", -255.0, 255.0),
        Preparation(dark, "-1 to 1", -2.0, 1.0),
        Preparation(dark, standard, -1 / DEVIATION, MEAN / DEVIATION),
    )


PREPARATIONS = _all()


def learn_preparation(run: Run, data: Labels) -> tuple[Preparation, dict[str, float]]:
    """Find how a network wants its glyphs: as it reads most digits right.

    Of ways that are as good within the error of counting, the one at which the network is right to be as
    sure as it is (the least cross-entropy): a network does not mind much when all is scaled.

    Parameters
    ----------
    run : callable
        From prepared glyphs (N, 28, 28, 1) to logits (N, 10) or (N, 11).
    data : Labels

    Returns
    -------
    best : Preparation
    accuracies : dict of str to float
        Of each way: the share of digits read right.

    Raises
    ------
    ModelError
        Fewer than `LEAST_ACCURACY` are read right in the best of ways.
    """
    digits = data.digits(_MOST)
    outputs = {way: run(way(digits.glyphs)) for way in PREPARATIONS}
    accuracies = {way: _accuracy(found, digits.labels) for way, found in outputs.items()}
    top = max(accuracies, key=lambda way: accuracies[way])
    if not accuracies[top] >= LEAST_ACCURACY:
        best_text = f"reads {accuracies[top]:.1%} of the digits in --data right at best ({top})"
        raise ModelError(f"{best_text}, {LEAST_ACCURACY:.0%} are needed; {_advice(outputs, digits.labels)}")
    margin = _CERTAIN * (accuracies[top] * (1 - accuracies[top]) / len(digits)) ** 0.5
    near = [way for way in PREPARATIONS if accuracies[way] >= accuracies[top] - margin]
    best = min(near, key=lambda way: cross_entropy(outputs[way], digits.labels))
    return best, _by_name(accuracies)


def _by_name(accuracies: Mapping[Preparation, float]) -> dict[str, float]:
    return {str(way): round(share, 4) for way, share in accuracies.items()}


def _accuracy(outputs: NDArray[np.float32], labels: NDArray[np.int64]) -> float:
    return float((outputs.argmax(axis=1) == labels).mean()) if np.isfinite(outputs).all() else 0.0


def _advice(outputs: Mapping[Preparation, NDArray[np.float32]], labels: NDArray[np.int64]) -> str:
    """Say what to do: maybe another order of classes would explain it."""
    for found in (output.argmax(axis=1) for output in outputs.values()):
        usual = {one: int(np.bincount(labels[found == one]).argmax()) for one in np.unique(found).tolist()}
        renamed = np.array([usual[one] for one in found.tolist()])
        if (renamed == labels).mean() >= LEAST_ACCURACY:
            moved = ", ".join(f"{one} is {digit}" for one, digit in usual.items() if one != digit)
            return f"its classes are in another order (output {moved}); train it with 0 to 9 in order"
    return "check that it knows digits and that the labels are right"


def gives_probabilities(outputs: NDArray[np.float32]) -> bool:
    """Tell probabilities, whose rows sum to 1, from logits; for outputs (N, classes)."""
    return bool(outputs.min() >= 0 and np.allclose(outputs.sum(axis=1), 1, atol=1e-3))


def check_classes(shape: tuple[int, ...]) -> None:
    """See that a network gives ten or eleven classes.

    Raises
    ------
    ModelError
        It does not.
    """
    if len(shape) != 2 or shape[1] not in (len(CLASSES) - 1, len(CLASSES)):
        told = f"({', '.join(['N', *map(str, shape[1:])])})"
        raise ModelError(
            f"gives {told}; only networks of ten classes, or eleven with not-a-digit, are imported"
        )
