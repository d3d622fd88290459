"""Trains the context network that ships.

    python -m reader.train.context_fit DIR --output FOLDER [--lines 40000] [--judged 6000] [--epochs 8]

DIR holds what `reader train --data` takes. First the trunk learns with the part of the head that sees the
strip alone. The classifier is surer of writers it learned from than of others; so how to weigh it is
learned second, on lines by writers and in fonts that trained neither. About 50 minutes on two cores.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import queue
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.recognize.line_context import INSIDE, LEAST, columns, sizes
from reader.recognize.strips import HEIGHT
from reader.train.context_lines import ContextLine, context_lines
from reader.train.context_network import CHANNELS, ENTRIES, POOLED, head, judge, sight, trunk
from reader.types import CLASSES, NOT_A_DIGIT

COLUMNS = 10_000
"""Columns of strips in a batch."""
RATE, FIRST_RATE, WARMUP, DECAY = 2e-3, 1e-4, 300, 1e-4
EDGE = 0.4
"""Spread of a candidate's edges in training, in pixels."""
SHIFT = 2
"""Most rows that a batch is moved by."""
JUDGED, JUDGING, JUDGE_RATE = 256, 20, 2e-3

Batch = tuple[
    NDArray[np.float32], NDArray[np.float32], NDArray[np.int32], NDArray[np.float32], NDArray[np.int32]
]
"""Strips (B, HEIGHT, W, 2); of candidates columns (N, INSIDE + 2), strip (N,), size (N, 4), class (N,)."""


def batches(lines: Sequence[ContextLine], rng: np.random.Generator) -> list[NDArray[np.intp]]:
    """Group strips of one width, in random order."""
    widths = np.array([line.image.shape[1] for line in lines])
    groups: list[NDArray[np.intp]] = []
    for width in np.unique(widths):
        members = rng.permutation(np.flatnonzero(widths == width))
        size = max(4, COLUMNS // int(width))
        groups += [members[i : i + size] for i in range(0, len(members), size)]
    return [groups[i] for i in rng.permutation(len(groups))]


def assemble(lines: Sequence[ContextLine], rng: np.random.Generator | None = None) -> Batch:
    """Make a batch of lines of one width; with `rng` changed as paper, pen and camera change them."""
    images = np.stack([line.image for line in lines]).astype(np.float32) / np.float32(255)
    places = np.concatenate([line.places for line in lines]).astype(np.float64)
    owner = np.repeat(np.arange(len(lines)), [len(line.written) for line in lines]).astype(np.int32)
    if rng is not None:
        for image in images:
            _change(image, rng)
        down = int(rng.integers(-SHIFT, SHIFT + 1))
        images = np.roll(images, down, axis=1)
        places[:, :2] += rng.normal(0, EDGE, (len(places), 2))
        places[:, 2:] += down
    written = np.concatenate([line.written for line in lines]).astype(np.int32)
    return images, columns(places).astype(np.float32), owner, sizes(places).astype(np.float32), written


def _change(image: NDArray[np.float32], rng: np.random.Generator) -> None:
    """Blur, stain, lighten or darken a strip, in place."""
    page = image[..., 0]
    if rng.random() < 0.3:
        page[:] = cv2.GaussianBlur(page, (0, 0), rng.uniform(0.4, 1.3))
    if rng.random() < 0.3:
        page += rng.normal(0, rng.uniform(0.01, 0.08), page.shape).astype(np.float32)
    page[:] = np.clip(page, 0, 1) ** np.float32(np.exp(rng.normal(0, 0.25)))
    if rng.random() < 0.1:
        image[..., 1] = cv2.dilate(image[..., 1], np.ones((2, 2), np.uint8))


def feed(
    lines: Sequence[ContextLine], groups: list[NDArray[np.intp]], rng: np.random.Generator | None = None
) -> Iterator[Batch]:
    """Give the batches, made in a thread."""
    ready: queue.Queue[Batch | None] = queue.Queue(6)

    def work() -> None:
        for group in groups:
            ready.put(assemble([lines[i] for i in group], rng))
        ready.put(None)

    threading.Thread(target=work, daemon=True).start()
    while (batch := ready.get()) is not None:
        yield batch


class Training:
    """The trunk and the head's sight, and their steps.

    Parameters
    ----------
    steps : int
        In all, for the learning rate.
    """

    def __init__(self, steps: int) -> None:
        import keras
        import tensorflow as tf

        self.trunk, self.sight = trunk(), sight()
        rate = keras.optimizers.schedules.CosineDecay(
            FIRST_RATE, max(steps - WARMUP, 1), warmup_target=RATE, warmup_steps=WARMUP
        )
        optimizer = keras.optimizers.AdamW(rate, weight_decay=DECAY)
        variables = self.trunk.trainable_variables + self.sight.trainable_variables
        optimizer.build(variables)
        specs = [
            tf.TensorSpec((None, HEIGHT, None, 2)),
            tf.TensorSpec((None, INSIDE + 2)),
            tf.TensorSpec((None,), tf.int32),
            tf.TensorSpec((None, 4)),
            tf.TensorSpec((None,), tf.int32),
        ]

        def step(images: Any, at: Any, owner: Any, size: Any, written: Any) -> Any:
            with tf.GradientTape() as tape:
                logits = self.sight(self._pooled(images, at, owner, size, True), training=True)
                loss = tf.reduce_mean(
                    tf.nn.sparse_softmax_cross_entropy_with_logits(labels=written, logits=logits)
                )
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
            return loss

        def opinion(images: Any, at: Any, owner: Any, size: Any, written: Any) -> Any:
            pooled = self._pooled(images, at, owner, size, False)
            return tf.nn.log_softmax(self.sight(pooled, training=False))

        self.step = tf.function(step, input_signature=specs)
        self.opinion = tf.function(opinion, input_signature=specs)

    def _pooled(self, images: Any, at: Any, owner: Any, size: Any, training: bool) -> Any:
        """Read the features where candidates lie; `reader.recognize.line_context.entries` in TensorFlow."""
        import tensorflow as tf

        features = self.trunk(images, training=training)[:, 0]
        last = tf.shape(features)[1] - 1
        at = tf.clip_by_value(at, 0.0, tf.cast(last, tf.float32))
        low = tf.minimum(tf.cast(tf.floor(at), tf.int32), last)
        part = (at - tf.cast(low, tf.float32))[..., None]
        own = tf.repeat(owner[:, None], INSIDE + 2, axis=1)
        before = tf.gather_nd(features, tf.stack([own, low], -1))
        after = tf.gather_nd(features, tf.stack([own, tf.minimum(low + 1, last)], -1))
        read = tf.reshape(before * (1 - part) + after * part, (-1, (INSIDE + 2) * CHANNELS))
        return tf.ensure_shape(tf.concat([read, size], 1), (None, POOLED))

    def opinions(self, lines: Sequence[ContextLine]) -> tuple[NDArray[np.float32], NDArray[np.int32]]:
        """Give what is known of all candidates, (N, OPINIONS), and what these are, (N,)."""
        groups = batches(lines, np.random.default_rng(0))
        seen = [np.asarray(self.opinion(*batch)) for batch in feed(lines, groups)]
        order = [lines[i] for group in groups for i in group]
        logs = np.log(np.maximum(np.concatenate([line.scores for line in order]), np.exp(LEAST)))
        written = np.concatenate([line.written for line in order]).astype(np.int32)
        measured = np.concatenate([line.measured for line in order])
        return np.concatenate([np.concatenate(seen), logs, measured], axis=1, dtype=np.float32), written


def learn(
    lines: Sequence[ContextLine], judged: Sequence[ContextLine], epochs: int, seed: int = 1
) -> tuple[Any, Any, dict[str, float]]:
    """Train both networks.

    Parameters
    ----------
    lines : sequence of ContextLine
        What the strip's opinion is learned from.
    judged : sequence of ContextLine
        By other writers and in other fonts, with the classifier's scores: what weighing is learned from, but
        for every fifth line, which measures.
    epochs : int
    seed : int

    Returns
    -------
    trunk, head : keras.Model
    figures : dict of str to float
        Of what measures: parts of the digits read right and of the others taken for digits, by the classifier
        alone, by the strip alone, and by both.
    """
    import keras

    keras.utils.set_random_seed(seed)
    rng = np.random.default_rng(seed)
    training = Training(epochs * len(batches(lines, np.random.default_rng(0))))
    for epoch in range(1, epochs + 1):
        began = time.monotonic()
        losses = [float(training.step(*batch)) for batch in feed(lines, batches(lines, rng), rng)]
        took = time.monotonic() - began
        print(f"epoch {epoch} of {epochs}: loss {np.mean(losses):.4f}, {took:.0f} s", file=sys.stderr)
    known = training.opinions([line for k, line in enumerate(judged) if k % 5])
    asked = training.opinions(judged[::5])
    weighed = judge()
    rate = keras.optimizers.schedules.CosineDecay(JUDGE_RATE, max(1, JUDGING * len(known[1]) // JUDGED))
    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    weighed.compile(keras.optimizers.Adam(rate), loss)
    weighed.fit(*known, batch_size=JUDGED, epochs=JUDGING, verbose=0)
    count = len(CLASSES)
    opinions = {
        "strip": asked[0][:, :count],
        "classifier": asked[0][:, count : 2 * count],
        "both": weighed.predict(asked[0], batch_size=4096, verbose=0),
    }
    figures = {
        f"{name}_{key}": value
        for name, scores in opinions.items()
        for key, value in figures_of(scores, asked[1]).items()
    }
    return training.trunk, head(training.sight, weighed), figures


def figures_of(scores: NDArray[np.float32], written: NDArray[np.int32]) -> dict[str, float]:
    """Give the parts of digits read right, and of others taken for a digit."""
    read, digits = scores.argmax(axis=1), written != NOT_A_DIGIT
    return {
        "digits_right": round(float((read == written)[digits].mean()), 4),
        "others_taken": round(float((read != NOT_A_DIGIT)[~digits].mean()), 4),
    }


def write(networks: tuple[Any, Any], folder: Path, facts: dict[str, Any]) -> None:
    """Write both networks as ONNX, and the card."""
    from reader.train.onnx_export import write_onnx

    folder.mkdir(parents=True, exist_ok=True)
    shapes = ((1, HEIGHT, 64, 2), (1, ENTRIES))
    sums = {}
    for name, network, shape in zip(("trunk.onnx", "head.onnx"), networks, shapes, strict=True):
        write_onnx(network, folder / name, shape)
        sums[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    card = {"sha256": sums, **facts}
    (folder / "card.json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")


def main() -> None:
    """Build the lines, train, write."""
    parser = argparse.ArgumentParser(description="Train the context network.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--lines", type=int, default=40_000)
    parser.add_argument("--judged", type=int, default=6_000, help="lines that weighing is learned from")
    parser.add_argument("--epochs", type=int, default=8)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    judged = context_lines(args.data, "val", args.judged, scored=True)
    lines = context_lines(args.data, "train", args.lines, scored=False)
    *networks, figures = learn(lines, judged, args.epochs)
    facts = {
        "id": "context",
        "data": {"lines": args.lines, "judged_lines": args.judged},
        "epochs": args.epochs,
        "figures": figures,
    }
    write((networks[0], networks[1]), args.output, facts)


if __name__ == "__main__":
    main()
