"""The sample pages: scans and screens."""

from __future__ import annotations

import cv2
import numpy as np
from numpy.typing import NDArray
from photo import rotate
from sheet import BLUE, BOLD, MONO, SANS, SERIF, TYPED, Sheet, invent_hand

Image = NDArray[np.uint8]
PALE = (0.75, 0.72, 0.70)


def receipt() -> tuple[Image, list[str]]:
    """A till receipt, scanned in grey."""
    sheet = Sheet(620, 900)
    for text, y in (("CORNER GROCER", 60), ("Market Square", 92), ("Thank you for your visit", 850)):
        sheet.print(text, 310 - 9 * len(text), y, 30, MONO)
    sheet.print("Tel. 0151 496 0832", 146, 126, 30, MONO)
    sheet.print("2021-03-09", 40, 190, 28, MONO)
    sheet.print("17:42", 580, 190, 28, MONO, right=True)
    sheet.line((40, 210), (580, 210), 2, (0, 0, 0))
    items = [
        ("Wholemeal bread", "1.85"),
        ("Butter", "2.40"),
        ("Tomatoes", "3.06"),
        ("Olive oil", "7.99"),
        ("Newspaper", "2.20"),
        ("Oranges", "4.15"),
    ]
    y = 260
    for name, price in items:
        sheet.print(name, 40, y, 28, MONO)
        sheet.print(price, 580, y, 28, MONO, right=True)
        y += 48
    sheet.line((40, y - 20), (580, y - 20), 2, (0, 0, 0))
    rows = [("TOTAL", "21.65"), ("CASH", "30.00"), ("CHANGE", "8.35")]
    for name, price in rows:
        sheet.print(name, 40, y + 30, 30, MONO)
        sheet.print(price, 580, y + 30, 30, MONO, right=True)
        y += 52
    sheet.print("Receipt", 40, 760, 28, MONO)
    sheet.print("00418837", 580, 760, 28, MONO, right=True)
    grey = cv2.cvtColor(sheet.image, cv2.COLOR_BGR2GRAY)
    truth = ["0151", "496", "0832", "2021-03-09", "17:42", *(price for _, price in items + rows), "00418837"]
    return np.asarray(cv2.GaussianBlur(grey, (0, 0), 0.7), np.uint8), truth


def form() -> tuple[Image, list[str]]:
    """A form with comb boxes and ruled lines, filled in by hand."""
    sheet = Sheet(1240, 900)
    sheet.print("Application for a library card", 80, 90, 42, BOLD)
    sheet.print("Please write clearly. Leave nothing out.", 80, 135, 26, SERIF)
    hand = invent_hand(15)
    boxes = [
        ("Date of birth", "14071985", 210),
        ("Card number", "6052291348", 350),
        ("Postcode", "40213", 490),
    ]
    for label, text, y in boxes:
        sheet.print(label, 80, y + 50, 28)
        for n in range(len(text)):
            sheet.frame(420 + 66 * n, y, 66, 84, 2, (0.35, 0.33, 0.32))
        sheet.write(text, 420, y + 66, 48, hand, BLUE, pitch=66)
    lines = [("Telephone", "030 901820", 670), ("Fee paid", "12,50", 770)]
    for label, text, y in lines:
        sheet.print(label, 80, y, 28)
        sheet.line((420, y + 6), (1100, y + 6), 2, (0.35, 0.33, 0.32))
        sheet.write(text, 450, y, 50, hand, BLUE)
    sheet.print("Signature of the applicant or guardian", 80, 860, 22, SERIF)
    return sheet.image, [text for _, text, _ in boxes] + ["030", "901820", "12,50"]


def table() -> tuple[Image, list[str]]:
    """A ruled table of figures, some with signs and thousands."""
    head = ["Region", "Units", "Price", "Revenue", "Share"]
    body = [
        ["North", "1,204", "18.50", "22,274.00", "31.7"],
        ["East", "877", "19.25", "16,882.25", "24.0"],
        ["South", "1,530", "17.80", "27,234.00", "38.8"],
        ["West", "209", "18.60", "3,887.40", "5.5"],
    ]
    sheet = Sheet(1100, 460)
    edges = [30, 230, 420, 610, 860, 1060]
    for n in range(len(body) + 2):
        sheet.line((edges[0], 40 + 72 * n), (edges[-1], 40 + 72 * n), 2, (0.3, 0.3, 0.3))
    for x in edges:
        sheet.line((x, 40), (x, 40 + 72 * (len(body) + 1)), 2, (0.3, 0.3, 0.3))
    for r, row in enumerate([head, *body]):
        for c, text in enumerate(row):
            y = 40 + 72 * r + 48
            if c:
                sheet.print(text, edges[c + 1] - 22, y, 32, BOLD if r == 0 else SANS, right=True)
            else:
                sheet.print(text, edges[0] + 20, y, 32, BOLD)
    return sheet.image, [text for row in body for text in row[1:]]


def dark() -> tuple[Image, list[str]]:
    """A screen with light figures on a dark ground."""
    sheet = Sheet(900, 500, (0.22, 0.15, 0.12))
    light, green = (0.92, 0.92, 0.92), (0.55, 0.85, 0.50)
    sheet.print("Departures", 50, 80, 44, BOLD, light)
    rows = [
        ("Harlow", "08:15", "4"),
        ("Westerby", "09:40", "12"),
        ("Oakfield", "11:05", "7"),
        ("Lynn", "13:30", "26"),
    ]
    for n, (town, time, platform) in enumerate(rows):
        sheet.print(town, 50, 170 + 80 * n, 38, SANS, light)
        sheet.print(time, 430, 170 + 80 * n, 42, MONO, green)
        sheet.print(platform, 840, 170 + 80 * n, 42, MONO, green, right=True)
    return sheet.image, [text for row in rows for text in row[1:]]


def skewed() -> tuple[Image, list[str]]:
    """A typed letter that went into the scanner askew, by 7 degrees clockwise."""
    sheet = Sheet(1100, 900, (0.98, 0.98, 0.97))
    lines = [
        "Dear Mrs Hollingworth,",
        "we thank you for your order of 28 May. Today we sent",
        "350 litres of white paint and 1,200 brushes to your",
        "warehouse. The crates have the marks 40718 and 40719.",
        "",
        "Please pay 6,482.50 to our account 7300 5519 0264",
        "within 30 days.",
        "",
        "Yours sincerely",
    ]
    for n, text in enumerate(lines):
        sheet.print(text, 120, 210 + 56 * n, 28, TYPED)
    truth = ["28", "350", "1,200", "40718", "40719", "6,482.50", "7300", "5519", "0264", "30"]
    return rotate(sheet.image, -7, (247, 250, 250)), truth


def words() -> tuple[Image, list[str]]:
    """Text without any number."""
    sheet = Sheet(1000, 620)
    lines = [
        ("It was a bright cold morning by the sea", SERIF),
        ("and all the boats lay still in the harbour.", SERIF),
        ("SOLICITORS AND BILL COLLECTORS", BOLD),
        ("Oslo, Lille, Bologna, Zagreb, Gibraltar", SANS),
        ("quill gloss silo bobbin Isis BOOZE", MONO),
        ("Signed, sealed, delivered", "DancingScript-Regular"),
        ("lollipop, zigzag, geology, SOS", TYPED),
    ]
    for n, (text, face) in enumerate(lines):
        sheet.print(text, 60, 90 + 78 * n, 38, face)
    return sheet.image, []


def ledger() -> list[tuple[Image, list[str]]]:
    """Two black and white pages of a ledger, for a TIFF file."""
    pages = []
    for month, rows in (
        ("January", [("Rent", "780.00"), ("Coal", "41.30"), ("Candles", "6.75")]),
        ("February", [("Rent", "780.00"), ("Glazier", "112.90"), ("Seed", "23.05"), ("Rope", "9.48")]),
    ):
        sheet = Sheet(900, 560)
        sheet.print(month, 60, 90, 44, SERIF)
        for n, (name, amount) in enumerate(rows):
            sheet.print(name, 60, 190 + 80 * n, 40, SERIF)
            sheet.print(amount, 820, 190 + 80 * n, 40, SERIF, right=True)
            sheet.line((60, 206 + 80 * n), (820, 206 + 80 * n), 1, PALE)
        grey = cv2.cvtColor(sheet.image, cv2.COLOR_BGR2GRAY)
        pages.append((np.asarray(np.where(grey > 128, 255, 0), np.uint8), [amount for _, amount in rows]))
    return pages
