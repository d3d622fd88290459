"""Real glyphs that may train the shipped model, brought to the form that the network sees.

The data folder holds ``train/mnist`` with MNIST's IDX files and, where there are any, the other sets as
``train/NAME.npz`` with `images` and `labels`; or it holds the IDX files itself, the other sets beside them.
"""

from __future__ import annotations

import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.errors import TrainingError
from reader.imaging.binarize import find_ink
from reader.imaging.normalize import normalize
from reader.imaging.rules import remove_rules
from reader.imaging.segment import find_components, join, stroke_width
from reader.train.idx import find_idx, read_labelled
from reader.types import NOT_A_DIGIT, Component, Page

HELD_OUT_ALPHABETS = {"val": ("Sanskrit", "Tagalog"), "test": ("Balinese", "Early_Aramaic")}
"""Omniglot's alphabets that nothing is learned from."""
WRITERS = "train-writer-ids.npy"
"""Beside MNIST's files: who wrote each training image, int (60000,)."""
TEST_WRITERS = "t10k-writer-ids.npy"
"""The same for the images that only test."""

_INK = 96
"""Brightness from which a pixel of a cut-out character is ink."""

Glyphs = tuple[NDArray[np.uint8], NDArray[np.uint8]]
Inked = tuple[NDArray[np.bool_], NDArray[np.uint8]]
"""Where there is ink, and the picture with the ink bright; both (H, W)."""


def root(folder: Path) -> Path:
    """Give the folder that the sets lie in."""
    return folder / "train" if (folder / "train" / "mnist").is_dir() else folder


def mnist_folder(folder: Path) -> Path:
    """Give the folder of MNIST's IDX files."""
    return root(folder) / "mnist" if (root(folder) / "mnist").is_dir() else root(folder)


def mnist(folder: Path, part: str) -> Glyphs:
    """Give MNIST's digits: of its training part one writer in ten is for validation, "t10k" tests."""
    images, labels, _ = mnist_digits(folder, part)
    return images, labels


def mnist_digits(folder: Path, part: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8], NDArray[np.int64]]:
    """Give MNIST's digits of a part with the writer of each image, -1 where nobody says who it was.

    Raises
    ------
    TrainingError
        A file is missing or damaged, or the writers do not fit the images.
    """
    own = mnist_folder(folder)
    images, labels, _ = read_labelled(own, "t10k" if part == "test" else "train")
    writers = _writers(own / (TEST_WRITERS if part == "test" else WRITERS), len(images))
    if part == "test":
        return images, labels, writers
    # Where writers are unknown: half of the file is in their order, so that its end is by other hands.
    late = _late(labels) if (writers < 0).all() else writers % 10 == 9
    chosen = late == (part == "val")
    return images[chosen], labels[chosen], writers[chosen]


def _writers(path: Path, count: int) -> NDArray[np.int64]:
    """Read who wrote each image; -1 for all where there is no such file."""
    if not path.is_file():
        return np.full(count, -1, np.int64)
    try:
        writers = np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError) as error:
        raise TrainingError(f"{path}: cannot be read ({error}); fetch it again") from error
    if writers.shape != (count,):
        raise TrainingError(f"{path}: {writers.shape} writers for {count} images")
    return np.asarray(writers, np.int64)


def omniglot(folder: Path, part: str) -> Glyphs:
    """Give characters of other scripts: none is a digit. Alphabets do not cross between the parts."""
    images, labels = _archive(folder, "omniglot")
    alphabets = np.array([label.split("/")[0] for label in labels.tolist()])
    # The Latin letters that look like digits come from the fonts, where they are left out.
    aside = ("Latin", *sum(HELD_OUT_ALPHABETS.values(), ()))
    chosen = ~np.isin(alphabets, aside) if part == "train" else np.isin(alphabets, HELD_OUT_ALPHABETS[part])
    made = [_whole(image) for image in images[chosen]]
    return _stack(made), np.full(len(made), NOT_A_DIGIT, np.uint8)


def printed_cells(folder: Path, part: str) -> Glyphs:
    """Give printed sudoku cells, 1 to 9; those that are empty are left out."""
    images, names = _archive(folder, "printed_cells")
    labels = _numbers(names)
    chosen = (_late(labels) == (part == "val")) & (labels >= 1) & (labels <= 9)
    # Black and white already, and too small for the ink stage, which hollows their bold strokes.
    return _of_cells(images[chosen], labels[chosen], lambda cell: (cell > _INK, cell))


def sudoku_cells(folder: Path, part: str) -> Glyphs:
    """Give photographed sudoku cells, printed and handwritten, 1 to 9."""
    images, names = _archive(folder, "sudoku_cells")
    labels = _numbers(names)
    chosen = (_late(labels) == (part == "val")) & (labels >= 1) & (labels <= 9)
    return _of_cells(images[chosen], labels[chosen], _inked)


def _numbers(names: NDArray[np.str_]) -> NDArray[np.intp]:
    """Turn the names of classes into digits, -1 for those that are none."""
    return np.array([int(n) if n.isdigit() else -1 for n in names.tolist()])


def _late(classes: NDArray[np.generic]) -> NDArray[np.bool_]:
    """Mark the last tenth of each class for validation: neighbours in a file are often from one hand."""
    late = np.zeros(len(classes), np.bool_)
    for value in np.unique(classes):
        own = np.flatnonzero(classes == value)
        late[own[int(0.9 * len(own)) :]] = True
    return late


def _whole(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Normalise an image that is one character, ink bright."""
    return np.rint(normalize(image, image > _INK) * 255).astype(np.uint8)


def _inked(cell: NDArray[np.uint8]) -> Inked:
    """Find ink with the reader's own ink stage, and take ruled lines out of it."""
    inked = find_ink(Page(np.ascontiguousarray(cell)))
    ink, *_ = remove_rules(inked.ink, round(0.7 * inked.ink.shape[1]), stroke_width(inked.ink))
    return ink, inked.gray


def _of_cells(
    images: NDArray[np.uint8], labels: NDArray[np.intp], find: Callable[[NDArray[np.uint8]], Inked]
) -> Glyphs:
    """Cut the digit out of each cell; cells without one are left out."""
    kept = [
        (glyph, label)
        for image, label in zip(images, labels, strict=True)
        if (glyph := _digit_of(*find(image))) is not None
    ]
    return _stack([g for g, _ in kept]), np.array([n for _, n in kept], np.uint8)


def _digit_of(ink: NDArray[np.bool_], gray: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Cut the digit out of a cell: the ink in its middle."""
    h, w = ink.shape
    parts = [c for c in find_components(ink, min_area=12) if _is_central(c, h, w)]
    if not parts:
        return None
    whole = join(parts)
    x, y, bw, bh = whole.box
    if bh < 0.25 * h:
        return None
    return np.rint(normalize(gray[y : y + bh, x : x + bw], whole.mask) * 255).astype(np.uint8)


def _is_central(part: Component, height: int, width: int) -> bool:
    """Tell whether a component lies in the middle of the cell and is no piece of its frame."""
    x, y, w, h = part.box
    inside = x > 1 and y > 1 and x + w < width - 1 and y + h < height - 1
    inside &= max(w / width, h / height) < 0.75
    near = abs(x + w / 2 - width / 2) < 0.3 * width and abs(y + h / 2 - height / 2) < 0.3 * height
    return inside and near and part.area > 0.002 * height * width


def bhmsds(folder: Path, part: str) -> Glyphs:
    """Give handwritten digits and symbols; the slash and z are left out."""
    images, labels = _archive(folder, "bhmsds")
    names = [str(name) for name in labels]
    kind = np.array(
        [int(n) if n.isdigit() else (-1 if n in ("slash", "/", "z") else NOT_A_DIGIT) for n in names]
    )
    chosen = (kind >= 0) & (_late(labels) == (part == "val"))
    made = [_whole(image) for image in images[chosen]]
    return _stack(made), kind[chosen].astype(np.uint8)


def _archive(folder: Path, name: str) -> tuple[NDArray[Any], NDArray[Any]]:
    """Read images and labels of a set, with errors that a person understands."""
    path = root(folder) / f"{name}.npz"
    try:
        # numpy leaves a file open that it opened and found damaged.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            return archive["images"], archive["labels"]
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise TrainingError(f"{path}: cannot be read ({error}); fetch it again") from error
    except KeyError as error:
        raise TrainingError(f"{path}: has no array {error}; images and labels are needed") from error


def _stack(glyphs: list[NDArray[np.uint8]]) -> NDArray[np.uint8]:
    """Put glyphs into one array, also where there are none."""
    return np.stack(glyphs) if glyphs else np.zeros((0, 28, 28), np.uint8)


@dataclass(frozen=True, slots=True)
class Source:
    """A set of real glyphs.

    Attributes
    ----------
    file : str
        Name of its ``.npz`` file without the ending; "mnist" for MNIST's own files.
    title, licence : str
        As the model card states them.
    load : callable
        Gives the glyphs of a part, "train" or "val", of a data folder.
    times : int
        How often an epoch learns from each of its glyphs: the synthetic lines are many more.
    """

    file: str
    title: str
    licence: str
    load: Callable[[Path, str], Glyphs]
    times: int = 1

    def files(self, folder: Path) -> tuple[Path, ...]:
        """Name the files that it is read from; the first is missing where the set is."""
        if self.file != "mnist":
            return (root(folder) / f"{self.file}.npz",)
        own = mnist_folder(folder)
        found = tuple(find_idx(own, f"train-{kind}-ubyte") for kind in ("images-idx3", "labels-idx1"))
        return (*found, own / WRITERS) if (own / WRITERS).is_file() else found


SOURCES = (
    Source("mnist", "MNIST, training part", "CC BY-SA 3.0", mnist, times=4),
    Source("bhmsds", "BHMSDS, handwritten digits and symbols", "MIT", bhmsds, times=2),
    Source("omniglot", "Omniglot, characters of other scripts", "MIT", omniglot, times=2),
    Source("printed_cells", "printed sudoku cells", "MIT", printed_cells, times=2),
    Source("sudoku_cells", "photographed sudoku cells", "MIT", sudoku_cells, times=2),
)
"""MNIST is needed, the others are read where they are there."""


def present(folder: Path) -> tuple[Source, ...]:
    """Give the sources that a data folder has.

    Raises
    ------
    TrainingError
        MNIST's training files are not there.
    """
    return tuple(source for source in SOURCES if source.files(folder)[0].is_file())


def all_real(folder: Path, part: str) -> Glyphs:
    """Give the glyphs of all real sources that are there."""
    sets = [source.load(folder, part) for source in present(folder)]
    return np.concatenate([s[0] for s in sets]), np.concatenate([s[1] for s in sets])
