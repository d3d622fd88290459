"""The sample pages are drawn the same way each time."""

from __future__ import annotations

import sys
from io import BytesIO
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("PIL", reason="drawing needs the extra train")
SAMPLES = Path(__file__).parents[2] / "samples"
sys.path.insert(0, str(SAMPLES))

import pdf  # noqa: E402  (found through the line above)
import photo  # noqa: E402
import sheet  # noqa: E402

from reader.io.images import load_pages  # noqa: E402


def test_writing_is_the_same_each_time():
    pages = []
    for _ in range(2):
        paper = sheet.Sheet(300, 90)
        paper.write("12.5", 10, 70, 40, sheet.invent_hand(3))
        pages.append(paper.image)
    assert np.array_equal(*pages)
    assert (pages[0] < 128).any()


def test_ink_beyond_the_edge_is_lost():
    paper = sheet.Sheet(40, 30)
    for x, y in ((-5, -5), (35, 25), (-50, 0), (0, 90)):
        paper.stamp(np.ones((10, 10), np.float32), x, y, sheet.BLACK)
    assert [paper.image[0, 0, 0] < 50, paper.image[4, 4, 0] < 50, paper.image[5, 5, 0]] == [True, True, 255]
    assert paper.image[29, 39, 0] < 50


def test_a_comb_keeps_its_pitch():
    paper = sheet.Sheet(600, 100)
    paper.write("000", 0, 80, 40, sheet.invent_hand(10), pitch=200)
    columns = (paper.image.min(axis=(0, 2)) < 128).reshape(3, 200)
    middles = [np.flatnonzero(part).mean() for part in columns]
    assert np.allclose(middles, 100, atol=12)


def test_turning_there_and_back():
    image = np.full((120, 160, 3), 255, np.uint8)
    image[50:70, 40:120] = 0
    again = photo.rotate(photo.rotate(image, 7), -7)
    assert np.abs(again.astype(int) - image)[20:100, 20:140].mean() < 8


def test_the_shadow_lies_on_the_right():
    field = photo.light((50, 100), falloff=0.0, shadow=0.3, at=(0.5, 0.5))
    assert np.allclose(field[:, 5], 1, atol=0.01)
    assert np.allclose(field[:, 95], 0.7, atol=0.01)


def test_the_pdf_is_the_file_that_lies_there():
    data = pdf.statement()
    assert data == (SAMPLES / "statement.pdf").read_bytes()
    assert len(list(load_pages(BytesIO(data), name="statement.pdf"))) == len(pdf.LINES)
