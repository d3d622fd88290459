"""Makes files for the command to read, good and bad."""

from __future__ import annotations

import hashlib
import struct
import zlib
from pathlib import Path

import cv2
import numpy as np


def write_number(path: Path, text: str = "1234") -> Path:
    """Make a small picture of a number."""
    image = np.full((120, 320, 3), 255, np.uint8)
    cv2.putText(image, text, (30, 85), cv2.FONT_HERSHEY_SIMPLEX, 2.2, (40, 20, 20), 5, cv2.LINE_AA)
    done, data = cv2.imencode(path.suffix or ".png", image)
    assert done
    with open(path, "wb") as file:  # OpenCV cannot write every name
        file.write(data.tobytes())
    return path


def png_that_claims(width: int, height: int) -> bytes:
    """A PNG file of a few bytes whose header promises a huge image."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", data) + chunk(b"IEND", b"")


def locked_pdf(password: bytes) -> bytes:
    """A PDF of one empty page, locked as the format's first standard says (40 bits)."""
    filler = bytes.fromhex("28bf4e5e4e758a4164004e56fffa01082e2e00b6d0683e802f0ca9fe6453697a")
    padded, name, rights = (password + filler)[:32], bytes(16), -4
    owner = _rc4(hashlib.md5(padded).digest()[:5], padded)
    key = hashlib.md5(padded + owner + struct.pack("<i", rights) + name).digest()[:5]
    return _pdf(
        [
            b"<</Type/Catalog/Pages 2 0 R>>",
            b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
            b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 99 99]>>",
            b"<</Filter/Standard/V 1/R 2/P %d/O<%s>/U<%s>>>"
            % (rights, owner.hex().encode(), _rc4(key, filler).hex().encode()),
        ],
        b"/Encrypt 4 0 R/ID[<%s><%s>]" % ((name.hex().encode(),) * 2),
    )


def _pdf(objects: list[bytes], extra: bytes) -> bytes:
    data, places = b"%PDF-1.4\n", []
    for count, content in enumerate(objects, 1):
        places.append(len(data))
        data += b"%d 0 obj\n%s\nendobj\n" % (count, content)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    size = len(objects) + 1
    trailer = b"trailer\n<</Size %d/Root 1 0 R%s>>\nstartxref\n%d\n%%%%EOF\n" % (size, extra, len(data))
    return data + b"xref\n0 %d\n0000000000 65535 f \n" % size + table + trailer


def _rc4(key: bytes, data: bytes) -> bytes:
    state, j = list(range(256)), 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out, i, j = bytearray(), 0, 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)
