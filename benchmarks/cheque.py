"""A cheque on patterned paper: a date in a comb, an amount in words and one in a box, printed numbers."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw
from sheet import Hand, Sheet, blank

PAYEES = ("Anil Kumar Gupta", "City Water Board", "Mary Jones", "Omar Said & Sons", "Ines Roy")
WORDS = ("Twenty two lakh thirty", "Four hundred and six", "Nine thousand only", "One lakh five hundred")
CURRENCIES = ("\N{INDIAN RUPEE SIGN}", "Rs.", "$", "\N{POUND SIGN}", "")


def pattern(rng: np.random.Generator, size: tuple[int, int], cell: int) -> NDArray[np.float32]:
    """Draw a security pattern of slanting hairlines and waves, 1 where the paper is bare; (h, w)."""
    width, height = size
    x, y = np.meshgrid(np.arange(width, dtype=np.float32), np.arange(height, dtype=np.float32))
    pitch, angle = rng.uniform(0.12, 0.3) * cell, rng.uniform(-1.2, 1.2)
    along = np.cos(angle) * x + np.sin(angle) * y
    across = np.cos(angle) * y - np.sin(angle) * x
    bend = rng.uniform(0, 0.8) * cell * np.sin(along / (rng.uniform(0.8, 3) * cell))
    hair = np.abs((across + bend) / pitch % 1 - 0.5) < rng.uniform(0.08, 0.2)
    pale = np.zeros((height, width), np.float32)
    pale[hair] = rng.uniform(0.1, 0.4)
    for _ in range(int(rng.integers(0, 7))):
        centre = (int(rng.integers(0, width)), int(rng.integers(0, height)))
        reach = round(rng.uniform(1, 5) * cell)
        cv2.circle(pale, centre, reach, rng.uniform(0.1, 0.4), max(1, round(0.06 * cell)), cv2.LINE_AA)
    return 1 - pale


def cheque(rng: np.random.Generator, hand: Hand) -> Sheet:
    """Print and fill in a cheque."""
    cell = int(rng.integers(24, 52))
    sheet = blank(rng, hand, cell, 40, 18)
    tint = np.array([rng.uniform(0.6, 1), rng.uniform(0.75, 1), 1])[rng.permutation(3)]
    paper = np.asarray(sheet.page, np.float32)
    bare = pattern(rng, sheet.page.size, cell)[..., None]
    sheet.page = Image.fromarray(np.uint8(np.clip(paper * (bare + (1 - bare) * tint), 0, 255)))
    sheet.type("STATE BANK OF THE EAST", cell, 0.7 * cell, 0.9)
    sheet.type(f"Branch {int(rng.integers(1000, 9999))}  IFSC EASTB", cell, 2.1 * cell, 0.4)
    _date(sheet)
    _rule(sheet, 1, 5.6, 36)
    sheet.type("Pay", cell, 4.9 * cell, 0.45)
    sheet.scrawl(str(rng.choice(PAYEES)), 4 * cell, 4.2 * cell, 1.0)
    for top in (7.6, 9.8):
        _rule(sheet, 1, top, 27 if top > 8 else 38)
    sheet.type("Rupees", cell, 6.9 * cell, 0.45)
    sheet.scrawl(str(rng.choice(WORDS)), 5 * cell, 6.2 * cell, 1.0)
    _amount(sheet)
    _account(sheet)
    sheet.type("Please sign above", 31 * cell, 14.6 * cell, 0.4)
    sheet.type(" ".join(str(int(rng.integers(10**4, 10**9))) for _ in range(3)), 10 * cell, 16.6 * cell, 0.6)
    return sheet


def _rule(sheet: Sheet, left: float, level: float, right: float) -> None:
    line = (left * sheet.cell, level * sheet.cell, right * sheet.cell, level * sheet.cell)
    ImageDraw.Draw(sheet.page).line(line, fill=sheet.rule, width=max(1, sheet.cell // 24))


def _date(sheet: Sheet) -> None:
    """Write a date into a comb of eight cells, or on a rule."""
    rng, cell = sheet.rng, sheet.cell
    day, month, year = rng.integers(1, 29), rng.integers(1, 13), int(rng.integers(2012, 2026))
    if rng.random() < 0.6:
        wide, left, top = cell * rng.uniform(0.95, 1.15), 29 * cell, 1.2 * cell
        text = f"{day:02d}{month:02d}{year}"
        boxes = [(left + k * wide, top, left + (k + 1) * wide, top + 1.2 * cell) for k in range(8)]
        sheet.lines(boxes, max(1, cell // 24))
        height = cell * rng.uniform(0.6, 0.85)
        for box, digit in zip(boxes, text, strict=True):
            off = rng.normal(0, 0.06, 2) * cell
            sheet.put(int(digit), box[0] + wide / 2 + off[0], top + 0.6 * cell + off[1], height)
        sheet.written.append(text)
        return
    sheet.type("Date", 27 * cell, 2 * cell, 0.45)
    _rule(sheet, 29, 2.6, 38)
    mark = "/" if rng.random() < 0.5 else "-"
    text = mark.join([f"{day}", f"{month}", f"{year % 100 if rng.random() < 0.5 else year}"])
    sheet.write(text, 29.5 * cell, 2 * cell, cell * rng.uniform(0.7, 0.95))


def _amount(sheet: Sheet) -> None:
    """Write an amount into a box behind the sign of its currency."""
    rng, cell = sheet.rng, sheet.cell
    top, high, width = 8.6 * cell, rng.uniform(1.6, 2.2) * cell, max(1, cell // 20)
    sign = str(rng.choice(CURRENCIES))
    middle = 30.2 if sign else 28
    box = (28 * cell, top, 39 * cell, top + high)
    parted = bool(sign) and rng.random() < 0.5
    sheet.lines([(*box[:2], middle * cell, box[3]), (middle * cell, *box[1:])] if parted else [box], width)
    sheet.type(sign, 28.5 * cell, top + 0.2 * high, 0.9)
    value = int(10 ** rng.uniform(2, 6.5))
    if rng.random() < 0.5:
        value = value // 100 * 100
    text = _grouped(value, indian=sign in CURRENCIES[:2]) if rng.random() < 0.7 else str(value)
    text += str(rng.choice(["", "/-", "-", "/-"]))
    height = min(0.62 * high, 8 * cell / len(text) / 0.8)
    sheet.write(text, (middle + 0.5) * cell, top + 0.5 * high, height)


def _grouped(value: int, *, indian: bool) -> str:
    """Set commas: 22,35,000 or 2,235,000."""
    if not indian or value < 10**5:
        return f"{value:,}"
    head, tail = divmod(value, 1000)
    parts = []
    while head:
        head, two = divmod(head, 100)
        parts.append(f"{two:02d}" if head else str(two))
    return ",".join([*parts[::-1], f"{tail:03d}"])


def _account(sheet: Sheet) -> None:
    """Print the number of the account into a box."""
    rng, cell = sheet.rng, sheet.cell
    sheet.lines([(1 * cell, 11 * cell, 13 * cell, 12.4 * cell)])
    sheet.type("A/c No.", 1.2 * cell, 11.4 * cell, 0.4)
    sheet.type("".join(str(d) for d in rng.integers(0, 10, 11)), 4.5 * cell, 11.25 * cell, 0.7)
