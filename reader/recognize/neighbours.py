"""What the words beside a single digit say of it: an initial among names, or the number of a list.

The O of "T. O. Craft" is a 0, the J of a typewriter a 3, and nothing in the glyph says otherwise; what stands
to its left and right does.
"""

from __future__ import annotations

from itertools import pairwise

from reader.imaging.walls import Walls
from reader.recognize.context import DEMANDS, INITIAL, TEXT, Demands
from reader.recognize.marks import classify_mark, is_fat_point, is_mark
from reader.recognize.words import UNLIKE, Scores
from reader.types import TextLine

FAR = 2.5
"""White up to which the next word of a line is a neighbour, in heights of the line's characters."""


def demands_of(
    words: list[TextLine], of: list[int], scores: list[Scores | None], text: set[int], walls: Walls
) -> list[Demands]:
    """Give what each word must show to be a number.

    Parameters
    ----------
    words : list of TextLine
        All words of a page, from left to right in each line.
    of : list of int
        The line of each.
    scores : list of dict of int to ndarray of float32, or None
        Of each word, as for `reader.recognize.words.is_promising`; None for lower-case text.
    text : set of int
        The lines that are text.
    walls : Walls
        What stands in another cell of a table is no neighbour.
    """
    beside = [False, *(m == n for m, n in pairwise(of)), False]
    for k, (a, b) in enumerate(pairwise(words), start=1):
        near = beside[k] and b.box[0] - a.box[0] - a.box[2] <= FAR * a.x_height
        beside[k] = near and walls.between(a.components[-1].box, b.components[0].box) == 0.0
    alone = [_solid(word) == 1 for word in words]
    letters = [_is_letters(own) for own in scores]
    found = []
    for k, word in enumerate(words):
        before, after = beside[k] and letters[k - 1], beside[k + 1] and letters[k + 1]
        name = before and (alone[k - 1] or (after and _has_point(word)))
        found.append(INITIAL if alone[k] and name else TEXT if of[k] in text else DEMANDS)
    return found


def _solid(word: TextLine) -> int:
    """Count the characters of a word that are no marks."""
    return sum(not is_mark(c, word) for c in word.components)


def _is_letters(scores: Scores | None) -> bool:
    """Tell whether a word holds letters, and nothing that looks like a digit."""
    if scores is None:
        return True
    likely = [float(row[:-1].max()) for row in scores.values()]
    return any(one < UNLIKE for one in likely) and not any(one > 0.5 for one in likely)


def _has_point(word: TextLine) -> bool:
    """Tell whether a word holds a point."""
    return any(classify_mark(c, word) in (".", ",") or is_fat_point(c, word) for c in word.components)
