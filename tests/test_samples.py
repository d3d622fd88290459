"""Golden pages: a file in samples/ with a JSON file beside it is a test."""

from __future__ import annotations

import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

import reader
from reader.types import Page

SAMPLES = Path(__file__).parents[1] / "samples"
sys.path.insert(0, str(SAMPLES))

import golden  # noqa: E402  (found through the line above)

EXPECTED = golden.expectations()
HINT = "if that is as it should be, run: python samples/check.py --update"


def test_there_are_samples():
    assert len(EXPECTED) >= 10
    suffixes = {Path(name).suffix for name in EXPECTED}
    assert {".jpg", ".png", ".tif", ".pdf"} <= suffixes


def test_every_expectation_has_its_sample():
    assert {path.stem for path in SAMPLES.glob("*.json")} == {Path(name).stem for name in EXPECTED}


@pytest.mark.parametrize("name", EXPECTED)
def test_sample(name):
    expected = EXPECTED[name]
    found = golden.compare(SAMPLES / name, expected)
    known = golden.known_misses(expected)
    assert not set(found.missing) - set(known), f"no longer read; {HINT}"
    assert found.missing == known, f"listed as missed and read by now; {HINT}"
    assert len(found.extra) <= expected["most_extra"], f"{found.extra} are not on the page; {HINT}"


@pytest.mark.parametrize("name", EXPECTED)
def test_misses_have_reasons(name):
    expected = EXPECTED[name]
    assert all(miss["reason"].strip() for miss in expected["known_misses"])
    there = {(n, text) for n, page in enumerate(expected["pages"], 1) for text in page["numbers"]}
    assert set(golden.known_misses(expected)) <= there


@pytest.mark.parametrize("turns", [1, 2, 3])
@pytest.mark.parametrize("name", ["cheque.jpg", "form.png", "receipt.png", "table.png", "skewed.jpg"])
def test_a_sample_reads_the_same_however_it_lies(name, turns):
    model = reader.load_model()
    page = reader.load_page(str(SAMPLES / name))
    turned = Page(np.ascontiguousarray(np.rot90(page.image, turns)), page.source)
    upright, lying = (reader.read_page(each, model) for each in (page, turned))
    assert [n.text for n in lying.numbers] == [n.text for n in upright.numbers]
    assert (lying.angle - upright.angle) % 360 == pytest.approx(90 * turns, abs=0.5)


@pytest.mark.parametrize("name", ["receipt.png", "table.png"])
@pytest.mark.parametrize("bow", [0.015, -0.03])
def test_a_curled_sample_reads_the_same(name, bow):
    model = reader.load_model()
    page = reader.load_page(str(SAMPLES / name))
    height, width = page.image.shape[:2]
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    down = np.float32(bow * height) * np.sin(np.pi * x / width)
    curled = cv2.remap(page.image, x, y - down, cv2.INTER_LINEAR, borderValue=(255, 255, 255))
    flat, bent = (reader.read_page(each, model) for each in (page, Page(curled, page.source)))
    assert sorted(n.text for n in bent.numbers) == sorted(n.text for n in flat.numbers)
    middles = [(n.text, n.box[0] + n.box[2] / 2, n.box[1] + n.box[3] / 2) for n in bent.numbers]
    for n in flat.numbers:
        x0, y0, w, h = n.box
        at = x0 + w / 2, y0 + h / 2 + bow * height * np.sin(np.pi * (x0 + w / 2) / width)
        same = [np.hypot(x - at[0], y - at[1]) for text, x, y in middles if text == n.text]
        assert min(same) < 0.4 * h


def test_samples_are_small():
    sizes = [path.stat().st_size for path in SAMPLES.iterdir() if path.is_file()]
    assert max(sizes) < 300_000
    assert sum(sizes) < 2_500_000


def test_a_dropped_pair_is_found(tmp_path):
    (tmp_path / "new.webp").write_bytes(b"")
    (tmp_path / "new.json").write_text('{"layout": "line"}')
    (tmp_path / "alone.png").write_bytes(b"")
    assert golden.expectations(tmp_path) == {"new.webp": {"layout": "line"}}


def test_a_wrong_expectation_is_noticed():
    expected = {"layout": "page", "pages": [{"numbers": ["00.00.00"]}]}
    found = golden.compare(SAMPLES / "words.png", expected)
    assert found.missing == ((1, "00.00.00"),)
