"""Connected components of the ink, and the width of its strokes."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.connected import connected
from reader.types import Component

FRAMED = 2
"""Components inside another that make it a frame."""
SOLID = 3.0
"""Widths of a stroke from which ink is none."""
ROUNDS, SETTLED = 3, 0.5
"""How often what is solid is taken away at most, and the share of the width before from which that ends:
beside a little writing the dark beyond the paper hides its own thinner parts at first."""
TRACE = 0.35
"""Strength, in that of the page's ink, that some of a piece has which is more than a trace."""
HIGH = 2.35
"""Most height of a dot that is no crumb of a rule, in widths of strokes: where print is heavy a thin 1 covers
no more than a dot."""
FIRM, WEAK, FEW = 0.75, 0.45, 0.3
"""Strength of a dot, in that of the page's ink; in that of the ink nearby where weaker ones are less than the
last part of the pieces that are no dots: 0 to 0.27 on scanned receipts, forms and plain paper, 0.4 to 30
where paper has a pattern."""
USUAL, OVER_MEAN = 60, 1.15
"""Percentile of the page's ink that is its usual strength, and this in means of it, about."""
NEARBY, NEARBY_STEP, FEWEST = 20, 4, 3
"""Side of a piece's surroundings in widths of strokes, every how many pixels they are looked at, and ink
pixels that must be there."""
SLIVER = 0.35
"""What stands on the left or right edge of a page and is narrower than this, in its heights, is cut off:
the dark beyond the paper, or a piece of a letter. On an image hardly higher than itself it may be a 1."""


def stroke_width(ink: NDArray[np.bool_], most: float = np.inf) -> float:
    """Estimate the typical width of strokes in pixels: twice the area over the outline.

    What holds a square `SOLID` times as wide as that is no stroke: pictures, bars, the dark beyond the paper.

    Parameters
    ----------
    ink : ndarray of bool, shape (h, w)
    most : float
        Strokes are known to be no wider.

    Examples
    --------
    >>> page = np.zeros((200, 200), bool)
    >>> for x in range(10, 190, 20):
    ...     page[5:150, x : x + 6] = True
    >>> 5 < stroke_width(page) < 7
    True
    >>> page[160:195, 10:190] = True
    >>> 5 < stroke_width(page) < 7
    True
    """
    mask = ink.astype(np.uint8)
    width = min(_mean_width(mask), most)
    for _ in range(ROUNDS):
        square = np.ones((2 * round(SOLID * width / 2) + 1,) * 2, np.uint8)
        solid = np.asarray(cv2.morphologyEx(mask, cv2.MORPH_OPEN, square), np.uint8)
        if not solid.any():
            break
        # The outline of what is solid goes with it, and the corners that an opening rounds.
        near = cv2.dilate(solid, np.ones((2 * round(width) + 1,) * 2, np.uint8))
        mask = np.asarray(cv2.subtract(mask, near), np.uint8)
        before, width = width, _mean_width(mask) if mask.any() else width
        if width > SETTLED * before:
            break
    return width


def _mean_width(mask: NDArray[np.uint8]) -> float:
    """Give the mean width of the strokes in pixels: twice their area over their outline."""
    area = cv2.countNonZero(mask)
    edge = area - cv2.countNonZero(cv2.erode(mask, np.ones((3, 3), np.uint8)))
    return 1.0 if edge == 0 else max(1.0, 2.0 * area / edge)


def find_components(ink: NDArray[np.bool_], *, min_area: int = 1, max_count: int = 12_000) -> list[Component]:
    """Find the connected pieces of ink (8-neighbours), by their top-left corners.

    Parameters
    ----------
    ink : ndarray of bool, shape (h, w)
    min_area : int
        Smaller pieces are specks and left out.
    max_count : int
        Of more pieces than this only the largest are kept: a page of noise must not take for ever.

    Returns
    -------
    list of Component
    """
    count, labels, stats = connected(ink)
    keep = [i for i in range(1, count) if stats[i, cv2.CC_STAT_AREA] >= min_area]
    if len(keep) > max_count:
        keep = sorted(sorted(keep, key=lambda i: -stats[i, cv2.CC_STAT_AREA])[:max_count])
    found = []
    for i in keep:
        x, y, w, h, area = (int(v) for v in stats[i])
        found.append(Component((x, y, w, h), labels[y : y + h, x : x + w] == i, area))
    return sorted(found, key=lambda c: (c.box[1], c.box[0]))


def drop_frames(components: list[Component], height: int, width: int) -> list[Component]:
    """Drop large components that have several others inside: frames, grids, photographs.

    Parameters
    ----------
    components : list of Component
    height, width : int
        Of the page.
    """
    boxes = np.array([c.box for c in components], float).reshape(-1, 4)
    middle = boxes[:, :2] + boxes[:, 2:] / 2
    solid = boxes[:, 3] > 0.01 * height
    kept = []
    for component in components:
        x, y, w, h = component.box
        if max(w / width, h / height) > 0.12:
            within = (np.abs(middle - (x + w / 2, y + h / 2)) < (0.45 * w, 0.45 * h)).all(axis=1)
            if np.count_nonzero(within & solid & (boxes[:, 3] < 0.6 * h)) >= FRAMED:
                continue
        kept.append(component)
    return kept


def drop_residue(
    ink: NDArray[np.bool_], gray: NDArray[np.uint8], rules: NDArray[np.bool_], stroke: float
) -> NDArray[np.bool_]:
    """Drop the pieces of ink that are no writing: halftone dots, guilloche, crumbs of removed rules.

    Parameters
    ----------
    ink : ndarray of bool, shape (h, w)
    gray : ndarray of uint8, shape (h, w)
        Flattened ink, bright.
    rules : ndarray of bool, shape (h, w)
        Where ruled lines were.
    stroke : float
        Width of strokes in pixels.

    Returns
    -------
    ndarray of bool, shape (h, w)
        A dot must reach three quarters of the ink's usual strength, a larger piece a third; where few dots
        are weaker than that they are decimal points, which small print leaves pale: 0.45 is enough then, and
        usual is what is so nearby. What is higher and beside no rule is no dot. A piece must reach beyond the
        surroundings of rules.
    """
    if not ink.any():
        return ink
    at = np.flatnonzero(ink)
    strength = gray.ravel()[at]
    usual = float(np.percentile(strength[::7], USUAL))
    count, labels, stats = connected(ink)
    own = labels.ravel()[at]

    def touched(where: NDArray[np.bool_]) -> NDArray[np.bool_]:
        """Tell which labels have one of these pixels of ink."""
        return np.bincount(own[where], minlength=count) > 0

    near = np.zeros(len(at), bool)
    if rules.any():
        side = 2 * max(2, round(0.6 * stroke)) + 1
        near = cv2.dilate(rules.view(np.uint8), np.ones((side, side), np.uint8)).ravel()[at] > 0
    dot = stats[:, cv2.CC_STAT_AREA] < 2 * stroke * stroke
    dot &= (stats[:, cv2.CC_STAT_HEIGHT] < HIGH * stroke) | touched(near)
    solid = ~dot & touched(strength > TRACE * usual)
    firm = touched(strength > FIRM * usual)
    weak = dot & touched(strength > WEAK * usual)
    if np.count_nonzero(weak & ~firm) < FEW * (np.count_nonzero(~dot) - 1):
        some = (slice(None, None, NEARBY_STEP),) * 2
        near_it = usual_nearby(gray[some], solid[labels[some]], usual, NEARBY * stroke / NEARBY_STEP)
        row, column = np.divmod(at, ink.shape[1])
        firm = touched(strength > WEAK * near_it[row // NEARBY_STEP, column // NEARBY_STEP])
    keep = np.where(dot, firm, solid)
    keep &= touched(~near)
    left = np.zeros(ink.shape, bool)
    left.ravel()[at] = keep[own]
    return left


def usual_nearby(
    gray: NDArray[np.uint8], solid: NDArray[np.bool_], usual: float, side: float
) -> NDArray[np.float32]:
    """Tell how strong the ink around each pixel usually is: pale print has pale points.

    Parameters
    ----------
    gray : ndarray of uint8, shape (h, w)
        Flattened ink, bright.
    solid : ndarray of bool, shape (h, w)
        Ink that is no dot.
    usual : float
        What it is on the whole page, where nothing else is known, and at most.
    side : float
        Of the surroundings in pixels.

    Returns
    -------
    ndarray of float32, shape (h, w)
    """
    square = (round(side) | 1,) * 2
    weight = solid.astype(np.float32)
    sums = cv2.boxFilter(gray * weight, cv2.CV_32F, square, normalize=False)
    counts = np.asarray(cv2.boxFilter(weight, cv2.CV_32F, square, normalize=False))
    own = OVER_MEAN * np.asarray(sums) / np.maximum(counts, 1)
    return np.where(counts > FEWEST, np.minimum(own, usual), usual).astype(np.float32)


def join(parts: list[Component]) -> Component:
    """Unite components into one.

    Raises
    ------
    ValueError
        Where there are none.
    """
    if not parts:
        raise ValueError("nothing to join")
    if len(parts) == 1:
        return parts[0]
    x0, y0 = min(p.box[0] for p in parts), min(p.box[1] for p in parts)
    x1 = max(p.box[0] + p.box[2] for p in parts)
    y1 = max(p.box[1] + p.box[3] for p in parts)
    mask = np.zeros((y1 - y0, x1 - x0), bool)
    for part in parts:
        x, y, w, h = part.box
        mask[y - y0 : y - y0 + h, x - x0 : x - x0 + w] |= part.mask
    return Component((x0, y0, x1 - x0, y1 - y0), mask, int(np.count_nonzero(mask)))


def may_be_writing(component: Component, height: int, width: int) -> bool:
    """Tell whether a component may be a character, or a piece or a few of them, on a page of this size.

    Frames, photographs, the dark beyond the paper's edge, what that edge cuts off, and long rules are none.
    """
    x, y, w, h = component.box
    if h > 0.95 * height or w > 0.7 * width or max(w, h) > 25 * min(w, h):
        return False
    large = h > 0.25 * height or w > 0.25 * width
    upright = x <= 1 or x + w >= width - 1
    at_edge = upright or y <= 1 or y + h >= height - 1
    if upright and w < SLIVER * h and h < 0.1 * height:
        return False
    if large and at_edge:
        return False
    return not large or component.area > 0.06 * w * h or w > 2 * h
