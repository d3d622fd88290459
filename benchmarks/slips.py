"""Measures bank slips, mark sheets, exercises and cheques by real hands, scanned and photographed.

    python benchmarks/slips.py --data DIR [--pages 12]

DIR holds MNIST with the numbers of its writers (`t10k-writer-ids.npy`): each sheet is filled in by one writer
of the test part, whose digits are traced and drawn again with a pen. The sheets are printed here, with fixed
seeds. Writes slips.md and results/slips.json. Needs Pillow, the fonts DejaVu Sans and Serif, and the extra
`train`.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from itertools import pairwise
from pathlib import Path

import numpy as np
from cheque import cheque
from exercise import questions, squared
from machine import in_words, machine
from PIL import ImageDraw
from sheet import Hand, Sheet, blank, hands

from reader.io.model_file import load_model
from reader.pipeline import read_page
from reader.types import Classifier, Page

HERE = Path(__file__).resolve().parent
NAMES = ("Anil Kumar", "Mary Jones", "S. Gupta", "Li Wei", "Omar Said", "Eva Braun", "Tom Hill", "Ines Roy")
SUBJECTS = ("Maths", "Physics", "Chem.", "English", "Hindi", "Biology", "History", "Comp.")
PHOTO = ", photographed"
NOTES = (2000, 500, 200, 100)


def digits(rng: np.random.Generator, count: int) -> str:
    """Choose a number of so many digits."""
    return "".join(str(d) for d in rng.integers(0, 10, count))


def comb(sheet: Sheet, at: tuple[float, float], count: int, text: str, *, closed: bool, gap: float) -> None:
    """Print a comb, or boxes with a gap between them in cells, and write a digit into each cell."""
    rng, cell = sheet.rng, sheet.cell
    x, y = at[0] * cell, at[1] * cell
    width, pitch = max(1, round(cell * rng.uniform(0.015, 0.05))), cell * (1 + gap)
    if gap:
        sheet.lines([(x + k * pitch, y, x + k * pitch + cell, y + cell) for k in range(count)], width)
    else:
        pen = ImageDraw.Draw(sheet.page)
        for k in range(count + 1):
            top = y if closed or k in (0, count) else y + 0.55 * cell
            pen.line((x + k * cell, top, x + k * cell, y + cell), fill=sheet.rule, width=width)
        for level in (y, y + cell) if closed else (y + cell,):
            pen.line((x, level, x + count * cell, level), fill=sheet.rule, width=width)
    height = rng.uniform(0.5, 0.8) * cell
    for k, digit in enumerate(text):
        off = rng.normal(0, 0.07, 2) * cell
        sheet.put(int(digit), x + k * pitch + cell / 2 + off[0], y + cell / 2 + off[1], height)
    sheet.written.append(text)


def slip(rng: np.random.Generator, hand: Hand) -> Sheet:
    """Print and fill in a bank's slip: combs, notes counted in a table, an amount in a box."""
    cell = int(rng.integers(30, 58))
    sheet = blank(rng, hand, cell, 26, 20)
    gap, closed = float(rng.choice([0, 0, 0.15])), bool(rng.random() < 0.6)
    ImageDraw.Draw(sheet.page).rectangle((0, 0, sheet.page.width, 1.6 * cell), fill=sheet.rule)
    sheet.type("DEPOSIT SLIP", cell, 0.4 * cell, 0.7)
    date = f"{rng.integers(1, 29):02d}{rng.integers(1, 13):02d}{rng.choice(['2019', '2021', '2024'])}"
    account = digits(rng, int(rng.integers(10, 14)))
    fields = [
        ("Date", (17, 2.4), 8, date),
        ("Account No.", (8, 4.4), len(account) + int(rng.integers(0, 3)), account),
        ("Mobile", (4, 7.8), 10, "9" + digits(rng, 9)),
        ("PIN", (18, 7.8), 6, digits(rng, 6)),
        ("Cheque No.", (18, 10), 6, digits(rng, 6)),
    ]
    for label, at, count, text in fields:
        before = 4.4 if label == "Cheque No." else 3 if len(label) < 8 else 5
        sheet.type(label, (at[0] - before) * cell, (at[1] + 0.25) * cell, 0.45)
        comb(sheet, at, count, text, closed=closed, gap=gap if label != "Date" else 0)
    sheet.type("Name", cell, 6.2 * cell, 0.45)
    sheet.scrawl(str(rng.choice(NAMES)), 4 * cell, 6 * cell)
    total = 0
    for row, note in enumerate(NOTES):
        top = (10 + 1.15 * row) * cell
        sheet.lines(
            [(x * cell, top, right * cell, top + 1.15 * cell) for x, right in ((1, 4), (4, 8), (8, 13))]
        )
        sheet.type(f"{note} x", 1.3 * cell, top + 0.25 * cell)
        if rng.random() < 0.75:
            count = int(rng.integers(1, 40))
            total += count * note
            for text, x in ((str(count), 4.6), (str(count * note), 9)):
                sheet.write(text, x * cell, top + 0.57 * cell, 0.62 * cell)
    sheet.type("TOTAL", 1.3 * cell, 15 * cell)
    if total:
        sheet.write(f"{total:,}", 8.7 * cell, 15.2 * cell, 0.62 * cell)
    sheet.type("Amount Rs.", 15 * cell, 13 * cell, 0.45)
    sheet.lines([(18.5 * cell, 12.4 * cell, 25 * cell, 14 * cell)], 2)
    amount = f"{int(10 ** rng.uniform(2, 6)):,}" + ("/-" if rng.random() < 0.4 else "")
    sheet.write(amount, 18.9 * cell, 13.2 * cell, 0.8 * cell)
    return sheet


def marks(rng: np.random.Generator, hand: Hand) -> Sheet:
    """Print and fill in a mark sheet: a table of names and marks."""
    cell, rows = int(rng.integers(26, 52)), int(rng.integers(8, 14))
    subjects = [str(one) for one in rng.choice(SUBJECTS, int(rng.integers(3, 6)), replace=False)]
    widths = [1.6, 2.8, 6.0, *[2.6] * len(subjects), 2.8]
    sheet = blank(rng, hand, cell, sum(widths) + 3, 1.4 * rows + 8)
    sheet.type("CITY PUBLIC SCHOOL", 6 * cell, 0.7 * cell, 0.9)
    sheet.type("MARK SHEET   Max. Marks 100   Session 2023-24", 1.5 * cell, 2.4 * cell, 0.55)
    edges = (1.5 + np.cumsum([0, *widths])) * cell
    high, first = cell * rng.uniform(1.05, 1.4), int(rng.integers(100, 99999))
    size, by_hand, rule = rng.uniform(0.55, 0.75) * cell, bool(rng.random() < 0.5), int(rng.integers(1, 3))
    for row in range(rows + 1):
        top = 4.5 * cell + row * high
        middle = top + high / 2
        sheet.lines([(x, top, right, top + high) for x, right in pairwise(edges)], rule)
        if not row:
            for x, head in zip(edges, ["No", "Roll No", "Name", *subjects, "Total"], strict=False):
                sheet.type(head, x + 0.15 * cell, middle - 0.3 * cell, 0.45)
            continue
        sheet.type(str(row), edges[0] + 0.5 * cell, middle - 0.3 * cell)
        if by_hand:
            sheet.write(str(first + row), edges[1] + 0.15 * cell, middle, 0.8 * size)
        else:
            sheet.type(str(first + row), edges[1] + 0.3 * cell, middle - 0.3 * cell)
        sheet.scrawl(str(rng.choice(NAMES)), edges[2] + 0.3 * cell, middle - 0.5 * cell)
        own = rng.integers(8, 101, len(subjects)).tolist()
        for x, mark in zip(edges[3:], [*own, sum(own)], strict=False):
            sheet.write(str(mark), x + rng.uniform(0.3, 0.7) * cell, middle, size)
    return sheet


SHEETS = {
    "slip": slip,
    "mark sheet": marks,
    "squared paper": squared,
    "question sheet": questions,
    "cheque": cheque,
}
KINDS = tuple(f"{sheet}{seen}" for sheet in SHEETS for seen in ("", PHOTO))


def measure(kind: str, written: list[Hand], model: Classifier) -> Counter[str]:
    """Count the numbers by hand on sheets of a kind, those read right, and those that are not there."""
    counts: Counter[str] = Counter()
    for seed, hand in enumerate(written):
        rng = np.random.default_rng([KINDS.index(kind), seed])
        sheet = SHEETS[kind.removesuffix(PHOTO)](rng, hand)
        read = Counter(n.digits for n in read_page(Page(sheet.seen(photo=PHOTO in kind)), model).numbers)
        there, printed = Counter(sheet.written), Counter(sheet.printed)
        right = (there & read).total()
        rest = read - there
        counts.update({"numbers": there.total(), "right": right, "false": (rest - printed).total()})
        counts.update({"printed": printed.total(), "printed right": (rest & printed).total()})
    return counts


def page(results: dict[str, dict[str, int]], facts: str, pages: int) -> str:
    """Give the readable page."""
    rows = [
        f"| {kind} | {own['numbers']} | {100 * own['right'] / own['numbers']:.1f} | "
        f"{own['printed']} | {_share(own)} | {own['false'] / pages:.2f} |"
        for kind, own in results.items()
    ]
    return "\n".join(
        [
            "# Slips, mark sheets, squared paper, question sheets and cheques",
            "",
            "Sheets printed here and filled in by writers of MNIST's test digits, one a sheet, scanned and",
            f"photographed: {pages} of each kind. Numbers read right as a whole, in per cent, and those that",
            "are not there, misread ones among them. `python benchmarks/slips.py --data DIR`.",
            "",
            "| kind | by hand | right % | printed | right % | false a page |",
            "|---|---:|---:|---:|---:|---:|",
            *rows,
            "",
            facts,
            "",
        ]
    )


def _share(own: dict[str, int]) -> str:
    """Give how many of the printed numbers were read, in per cent."""
    return f"{100 * own['printed right'] / own['printed']:.1f}" if own["printed"] else ""


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, required=True, help="MNIST, with t10k-writer-ids.npy")
    parser.add_argument("--pages", type=int, default=12, help="of each kind")
    args = parser.parse_args()
    facts, model, written = machine(), load_model(), hands(args.data, args.pages)
    results = {kind: dict(measure(kind, written, model)) for kind in KINDS}
    text = json.dumps({"machine": facts, "model": model.id, "pages": args.pages, "kinds": results}, indent=1)
    (HERE / "results" / "slips.json").write_text(text + "\n", "utf-8")
    (HERE / "slips.md").write_text(page(results, in_words(facts), args.pages), "utf-8")


if __name__ == "__main__":
    main()
