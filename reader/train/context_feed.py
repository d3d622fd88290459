"""Batches for the context network: strips of one width, changed on the way in."""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from reader.recognize.line_context import columns, sizes
from reader.recognize.spelling import BLANK, STRIDE
from reader.train.context_changes import change
from reader.train.context_lines import ContextLine

COLUMNS = 10_000
"""Columns of strips in a batch."""
CORE, RIM = 0.35, 0.75
"""Parts of half a character's width: so far from its middle a column is it, from so far none; between these
nobody says."""
CORE_LEAST, RIM_LEAST = 2.0, 4.0
"""The same in pixels, at least."""
UNSAID = -1
SLACK = 4
"""A text needs two columns a character, and so many more, to be learned from its strip."""

Batch = tuple[
    NDArray[np.float32],
    NDArray[np.float32],
    NDArray[np.int32],
    NDArray[np.float32],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int32],
    NDArray[np.int32],
]
"""Strips (B, HEIGHT, W, 2); of candidates columns (N, INSIDE + 2), strip (N,), size (N, 4), class (N,); what
each column spells (B, W / 2); the texts (B, L), filled up with zeros, and their lengths (B,), 0 where nobody
can say."""


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
    strips = [
        (line.image.astype(np.float32) / np.float32(255), line.places.astype(np.float64), line.chars)
        for line in lines
    ]
    if rng is not None:
        strips = [change(*strip, rng) for strip in strips]
    images = np.stack([image for image, _, _ in strips])
    places = np.concatenate([own for _, own, _ in strips])
    owner = np.repeat(np.arange(len(lines)), [len(line.written) for line in lines]).astype(np.int32)
    written = np.concatenate([line.written for line in lines]).astype(np.int32)
    width = images.shape[2] // STRIDE
    spelling = np.stack([spelling_of(chars, width) for _, _, chars in strips])
    texts = [text_of(chars, width) for _, _, chars in strips]
    filled = np.zeros((len(texts), max(1, *map(len, texts))), np.int32)
    for row, text in zip(filled, texts, strict=True):
        row[: len(text)] = text
    return (
        images,
        columns(places).astype(np.float32),
        owner,
        sizes(places).astype(np.float32),
        written,
        spelling,
        filled,
        np.array([len(text) for text in texts], np.int32),
    )


def text_of(chars: NDArray[np.float32], count: int) -> NDArray[np.int32]:
    """Give the text of a strip of so many columns; nothing where some of it is unknown, or it has no room."""
    kinds: NDArray[np.int32] = chars[np.argsort(chars[:, 0] + chars[:, 1], kind="stable"), 2].astype(np.int32)
    known = bool((kinds >= 0).all()) and 2 * len(kinds) + SLACK < count
    return kinds if known else kinds[:0]


def spelling_of(chars: NDArray[np.float32], count: int) -> NDArray[np.int32]:
    """Tell what so many columns of a strip should spell, shape (count,); `UNSAID` where nobody can say."""
    at = STRIDE * (np.arange(count) + 0.5)
    found = np.full(len(at), BLANK, np.int32)
    cores = []
    for left, right, kind in chars:
        off, half = np.abs(at - (left + right) / 2), (right - left) / 2
        found[off < (half + RIM_LEAST if kind < 0 else max(RIM * half, RIM_LEAST))] = UNSAID
        cores.append((off <= max(CORE * half, CORE_LEAST), kind))
    for core, kind in cores:
        if kind >= 0:
            found[core] = kind
    return found


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
