"""Measures whether points and commas inside numbers are read: "general OCR loses decimal points".

    python benchmarks/points.py

Counts the numbers of `receipts` and `funsd` that are written with one point or comma between digits and whose
digits are read right, and of these the ones whose text has that separator in that place. The data is not part
of this repository; DIGIT_DATA names the folder of dev.jsonl. Writes points.md and results/points.json.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from machine import in_words, machine
from pages import commit, folder

from reader import load_model, read_files
from reader.types import Box, Number

HERE = Path(__file__).resolve().parent
SETS = ("receipts", "funsd")
WRITTEN = re.compile(r"[^0-9A-Za-z.,]{0,2}(\d+[.,]\d+)[^0-9A-Za-z.,]{0,2}")
"""One number with one separator, and signs around it."""


def judged(words: list[list[Any]], numbers: list[Number]) -> Iterator[tuple[str, bool]]:
    """Give the separator of each number whose digits are read right, and whether it is read."""
    for text, *box in words:
        written = WRITTEN.fullmatch(text)
        found = [n for n in numbers if _lies_in(n.box, (box[0], box[1], box[2], box[3]))]
        if written and len(found) == 1 and found[0].digits == re.sub(r"\D", "", text):
            yield ("." if "." in text else ","), written[1] in found[0].text


def _lies_in(inner: Box, outer: Box) -> bool:
    x, y = inner[0] + inner[2] / 2, inner[1] + inner[3] / 2
    return 0 <= x - outer[0] <= outer[2] and 0 <= y - outer[1] <= outer[3]


def main() -> None:
    """Measure and write."""
    data = folder("DIGIT_DATA", "data/dev")
    items = [json.loads(line) for line in (data / "dev.jsonl").read_text("utf-8").splitlines()]
    facts, model = machine(), load_model()
    counts: Counter[tuple[str, str, bool]] = Counter()
    for item in items:
        if item["set"] in SETS:
            for outcome in read_files([str(data / item["file"])], model):
                numbers = [number for page in outcome.readings for number in page.numbers]
                counts.update((item["set"], *one) for one in judged(item["words"], numbers))
    rows: list[dict[str, Any]] = []
    for name in SETS:
        for mark in ".,":
            right, lost = counts[name, mark, True], counts[name, mark, False]
            if right + lost:
                rows.append({"set": name, "mark": mark, "digits_right": right + lost, "mark_right": right})
    results = {"commit": commit(), "machine": facts, "rows": rows}
    (HERE / "results" / "points.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    table = "\n".join(
        f"| {row['set']} | `{row['mark']}` | {row['digits_right']} | {row['mark_right']} "
        f"({100 * row['mark_right'] / row['digits_right']:.1f} %) |"
        for row in rows
    )
    (HERE / "points.md").write_text(
        "# Points and commas\n\nMade by `python benchmarks/points.py`. Of numbers that are written with one "
        "separator and whose digits\nare read right, how many have it in their text, where it stands and as "
        "what it is.\n\n"
        f"| set | separator | digits right | and the separator |\n|---|---|---:|---:|\n{table}\n\n"
        f"- At commit {results['commit']}; {in_words(facts)}.\n"
        "- The labels are those of the sets, typing errors included.\n",
        "utf-8",
    )
    print(table)


if __name__ == "__main__":
    main()
