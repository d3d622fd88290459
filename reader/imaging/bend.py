"""Lines that are not parallel: a page photographed at an angle, or one that curls.

Turning a page levels its lines only where all have one angle. Here the slope of text is measured all over
the page, between characters of one line, and a polynomial of the place is fitted to it: along a page its
lines converge (perspective), across it they bow (a curled sheet, the fold of a newspaper). Its integral
along x says how far each pixel has come up or down, and that is taken back. Only lines are made level: that
the page narrows, so that uprights converge, is each line's own lean, which is measured where it is read.
Pages that are flat stay exactly as they are. That the lines of text tell how to undo perspective is used by
Lu, Chen and Ko too ("Perspective rectification of document images using fuzzy set and morphological
operations", doi:10.1016/j.imavis.2005.01.003).
"""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.types import InkPage, TextLine

Floats = NDArray[np.float64]

SPAN = 4, 16
"""Over how many characters of a line a slope is measured: the neighbour's is mostly noise."""
WIDE = 0.5, 2.0
"""Ratio of heights of two characters that are compared."""
PLAIN, RICH = 120, 300
"""Fewest slopes for a plane of slopes, and for one that bows."""
SPREAD_OUT = 0.15
"""Least part of the page's height that the middle four fifths of the slopes must come from: a line or two do
not tell how the rest of a page runs."""
PLAIN_POWERS = ((0, 0), (1, 0), (0, 1), (1, 1))
RICH_POWERS = (*PLAIN_POWERS, (2, 0), (2, 1), (3, 0), (3, 1), (0, 2), (1, 2))
"""Powers of x and y of the slope's polynomial."""
OUTLIER = 0.02
"""Slopes farther from the fitted ones than this, a tangent, hardly count: letters that hang, wrong
neighbours."""
RIDGE = 1e-4
"""What a term of the polynomial costs, in parts of what all slopes cost."""
ROUNDS = 12
"""The fit is weighed anew so often."""
BENT = 0.04
"""Spread of the fitted slopes, a tangent, from which a page is straightened ..."""
BETTER = 0.85
"""... if what is left of slopes is less than this part of what one angle for all leaves."""
STEEPEST = 0.5
"""Greatest slope that is believed."""
STEP = 16
"""Pixels between places at which a bend is worked out."""
FOLDED = 0.5
"""Least height of a row after straightening, in its height before."""


@dataclass(frozen=True, slots=True)
class Bend:
    """How far lines run up and down, as a polynomial over a page.

    Attributes
    ----------
    width, height : int
        Of the page in ink pixels.
    powers : tuple of (int, int)
        Of x and y, counted from the page's middle in halves of its width and height.
    weights : ndarray of float64, shape (K,)
        The slope is the sum of `weights` times the powers.
    """

    width: int
    height: int
    powers: tuple[tuple[int, int], ...]
    weights: Floats

    def slope(self, x: Floats, y: Floats) -> Floats:
        """Give the slope of lines at points of the level page, both arrays of one shape."""
        u, v = self.units(x, y)
        return sum((w * u**i * v**j for w, (i, j) in self._terms()), np.zeros(np.shape(x)))

    def drop(self, x: Floats, y: Floats) -> Floats:
        """Give how far below its place on the level page a point lies on the bent one, in pixels."""
        u, v = self.units(x, y)
        half = self.width / 2
        return sum(
            (w * half * u ** (i + 1) / (i + 1) * v**j for w, (i, j) in self._terms()), np.zeros(np.shape(x))
        )

    def restore(self, points: Floats) -> Floats:
        """Take points (N, 2) of the level page back to the bent one."""
        x, y = points.T
        return np.column_stack([x, y + self.drop(x, y)])

    def _terms(self) -> zip[tuple[float, tuple[int, int]]]:
        return zip(self.weights.tolist(), self.powers, strict=True)

    def units(self, x: Floats, y: Floats) -> tuple[Floats, Floats]:
        """Count from the page's middle, in halves of its width and height."""
        return x / (self.width / 2) - 1, y / (self.height / 2) - 1


def estimate_bend(lines: list[TextLine], shape: tuple[int, int]) -> Bend | None:
    """Measure how the lines of a page run.

    Parameters
    ----------
    lines : list of TextLine
    shape : (int, int)
        Height and width of the page.

    Returns
    -------
    Bend or None
        None where the page is flat, or holds too little text to tell.
    """
    x, y, slope, weight = _slopes(lines)
    if len(slope) < PLAIN or np.ptp(np.percentile(y, (10, 90))) < SPREAD_OUT * shape[0]:
        return None
    powers = RICH_POWERS if len(slope) >= RICH else PLAIN_POWERS
    height, width = shape
    bend = Bend(width, height, powers, np.zeros(len(powers)))
    for _ in range(2):  # where a point lies on the level page is known once the bend is
        level = y - bend.drop(x, y)
        bend = _fit(bend, x, level, slope, weight)
    level = y - bend.drop(x, y)
    fitted = bend.slope(x, level)
    spread = float(np.percentile(fitted, 95) - np.percentile(fitted, 5))
    one = float(np.average(np.minimum(np.abs(slope - np.median(slope)), OUTLIER), weights=weight))
    left = float(np.average(np.minimum(np.abs(slope - fitted), OUTLIER), weights=weight))
    if spread < BENT or left > BETTER * one or np.abs(fitted).max() > STEEPEST or _folds(bend):
        return None
    return bend


def straighten(page: InkPage, bend: Bend) -> InkPage:
    """Make the lines of a page level.

    Parameters
    ----------
    page : InkPage
    bend : Bend
        Measured on it.

    Returns
    -------
    InkPage
        Of the same size; its `to_page` is that of the bent page, to which `Bend.drop` leads.
    """
    height, width = page.ink.shape
    # The bend is smooth: every sixteenth pixel tells it.
    x, y = np.meshgrid(
        np.arange(-STEP, width + 2 * STEP, STEP) + 0.5, np.arange(-STEP, height + 2 * STEP, STEP) + 0.5
    )
    drop = bend.drop(x, y).astype(np.float32)
    to_coarse = np.array([[1 / STEP, 0, 1], [0, 1 / STEP, 1]])
    across, rows = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
    down = rows + cv2.warpAffine(drop, to_coarse, (width, height), flags=flags)
    # Pixels are moved whole: a mean of two would blur.
    ink = cv2.remap(page.ink.view(np.uint8), across, down, cv2.INTER_NEAREST, borderValue=0)
    gray = cv2.remap(page.gray, across, down, cv2.INTER_NEAREST, borderValue=0)
    return InkPage(ink > 0, np.asarray(gray, np.uint8), page.to_page)


def _slopes(lines: list[TextLine]) -> tuple[Floats, Floats, Floats, Floats]:
    """Measure slopes between characters of one line: x and y of their middles, slopes, weights."""
    found = []
    for line in lines:
        boxes = np.array([c.box for c in line.components], float)
        boxes = boxes[boxes[:, 3] >= 0.5 * line.x_height]
        centre = boxes[:, 0] + boxes[:, 2] / 2
        for step in range(SPAN[0], min(SPAN[1], len(boxes) - 1) + 1, 3):
            a, b = boxes[:-step], boxes[step:]
            along = centre[step:] - centre[:-step]
            ratio = a[:, 3] / b[:, 3]
            fine = (along > 2 * line.x_height) & (ratio > WIDE[0]) & (ratio < WIDE[1])
            for edge in (0, 1):  # heads and feet
                level = boxes[:, 1] + edge * boxes[:, 3]
                middle = boxes[:, 1] + boxes[:, 3] / 2
                rows = [
                    (centre[:-step] + centre[step:]) / 2,
                    (middle[:-step] + middle[step:]) / 2,
                    (level[step:] - level[:-step]) / np.maximum(along, 1.0),
                    along,
                ]
                found.append(np.stack(rows)[:, fine])
    x, y, slope, weight = np.concatenate(found, axis=1) if found else np.zeros((4, 0))
    return x, y, slope, weight


def _fit(bend: Bend, x: Floats, y: Floats, slope: Floats, weight: Floats) -> Bend:
    """Fit the polynomial by least squares, weighed anew by what is left (Geman and McClure's function)."""
    u, v = bend.units(x, y)
    terms = np.stack([u**i * v**j for i, j in bend.powers], axis=1)
    # Where there is no text the polynomial is kept low.
    stiff = np.array([float(i + j > 0) + 3.0 * float(i + j > 1) for i, j in bend.powers])
    ridge = RIDGE * weight.sum() * np.diag(stiff)
    robust = 1.0 / (1.0 + ((slope - np.median(slope)) / 0.1) ** 2) ** 2
    found = np.zeros(len(bend.powers))
    for _ in range(ROUNDS):
        own = weight * robust
        found = np.linalg.solve((terms * own[:, None]).T @ terms + ridge, (terms * own[:, None]).T @ slope)
        robust = 1.0 / (1.0 + ((slope - terms @ found) / OUTLIER) ** 2) ** 2
    return Bend(bend.width, bend.height, bend.powers, found)


def _folds(bend: Bend) -> bool:
    """Tell whether rows would be pressed together too much, or stretched."""
    x, y = np.meshgrid(np.linspace(0, bend.width, 17), np.linspace(0, bend.height, 33))
    rows = np.diff(y + bend.drop(x, y), axis=0) / np.diff(y, axis=0)
    return bool(rows.min() < FOLDED or rows.max() > 1 / FOLDED)
