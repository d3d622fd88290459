"""Measures how whole-number accuracy falls as one thing at a time is made harder.

    python benchmarks/stress.py [--quick] [--compare OLD.json] [--render]

The numbers are drawn here, by the project's own hands and in open fonts, so nothing has to be fetched; the
seeds are fixed. Writes stress.md, stress.png and results/stress.json. `--quick` draws a tenth, prints and
writes nothing. `--compare` prints the points that left the 95 % intervals of an earlier run's results, and
ends with 1 where any fell. `--render` measures nothing and takes the results that are there. Needs the extra
`train`.
"""

from __future__ import annotations

import argparse
import importlib.util
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import stress_lines as lines
from machine import machine
from stress_report import moved, page, picture, print_moved

from reader.io.model_file import load_model
from reader.options import Layout, ReadOptions
from reader.pipeline import read_page
from reader.train.fonts import Face, find_fonts
from reader.types import Classifier, Page

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "stress.json"
STRINGS, QUICK = 60, 6
"""Numbers a point."""
CURVES: dict[str, tuple[float, ...]] = {
    "overlap": (-0.2, -0.1, -0.05, 0.0, 0.04, 0.08, 0.12, 0.16),
    "slant": (-40.0, -30.0, -15.0, 0.0, 15.0, 30.0, 40.0, 50.0),
    "height": (8.0, 10.0, 12.0, 14.0, 20.0, 28.0, 40.0, 80.0),
    "noise": (0.0, 8.0, 16.0, 24.0, 32.0, 48.0, 64.0, 80.0),
    "pen": (0.02, 0.03, 0.05, 0.09, 0.13, 0.17, 0.21, 0.25),
    "skew": (-20.0, -12.0, -6.0, 0.0, 6.0, 12.0, 20.0),
    "blur": (0.0, 0.025, 0.05, 0.075, 0.1, 0.125, 0.15),
    "contrast": (6.0, 10.0, 15.0, 25.0, 50.0, 100.0, 195.0),
}
"""What is varied, a field of `Degrees`, and its degrees."""


@dataclass(frozen=True, slots=True)
class Point:
    """One degree of one curve: what a worker is handed. Without faces the hands write."""

    curve: str
    at: float
    faces: tuple[Face, ...]
    strings: int


def type_faces() -> tuple[Face, ...]:
    """Give the upright faces of print that never train a model, as far as they are installed."""
    if importlib.util.find_spec("PIL") is None:
        return ()
    tested = (face for face in find_fonts() if face.split == "test" and face.kind in ("print", "mono"))
    return tuple(face for face in tested if not face.path.stem.endswith(("Italic", "Oblique", "It")))


def points(strings: int, faces: tuple[Face, ...]) -> Iterator[Point]:
    """Give all the points: hands, then print where there are faces, whose strokes stay as they are."""
    for curve, degrees in CURVES.items():
        for at in degrees:
            yield Point(curve, at, (), strings)
            if faces and curve != "pen":
                yield Point(curve, at, faces, strings)


@cache
def _model() -> Classifier:
    cv2.setNumThreads(1)  # a worker a core
    return load_model()


def _digits(image: lines.Image, layout: Layout) -> list[str]:
    reading = read_page(Page(image), _model(), ReadOptions(layout=layout))
    return [number.digits for number in reading.numbers]


def measure(point: Point) -> dict[str, int]:
    """Draw a point's numbers and read them, each as a line, and twenty to a page.

    Returns
    -------
    dict
        How many came out right, whole, by layout.
    """
    degrees = replace(lines.Degrees(), **{point.curve: point.at})
    numbers = range(point.strings)
    faces = [point.faces[number % len(point.faces)] if point.faces else None for number in numbers]
    alone = sum(
        _digits(lines.line(number, face, degrees), "line") == [lines.text_of(number)]
        for number, face in zip(numbers, faces, strict=True)
    )
    paged, most = 0, lines.COLUMNS * lines.ROWS
    for start in range(0, point.strings, most):
        part = numbers[start : start + most]
        found = Counter(_digits(lines.page(part, faces[start : start + most], degrees), "page"))
        paged += (found & Counter(map(lines.text_of, part))).total()
    return {"line": alone, "page": paged}


def results_of(wanted: Sequence[Point], right: Sequence[dict[str, int]]) -> list[dict[str, Any]]:
    """Sort points into curves: one for each thing varied, each way of writing and each layout."""
    curves: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for point, counts in zip(wanted, right, strict=True):
        for layout, count in counts.items():
            key = (point.curve, "print" if point.faces else "hand", layout)
            curves.setdefault(key, []).append({"at": point.at, "right": count, "of": point.strings})
    names = ("varied", "writing", "layout")
    return [dict(zip(names, key, strict=True)) | {"points": curves[key]} for key in sorted(curves)]


def run(strings: int) -> dict[str, Any]:
    """Measure everything, with a worker for each core."""
    facts, began = machine(), time.perf_counter()
    faces = type_faces()
    if not faces:
        print("print is skipped: no font of those that are tested is installed, or Pillow is not")
    wanted = list(points(strings, faces))
    with ProcessPoolExecutor(facts["cores"], mp_context=get_context("spawn")) as workers:
        right = []
        for done, counts in enumerate(workers.map(measure, wanted), 1):
            right.append(counts)
            print(f"\r{done} of {len(wanted)} points", end="", file=sys.stderr, flush=True)
    print(file=sys.stderr)
    return {
        "model": _model().id,
        "date": datetime.now(UTC).date().isoformat(),
        "machine": facts,
        "seconds": round(time.perf_counter() - began),
        "strings": strings,
        "faces": [face.path.name for face in faces],
        "curves": results_of(wanted, right),
    }


def main() -> int:
    """Measure, write the results, and compare."""
    parser = argparse.ArgumentParser(description="Measure accuracy against one degree at a time.")
    parser.add_argument("--quick", action="store_true", help="a tenth; nothing is written")
    parser.add_argument("--compare", type=Path, metavar="OLD.json", help="tell which points moved since")
    parser.add_argument("--render", action="store_true", help="take the results that are there")
    args = parser.parse_args()
    if args.quick and (args.compare or args.render):
        parser.error("--quick draws too little to be compared, and writes nothing to render")
    old = json.loads(args.compare.read_text("utf-8")) if args.compare else None
    results = json.loads(RESULTS.read_text("utf-8")) if args.render else run(QUICK if args.quick else STRINGS)
    if args.quick:
        print(page(results))
        return 0
    RESULTS.parent.mkdir(exist_ok=True)
    RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    (HERE / "stress.md").write_text(page(results), "utf-8")
    (HERE / "stress.png").write_bytes(picture(results))
    try:
        return print_moved(moved(old, results)) if old else 0
    except ValueError as error:
        parser.error(f"{args.compare}: {error}")


if __name__ == "__main__":
    sys.exit(main())
