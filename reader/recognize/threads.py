"""Two things at once: OpenCV leaves Python's lock alone while it works."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import cv2

First = TypeVar("First")
Second = TypeVar("Second")


def at_once(first: Callable[[], First], second: Callable[[], Second]) -> tuple[First, Second]:
    """Call two functions that spend their time in OpenCV, each in a thread.

    Where OpenCV may use one thread alone, as in the workers of a batch, one after the other.

    Examples
    --------
    >>> at_once(lambda: 1, lambda: "two")
    (1, 'two')
    """
    if cv2.getNumThreads() < 2:
        return first(), second()
    with ThreadPoolExecutor(1) as other:
        later = other.submit(second)
        return first(), later.result()
