"""Trains the context network that ships.

    python -m reader.train.context_fit DIR --output FOLDER [--grids PAGES.jsonl] [--mix hands=24000] ...

DIR holds what `reader train --data` takes. First the trunk learns with the part of the head that sees the
strip alone. The classifier is surer of writers it learned from than of others; so how to weigh it is
learned second, on lines by writers and in fonts that trained neither.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.io.model_file import CONTEXT_FILES, load_model
from reader.recognize.spelling import SPELT
from reader.recognize.strips import HEIGHT
from reader.train.context_feed import batches, feed
from reader.train.context_lines import ContextLine, context_lines
from reader.train.context_network import DILATIONS, ENTRIES, head, judge, line_reader
from reader.train.context_pages import grid_lines, read_grids
from reader.train.context_training import Training
from reader.train.line_mixes import add_sources
from reader.types import CLASSES, NOT_A_DIGIT

JUDGED, JUDGING, JUDGE_RATE = 256, 20, 2e-3
"""How weighing is learned: size of a batch, epochs, learning rate."""


def learn(
    lines: Sequence[ContextLine], judged: Sequence[ContextLine], epochs: int, seed: int = 1
) -> tuple[tuple[Any, Any], dict[str, float]]:
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
    networks : (keras.Model, keras.Model)
        Trunk and head.
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
    training.settle()
    return weigh(training, judged)


def weigh(training: Training, judged: Sequence[ContextLine]) -> tuple[tuple[Any, Any], dict[str, float]]:
    """Learn how to weigh the strip's opinion against the classifier's.

    Parameters
    ----------
    training : Training
        With the strip's part learned.
    judged : sequence of ContextLine
        As in `learn`, and what it returns is the same.
    """
    import keras

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
        "classifier": asked[0][:, count + SPELT : 2 * count + SPELT],
        "both": weighed.predict(asked[0], batch_size=4096, verbose=0),
    }
    figures = {
        f"{name}_{key}": value
        for name, scores in opinions.items()
        for key, value in figures_of(scores, asked[1]).items()
    }
    networks = line_reader(training.trunk, training.speller), head(training.sight, weighed)
    return networks, figures


def figures_of(scores: NDArray[np.float32], written: NDArray[np.int32]) -> dict[str, float]:
    """Give the parts of digits read right, and of others taken for a digit."""
    read, digits = scores.argmax(axis=1), written != NOT_A_DIGIT
    return {
        "digits_right": round(float((read == written)[digits].mean()), 4),
        "others_taken": round(float((read != NOT_A_DIGIT)[~digits].mean()), 4),
    }


def write(networks: tuple[Any, Any], folder: Path, facts: dict[str, Any]) -> None:
    """Write both networks as ONNX, and the card."""
    from reader.train.onnx_dilations import restore_dilations
    from reader.train.onnx_export import round_weights, write_onnx

    folder.mkdir(parents=True, exist_ok=True)
    shapes = ((1, HEIGHT, 64, 2), (1, ENTRIES))
    sums = {}
    folded: tuple[list[int], ...] = [d for d in DILATIONS if d > 1], []
    for name, network, shape, dilations in zip(CONTEXT_FILES, networks, shapes, folded, strict=True):
        write_onnx(network, folder / name, shape)
        restore_dilations(folder / name, dilations)
        round_weights(folder / name)
        sums[name] = hashlib.sha256((folder / name).read_bytes()).hexdigest()
    card = {
        "sha256": sums,
        "input": {"trunk": [1, HEIGHT, "W", 2], "head": ["N", ENTRIES]},
        "parameters": {
            name: net.count_params() for name, net in zip(("trunk", "head"), networks, strict=True)
        },
        **facts,
    }
    (folder / "card.json").write_text(json.dumps(card, indent=1) + "\n", "utf-8")


def photographed(path: Path) -> tuple[list[ContextLine], list[ContextLine]]:
    """Make the strips of every other grid of a list, the rest measures; four fifths are for the trunk.

    Of the last fifth a quarter is enough: in a grid nearly all is a digit, and no page should count on that.
    """
    model = load_model(in_context=False)
    found = [grid_lines(grid, model, seed=k) for k, grid in enumerate(read_grids(path)[::2])]
    return (
        [line for k, lines in enumerate(found) if k % 5 for line in lines],
        [line for lines in found[::5] for line in lines][::4],
    )


def main() -> None:
    """Build the lines, train, write."""
    parser = argparse.ArgumentParser(description="Train the context network.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    parser.add_argument("--lines", type=int, default=40_000)
    add_sources(parser)
    parser.add_argument("--judged", type=int, default=6_000, help="lines that weighing is learned from")
    parser.add_argument("--epochs", type=int, default=8)
    args = parser.parse_args()
    cv2.setNumThreads(1)
    seen, judged = photographed(args.grids) if args.grids else ([], [])
    judged += context_lines(args.data, "val", args.judged, scored=True)
    lines = context_lines(args.data, "train", args.lines, scored=False) + seen
    for name, count in args.mix:
        lines += context_lines(args.data, "train", count, scored=False, mix=name)
    networks, figures = learn(lines, judged, args.epochs)
    facts = {
        "id": "context",
        "data": {
            "lines": args.lines,
            **dict(args.mix),
            "judged_lines": args.judged,
            "photographed": len(seen),
        },
        "epochs": args.epochs,
        "figures": figures,
    }
    write(networks, args.output, facts)


if __name__ == "__main__":
    main()
