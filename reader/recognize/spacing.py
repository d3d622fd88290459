"""White between characters: where a line parts into words; type of uncommon width, and displays."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from reader.imaging.layout import make_line
from reader.imaging.order import percentile
from reader.imaging.walls import TOOTH, Walls
from reader.recognize.marks import classify_mark, is_comma, is_fat_point, is_mark
from reader.recognize.setting import setting_of
from reader.recognize.word_spaces import spare
from reader.types import Box, Component, TextLine

SPACE = 0.45
"""White between two words, in heights of the line's characters ..."""
SPACE_TIMES = 2.6
"""... or, in a widely spaced line, in its typical white between characters."""
POINTED = 0.55
"""White after a point or a comma that parts nothing, in the same heights: type of one width sets it so."""
THIN = 0.12
"""How much more white a point, a comma or a hyphen has beside it than a letter, in the same."""
EVENLY, STEPS, STROKE = 0.05, 2, 0.3
"""How far characters of displays are from even distances, in these; fewest distances that are alike; widest
stroke such as a 1, in heights."""
USUAL_WIDTH, UNEVEN, FEWEST_EVEN = 0.675, 1.15, 3
"""Width of a character in its height, how much wider than most stretched ones may be, and fewest of them."""
NARROW = 30
"""Percentile of a line's whites that stands for those inside its words."""
WALLED = 0.15
"""White in which a rule could stand, in heights of the line's characters."""


def split_words(line: TextLine, walls: Walls, space: float | None = None) -> list[TextLine]:
    """Part a line at its wide whites; what stands in a comb is one word, empty cells or not.

    The parts keep the line's character height, or their cell's: a word of low letters must not grow its own.

    Parameters
    ----------
    line : TextLine
    walls : Walls
        A comb's cells stay together, a table's are parted.
    space : float, optional
        From what white on words of this line's print are apart, in heights of its characters.

    Returns
    -------
    list of TextLine
        Left to right.
    """
    if line.comb:
        return [line]
    parts = line.components
    solid = [c for c in parts if not is_mark(c, line)]
    usual, after_point = usual_limits(line)
    limit, thin = usual, after_point
    if space is not None:
        limit, thin = min(usual, space * line.x_height), (space + THIN) * line.x_height
    step, setting = pitch([c.box for c in solid]), setting_of([c.box for c in solid])
    cells: list[list[list[Component]]] = [[[]]]
    reach = -np.inf
    before, last, pointed = parts[0], parts[0], False
    for part in parts:
        mark = is_mark(part, line)
        apart = after_point if pointed else limit
        if space is not None and (mark or pointed or before is not last):
            beside = [part] if not mark else [last] if before is last else []
            apart = min(after_point, thin + sum(spare(c.box, line) for c in beside))
        wide = part.box[0] - reach > apart
        if setting and before is last and not mark:
            wide = wide or setting.is_spaced(last.box, part.box)
        wide = wide and not is_next(last.box, part.box, step, line.x_height)
        walled = False
        # A mark may hang on a wall, or stand just behind it.
        open_to = part.box[0] - last.box[0] - last.box[2]
        if cells[-1][-1] and (wide or (not mark and open_to > WALLED * line.x_height)):
            wall = walls.between(last.box, part.box)
            walled, wide = wall > TOOTH, wide and wall == 0.0
        if walled:
            cells.append([[]])
        elif cells[-1][-1] and wide:
            cells[-1].append([])
        cells[-1][-1].append(part)
        reach = max(reach, part.box[0] + part.box[2])
        before, last = part, last if mark else part
        named = mark and classify_mark(part, line) in (".", ",")
        pointed = named or is_comma(part, line) or is_fat_point(part, line)
    # One cell of a table may be printed, the next one written by hand: twice as high.
    rows = [line] if len(cells) == 1 else [make_line([c for word in cell for c in word]) for cell in cells]
    return [word_of(word, row) for cell, row in zip(cells, rows, strict=True) for word in cell]


def usual_limits(line: TextLine) -> tuple[float, float]:
    """Give the widest white inside a word where a line may be anything, and behind a point, in pixels."""
    solid = [c.box for c in line.components if not is_mark(c, line)]
    whites = [b[0] - a[0] - a[2] for a, b in pairwise(solid)]
    typical = max(percentile(whites, NARROW), 0.0) if whites else 0.0
    height = line.x_height * stretch([w for _, _, w, _ in solid], line.x_height)
    limit = max(SPACE * height, min(SPACE_TIMES * typical, 1.6 * height))
    return limit, max(limit, POINTED * height)


def stretch(widths: Sequence[float], height: float) -> float:
    """Tell how many times as wide as usual characters are set: totals of receipts are, twice.

    Parameters
    ----------
    widths : sequence of float
        Of the characters of a line.
    height : float
        Of its digits, in the same unit.

    Returns
    -------
    float
        1.0 but for type that is evenly wider than high; what a hand joins is of all widths.

    Examples
    --------
    >>> stretch([20, 21, 12, 21], 30.0), stretch([39, 42, 20, 42], 30.0), stretch([40, 90, 20, 60], 30.0)
    (1.0, 2.0, 1.0)
    """
    if len(widths) < FEWEST_EVEN:
        return 1.0
    usual, wide = percentile(widths, 50), percentile(widths, 80)
    even = wide <= UNEVEN * usual and usual > height
    return usual / (USUAL_WIDTH * height) if even else 1.0


def pitch(boxes: Sequence[Box]) -> float:
    """Find at what distance the right sides of characters follow each other, as those of displays do.

    A 1 of seven segments stands at the right of its place, with as much white before it as a space.

    Parameters
    ----------
    boxes : sequence of Box
        Left to right.

    Returns
    -------
    float
        0.0 where they follow at no even distance.

    Examples
    --------
    >>> pitch([(0, 0, 50, 80), (66, 0, 50, 80), (172, 0, 10, 80), (198, 0, 50, 80)])
    66.0
    >>> pitch([(0, 0, 50, 80), (60, 0, 50, 80), (130, 0, 20, 80)])
    0.0
    """
    steps = [b[0] + b[2] - a[0] - a[2] for a, b in pairwise(boxes)]
    if not steps:
        return 0.0
    usual = percentile(steps, 50)
    alike = sum(abs(step - usual) <= EVENLY * usual for step in steps)
    return usual if alike >= max(STEPS, len(steps) / 2) else 0.0


def is_next(left: Box, right: Box, pitch: float, height: float) -> bool:
    """Tell whether a stroke such as a 1 stands in the place behind a character, whatever white is between."""
    step = right[0] + right[2] - left[0] - left[2]
    return right[2] < STROKE * height and 0 < step <= (1 + EVENLY) * pitch


def word_of(components: list[Component], line: TextLine) -> TextLine:
    """Make a word of a line's components, of the line's height unless they are all low."""
    own = make_line(components)
    tall = max(c.box[3] for c in components) >= 0.5 * line.x_height
    height = line.x_height if own.x_height < line.x_height and tall else own.x_height
    return TextLine(own.components, own.baseline, height, own.box, line.comb)
