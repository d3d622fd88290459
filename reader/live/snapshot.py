"""Keeps a frame and what was read on it."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reader.io.atomic import atomic_text, save_image
from reader.io.export import JsonWriter
from reader.live.view import View
from reader.types import Outcome, PageReading


def save(image: NDArray[np.uint8], view: View, source: str, model: str, now: datetime) -> Path:
    """Save a frame as PNG, and beside it the readings as `reader scan --format json` would give them.

    Parameters
    ----------
    image : ndarray of uint8, shape (H, W, 3)
    view : View
    source : str
        Camera or file.
    model : str
        Id of the model that read it.
    now : datetime
        Names the files.

    Returns
    -------
    Path
        Of the picture, in the current folder.

    Raises
    ------
    OutputError
        It cannot be written.
    """
    path = Path(f"reader-{now:%Y%m%d-%H%M%S-%f}"[:-3] + ".png")
    numbers = tuple(one.number for one in view.numbers)
    reading = PageReading(source, 1, view.width, view.height, 0.0, numbers, model)
    save_image(str(path), image)
    with atomic_text(str(path.with_suffix(".json"))) as file:
        JsonWriter().write(Outcome(str(path), (reading,)), file)
    return path
