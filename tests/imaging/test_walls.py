"""A character stands in a cell where upright rules are on both sides of it, near and as high as it is."""

from __future__ import annotations

import numpy as np
import pytest

from reader.imaging.walls import Walls
from reader.types import Box


@pytest.mark.parametrize(
    ("box", "enclosed"),
    [
        ((120, 60, 10, 30), True),
        ((120, 60, 60, 30), True),
        ((120, 130, 10, 30), False),  # below the rules
        ((20, 60, 10, 30), False),  # none on the left
        ((300, 60, 10, 30), False),  # none on the right
        ((150, 60, 4, 12), False),  # too far for its size
    ],
)
def test_what_stands_between_two_walls_is_enclosed(box: Box, enclosed: bool) -> None:
    down = np.zeros((200, 400), bool)
    down[40:110, 100:102] = down[40:110, 200:202] = True
    assert Walls(down).enclose(box) is enclosed
    assert not Walls(np.zeros_like(down)).enclose(box)
