"""Separators and other small marks, told by their shape and place on the line."""

from __future__ import annotations

import numpy as np

from reader.imaging.layout import MARK
from reader.types import Component, TextLine

STRAIGHT = 0.1
"""Most that a slash wanders from the line between its ends, in its heights."""
LEANING = 0.15
"""Least lean of a printed slash (tangent) ..."""
TOWERS, BARELY = 1.4, 0.04
"""... and of one so much taller than the digits, in heights of theirs, that it need not lean much."""
WIDEST = 1.15
"""Widest slash, in its heights."""
DOT, BLOT = 0.34, 0.45
"""Highest dot, and highest blot of a typewriter's, in heights of the line's digits."""
STANDS = -0.08
"""By how much the foot of a dot may miss the line, in the same; of the commas of 40 receipts and 149 forms
that are seen as such nine in ten hang by more than 0.1."""
HANGS = 0.15
"""Greatest height of a tall comma's middle above the line, in the same."""
FAT, SOLID, ON_LINE = 0.5, 0.7, 0.1
"""Greatest size of a point of bold type, in the same, least part of its box that is ink, and how far off the
line it may end."""
STRETCHED, FLAT = 0.65, 2.4
"""Widest point, in the same, and in its height: that of type printed at twice its width, as totals are."""
BOW = 0.06
"""Least bulge of a bracket, in its heights ..."""
ROUND = 0.3
"""... and most; also the most that its ends are out of line, and its stroke is thick."""


def is_mark(component: Component, line: TextLine) -> bool:
    """Tell whether a component is too low to be a digit of its line."""
    return component.box[3] < MARK * line.x_height


def classify_mark(component: Component, line: TextLine) -> str:
    """Name a mark that is too low to be a digit.

    Parameters
    ----------
    component : Component
    line : TextLine

    Returns
    -------
    str
        ".", ",", "-", or "" for what is none of them: a speck, an apostrophe, a piece of a letter.
    """
    _, y, w, h = component.box
    size = line.x_height
    middle = (line.baseline - (y + h / 2)) / size
    if w > 1.7 * h and w > 0.15 * size and 0.15 < middle < 0.8:
        return "-"
    low = (line.baseline - (y + h)) / size
    if 0.45 * size < w <= STRETCHED * size and w < FLAT * h and _is_solid_on_line(component, line):
        return "."
    if w > 0.45 * size or h > 0.5 * size or middle > 0.42:
        return ""
    if h <= DOT * size and low > -0.15 and h < 1.7 * w:
        return "."
    # What stands on the line is no comma, be it tall, as in small thermal print, or a typewriter's blot.
    if low > STANDS and (h < 2.2 * w if h <= DOT * size else h < 1.4 * w and h <= BLOT * size):
        return "."
    return "," if middle < 0.25 else ""


def is_comma(component: Component, line: TextLine) -> bool:
    """Tell whether what the network knows to be no digit is a comma as high as half a digit: it hangs.

    Parameters
    ----------
    component : Component
    line : TextLine
    """
    _, y, w, h = component.box
    size = line.x_height
    middle, low = line.baseline - (y + h / 2), line.baseline - (y + h)
    return w <= 0.45 * size and h <= 0.65 * size and middle < HANGS * size and low < -0.1 * size


def is_fat_point(component: Component, line: TextLine) -> bool:
    """Tell whether what the network knows to be no digit is the point of bold type: solid, and on the line.

    Parameters
    ----------
    component : Component
    line : TextLine
    """
    _, _, w, h = component.box
    return max(w, h) <= FAT * line.x_height and _is_solid_on_line(component, line)


def _is_solid_on_line(component: Component, line: TextLine) -> bool:
    """Tell whether a component ends on the line and fills its box, as points do."""
    _, y, w, h = component.box
    return abs(line.baseline - (y + h)) <= ON_LINE * line.x_height and component.area >= SOLID * w * h


def is_colon(upper: Component, lower: Component, size: float) -> bool:
    """Tell whether two marks stand over each other like a colon.

    Parameters
    ----------
    upper, lower : Component
    size : float
        Height of the digits beside them in pixels.
    """
    a, b = upper.box, lower.box
    aligned = abs((a[0] + a[2] / 2) - (b[0] + b[2] / 2)) < 0.2 * size
    apart = 0.2 * size < (b[1] + b[3] / 2) - (a[1] + a[3] / 2) < 0.8 * size
    small = all(max(box[2], box[3]) < DOT * size for box in (a, b))
    alike = max(a[3], b[3]) < 2 * min(a[3], b[3])
    return aligned and apart and small and alike


def is_slash(component: Component, line: TextLine) -> bool:
    """Tell whether what the network knows to be no digit is a slash: a straight thin stroke that leans.

    Parameters
    ----------
    component : Component
    line : TextLine
    """
    _, _, w, h = component.box
    if h < 0.8 * line.x_height or w > WIDEST * h or component.area > 0.6 * w * h:
        return False
    tilt, wander = lean(component)
    return tilt > (LEANING if h < TOWERS * line.x_height else BARELY) and wander < STRAIGHT


def is_bracket(component: Component, line: TextLine) -> bool:
    """Tell whether a component is a bracket: one thin stroke, as tall as the digits, that bulges.

    Parameters
    ----------
    component : Component
    line : TextLine
    """
    _, _, w, h = component.box
    if h < line.x_height or w > 0.5 * h or h < 8:
        return False
    mask = component.mask
    thick = mask.sum(axis=1)
    first, last = mask.argmax(axis=1), w - mask[:, ::-1].argmax(axis=1)
    if thick.min() == 0 or (last - first > thick + 1).any() or np.median(thick) > ROUND * h:
        return False
    middles = (first + last) / 2
    tenth = max(h // 10, 1)
    top, foot = float(middles[:tenth].mean()), float(middles[-tenth:].mean())
    belly = float(middles[h // 2 - tenth : h // 2 + tenth].mean())
    quarters = float(middles[h // 4]), float(middles[3 * h // 4])
    bulge = (belly - (top + foot) / 2) / h
    inner = [(q - (top + foot) / 2) * np.sign(bulge) / h for q in quarters]
    return (
        BOW <= abs(bulge) <= ROUND and abs(top - foot) < 0.5 * abs(bulge) * h + 1 and min(inner) > 0.3 * BOW
    )


def lean(component: Component) -> tuple[float, float]:
    """Measure a stroke's lean, and how far it is from straight.

    Parameters
    ----------
    component : Component

    Returns
    -------
    tangent : float
        Positive to the right.
    wander : float
        Largest distance of a row's middle from the fitted line, in heights.
    """
    mask = component.mask
    height, width = mask.shape
    rows = np.flatnonzero(mask.any(axis=1))
    if rows.size < 3:
        return 0.0, 0.0
    middles = (mask[rows] @ np.arange(width)) / mask[rows].sum(axis=1)
    along, off = rows - rows.mean(), middles - middles.mean()
    slope = float(along @ off) / float(along @ along)
    start = middles.mean() - slope * rows.mean()
    inner = slice(rows.size // 8, rows.size - rows.size // 8)
    wander = np.abs(middles - (slope * rows + start))[inner].max(initial=0.0)
    return -slope, float(wander) / height
