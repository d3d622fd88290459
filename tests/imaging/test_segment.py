"""Components are the ink, parted; joining brings it back; strokes have the width they were drawn with."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from drawn import ink_of
from hypothesis import given
from hypothesis.extra import numpy as hnp
from numpy.typing import NDArray

from reader.imaging.segment import drop_residue, find_components, join, may_be_writing, stroke_width
from reader.types import Component

Mask = NDArray[np.bool_]
masks = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, max_side=24))


def paint(parts: list[Component], shape: tuple[int, ...]) -> NDArray[np.int64]:
    """Count for each pixel how many components cover it."""
    canvas = np.zeros(shape, np.int64)
    for part in parts:
        x, y, w, h = part.box
        canvas[y : y + h, x : x + w] += part.mask
    return canvas


@given(masks)
def test_components_cover_the_ink_once(ink: Mask) -> None:
    parts = find_components(ink)
    np.testing.assert_array_equal(paint(parts, ink.shape), ink.astype(int))
    for part in parts:
        assert part.area == part.mask.sum() > 0
        # The box is tight.
        assert part.mask[0].any()
        assert part.mask[-1].any()
        assert part.mask[:, 0].any()
        assert part.mask[:, -1].any()


@given(masks)
def test_components_are_connected_and_apart(ink: Mask) -> None:
    parts = find_components(ink)
    labels = np.zeros(ink.shape, int)
    for i, part in enumerate(parts, 1):
        x, y, w, h = part.box
        labels[y : y + h, x : x + w][part.mask] = i
        assert cv2.connectedComponents(part.mask.astype(np.uint8), connectivity=8)[0] == 2
    for dy, dx in ((0, 1), (1, 0), (1, 1), (1, -1)):
        a = labels[: labels.shape[0] - dy, max(0, -dx) : labels.shape[1] - max(0, dx)]
        b = labels[dy:, max(0, dx) : labels.shape[1] - max(0, -dx)]
        touching = (a > 0) & (b > 0)
        np.testing.assert_array_equal(a[touching], b[touching])


@given(masks.filter(lambda ink: bool(ink.any())))
def test_joining_undoes_the_parting(ink: Mask) -> None:
    whole = join(find_components(ink))
    x, y, w, h = whole.box
    assert whole.area == ink.sum()
    np.testing.assert_array_equal(whole.mask, ink[y : y + h, x : x + w])


def test_nothing_cannot_be_joined() -> None:
    with pytest.raises(ValueError, match="nothing to join"):
        join([])


def test_one_component_joins_to_itself() -> None:
    part = find_components(ink_of("7"))[0]
    assert join([part]) is part


def test_specks_are_left_out_and_the_largest_are_kept() -> None:
    ink = np.zeros((20, 60), bool)
    for i in range(6):
        ink[2 : 3 + i, 10 * i + 1 : 10 * i + 3] = True
    assert len(find_components(ink)) == 6
    assert [c.area for c in find_components(ink, min_area=7)] == [8, 10, 12]
    assert sorted(c.area for c in find_components(ink, max_count=2)) == [10, 12]


def test_the_order_does_not_depend_on_chance() -> None:
    ink = np.random.default_rng(0).random((200, 200)) < 0.2
    boxes = [c.box for c in find_components(ink)]
    assert boxes == sorted(boxes, key=lambda b: (b[1], b[0]))
    assert boxes == [c.box for c in find_components(ink.copy())]


@pytest.mark.parametrize("width", [3, 5, 8, 12, 20])
@pytest.mark.parametrize(
    ("end", "bound"), [((260, 40), 0.2), ((40, 260), 0.2), ((80, 260), 0.25), ((260, 260), 0.34)]
)
def test_the_width_of_a_drawn_line(width: int, end: tuple[int, int], bound: float) -> None:
    """A slanted outline has more pixels than length, up to the root of two: slanted lines measure thin."""
    page = np.zeros((300, 300), np.uint8)
    cv2.line(page, (40, 40), end, 1, width)
    # OpenCV's own lines are up to a pixel off: area over length is the width that was drawn.
    length = float(np.hypot(end[0] - 40, end[1] - 40))
    drawn = float(page.sum()) / (length + width / 2)
    assert stroke_width(page > 0) == pytest.approx(drawn, rel=bound)


def test_what_is_dark_beyond_the_paper_is_no_stroke() -> None:
    """Without the rules a few strokes are left beside it: what was known before keeps it out."""
    page = np.zeros((600, 900), bool)
    page[:60], page[-60:], page[:, :60], page[:, -60:] = True, True, True, True
    for x in range(100, 300, 40):
        page[200:240, x : x + 6] = True
    assert stroke_width(page) > 12
    assert stroke_width(page, 12.0) == pytest.approx(6, abs=1)


def test_a_desk_of_uneven_breadth_is_no_stroke() -> None:
    """Its thinner side is less than three mean widths of all ink, and goes in a second round."""
    page = np.zeros((1000, 1400), bool)
    page[:150], page[:, :60] = True, True
    for y in range(250, 650, 100):
        for x in range(100, 1300, 24):
            page[y : y + 40, x : x + 6] = True
    assert stroke_width(page) == pytest.approx(6, abs=1)


@pytest.mark.parametrize("ink", [np.zeros((5, 5), bool), np.ones((1, 1), bool), np.eye(9, dtype=bool)])
def test_strokes_are_at_least_a_pixel(ink: Mask) -> None:
    assert stroke_width(ink) >= 1.0


def test_faint_pieces_are_dropped() -> None:
    ink = np.zeros((60, 120), bool)
    gray = np.zeros((60, 120), np.uint8)
    ink[10:50, 20:25], gray[10:50, 20:25] = True, 200
    for left, strength in ((10, 200), (40, 90), (70, 40)):  # a stroke, a paler one, a trace of one
        ink[10:50, left : left + 5] = True
        gray[10:50, left : left + 5] = strength
    ink[30:33, 100:103] = True  # a pale dot
    gray[30:33, 100:103] = 90
    left = drop_residue(ink, gray, np.zeros_like(ink), stroke=5.0)
    assert left[:, 10:15].sum() == 200
    assert left[:, 40:45].sum() == 200
    assert not left[:, 70:].any()


def test_a_pale_point_stays_among_digits_and_a_pattern_of_them_goes() -> None:
    ink = np.zeros((80, 300), bool)
    gray = np.zeros((80, 300), np.uint8)
    for left in range(10, 200, 20):
        ink[10:50, left : left + 5], gray[10:50, left : left + 5] = True, 200
    ink[46:50, 63:67], gray[46:50, 63:67] = True, 120
    none = np.zeros_like(ink)
    assert drop_residue(ink, gray, none, stroke=5.0)[46:50, 63:67].all()
    for left in range(10, 290, 12):
        ink[60:64, left : left + 4], gray[60:64, left : left + 4] = True, 120
    left_over = drop_residue(ink, gray, none, stroke=5.0)
    assert left_over[10:50].sum() == 2000
    assert not left_over[60:].any()
    assert not left_over[46:50, 63:67].any()


def test_crumbs_of_rules_are_dropped_and_strokes_across_stay() -> None:
    rules = np.zeros((80, 200), bool)
    rules[40:43] = True
    ink = np.zeros((80, 200), bool)
    ink[39, 50:60] = True  # a crumb
    ink[10:70, 100:105] = True  # a stroke across the rule
    left = drop_residue(ink, ink * np.uint8(255), rules, stroke=4.0)
    assert not left[:, :90].any()
    assert left[:, 100:105].sum() == 300


def test_dropping_from_no_ink() -> None:
    nothing = np.zeros((5, 5), bool)
    assert not drop_residue(nothing, nothing * np.uint8(0), nothing, 3.0).any()


def test_dropping_leaves_the_input_untouched() -> None:
    ink = ink_of("471")
    before = ink.copy()
    drop_residue(ink, ink * np.uint8(200), np.zeros_like(ink), 4.0)
    np.testing.assert_array_equal(ink, before)


def solid(x: int, y: int, w: int, h: int) -> Component:
    return Component((x, y, w, h), np.ones((h, w), bool), w * h)


def test_what_may_be_writing() -> None:
    ink = np.pad(ink_of("471"), 200)
    assert all(may_be_writing(c, *ink.shape) for c in find_components(ink))
    assert may_be_writing(solid(400, 300, 20, 30), 1000, 800)
    assert not may_be_writing(solid(10, 300, 700, 30), 1000, 800)  # a bar
    assert not may_be_writing(solid(0, 0, 30, 1000), 1000, 800)  # the page's dark edge
    assert not may_be_writing(solid(100, 300, 300, 4), 1000, 800)  # a rule
    assert not may_be_writing(solid(0, 300, 4, 30), 1000, 800)  # a sliver of it
    assert not may_be_writing(solid(796, 300, 4, 30), 1000, 800)
    assert may_be_writing(solid(2, 300, 4, 30), 1000, 800)
    assert may_be_writing(solid(0, 10, 8, 30), 200, 800)  # a 1 that the crop of a line begins with
    frame = np.zeros((400, 400), np.uint8)
    cv2.rectangle(frame, (0, 0), (399, 399), 1, 3)
    assert not may_be_writing(Component((100, 100, 400, 400), frame > 0, int(frame.sum())), 1000, 800)


def test_a_weak_stroke_as_small_as_a_dot_is_no_dot() -> None:
    gray = np.zeros((200, 400), np.uint8)
    gray[20:180, 20:120] = 220  # heavy print, whose strokes are wide
    gray[40:70, 200:206] = gray[40:52, 300:312] = 120
    noise = np.s_[150:160:4, 200:390:4]  # a pattern: weak dots are none of the print's
    gray[noise] = 110
    left = drop_residue(gray > 0, gray, np.zeros(gray.shape, bool), 12.0)
    assert left[40:70, 200:206].all()
    assert not left[40:52, 300:312].any()
    assert not left[noise].any()
