"""Makes image files in memory for the tests, odd ones too, by hand where OpenCV cannot write them."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Sequence
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]


def picture(height: int = 40, width: int = 60, channels: int = 3) -> Array:
    """A smooth image whose four corners differ, uint8 (H, W) or (H, W, channels)."""
    y, x = np.mgrid[0:height, 0:width]
    planes = [
        200 * x / width + 50 * y / height,
        220 * y / height,
        250 - 120 * (x + y) / (width + height),
        90 + x,
    ]
    image = np.stack(planes[:channels], axis=-1).clip(0, 255).astype(np.uint8)
    return image[:, :, 0] if channels == 1 else image


def encoded(kind: str, image: Array, *options: int) -> bytes:
    """Encode by OpenCV, `kind` as in a file name."""
    return cv2.imencode(f".{kind}", image, options)[1].tobytes()


def tiff_pages(images: Sequence[Array], *options: int) -> bytes:
    """A TIFF file of several pages."""
    return cv2.imencodemulti(".tiff", list(images), options)[1].tobytes()


def exif(orientation: int, dpi: int | None = None, order: str = "<") -> bytes:
    """An EXIF block without its name."""
    tags = [(274, 3, 1, struct.pack(f"{order}HH", orientation, 0))]
    if dpi:
        tags += [(282, 5, 1, struct.pack(f"{order}I", 50)), (296, 3, 1, struct.pack(f"{order}HH", 2, 0))]
    head = {"<": b"II*\0", ">": b"MM\0*"}[order] + struct.pack(f"{order}IH", 8, len(tags))
    body = b"".join(struct.pack(f"{order}HHI", *tag[:3]) + tag[3] for tag in tags) + bytes(4)
    return (head + body).ljust(50, b"\0") + (struct.pack(f"{order}II", dpi * 10, 10) if dpi else b"")


def jpeg_with_exif(image: Array, block: bytes) -> bytes:
    """A JPEG with an EXIF block in front of everything else."""
    data, block = encoded("jpg", image), b"Exif\0\0" + block
    return data[:2] + b"\xff\xe1" + struct.pack(">H", len(block) + 2) + block + data[2:]


def chunk(kind: bytes, content: bytes) -> bytes:
    """A PNG chunk."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def png(width: int, height: int, bits: int, colour: int, rows: bytes, *more: bytes) -> bytes:
    """A PNG by hand; `rows` have their filter bytes, `more` are chunks before the pixels."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, bits, colour, 0, 0, 0))
    pixels = chunk(b"IDAT", zlib.compress(rows))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + pixels + chunk(b"IEND", b"")


def png_with(image: Array, more: bytes) -> bytes:
    """A PNG by OpenCV with more chunks after its header."""
    data = encoded("png", image)
    return data[:33] + more + data[33:]


def webp_with_exif(image: Array, block: bytes) -> bytes:
    """A lossless WebP in the extended form, with an EXIF block."""
    height, width = image.shape[:2]
    sides = b"".join((side - 1).to_bytes(3, "little") for side in (width, height))
    pixels = encoded("webp", image, cv2.IMWRITE_WEBP_QUALITY, 101)[12:]
    block += b"\0" * (len(block) % 2)
    body = b"WEBP" + b"VP8X" + struct.pack("<II", 10, 0x08) + sides + pixels
    body += b"EXIF" + struct.pack("<I", len(block)) + block
    return b"RIFF" + struct.pack("<I", len(body)) + body


def tiff(image: Array, **tags: int) -> bytes:
    """A TIFF of one page by hand: bool (H, W) becomes one bit a pixel, the rest as it is.

    `tags` are orientation, subfile, extra (samples) and dpi.
    """
    bilevel = image.dtype == np.bool_
    pixels = np.packbits(image, axis=1).tobytes() if bilevel else image.tobytes()
    samples = 1 if image.ndim == 2 else image.shape[2]
    bits = 1 if bilevel else image.dtype.itemsize * 8
    entries = {254: tags.get("subfile", 0), 256: image.shape[1], 257: image.shape[0], 258: bits, 259: 1}
    entries |= {262: 2 if samples > 2 else 1, 273: 8, 274: tags.get("orientation", 1), 277: samples}
    entries |= {278: image.shape[0], 279: len(pixels), 284: 1, 296: 2}
    if "extra" in tags:
        entries[338] = tags["extra"]
    after = 8 + len(pixels)
    fields = [struct.pack("<HHII", tag, 4 if tag in (273, 279) else 3, 1, v) for tag, v in entries.items()]
    end = after + 2 + 12 * (len(entries) + ("dpi" in tags)) + 4
    if "dpi" in tags:
        fields.append(struct.pack("<HHII", 282, 5, 1, end))
    fields.sort(key=lambda field: struct.unpack_from("<H", field)[0])
    directory = struct.pack("<H", len(fields)) + b"".join(fields) + bytes(4)
    density = struct.pack("<II", tags["dpi"], 1) if "dpi" in tags else b""
    return b"II*\0" + struct.pack("<I", after) + pixels + directory + density
