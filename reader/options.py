"""Frozen options, one class a stage; a variation is ``dataclasses.replace(options, ...)``."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from reader.types import Box

Layout = Literal["page", "line", "digit"]


@dataclass(frozen=True, slots=True)
class LoadOptions:
    """How files become pages.

    Attributes
    ----------
    dpi : float
        Resolution at which PDF pages are rendered.
    max_pixels : int
        Larger images are refused before they are decoded.
    """

    dpi: float = 200.0
    max_pixels: int = 200_000_000


@dataclass(frozen=True, slots=True)
class InkOptions:
    """How ink is told from paper.

    Attributes
    ----------
    max_pixels : int
        Larger pages are shrunk to this before they are thresholded: 250 dpi of an A4 page.
    min_side : int
        Crops with a shorter side below this are enlarged to it.
    sensitivity : float
        Sauvola's k: lower finds fainter ink and more texture.
    """

    max_pixels: int = 6_000_000
    min_side: int = 96
    sensitivity: float = 0.2


@dataclass(frozen=True, slots=True)
class ReadOptions:
    """How a page is read.

    Attributes
    ----------
    layout : {"page", "line", "digit"}
        Find the numbers; or the image is one number; or it is one digit.
    min_confidence : float
        Characters below this become "?".
    region : Box or None
        Read this part of the page alone; coordinates stay those of the page.
    ink : InkOptions
    """

    layout: Layout = "page"
    min_confidence: float = 0.0
    region: Box | None = None
    ink: InkOptions = field(default_factory=InkOptions)


@dataclass(frozen=True, slots=True)
class LimitOptions:
    """What one file of a batch may cost.

    Attributes
    ----------
    timeout : float
        Seconds that a page may take, its loading included.
    max_memory : int
        Mebibytes that a worker may take beyond what it has with the model loaded; 0 for no limit.
        Kept by the system on Linux, elsewhere not at all.
    max_pages : int
        A file of more pages is refused.
    """

    timeout: float = 120.0
    max_memory: int = 4096
    max_pages: int = 10_000


@dataclass(frozen=True, slots=True)
class LiveOptions:
    """How a camera's numbers are read.

    Attributes
    ----------
    min_confidence : float
        Probability from which a reading locks and is shown.
    region : Box or None
        Read this part of the frame alone; coordinates stay those of the frame.
    """

    min_confidence: float = 0.9
    region: Box | None = None
