"""Digits that were parted like words of print, and belong together: what is known when they are classified.

Beside a 1 of print there is as much white as a space has, and so there is between the digits that a hand
wrote into a printed line.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reader.imaging.walls import Walls
from reader.recognize.marks import is_mark
from reader.recognize.spacing import usual_limits, word_of
from reader.recognize.word_spaces import SLIM, is_beside_slim
from reader.recognize.words import LIKELY, Scores, is_wide
from reader.types import NOT_A_DIGIT, Box, TextLine

HIGH = 0.95
"""Least height of a digit in a line of text, in heights of most of its letters."""


def may_go_on(left: TextLine, right: TextLine, line: TextLine, space: float | None) -> bool:
    """Tell whether a word may begin with the 1 that ends the number before: "0.51%" parts before its 1.

    Parameters
    ----------
    left, right : TextLine
        Neighbours.
    line : TextLine
    space : float or None
        What `word_spaces` gives.
    """
    a, b = left.components[-1].box, right.components[0].box
    white = b[0] - a[0] - a[2]
    if space is None or white > usual_limits(line)[0] or min(a[3], b[3]) < HIGH * line.x_height:
        return False
    return b[2] < SLIM * line.x_height and is_beside_slim(a, b, white, space, line.x_height)


def rejoin(
    words: Sequence[TextLine],
    of: Sequence[int],
    scores: Sequence[Scores],
    lines: Sequence[TextLine],
    spaces: Sequence[float | None],
    walls: Walls,
) -> tuple[list[TextLine], list[int], list[Scores]]:
    """Join words again that a space of print parted, where their digits belong together.

    Parameters
    ----------
    words : sequence of TextLine
        In the order of their lines, and left to right.
    of : sequence of int
        The line of each.
    scores : sequence of dict of int to ndarray of float32, shape (11,)
        Of their components.
    lines : sequence of TextLine
    spaces : sequence of float or None
        What `word_spaces` gives.
    walls : Walls

    Returns
    -------
    words, of, scores
        As given, joined.
    """
    found: list[TextLine] = []
    owners: list[int] = []
    known: list[Scores] = []
    for word, k, own in zip(words, of, scores, strict=True):
        space = spaces[k]
        if space is not None and owners and owners[-1] == k:
            sides = _Side.of(found[-1], known[-1], lines[k]), _Side.of(word, own, lines[k])
            if _belong(*sides, lines[k], space, walls):
                count = len(found[-1].components)
                known[-1] = known[-1] | {count + i: row for i, row in own.items()}
                found[-1] = word_of([*found[-1].components, *word.components], lines[k])
                continue
        found.append(word)
        owners.append(k)
        known.append(own)
    return found, owners, known


@dataclass(frozen=True, slots=True)
class _Side:
    """One of two words.

    Attributes
    ----------
    box : Box
    marked : bool
        It ends with a mark.
    solid : list of Box
        Of what is no mark.
    digits : list of bool
        Whether each of these may be a digit, or several that touch.
    """

    box: Box
    marked: bool
    solid: list[Box]
    digits: list[bool]

    @classmethod
    def of(cls, word: TextLine, scores: Scores, line: TextLine) -> _Side:
        """Look at a word of a line."""
        parts = [(i, c) for i, c in enumerate(word.components) if not is_mark(c, line)]
        digits = [
            is_wide(c, line) if i not in scores else bool(scores[i][:NOT_A_DIGIT].max() > LIKELY)
            for i, c in parts
        ]
        return cls(word.box, is_mark(word.components[-1], line), [c.box for _, c in parts], digits)

    def is_number(self) -> bool:
        """Tell whether half of it or more may be digits."""
        return 2 * sum(self.digits) >= len(self.digits) > 0


def _belong(left: _Side, right: _Side, line: TextLine, space: float, walls: Walls) -> bool:
    """Tell whether two neighbours are parts of a number: a 1 stands between, or a digit by itself."""
    if not (left.is_number() and right.is_number() and left.digits[-1] and right.digits[0]):
        return False
    white = right.box[0] - left.box[0] - left.box[2]
    if white > usual_limits(line)[left.marked] or walls.between(left.solid[-1], right.solid[0]):
        return False
    alone = min(len(left.solid), len(right.solid)) == 1
    return alone or is_beside_slim(left.solid[-1], right.solid[0], white, space, line.x_height)
