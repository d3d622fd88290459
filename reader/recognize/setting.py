"""How type is set: a space shows in the steps from digit to digit, where heavy print leaves little white.

White alone does not tell a space of type from the white inside a number by hand. Nearly all faces set their
digits equally wide, though, and where steps are alike a longer one has something in it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from reader.imaging.order import percentile
from reader.types import Box

ALIKE, MOSTLY, FEWEST = 0.1, 0.75, 5
"""How far a step from character to character is from the advance of type, in advances; part of the steps that
must be so, and fewest characters."""
JOINED = 1.4
"""Least width of two digits that touch, in widths of one."""
SPACED = 0.33
"""Least width of a space, in advances of digits: a thin space has 0.2 to 0.3, a word's 0.4 to 0.6."""


@dataclass(frozen=True, slots=True)
class Setting:
    """How type is set whose digits are all equally wide, as they are in nearly all faces.

    Attributes
    ----------
    advance : float
        From the middle of a character to that of the next, in pixels.
    width : float
        Of a digit's ink.
    """

    advance: float
    width: float

    def step(self, left: Box, right: Box) -> float:
        """Measure from the middle of the last digit in one piece to that of the first in the next."""
        return _half(right, self.width) + right[0] - left[0] - left[2] + _half(left, self.width)

    def is_spaced(self, left: Box, right: Box) -> bool:
        """Tell whether a space stands between two pieces."""
        return self.step(left, right) >= (1 + SPACED) * self.advance


def _half(box: Box, width: float) -> float:
    """Give how far the middle of an outer digit is from a piece's side; those that touch are wide."""
    return min(box[2], width if box[2] > JOINED * width else box[2]) / 2


def setting_of(boxes: Sequence[Box]) -> Setting | None:
    """Find how a line of digits is set.

    Parameters
    ----------
    boxes : sequence of Box
        Left to right, of what is no mark.

    Returns
    -------
    Setting or None
        None where characters do not follow evenly, as in words and in most handwriting.

    Examples
    --------
    >>> setting_of([(0, 0, 16, 25), (22, 0, 16, 25), (44, 0, 38, 25), (98, 0, 16, 25), (120, 0, 16, 25)])
    Setting(advance=22.0, width=16.0)
    >>> setting_of([(0, 0, 16, 25), (20, 0, 12, 25), (44, 0, 22, 25), (70, 0, 10, 25), (98, 0, 20, 25)])
    """
    if len(boxes) < FEWEST:
        return None
    width = percentile([box[2] for box in boxes], 50)
    measure = Setting(1.0, width)
    steps = [measure.step(a, b) for a, b in pairwise(boxes)]
    usual = percentile(steps, 50)
    alike = sum(abs(step - usual) <= ALIKE * usual for step in steps)
    return Setting(usual, width) if alike >= MOSTLY * len(steps) else None
