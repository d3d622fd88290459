"""Rows of tables: what was written into one reaches over the rule, and touches what stands in the next.

Rules are taken out and the strokes that cross them stay whole (`reader.imaging.rules`), which joins the 9 of
one row with the 5 under it. Two digits, one above the other, are no line's: they are parted where the rule
was.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.runs import Pieces, pieces_of, runs_of

Mask = NDArray[np.bool_]
Boxes = NDArray[np.int64]

HIGH = 1.25
"""Height, in those of the lower of two rows, from which what crosses the rule between them is in both ..."""
INTO = 0.3
"""... and how far it reaches into each, in heights of that row."""
LOWEST = 5.0
"""Least height of a row, in widths of the page's strokes: nearer rules are one, drawn double."""
SLIM = 3.0
"""Least width of what is parted, in widths of the page's strokes: what is left of a wall is narrower."""
MOST, WIDE = 2.5, 1.5
"""Greatest height and width, in heights of two rows: what is larger is a frame, or cloth under the paper."""
GAP = 12
"""Longest gap in a rule where digits cross it, in widths of the page's strokes."""
ROUGH = 1
"""Pixels by which a rule may be rough."""
SHRUNK = 4
"""Rules are followed at a fraction of the resolution: a sixteenth of the time."""


def part_rows(pieces: Pieces, across: Mask, down: Mask, stroke: float) -> Mask:
    """Give the ink that joins what stands in two rows of a table.

    Only at rules with walls on both sides: digits on ruled paper are often higher than its lines are apart.

    Parameters
    ----------
    pieces : Pieces
        Of the ink without rules.
    across, down : ndarray of bool, shape (h, w)
        Where level and upright rules were.
    stroke : float
        Width of strokes in pixels.

    Returns
    -------
    ndarray of bool, shape (h, w)
    """
    cut = np.zeros(across.shape, bool)
    gap = round(GAP * stroke)
    rules = _lines(across, (1, gap // SHRUNK | 1))
    walls = _lines(down, (gap // SHRUNK | 1, 1)) if len(rules) > 2 else rules
    if len(rules) < 3 or len(walls) < 2:
        return cut
    _, _, width, height = pieces.boxes.T
    large = (height >= HIGH * LOWEST * stroke) & (width >= SLIM * stroke)
    for k in np.flatnonzero(large).tolist():
        x, y, w, h = pieces.boxes[k].tolist()
        own = _rules_over(rules, x + w // 2, LOWEST * stroke)
        near = slice(max(0, x - gap), x + w + gap)
        for above, rule, below in zip(own, own[1:], own[2:], strict=False):
            rows = _rows_of(across[rule[0] : rule[1], near], rule[0])
            if rows is None:
                continue
            up, low = rows[0] - sum(above) / 2, sum(below) / 2 - rows[1]  # heights of the rows
            over, under = rows[0] - y, y + h - rows[1]
            if h > MOST * (up + low) or w > WIDE * (up + low):
                break
            if over < INTO * up or under < INTO * low or over + under < HIGH * min(up, low):
                continue
            if _walled(walls, x + w / 2, rows[0] - up / 2, rows[1] + low / 2):
                band = slice(max(0, rows[0] - ROUGH), rows[1] + ROUGH)
                cut[band] |= pieces.mask(np.arange(len(large)) == k)[band]
    return cut


def _lines(mask: Mask, gap: tuple[int, int]) -> Boxes:
    """Give the boxes of rules, gaps closed."""
    h, w = mask.shape
    bright = np.ascontiguousarray(mask).view(np.uint8) * np.uint8(255)
    size = max(1, w // SHRUNK), max(1, h // SHRUNK)
    small = cv2.resize(bright, size, interpolation=cv2.INTER_AREA) > 0
    whole = cv2.morphologyEx(small.astype(np.uint8), cv2.MORPH_CLOSE, np.ones(gap, np.uint8))
    return SHRUNK * pieces_of(runs_of(np.asarray(whole, np.uint8))).boxes


def _rules_over(rules: Boxes, x: int, least: float) -> list[tuple[int, int]]:
    """List the first row of each rule that runs over a column, and the one behind its last, from the top.

    Of two rules less than `least` apart only the first counts.
    """
    over = rules[(rules[:, 0] <= x) & (rules[:, 0] + rules[:, 2] >= x)]
    kept: list[tuple[int, int]] = []
    for top, height in sorted(over[:, [1, 3]].tolist()):
        if not kept or top - kept[-1][0] >= least:
            kept.append((top, top + height))
    return kept


def _rows_of(rule: Mask, top: int) -> tuple[int, int] | None:
    """Give the first row of a stretch of a rule, and the one behind the last; None where it has none."""
    rows = np.flatnonzero(rule.any(axis=1))
    return (top + int(rows[0]), top + int(rows[-1]) + 1) if len(rows) else None


def _walled(walls: Boxes, x: float, top: float, foot: float) -> bool:
    """Tell whether walls stand on both sides of a place, from one height to the other."""
    place = (walls[:, 0] + walls[:, 2] / 2)[(walls[:, 1] <= top) & (walls[:, 1] + walls[:, 3] >= foot)]
    return bool((place < x).any() and (place > x).any())
