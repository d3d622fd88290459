"""The stress benchmark: what it draws has the degrees it states, and a moved point is noticed."""

from __future__ import annotations

import copy
import sys
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

sys.path.insert(0, str(Path(__file__).parents[1] / "benchmarks"))

import stress
import stress_lines as lines
import stress_report as report
from stress_lines import Degrees, Digit

EASY = Degrees(noise=0.0, blur=0.0)
SOME = range(6)


def plate(width: int = 1600) -> tuple[NDArray[np.float32], int]:
    """A line that can be measured: a box of a digit's height on its baseline, an inked line's length."""
    return np.ones((lines.DRAWN, width), np.float32), lines.DRAWN


def inked(image: NDArray[np.uint8]) -> NDArray[np.bool_]:
    return image < (lines.PAPER + int(image.min())) / 2


def drawn(number: int, degrees: Degrees) -> tuple[Digit, ...]:
    return lines.digits_of(number, None, degrees.overlap, degrees.pen)


def test_strings_have_three_to_eight_digits_and_differ() -> None:
    texts = [lines.text_of(number) for number in range(stress.STRINGS)]
    assert {len(text) for text in texts} == {3, 4, 5, 6, 7, 8}
    assert all(text.isdigit() for text in texts)
    assert len(set(texts)) == len(texts)


@pytest.mark.parametrize("overlap", stress.CURVES["overlap"])
def test_neighbours_overlap_as_stated(overlap: float) -> None:
    for number in SOME:
        digits = drawn(number, replace(EASY, overlap=overlap))
        widths = [digit.alpha.shape[1] / lines.DRAWN for digit in digits]
        for measured, left, right in zip(lines.overlaps_of(digits), widths, widths[1:], strict=False):
            stated = min(overlap, lines.MOST_OF_A_NEIGHBOUR * min(left, right))
            assert measured == pytest.approx(stated, abs=1 / lines.DRAWN)


def test_overlap_is_that_of_the_row_where_it_is_largest() -> None:
    wedge = np.tril(np.ones((20, 20), np.float32))
    block = np.ones((10, 6), np.float32)
    assert lines.overlap_of(Digit(wedge, 0, 0), Digit(block, 15, 10)) == 5
    assert lines.overlap_of(Digit(wedge, 0, 0), Digit(block, 15, 0)) == -5
    assert lines.overlap_of(Digit(wedge, 0, 0), Digit(block, 15, 40)) == 5  # no row of both: their boxes


@pytest.mark.parametrize("height", stress.CURVES["height"])
def test_digits_have_the_stated_height(height: float) -> None:
    degrees = replace(EASY, height=height)
    box = lines.leaned(*plate(), degrees, turned=True)
    assert box.sum(axis=0).max() == pytest.approx(height, rel=0.005)
    tall = [len(digit.alpha) for number in range(20) for digit in drawn(number, degrees)]
    assert np.median(tall) == pytest.approx(lines.DRAWN, rel=0.12)  # some hands reach below the line
    lines_drawn = [inked(lines.line(number, None, degrees)).astype(np.uint8) for number in range(9)]
    tall = [cv2.boundingRect(image)[3] for image in lines_drawn]
    assert np.median(tall) == pytest.approx(height, rel=0.3, abs=2)


@pytest.mark.parametrize("slant", stress.CURVES["slant"])
def test_strokes_lean_as_stated(slant: float) -> None:
    post = np.zeros((lines.DRAWN, 400), np.float32)
    post[:, 190:206] = 1
    seen = lines.leaned(post, lines.DRAWN, replace(EASY, slant=slant), turned=True)
    rows = np.arange(5, 36)
    middles = [np.average(np.arange(seen.shape[1]), weights=seen[row]) for row in rows]
    assert np.degrees(np.arctan(-np.polyfit(rows, middles, 1)[0])) == pytest.approx(slant, abs=0.5)


@pytest.mark.parametrize("skew", stress.CURVES["skew"])
def test_lines_and_pages_are_turned_as_stated(skew: float) -> None:
    bar = np.zeros((lines.DRAWN, 1600), np.float32)
    bar[60:100] = 1
    alone = lines.leaned(bar, lines.DRAWN, replace(EASY, skew=skew), turned=True)
    paged = lines.turned(np.pad(bar, 200), skew)
    for seen in (alone, paged):
        y, x = np.nonzero(seen > 0.5)
        keep = np.abs(x - x.mean()) < 0.3 * np.ptp(x)  # the ends are cut at an angle
        slope = -np.polyfit(x[keep], y[keep], 1)[0]
        assert np.degrees(np.arctan(slope)) == pytest.approx(skew, abs=0.4)


@pytest.mark.parametrize("pen", stress.CURVES["pen"])
def test_strokes_have_the_stated_width(pen: float) -> None:
    widths = []
    for number in SOME:
        for digit in drawn(number, replace(EASY, pen=pen)):
            ink = np.pad((digit.alpha > 0.5).astype(np.uint8), 1)
            inside = cv2.distanceTransform(ink, cv2.DIST_L2, cv2.DIST_MASK_PRECISE)
            ridge = inside[(inside == cv2.dilate(inside, np.ones((5, 5)))) & (inside > 0)]
            # To the middle of the nearest pixel of paper: its half does not count, on either side.
            widths.append((2 * np.median(ridge) - 1) / lines.DRAWN)
    assert np.median(widths) == pytest.approx(pen, abs=0.012)


@pytest.mark.parametrize("noise", [level for level in stress.CURVES["noise"] if level < 60])
def test_paper_has_the_stated_noise(noise: float) -> None:
    # On middle grey nothing is cut off at white.
    grey = np.full((200, 200), 0.5, np.float32)
    image = lines.photographed(grey, replace(EASY, noise=noise), np.random.default_rng(1))
    assert image.std() == pytest.approx(noise, abs=0.02 * noise + 0.1)


@pytest.mark.parametrize("contrast", stress.CURVES["contrast"])
def test_ink_stands_out_as_stated(contrast: float) -> None:
    image = lines.line(0, None, replace(EASY, contrast=contrast))
    assert int(image.max()) - int(image.min()) == pytest.approx(contrast, abs=1)


@pytest.mark.parametrize("blur", [level for level in stress.CURVES["blur"] if level > 0.02])
def test_edges_are_blurred_as_stated(blur: float) -> None:
    edge = np.zeros((20, 120), np.float32)
    edge[:, 60:] = 1
    row = lines.photographed(edge, replace(EASY, blur=blur), np.random.default_rng(1))[10].astype(float)
    steps = -np.diff(row)
    at = np.arange(len(steps))
    middle = np.average(at, weights=steps)
    spread = np.sqrt(np.average((at - middle) ** 2, weights=steps))
    assert spread == pytest.approx(blur * EASY.height, rel=0.05, abs=0.1)


def test_a_picture_is_the_same_every_time_and_its_own() -> None:
    first = lines.line(3, None, Degrees())
    lines.digits_of.cache_clear()
    assert lines.line(3, None, Degrees()).tobytes() == first.tobytes()
    assert lines.line(4, None, Degrees()).tobytes() != first.tobytes()
    page = lines.page(range(4), [None] * 4, Degrees())
    assert lines.page(range(4), [None] * 4, Degrees()).tobytes() == page.tobytes()


def test_one_thing_varies_and_no_other() -> None:
    assert set(stress.CURVES) == {field.name for field in fields(Degrees)} == set(report.TITLES)
    assert {name: getattr(Degrees(), name) for name in stress.CURVES if name != "overlap"} == report.USUAL
    assert all(
        6 <= len(degrees) <= 8 and list(degrees) == sorted(degrees) for degrees in stress.CURVES.values()
    )


def test_a_page_holds_every_number_on_clear_paper() -> None:
    numbers = range(lines.COLUMNS * lines.ROWS)
    seen = inked(lines.page(numbers, [None] * len(numbers), EASY))
    alone = [inked(lines.line(number, None, EASY)).sum() for number in numbers]
    assert seen.sum() == pytest.approx(sum(alone), rel=0.02)
    assert not seen[[0, -1]].any()
    assert not seen[:, [0, -1]].any()
    with pytest.raises(ValueError, match="holds 20"):
        lines.page(range(21), [None] * 21, EASY)


def test_easy_numbers_are_read() -> None:
    right = stress.measure(stress.Point("slant", 0.0, (), 6))
    assert right["line"] >= 4
    assert right["page"] >= 4


def results(right: int = 54, of: int = 60, **more: Any) -> dict[str, Any]:
    curves = [
        {
            "varied": "slant",
            "writing": writing,
            "layout": "line",
            "points": [{"at": 0.0, "right": right, "of": of}],
        }
        for writing in ("hand", "print")
    ]
    return {"strings": of, "faces": ["a.ttf"], "curves": curves} | more


@pytest.mark.parametrize(("now", "way"), [(54, None), (48, None), (47, "fell"), (57, None), (58, "rose")])
def test_a_point_moves_when_it_leaves_its_interval(
    now: int, way: str | None, capsys: pytest.CaptureFixture[str]
) -> None:
    found = report.moved(results(54), results(now))  # 54 of 60: 79.85 % to 95.34 %
    assert len(found) == (2 if way else 0)
    assert report.print_moved(found) == (way == "fell")
    assert (f"{way} from 90% to" if way else "no point moved") in capsys.readouterr().out


def test_one_fall_among_rises_counts() -> None:
    new = results(60)
    new["curves"][1]["points"][0]["right"] = 30
    assert [point.now for point in report.moved(results(54), new)] == [1.0, 0.5]
    assert report.print_moved(report.moved(results(54), new)) == 1


def test_print_in_other_fonts_is_not_compared() -> None:
    found = report.moved(results(54), results(10, faces=["b.ttf"]))
    assert [point.curve for point in found] == ["slant, hand, line"]


def test_degrees_that_only_one_run_has_are_left_out() -> None:
    new = copy.deepcopy(results(54))
    new["curves"][0]["points"].append({"at": 9.0, "right": 0, "of": 60})
    assert report.moved(results(54), new) == []


@pytest.mark.parametrize("new", [results(5, of=6), results(5) | {"curves": []}])
def test_what_cannot_be_compared_is_refused(new: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"cannot be compared|no point in common"):
        report.moved(results(54), new)


def whole() -> dict[str, Any]:
    wanted = list(stress.points(60, ()))
    right = [{"line": 60 - n % 30, "page": 50 - n % 30} for n in range(len(wanted))]
    facts = {"model": "digits", "date": "2026-01-01", "seconds": 1, "strings": 60, "faces": []}
    box = {"processor": "a", "cores": 2, "load_before": 0.1, "python": "3", "opencv": "5", "numpy": "2"}
    return facts | {"machine": box, "curves": stress.results_of(wanted, right)}


def test_every_curve_is_in_the_page() -> None:
    text = report.page(whole())
    assert text.count("| hand-drawn, one line |") == len(stress.CURVES)
    assert "print is missing" in text
    assert "| right % | -0.2 | -0.1 | -0.05 | 0 | 0.04 | 0.08 | 0.12 | 0.16 |\n" in text
    assert "| hand-drawn, one line | 100 | 98 |" in text


def test_the_same_results_give_the_same_picture() -> None:
    pytest.importorskip("matplotlib", reason="the extra 'train' is not installed")
    assert report.picture(whole()) == report.picture(whole())
