"""The data that travels between the stages.

Pixels count from the top-left corner of the original image, boxes are ``(x, y, width, height)``
in pixels, angles are degrees counter-clockwise, confidences are probabilities in [0, 1].
Shapes are checked once, here, where an object is made.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

Box = tuple[int, int, int, int]
"""``(x, y, width, height)`` in pixels."""

GLYPH_SIZE = 28
CLASSES = (*"0123456789", "not a digit")
NOT_A_DIGIT = 10


def _readonly(array: NDArray[Any]) -> NDArray[Any]:
    """Give a view of `array` that cannot be written through."""
    view = array.view()
    view.flags.writeable = False
    return view


@dataclass(frozen=True, slots=True)
class Page:
    """One image to read, as a viewer would show it.

    Attributes
    ----------
    image : ndarray of uint8, shape (H, W) or (H, W, 3)
        Grey, or colour in OpenCV's order (blue, green, red).
    source : str
        Where it came from: the file as the user named it, or a camera.
    number : int
        Page number in its file, from 1.
    dpi : float or None
        Resolution, where the file states one.
    """

    image: NDArray[np.uint8]
    source: str = ""
    number: int = 1
    dpi: float | None = None

    def __post_init__(self) -> None:
        shape, dtype = self.image.shape, self.image.dtype
        if dtype != np.uint8 or not (len(shape) == 2 or (len(shape) == 3 and shape[2] == 3)):
            raise ValueError(f"a page needs uint8 (H, W) or (H, W, 3), not {dtype} {shape}")
        if 0 in shape:
            raise ValueError(f"a page needs at least one pixel, not {shape}")
        if self.number < 1:
            raise ValueError(f"pages count from 1, not {self.number}")
        object.__setattr__(self, "image", _readonly(self.image))


@dataclass(frozen=True, slots=True)
class InkPage:
    """A page with its ink found.

    Attributes
    ----------
    ink : ndarray of bool, shape (h, w)
        True where there is ink.
    gray : ndarray of uint8, shape (h, w)
        Strength of the ink with the background taken away: 0 paper, 255 full ink.
    to_page : ndarray of float64, shape (2, 3)
        Affine map from ink pixels (x, y) to page pixels.
    """

    ink: NDArray[np.bool_]
    gray: NDArray[np.uint8]
    to_page: NDArray[np.float64]

    def __post_init__(self) -> None:
        if self.ink.dtype != np.bool_ or self.ink.ndim != 2 or self.ink.shape != self.gray.shape:
            raise ValueError(
                f"ink needs bool (h, w) and grey of that shape, not {self.ink.dtype} "
                f"{self.ink.shape} and {self.gray.shape}"
            )
        if self.to_page.shape != (2, 3):
            raise ValueError(f"the map to the page needs shape (2, 3), not {self.to_page.shape}")
        for name in ("ink", "gray", "to_page"):
            object.__setattr__(self, name, _readonly(getattr(self, name)))


@dataclass(frozen=True, slots=True)
class Component:
    """A connected piece of ink.

    Attributes
    ----------
    box : Box
        In ink pixels.
    mask : ndarray of bool, shape (box height, box width)
    area : int
        Ink pixels.
    """

    box: Box
    mask: NDArray[np.bool_]
    area: int

    def __post_init__(self) -> None:
        if self.mask.shape != (self.box[3], self.box[2]):
            raise ValueError(f"a mask of {self.mask.shape} does not fit the box {self.box}")
        object.__setattr__(self, "mask", _readonly(self.mask))


@dataclass(frozen=True, slots=True)
class TextLine:
    """Components that stand on one line, left to right.

    Attributes
    ----------
    components : tuple of Component
    baseline : float
        Height of the line's foot in ink pixels, at its middle.
    x_height : float
        Typical height of its characters in ink pixels.
    box : Box
        In ink pixels.
    comb : bool
        It is what stands in the cells of a comb field.
    """

    components: tuple[Component, ...]
    baseline: float
    x_height: float
    box: Box
    comb: bool = False


@dataclass(frozen=True, slots=True)
class Char:
    """One character as read.

    Attributes
    ----------
    char : str
        "0" to "9", a separator, or "?" where it could not be read.
    confidence : float
    box : Box
        In page pixels.
    alternatives : tuple of (str, float)
        Digits with their probabilities, the likeliest first; empty for a separator.
    """

    char: str
    confidence: float
    box: Box
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class Number:
    """A number found on a page.

    Attributes
    ----------
    text : str
        As written: "1.990,50".
    digits : str
        Its digits alone: "199050"; an unreadable one is "?".
    confidence : float
        Probability that every digit is right.
    box : Box
        In page pixels.
    chars : tuple of Char
    alternatives : tuple of (str, float)
        Strings of digits with their probabilities: first what was read, then what else it may be, likeliest
        first; empty where nobody looked.
    """

    text: str
    digits: str
    confidence: float
    box: Box
    chars: tuple[Char, ...]
    alternatives: tuple[tuple[str, float], ...] = ()


@dataclass(frozen=True, slots=True)
class PageReading:
    """What was read on one page.

    Attributes
    ----------
    source, number
        Of the page.
    width, height : int
        Page pixels.
    angle : float
        By how much the page is turned, degrees counter-clockwise.
    numbers : tuple of Number
        In reading order.
    model : str
        Id of the model that read it.
    timings : dict of str to float
        Milliseconds by stage.
    """

    source: str
    number: int
    width: int
    height: int
    angle: float
    numbers: tuple[Number, ...]
    model: str
    timings: dict[str, float] = field(default_factory=dict, compare=False)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run has for one file: its readings, or why there are none.

    Attributes
    ----------
    source : str
    readings : tuple of PageReading
    error : ReaderError or None
    """

    source: str
    readings: tuple[PageReading, ...] = ()
    error: Exception | None = None

    def __post_init__(self) -> None:
        if self.readings and self.error is not None:
            raise ValueError("an outcome has readings or an error, not both")


class Classifier(Protocol):
    """Tells which digit a glyph is, or that it is none."""

    @property
    def id(self) -> str:
        """Name of the model, as results state it."""

    def scores(self, images: NDArray[np.float32]) -> NDArray[np.float32]:
        """Classify glyphs.

        Parameters
        ----------
        images : ndarray of float32, shape (N, 28, 28, 1), in [0, 1], ink bright

        Returns
        -------
        ndarray of float32, shape (N, 11)
            Calibrated probabilities of the classes; rows sum to 1.
        """
