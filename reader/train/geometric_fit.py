"""Learns what size and place tell of a candidate: the weights of `reader.recognize.geometric_context`.

    python -m reader.train.geometric_fit DIR > weights.py

DIR holds what `reader train --data` takes; the result goes to ``reader/recognize/geometric_weights.py``.
The lines are those that the network learns from, with another seed; three minutes on two cores.
"""

from __future__ import annotations

import sys
import textwrap
from collections.abc import Iterator
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.imaging.binarize import find_ink
from reader.pipeline import text_lines
from reader.recognize import lattice
from reader.recognize.geometric_context import FEATURES, features
from reader.train.build import handwriting, settle
from reader.train.candidates import ILLEGIBLE, Truth, truth_of_line
from reader.train.glyph_bank import GlyphBank
from reader.train.handwriting import handwritten_line
from reader.types import NOT_A_DIGIT, Classifier, Component, Page

LINES, BLOCK, SEED, UNITS = 3000, 100, 77, 32
WHOLE, PURE = 0.85, 0.15
"""A candidate with this part of a digit's ink, and no more than this of anything else, is the digit ..."""
PART, MIXED = 0.72, 0.25
"""... and with this and this nobody can say. All else is none, a piece of a 1 too."""

Examples = tuple[NDArray[np.float32], NDArray[np.float32]]
"""What geometry knows (N, FEATURES + 10), and whether the digit read is the one written (N,)."""


def examples(data: Path, lines: int = LINES, *, processes: int = 2) -> Examples:
    """Cut candidates out of handwritten lines and compare what is read in them with what was written.

    Parameters
    ----------
    data : Path
    lines : int
    processes : int
        They change nothing but the time.
    """
    jobs = [(data, block, min(BLOCK, lines - block * BLOCK)) for block in range(-(-lines // BLOCK))]
    with get_context("spawn").Pool(processes, settle) as pool:
        blocks = pool.map(_block, jobs, chunksize=1)
    return np.concatenate([b[0] for b in blocks]), np.concatenate([b[1] for b in blocks])


def _block(job: tuple[Path, int, int]) -> Examples:
    from reader.io.model_file import load_model

    data, number, count = job
    rng = np.random.default_rng([SEED, number])
    found = list(_lines(rng, count, handwriting(data, "train"), load_model()))
    return np.concatenate([f[0] for f in found]), np.concatenate([f[1] for f in found])


def _lines(
    rng: np.random.Generator, count: int, bank: GlyphBank, classifier: Classifier
) -> Iterator[Examples]:
    for _ in range(count):
        sample = handwritten_line(rng, bank)
        inked = find_ink(Page(sample.image))
        truth = truth_of_line(sample, inked.ink)
        lines, stroke, _ = text_lines(inked, one=True)
        for lat in (lattice.build(line, stroke=stroke) for line in lines):
            scores = classifier.scores(lattice.glyphs([lat], inked.gray))
            read = scores[:, :NOT_A_DIGIT].argmax(axis=1)
            written = np.array([written_in(c.component, truth) for c in lat.candidates], np.intp)
            known = np.concatenate([features(lat, stroke), np.eye(NOT_A_DIGIT)[read]], axis=1)
            clear = written >= 0
            yield known[clear].astype(np.float32), (written == read)[clear].astype(np.float32)


def written_in(part: Component, truth: Truth) -> int:
    """Tell which digit a candidate is, more strictly than for the network: a piece of a 1 is none.

    Returns
    -------
    int
        0 to 9, `NOT_A_DIGIT`, or -1 where nobody can say.
    """
    x, y, w, h = part.box
    owned = truth.owner[y : y + h, x : x + w][part.mask]
    counts = np.bincount(owned[owned > 0], minlength=len(truth.sizes))
    most = int(np.argmax(counts))
    if counts[most] == 0:
        return NOT_A_DIGIT
    char = truth.chars[most - 1]
    kept = counts[most] / max(truth.sizes[most], 1)
    foreign = 1 - counts[most] / (counts.sum() + np.count_nonzero(owned < 0))
    if char == ILLEGIBLE or (char.isdigit() and PART <= kept < WHOLE and foreign <= MIXED):
        return -1
    if char.isdigit() and kept >= WHOLE and foreign <= MIXED:
        return int(char) if foreign <= PURE else -1
    return NOT_A_DIGIT


def fit(known: NDArray[np.float32], right: NDArray[np.float32]) -> dict[str, NDArray[np.float64]]:
    """Train the small network and fold its scaling, and the share of right candidates, into its weights."""
    import keras

    keras.utils.set_random_seed(SEED)
    mean, spread = known.mean(axis=0), known.std(axis=0) + 1e-3
    model: Any = keras.Sequential(
        [
            keras.Input((FEATURES + NOT_A_DIGIT,)),
            keras.layers.Dense(UNITS, activation="relu"),
            keras.layers.Dense(1),
        ]
    )
    rate = keras.optimizers.schedules.CosineDecay(3e-3, 30 * len(known) // 512)
    model.compile(keras.optimizers.Adam(rate), keras.losses.BinaryCrossentropy(from_logits=True))
    model.fit((known - mean) / spread, right, batch_size=512, epochs=30, verbose=0)
    hidden, hidden_bias, output, output_bias = (w.astype(np.float64) for w in model.get_weights())
    share = float(right.mean())
    return {
        "HIDDEN": hidden / spread[:, None],
        "HIDDEN_BIAS": hidden_bias - (mean / spread) @ hidden,
        "OUTPUT": output[:, 0],
        "OUTPUT_BIAS": output_bias - np.log(share / (1 - share)),
    }


def as_module(weights: dict[str, NDArray[np.float64]]) -> str:
    """Write the weights as a Python module, to five significant digits."""
    lines = ['"""Weights of `geometric_context`; made by `python -m reader.train.geometric_fit`."""']
    lines += ["", "import numpy as np", "", "# fmt: off"]
    for name, values in weights.items():
        numbers = textwrap.fill(", ".join(f"{value:.5g}" for value in values.flat), 100)
        lines += [f"{name} = np.array([", numbers, f"]).reshape({values.shape})"]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    sys.stdout.write(as_module(fit(*examples(Path(sys.argv[1])))))
