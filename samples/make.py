"""Draws the sample pages and writes beside each the numbers that it shows.

    python samples/make.py [NAME ...]

Needs the extra `train` and the fonts named in `sheet.py` (Debian: fonts-dejavu-core, fonts-dejavu-extra,
fonts-liberation, fonts-ocr-b, fonts-dancingscript). The same fonts and the same shapes of handwriting
(`reader/train/allographs.py`) give the same files, byte for byte. Where either changed, look at the new
pages: what stands there must be plain to a person. What `check.py` wrote into an expectation, such as known
misses, is kept.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pdf
import scans
import scenes
from numpy.typing import NDArray
from PIL import Image

HERE = Path(__file__).parent
JPEG = [cv2.IMWRITE_JPEG_QUALITY, 78]
PNG = [cv2.IMWRITE_PNG_COMPRESSION, 9]


def picture(name: str, made: tuple[NDArray[np.uint8], list[str]]) -> None:
    """Save a page and its numbers."""
    image, truth = made
    cv2.imwrite(str(HERE / name), image, JPEG if name.endswith(".jpg") else PNG)
    expect(name, {"layout": "page", "pages": [{"numbers": truth}]})


def make_sudoku() -> None:
    """Save the sudoku, whose expectation is its cells."""
    image, rows, corners = scenes.sudoku()
    cv2.imwrite(str(HERE / "sudoku.jpg"), image, JPEG)
    cells = [f"r{r}c{c}={d}" for r, row in enumerate(rows, 1) for c, d in enumerate(row, 1) if d != "."]
    expect("sudoku.jpg", {"layout": "page", "grid": corners, "pages": [{"numbers": cells}]})


def make_ledger() -> None:
    """Save the ledger: a TIFF file of two black and white pages, coded as fax."""
    pages = scans.ledger()
    first, *others = (Image.fromarray(image).convert("1") for image, _ in pages)
    first.save(HERE / "ledger.tif", save_all=True, append_images=others, compression="group4", dpi=(150, 150))
    expect("ledger.tif", {"layout": "page", "pages": [{"numbers": truth} for _, truth in pages]})


def make_statement() -> None:
    """Save the statement: a PDF file of two pages."""
    (HERE / "statement.pdf").write_bytes(pdf.statement())
    expect("statement.pdf", {"layout": "page", "pages": [{"numbers": truth} for truth in pdf.TRUTH]})


def expect(name: str, facts: dict[str, Any]) -> None:
    """Write what a sample shows; what is known of how it is read stays."""
    path = (HERE / name).with_suffix(".json")
    old = json.loads(path.read_text("utf-8")) if path.exists() else {}
    kept = {"most_extra": 0, "known_misses": []} | {key: old[key] for key in old if key not in facts}
    path.write_text(json.dumps(facts | kept, indent=1, ensure_ascii=False) + "\n", "utf-8")


MAKERS = {
    "cheque": lambda: picture("cheque.jpg", scenes.cheque()),
    "handwritten": lambda: picture("handwritten.jpg", scenes.handwritten()),
    "sudoku": make_sudoku,
    "receipt": lambda: picture("receipt.png", scans.receipt()),
    "form": lambda: picture("form.png", scans.form()),
    "table": lambda: picture("table.png", scans.table()),
    "dark": lambda: picture("dark.png", scans.dark()),
    "skewed": lambda: picture("skewed.jpg", scans.skewed()),
    "words": lambda: picture("words.png", scans.words()),
    "ledger": make_ledger,
    "statement": make_statement,
}

if __name__ == "__main__":
    for sample in sys.argv[1:] or MAKERS:
        MAKERS[sample]()
