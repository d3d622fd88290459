"""Which pages are enlarged, and by how much."""

from __future__ import annotations

import numpy as np
import pytest
from numpy.typing import NDArray

from reader.imaging.small_print import AS_IT_IS, ENLARGED, SmallPrint, enlargement


def page(height: int, shape: tuple[int, int], pieces: int = 150) -> NDArray[np.bool_]:
    """Draw upright bars of one height in rows."""
    ink = np.zeros(shape, bool)
    pitch = height + 6
    columns = (shape[1] - pitch) // pitch
    for k in range(pieces):
        y, x = 5 + k // columns * pitch, 5 + k % columns * pitch
        ink[y : y + height, x : x + max(3, height // 2)] = True
    return ink


@pytest.mark.parametrize(
    ("height", "shape", "kind", "factor"),
    [
        (12, (1400, 1000), AS_IT_IS, 2.0),
        (12, (2000, 1500), AS_IT_IS, 1.5),
        (12, (2500, 2000), AS_IT_IS, 1.0),  # it would grow too large
        (20, (1400, 1000), AS_IT_IS, 1.0),
        (20, (2000, 1500), ENLARGED, 2.0),
        (20, (2000, 2000), ENLARGED, 1.0),
        (30, (2000, 1500), ENLARGED, 1.0),
    ],
)
def test_small_print_is_enlarged(
    height: int, shape: tuple[int, int], kind: SmallPrint, factor: float
) -> None:
    assert enlargement(page(height, shape), kind) == factor


def test_a_few_low_pieces_are_no_print() -> None:
    assert enlargement(page(12, (1400, 1000), pieces=90), AS_IT_IS) == 1.0
    assert enlargement(page(12, (1400, 1000), pieces=90), ENLARGED) == 2.0
    assert enlargement(page(12, (1400, 1000), pieces=30), ENLARGED) == 1.0


def test_an_empty_page_is_left_alone() -> None:
    assert enlargement(np.zeros((900, 700), bool), ENLARGED) == 1.0


def test_specks_and_bars_say_nothing() -> None:
    ink = page(40, (1400, 1000))
    ink[700::9, ::9] = True  # a pattern of single pixels
    ink[600:610] = True
    assert enlargement(ink, ENLARGED) == 1.0
