"""Files become pages: JPEG, PNG, WebP, BMP, TIFF and PDF, from a path, a stream or standard input."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from typing import Any, BinaryIO

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.errors import InputError, NoMemoryError
from reader.io.headers import Header, check_size, is_pdf, read_headers
from reader.io.quiet import muted
from reader.options import LoadOptions
from reader.types import Page

Source = str | os.PathLike[str] | BinaryIO


def load_pages(source: Source, options: LoadOptions | None = None, name: str | None = None) -> Iterator[Page]:
    """Load the pages of a file, each when it is asked for.

    Images are turned as their EXIF orientation says, transparent ones laid on white, 16-bit ones
    brought to 8 bits; grey ones stay (H, W).

    Parameters
    ----------
    source : str, path or binary stream
        "-" is standard input.
    options : LoadOptions, optional
    name : str, optional
        What pages and messages call it; by default as `source` names it.

    Returns
    -------
    iterator of Page
        One page of an image, all pages of a TIFF or PDF file. A file that cannot be read is
        refused at once; a page that cannot be decoded when its turn comes.

    Raises
    ------
    TooLargeError
        When an image has more than ``options.max_pixels``; it is not decoded.
    PasswordError
        When a PDF needs a password.
    InputError
        When the file is missing, empty, cut short, damaged or no image.
    """
    options = options or LoadOptions()
    name, data = _read(source, name)
    if not data:
        raise InputError(f"{name}: the file is empty; give an image or a PDF")
    if is_pdf(data):
        from reader.io.pdf import pdf_pages

        return pdf_pages(data, options, name)
    try:
        headers = read_headers(data)
    except ValueError as error:
        raise InputError(f"{name}: {error}") from error
    return _image_pages(data, headers, options, name)


def load_page(source: Source, options: LoadOptions | None = None, name: str | None = None) -> Page:
    """Load the first page of a file; see `load_pages`."""
    return next(load_pages(source, options, name))


def _read(source: Source, name: str | None) -> tuple[str, bytes]:
    """Give the name and the bytes of a source."""
    if isinstance(source, str | os.PathLike) and os.fspath(source) != "-":
        name = name or os.fspath(source)
        return name, read_bytes(source, name)
    stream = sys.stdin.buffer if isinstance(source, str | os.PathLike) else source
    name = name or ("-" if stream is not source else str(getattr(source, "name", "stream")))
    try:
        return name, stream.read()
    except (OSError, ValueError) as error:
        raise InputError(f"{name}: {_reason(error)}") from error


def read_bytes(path: str | os.PathLike[str], name: str) -> bytes:
    """Read a file whole.

    Raises
    ------
    InputError
        When it cannot be read; the message begins with `name` and says why.
    """
    try:
        with open(path, "rb") as file:
            return file.read()
    except (OSError, ValueError) as error:
        raise InputError(f"{name}: {_reason(error)}") from error


def _reason(error: OSError | ValueError) -> str:
    match error:
        case FileNotFoundError():
            return "no such file; check the name"
        case IsADirectoryError():
            return "a directory, not a file; name the files in it"
        case PermissionError():
            return "permission denied; make the file readable"
    return f"cannot be read ({getattr(error, 'strerror', None) or error}); check the name and the disk"


def _image_pages(data: bytes, headers: list[Header], options: LoadOptions, name: str) -> Iterator[Page]:
    for header in headers:
        check_size(header.width, header.height, options, name)
    return (
        Page(
            _load(data, header, name if len(headers) == 1 else f"{name}, page {number}"),
            name,
            number,
            header.dpi,
        )
        for number, header in enumerate(headers, 1)
    )


def _load(data: bytes, header: Header, name: str) -> NDArray[np.uint8]:
    return _finish(_decode(data, header, name), header, name)


def _decode(data: bytes, header: Header, name: str) -> NDArray[Any]:
    """Decode one image as it is stored."""
    raw, image = np.frombuffer(data, np.uint8), None
    with muted():
        try:
            if header.frame is None:
                image = cv2.imdecode(raw, cv2.IMREAD_UNCHANGED)
            else:
                frames = (header.frame, header.frame + 1)
                image = cv2.imdecodemulti(raw, cv2.IMREAD_UNCHANGED, range=frames)[1][0]
        except (cv2.error, IndexError) as error:
            if getattr(error, "code", None) == cv2.Error.StsNoMem:
                raise NoMemoryError(f"{name}: it does not fit into memory; make the image smaller") from error
            image = None
    if image is None:
        raise InputError(
            f"{name}: the image cannot be decoded, it is damaged or of a rare kind; save it as PNG"
        )
    return image


def _finish(image: NDArray[Any], header: Header, name: str) -> NDArray[np.uint8]:
    """Make 8 bits of the image, lay it on white and turn it upright."""
    if image.dtype == np.uint16:
        image = cv2.convertScaleAbs(image, alpha=1 / 257)
    if image.dtype != np.uint8:
        raise InputError(f"{name}: pixels of kind {image.dtype} cannot be used; save it with 8 or 16 bits")
    if image.ndim == 3 and image.shape[2] == 4:
        image = _on_white(image, header.premultiplied)
    if header.grey and image.ndim == 3:
        image = image[:, :, 0]
    return upright(image, header.orientation)


def _on_white(image: NDArray[np.uint8], premultiplied: bool) -> NDArray[np.uint8]:
    """Lay an image with alpha, shape (H, W, 4), on white paper."""
    colour, alpha = cv2.cvtColor(image, cv2.COLOR_BGRA2BGR), image[:, :, 3]
    if alpha.min() == 255:
        return np.asarray(colour, np.uint8)
    if not premultiplied:
        colour = cv2.multiply(colour, cv2.merge([alpha] * 3), scale=1 / 255)
    return np.asarray(cv2.add(colour, cv2.merge([255 - alpha] * 3)), np.uint8)


def upright(image: NDArray[np.uint8], orientation: int) -> NDArray[np.uint8]:
    """Turn an image as EXIF says, so that it stands as a viewer shows it.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W) or (H, W, 3)
    orientation : int
        EXIF's, 1 to 8; anything else leaves the image as it is.

    Returns
    -------
    ndarray of uint8, shape (H, W) or (W, H), with the colours of `image`
    """
    if orientation in (5, 6, 7, 8):
        image = np.asarray(cv2.transpose(image), np.uint8)
    axes = {2: 1, 3: -1, 4: 0, 6: 1, 7: -1, 8: 0}  # OpenCV: 0 swaps top and bottom, 1 left and right, -1 both
    return np.asarray(cv2.flip(image, axes[orientation]), np.uint8) if orientation in axes else image
