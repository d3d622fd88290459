"""Glyphs with their labels, and the stream of batches that training reads."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.errors import TrainingError
from reader.train.augment import augment
from reader.types import CLASSES, GLYPH_SIZE


@dataclass(frozen=True, slots=True)
class Arrays:
    """Labelled glyphs.

    Attributes
    ----------
    images : ndarray of uint8, shape (N, 28, 28)
        Ink bright.
    labels : ndarray of int, shape (N,), 0 to 10; or of float, shape (N, 11), rows that sum to 1
    weights : ndarray of float32, shape (N,), or None
        How much each glyph counts; None: all the same.
    """

    images: NDArray[np.uint8]
    labels: NDArray[Any]
    weights: NDArray[np.float32] | None = None

    def __post_init__(self) -> None:
        n, classes = len(self.images), len(CLASSES)
        if self.images.dtype != np.uint8 or self.images.shape != (n, GLYPH_SIZE, GLYPH_SIZE):
            raise TrainingError(f"glyphs need uint8 (N, 28, 28), not {self.images.dtype} {self.images.shape}")
        if self.labels.shape not in ((n,), (n, classes)):
            raise TrainingError(f"{n} glyphs need labels (N,) or (N, {classes}), not {self.labels.shape}")
        if self.labels.ndim == 1 and self.labels.dtype.kind not in "iu":
            raise TrainingError(f"labels (N,) need whole numbers, not {self.labels.dtype}")
        if self.labels.ndim == 1 and n and not 0 <= self.labels.min() <= self.labels.max() < classes:
            raise TrainingError(
                f"labels are 0 to {classes - 1}, not {self.labels.min()} to {self.labels.max()}"
            )
        if self.weights is not None and self.weights.shape != (n,):
            raise TrainingError(f"{n} glyphs need weights (N,), not {self.weights.shape}")

    def __len__(self) -> int:
        return len(self.images)

    def hard(self) -> NDArray[np.int64]:
        """Give the likeliest class of each glyph, shape (N,)."""
        found = self.labels if self.labels.ndim == 1 else self.labels.argmax(axis=1)
        return found.astype(np.int64)

    def take(self, rows: NDArray[Any]) -> Arrays:
        """Give a part of the glyphs."""
        weights = None if self.weights is None else self.weights[rows]
        return Arrays(self.images[rows], self.labels[rows], weights)


def join(parts: list[Arrays]) -> Arrays:
    """Put sets of glyphs one after another; labels become shares where one set has them."""
    soft = any(part.labels.ndim == 2 for part in parts)
    weighted = any(part.weights is not None for part in parts)
    return Arrays(
        np.concatenate([part.images for part in parts]),
        np.concatenate([shares(part.labels) if soft else part.hard() for part in parts]),
        np.concatenate([weights_of(part) for part in parts]) if weighted else None,
    )


def shares(labels: NDArray[Any]) -> NDArray[np.float32]:
    """Give labels as shares of the classes, float32 (N, 11)."""
    if labels.ndim == 2:
        return labels.astype(np.float32)
    rows: NDArray[np.float32] = np.eye(len(CLASSES), dtype=np.float32)[labels]
    return rows


def weights_of(arrays: Arrays) -> NDArray[np.float32]:
    """Give the weight of each glyph, float32 (N,)."""
    return np.ones(len(arrays), np.float32) if arrays.weights is None else arrays.weights.astype(np.float32)


def as_input(images: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Give glyphs as networks take them, unchanged: float32 (N, 28, 28, 1) in [0, 1]."""
    return images[..., None].astype(np.float32) / np.float32(255)


def batches(arrays: Arrays, *, size: int, epochs: range, seed: int, changed: bool) -> Any:
    """Stream shuffled batches; batch i of epoch e is the same in every run with the same seed.

    Parameters
    ----------
    arrays : Arrays
    size : int
        Glyphs a batch; what is left of an epoch is left out, and another part the next time.
    epochs : range
        Which epochs: a resumed run starts after the first.
    seed : int
    changed : bool
        Augment the glyphs.

    Returns
    -------
    tf.data.Dataset
        Of (glyphs, shares of the classes, weights).
    """
    import tensorflow as tf

    weights, steps = weights_of(arrays), len(arrays) // size

    # Batches are made by two threads, so two epochs may be open at a time.
    @lru_cache(maxsize=2)
    def order(epoch: int) -> NDArray[np.int64]:
        return np.random.default_rng((seed, epoch)).permutation(len(arrays))

    def make(number: Any) -> tuple[NDArray[np.float32], NDArray[np.float32], NDArray[np.float32]]:
        epoch, step = divmod(int(number), steps)
        rows = order(epoch)[step * size : (step + 1) * size]
        rng = np.random.default_rng((seed, epoch, step))
        glyphs = augment(arrays.images[rows], rng) if changed else as_input(arrays.images[rows])
        return glyphs, shares(arrays.labels[rows]), weights[rows]

    def load(number: Any) -> Any:
        glyphs, labels, weight = tf.numpy_function(make, [number], (tf.float32, tf.float32, tf.float32))
        glyphs.set_shape((size, GLYPH_SIZE, GLYPH_SIZE, 1))
        labels.set_shape((size, len(CLASSES)))
        weight.set_shape((size,))
        return glyphs, labels, weight

    numbers = tf.data.Dataset.range(epochs.start * steps, epochs.stop * steps)
    return numbers.map(load, num_parallel_calls=2, deterministic=True).prefetch(8)
