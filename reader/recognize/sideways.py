"""Numbers that lie on their side: which way up a lying line is, and whether it is a number at all.

A line is read in both directions through the same stages as any other. Few things are numbers upside
down (0, 1, 6, 8, 9 alone are), so one direction must be much better; and as a lying line is rare, only
what is a long and sure number is believed.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from reader.imaging.sideways import turn_over
from reader.imaging.walls import Walls
from reader.recognize import decode, lattice, spacing, stitch, words
from reader.recognize.context import LOOKALIKES, confidence
from reader.recognize.decode import Symbol
from reader.recognize.line_context import in_context
from reader.recognize.respell import read_line
from reader.recognize.whole_words import look_at_whole
from reader.types import Box, Classifier, Number, TextLine

DIGITS = 4
"""Fewest digits of a number that lies ..."""
PLAIN = 2
"""... and of those that are no look-alikes of strokes and rings."""
SURE = 0.85
"""Least mean probability of a word's digits; what is no digit counts as 0 ..."""
CLEARLY = 0.15
"""... and by how much it must be more than upside down."""
WEAKEST = 0.5
"""Least probability of any one of its digits; what is none has 0, for half a number is a wrong one."""
NO_WALLS = Walls(np.zeros((0, 0), np.bool_))
TURNS = (1, 3)
"""Quarters counter-clockwise that make a lying line stand: its heads are on the right, or on the left."""


@dataclass(frozen=True, slots=True)
class Lying:
    """A word that lies, read in one direction.

    Attributes
    ----------
    path : list of Symbol
        As its line makes it likeliest.
    alone : float
        Mean probability of the digits that its characters are each by itself, 0 for what is none.
    """

    path: list[Symbol]
    alone: float

    @property
    def share(self) -> float:
        """Mean probability of being the digit read, 0 for what is none; marks do not count."""
        return _share(self.path)


Found = tuple[int, list[Symbol]]
"""By how many quarters counter-clockwise the page is turned where a number stands, and its symbols."""


def read_side_lines(
    lines: list[TextLine], gray: NDArray[np.uint8], classifier: Classifier, *, stroke: float
) -> list[Found]:
    """Read lines that lie on their side.

    Parameters
    ----------
    lines : list of TextLine
        In pixels of the page turned counter-clockwise by 90°.
    gray : ndarray of uint8, shape (h, w)
        The page's flattened ink, as it lies.
    classifier : Classifier
    stroke : float
        Width of strokes in pixels.

    Returns
    -------
    list of (turns, symbols)
        In the order of the lines; `turns` is 1 or 3, boxes are in pixels of the page turned so often.
    """
    ahead = [word for line in lines for word in spacing.split_words(line, NO_WALLS)]
    ahead = [word for word in ahead if word.box[2] > word.x_height]
    over = [turn_over(word, gray.shape[::-1]) for word in ahead]
    paths = [
        _read(way, np.rot90(gray, turns), classifier, stroke)
        for turns, way in zip(TURNS, (ahead, over), strict=True)
    ]
    found: list[Found] = []
    for word, both in zip(ahead, zip(*paths, strict=True), strict=True):
        best = choose(*both)
        if best is not None:
            parts = stitch.groups(both[best].path, word.x_height, NO_WALLS, one=False)
            found += [(TURNS[best], group) for group in parts if is_long(group)]
    return found


def choose(one: Lying, other: Lying) -> int | None:
    """Tell in which of two opposite directions a word is a number.

    Parameters
    ----------
    one, other : Lying
        The word read in both.

    Returns
    -------
    int or None
        0 for the first, 1 for the second; None where neither is one for sure.
    """
    ahead = one.share - other.share, one.alone - other.alone
    best = int(sum(ahead) < 0)
    read = (one, other)[best]
    weakest = min((_belief(s) for s in read.path if s.kind != "mark"), default=0.0)
    clear = max(-a if best else a for a in ahead)
    return best if weakest >= WEAKEST and read.share >= SURE and clear >= CLEARLY else None


def is_long(group: list[Symbol]) -> bool:
    """Tell whether a group has enough digits, and enough of those that are not mere strokes and rings."""
    digits = [s.char for s in group if s.kind == "digit"]
    return len(digits) >= DIGITS and sum(d not in LOOKALIKES for d in digits) >= PLAIN


def unite(level: list[Number], side: list[Number]) -> list[Number]:
    """Put numbers that lie after those that stand, without what was read twice.

    A lying 0 or 8 passes for a digit as it lies; but where most of a lying number was read as level
    digits, these are right.

    Parameters
    ----------
    level, side : list of Number
        Boxes in page pixels.
    """
    numbers = list(level)
    for number in side:
        within = [n for n in numbers if _holds(number.box, n.box)]
        if 2 * sum(len(n.digits) for n in within) <= len(number.digits):
            numbers = [n for n in numbers if n not in within]
            numbers.append(number)
    return numbers


def _read(
    lying: list[TextLine], gray: NDArray[np.uint8], classifier: Classifier, stroke: float
) -> list[Lying]:
    """Read words as they stand; what holds nothing like a digit gets no symbols.

    A line that is upside down is a line too, and its context may believe what each digit denies.
    """
    *_, by_word = words.look_at(lying, gray, classifier)
    promising = [k for k, word in enumerate(lying) if words.is_promising(word, by_word[k])]
    looks = zip(promising, look_at_whole([lying[k] for k in promising], gray, classifier), strict=True)
    kept = [(k, whole) for k, whole in looks if whole.may_hold_digits()]
    lattices = [
        lattice.build(
            lying[k], stroke=stroke, sure=words.sure_digits(lying[k], by_word[k]), slant=whole.slant
        )
        for k, whole in kept
    ]
    found = [Lying([], 0.0) for _ in lying]
    scores = classifier.scores(lattice.glyphs(lattices, gray))
    known = in_context(classifier, lattices, [whole.seen for _, whole in kept], scores, stroke)
    bounds = np.cumsum([0, *(len(lat.candidates) for lat in lattices)])
    for (k, _), lat, (start, stop), spelled in zip(
        kept, lattices, pairwise(bounds), known.spelled, strict=True
    ):
        alone = decode.best_path(lat, scores[start:stop])
        found[k] = Lying(read_line(lat, known.scores[start:stop], spelled, decode.PAGE), _share(alone))
    return found


def _share(path: list[Symbol]) -> float:
    """Give the mean probability of being the digit read, 0 for what is none; marks do not count."""
    solid = [_belief(s) for s in path if s.kind != "mark"]
    return float(np.mean(solid)) if solid else 0.0


def _belief(symbol: Symbol) -> float:
    """Give the probability of a digit, and 0 for what is none."""
    return confidence(symbol) if symbol.kind == "digit" else 0.0


def _holds(outer: Box, inner: Box) -> bool:
    """Tell whether the middle of one box lies in another."""
    x, y = inner[0] + inner[2] / 2, inner[1] + inner[3] / 2
    return outer[0] <= x <= outer[0] + outer[2] and outer[1] <= y <= outer[1] + outer[3]
