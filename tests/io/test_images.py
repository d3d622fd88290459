"""Files of every kind become the pages that a viewer shows."""

from __future__ import annotations

import io
import struct
import subprocess
import sys
from pathlib import Path

import cv2
import image_bytes as make
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.io.images import load_page, load_pages, upright
from reader.types import Page

LOSSLESS = ["png", "bmp", "tiff", "webp"]
QUALITY = [cv2.IMWRITE_WEBP_QUALITY, 101]


def page_of(data: bytes) -> Page:
    return load_page(io.BytesIO(data))


@pytest.mark.parametrize("kind", LOSSLESS)
def test_colour_comes_back_exactly(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"page.{kind}"
    path.write_bytes(make.encoded(kind, make.picture(), *(QUALITY if kind == "webp" else [])))
    page = load_page(path)
    np.testing.assert_array_equal(page.image, make.picture())
    assert (page.source, page.number) == (str(path), 1)


@pytest.mark.parametrize("kind", ["png", "bmp", "tiff", "jpg"])
def test_grey_stays_grey(kind: str) -> None:
    image = page_of(make.encoded(kind, make.picture(channels=1))).image
    assert image.ndim == 2
    assert np.abs(image.astype(int) - make.picture(channels=1)).max() <= (6 if kind == "jpg" else 0)


@pytest.mark.parametrize("progressive", [0, 1])
def test_jpeg(progressive: int) -> None:
    data = make.encoded("jpg", make.picture(), cv2.IMWRITE_JPEG_PROGRESSIVE, progressive)
    assert np.abs(page_of(data).image.astype(int) - make.picture()).mean() < 3


def test_lossy_webp() -> None:
    data = make.encoded("webp", make.picture(), cv2.IMWRITE_WEBP_QUALITY, 80)
    assert np.abs(page_of(data).image.astype(int) - make.picture()).mean() < 4


@pytest.mark.parametrize("kind", ["png", "tiff"])
@pytest.mark.parametrize("channels", [1, 3])
def test_16_bits_become_8(kind: str, channels: int) -> None:
    deep = make.picture(channels=channels).astype(np.uint16) * 257
    np.testing.assert_array_equal(page_of(make.encoded(kind, deep)).image, make.picture(channels=channels))


def test_bilevel_png_and_tiff() -> None:
    bits = np.random.default_rng(0).random((9, 21)) < 0.5
    rows = b"".join(b"\0" + row.tobytes() for row in np.packbits(bits, axis=1))
    for data in (make.png(21, 9, 1, 0, rows), make.tiff(bits)):
        np.testing.assert_array_equal(page_of(data).image, bits * np.uint8(255))


def test_palette_png() -> None:
    palette = make.chunk(b"PLTE", bytes([255, 0, 0, 0, 0, 255]))
    image = page_of(make.png(2, 1, 8, 3, b"\0\0\1", palette)).image
    assert image.tolist() == [[[0, 0, 255], [255, 0, 0]]]


@pytest.mark.parametrize(("kind", "options"), [("png", []), ("webp", QUALITY)])
def test_transparency_is_laid_on_white(kind: str, options: list[int]) -> None:
    image = make.picture(channels=4)
    alpha = image[:, :, 3:] / 255
    expected = np.rint(image[:, :, :3] * alpha + 255 * (1 - alpha))
    assert np.abs(page_of(make.encoded(kind, image, *options)).image - expected).max() <= 1


def test_grey_with_alpha_stays_grey() -> None:
    image = page_of(make.png(3, 1, 8, 4, bytes([0, 100, 255, 100, 0, 0, 128]))).image
    assert image.tolist() == [[100, 255, 127]]


@pytest.mark.parametrize(("extra", "stored"), [(1, 100), (2, 200)])
def test_tiff_alpha_of_both_kinds(extra: int, stored: int) -> None:
    image = np.full((2, 3, 4), (stored, stored, stored, 128), np.uint8)
    assert np.abs(page_of(make.tiff(image, extra=extra)).image.astype(int) - 227).max() <= 1


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("order", ["<", ">"])
def test_jpeg_orientation_as_opencv_itself_applies_it(orientation: int, order: str) -> None:
    data = make.jpeg_with_exif(make.picture(), make.exif(orientation, order=order))
    reference = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_COLOR)
    np.testing.assert_array_equal(page_of(data).image, reference)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_png_webp_and_tiff_orientation(orientation: int) -> None:
    block, image = make.exif(orientation), make.picture()
    expected = upright(image, orientation)
    for data in (
        make.png_with(image, make.chunk(b"eXIf", block)),
        make.webp_with_exif(image, block),
        make.tiff(np.ascontiguousarray(image[:, :, ::-1]), orientation=orientation),
    ):
        np.testing.assert_array_equal(page_of(data).image, expected)


@given(st.sampled_from([(1, 1), (2, 2), (3, 3), (4, 4), (5, 5), (6, 8), (7, 7), (8, 6)]), st.booleans())
def test_upright_has_its_inverse(pair: tuple[int, int], grey: bool) -> None:
    image = make.picture(5, 7, 1 if grey else 3)
    np.testing.assert_array_equal(upright(upright(image, pair[0]), pair[1]), image)


@pytest.mark.parametrize("orientation", [0, 9, 65535])
def test_an_orientation_that_does_not_exist_is_ignored(orientation: int) -> None:
    data = make.jpeg_with_exif(make.picture(), make.exif(orientation))
    assert page_of(data).image.shape == (40, 60, 3)


def test_damaged_exif_is_ignored() -> None:
    for block in (b"", b"II*\0", b"II*\0\xff\xff\xff\xff", b"XX*\0" + bytes(30), make.exif(6)[:20]):
        assert page_of(make.jpeg_with_exif(make.picture(), block)).image.shape == (40, 60, 3)


def test_dpi_where_the_file_states_it() -> None:
    image = make.picture()
    jfif = make.encoded("jpg", image)
    at = jfif.index(b"JFIF\0") + 7
    density = make.chunk(b"pHYs", struct.pack(">IIB", 11811, 11811, 1))
    bmp = bytearray(make.encoded("bmp", image))
    bmp[38:42] = struct.pack("<i", 5906)
    for data, dpi in (
        (jfif[:at] + struct.pack(">BHH", 1, 200, 200) + jfif[at + 5 :], 200),
        (jfif[:at] + struct.pack(">BHH", 2, 100, 100) + jfif[at + 5 :], 254),
        (jfif[:at] + struct.pack(">BHH", 0, 1, 1) + jfif[at + 5 :], None),
        (make.jpeg_with_exif(image, make.exif(1, dpi=600)), 600),
        (make.png_with(image, density), 300),
        (make.encoded("png", image), None),
        (bytes(bmp), 150),
        (make.tiff(image, dpi=400), 400),
        (make.webp_with_exif(image, make.exif(1, dpi=96)), 96),
    ):
        assert page_of(data).dpi == (dpi if dpi is None else pytest.approx(dpi, abs=0.1))


def test_every_page_of_a_tiff_comes_in_turn() -> None:
    images = [make.picture(10 + i, 20, 3 if i % 2 else 1) for i in range(4)]
    pages = list(load_pages(io.BytesIO(make.tiff_pages(images))))
    assert [page.number for page in pages] == [1, 2, 3, 4]
    for page, image in zip(pages, images, strict=True):
        np.testing.assert_array_equal(page.image, image)


def test_thumbnails_in_a_tiff_are_no_pages() -> None:
    small, big = make.tiff(make.picture(4, 6), subfile=1), make.tiff(make.picture())
    shifted = _moved(big, len(small))
    end = struct.unpack_from("<I", small, 4)[0]
    count = struct.unpack_from("<H", small, end)[0]
    link = end + 2 + 12 * count
    data = small[:link] + struct.pack("<I", shifted[0]) + small[link + 4 :] + shifted[1]
    pages = list(load_pages(io.BytesIO(data)))
    assert [(page.number, page.image.shape) for page in pages] == [(1, (40, 60, 3))]


def _moved(tiff: bytes, by: int) -> tuple[int, bytes]:
    """Make a one-page TIFF fit behind `by` bytes: where its directory is then, and its bytes."""
    at = struct.unpack_from("<I", tiff, 4)[0]
    data = bytearray(tiff)
    for entry in range(at + 2, at + 2 + 12 * struct.unpack_from("<H", tiff, at)[0], 12):
        if struct.unpack_from("<H", tiff, entry)[0] == 273:
            struct.pack_into("<I", data, entry + 8, struct.unpack_from("<I", tiff, entry + 8)[0] + by)
    return at + by, bytes(data)


def test_a_jpeg_with_more_bytes_after_its_end_is_fine() -> None:
    assert page_of(make.encoded("jpg", make.picture()) + b"\xff\xd8 a second image").image.shape == (
        40,
        60,
        3,
    )


def test_stdin_and_names(monkeypatch: pytest.MonkeyPatch) -> None:
    data = make.encoded("png", make.picture())
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(data)))
    page = load_page("-")
    assert page.source == "-"
    np.testing.assert_array_equal(page.image, make.picture())
    assert load_page(io.BytesIO(data), name="upload.png").source == "upload.png"
    assert page_of(data).source == "stream"


def test_an_open_file_is_named_after_its_path(tmp_path: Path) -> None:
    path = tmp_path / "open.png"
    path.write_bytes(make.encoded("png", make.picture()))
    with path.open("rb") as file:
        assert load_page(file).source == str(path)


def test_importing_costs_no_pdf_library() -> None:
    code = "import sys, reader.io.images; sys.exit('pypdfium2' in sys.modules or 'skimage' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
