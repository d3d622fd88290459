"""Measures numbers in typeset pages: letters and invoices in common faces, scanned and photographed.

    python benchmarks/typeset.py [--pages 1] [--misses]

Every page is drawn here, from open fonts that look like those of office programs, with fixed seeds: text with
numbers in it, set ragged or justified, or rows of quantities and prices. Writes typeset.md and
results/typeset.json. Needs Pillow and the fonts, Debian's packages fonts-dejavu-core, -liberation,
-crosextra-carlito, -crosextra-caladea, -lato, -open-sans, -roboto-unhinted and -linuxlibertine.
"""

from __future__ import annotations

import argparse
import json
import re
from collections import Counter
from pathlib import Path

import cv2
import numpy as np
from machine import in_words, machine
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from reader.io.model_file import load_model
from reader.pipeline import read_page
from reader.types import Classifier, Page

HERE = Path(__file__).resolve().parent
FACES = {
    "like Times": "LiberationSerif-Regular.ttf",
    "like Arial": "LiberationSans-Regular.ttf",
    "like Arial, bold": "LiberationSans-Bold.ttf",
    "like Courier": "LiberationMono-Regular.ttf",
    "like Calibri": "Carlito-Regular.ttf",
    "like Cambria": "Caladea-Regular.ttf",
    "like Verdana": "DejaVuSans.ttf",
    "DejaVu Serif": "DejaVuSerif.ttf",
    "Lato": "Lato-Regular.ttf",
    "Open Sans": "OpenSans-Regular.ttf",
    "Roboto": "Roboto-Regular.ttf",
    "Libertine": "LinLibertine_R.otf",
}
KINDS = ("letter", "invoice")
WAYS = {"scan, 300 dpi": 300, "scan, 200 dpi": 200, "scan, 150 dpi": 150, "photograph": 180}
"""How a page is taken, and how many pixels an inch then has."""
POINTS = (8, 12)
"""Least and greatest size of type."""
WORDS = re.findall(
    r"\S+",
    """the order account sent with letter and paid transfer please return goods that not within weeks
delivery together this refund which have Yours for Invoice dated against total amount of our your No. Ref
balance due on by item Office Street London Ltd Sales Bill is it all shall""",
)
ITEMS = ("Copper pipe", "Oil filter", "Labour", "Bolts", "Gloves, large", "Solvent", "Lamp holder", "Sole")


def number(rng: np.random.Generator) -> str:
    """Make a number as letters have them."""
    some = int(rng.integers(1, 10 ** int(rng.integers(1, 7))))
    day, month, year = int(rng.integers(1, 29)), int(rng.integers(1, 13)), int(rng.integers(1990, 2030))
    forms = (
        f"{some}",
        f"{some / 100:,.2f}",
        f"${some / 100:,.2f}",
        f"{some % 100}%",
        f"{day:02}/{month:02}/{year}",
        f"{year}",
        f"#{some}",
        f"({some % 1000})",
        f"{int(rng.integers(0, 24))}:{int(rng.integers(0, 60)):02}",
    )
    return forms[int(rng.integers(len(forms)))]


def letter(draw: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont, rng: np.random.Generator) -> list[str]:
    """Set text; gives the numbers in it."""
    width, height = draw.im.size
    left, right, y, numbers = 0.1 * width, 0.9 * width, 0.08 * height, []
    justified, space = bool(rng.integers(2)), font.getlength(" ")
    while y < 0.55 * height:
        row: list[str] = []
        used = 0.0
        while True:
            word = number(rng) if rng.random() < 0.18 else str(rng.choice(WORDS))
            long = font.getlength(word)
            if used + long > right - left:
                break
            row.append(word)
            used += long + space
        slack = (right - left - used + space) / max(1, len(row) - 1) if justified else 0.0
        x = left
        for word in row:
            draw.text((x, y), word, font=font, fill=25)
            x += font.getlength(word) + space + slack
        numbers += [word for word in row if any(c.isdigit() for c in word)]
        y += 1.4 * font.size
    return numbers


def invoice(draw: ImageDraw.ImageDraw, font: ImageFont.FreeTypeFont, rng: np.random.Generator) -> list[str]:
    """Set rows of items with quantities and prices; gives the numbers."""
    width, height = draw.im.size
    y, numbers = 0.08 * height, []
    ends = [f * width for f in (0.16, 0.6, 0.74, 0.9)]
    while y < 0.5 * height:
        price = int(rng.integers(50, 10 ** int(rng.integers(3, 7))))
        cells = (f"{int(rng.integers(1, 200))}", f"{price / 100:,.2f}", f"{int(rng.integers(0, 25))}%")
        total = f"{3 * price / 100:,.2f}"
        draw.text((0.2 * width, y), str(rng.choice(ITEMS)), font=font, fill=25)
        for end, text in zip(ends, (*cells, total), strict=True):
            draw.text((end - font.getlength(text), y), text, font=font, fill=25)
        numbers += [*cells, total]
        y += 1.5 * font.size
    return numbers


def taken(page: Image.Image, way: str, rng: np.random.Generator) -> NDArray[np.uint8]:
    """Scan or photograph a page, as grey levels."""
    picture = np.asarray(page, np.float32)
    height, width = picture.shape
    if way == "photograph":
        corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float32)
        moved = corners + rng.uniform(-0.02, 0.02, (4, 2)) * [width, height]
        matrix = cv2.getPerspectiveTransform(corners, moved.astype(np.float32))
        picture = cv2.warpPerspective(picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
        picture = picture * np.linspace(rng.uniform(0.6, 1), rng.uniform(0.7, 1), width)
        blur, noise = rng.uniform(0.6, 1.0), 4.0
    else:
        matrix = cv2.getRotationMatrix2D((width / 2, height / 2), float(rng.normal(0, 0.5)), 1)
        picture = cv2.warpAffine(picture, matrix, (width, height), borderMode=cv2.BORDER_REPLICATE)
        blur, noise = 0.6, 3.0
    picture = cv2.GaussianBlur(picture, (0, 0), blur) + rng.normal(0, noise, picture.shape)
    stored = cv2.imencode(".jpg", np.clip(picture, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 85])
    return np.asarray(cv2.imdecode(stored[1], cv2.IMREAD_GRAYSCALE), np.uint8)


def drawn(face: str, kind: str, way: str, seed: int) -> tuple[NDArray[np.uint8], list[str]]:
    """Draw a page of A4 and take it; gives the picture and its numbers, digits alone."""
    rng = np.random.default_rng([list(FACES).index(face), KINDS.index(kind), list(WAYS).index(way), seed])
    dpi = WAYS[way]
    page = Image.new("L", (round(8.27 * dpi), round(11.69 * dpi)), int(rng.integers(236, 254)))
    font = ImageFont.truetype(FACES[face], round(rng.uniform(*POINTS) * dpi / 72))
    write = letter if kind == "letter" else invoice
    found = write(ImageDraw.Draw(page), font, rng)
    return taken(page, way, rng), [re.sub(r"\D", "", one) for one in found]


def measure(face: str, kind: str, way: str, pages: int, model: Classifier, *, misses: bool) -> Counter[str]:
    """Count the numbers on pages, those read right, and those that are not there."""
    counts: Counter[str] = Counter(pages=pages)
    for seed in range(pages):
        picture, numbers = drawn(face, kind, way, seed)
        read = Counter(number.digits for number in read_page(Page(picture), model).numbers)
        counts.update(numbers=len(numbers), right=(Counter(numbers) & read).total())
        counts["false"] += (read - Counter(numbers)).total()
        if misses:
            print(face, kind, way, seed, *(Counter(numbers) - read), "->", *(read - Counter(numbers)))
    return counts


def row(name: str, counts: Counter[str]) -> str:
    """Give a row of the table."""
    share = 100 * counts["right"] / counts["numbers"]
    return f"| {name} | {counts['numbers']} | {share:.1f} | {counts['false'] / counts['pages']:.2f} |"


def main() -> None:
    """Measure, and write the results."""
    parser = argparse.ArgumentParser(description="Measure numbers in typeset pages.")
    parser.add_argument("--pages", type=int, default=1)
    parser.add_argument("--misses", action="store_true", help="print what is missed, and read instead")
    args = parser.parse_args()
    model, facts = load_model(), machine()
    by: dict[str, Counter[str]] = {}
    for face in FACES:
        for kind in KINDS:
            for way in WAYS:
                found = measure(face, kind, way, args.pages, model, misses=args.misses)
                for name in (face, kind, way, "all"):
                    by[name] = by.get(name, Counter()) + found
    names = ("all", *KINDS, *WAYS, *FACES)
    text = [
        "# Typeset pages",
        "",
        "Numbers in letters and invoices, drawn here in 8 to 12 points: those read right, whole, in per",
        f"cent, and those that are not there. Pages of each kind in each face and way: {args.pages}.",
        "Made by `python benchmarks/typeset.py`.",
        "",
        "| | numbers | right % | false a page |",
        "|---|---:|---:|---:|",
        *(row(name, by[name]) for name in names),
        "",
        f"- Machine: {in_words(facts)}.",
        "",
    ]
    (HERE / "typeset.md").write_text("\n".join(text))
    results = {"machine": facts, "model": model.id, "counts": {name: dict(by[name]) for name in names}}
    (HERE / "results" / "typeset.json").write_text(json.dumps(results, indent=1) + "\n")


if __name__ == "__main__":
    main()
