"""Digits as strokes, from the benchmarks' hand."""

from __future__ import annotations

import sys
from pathlib import Path

from reader.draw.raster import Stroke

sys.path.insert(0, str(Path(__file__).parents[2] / "benchmarks"))

from screen import strokes_of

SHAPE = 1
"""The plainest of the project's shapes of most digits."""


def number(
    text: str, left: float = 40, top: float = 80, height: float = 150, width: float = 14
) -> list[Stroke]:
    """Give the strokes of a number."""
    return [Stroke(tuple(points), width) for points in strokes_of(text, left, top, height, SHAPE)]
