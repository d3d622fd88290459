"""What cannot be read is refused by one clear line, and nothing is printed on the way."""

from __future__ import annotations

import io
import os
import struct
import threading
from collections.abc import Iterator
from pathlib import Path

import cv2
import image_bytes as make
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reader.errors import InputError, ReaderError, TooLargeError
from reader.io.images import load_page, load_pages
from reader.io.quiet import muted
from reader.options import LoadOptions

FILES = {
    "jpg": make.encoded("jpg", make.picture()),
    "progressive": make.encoded("jpg", make.picture(), cv2.IMWRITE_JPEG_PROGRESSIVE, 1),
    "png": make.encoded("png", make.picture()),
    "bmp": make.encoded("bmp", make.picture()),
    "webp": make.encoded("webp", make.picture(), cv2.IMWRITE_WEBP_QUALITY, 101),
    "lossy": make.encoded("webp", make.picture(), cv2.IMWRITE_WEBP_QUALITY, 80),
    "exif": make.jpeg_with_exif(make.picture(), make.exif(6, dpi=200)),
    "tiff": make.tiff_pages([make.picture(), make.picture(20, 30)]),
    "raw tiff": make.tiff(make.picture()),
}


@pytest.fixture(autouse=True)
def _nothing_is_printed(capfd: pytest.CaptureFixture[str]) -> Iterator[None]:
    yield
    assert capfd.readouterr() == ("", "")


def fault(source: str | Path | bytes, kind: type[ReaderError] = InputError) -> str:
    with pytest.raises(kind) as caught:
        list(load_pages(io.BytesIO(source) if isinstance(source, bytes) else source))
    message = str(caught.value)
    assert "\n" not in message
    assert ";" in message, "says what is wrong; what to do"
    return message


def test_missing(tmp_path: Path) -> None:
    path = tmp_path / "gone.png"
    assert fault(path) == f"{path}: no such file; check the name"


def test_a_directory(tmp_path: Path) -> None:
    assert "a directory, not a file" in fault(tmp_path)


def test_empty(tmp_path: Path) -> None:
    path = tmp_path / "empty.jpg"
    path.touch()
    assert fault(path) == f"{path}: the file is empty; give an image or a PDF"


def test_a_name_that_no_file_can_have() -> None:
    assert "cannot be read" in fault("a\0b")


def test_no_permission(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "locked.png"
    path.write_bytes(FILES["png"])
    path.chmod(0)
    if os.access(path, os.R_OK):  # the administrator may read everything

        def refuse(*_: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("builtins.open", refuse)
    assert "locked.png: permission denied; make the file readable" in fault(path)


@pytest.mark.parametrize(
    "data", [b"hello, world" * 50, b"\0" * 100, b"RIFF\x10\0\0\0WAVEfmt 1234567", b"GIF89a" + b"1" * 40]
)
def test_no_image(data: bytes) -> None:
    assert "not an image; give a JPEG, PNG, WebP, BMP, TIFF or PDF file" in fault(data)


@pytest.mark.parametrize("kind", FILES)
@pytest.mark.parametrize("part", [0.05, 0.3, 0.5, 0.8, 0.95])
def test_cut_in_the_middle(kind: str, part: float) -> None:
    data = FILES[kind]
    message = fault(data[: int(len(data) * part)])
    assert "cut short; copy or save it again" in message or "not an image" in message


@pytest.mark.parametrize("kind", sorted(set(FILES) - {"raw tiff"}))  # its last bytes are of no use
def test_the_last_byte_missing(kind: str) -> None:
    message = fault(FILES[kind][:-1])
    assert "cut short" in message or (kind == "tiff" and "page 2: the image cannot be decoded" in message)


def test_a_cut_jpeg_with_a_whole_thumbnail_inside() -> None:
    data = make.jpeg_with_exif(make.picture(), make.exif(1) + FILES["jpg"])
    assert "cut short" in fault(data[:-20])


def test_a_png_with_a_wrong_checksum() -> None:
    data = bytearray(FILES["png"])
    data[len(data) // 2] ^= 1
    assert "the file is damaged" in fault(bytes(data))


def test_a_png_whose_pixels_stop_too_early_under_a_right_checksum() -> None:
    assert "cannot be decoded" in fault(make.png(4, 4, 8, 0, b"\0\1\2\3\4"))


def bombs() -> dict[str, bytes]:
    side = 100_000
    jpg, bmp = bytearray(FILES["jpg"]), bytearray(FILES["bmp"])
    at = jpg.index(b"\xff\xc0")
    jpg[at + 5 : at + 9] = struct.pack(">HH", 65500, 65500)
    bmp[18:26] = struct.pack("<ii", side, -side)
    bmp[30:34] = struct.pack("<I", 1)
    webp = bytearray(make.webp_with_exif(make.picture(), make.exif(1)))
    webp[24:30] = (side - 1).to_bytes(3, "little") * 2
    tiff = make.tiff(make.picture())
    for tag, old in ((256, 60), (257, 40)):
        tiff = tiff.replace(struct.pack("<HHII", tag, 3, 1, old), struct.pack("<HHII", tag, 4, 1, side))
    png = make.png(side, side, 8, 2, b"\0" * 1000)
    return {"png": png, "jpg": bytes(jpg), "bmp": bytes(bmp), "webp": bytes(webp), "tiff": tiff}


@pytest.mark.parametrize("kind", bombs())
def test_a_bomb_is_refused_before_it_is_decoded(kind: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("imdecode", "imdecodemulti"):
        monkeypatch.setattr(cv2, name, lambda *_, **__: pytest.fail("decoded"))
    message = fault(bombs()[kind], TooLargeError)
    assert "pixels, the limit is 200000000; make the image smaller" in message


def test_the_limit_itself_is_allowed() -> None:
    assert load_page(io.BytesIO(FILES["png"]), LoadOptions(max_pixels=2400)).image.shape == (40, 60, 3)
    with pytest.raises(TooLargeError, match="60 x 40 pixels, the limit is 2399"):
        load_page(io.BytesIO(FILES["png"]), LoadOptions(max_pixels=2399))


def test_float_pixels() -> None:
    assert "pixels of kind float32" in fault(
        make.encoded("tiff", make.picture(channels=1).astype(np.float32))
    )


def test_a_tiff_whose_pages_go_round_in_a_circle_ends() -> None:
    data = bytearray(FILES["raw tiff"])
    start = struct.unpack_from("<I", data, 4)[0]
    data[-4:] = struct.pack("<I", start)
    assert len(list(load_pages(io.BytesIO(bytes(data))))) == 1


def test_a_decoder_that_complains_stays_quiet() -> None:
    data = bytearray(FILES["jpg"])
    at = data.index(b"\xff\xda") + 100
    data[at : at + 4] = b"\xff\xd3\xff\xd3"
    assert load_page(io.BytesIO(bytes(data))).image.shape == (40, 60, 3)


def test_muting_ends_when_the_last_thread_leaves(capfd: pytest.CaptureFixture[str]) -> None:
    inside, leave = threading.Event(), threading.Event()

    def hold() -> None:
        with muted():
            inside.set()
            leave.wait(10)

    thread = threading.Thread(target=hold)
    with muted():
        thread.start()
        inside.wait(10)
    os.write(2, b"lost")
    leave.set()
    thread.join()
    os.write(2, b"seen")
    assert capfd.readouterr().err == "seen"


@settings(max_examples=300, deadline=None)
@given(
    st.sampled_from(sorted(FILES)), st.lists(st.tuples(st.floats(0, 0.999), st.integers(0, 255)), max_size=6)
)
def test_damage_anywhere_gives_pages_or_a_reader_error(kind: str, damage: list[tuple[float, int]]) -> None:
    data = bytearray(FILES[kind])
    for place, value in damage:
        data[int(place * min(len(data), 400))] = value
    message, pages = "", []
    try:
        pages = list(load_pages(io.BytesIO(bytes(data)), LoadOptions(max_pixels=1_000_000)))
    except ReaderError as error:
        message = str(error)
    assert pages or message
    assert "\n" not in message
