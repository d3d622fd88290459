"""A simulated writer whose 7s and 1s are misread: MNIST's digits, bent in one manner."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.normalize import normalize
from reader.io.corrections import Correction, add_corrections
from reader.train.real import mnist
from reader.types import NOT_A_DIGIT, Classifier

EACH = 300
"""Digits of each class; of the last third nothing is corrected."""
_TIMES, _MARGIN, _HALF = 4, 14, 40.0
"""Digits are bent at this size, with a margin, in units of half a digit's height."""

Glyphs = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Written:
    """What the writer wrote: glyphs (N, 28, 28), their labels (N,), and which are held out (N,)."""

    glyphs: Glyphs
    labels: NDArray[np.int64]
    held: NDArray[np.bool_]


def write(data: Path, seed: int = 0) -> Written:
    """Let the writer write: 7s with their bar drawn in, 1s with a long hook to the left, the rest slanted.

    The digits are those of MNIST's training part by writers that validate: the shipped model did not learn
    from them.
    """
    rng = np.random.default_rng(seed)
    images, labels = mnist(data, "val")
    rows = np.concatenate([np.flatnonzero(labels == digit)[:EACH] for digit in range(10)])
    glyphs = np.stack([_bent(images[row], int(labels[row]), rng) for row in rows])
    return Written(glyphs, labels[rows].astype(np.int64), np.tile(np.arange(EACH) >= 2 * EACH // 3, 10))


def found(glyphs: Glyphs, model: Classifier) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Give the digits read, and how sure the model is of them."""
    ten = model.scores(glyphs[..., None].astype(np.float32) / np.float32(255))[:, :NOT_A_DIGIT]
    return ten.argmax(axis=1), ten.max(axis=1)


def correct(written: Written, model: Classifier, store: Path, count: int = 30, seed: int = 0) -> None:
    """Keep so many corrections of digits that were misread, none of them held out."""
    read, sure = found(written.glyphs, model)
    wrong = np.flatnonzero((read != written.labels) & ~written.held)
    chosen = np.random.default_rng(seed).permutation(wrong)[:count]
    add_corrections(
        store,
        [
            Correction(
                written.glyphs[row],
                int(written.labels[row]),
                int(read[row]),
                float(sure[row]),
                model.id,
                "writer",
            )
            for row in chosen
        ],
    )


def misread(written: Written, model: Classifier) -> dict[str, int]:
    """Count the held-out digits, those misread, and the 7s and 1s among them."""
    glyphs, labels = written.glyphs[written.held], written.labels[written.held]
    wrong = found(glyphs, model)[0] != labels
    by_class = {f"wrong_{digit}s": int(wrong[labels == digit].sum()) for digit in (1, 7)}
    return {"digits": len(labels), "wrong": int(wrong.sum()), **by_class}


def _bent(image: Glyphs, label: int, rng: np.random.Generator) -> Glyphs:
    padded = np.pad(image, _MARGIN)
    large = cv2.resize(padded, None, fx=_TIMES, fy=_TIMES, interpolation=cv2.INTER_CUBIC)
    side = len(large)
    v, u = (np.mgrid[0:side, 0:side].astype(np.float32) - side / 2) / _HALF
    above = np.clip(-v, 0, None)
    if label == 7:
        u = u * (1 + (rng.uniform(4, 8) - 1) * np.minimum(above, 1))
    elif label == 1:
        u = u + rng.uniform(0.8, 1.1) * above**2
    else:
        u = u + 0.15 * v
    places = [(axis * _HALF + side / 2).astype(np.float32) for axis in (u, v)]
    bent = np.asarray(cv2.remap(large, *places, cv2.INTER_LINEAR), np.uint8)
    return np.rint(normalize(bent, bent > 96) * 255).astype(np.uint8)
