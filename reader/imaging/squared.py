"""Squared and engineers' paper: upright rules that part nothing.

A table's walls stand between numbers. On squared paper digits stand across the rules, two squares wide, and
to part them at each rule makes a number of every digit. Writing tells which it is: a pen that minds the walls
crosses few of them.
"""

from __future__ import annotations

from collections.abc import Iterable

import numpy as np
from numpy.typing import NDArray

from reader.types import Box

HIGH = 4.0
"""Least height of the writing that is asked, in widths of strokes."""
WIDE = (0.3, 1.6)
"""Least and most of its width, in its height: neither a 1 nor a word."""
INNER = 0.2
"""What is a rule across a character and no neighbour's: inside of this part of its width on both sides ..."""
SEEN = 0.4
"""... seen along this part of its height, and as much above and below it."""
FEWEST, SHARE = 5, 0.25
"""Least characters with a rule across, and least part of all."""


def is_squared(down: NDArray[np.bool_], pieces: Iterable[Box], stroke: float) -> bool:
    """Tell whether writing stands across the upright rules of a page.

    Parameters
    ----------
    down : ndarray of bool, shape (h, w)
        Where ink of upright rules was.
    pieces : iterable of Box
        Of the connected ink that is left without rules.
    stroke : float
        Width of strokes in pixels.
    """
    if not down.any():
        return False
    asked = [
        box for box in pieces if box[3] >= HIGH * stroke and WIDE[0] * box[3] <= box[2] <= WIDE[1] * box[3]
    ]
    crossed = 0
    for x, y, w, h in asked:
        inner = slice(x + round(INNER * w), x + w - round(INNER * w))
        parts = (down[max(0, top) : top + h, inner] for top in (y - h, y, y + h))
        crossed += all(part.any(axis=1).sum() >= SEEN * h for part in parts)
    return crossed >= FEWEST and crossed >= SHARE * len(asked)
