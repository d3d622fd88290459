"""Glyphs of what is misread on pages: kinds of lines, photographed grids, and the file that holds them."""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from test_context_pages import photographed
from tiny_sets import write_sets

from reader.errors import TrainingError
from reader.io.model_file import load_model
from reader.train.build import PARTS, Recipe, build, faces_of
from reader.train.context_pages import grid_glyphs
from reader.train.line_mixes import MIXES, named_lines
from reader.train.mixed_glyphs import photographed_glyphs, write
from reader.train.sets import read_glyphs
from reader.types import NOT_A_DIGIT


@pytest.fixture(scope="module")
def data(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_sets(tmp_path_factory.mktemp("data"))


def test_more_lines_of_a_kind_are_asked_for_by_name() -> None:
    assert named_lines("hands=24000") == ("hands", 24000)
    for wrong in ("hands", "hands=many", "poems=3", "usual=5"):
        with pytest.raises(argparse.ArgumentTypeError, match="hands"):
            named_lines(wrong)


def test_kinds_of_lines_give_glyphs_of_their_own(data: Path) -> None:
    try:
        for part in PARTS:
            faces_of(part)
    except TrainingError as error:
        pytest.skip(str(error))
    made = [
        build(Recipe(data, "train", 2, 5, mix=MIXES[name]), processes=1)[0].tobytes()
        for name in ("office", "ends")
    ]
    assert len({b"", *made}) == 3


def test_a_grid_gives_its_digits_as_photographed_and_smaller(tmp_path: Path) -> None:
    found = grid_glyphs(photographed(tmp_path), load_model(in_context=False), seed=1)
    labels = [label for _, label in found]
    assert all(labels.count(digit) >= 2 for digit in (2, 3, 4, 5, 7))
    assert set(labels) <= {2, 3, 4, 5, 7, NOT_A_DIGIT}
    assert all(glyph.shape == (28, 28) and glyph.max() > 200 for glyph, _ in found)


def test_the_file_is_one_that_training_reads(tmp_path: Path) -> None:
    grid = photographed(tmp_path)
    item = {"file": "grid.png", "grid": {"cells": grid.cells.tolist(), "corners": grid.corners.tolist()}}
    pages, path = tmp_path / "pages.jsonl", tmp_path / "mixed.npz"
    # Of four grids the first and the third are used, and the first of these validates.
    pages.write_text("\n".join([json.dumps(item)] * 4))
    write(path, [photographed_glyphs(pages)])
    arrays, held, (card,) = read_glyphs(path, seed=0)
    assert card["glyphs"] == np.count_nonzero(~held) > 0
    assert card["validation_glyphs"] == np.count_nonzero(held) > 0
    assert {2, 3, 4, 5, 7} <= set(arrays.take(held).labels.tolist())


def test_the_command_says_what_it_lacks(data: Path, tmp_path: Path) -> None:
    run = [sys.executable, "-m", "reader.train.mixed_glyphs", str(data), "--output", str(tmp_path / "a.npz")]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "give --mix, --grids or both" in done.stderr
