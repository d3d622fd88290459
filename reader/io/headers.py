"""What the head of an image file says, read before anything is decoded.

A header that lies about its size costs no memory here, and a file that ends too early is refused:
decoders fill what is missing with grey and say nothing.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from reader.errors import TooLargeError
from reader.io import tags as t
from reader.io.tags import CUT_SHORT
from reader.options import LoadOptions

NOT_AN_IMAGE = "not an image; give a JPEG, PNG, WebP, BMP, TIFF or PDF file"
DAMAGED = "the file is damaged; copy or save it again"


@dataclass(frozen=True, slots=True)
class Header:
    """An image before it is decoded.

    Attributes
    ----------
    width, height : int
        As stored, before it is turned upright.
    dpi : float or None
        Resolution, where the file states one.
    orientation : int
        EXIF's: 1 upright, 2 to 8 the turns and mirrorings that the decoder leaves to us.
    grey : bool
        The decoder makes colour of it, but there is none.
    premultiplied : bool
        The decoder gives colours that are multiplied by their alpha already.
    frame : int or None
        Which image of a TIFF file.
    """

    width: int
    height: int
    dpi: float | None = None
    orientation: int = 1
    grey: bool = False
    premultiplied: bool = False
    frame: int | None = None


def read_headers(data: bytes) -> list[Header]:
    """Read the header of each image in a file.

    Raises
    ------
    ValueError
        When the file is no image, damaged or cut short; the message is for the user.
    """
    for magic, parser in _PARSERS.items():
        if data.startswith(magic):
            try:
                return parser(data)
            except (struct.error, IndexError) as error:
                raise ValueError(CUT_SHORT) from error
    raise ValueError(NOT_AN_IMAGE)


def check_size(width: int, height: int, options: LoadOptions, name: str) -> None:
    """Refuse an image of `width` by `height` pixels that is too large.

    Raises
    ------
    TooLargeError
        When that is more than ``options.max_pixels``; `name` stands before the message.
    """
    if width * height > options.max_pixels:
        limit = options.max_pixels
        raise TooLargeError(
            f"{name}: {width} x {height} pixels, the limit is {limit}; make the image smaller"
        )


def is_pdf(data: bytes) -> bool:
    """Tell whether a file is a PDF; a byte-order mark or blanks may stand before its mark."""
    return data[:1024].lstrip(b"\xef\xbb\xbf\0 \t\r\n").startswith(b"%PDF-")


def _exif(block: bytes) -> tuple[int, float | None]:
    """Give the orientation and dpi of an EXIF block; a damaged one says nothing."""
    try:
        first = t.read_tags(block.removeprefix(b"Exif\0\0"), limit=1)[0]
    except (ValueError, IndexError):
        return 1, None
    return first.get(t.ORIENTATION, [1])[0], t.resolution(first)


def _jpeg(data: bytes) -> list[Header]:
    size: tuple[int, int] | None = None
    orientation, dpi, jfif = 1, None, None
    for marker, block in _jpeg_segments(data):
        if marker == 0xE0 and block[:5] == b"JFIF\0":
            unit, density = struct.unpack_from(">BH", block, 7)
            jfif = density * {1: 1.0, 2: 2.54}.get(unit, 0.0) or None
        elif marker == 0xE1 and block[:6] == b"Exif\0\0":
            orientation, dpi = _exif(block)
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            size = struct.unpack_from(">HH", block, 1)
    if size is None or 0 in size:
        raise ValueError(DAMAGED)
    return [Header(size[1], size[0], dpi or jfif, orientation)]


def _jpeg_segments(data: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield marker and content of each segment up to the compressed data, which has to be whole."""
    at, marker = 2, 0
    while marker != 0xDA:
        at = data.find(b"\xff", at)
        if at < 0:
            raise ValueError(CUT_SHORT)
        marker = data[at + 1]
        if marker == 0xFF or marker in (0x00, 0x01) or 0xD0 <= marker <= 0xD9:  # filling, or no content
            at += 1 if marker == 0xFF else 2
            continue
        start, at = at + 4, at + 2 + int(struct.unpack_from(">H", data, at + 2)[0])
        yield marker, data[start:at]
    if data.find(b"\xff\xd9", at) < 0:  # compressed data cannot hold these two bytes, only the true end can
        raise ValueError(CUT_SHORT)


def _png(data: bytes) -> list[Header]:
    width, height, _, colour = struct.unpack_from(">IIBB", data, 16)
    orientation, dpi, kind = 1, None, b""
    for kind, start, length in _png_chunks(data):
        if kind == b"pHYs":
            density, unit = struct.unpack_from(">IxxxxB", data, start)
            dpi = density * 0.0254 if unit == 1 and density else None
        elif kind == b"eXIf":
            orientation = _exif(data[start : start + length])[0]
    if kind != b"IEND":
        raise ValueError(CUT_SHORT)
    if data[12:16] != b"IHDR" or not width or not height:
        raise ValueError(DAMAGED)
    return [Header(width, height, dpi, orientation, grey=colour == 4)]


def _png_chunks(data: bytes) -> Iterator[tuple[bytes, int, int]]:
    """Yield kind, place and length of each chunk whose checksum is right."""
    view, at, kind = memoryview(data), 8, b""
    while at < len(data) and kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", data, at)
        end = at + 8 + length
        if end + 4 > len(data):
            raise ValueError(CUT_SHORT)
        if zlib.crc32(view[at + 4 : end]) != struct.unpack_from(">I", data, end)[0]:
            raise ValueError(DAMAGED)
        yield kind, at + 8, length
        at = end + 4


def _webp(data: bytes) -> list[Header]:
    size, form = struct.unpack_from("<I4s", data, 4)
    if form != b"WEBP":
        raise ValueError(NOT_AN_IMAGE)
    if len(data) < size + 8:
        raise ValueError(CUT_SHORT)
    chunks = dict(_webp_chunks(data[: size + 8]))
    orientation, dpi = _exif(chunks.get(b"EXIF", b""))
    if extended := chunks.get(b"VP8X"):
        width, height = (int.from_bytes(extended[i : i + 3], "little") + 1 for i in (4, 7))
    elif lossless := chunks.get(b"VP8L"):
        bits = int.from_bytes(lossless[1:5], "little")
        width, height = (bits & 0x3FFF) + 1, (bits >> 14 & 0x3FFF) + 1
    else:
        width, height = (side & 0x3FFF for side in struct.unpack_from("<HH", chunks.get(b"VP8 ", b""), 6))
    return [Header(width, height, dpi, orientation)]


def _webp_chunks(data: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the first bytes of the chunks that matter; a compressed image in full is not needed."""
    at = 12
    while at + 8 <= len(data):
        kind, length = struct.unpack_from("<4sI", data, at)
        yield kind, data[at + 8 : at + 8 + (length if kind == b"EXIF" else min(length, 16))]
        at += 8 + length + length % 2


def _bmp(data: bytes) -> list[Header]:
    pixels_at, head = struct.unpack_from("<II", data, 10)
    if head < 16:
        width, height, _, bits = struct.unpack_from("<HHHH", data, 18)
        return [_whole_bmp(data, pixels_at, width, height, bits, None)]
    width, height, _, bits, packing = struct.unpack_from("<iiHHI", data, 18)
    density = struct.unpack_from("<i", data, 38)[0] if head >= 40 else 0
    dpi = density * 0.0254 if density > 0 else None
    return [_whole_bmp(data, pixels_at, width, abs(height), 0 if packing in (1, 2) else bits, dpi)]


def _whole_bmp(data: bytes, start: int, width: int, height: int, bits: int, dpi: float | None) -> Header:
    """Check that all rows are there; `bits` is 0 where run-length packing leaves their size open."""
    if width <= 0 or height <= 0:
        raise ValueError(DAMAGED)
    if len(data) < start + (width * bits + 31) // 32 * 4 * height:
        raise ValueError(CUT_SHORT)
    return Header(width, height, dpi)


def _tiff(data: bytes) -> list[Header]:
    directories = list(enumerate(t.read_tags(data)))
    pages = [(i, page) for i, page in directories if not page.get(t.SUBFILE, [0])[0] & 1]  # 1: a thumbnail
    headers = [_tiff_page(data, page, i) for i, page in pages or directories]
    if not headers:
        raise ValueError(CUT_SHORT)
    return headers


def _tiff_page(data: bytes, page: t.Tags, frame: int) -> Header:
    width, height = page.get(t.WIDTH, [0])[0], page.get(t.HEIGHT, [0])[0]
    starts = page.get(t.STRIP_OFFSETS) or page.get(t.TILE_OFFSETS)
    sizes = page.get(t.STRIP_BYTES) or page.get(t.TILE_BYTES) or [1]
    if not width or not height or not starts:
        raise ValueError(DAMAGED)
    if any(start + size > len(data) for start, size in zip(starts, sizes, strict=False)):
        raise ValueError(CUT_SHORT)
    # libtiff turns the page upright by itself, and multiplies 8-bit colours by their alpha, not 16-bit ones.
    extra, bits = page.get(t.EXTRA_SAMPLES, [0])[0], page.get(t.BITS, [1])[0]
    return Header(
        width, height, t.resolution(page), premultiplied=extra == 1 or (extra == 2 and bits == 8), frame=frame
    )


_PARSERS: dict[bytes, Callable[[bytes], list[Header]]] = {
    b"\xff\xd8\xff": _jpeg,
    b"\x89PNG\r\n\x1a\n": _png,
    b"RIFF": _webp,
    b"BM": _bmp,
    b"II*\0": _tiff,
    b"MM\0*": _tiff,
    b"II+\0": _tiff,
    b"MM\0+": _tiff,
}
