"""Where a line's columns spell two characters in one piece of ink, so that it is cut between them.

The context network saw the page's grey levels, and needs no cuts to spell (`reader.recognize.spelling`).
"""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from reader.recognize.spelling import BLANK, OTHER, STRIDE, shares
from reader.recognize.transcribe import Spelled
from reader.types import Component


def spelt_middles(spelled: Spelled) -> list[tuple[float, bool]]:
    """Find the middles of the characters that columns spell.

    Parameters
    ----------
    spelled : Spelled

    Returns
    -------
    list of (float, bool)
        Columns of the strip, ascending, and whether each is a digit's.
    """
    likely = shares(spelled.logits)
    best = likely.argmax(axis=1)
    edges = np.flatnonzero(np.diff(best)) + 1
    runs = zip([0, *edges.tolist()], [*edges.tolist(), len(best)], strict=True)
    return [
        (STRIDE * (start + stop) / 2, int(best[start]) < OTHER)
        for start, stop in runs
        if best[start] != BLANK
    ]


def spelt_pairs(
    component: Component, spelled: Spelled, middles: list[tuple[float, bool]]
) -> list[tuple[float, float]]:
    """Find the neighbours, one a digit, whose middles both lie in a component.

    Parameters
    ----------
    component : Component
    spelled : Spelled
    middles : list of (float, bool)
        Of `spelt_middles`.

    Returns
    -------
    list of (float, float)
        Where the two stand in the component's middle row, in pixels from its left side.
    """
    x, y, w, h = component.box
    a, b, c = spelled.to_column
    found = []
    for (left, one), (right, other) in pairwise(middles):
        if one and other:
            ends = [(at - b * (y + h / 2) - c) / a - x for at in (left, right)]
            if 0 <= ends[0] < ends[1] <= w:
                found.append((ends[0], ends[1]))
    return found
