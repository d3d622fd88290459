"""Rings drawn around writing: a chosen answer, a number in a list. Alone, a ring is a perfect 0.

A 0 may have a point or a slash inside, but its stroke is as thick as its neighbours' and it is higher than
wide; a ring is drawn wide, thin for its size, and what it rings nearly fills it.
"""

from __future__ import annotations

import numpy as np

from reader.types import Component

WIDE = 0.85
"""Least width of a ring, in its heights."""
THIN = 0.22
"""Most of its box that a ring's ink covers: a circle of one part in 14 does."""
FILLED, MOST = 0.3, 0.9
"""Height of the tallest piece inside, in heights of the ring."""
INSIDE = 0.4
"""How far from the ring's middle what it rings may be, in its widths and heights."""
LEAST = 10.0
"""Least height of a ring, in widths of the page's strokes."""


def drop_rings(components: list[Component], stroke: float) -> list[Component]:
    """Drop the rings that have writing inside.

    Parameters
    ----------
    components : list of Component
    stroke : float
        Width of strokes in pixels.

    Returns
    -------
    list of Component
    """
    boxes = np.array([c.box for c in components], float).reshape(-1, 4)
    areas = np.array([c.area for c in components], float)
    w, h = boxes[:, 2], boxes[:, 3]
    rings = np.flatnonzero((w > WIDE * h) & (h > LEAST * stroke) & (areas < THIN * w * h))
    middle = boxes[:, :2] + boxes[:, 2:] / 2
    dropped = {
        int(k)
        for k in rings
        if _is_hollow(components[k])
        and (
            (np.abs(middle - middle[k]) < INSIDE * boxes[k, 2:]).all(axis=1)
            & (h > FILLED * h[k])
            & (h < MOST * h[k])
        ).any()
    }
    return [c for k, c in enumerate(components) if k not in dropped]


def _is_hollow(component: Component) -> bool:
    """Tell whether ink goes all around the middle, and none of it is near."""
    mask = component.mask
    h, w = mask.shape
    y, x = np.nonzero(mask)
    side, up = (2 * x + 1 - w) / w, (2 * y + 1 - h) / h
    seen = np.unique(np.floor(np.arctan2(up, side) / np.pi * 16).astype(int))
    return len(seen) >= 30 and float(np.hypot(side, up).min()) > 0.5
