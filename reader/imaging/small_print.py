"""Small print: pages that are read better enlarged, and by how much."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.connected import connected

HIGHER = 75
"""Percentile of heights that tells how high a page's print is."""
PIECE = 6, 100
"""Heights of pieces of ink that count, in pixels."""


@dataclass(frozen=True, slots=True)
class SmallPrint:
    """What counts as small print.

    Attributes
    ----------
    fine : int
        Height in pixels below which print is small.
    many : int
        Fewer pieces than this are no page of print.
    factors : tuple of (int, float)
        Pixels up to which a page is enlarged, and by how much, the smaller pages first.
    """

    fine: int
    many: int
    factors: tuple[tuple[int, float], ...]


AS_IT_IS = SmallPrint(fine=17, many=100, factors=((2_500_000, 2.0), (4_400_000, 1.5)))
"""Of a page as it came, such as A4 at 150 dpi."""
ENLARGED = SmallPrint(fine=26, many=40, factors=((3_500_000, 2.0),))
"""Of one that was enlarged twice already, such as A4 at 100 dpi: its characters touch, so pieces are fewer.
Type of office forms is 15 to 24 pixels high there, that of receipts 24 and more, which gain nothing."""


def enlargement(ink: NDArray[np.bool_], small: SmallPrint) -> float:
    """Say by how much a page is to be enlarged.

    Parameters
    ----------
    ink : ndarray of bool, shape (h, w)
    small : SmallPrint

    Returns
    -------
    float
        1.0 where it is read as well as it is, or would grow too large.
    """
    for most, factor in small.factors:
        if ink.size < most:
            return factor if _is_small(ink, small) else 1.0
    return 1.0


def _is_small(ink: NDArray[np.bool_], small: SmallPrint) -> bool:
    """Tell whether most of the many pieces of ink are low."""
    _, _, stats = connected(ink)
    wide, high = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    heights = high[(high >= PIECE[0]) & (high <= PIECE[1]) & (wide < 2 * high) & (high < 8 * wide)]
    return len(heights) >= small.many and bool(np.percentile(heights, HIGHER) < small.fine)
