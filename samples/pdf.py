"""A PDF written by hand: two pages of text, no picture."""

from __future__ import annotations

LINES = (
    (
        ("Statement of account", 60, 760, 20),
        ("Account 5512 0087", 60, 720, 14),
        ("Opening balance", 60, 660, 14),
        ("4,310.07", 420, 660, 14),
        ("Salary", 60, 630, 14),
        ("2,150.00", 420, 630, 14),
        ("Rent", 60, 600, 14),
        ("-965.00", 420, 600, 14),
    ),
    (
        ("Statement of account, continued", 60, 760, 20),
        ("Gas and water", 60, 700, 14),
        ("-118.62", 420, 700, 14),
        ("Closing balance", 60, 670, 14),
        ("5,376.45", 420, 670, 14),
    ),
)
"""For each page its lines: text, x, y from the foot, and size, in points."""

TRUTH = [["5512", "0087", "4,310.07", "2,150.00", "965.00"], ["118.62", "5,376.45"]]


def statement() -> bytes:
    """Give the file."""
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(LINES)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        f"<< /Type /Pages /Kids [{kids}] /Count {len(LINES)} >>".encode(),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
    ]
    for n, lines in enumerate(LINES):
        page = "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F 3 0 R >> >>"
        objects.append(f"{page} /Contents {5 + 2 * n} 0 R >>".encode())
        text = "\n".join(f"BT /F {size} Tf {x} {y} Td ({line}) Tj ET" for line, x, y, size in lines)
        objects.append(f"<< /Length {len(text)} >>\nstream\n{text}\nendstream".encode())
    return _file(objects)


def _file(objects: list[bytes]) -> bytes:
    """Join objects, the first of them the catalogue, into a file with its table of offsets."""
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, body in enumerate(objects, start=1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, body)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
