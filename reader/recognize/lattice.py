"""The lattice of a text line: what each stretch of its pieces may be.

Pieces are the line's components, cut wherever they may hold several digits (`cuts`). Every run of
neighbouring pieces that could be one digit is a candidate; all candidates of a page are classified in
one batch; the decoder then looks for the best path from the first piece to the last.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from reader.imaging.normalize import normalize, stand_up
from reader.imaging.segment import join
from reader.recognize.cuts import split
from reader.recognize.marks import classify_mark, is_mark
from reader.recognize.spelt_cuts import spelt_middles, spelt_pairs
from reader.recognize.transcribe import Spelled
from reader.types import Box, Component, TextLine

MAX_PIECES = 5
"""Most pieces that one digit may be broken or cut into."""
MAX_WIDTH = 1.6
"""Widest candidate, in heights of the line's digits."""
MAX_GAP = 0.18
"""Widest white inside a broken digit, in heights of the line's digits."""
MIN_HEIGHT = 0.32
"""Lowest candidate digit, in heights of the line's digits."""
UPRIGHT = 0.5
"""Part of a line's lean that is taken out of its candidates: the network knows leaning digits, but reads
those of MNIST's lean best. Of two halves of `car` it reads 302 and 333 right, against 294 and 328 without."""
LEANS = 0.08
"""Least lean that is taken out, a tangent."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """Pieces `start` to `stop` (left out) of a line, taken together.

    Attributes
    ----------
    start, stop : int
    component : Component
        The ink of the pieces.
    """

    start: int
    stop: int
    component: Component


@dataclass(frozen=True, slots=True)
class Lattice:
    """The candidates of a line.

    Attributes
    ----------
    line : TextLine
    pieces : tuple of Component
        Left to right.
    whole : tuple of bool
        For each piece whether it is a component by itself, uncut.
    candidates : tuple of Candidate
        By start, then stop.
    slant : float
        Tangent of the lean of the writing.
    """

    line: TextLine
    pieces: tuple[Component, ...]
    whole: tuple[bool, ...]
    candidates: tuple[Candidate, ...]
    slant: float


def estimate_slant(components: tuple[Component, ...], height: float) -> float:
    """Find the lean at which the line's strokes stand most upright.

    Upright strokes put their ink into few columns: the sum of squares of the projection is largest.

    Parameters
    ----------
    components : tuple of Component
    height : float
        Of the line's digits; lower components say nothing about the lean and are left out.

    Returns
    -------
    float
        Tangent of the lean, positive to the right, between -0.5 and 1.
    """
    rows, cols, apart = [], [], 0
    for part in components:
        if part.box[3] >= 0.6 * height:
            # Each about its own middle and in columns of its own: neither the climb of the line nor
            # neighbours that come to stand above each other count as a lean.
            r, c = np.nonzero(part.mask)
            rows.append(r - r.mean())
            cols.append(c + apart)
            apart += part.box[2] + 2 * part.box[3]
    if not rows:
        return 0.0
    row, col = np.concatenate(rows), np.concatenate(cols).astype(float)
    best, lean = -1.0, 0.0
    for tangent in np.arange(-0.5, 1.01, 0.1):
        upright = np.rint(col + row * tangent).astype(np.intp)
        profile = np.bincount(upright - upright.min())
        # A flat preference for small leans settles ties of round digits.
        score = float((profile.astype(float) ** 2).sum()) * (1 - 0.02 * abs(tangent))
        if score > best:
            best, lean = score, float(tangent)
    return lean


def build(
    line: TextLine,
    *,
    stroke: float,
    sure: frozenset[int] = frozenset(),
    slant: float | None = None,
    spelled: Spelled | None = None,
    gray: NDArray[np.uint8] | None = None,
) -> Lattice:
    """Cut a line into pieces and list its candidates.

    Parameters
    ----------
    line : TextLine
    stroke : float
        Width of strokes in pixels.
    sure : frozenset of int
        Components that are one digit each, to be neither cut nor joined.
    slant : float, optional
        What `estimate_slant` says of the line, where it was asked already.
    spelled : Spelled, optional
        What its columns spell: where they spell two characters in a component it is cut between them ...
    gray : ndarray of uint8, shape (h, w), optional
        ... along what is lightest of the page's flattened ink.

    Returns
    -------
    Lattice
    """
    height = line.x_height
    slant = estimate_slant(line.components, height) if slant is None else slant
    pieces: list[tuple[float, Component, bool, bool]] = []
    middles = spelt_middles(spelled) if spelled is not None else []
    for i, component in enumerate(line.components):
        cut = i not in sure
        point = is_mark(component, line) and classify_mark(component, line) == "."
        whole = point or not cut
        pairs = [] if spelled is None else spelt_pairs(component, spelled, middles)
        own = None if gray is None else crop(gray, component.box)
        parts = (
            [component]
            if whole
            else split(component, height=height, stroke=stroke, slant=slant, pairs=pairs, gray=own)
        )
        pieces += [(_upright_centre(p, line, slant), p, len(parts) == 1, cut) for p in parts]
    pieces.sort(key=lambda item: (item[0], item[1].box))
    ordered = [p for _, p, _, _ in pieces]
    fixed = [not cut for _, _, _, cut in pieces]
    stray = [uncut and is_mark(p, line) and classify_mark(p, line) != "" for _, p, uncut, _ in pieces]
    found = [
        Candidate(i, j, joined)
        for i in range(len(ordered))
        for j in range(i + 1, min(i + MAX_PIECES, len(ordered)) + 1)
        if (j == i + 1 or not any(fixed[i:j]))
        and _adjoin(ordered[i:j], height)
        and not _has_stray_mark(i, j, ordered, stray)
        and _may_be_digit(joined := join(ordered[i:j]), height)
    ]
    return Lattice(line, tuple(ordered), tuple(w for _, _, w, _ in pieces), tuple(found), slant)


def whole(line: TextLine, *, stroke: float) -> Lattice:
    """Make the lattice of an image that is one digit: its only candidate is all of the ink but specks.

    Parameters
    ----------
    line : TextLine
    stroke : float
        Width of strokes in pixels.
    """
    largest = max(c.area for c in line.components)
    part = join(
        [c for c in line.components if c.area >= max(0.02 * largest, stroke * stroke)] or [*line.components]
    )
    return Lattice(line, (part,), (True,), (Candidate(0, 1, part),), 0.0)


def glyphs(lattices: list[Lattice], gray: NDArray[np.uint8]) -> NDArray[np.float32]:
    """Normalise the candidates of all lattices, one after the other.

    Parameters
    ----------
    lattices : list of Lattice
    gray : ndarray of uint8, shape (h, w)
        The page's flattened ink.

    Returns
    -------
    ndarray of float32, shape (N, 28, 28, 1)
    """
    images = [
        normalize(*_upright(gray, candidate.component, lattice.slant))
        for lattice in lattices
        for candidate in lattice.candidates
    ]
    if not images:
        return np.zeros((0, 28, 28, 1), np.float32)
    return np.stack(images)[..., None]


def _upright(
    gray: NDArray[np.uint8], part: Component, slant: float
) -> tuple[NDArray[np.uint8], NDArray[np.bool_]]:
    """Cut a candidate out, with half of its line's lean taken away."""
    lean = UPRIGHT * slant
    cut = crop(gray, part.box)
    return stand_up(cut, part.mask, lean) if abs(lean) >= LEANS else (cut, part.mask)


def crop(gray: NDArray[np.uint8], box: Box) -> NDArray[np.uint8]:
    """Cut a box out of an image."""
    x, y, w, h = box
    return gray[y : y + h, x : x + w]


def _upright_centre(piece: Component, line: TextLine, slant: float) -> float:
    """Give where a piece stands along the line once the lean is taken away."""
    x, y, w, h = piece.box
    return x + w / 2 - (line.baseline - line.x_height / 2 - (y + h / 2)) * slant


def _adjoin(parts: list[Component], height: float) -> bool:
    """Tell whether pieces lie close enough together to be one digit, and are not all marks."""
    x0, x1 = min(p.box[0] for p in parts), max(p.box[0] + p.box[2] for p in parts)
    if x1 - x0 > MAX_WIDTH * height:
        return False
    reach = parts[0].box[0] + parts[0].box[2]
    for part in parts[1:]:
        if part.box[0] - reach > MAX_GAP * height:
            return False
        reach = max(reach, part.box[0] + part.box[2])
    return True


def _has_stray_mark(start: int, stop: int, pieces: list[Component], stray: list[bool]) -> bool:
    """Tell whether a candidate would swallow a separator that stands beside its digit."""
    for k in range(start, stop):
        if stray[k] and stop - start > 1:
            x, _, w, _ = pieces[k].box
            rest = [p.box for i, p in enumerate(pieces[start:stop], start) if i != k]
            x0, x1 = min(b[0] for b in rest), max(b[0] + b[2] for b in rest)
            if min(x1, x + w) - max(x0, x) < 0.5 * w:
                return True
    return False


def _may_be_digit(component: Component, height: float) -> bool:
    """Tell whether a candidate has the size of a digit."""
    return component.box[3] >= MIN_HEIGHT * height
