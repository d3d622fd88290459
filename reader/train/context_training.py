"""The steps in which the context network learns."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.recognize.line_context import INSIDE
from reader.recognize.spelling import BLANK, LEAST, spelt
from reader.recognize.strips import HEIGHT
from reader.train.context_feed import batches, feed
from reader.train.context_lines import ContextLine
from reader.train.context_network import CHANNELS, FAINTEST, POOLED, sight, speller, trunk

RATE, FIRST_RATE, WARMUP, DECAY = 1.2e-3, 1e-4, 300, 1e-3
"""Learning rates, the highest and the first; steps from this to that; decay of the weights."""
LONGEST = 5.0
"""Longest gradient of all weights together."""
KEPT = 0.999
"""What the running average of the weights keeps in a step; less in the first ones."""
SPELLED, TEXT = 0.5, 0.5
"""What counts beside the candidates: each column by itself, and the whole text however it is spelt."""


class Training:
    """The trunk, the speller and the head's sight, and their steps.

    Parameters
    ----------
    steps : int
        In all, for the learning rate.
    """

    def __init__(self, steps: int) -> None:
        import keras
        import tensorflow as tf

        self.trunk, self.speller, self.sight = trunk(), speller(), sight()
        rate = keras.optimizers.schedules.CosineDecay(
            FIRST_RATE, max(steps - WARMUP, 1), warmup_target=RATE, warmup_steps=WARMUP
        )
        optimizer = keras.optimizers.AdamW(rate, weight_decay=DECAY, global_clipnorm=LONGEST)
        networks = (self.trunk, self.speller, self.sight)
        variables = [one for network in networks for one in network.trainable_variables]
        # Biases and the scales of batches do not decay.
        optimizer.exclude_from_weight_decay([one for one in variables if len(one.shape) < 2])
        optimizer.build(variables)
        state = [one for network in networks for one in network.variables]
        self._state = [one.value for one in state if "float" in one.dtype]
        self._averages = [tf.Variable(one) for one in self._state]
        specs = [
            tf.TensorSpec((None, HEIGHT, None, 2)),
            tf.TensorSpec((None, INSIDE + 2)),
            tf.TensorSpec((None,), tf.int32),
            tf.TensorSpec((None, 4)),
            tf.TensorSpec((None,), tf.int32),
            tf.TensorSpec((None, None), tf.int32),
            tf.TensorSpec((None, None), tf.int32),
            tf.TensorSpec((None,), tf.int32),
        ]

        def step(*batch: Any) -> Any:
            images, at, owner, size, written, spelling, texts, lengths = batch
            known = tf.cast(spelling >= 0, tf.float32)
            with tf.GradientTape() as tape:
                row = self.trunk(images, training=True)
                logits = self.sight(self._pooled(row[:, 0], at, owner, size), training=True)
                read = tf.nn.sparse_softmax_cross_entropy_with_logits(labels=written, logits=logits)
                columns = self.speller(row, training=True)[:, 0]
                spelt = tf.nn.sparse_softmax_cross_entropy_with_logits(
                    labels=tf.maximum(spelling, 0), logits=columns
                )
                spelt = tf.reduce_sum(known * spelt) / tf.maximum(tf.reduce_sum(known), 1.0)
                loss = tf.reduce_mean(read) + SPELLED * spelt + TEXT * self._unlike(columns, texts, lengths)
            optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables, strict=True))
            done = tf.cast(optimizer.iterations, tf.float32)
            kept = tf.minimum(KEPT, done / (9.0 + done))
            for average, now in zip(self._averages, self._state, strict=True):
                average.assign(now + kept * (average - now))
            return loss

        def opinion(*batch: Any) -> Any:
            images, at, owner, size, *_ = batch
            row = self.trunk(images, training=False)
            read = tf.nn.log_softmax(self.sight(self._pooled(row[:, 0], at, owner, size), training=False))
            return read, self.speller(row, training=False)[:, 0]

        self.step = tf.function(step, input_signature=specs)
        self.opinion = tf.function(opinion, input_signature=specs)

    def settle(self) -> None:
        """Let the weights be what they were in the running average (Polyak, doi:10.1137/0330046)."""
        for average, now in zip(self._averages, self._state, strict=True):
            now.assign(average)

    def _unlike(self, columns: Any, texts: Any, lengths: Any) -> Any:
        """Give connectionist temporal classification's loss, for each character; 0 where no text is known."""
        import tensorflow as tf

        said = lengths > 0
        logits, own = tf.boolean_mask(columns, said), tf.boolean_mask(lengths, said)
        if tf.shape(own)[0] == 0:
            return 0.0
        losses = tf.nn.ctc_loss(
            labels=tf.boolean_mask(texts, said),
            logits=logits,
            label_length=own,
            logit_length=tf.fill([tf.shape(own)[0]], tf.shape(logits)[1]),
            logits_time_major=False,
            blank_index=BLANK,
        )
        return tf.reduce_sum(losses) / tf.cast(tf.reduce_sum(own), tf.float32)

    def _pooled(self, features: Any, at: Any, owner: Any, size: Any) -> Any:
        """Read the features where candidates lie; `reader.recognize.line_context.entries` in TensorFlow."""
        import tensorflow as tf

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
        order = [lines[i] for group in groups for i in group]
        seen, spelling = [], []
        for group, batch in zip(groups, feed(lines, groups), strict=True):
            read, rows = self.opinion(*batch)
            seen.append(np.maximum(np.asarray(read), FAINTEST))
            places = [lines[i].places.astype(float) for i in group]
            spelling += [spelt(row, own) for row, own in zip(np.asarray(rows), places, strict=True)]
        logs = np.log(np.maximum(np.concatenate([line.scores for line in order]), np.exp(LEAST)))
        written = np.concatenate([line.written for line in order]).astype(np.int32)
        measured = np.concatenate([line.measured for line in order])
        return np.concatenate(
            [*map(np.concatenate, (seen, spelling)), logs, measured], axis=1, dtype=np.float32
        ), written
