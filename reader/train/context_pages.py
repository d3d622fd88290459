"""Photographed grids to learn from: strips of the words in their cells, glyphs, and what these are.

Synthetic lines are legible where the network needs them least. What a telephone makes of a newspaper under a
lamp no recipe draws: soft, small, half drowned in the residue of rules. Sudokus tell what is in each cell.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.errors import TrainingError
from reader.imaging.binarize import find_ink
from reader.imaging.deskew import estimate_skew, turn
from reader.imaging.normalize import normalize
from reader.imaging.text_lines import text_lines
from reader.io.images import load_page
from reader.recognize import lattice, spacing, words
from reader.train.candidates import ILLEGIBLE, Labels, Truth, label_of, truth_of
from reader.train.context_lines import ContextLine, context_line
from reader.train.sample import RESIDUE
from reader.types import NOT_A_DIGIT, Classifier, InkPage, Page, TextLine

CORE = 0.12
"""Part of a cell along its edges in which residue of rules lies, and no digit's middle."""
LOWEST, HIGHEST = 0.25, 0.95
"""Heights of a digit in its cell."""
AGREED = 0.6
"""Part of the digits that the classifier must see as they are said to be: some grids are written down in
another order than they were photographed in."""
SHRUNK = 0.5, 0.95
"""A page is learned from once more at a size between these: most lack the pixels of a good photograph."""
_DIGITS = Labels({})


@dataclass(frozen=True, slots=True)
class Grid:
    """A photographed grid.

    Attributes
    ----------
    file : Path
    cells : ndarray of int, shape (n, n)
        1 to 9; 0 where nothing is; others where nobody can say.
    corners : ndarray of float32, shape (4, 2)
        Top left, foot left, foot right, top right, in pixels of the page.
    """

    file: Path
    cells: NDArray[np.intp]
    corners: NDArray[np.float32]


def read_grids(path: Path) -> list[Grid]:
    """Read the grids of a list of pages: JSON lines with ``file`` and ``grid``, others are passed over.

    Raises
    ------
    TrainingError
        It cannot be read, or has none.
    """
    try:
        items = [json.loads(line) for line in path.read_text("utf-8").splitlines() if line.strip()]
        found = [
            Grid(
                path.parent / item["file"],
                np.array(item["grid"]["cells"], np.intp),
                np.array(item["grid"]["corners"], np.float32),
            )
            for item in items
            if "grid" in item
        ]
    except (OSError, ValueError, TypeError, KeyError) as error:
        raise TrainingError(f"{path}: no list of photographed grids ({error})") from error
    if not found:
        raise TrainingError(f"{path}: none of its pages has a grid")
    return found


def grid_lines(grid: Grid, model: Classifier, *, seed: int) -> list[ContextLine]:
    """Make the strips of a grid, as photographed and shrunk.

    Parameters
    ----------
    grid : Grid
    model : Classifier
        Gives the scores, and is asked whether it is the grid that was written down.
    seed : int
        Of the size that it is shrunk to.
    """
    rng = np.random.default_rng(seed)
    page = load_page(grid.file)
    small, lesser = _shrunk(page, grid, rng)
    found = list(_lines(_cells(page, grid, model), model, rng))
    if not _agree(found):
        return []
    return found + list(_lines(_cells(small, lesser, model), model, rng))


def grid_glyphs(grid: Grid, model: Classifier, *, seed: int) -> list[tuple[NDArray[np.uint8], int]]:
    """Cut the candidates out of a grid, as photographed and shrunk, with their labels from 0 to 10.

    Parameters
    ----------
    grid, model, seed
        As for `grid_lines`; the classifier also says which words are worth a lattice.
    """
    rng = np.random.default_rng(seed)
    page = load_page(grid.file)
    small, lesser = _shrunk(page, grid, rng)
    cells = list(_cells(page, grid, model))
    if not _agree(list(_lines(cells, model, rng))):
        return []
    return [*_glyphs(cells), *_glyphs(_cells(small, lesser, model))]


def _shrunk(page: Page, grid: Grid, rng: np.random.Generator) -> tuple[Page, Grid]:
    scale = float(rng.uniform(*SHRUNK))
    image = cv2.resize(page.image, None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
    return Page(np.asarray(image, np.uint8)), replace(grid, corners=grid.corners * scale)


def _lines(cells: Iterable[_Cell], model: Classifier, rng: np.random.Generator) -> Iterator[ContextLine]:
    for cell in cells:
        line = context_line(cell.lattice, cell.gray, cell.stroke, cell.truth, model, rng)
        # Digits that the classifier misses are what is to be learned.
        if line is not None and (line.has_digits or cell.promising):
            yield line


def _glyphs(cells: Iterable[_Cell]) -> Iterator[tuple[NDArray[np.uint8], int]]:
    for cell in cells:
        for candidate in cell.lattice.candidates:
            part = candidate.component
            label = label_of(part, cell.truth, _DIGITS)
            if label is not None:
                glyph = normalize(lattice.crop(cell.gray, part.box), part.mask)
                yield np.rint(glyph * 255).astype(np.uint8), label


@dataclass(frozen=True, slots=True)
class _Cell:
    """A word within a grid."""

    lattice: lattice.Lattice
    promising: bool
    gray: NDArray[np.uint8]
    stroke: float
    truth: Truth


def _cells(page: Page, grid: Grid, model: Classifier) -> Iterator[_Cell]:
    inked = find_ink(page)
    inked = turn(inked, -estimate_skew(inked.ink))
    lines, stroke, walls = text_lines(inked, one=False)
    truth, inside = truth_of_grid(lines, inked, grid)
    found = [word for line in lines for word in spacing.split_words(line, walls)]
    found = [word for word in found if inside[_middle(word)]]
    *_, seen = words.look_at(found, inked.gray, model)
    for word, scores in zip(found, seen, strict=True):
        lat = lattice.build(word, stroke=stroke, sure=words.sure_digits(word, scores))
        yield _Cell(lat, words.is_promising(word, scores), inked.gray, stroke, truth)


def truth_of_grid(lines: list[TextLine], inked: InkPage, grid: Grid) -> tuple[Truth, NDArray[np.bool_]]:
    """Tell by whom the ink of a grid's components is.

    Parameters
    ----------
    lines : list of TextLine
    inked : InkPage
    grid : Grid

    Returns
    -------
    truth : Truth
    inside : ndarray of bool, shape (h, w)
        The ink pixels within the grid.
    """
    count = len(grid.cells)
    square = np.array([[0, 0], [0, count], [count, count], [count, 0]], np.float32)
    to_page = np.vstack([inked.to_page, [0, 0, 1]])
    to_cells = cv2.getPerspectiveTransform(grid.corners, square) @ to_page
    owner = np.zeros(inked.ink.shape, np.int16)
    heights = np.zeros(count * count)
    for component in (c for line in lines for c in line.components):
        x, y, w, h = component.box
        ends = np.array([[[x + w / 2, y], [x + w / 2, y + h], [x + w / 2, y + h / 2]]], np.float32)
        top, foot, middle = cv2.perspectiveTransform(ends, to_cells)[0]
        column, row = np.floor(middle).astype(int).tolist()
        at = middle - (column, row)
        core = 0 <= row < count and 0 <= column < count and bool((abs(at - 0.5) < 0.5 - CORE).all())
        own = owner[y : y + h, x : x + w]
        if core and grid.cells[row, column] != 0:
            own[component.mask] = row * count + column + 1
            heights[row * count + column] = max(heights[row * count + column], foot[1] - top[1])
        else:
            own[component.mask] = RESIDUE
    legible = (heights > LOWEST) & (heights < HIGHEST) & (grid.cells.ravel() <= 9)
    chars = [
        str(digit) if fine else ILLEGIBLE
        for digit, fine in zip(grid.cells.ravel().tolist(), legible.tolist(), strict=True)
    ]
    area = np.zeros(inked.ink.shape, np.uint8)
    outline = cv2.perspectiveTransform(square[None], np.linalg.inv(to_cells))
    cv2.fillPoly(area, [np.rint(outline).astype(np.int32)], 1)
    return truth_of(owner, inked.ink, tuple(chars)), area > 0


def _middle(word: TextLine) -> tuple[int, int]:
    x, y, w, h = word.box
    return y + h // 2, x + w // 2


def _agree(lines: list[ContextLine]) -> bool:
    """Tell whether the classifier sees the digits that were written down."""
    written = np.concatenate([line.written for line in lines]) if lines else np.zeros(0, np.int8)
    digits = (written >= 0) & (written < NOT_A_DIGIT)
    if not digits.any():
        return False
    read = np.concatenate([line.scores for line in lines])[digits, :NOT_A_DIGIT].argmax(axis=1)
    return bool((read == written[digits]).mean() >= AGREED)
