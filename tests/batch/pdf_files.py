"""Makes PDF files."""

from __future__ import annotations


def pdf_of_pages(count: int) -> bytes:
    """A PDF of so many pages, each with a number, in a few bytes a page."""
    stream = b"BT /F 40 Tf 20 30 Td (1234) Tj ET"
    objects = [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (b" ".join(b"%d 0 R" % (5 + n) for n in range(count)), count),
        b"<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>",
        b"<</Length %d>>stream\n%s\nendstream" % (len(stream), stream),
    ]
    page = b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 140 80]/Contents 4 0 R/Resources<</Font<</F 3 0 R>>>>>>"
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate([*objects, *[page] * count], 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(places) + 1
    return (
        data
        + b"xref\n0 %d\n0000000000 65535 f \n%strailer\n<</Size %d/Root 1 0 R>>\nstartxref\n%d\n%%%%EOF\n"
        % (
            size,
            table,
            size,
            len(data),
        )
    )
