"""Batches for the context network: strips of one width, changed on the way in."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.recognize.line_context import columns, sizes
from reader.recognize.spelling import BLANK, STRIDE
from reader.train.context_lines import ContextLine

COLUMNS = 10_000
"""Columns of strips in a batch."""
EDGE = 0.4
"""Spread of a candidate's edges in training, in pixels."""
SHIFT = 2
"""Most rows that a batch is moved by."""

CORE, RIM = 0.35, 0.75
"""Parts of half a character's width: so far from its middle a column is it, from so far none; between these
nobody says."""
CORE_LEAST, RIM_LEAST = 2.0, 4.0
"""The same in pixels, at least."""
UNSAID = -1

Batch = tuple[
    NDArray[np.float32],
    NDArray[np.float32],
    NDArray[np.int32],
    NDArray[np.float32],
    NDArray[np.int32],
    NDArray[np.int32],
]
"""Strips (B, HEIGHT, W, 2); of candidates columns (N, INSIDE + 2), strip (N,), size (N, 4), class (N,); what
each column spells (B, W / 2)."""


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
    spelling = np.stack([spelling_of(line) for line in lines])
    return (
        images,
        columns(places).astype(np.float32),
        owner,
        sizes(places).astype(np.float32),
        written,
        spelling,
    )


def spelling_of(line: ContextLine) -> NDArray[np.int32]:
    """Tell what the columns of a strip should spell, shape (W / 2,); `UNSAID` where nobody can say."""
    at = STRIDE * (np.arange(line.image.shape[1] // STRIDE) + 0.5)
    found = np.full(len(at), BLANK, np.int32)
    cores = []
    for left, right, kind in line.chars:
        off, half = np.abs(at - (left + right) / 2), (right - left) / 2
        found[off < (half + RIM_LEAST if kind < 0 else max(RIM * half, RIM_LEAST))] = UNSAID
        cores.append((off <= max(CORE * half, CORE_LEAST), kind))
    for core, kind in cores:
        if kind >= 0:
            found[core] = kind
    return found


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
