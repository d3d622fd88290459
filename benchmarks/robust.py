"""Measures how much reading suffers from what cameras, scanners and hands do to a page.

    python benchmarks/robust.py [--change NAME ...]

A part of the pages of `checks`, `photos`, `sudoku`, `funsd` and `receipts` is read as it is and changed as
`changes.py` says; boxes are carried back before they are scored, by the measuring script's own functions.
That script and the data are not part of this repository; see pages.py for where they are looked for. Writes
robust.md and results/robust.json.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from functools import cache
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from changes import CHANGES, Back
from machine import in_words, machine
from pages import commit, folder

import reader
from reader.imaging.geometry import corners
from reader.types import Box, Classifier, Page

HERE = Path(__file__).resolve().parent
RESULTS = HERE / "results" / "robust.json"
EVERY = {"checks": 4, "photos": 1, "sudoku": 16, "funsd": 24, "receipts": 10}


@cache
def _model() -> Classifier:
    cv2.setNumThreads(1)  # a process a core
    return reader.load_model()


def _carried(box: Box, back: Back) -> list[float]:
    """Give the upright box around the middles of a box's sides, carried back, about its own middle."""
    x, y, w, h = box
    sides = [[x, y + h / 2], [x + w, y + h / 2], [x + w / 2, y], [x + w / 2, y + h]]
    wide, high = np.ptp(back(np.array(sides, float)), axis=0)
    middle = back(corners(box).mean(axis=0)[None])[0]
    return [middle[0] - wide / 2, middle[1] - high / 2, wide, high]


def read(item: dict[str, Any], change: str) -> tuple[str, str, int, int, int]:
    """Read one page changed; set, change, numbers right, all, false."""
    sys.path.insert(0, str(folder("DIGIT_BENCH", "bench")))
    import measure

    page = reader.load_page(str(folder("DIGIT_DATA", "data/dev") / item["file"]))
    image, back = CHANGES[change](page.image)
    numbers = reader.read_page(Page(np.ascontiguousarray(image), page.source), _model()).numbers
    found = [
        {
            "digits": measure.digits(n.digits or n.text),
            "box": _carried(n.box, back),
            "chars": [{"char": c.char, "box": _carried(c.box, back)} for c in n.chars],
        }
        for n in numbers
    ]
    if "grid" in item:
        right, want, false = measure.score_grid(item, found)
    elif "words" in item:
        right, want, false = measure.score_located(item, found)
    else:
        truth = Counter(measure.digits(s) for s in item["strings"])
        got = Counter(f["digits"] for f in found if f["digits"])
        right, want = sum((truth & got).values()), truth.total()
        false = got.total() - right if item.get("complete") else 0
    return item["set"], change, right, want, false


def table(rows: list[dict[str, Any]]) -> str:
    """Give the results as a Markdown table: right, and false where there are any."""
    lines = [f"| page | {' | '.join(EVERY)} |", "|---|" + "---:|" * len(EVERY)]
    for change in dict.fromkeys(row["change"] for row in rows):
        cells = []
        for name in EVERY:
            row = next(r for r in rows if (r["change"], r["set"]) == (change, name))
            false = f" ({row['false']} false)" if row["false"] else ""
            cells.append(f"{row['right']} of {row['numbers']}{false}")
        lines.append(f"| {change} | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(description="Measure reading of changed pages.")
    parser.add_argument(
        "--change", action="append", choices=CHANGES, help="this change alone; writes nothing"
    )
    asked = parser.parse_args().change
    data = folder("DIGIT_DATA", "data/dev")
    items = [json.loads(line) for line in (data / "dev.jsonl").read_text("utf-8").splitlines()]
    part = [i for name, every in EVERY.items() for i in [i for i in items if i["set"] == name][::every]]
    facts, counts = machine(), dict[tuple[str, str], Counter[str]]()
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        jobs = [(item, change) for change in asked or CHANGES for item in part]
        for name, change, right, want, false in pool.map(read, *zip(*jobs, strict=True)):
            own = counts.setdefault((change, name), Counter(right=0, numbers=0, false=0))
            own.update(right=right, numbers=want, false=false)
    rows = [{"change": change, "set": name, **own} for (change, name), own in counts.items()]
    print(table(rows))
    if asked:
        return
    report = {"machine": facts, "commit": commit(), "every": EVERY, "rows": rows}
    RESULTS.write_text(json.dumps(report, indent=1) + "\n", "utf-8")
    every = ", ".join(f"`{name}` {step}" for name, step in EVERY.items())
    page = PAGE.format(table=table(rows), commit=commit(), machine=in_words(facts), every=every)
    (HERE / "robust.md").write_text(page, "utf-8")


PAGE = """# Pages changed

Made by `python benchmarks/robust.py`. Numbers read right as a whole, digits compared, of a part of each set's
pages (every n-th: {every}), as they are and changed as `changes.py` says.

{table}
What a change takes from the page itself (letters of 6 pixels, a far side that is smaller) nobody can read.

- Measured at {commit}.
- Machine: {machine}.

Figures as JSON: [results/robust.json](results/robust.json).
"""


if __name__ == "__main__":
    main()
