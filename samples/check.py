"""Shows what the reader gets wrong on the samples; with `--update`, records it.

    python samples/check.py [--update]

Recording lists the misses in each expectation, draws docs/images/cheque-read.png again and renews the output
shown in README.md. Do it after the reader or its model got better; a sample that got worse is a question
first.
"""

from __future__ import annotations

import json
import sys
from difflib import SequenceMatcher
from pathlib import Path
from typing import Any

import cv2
from golden import HERE, Compared, compare, expectations, model

import reader

ROOT = HERE.parent
BEGIN, END = "<!-- made by samples/check.py -->\n```text\n", "```\n"


def describe(miss: tuple[int, str], found: Compared) -> str:
    """Say what was read instead of a missed number, where something alike was."""
    page, text = miss
    cell = text.partition("=")[0] + "=" if "=" in text else ""
    others = [other for n, other in found.extra if n == page and other.startswith(cell)]
    alike = {other: SequenceMatcher(None, text, other).ratio() for other in others}
    best = max(alike, key=alike.__getitem__, default="")
    return f"read as {best}" if best and alike[best] >= 0.5 else "not found"


def record(name: str, expected: dict[str, Any], found: Compared) -> None:
    """Write what is missed into an expectation; reasons that a person gave stay."""
    given = {
        (miss["page"], miss["text"]): miss["reason"]
        for miss in expected["known_misses"]
        if not miss["reason"].startswith(("read as", "not found"))
    }
    misses = [
        {"page": page, "text": text, "reason": given.get((page, text)) or describe((page, text), found)}
        for page, text in found.missing
    ]
    facts = expected | {"most_extra": len(found.extra), "known_misses": misses}
    path = (HERE / name).with_suffix(".json")
    path.write_text(json.dumps(facts, indent=1, ensure_ascii=False) + "\n", "utf-8")


def shown() -> str:
    """Give what `reader scan samples/cheque.jpg` prints."""
    (outcome,) = reader.read_files([HERE / "cheque.jpg"], model())
    rows = [
        f"samples/cheque.jpg  {page.number:>3}  {number.text:<12}  {number.confidence:4.0%}\n"
        for page in outcome.readings
        for number in page.numbers
    ]
    return "".join(rows)


def draw() -> None:
    """Draw the picture for the README: at half its size, in fewer colours, to keep the file small."""
    page = reader.load_page(HERE / "cheque.jpg")
    picture = reader.draw_overlay(page.image, reader.read_page(page, model()))
    small = cv2.resize(picture, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA)
    target = ROOT / "docs" / "images" / "cheque-read.png"
    cv2.imwrite(str(target), small // 8 * 8 + 4, [cv2.IMWRITE_PNG_COMPRESSION, 9])


def renew_readme(path: Path) -> None:
    """Put the present output into the README."""
    before, rest = path.read_text("utf-8").split(BEGIN)
    path.write_text(before + BEGIN + shown() + END + rest.split(END, 1)[1], "utf-8")


def main() -> None:
    """Check every sample."""
    update = sys.argv[1:] == ["--update"]
    total = missed = 0
    for name, expected in expectations().items():
        found = compare(HERE / name, expected)
        count = sum(len(page["numbers"]) for page in expected["pages"])
        total, missed = total + count, missed + len(found.missing)
        print(f"{name}: {count - len(found.missing)} of {count} right, {len(found.extra)} extra")
        for miss in found.missing:
            print(f"    page {miss[0]}: {miss[1]} {describe(miss, found)}")
        print("".join(f"    page {page}: extra {text}\n" for page, text in found.extra), end="")
        if update:
            record(name, expected, found)
    print(f"{total - missed} of {total} right")
    if update:
        draw()
        renew_readme(ROOT / "README.md")


if __name__ == "__main__":
    main()
