"""Photographed grids: the ink of a cell is called what is in it, unless the grid is in another order."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from reader.errors import TrainingError
from reader.imaging.binarize import find_ink
from reader.imaging.text_lines import text_lines
from reader.io.model_file import load_model
from reader.train.candidates import ILLEGIBLE
from reader.train.context_pages import Grid, grid_lines, read_grids, truth_of_grid
from reader.types import NOT_A_DIGIT, Page

CELL, MARGIN = 60, 40


def photographed(folder: Path, *, unknown: bool = False) -> Grid:
    """Draw a grid of four by four cells, its diagonal and one cell beside it filled."""
    cells = np.diag([2, 3, 4, 7])
    cells[0, 3] = 5
    image = np.full((4 * CELL + 2 * MARGIN,) * 2, 235, np.uint8)
    for k in range(5):
        at = MARGIN + k * CELL
        cv2.line(image, (at, MARGIN), (at, MARGIN + 4 * CELL), 40, 2)
        cv2.line(image, (MARGIN, at), (MARGIN + 4 * CELL, at), 40, 2)
    for row, column in np.argwhere(cells).tolist():
        corner = (MARGIN + column * CELL + 18, MARGIN + row * CELL + 45)
        cv2.putText(image, str(cells[row, column]), corner, cv2.FONT_HERSHEY_SIMPLEX, 1.2, 30, 3)
    file = folder / "grid.png"
    cv2.imwrite(str(file), image)
    if unknown:
        cells[0, 3] = 10
    near, far = MARGIN, MARGIN + 4 * CELL
    corners = np.array([[near, near], [near, far], [far, far], [far, near]], np.float32)
    return Grid(file, cells, corners)


def test_the_ink_of_a_cell_is_its_digit(tmp_path: Path) -> None:
    grid = photographed(tmp_path, unknown=True)
    inked = find_ink(Page(np.asarray(cv2.imread(str(grid.file), cv2.IMREAD_GRAYSCALE), np.uint8)))
    lines, *_ = text_lines(inked, one=False)
    truth, inside = truth_of_grid(lines, inked, grid)
    owned = sorted({truth.chars[k - 1] for k in np.unique(truth.owner[truth.owner > 0]).tolist()})
    assert owned == sorted(["2", "3", "4", "7", ILLEGIBLE])
    assert not truth.owner[~inside].any()
    scale = inked.ink.shape[0] / (4 * CELL + 2 * MARGIN)
    assert inside.sum() == pytest.approx((4 * CELL * scale) ** 2, rel=0.05)


def test_strips_hold_the_digits_as_photographed_and_smaller(tmp_path: Path) -> None:
    lines = grid_lines(photographed(tmp_path), load_model(in_context=False), seed=1)
    written = [label for line in lines for label in line.written.tolist() if label != NOT_A_DIGIT]
    assert all(written.count(digit) >= 2 for digit in (2, 3, 4, 5, 7))
    assert set(written) == {2, 3, 4, 5, 7}


def test_a_grid_written_down_in_another_order_teaches_nothing(tmp_path: Path) -> None:
    grid = photographed(tmp_path)
    turned = replace(grid, cells=np.where(grid.cells > 0, 10 - grid.cells, 0))
    assert grid_lines(turned, load_model(in_context=False), seed=1) == []


def test_grids_are_read_from_a_list_of_pages(tmp_path: Path) -> None:
    grid = photographed(tmp_path)
    listed = {"file": "grid.png", "grid": {"cells": grid.cells.tolist(), "corners": grid.corners.tolist()}}
    path = tmp_path / "pages.jsonl"
    path.write_text(json.dumps({"file": "other.png", "strings": []}) + "\n" + json.dumps(listed) + "\n")
    (found,) = read_grids(path)
    assert found.file == grid.file
    np.testing.assert_array_equal(found.cells, grid.cells)
    np.testing.assert_array_equal(found.corners, grid.corners)


@pytest.mark.parametrize(
    "text", ["", "{", '{"file": "a.png"}', '{"file": "a.png", "grid": {"cells": [[1]]}}']
)
def test_other_lists_are_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "pages.jsonl"
    path.write_text(text)
    with pytest.raises(TrainingError, match=r"pages\.jsonl"):
        read_grids(path)
    with pytest.raises(TrainingError, match="missing"):
        read_grids(tmp_path / "missing.jsonl")
