"""Amounts whose last digit is damaged: "21.0" with something unread at its end has a second decimal.

Receipts fade at their edge, in the midst of the cents. What is left of the last digit is hardly one to the
network, which is not asked how often an amount ends after one decimal with a piece of a character right
behind it. The odds of a digit are raised by that, and its probability states what they come to.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from reader.imaging.geometry import union_box
from reader.recognize.decode import BRACKET, Symbol
from reader.recognize.lattice import Lattice
from reader.types import NOT_A_DIGIT, Box

ODDS = 20.0
"""How many times likelier than elsewhere a digit is there; of 40 receipts 20 reads eight amounts more, and 60
another one."""
NEAR = 0.35
"""White up to the damaged digit, in heights of the line's digits."""
WIDEST = 1.0
"""Width of what is unread there, in the same: more are letters."""
COVERED = 0.8
"""Part of that width which must be the digit."""
LEVEL = 0.15
"""By how much its head and foot may stand elsewhere than those of the first decimal, in heights of that:
units as g and m stand lower."""
STROKE = "1"
"""Not read so: "1.5l"."""


def second_decimals(path: list[Symbol], lattice: Lattice, scores: NDArray[np.float32]) -> list[Symbol]:
    """Read damaged second decimals.

    Parameters
    ----------
    path : list of Symbol
        What was read of a line of a page.
    lattice : Lattice
        The line's.
    scores : ndarray of float32, shape (number of candidates, 11)

    Returns
    -------
    list of Symbol
        The path, with a digit instead of the junk behind one decimal where that is likelier.
    """
    read = list(path)
    for at in range(len(path) - 1, 2, -1):
        if _ends_with_one_decimal(path[:at]) and path[at].kind == "junk":
            run = _behind(path, at, lattice.line.x_height)
            digit = _digit_in(run, path[at - 1].component.box, lattice, scores) if run else None
            if digit is not None:
                read[at : at + len(run)] = [digit]
    return read


def _ends_with_one_decimal(symbols: list[Symbol]) -> bool:
    """Tell whether symbols end in a digit, a point or comma, and a digit."""
    before, point, decimal = symbols[-3:]
    return before.kind == decimal.kind == "digit" and point.kind == "mark" and point.char in (".", ",")


def _behind(path: list[Symbol], at: int, height: float) -> list[Symbol]:
    """Give what is unread right behind a digit, up to the next space; nothing where letters stand there."""
    run: list[Symbol] = []
    x, _, w, _ = path[at - 1].component.box
    right = x + w
    for symbol in path[at:]:
        box = symbol.component.box
        if box[0] - right > NEAR * height:
            break
        if symbol.kind == "digit" or symbol.char == BRACKET:
            return []
        run.append(symbol)
        right = max(right, box[0] + box[2])
    wide = right - run[0].component.box[0] if run else 0
    return run if wide <= WIDEST * height else []


def _digit_in(run: list[Symbol], beside: Box, lattice: Lattice, scores: NDArray[np.float32]) -> Symbol | None:
    """Find the candidate in what is unread that is likeliest a digit, given what stands beside it."""
    x, _, w, _ = union_box([symbol.component.box for symbol in run])
    best: Symbol | None = None
    most = 0.0
    for candidate, row in zip(lattice.candidates, scores, strict=True):
        box = candidate.component.box
        inside = box[0] >= x and box[0] + box[2] <= x + w and box[2] >= COVERED * w
        if inside and _is_level(box, beside):
            odds = np.where(np.arange(len(row)) == NOT_A_DIGIT, row, ODDS * row)
            likely = (odds / odds.sum()).astype(np.float32)
            digit = int(np.argmax(likely[:NOT_A_DIGIT]))
            if likely[digit] > max(float(likely[NOT_A_DIGIT]), most) and str(digit) != STROKE:
                best = Symbol("digit", str(digit), candidate.component, likely)
                most = float(likely[digit])
    return best


def _is_level(box: Box, beside: Box) -> bool:
    """Tell whether head and foot of two boxes stand level."""
    most = LEVEL * beside[3]
    return abs(box[1] - beside[1]) <= most and abs(box[1] + box[3] - beside[1] - beside[3]) <= most
