"""Print under a paler stamp or pencil stroke: what is dark comes away from what is pale.

A stamp across a column of prices joins them all into one piece of ink. Its strokes are paler than the
print, though, which a histogram of how dark strokes are at their middle tells.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.segment import find_components
from reader.types import Component

LARGE = 1.8
"""Least height of what print and stamp make together, in usual heights of the page ..."""
USUAL = 75
"""... which are this percentile of all."""
LEAST = 0.1
"""Least part of the ink that is dark, and that is pale."""
PALER, APART = 1.5, 0.75
"""How many times as dark as a stamp print is at least; least part of the ink's variance that it explains."""
AS_DARK, STRENGTH = 0.9, 60
"""How dark print under a stamp is at least, in the page's usual darkness, and the percentile that this is: on
receipts it is 1.1 to 1.6, a pencil's digit of two shades on a printed page 0.7."""
SAMPLED = 8
"""One of so many components tells how dark the page's ink is."""
WHOLE, MOST = 0.6, 0.8
"""Least height of the tallest dark piece in usual heights, and its greatest in the whole's."""
FEW = 0.03
"""Part of a page's pieces that stamps may cross; where more are of two kinds it is the paper's pattern."""


def part_stamps(components: list[Component], gray: NDArray[np.uint8], stroke: float) -> list[Component]:
    """Take pale strokes off dark print where they hang together.

    Parameters
    ----------
    components : list of Component
    gray : ndarray of uint8, shape (h, w)
        Flattened ink, bright.
    stroke : float
        Width of strokes in pixels.

    Returns
    -------
    list of Component
        By top-left corners; what is pale in such a piece is left out.
    """
    if not components:
        return components
    usual = float(np.percentile([c.box[3] for c in components], USUAL))
    large = [k for k, c in enumerate(components) if c.box[3] >= LARGE * usual]
    if not large:
        return components
    print_at_least = AS_DARK * _usual_strength(components[::SAMPLED], gray)
    found = {
        k: parts for k in large if (parts := _dark_parts(components[k], gray, stroke, usual, print_at_least))
    }
    if not 0 < len(found) <= FEW * len(components):
        return components
    kept = [part for k, c in enumerate(components) for part in found.get(k, [c])]
    return sorted(kept, key=lambda c: (c.box[1], c.box[0]))


def _usual_strength(components: list[Component], gray: NDArray[np.uint8]) -> float:
    """Give how dark ink usually is."""
    ink = [gray[y : y + h, x : x + w][c.mask] for c in components for x, y, w, h in [c.box]]
    return float(np.percentile(np.concatenate(ink), STRENGTH))


def _dark_parts(
    component: Component, gray: NDArray[np.uint8], stroke: float, usual: float, print_at_least: float
) -> list[Component]:
    """Give the dark pieces of a component; none where it is of one kind.

    A digit that has faded in places gives low pieces, and a pencil's is pale where it is dark; print is about
    as high as is `usual`, and the pale stroke is as long.
    """
    x, y, w, h = component.box
    ink = np.where(component.mask, gray[y : y + h, x : x + w], 0).astype(np.uint8)
    side = 2 * round(stroke / 2) + 1
    # How dark a stroke is, is seen at its middle.
    spread = np.asarray(cv2.dilate(ink, np.ones((side, side), np.uint8)))
    middle = spread[component.mask]
    bound, _ = cv2.threshold(middle[:, None], 0, 255, cv2.THRESH_BINARY | cv2.THRESH_OTSU)
    dark = middle > bound
    share = float(dark.mean())
    if not LEAST <= share <= 1 - LEAST:
        return []
    strong, weak = float(middle[dark].mean()), float(middle[~dark].mean())
    apart = share * (1 - share) * (strong - weak) ** 2
    if strong < max(PALER * weak, print_at_least) or apart < APART * float(middle.var()):
        return []
    pale = find_components(component.mask & (spread <= bound))
    core = cv2.dilate((ink > bound).astype(np.uint8), np.ones((3, 3), np.uint8)) > 0
    parts = find_components(core & component.mask, min_area=max(4, round(0.5 * stroke**2)))
    tallest = max((p.box[3] for p in parts), default=0)
    if max(max(p.box[2:]) for p in pale) < usual or not WHOLE * usual <= tallest <= MOST * h:
        return []
    return [Component((x + p.box[0], y + p.box[1], *p.box[2:]), p.mask, p.area) for p in parts]
