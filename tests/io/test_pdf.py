"""PDF pages are rendered one by one at the resolution asked for."""

from __future__ import annotations

import contextlib
import io

import numpy as np
import pytest

from reader.errors import InputError, PasswordError, TooLargeError
from reader.io.images import load_page, load_pages
from reader.options import LoadOptions

LOCK = (
    b"<</Filter/Standard/V 1/R 2/P -1/O<" + b"41" * 32 + b">/U<" + b"42" * 32 + b">>>"
)  # nobody's password: its check value fits none


def pdf(*pages: tuple[float, float, str], trailer: bytes = b"") -> bytes:
    """A PDF by hand: each page has width and height in points and drawing commands."""
    kids = b" ".join(b"%d 0 R" % (3 + 2 * i) for i in range(len(pages)))
    objects = [b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, len(pages))]
    for i, (width, height, commands) in enumerate(pages):
        box = f"<</Type/Page/Parent 2 0 R/MediaBox[0 0 {width} {height}]/Contents {4 + 2 * i} 0 R>>"
        objects += [box.encode(), b"<</Length %d>>stream\n%s\nendstream" % (len(commands), commands.encode())]
    data, places = b"%PDF-1.4\n", []
    for number, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    end = b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n"
    return data + head + table + end % (len(objects) + 1, trailer, len(data))


LOCKED = pdf((72, 72, ""), trailer=b"/ID[<00><00>]/Encrypt " + LOCK)
BLACK_CORNER = "0 0 36 36 re f"  # half an inch square, at the bottom left


def test_a_page_has_its_size_at_the_resolution() -> None:
    page = load_page(io.BytesIO(pdf((144, 72, BLACK_CORNER))), LoadOptions(dpi=100), name="form.pdf")
    assert (page.image.shape, page.dpi, page.source) == ((100, 200, 3), 100, "form.pdf")
    assert (page.image[51:, :49] == 0).all()
    assert (page.image[:49] == 255).all()
    assert (page.image[:, 51:] == 255).all()


def test_colours_are_in_the_order_of_opencv() -> None:
    image = load_page(io.BytesIO(pdf((72, 72, "1 0 0 rg 0 0 72 72 re f")))).image
    assert image[50, 50].tolist() == [0, 0, 255]


def test_every_page_in_turn_and_none_before_it_is_asked_for() -> None:
    data = pdf((72, 72, ""), (36, 72, ""), (72_000, 72_000, ""))
    pages = load_pages(io.BytesIO(data), LoadOptions(dpi=72))
    assert [(page.number, page.image.shape) for page in (next(pages), next(pages))] == [
        (1, (72, 72, 3)),
        (2, (72, 36, 3)),
    ]
    with pytest.raises(TooLargeError, match="stream, page 3: 72000 x 72000 pixels, the limit is 200000000;"):
        next(pages)


def test_a_page_that_is_never_asked_for_costs_nothing() -> None:
    pages = load_pages(io.BytesIO(pdf((72, 72, ""))))
    del pages


def test_blanks_before_the_mark_are_allowed() -> None:
    assert load_page(io.BytesIO(b"\n" + pdf((72, 72, "")))).number == 1


def test_the_image_is_its_own() -> None:
    pages = list(load_pages(io.BytesIO(pdf((71.5, 72, BLACK_CORNER), (71.5, 72, "")))))
    assert pages[0].image.min() == 0
    assert pages[1].image.min() == 255
    assert pages[0].image.flags.c_contiguous
    assert pages[0].image.dtype == np.uint8


def test_a_password() -> None:
    with pytest.raises(PasswordError, match=r"locked.pdf: the PDF needs a password; save a copy without one"):
        load_pages(io.BytesIO(LOCKED), name="locked.pdf")


@pytest.mark.parametrize("part", [0.02, 0.3, 0.7, 0.98])
def test_cut_short(part: float) -> None:
    data = pdf((72, 72, BLACK_CORNER))
    with pytest.raises(InputError, match="stream: the file is cut short; copy or save it again"):
        load_pages(io.BytesIO(data[: int(len(data) * part)]))


@pytest.mark.parametrize("data", [b"%PDF-1.4 nothing else %%EOF", pdf()])
def test_damaged_whatever_file_came_before(data: bytes) -> None:
    for before in (pdf((72, 72, "")), LOCKED):
        with contextlib.suppress(PasswordError):
            load_pages(io.BytesIO(before))
        with pytest.raises(
            InputError, match="stream: the PDF is damaged or has no pages; save it again"
        ) as caught:
            load_pages(io.BytesIO(data))
        assert caught.type is InputError
