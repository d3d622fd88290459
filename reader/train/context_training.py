"""The steps in which the context network learns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.recognize.line_context import INSIDE, LEAST
from reader.recognize.strips import HEIGHT
from reader.train.context_feed import batches, feed
from reader.train.context_lines import ContextLine
from reader.train.context_network import CHANNELS, POOLED, sight, trunk

RATE, FIRST_RATE, WARMUP, DECAY = 2e-3, 1e-4, 300, 1e-4
"""Learning rates, the highest and the first; steps from this to that; decay of the weights."""


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
