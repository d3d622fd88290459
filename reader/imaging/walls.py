"""Upright rules between characters: a comb's teeth hold a number together, a table's walls part two."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reader.types import Box

COVERED = 0.6
"""Part of the characters' height that a rule between them must span."""
TOOTH = 3.2
"""Highest tooth of a comb, in heights of the characters beside it; what is higher is a wall."""
CELL = 2.5
"""How far from a character the walls of its cell are at most, in its height."""
BESIDE = 0.12
"""How far a rule may reach under its neighbours, in heights of the characters."""
HIDDEN = 0.7
"""Longest stretch of a rule that what leans over it hides, in heights of the characters."""
BROKEN = 0.4
"""Longest gap inside a rule, where others cross it, in heights of the characters."""


@dataclass(frozen=True, slots=True)
class Walls:
    """The upright rules of a page.

    Attributes
    ----------
    down : ndarray of bool, shape (h, w)
        Where ink of upright rules was.
    """

    down: NDArray[np.bool_]

    def between(self, left: Box, right: Box) -> float:
        """Measure the upright rule between two neighbours.

        Parameters
        ----------
        left, right : Box
            Of two characters of one line.

        Returns
        -------
        float
            Its height in heights of the taller one; 0.0 where there is none.
        """
        top, foot = min(left[1], right[1]), max(left[1] + left[3], right[1] + right[3])
        x0, x1 = sorted((left[0] + left[2], right[0]))
        size = max(left[3], right[3])
        reach = int(2 * TOOTH * size)
        start = max(0, top - reach)
        side = max(2, round(BESIDE * size))
        strip = self.down[start : foot + reach, max(0, x0 - side) : x1 + side]
        rows = np.asarray(strip.any(axis=1), np.bool_)
        if not rows.any():  # most neighbours have none, and there are thousands
            return 0.0
        rows = _bridged(rows, HIDDEN * size)
        inside = rows[top - start : foot - start]
        if not inside.size or inside.mean() < COVERED:
            return 0.0
        return _run(rows, (top + foot) // 2 - start, BROKEN * size) / size

    def enclose(self, box: Box) -> bool:
        """Tell whether upright rules stand on both sides of what may be a character in its cell."""
        x, y, w, h = box
        reach = round(CELL * h)
        sides = (slice(max(0, x - reach), x), slice(x + w, x + w + reach))
        return all(self.down[y : y + h, side].any(axis=1).sum() >= COVERED * h for side in sides)

    def is_tooth(self, left: Box, right: Box) -> bool:
        """Tell whether two neighbours stand in cells of one comb."""
        return 0.0 < self.between(left, right) <= TOOTH

    def is_wall(self, left: Box, right: Box) -> bool:
        """Tell whether a wall parts two neighbours."""
        return self.between(left, right) > TOOTH


def _bridged(rows: NDArray[np.bool_], most: float) -> NDArray[np.bool_]:
    """Fill the gaps between True that are no longer than that.

    >>> _bridged(np.array([0, 1, 0, 0, 1, 0, 0, 0, 1], bool), 2).astype(int).tolist()
    [0, 1, 1, 1, 1, 0, 0, 0, 1]
    """
    marked = np.flatnonzero(rows)
    whole = rows.copy()
    for start in np.flatnonzero(np.diff(marked) - 1 <= most):
        whole[marked[start] : marked[start + 1]] = True
    return whole


def _run(rows: NDArray[np.bool_], middle: int, gap: float) -> int:
    """Give the length of the run of True around a place, gaps bridged."""
    ends = []
    for part in (rows[middle::-1], rows[middle:]):
        marked = np.flatnonzero(part)
        steps = np.diff(marked, prepend=0)
        broken = np.flatnonzero(steps > gap)
        kept = marked[: broken[0]] if broken.size else marked
        ends.append(int(kept[-1]) if kept.size else 0)
    return sum(ends)
