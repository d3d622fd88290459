"""Measures numbers written by hand into comb fields and tables, whole.

    python benchmarks/forms.py [--pages 40]

The forms are drawn here, by the project's own hands, and the seeds are fixed, so nothing has to be fetched.
Each page has three closed combs, three combs with short teeth, three rows of boxes that stand apart, or a
table of names and marks, of some size, with some rules and in some hand. Writes forms.md and
results/forms.json. Needs the extra `train`.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
from machine import in_words, machine
from numpy.typing import NDArray

from reader.io.model_file import load_model
from reader.pipeline import read_page
from reader.train.strokes import Style, draw_char, random_style
from reader.types import Classifier, Page

HERE = Path(__file__).resolve().parent
KINDS = ("closed comb", "open comb", "table", "boxes")
CELLS, HEIGHTS, RULES = (28, 40, 60, 80), (0.5, 0.65, 0.8), (60, 120, 170)
"""Side of a cell in pixels; height of digits in cells; grey of the rules on paper of 245."""
NAMES = ("Anil Kumar", "Mary Jones", "S. Gupta", "Li Wei", "Omar Said", "Eva Braun", "Tom Hill", "Ines Roy")
LABELS = ("Account No", "Amount in figures", "Telephone")
PAPER, TYPE, PEN = 245, 40, 45
GAPS = (0.12, 0.3)
"""White between boxes, in cells."""
WOBBLE = 0.06
"""How far a digit stands from the middle of its cell, in cells."""


@dataclass(slots=True)
class Form:
    """A page that is being drawn, and the numbers on it."""

    page: NDArray[np.uint8]
    ink: NDArray[np.float32]
    numbers: list[str] = field(default_factory=list)
    printed: list[str] = field(default_factory=list)


def draw(kind: str, rng: np.random.Generator) -> tuple[NDArray[np.uint8], Form, int]:
    """Draw a form; gives the picture, what is on it and the side of its cells."""
    cell, height = int(rng.choice(CELLS)), float(rng.choice(HEIGHTS))
    grey, thick = int(rng.choice(RULES)), max(1, round(cell * rng.uniform(0.02, 0.06)))
    style = random_style(rng)
    style = replace(style, aspect=min(style.aspect, 1.0), slant=0.4 * style.slant, zero_scale=1.0)
    pen = Pen(rng, style, height * cell)
    if kind == "table":
        form = _table(pen, cell, grey, thick)
    elif kind == "boxes":
        form = _boxes(pen, cell, grey, thick)
    else:
        form = _combs(pen, cell, grey, thick, closed=kind == "closed comb")
    picture = form.page * (1 - form.ink) + PEN * form.ink
    picture = cv2.GaussianBlur(picture, (0, 0), 0.7) + rng.normal(0, 3, picture.shape)
    return np.clip(picture, 0, 255).astype(np.uint8), form, cell


@dataclass(frozen=True, slots=True)
class Pen:
    """A hand, and how high it writes, in pixels."""

    rng: np.random.Generator
    style: Style
    height: float

    def write(self, form: Form, digit: str, x: float, y: float) -> int:
        """Write a digit with its middle there; gives its width."""
        alpha = draw_char(digit, self.style, self.rng, self.height).alpha
        top, left = max(0, round(y - alpha.shape[0] / 2)), max(0, round(x - alpha.shape[1] / 2))
        part = form.ink[top : top + alpha.shape[0], left : left + alpha.shape[1]]
        np.maximum(part, alpha[: part.shape[0], : part.shape[1]], out=part)
        return alpha.shape[1]

    def near(self, cell: int) -> float:
        """Give how far off a digit is put."""
        return float(self.rng.normal(0, WOBBLE) * cell)


def _blank(height: int, width: int) -> Form:
    return Form(np.full((height, width), PAPER, np.uint8), np.zeros((height, width), np.float32))


def _type(form: Form, text: str, at: tuple[int, int], cell: int) -> None:
    cv2.putText(form.page, text, at, cv2.FONT_HERSHEY_SIMPLEX, cell / 70, TYPE, 1, cv2.LINE_AA)


def _combs(pen: Pen, cell: int, grey: int, thick: int, *, closed: bool) -> Form:
    count = int(pen.rng.integers(6, 11))
    form = _blank(9 * cell, (count + 4) * cell)
    for row, label in enumerate(LABELS):
        x0, y0 = int(pen.rng.uniform(1, 3) * cell), cell + row * int(2.6 * cell)
        _type(form, label, (x0, y0 - 8), cell)
        right, foot = x0 + count * cell, y0 + cell
        for k in range(count + 1):
            top = y0 if closed or k in (0, count) else y0 + cell // 2
            cv2.line(form.page, (x0 + k * cell, top), (x0 + k * cell, foot), grey, thick)
        for y in (y0, foot) if closed else (foot,):
            cv2.line(form.page, (x0, y), (right, y), grey, thick)
        text = "".join(str(d) for d in pen.rng.integers(0, 10, int(pen.rng.integers(count - 3, count + 1))))
        for k, digit in enumerate(text):
            pen.write(form, digit, x0 + (k + 0.5) * cell + pen.near(cell), y0 + cell / 2 + pen.near(cell))
        form.numbers.append(text)
    return form


def _boxes(pen: Pen, cell: int, grey: int, thick: int) -> Form:
    count, pitch = int(pen.rng.integers(6, 11)), cell * (1 + float(pen.rng.choice(GAPS)))
    form = _blank(9 * cell, round((count + 4) * pitch))
    for row, label in enumerate(LABELS):
        x0, y0 = int(pen.rng.uniform(1, 3) * cell), cell + row * int(2.6 * cell)
        _type(form, label, (x0, y0 - 8), cell)
        for k in range(count):
            x = x0 + round(k * pitch)
            cv2.rectangle(form.page, (x, y0), (x + cell, y0 + cell), grey, thick)
        text = "".join(str(d) for d in pen.rng.integers(0, 10, int(pen.rng.integers(count - 3, count + 1))))
        for k, digit in enumerate(text):
            pen.write(form, digit, x0 + k * pitch + cell / 2 + pen.near(cell), y0 + cell / 2 + pen.near(cell))
        form.numbers.append(text)
    return form


def _table(pen: Pen, cell: int, grey: int, thick: int) -> Form:
    rng = pen.rng
    marks, rows = int(rng.integers(3, 6)), int(rng.integers(6, 10))
    widths = [round(1.6 * cell), round(4.5 * cell), *(round(w * cell) for w in rng.uniform(2, 2.8, marks))]
    x = np.cumsum([cell, *widths]).tolist()
    form = _blank((rows + 3) * cell, x[-1] + cell)
    for row in range(rows + 2):
        cv2.line(form.page, (x[0], cell + row * cell), (x[-1], cell + row * cell), grey, thick)
    for wall in x:
        cv2.line(form.page, (wall, cell), (wall, (rows + 2) * cell), grey, thick)
    for row in range(rows):
        y = (row + 2) * cell
        form.printed.append(str(row + 1))
        _type(form, str(row + 1), (x[0] + 8, y + round(0.7 * cell)), cell)
        _type(form, str(rng.choice(NAMES)), (x[1] + 6, y + round(0.7 * cell)), cell)
        for left in x[2:-1]:
            text = str(rng.integers(0, 101))
            at = left + 0.45 * cell + pen.near(cell)
            for digit in text:
                at += 0.55 * pen.write(form, digit, at, y + cell / 2 + pen.near(cell) / 2) + 0.35 * pen.height
            form.numbers.append(text)
    return form


def measure(kind: str, pages: int, model: Classifier) -> Counter[str]:
    """Count the numbers on forms of a kind, those read right, and those that are not there."""
    counts: Counter[str] = Counter()
    for seed in range(pages):
        picture, form, cell = draw(kind, np.random.default_rng([KINDS.index(kind), seed]))
        read = Counter(number.digits for number in read_page(Page(picture), model).numbers)
        right = (Counter(form.numbers) & read).total()
        counts.update({"numbers": len(form.numbers), "right": right})
        counts.update({f"numbers {cell}": len(form.numbers), f"right {cell}": right})
        counts["false"] += (read - Counter(form.numbers) - Counter(form.printed)).total()
    return counts


def page(results: dict[str, dict[str, int]], facts: str, pages: int) -> str:
    """Give the readable page."""
    rows = [
        f"| {kind} | {counts['numbers']} | {_share(counts, '')} | "
        + " | ".join(_share(counts, f" {cell}") for cell in CELLS)
        + f" | {counts['false'] / pages:.2f} |"
        for kind, counts in results.items()
    ]
    head = " | ".join(f"cells of {cell} px" for cell in CELLS)
    return "\n".join(
        [
            "# Forms",
            "",
            "Numbers written by hand into comb fields and tables: those read right, whole, in per cent, and",
            f"those that are not there. {pages} pages a kind, drawn here: `python benchmarks/forms.py`.",
            "",
            f"| kind | numbers | right % | {head} | false a page |",
            "|---|---:|---:|" + "---:|" * (len(CELLS) + 1),
            *rows,
            "",
            facts,
            "",
        ]
    )


def _share(counts: dict[str, int], at: str) -> str:
    return f"{100 * counts[f'right{at}'] / counts[f'numbers{at}']:.1f}" if counts.get(f"numbers{at}") else ""


def main() -> None:
    """Measure and write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--pages", type=int, default=40, help="of each kind")
    args = parser.parse_args()
    facts, model = machine(), load_model()
    results = {kind: dict(measure(kind, args.pages, model)) for kind in KINDS}
    text = json.dumps({"machine": facts, "model": model.id, "pages": args.pages, "kinds": results}, indent=1)
    (HERE / "results" / "forms.json").write_text(text + "\n", "utf-8")
    (HERE / "forms.md").write_text(page(results, in_words(facts), args.pages), "utf-8")


if __name__ == "__main__":
    main()
