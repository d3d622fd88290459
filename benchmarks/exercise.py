"""Exercise books and question sheets for slips.py: squared paper, rings around answers, light on dark."""

from __future__ import annotations

import numpy as np
from PIL import ImageDraw, ImageFont
from sheet import Hand, Sheet, blank

PALE = (0.35, 0.75)
"""How much of the ink of a form's rules those of squared paper have."""
DARK = ((20, 20, 20), (25, 35, 110), (130, 20, 25), (20, 80, 50))


def squared(rng: np.random.Generator, hand: Hand) -> Sheet:
    """Write numbers on squared paper: a digit in each square, or freely across them."""
    cell = int(rng.integers(26, 50))
    sheet = blank(rng, hand, cell, 34, 26)
    paper, share = np.array(sheet.page.getpixel((0, 0))), float(rng.uniform(*PALE))
    rule = tuple(int(v) for v in paper + share * (np.array(sheet.rule) - paper))
    pen, width = ImageDraw.Draw(sheet.page), max(1, round(0.04 * cell))
    for k in range(35):
        pen.line((k * cell, 0, k * cell, sheet.page.height), fill=rule, width=width)
    for k in range(27):
        pen.line((0, k * cell, sheet.page.width, k * cell), fill=rule, width=width)
    each = bool(rng.random() < 0.5)
    height = (rng.uniform(0.6, 0.8) if each else rng.uniform(1.1, 1.7)) * cell
    for row in range(8):
        for column in range(3):
            text = "".join(str(d) for d in rng.integers(0, 10, int(rng.integers(2, 6))))
            x, y = (2 + 11 * column) * cell, (2.5 + 3 * row) * cell
            if not each:
                sheet.write(text, x, y + rng.uniform(-0.5, 0.5) * cell, height)
                continue
            for k, digit in enumerate(text):
                sheet.put(int(digit), x + (k + 0.5) * cell, y + rng.normal(0, 0.05) * cell, height)
            sheet.written.append(text)
    return sheet


def questions(rng: np.random.Generator, hand: Hand) -> Sheet:
    """Print questions with numbers in discs and a table with a dark head; answers by hand, some ringed."""
    cell = int(rng.integers(30, 56))
    sheet = blank(rng, hand, cell, 26, 22)
    dark = DARK[int(rng.integers(len(DARK)))]
    for k in range(6):
        y = (1 + 2 * k) * cell
        ImageDraw.Draw(sheet.page).ellipse((cell, y, 2.4 * cell, y + 1.4 * cell), fill=dark)
        _light(sheet, str(k + 1), 1.7 * cell, y + 0.7 * cell)
        sheet.type("How many of them are left", 3 * cell, y + 0.4 * cell)
        answer = str(rng.integers(2, 3000))
        x, height = 16 * cell, rng.uniform(0.7, 0.95) * cell
        sheet.write(answer, x, y + 0.7 * cell, height)
        if k % 2:
            ring = (x - 0.7 * cell, y - 0.25 * cell, x + (0.8 * len(answer) + 0.9) * cell, y + 1.6 * cell)
            ImageDraw.Draw(sheet.page).ellipse(ring, outline=sheet.rule, width=max(2, round(sheet.pen)))
    head = 14 * cell
    ImageDraw.Draw(sheet.page).rectangle((cell, head, 25 * cell, head + 1.3 * cell), fill=dark)
    for column in range(4):
        x = (5 + 5.5 * column) * cell
        _light(sheet, str(2019 + column), x + cell, head + 0.65 * cell)
        for row in range(3):
            sheet.write(str(rng.integers(10, 9999)), x, head + (2.3 + 1.8 * row) * cell, 0.8 * cell)
    return sheet


def _light(sheet: Sheet, text: str, x: float, y: float) -> None:
    """Print a number in white with its middle there."""
    font = ImageFont.truetype(sheet.font, round(0.75 * sheet.cell))
    ImageDraw.Draw(sheet.page).text((x, y), text, font=font, fill=(250, 250, 250), anchor="mm")
    sheet.printed.append(text)
