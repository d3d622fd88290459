"""What happens beside training: averaged weights, validation, checkpoints, and a line of news."""

from __future__ import annotations

import json
import logging
import os
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.errors import OutputError
from reader.train.feed import Arrays, as_input

log = logging.getLogger(__name__)

LAST, AVERAGE, BEST, HISTORY = "last.weights.h5", "average.weights.h5", "best.weights.h5", "history.json"


class Keeper:
    """Follows a run: keeps the best weights and all that is needed to go on with it.

    Parameters
    ----------
    model, averaged : keras.Model
        The network in training, and one like it that holds a running average of its weights
        (Polyak and Juditsky, 1992, 10.1137/0330046); the average is what is validated and kept.
    validation : Arrays
    folder : Path
        Of the checkpoints.
    momentum : float
        Of the average; 0 keeps the weights themselves.
    seed : int
        Of dropout.
    history : list of dict
        Epochs already done, when a run is resumed.
    """

    def __init__(
        self,
        model: Any,
        averaged: Any,
        validation: Arrays,
        folder: Path,
        momentum: float,
        seed: int,
        history: list[dict[str, float]],
    ) -> None:
        self.model, self.averaged, self.folder = model, averaged, folder
        self.history = history
        self._glyphs, self._labels = as_input(validation.images), validation.hard()
        self._momentum, self._seed = momentum, seed
        self._average = self._averaging()
        self._began = time.perf_counter()

    def _averaging(self) -> Any:
        import tensorflow as tf

        pairs = [(a.value, w.value) for a, w in zip(self.averaged.weights, self.model.weights, strict=True)]

        @tf.function  # type: ignore[untyped-decorator]
        def average(step: Any) -> None:
            # At the start an average over many steps would remember mere noise.
            keep = tf.minimum(self._momentum, (1.0 + step) / (10.0 + step)) if self._momentum else 0.0
            for mean, weight in pairs:
                mean.assign(keep * mean + (1.0 - keep) * weight)

        return average

    def on_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Seed dropout anew each epoch: checkpoints do not hold its state."""
        states = [one for one in self.model.variables if one.name == "seed_generator_state"]
        for number, state in enumerate(states):
            rng = np.random.default_rng((self._seed, epoch, number))
            state.assign(rng.integers(0, 2**31, 2).astype(state.dtype))

    def on_batch(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Take the weights of this step into the average."""
        if self._momentum:
            import tensorflow as tf

            self._average(tf.cast(self.model.optimizer.iterations.value, tf.float32))

    def on_epoch(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Validate, keep the best, write the checkpoint and tell of it."""
        if not self._momentum:
            self._average(0.0)
        logits = self.validate()
        row = {
            "epoch": epoch + 1,
            "seconds": round(time.perf_counter() - self._began, 1),
            **{name: round(float(value), 5) for name, value in (logs or {}).items()},
            "val_loss": round(cross_entropy(logits, self._labels), 5),
            "val_accuracy": round(float((logits.argmax(axis=1) == self._labels).mean()), 5),
        }
        if logs is not None:
            # The plateau rule reads them from here.
            logs.update(val_loss=row["val_loss"], val_accuracy=row["val_accuracy"])
        best = all(row["val_loss"] < one["val_loss"] for one in self.history)
        self.history.append(row)
        self._write(best)
        log.info(
            "epoch %d: loss %.4f, accuracy %.4f, validation loss %.4f, accuracy %.4f%s, %.0f s",
            *(
                row.get(name, float("nan"))
                for name in ("epoch", "loss", "accuracy", "val_loss", "val_accuracy")
            ),
            " (best)" if best else "",
            row["seconds"],
        )

    def validate(self) -> NDArray[np.float32]:
        """Give the averaged network's logits on the validation glyphs."""
        return logits_of(self.averaged, self._glyphs)

    def _write(self, best: bool) -> None:
        """Write the checkpoint; each file is whole or the old one."""
        try:
            if best:
                self._replace(BEST, self.averaged.save_weights)
            self._replace(AVERAGE, self.averaged.save_weights)
            self._replace(LAST, self.model.save_weights)
            self._replace(HISTORY, lambda path: Path(path).write_text(json.dumps(self.history, indent=1)))
        except OSError as error:
            raise OutputError(f"{self.folder}: cannot write the checkpoint ({error})") from error

    def _replace(self, name: str, write: Any) -> None:
        part = self.folder / f"part-{name}"
        write(str(part))
        os.replace(part, self.folder / name)


class Bar:
    """A progress bar over all steps, with loss and accuracy; silent where there is no terminal."""

    def __init__(self, total: int, done: int) -> None:
        from tqdm import tqdm

        self._bar = tqdm(total=total, initial=done, unit="batch", disable=not sys.stderr.isatty())

    def on_batch(self, batch: int, logs: dict[str, float] | None = None) -> None:
        """Move on by one batch."""
        if logs and batch % 10 == 0:
            self._bar.set_postfix(
                {name: f"{float(value):.4f}" for name, value in logs.items()}, refresh=False
            )
        self._bar.update()

    def close(self) -> None:
        """Leave the bar as it stands."""
        self._bar.close()


def logits_of(model: Any, glyphs: NDArray[np.float32], size: int = 1024) -> NDArray[np.float32]:
    """Give a network's logits, float32 (N, 11), for glyphs (N, 28, 28, 1)."""
    parts = [np.asarray(model.predict_on_batch(glyphs[i : i + size])) for i in range(0, len(glyphs), size)]
    return np.concatenate(parts)


def cross_entropy(logits: NDArray[np.floating[Any]], labels: NDArray[np.integer[Any]]) -> float:
    """Give the mean of -log p of the right classes."""
    shifted = logits.astype(np.float64) - logits.max(axis=1, keepdims=True)
    right = shifted[np.arange(len(labels)), labels]
    return float((np.log(np.exp(shifted).sum(axis=1)) - right).mean())
