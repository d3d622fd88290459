"""Pages of a PDF, rendered one by one."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from reader.errors import InputError, PasswordError
from reader.io.headers import check_size
from reader.io.tags import CUT_SHORT
from reader.options import LoadOptions
from reader.types import Page

POINTS_PER_INCH = 72
_TAIL = 4096  # the end mark stands in the last 1024 bytes; some writers append more than that
_WRONG_PASSWORD = 4  # FPDF_ERR_PASSWORD


def pdf_pages(data: bytes, options: LoadOptions, name: str) -> Iterator[Page]:
    """Render a PDF, each page when it is asked for, with the forms filled in on it.

    Parameters
    ----------
    data : bytes
        The whole file.
    options : LoadOptions
        ``dpi`` is the resolution; pages that would have more than ``max_pixels`` are refused.
    name : str
        What pages and messages call the file.

    Raises
    ------
    PasswordError
        When the file needs a password.
    InputError
        When it is cut short, damaged or has no pages; `TooLargeError` for a page that is too large.
    """
    if b"%%EOF" not in data[-_TAIL:]:  # PDFium mends such a file and may lose pages without a word
        raise InputError(f"{name}: {CUT_SHORT}")
    return _rendered(_opened(data, name), options, name)


def _opened(data: bytes, name: str) -> Any:
    import pypdfium2

    try:
        document = pypdfium2.PdfDocument(data)
        document.init_forms()
    except pypdfium2.PdfiumError as error:
        # PDFium leaves the code of an earlier file in place where it refuses one without pages
        if error.err_code == _WRONG_PASSWORD and b"/Encrypt" in data:
            raise PasswordError(f"{name}: the PDF needs a password; save a copy without one") from error
        raise InputError(f"{name}: the PDF is damaged or has no pages; save it again") from error
    return document


def _rendered(document: Any, options: LoadOptions, name: str) -> Iterator[Page]:
    import pypdfium2

    try:
        for number in range(1, len(document) + 1):
            try:
                image = _image(document[number - 1], options, f"{name}, page {number}")
            except pypdfium2.PdfiumError as error:
                raise InputError(f"{name}: page {number} is damaged; save the PDF again") from error
            yield Page(image, name, number, options.dpi)
    finally:
        document.close()


def _image(page: Any, options: LoadOptions, name: str) -> Any:
    scale = options.dpi / POINTS_PER_INCH
    width, height = (max(1, round(side * scale)) for side in page.get_size())
    check_size(width, height, options, name)
    bitmap = page.render(scale=scale)
    image = np.array(bitmap.to_numpy()[:, :, :3])  # a copy: PDFium takes its memory back
    bitmap.close()
    page.close()
    return image
