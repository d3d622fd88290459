"""The picture of misreads."""

from __future__ import annotations

import numpy as np
from tiny_sets import glyph

from reader.train.gallery import COLUMNS, Misread, gallery
from reader.types import NOT_A_DIGIT


def misread(name: str = "3/a.png") -> Misread:
    return Misread(name, "set", 3, NOT_A_DIGIT, 0.987, glyph("3"))


def test_what_is_said():
    assert misread().said == "3 read as none"


def test_glyphs_stand_in_rows_and_look_as_written():
    one, more = gallery([misread()]), gallery([misread()] * (COLUMNS + 1))
    assert one.dtype == np.uint8
    assert more.shape == (2 * one.shape[0], one.shape[1])
    cell = one[:, : one.shape[1] // COLUMNS]
    assert np.array_equal(cell[6 : 6 + 112 : 4, 12 : 12 + 112 : 4], 255 - glyph("3"))
    assert (one[:, cell.shape[1] :] == 255).all()
    assert np.array_equal(more[: one.shape[0], : cell.shape[1]], cell)


def test_long_names_stay_in_their_place_and_end_as_they_do():
    width = gallery([]).shape[1] // COLUMNS
    long = gallery([misread("x" * 500 + "a.png")])
    assert (long[:, width:] == 255).all()
    other = gallery([misread("x" * 500 + "b.png")])
    assert not np.array_equal(long, other)


def test_none_is_said():
    assert (gallery([]) < 255).any()
