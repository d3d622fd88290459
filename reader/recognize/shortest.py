"""Shortest paths through an image from its first row on, by dynamic programming."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

SIDESTEP = 0.25
"""Price of moving one pixel sideways, in ink pixels: keeps a path straight where ink does not matter."""


def sweep(price: NDArray[np.float32]) -> tuple[NDArray[np.float32], NDArray[np.int8]]:
    """Find the cheapest path from the first row to each pixel.

    Parameters
    ----------
    price : ndarray of float32, shape (n, w)
        Of each pixel.

    Returns
    -------
    cost : ndarray of float32, shape (n, w)
    steps : ndarray of int8, shape (n, w)
        From each pixel to the one before it, -1, 0 or 1 column to the right.
    """
    n, w = price.shape
    cost = np.full((n, w + 2), 1e9, np.float32)
    cost[0, 1:-1] = price[0]
    for row in range(1, n):
        before = cost[row - 1]
        best = np.minimum(before[:-2], before[2:]) + np.float32(SIDESTEP)
        np.minimum(before[1:-1], best, out=best)
        np.add(best, price[row], out=cost[row, 1:-1])
    straight, left, right = cost[:-1, 1:-1], cost[:-1, :-2], cost[:-1, 2:]
    left, right = left + np.float32(SIDESTEP), right + np.float32(SIDESTEP)
    steps = np.zeros((n, w), np.int8)
    steps[1:][left < straight] = -1
    steps[1:][right < np.minimum(straight, left)] = 1
    return cost[:, 1:-1], steps
