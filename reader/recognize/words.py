"""Which stretches of a page may hold numbers: looked at once, cheaply, before anything is cut.

A page of text has thousands of components and few numbers. Every component of a character's size is
classified as it stands; only stretches in which something looks like a digit, or is wide enough to be
several, go through the lattice.
"""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.normalize import normalize
from reader.imaging.order import percentile
from reader.recognize.lattice import crop
from reader.recognize.marks import is_bracket, is_mark
from reader.types import GLYPH_SIZE, NOT_A_DIGIT, Classifier, Component, TextLine

HIGH, WIDE, LONGEST = 0.7, 0.78, 12
"""Of what may be digits that touch: least height and width in heights of the line's characters, and most
width in its own height."""
NARROW = 0.4
"""Least width of two narrow digits that touch, of which a word consists."""
BLOB, LARGE = 1.4, 16
"""Least height of digits that touch, in widths of their thickest stroke, and height in ink pixels from which
that does not matter: what is lower both ways is a speck or a dash."""
SMALLEST = 7
"""Characters lower than this, in ink pixels, cannot be told from specks."""


LONG, SHORT = 15, 3
"""Letters of a line of text at least, and components of a word of it."""
LEAST = 0.4
"""Height of a letter at least, in heights of the line's tall ones: specks make no line long."""
LOW = 0.45
"""Part of a lower-case word's letters that are low."""
MANY, EVEN = 8, 1.3
"""So many letters of one height, by which most of them differ at most, are no lower-case word, but smaller
print."""
LIKELY = 0.3
"""Probability from which a component counts as a digit when a word is looked at ..."""
SURE = 0.97
"""... and from which nothing else is tried."""
FEW, FAINTLY = 2, 0.05
"""Most pieces of a word in a cell that is looked at when one of them is a digit with this probability: a
blurred 1 is none to the classifier, and one to the context network, which knows the pen. Elsewhere a scratch
is as likely."""
LETTERS, UNLIKE = 5, 0.1
"""A line with so many pieces wide or less likely digits than this is text, unless half as many are digits."""
BRIEF = 3
"""Most pieces of a word that may be touching digits and as many others: noise has many longer ones."""

Scores = dict[int, NDArray[np.float32]]
"""Of components by their index in a word."""


def is_lower_case(word: TextLine, line: TextLine) -> bool:
    """Tell whether a word is lower-case text: half of its letters are lower than the line's tall ones.

    Digits of print are of one height. A hand's are not, but a hand's numbers do not stand in long lines.

    Parameters
    ----------
    word, line : TextLine
        The word, and the line that it is a part of.
    """
    heights = [c.box[3] for c in word.components if not is_mark(c, word)]
    if len(line.components) < LONG or len(heights) < SHORT:
        return False
    others = [c.box[3] for c in line.components if not is_mark(c, line)]
    tall = percentile(others, 80)
    if sum(height > LEAST * tall for height in others) < LONG:
        return False
    low = sum(LEAST * tall < height < 0.8 * tall for height in heights)
    even = percentile(heights, 90) <= EVEN * percentile(heights, 10)
    return low >= LOW * len(heights) and not (even and len(heights) >= MANY)


def is_candidate(component: Component, line: TextLine) -> bool:
    """Tell whether a component, as it stands, could be a digit by its size."""
    _, _, w, h = component.box
    return h >= SMALLEST and not is_mark(component, line) and w < 1.7 * h


def is_wide(component: Component, line: TextLine, least: float = WIDE) -> bool:
    """Tell whether a component could be several digits that touch."""
    _, _, w, h = component.box
    return h >= max(SMALLEST, HIGH * line.x_height) and least * line.x_height < w < LONGEST * h


def is_speck(component: Component) -> bool:
    """Tell whether a component is low and solid: a speck or a dash, and no digits that touch."""
    h = component.box[3]
    if h >= LARGE:
        return False
    ink = cv2.copyMakeBorder(component.mask.view(np.uint8), 1, 1, 1, 1, cv2.BORDER_CONSTANT, value=0)
    thickest = 2.0 * float(cv2.distanceTransform(ink, cv2.DIST_L2, 3).max())
    return h < BLOB * thickest


def look_at(
    found: list[TextLine], gray: NDArray[np.uint8], classifier: Classifier
) -> tuple[NDArray[np.float32], NDArray[np.float32], list[Scores]]:
    """Classify every component of a character's size as it stands.

    Parameters
    ----------
    found : list of TextLine
        Words.
    gray : ndarray of uint8, shape (h, w)
        The page's flattened ink.
    classifier : Classifier

    Returns
    -------
    images : ndarray of float32, shape (N, 28, 28, 1)
        What was classified.
    rows : ndarray of float32, shape (N, 11)
        Its scores.
    scores : list of dict of int to ndarray of float32, shape (11,)
        The same for each word, by component.
    """
    slots = [
        (n, i)
        for n, word in enumerate(found)
        for i, part in enumerate(word.components)
        if is_candidate(part, word)
    ]
    images = np.zeros((len(slots), GLYPH_SIZE, GLYPH_SIZE, 1), np.float32)
    for image, (n, i) in zip(images, slots, strict=True):
        part = found[n].components[i]
        image[..., 0] = normalize(crop(gray, part.box), part.mask)
    rows = classifier.scores(images)
    scores: list[Scores] = [{} for _ in found]
    for (n, i), row in zip(slots, rows, strict=True):
        scores[n][i] = row
    return images, rows, scores


def is_promising(line: TextLine, scores: Scores, *, text: bool = False, walled: bool = False) -> bool:
    """Tell whether a word may hold a number.

    Parameters
    ----------
    line : TextLine
    scores : dict of int to ndarray of float32, shape (11,)
        Of those components that could be a digit as they stand, by index.
    text : bool
        It stands in a line of text: what is wide there may be two letters.
    walled : bool
        It stands in a cell, where less is needed.
    """
    signs = [is_mark(c, line) or is_bracket(c, line) for c in line.components]
    solid = [i for i, sign in enumerate(signs) if not sign]
    digits = [i for i in solid if i in scores and scores[i][:NOT_A_DIGIT].max() > LIKELY]
    plain = [i for i in digits if int(scores[i].argmax()) not in (0, 1)]
    wide = [i for i in solid if i not in digits and is_wide(line.components[i], line)]
    letters = len(solid) - len(digits) - len(wide)
    faintly = [i for i in solid if i in scores and scores[i][:NOT_A_DIGIT].max() > FAINTLY]
    if walled and faintly and len(solid) <= FEW:
        return True
    if not digits:
        if all(is_speck(line.components[i]) for i in wide):
            return False
        return letters <= (0 if text or len(solid) > BRIEF else len(wide))
    if not plain:
        return letters <= 0.5 * len(solid)
    return len(digits) + len(wide) >= 0.3 * len(solid)


def may_be_pair(word: TextLine) -> bool:
    """Tell whether a word may be two narrow digits that touch: an 11 or a 17 is no wider than a letter."""
    solid = [c for c in word.components if not is_mark(c, word) and not is_bracket(c, word)]
    return len(solid) == 1 and is_wide(solid[0], word, NARROW)


def is_text(parts: list[TextLine], scores: list[Scores]) -> bool:
    """Tell whether a line is text: letters enough, and more than digits.

    Parameters
    ----------
    parts : list of TextLine
        The words of a line.
    scores : list of dict of int to ndarray of float32, shape (11,)
        Of each word, as for `is_promising`.
    """
    likely = [float(row[:NOT_A_DIGIT].max()) for own in scores for row in own.values()]
    wide = sum(is_wide(c, word) for word in parts for c in word.components)
    letters = wide + sum(one < UNLIKE for one in likely)
    return letters >= LETTERS and letters > 2 * sum(one > 0.5 for one in likely)


def sure_digits(line: TextLine, scores: Scores) -> frozenset[int]:
    """Find the components that are digits beyond doubt: neither cut nor joined with others.

    Parameters
    ----------
    line : TextLine
    scores : dict of int to ndarray of float32, shape (11,)

    Returns
    -------
    frozenset of int
        Indices of components.
    """
    return frozenset(
        i
        for i, row in scores.items()
        if float(row[:NOT_A_DIGIT].max()) > SURE and line.components[i].box[2] < 0.95 * line.x_height
    )
