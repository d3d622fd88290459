"""What a sample must give, compared with what the reader gives.

An expectation, the JSON file beside a sample, has
  layout        as for `reader scan --layout`
  pages         for each page the `numbers` on it, as written
  grid          corners of a 9×9 grid, top-left first, counter-clockwise; numbers are then cells: "r1c5=7"
  most_extra    most numbers that may come out beyond those
  known_misses  numbers that are not read yet: {"page", "text", "reason"}
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import cv2
import numpy as np

import reader
from reader.types import Classifier

HERE = Path(__file__).parent


@dataclass(frozen=True)
class Compared:
    """The difference between expected and read numbers, as (page, text)."""

    missing: tuple[tuple[int, str], ...]
    extra: tuple[tuple[int, str], ...]


def expectations(folder: Path = HERE) -> dict[str, dict[str, Any]]:
    """Give the samples of a folder, by file name, with what is expected of each."""
    found = {}
    for path in sorted(folder.iterdir()):
        facts = path.with_suffix(".json")
        if path != facts and facts.is_file():
            found[path.name] = json.loads(facts.read_text("utf-8"))
    return found


@cache
def model() -> Classifier:
    """Load the model once."""
    return reader.load_model()


def compare(path: Path, expected: dict[str, Any]) -> Compared:
    """Read a sample and compare."""
    options = reader.ReadOptions(layout=expected["layout"])
    (outcome,) = reader.read_files([path], model(), options)
    if outcome.error is not None:
        raise outcome.error
    want = Counter((n, text) for n, page in enumerate(expected["pages"], 1) for text in page["numbers"])
    texts = _cells if "grid" in expected else _texts
    got = Counter((page.number, text) for page in outcome.readings for text in texts(page, expected))
    return Compared(tuple(sorted((want - got).elements())), tuple(sorted((got - want).elements())))


def known_misses(expected: dict[str, Any]) -> tuple[tuple[int, str], ...]:
    """Give the misses that an expectation lists."""
    return tuple(sorted((miss["page"], miss["text"]) for miss in expected["known_misses"]))


def _texts(page: reader.PageReading, expected: dict[str, Any]) -> list[str]:
    return [number.text for number in page.numbers]


def _cells(page: reader.PageReading, expected: dict[str, Any]) -> list[str]:
    """Place each digit in its cell, by the middle of its box."""
    square = np.array([[0, 0], [0, 9], [9, 9], [9, 0]], np.float32)
    turn = cv2.getPerspectiveTransform(np.array(expected["grid"], np.float32), square)
    found = []
    for char in (char for number in page.numbers for char in number.chars if char.char.isdigit()):
        x, y, w, h = char.box
        middle = np.array([[[x + w / 2, y + h / 2]]], np.float32)
        column, row = np.floor(cv2.perspectiveTransform(middle, turn)[0, 0]).astype(int).tolist()
        found.append(f"r{row + 1}c{column + 1}={char.char}")
    return found
