"""Real handwritten digits by class and by writer, and drawing them at any size."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.errors import TrainingError
from reader.train.idx import read_labelled
from reader.train.strokes import Drawn

_NO_WRITER = -1
_INK = 64
_MNIST_HEIGHT = 20
_PARTS = ("train", "val")


@dataclass(frozen=True, slots=True)
class GlyphBank:
    """Handwritten digits.

    Attributes
    ----------
    images : ndarray of uint8, shape (N, 28, 28)
        Ink bright.
    labels : ndarray of uint8, shape (N,)
    by_class : tuple of ndarray of int
        For each digit the images of it whose writer is unknown.
    by_writer : tuple of tuple of ndarray of int
        For each known writer and digit the images; each writer has every digit.
    """

    images: NDArray[np.uint8]
    labels: NDArray[np.uint8]
    by_class: tuple[NDArray[np.intp], ...]
    by_writer: tuple[tuple[NDArray[np.intp], ...], ...]

    def pick(self, digit: int, writer: int | None, rng: np.random.Generator) -> NDArray[np.uint8]:
        """Take one image of `digit`, by `writer` (an index into `by_writer`) or by anybody unknown."""
        choices = self.by_class[digit] if writer is None else self.by_writer[writer][digit]
        return np.asarray(self.images[choices[int(rng.integers(len(choices)))]], dtype=np.uint8)


def make_bank(
    images: NDArray[np.uint8], labels: NDArray[np.uint8], writers: NDArray[np.integer]
) -> GlyphBank:
    """Index digits by class and by writer.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, 28, 28), ink bright
    labels : ndarray of uint8, shape (N,), 0 to 9
    writers : ndarray of int, shape (N,)
        -1 where unknown. Writers without some digit count as unknown.

    Returns
    -------
    GlyphBank

    Raises
    ------
    TrainingError
        The arrays do not fit each other, or nobody wrote some digit.
    """
    if images.shape != (len(labels), 28, 28) or writers.shape != labels.shape:
        raise TrainingError(
            f"digits {images.shape}, labels {labels.shape}, writers {writers.shape} do not fit"
        )
    order = np.lexsort((labels, writers))
    known, starts = np.unique(writers[order], return_index=True)
    groups = [
        tuple(rows[labels[rows] == digit] for digit in range(10)) for rows in np.split(order, starts[1:])
    ]
    full = [
        all(map(len, group)) and writer != _NO_WRITER for group, writer in zip(groups, known, strict=True)
    ]
    loose = [group for group, whole in zip(groups, full, strict=True) if not whole] or groups
    by_class = tuple(np.concatenate([group[digit] for group in loose]) for digit in range(10))
    if missing := [digit for digit in range(10) if not len(by_class[digit])]:
        raise TrainingError(f"no handwritten digit {missing[0]} to choose from; check the data")
    by_writer = tuple(group for group, whole in zip(groups, full, strict=True) if whole)
    return GlyphBank(images, labels, by_class, by_writer)


def load_bank(data_dir: Path, part: str) -> GlyphBank:
    """Load MNIST's training digits and BHMSDS, split so that no MNIST writer is in both parts.

    Parameters
    ----------
    data_dir : Path
        Has ``train/mnist`` with IDX files and ``train-writer-ids.npy``, and ``train/bhmsds.npz``.
    part : str
        "train": nine writers in ten; "val": the rest.

    Returns
    -------
    GlyphBank

    Raises
    ------
    TrainingError
        A file is missing or damaged.
    ValueError
        Another part was asked for.
    """
    if part not in _PARTS:
        raise ValueError(f"a bank is for part {' or '.join(_PARTS)}, not {part!r}")
    folder = data_dir / "train"
    images, labels, _ = read_labelled(folder / "mnist", "train")
    writers = _read(folder / "mnist" / "train-writer-ids.npy")
    if writers.shape != labels.shape:
        raise TrainingError(
            f"{folder}/mnist/train-writer-ids.npy: {writers.shape} ids for {len(labels)} images"
        )
    more = _read(folder / "bhmsds.npz", "images", "labels")
    digits = np.char.isdigit(more[1])
    loose_images, loose_labels = more[0][digits], more[1][digits].astype(np.uint8)
    held_out = np.concatenate([writers % 10 == 9, _last_tenth(loose_labels)])
    keep = held_out if part == "val" else ~held_out
    unknown = np.full(len(loose_labels), _NO_WRITER, dtype=writers.dtype)
    return make_bank(
        np.concatenate([images, loose_images])[keep],
        np.concatenate([labels, loose_labels])[keep],
        np.concatenate([writers, unknown])[keep],
    )


def _read(path: Path, *names: str) -> NDArray[np.generic]:
    """Read an .npy file, or the named arrays of an .npz file, with errors a person understands."""
    try:
        found = np.load(path, allow_pickle=False)
        return tuple(found[name] for name in names) if names else found  # type: ignore[return-value]
    except (OSError, ValueError, KeyError, EOFError) as error:
        raise TrainingError(f"{path}: cannot be read ({error}); fetch the data again") from error


def _last_tenth(labels: NDArray[np.uint8]) -> NDArray[np.bool_]:
    """Mark the last tenth of each class: neighbours in the file are likely by one hand."""
    late = np.zeros(len(labels), np.bool_)
    for digit in range(10):
        rows = np.flatnonzero(labels == digit)
        late[rows[len(rows) - len(rows) // 10 :]] = True
    return late


@dataclass(frozen=True, slots=True)
class BankHand:
    """How a string of real digits is drawn.

    Attributes
    ----------
    bank : GlyphBank
    writer : int or None
    shear : float
        Added lean to the right, as a slope.
    stretch : float
        Of the width.
    threshold : float
        Grey level in (0, 1) that becomes the edge: lower is thicker.
    """

    bank: GlyphBank
    writer: int | None
    shear: float
    stretch: float
    threshold: float


def random_hand(rng: np.random.Generator, bank: GlyphBank) -> BankHand:
    """Choose whose digits to use, and how they are bent."""
    known = bool(bank.by_writer) and rng.random() < 0.75
    return BankHand(
        bank=bank,
        writer=int(rng.integers(len(bank.by_writer))) if known else None,
        shear=float(np.clip(rng.normal(0.05, 0.15), -0.3, 0.55)),
        stretch=float(np.clip(np.exp(rng.normal(0.05, 0.15)), 0.7, 1.5)),
        threshold=float(rng.uniform(0.25, 0.68)),
    )


def draw_digit(
    digit: int, hand: BankHand, rng: np.random.Generator, height: float, turn: float = 0.0
) -> Drawn:
    """Draw a real digit larger (or smaller) than it was stored.

    Parameters
    ----------
    digit : int
    hand : BankHand
    rng : numpy.random.Generator
    height : float
        Of a digit, in pixels.
    turn : float
        Degrees counter-clockwise.

    Returns
    -------
    Drawn
    """
    image = hand.bank.pick(digit, hand.writer, rng)
    x, y, width, tall = cv2.boundingRect((image > _INK).astype(np.uint8))
    # Wide digits were shrunk to fit their box; give part of that back.
    scale = height / np.clip(tall, 0.8 * _MNIST_HEIGHT, 1.2 * _MNIST_HEIGHT) * (1 + rng.normal(0, 0.04))
    angle = np.radians(turn + rng.normal(0, 2))
    lean = np.array([[hand.stretch * (1 + rng.normal(0, 0.05)), -hand.shear], [0.0, 1.0]]) * scale
    frame = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]]) @ lean
    box = np.array([(x - 1, y - 1), (x + width, y - 1), (x - 1, y + tall), (x + width, y + tall)], float)
    moved = (box - (x + width / 2, y + tall)) @ frame.T
    corner, far = np.floor(moved.min(axis=0)) - 1, np.ceil(moved.max(axis=0)) + 1
    matrix = np.column_stack([frame, -frame @ (x + width / 2, y + tall) - corner])
    size = (far - corner).astype(int).tolist()
    grown = np.asarray(cv2.warpAffine(image, matrix, size, flags=cv2.INTER_CUBIC), dtype=np.uint8)
    return _sharp(grown, float(scale), hand.threshold, int(corner[1]))


def _sharp(grown: NDArray[np.uint8], scale: float, threshold: float, top: int) -> Drawn:
    """Smooth away the stored pixels, then steepen the edges to those of a pen."""
    smooth = cv2.GaussianBlur(grown, (0, 0), max(0.25 * scale, 0.1)).astype(np.float32) / 255
    # The edge level follows the darkest ink, so that a faint digit does not vanish.
    edge = threshold * float(smooth.max())
    alpha = np.clip((smooth - edge) * np.clip(1.1 * scale, 1.5, 5) + 0.5, 0, 1)
    alpha[smooth < 0.04] = 0
    x, y, width, height = cv2.boundingRect((alpha > 0.02).astype(np.uint8))
    return Drawn(np.ascontiguousarray(alpha[y : y + height, x : x + width], dtype=np.float32), top + y)
