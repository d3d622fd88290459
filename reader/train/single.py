"""An image that is one character becomes one glyph."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.binarize import find_ink
from reader.imaging.normalize import BOX, normalize
from reader.imaging.rules import remove_rules
from reader.imaging.segment import find_components, join, stroke_width
from reader.types import GLYPH_SIZE, Component, Page

PLAIN = 32
"""Grey levels by which JPEG may change the ground of an image in MNIST's form."""
SMALL = 64
MOSTLY = 0.7
"""An image is drawn in black and white if no side is longer than that and this share of it is either."""
_INK = 96
"""Brightness from which a pixel of such an image is ink."""
_OFF_CENTRE = 1.5
_MIN_AREA = 12
_FRAME = 0.7
_EDGE = 0.12
"""Parts of a side: ink along so much of it, and no deeper than that, may be a cell's frame."""


Inked = tuple[NDArray[np.bool_], NDArray[np.uint8]]
"""Where there is ink, and the picture with the ink bright; both (H, W)."""


def glyph_of(page: Page) -> NDArray[np.uint8] | None:
    """Make the 28×28 glyph of an image that holds one character.

    An image in MNIST's form (see `mnist_form`) is taken as it is, with dark ink turned bright. A small
    image that is mostly black and white is parted in its middle grey; in any other the ink is found by the
    reader's own ink stage. The ink is normalised as `reader.imaging.normalize` does. Of several
    pieces those in the middle count, so that a cell's frame and what looks in from beside it are left out;
    where nothing of a character's size is in the middle, all ink counts.
    Ink has to be less than half of the image.

    Parameters
    ----------
    page : Page

    Returns
    -------
    ndarray of uint8, shape (28, 28), or None
        Ink bright; None where there is no ink.
    """
    ready = mnist_form(page.image)
    if ready is not None:
        return ready
    ink, gray = _drawn(_gray(page.image)) or _found(page)
    whole = _character(ink)
    if whole is None:
        return None
    x, y, w, h = whole.box
    return np.rint(normalize(gray[y : y + h, x : x + w], whole.mask) * 255).astype(np.uint8)


def mnist_form(image: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Give an image that is a glyph already, with bright ink; None where it is none.

    It is one if it has 28×28 pixels, most of it is plain black or white, and the ink, which is what
    differs from that, is 18 to 22 pixels long on its longer side with its centre of mass in the middle; or if
    it is black or white all over.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W) or (H, W, 3)

    Returns
    -------
    ndarray of uint8, shape (28, 28), or None

    Examples
    --------
    >>> bar = np.full((28, 28), 255, np.uint8)
    >>> bar[4:24, 12:16] = 0
    >>> glyph = mnist_form(bar)
    >>> int(glyph[10, 13]), int(glyph[0, 0])
    (255, 0)
    >>> mnist_form(bar[:, :20]) is None
    True
    """
    if image.shape[:2] != (GLYPH_SIZE, GLYPH_SIZE):
        return None
    bright = _on_black(_gray(image))
    if bright is None:
        return None
    _, _, w, h = cv2.boundingRect((bright > PLAIN).astype(np.uint8))
    if w == 0:
        return np.zeros_like(bright)
    ink = bright.astype(np.float64)
    along = np.arange(GLYPH_SIZE) - (GLYPH_SIZE - 1) / 2
    off = max(abs(ink.sum(axis=0) @ along), abs(ink.sum(axis=1) @ along)) / ink.sum()
    return bright if abs(max(w, h) - BOX) <= 2 and off <= _OFF_CENTRE else None


def _gray(image: NDArray[np.uint8]) -> NDArray[np.uint8]:
    return image if image.ndim == 2 else np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)


def _on_black(gray: NDArray[np.uint8]) -> NDArray[np.uint8] | None:
    """Give the image with bright ink, if most of it is plain black or white."""
    ground = float(np.median(gray))
    if PLAIN < ground < 255 - PLAIN:
        return None
    return gray.copy() if ground <= PLAIN else 255 - gray


def _drawn(gray: NDArray[np.uint8]) -> Inked | None:
    """Take the ink of a small image in black and white as it is: the ink stage is made for photographs and
    hollows the bold strokes of such an image."""
    bright = _on_black(gray)
    plain = np.count_nonzero((gray <= PLAIN) | (gray >= 255 - PLAIN))
    if bright is None or max(gray.shape) > SMALL or plain < MOSTLY * gray.size:
        return None
    return bright > _INK, bright


def _found(page: Page) -> Inked:
    # Bold characters on black are few on an image, and may look like black ones on white to the ink stage.
    on_black = float(np.median(_gray(page.image))) <= PLAIN
    inked = find_ink(replace(page, image=255 - page.image) if on_black else page)
    return inked.ink, inked.gray


def _character(ink: NDArray[np.bool_]) -> Component | None:
    """Choose the ink that is the character."""
    height, width = ink.shape
    framed = _has_frame(ink)
    mask = remove_rules(ink, round(_FRAME * width), stroke_width(ink))[0] if framed else ink
    parts = [part for part in find_components(mask, min_area=_MIN_AREA) if not _at_edge(part, height, width)]
    middle = [part for part in parts if _is_central(part, height, width)]
    if middle and (framed or max(parts, key=lambda part: part.area) in middle):
        whole = join(middle)
        if whole.box[3] >= 0.25 * height:
            return whole
    parts = find_components(ink, min_area=_MIN_AREA) or find_components(ink)
    return join(parts) if parts else None


def _deep(height: int, width: int) -> int:
    return max(1, round(_EDGE * min(height, width)))


def _has_frame(ink: NDArray[np.bool_]) -> bool:
    """Tell whether lines run along two sides of the image or more: a cell of a form or a table."""
    deep = _deep(*ink.shape)
    across, down = ink.mean(axis=1) >= _FRAME, ink.mean(axis=0) >= _FRAME
    return sum(bool(lines.any()) for way in (across, down) for lines in (way[:deep], way[-deep:])) >= 2


def _at_edge(part: Component, height: int, width: int) -> bool:
    """Tell whether a component has no ink but along the image's edges."""
    deep = _deep(height, width)
    x, y, _, _ = part.box
    rows = slice(max(deep - y, 0), max(height - deep - y, 0))
    return not part.mask[rows, max(deep - x, 0) : max(width - deep - x, 0)].any()


def _is_central(part: Component, height: int, width: int) -> bool:
    """Tell whether a component lies in the middle of the image."""
    x, y, w, h = part.box
    inside = x > 1 and y > 1 and x + w < width - 1 and y + h < height - 1
    near = abs(x + w / 2 - width / 2) < 0.3 * width and abs(y + h / 2 - height / 2) < 0.3 * height
    return inside and near and part.area > 0.002 * height * width
