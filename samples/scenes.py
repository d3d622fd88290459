"""The sample pages: photographs of paper."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from photo import corners, expose, lay, light
from sheet import BLUE, BOLD, MACHINE, RED, SANS, SCRIPT, SERIF, Sheet, invent_hand

Image = NDArray[np.uint8]
GREEN = (0.42, 0.50, 0.38)


def cheque() -> tuple[Image, list[str]]:
    """A cheque on security paper, with a shadow over its right side."""
    sheet = Sheet(1960, 860, (0.90, 0.95, 0.93))
    _security_pattern(sheet)
    sheet.print("HARBOUR STREET BOATYARD", 70, 100, 38, BOLD)
    sheet.print("12 Mill Road", 70, 148, 30, SERIF)
    sheet.print("Greenwater 62701", 70, 186, 30, SERIF)
    sheet.print("1027", 1880, 100, 44, SANS, right=True)
    sheet.print("DATE", 1260, 225, 24, SANS, GREEN)
    sheet.line((1340, 230), (1880, 230), 2, GREEN)
    sheet.print("PAY TO THE", 70, 350, 22, SANS, GREEN)
    sheet.print("ORDER OF", 70, 380, 22, SANS, GREEN)
    sheet.line((220, 385), (1400, 385), 2, GREEN)
    sheet.frame(1450, 310, 430, 90, 3, GREEN)
    sheet.line((1300, 475), (1600, 465), 3, BLUE)
    sheet.line((70, 500), (1640, 500), 2, GREEN)
    sheet.print("DOLLARS", 1660, 500, 28, SANS, GREEN)
    sheet.print("Northern Tidewater Bank", 70, 600, 34, BOLD)
    sheet.print("MEMO", 70, 705, 24, SANS, GREEN)
    sheet.line((170, 710), (900, 710), 2, GREEN)
    sheet.line((1120, 710), (1880, 710), 2, GREEN)
    sheet.print("021000083   4471920356   1027", 200, 810, 54, MACHINE)
    hand = invent_hand(17)
    sheet.write("11/14/2019", 1380, 218, 50, hand)
    sheet.print("Wilhelmina Foster", 300, 372, 84, SCRIPT, BLUE)
    sheet.write("$ 233.00", 1490, 380, 54, hand)
    sheet.print("Two hundred thirty three and", 130, 485, 72, SCRIPT, BLUE)
    sheet.write("00/100", 960, 487, 48, hand)
    sheet.print("new rudder", 240, 698, 66, SCRIPT, BLUE)
    sheet.print("T. Ambrose", 1300, 700, 96, SCRIPT, BLUE)
    rng = np.random.default_rng(7)
    places = np.array([[18, 26], [30, 880], [1978, 872], [1984, 18]], np.float32)
    photo = lay(sheet.image, places, (2000, 900), (60, 74, 88))
    field = light(photo.shape, falloff=0.12, shadow=0.22, at=(0.78, 0.66))
    truth = ["62701", "12", "1027", "11/14/2019", "233.00", "00/100", "021000083", "4471920356", "1027"]
    return expose(photo, rng, field=field, blur=0.8, noise=2.0), truth


def _security_pattern(sheet: Sheet) -> None:
    """Fine waves in pale green."""
    height, width = sheet.pixels.shape[:2]
    y, x = np.mgrid[0:height, 0:width].astype(np.float32)
    for slope in (0.35, -0.35):
        phase = (y + slope * x + 9 * np.sin(x / 45)) / 7.0
        wave = np.clip(np.sin(phase) - 0.55, 0, 1).astype(np.float32)
        sheet.stamp(0.35 * wave, 0, 0, (0.62, 0.80, 0.70))


def handwritten() -> tuple[Image, list[str]]:
    """Five people's numbers on squared paper, photographed from nearby."""
    sheet = Sheet(1200, 860, (0.91, 0.94, 0.95))
    for place in range(0, 1200, 40):
        sheet.line((place, 0), (place, 860), 1, (0.86, 0.80, 0.74))
        sheet.line((0, place), (1200, place), 1, (0.86, 0.80, 0.74))
    dark = (0.16, 0.14, 0.14)
    rows = [
        ("0481 7739", 90, 140, 84, 43, BLUE),
        ("1,250.75", 700, 170, 70, 27, BLUE),
        ("62", 130, 330, 110, 23, dark),
        ("30/08/2021", 480, 350, 64, 18, dark),
        ("95016", 110, 540, 90, 6, RED),
        ("08:45", 760, 560, 76, 40, dark),
        ("3.14159", 260, 750, 80, 15, BLUE),
    ]
    truth = []
    for text, x, y, height, seed, colour in rows:
        hand = invent_hand(seed, spacing=0.1 if seed % 2 else 0.16)
        sheet.write(text, x, y, height, hand, colour)
        truth += text.split()
    rng = np.random.default_rng(8)
    places = np.array([[-20, -12], [6, 905], [1270, 892], [1240, 8]], np.float32)
    photo = lay(sheet.image, places, (1250, 900), (90, 96, 104))
    field = light(photo.shape, falloff=0.3, shadow=0.2, at=(0.35, 0.6))
    return expose(photo, rng, field=field, blur=1.0, noise=2.5), truth


SUDOKU = (
    "53..7....", "6..195...", ".98....6.", "8...6...3", "4..8.3..1",
    "7...2...6", ".6....28.", "...419..5", "....8..79",
)  # fmt: skip
ANSWERS = {
    (0, 2): "4",
    (4, 4): "5",
    (6, 8): "4",
    (3, 1): "5",
    (8, 0): "3",
    (2, 5): "2",
    (7, 6): "6",
    (1, 1): "7",
}


def sudoku() -> tuple[Image, list[str], list[list[int]]]:
    """A printed sudoku with some cells filled in by hand; also gives the grid's corners in the photograph."""
    cell, edge = 84, 40
    sheet = Sheet(9 * cell + 2 * edge, 9 * cell + 2 * edge, (0.90, 0.93, 0.94))
    for n in range(10):
        width = 5 if n % 3 == 0 else 2
        sheet.line((edge + n * cell, edge), (edge + n * cell, edge + 9 * cell), width, (0.2, 0.2, 0.2))
        sheet.line((edge, edge + n * cell), (edge + 9 * cell, edge + n * cell), width, (0.2, 0.2, 0.2))
    hand = invent_hand(29)
    rows = [list(row) for row in SUDOKU]
    for r, row in enumerate(rows):
        for c, digit in enumerate(row):
            x, y = edge + c * cell, edge + (r + 1) * cell - 20
            if digit != ".":
                sheet.print(digit, x + 26, y, 50, SANS)
            elif (r, c) in ANSWERS:
                row[c] = ANSWERS[r, c]
                sheet.write(row[c], x, y, 46, hand, BLUE, pitch=cell)
    places = np.array([[52, 60], [24, 890], [905, 870], [868, 30]], np.float32)
    photo = lay(sheet.image, places, (930, 920), (70, 80, 92))
    field = light(photo.shape, falloff=0.25, shadow=0.15, at=(0.2, 0.5))
    image = expose(photo, np.random.default_rng(9), field=field, blur=0.8, noise=2.0)
    return image, ["".join(row) for row in rows], _grid_corners(sheet.image, places, edge)


def _grid_corners(image: Image, places: NDArray[np.float32], edge: int) -> list[list[int]]:
    """Give where a grid's corners, `edge` inside the sheet's, come to lie in the photograph."""
    outer = corners(image)
    inner = np.clip(outer, edge, image.shape[0] - edge)
    seen = cv2.perspectiveTransform(inner[None], cv2.getPerspectiveTransform(outer, places))[0]
    return [[round(float(x)), round(float(y))] for x, y in seen]
