"""What synthesis gives: a picture of a line and, for every pixel, the character that inked it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

RESIDUE = -1
"""Owner of ink that belongs to no character: rules, boxes, texture, specks."""


@dataclass(frozen=True, slots=True)
class LineSample:
    """A synthetic text line.

    Attributes
    ----------
    image : ndarray of uint8, shape (H, W)
        What a camera or scanner would see.
    owner : ndarray of int16, shape (H, W)
        0 paper, i the i-th character (from 1) of `chars`, -1 residue.
    chars : tuple of str
        The characters written, left to right, blanks left out; a mark without a character is "~".
    """

    image: NDArray[np.uint8]
    owner: NDArray[np.int16]
    chars: tuple[str, ...]

    def __post_init__(self) -> None:
        if self.image.shape != self.owner.shape or self.image.ndim != 2:
            raise ValueError(f"owner {self.owner.shape} does not match the image {self.image.shape}")
