"""Components, lines, scores and symbols made by hand for the tests of recognition."""

from __future__ import annotations

import cv2
import numpy as np
from hypothesis import strategies as st
from numpy.typing import NDArray

from reader.imaging.segment import find_components, join
from reader.imaging.walls import Walls
from reader.recognize.decode import Symbol
from reader.types import NOT_A_DIGIT, Component, TextLine

HEIGHT = 40
FOOT = 100
Point = tuple[int, int]


def solid(x: int, w: int = 20, h: int = HEIGHT, foot: int = FOOT) -> Component:
    """Give a filled rectangle that stands at `foot`."""
    return Component((x, foot - h, w, h), np.ones((h, w), bool), w * h)


def drawn(*paths: list[Point], pen: int = 4) -> Component:
    """Give the ink of polylines, as one component."""
    page = np.zeros((240, 600), np.uint8)
    for path in paths:
        cv2.polylines(page, [np.array(path)], False, 1, pen)
    return join(find_components(page > 0))


def upright(x: int, h: int = HEIGHT, lean: float = 0.0, pen: int = 4, foot: int = FOOT) -> Component:
    """Give a stroke like a 1, leaning to the right by a tangent."""
    rise = h - 2 * (pen // 2)
    low = foot - pen // 2
    return drawn([(x + round(lean * rise), low - rise), (x, low)], pen=pen)


def ring(x: int, h: int = HEIGHT, pen: int = 4) -> Component:
    """Give a circle like a 0 whose left side is at `x`."""
    page = np.zeros((240, 600), np.uint8)
    cv2.circle(page, (x + h // 2, FOOT - h // 2), (h - pen) // 2, 1, pen)
    return join(find_components(page > 0))


def point(x: int) -> Component:
    return solid(x, 6, 6)


def comma(x: int) -> Component:
    return solid(x, 6, 14, FOOT + 8)


def dash(x: int) -> Component:
    return solid(x, 16, 4, FOOT - 16)


def upright_rules(*places: int, high: int = 60) -> Walls:
    """Give a page with upright rules, their middles at the middle of the digits."""
    down = np.zeros((240, 600), bool)
    middle = FOOT - HEIGHT // 2
    for x in places:
        down[max(0, middle - high // 2) : middle + high // 2, x : x + 2] = True
    return Walls(down)


def line_of(*components: Component) -> TextLine:
    """Give a line of digits `HEIGHT` high that stand at `FOOT`."""
    ordered = sorted(components, key=lambda c: c.box[0] + c.box[2] / 2)
    return TextLine(tuple(ordered), float(FOOT), float(HEIGHT), join(ordered).box)


def moved(line: TextLine, right: int, down: int) -> TextLine:
    """Give the same line elsewhere on the page."""
    parts = tuple(
        Component((c.box[0] + right, c.box[1] + down, *c.box[2:]), c.mask, c.area) for c in line.components
    )
    x, y, w, h = line.box
    return TextLine(parts, line.baseline + down, line.x_height, (x + right, y + down, w, h))


def ink_of(*components: Component) -> NDArray[np.bool_]:
    """Paint components on a page of their own."""
    page = np.zeros((240, 600), bool)
    for component in components:
        x, y, w, h = component.box
        page[y : y + h, x : x + w] |= component.mask
    return page


def row(digit: int | str, sure: float = 0.99, second: int | None = None) -> NDArray[np.float32]:
    """Give the scores of a glyph; the rest goes to `second`, or to all other classes alike.

    `digit` "x" is "not a digit".
    """
    first = NOT_A_DIGIT if digit == "x" else int(digit)
    scores = np.full(11, 0.0 if second is not None else (1 - sure) / 10, np.float32)
    scores[first] = sure
    if second is not None:
        scores[second] = 1 - sure
    return scores


def digit(char: str, x: int, sure: float = 0.99, component: Component | None = None) -> Symbol:
    return Symbol("digit", char, component or solid(x), row(char, sure))


def mark(char: str, component: Component) -> Symbol:
    return Symbol("mark", char, component)


def letter(x: int, w: int = 26, h: int = HEIGHT, sure: float = 0.98) -> Symbol:
    """Give junk that the network says is no digit."""
    return Symbol("junk", "", solid(x, w, h), row("x", sure))


@st.composite
def lines(draw: st.DrawFn, most: int = 8) -> TextLine:
    """Draw lines of rectangles: digits, slivers, marks, things that touch."""
    x, parts = 5, []
    for _ in range(draw(st.integers(1, most))):
        w, h = draw(st.integers(3, 36)), draw(st.integers(3, 48))
        foot = draw(st.sampled_from([FOOT, FOOT, FOOT + 6, FOOT - 12]))
        parts.append(solid(x, w, h, foot))
        x += w + draw(st.integers(1, 30))
    return line_of(*parts)
