"""Tags in TIFF's layout, which TIFF files and the EXIF part of other images share."""

from __future__ import annotations

import struct
from dataclasses import dataclass

import numpy as np

SUBFILE, WIDTH, HEIGHT, ORIENTATION, X_RESOLUTION, RESOLUTION_UNIT = 254, 256, 257, 274, 282, 296
STRIP_OFFSETS, STRIP_BYTES, TILE_OFFSETS, TILE_BYTES, BITS, EXTRA_SAMPLES = 273, 279, 324, 325, 258, 338
_WANTED = {
    SUBFILE, WIDTH, HEIGHT, ORIENTATION, X_RESOLUTION, RESOLUTION_UNIT, STRIP_OFFSETS, STRIP_BYTES,
    TILE_OFFSETS, TILE_BYTES, BITS, EXTRA_SAMPLES,
}  # fmt: skip
_NUMBERS = {1: "u1", 3: "u2", 4: "u4", 5: "u4", 16: "u8"}  # TIFF's types; 5 is a pair of numbers
CUT_SHORT = "the file is cut short; copy or save it again"

Tags = dict[int, list[int]]


@dataclass(frozen=True, slots=True)
class _Layout:
    """How numbers are written: byte order, and the wide form of BigTIFF."""

    order: str
    big: bool

    def number(self, data: bytes, at: int, width: int) -> int:
        code = self.order + {2: "H", 4: "I", 8: "Q"}[width]
        return int(struct.unpack_from(code, data, at)[0])


def read_tags(data: bytes, limit: int | None = None) -> list[Tags]:
    """Read the directories of a TIFF file or of an EXIF block.

    Parameters
    ----------
    data : bytes
        Starting with the byte-order mark.
    limit : int, optional
        Stop after so many directories.

    Returns
    -------
    list of dict of int to list of int
        The tags of each directory in turn, those alone that loading an image needs.

    Raises
    ------
    ValueError
        When the data is cut short or no TIFF; the message is for the user.
    """
    layout = _layout(data)
    width = 8 if layout.big else 4
    tags: list[Tags] = []
    seen: set[int] = set()
    try:
        at = layout.number(data, width, width)
        while at and at not in seen and (limit is None or len(tags) < limit):
            seen.add(at)
            directory, at = _directory(data, at, layout)
            tags.append(directory)
    except struct.error as error:
        raise ValueError(CUT_SHORT) from error
    return tags


def resolution(tags: Tags) -> float | None:
    """Give the dots per inch that tags state, where they do."""
    pair = tags.get(X_RESOLUTION, [])
    unit = {2: 1.0, 3: 2.54}.get(tags.get(RESOLUTION_UNIT, [2])[0])
    if len(pair) < 2 or 0 in pair[:2] or unit is None:
        return None
    return pair[0] / pair[1] * unit


def _layout(data: bytes) -> _Layout:
    order = {b"II": "<", b"MM": ">"}.get(data[:2])
    magic = struct.unpack_from(f"{order}H", data, 2)[0] if order and len(data) >= 4 else 0
    if order is None or magic not in (42, 43):
        raise ValueError("the tags are damaged; save the file again")
    return _Layout(order, magic == 43)


def _directory(data: bytes, at: int, layout: _Layout) -> tuple[Tags, int]:
    """Read one directory and where the next one starts."""
    width, entry = (8, 20) if layout.big else (4, 12)
    head = 8 if layout.big else 2
    count = layout.number(data, at, head)
    end = at + head + count * entry
    if end > len(data):
        raise ValueError(CUT_SHORT)
    tags: Tags = {}
    for place in range(at + head, end, entry):
        tag = layout.number(data, place, 2)
        if tag in _WANTED:
            tags[tag] = _values(data, place, layout)
    return tags, layout.number(data, end, width) if end + width <= len(data) else 0


def _values(data: bytes, place: int, layout: _Layout) -> list[int]:
    """Read the numbers of the tag whose entry is at `place`."""
    width = 8 if layout.big else 4
    kind, count = layout.number(data, place + 2, 2), layout.number(data, place + 4, width)
    if kind not in _NUMBERS:
        return [0]
    number = np.dtype(layout.order + _NUMBERS[kind])
    count *= 2 if kind == 5 else 1
    at = place + 4 + width
    if count * number.itemsize > width:
        at = layout.number(data, at, width)
    if at + count * number.itemsize > len(data):
        raise ValueError(CUT_SHORT)
    return [int(value) for value in np.frombuffer(data, number, count, at)] or [0]
