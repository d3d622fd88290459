"""Order statistics of short lists: NumPy's take 50 microseconds each, and a page asks for thousands."""

from __future__ import annotations

from collections.abc import Iterable


def percentile(values: Iterable[float], q: float) -> float:
    """Give a percentile, linear between neighbours: the number that `numpy.percentile` gives.

    Parameters
    ----------
    values : iterable of float
        At least one; Python's own numbers are quickest.
    q : float
        From 0 to 100.

    Raises
    ------
    ValueError
        Where there are no values.

    Examples
    --------
    >>> percentile([3, 1, 2, 10], 50)
    2.5
    """
    ordered = sorted(values)
    if not ordered:
        raise ValueError("no values to order")
    place = (len(ordered) - 1) * (q / 100)
    low = int(place)
    if low + 1 == len(ordered):
        return float(ordered[low])
    part, step = place - low, ordered[low + 1] - ordered[low]
    # As NumPy counts it, from the nearer neighbour: the same bits.
    return float(ordered[low + 1] - step * (1 - part) if part >= 0.5 else ordered[low] + step * part)


def median(values: Iterable[float]) -> float:
    """Give the median: the number that `numpy.median` gives.

    Raises
    ------
    ValueError
        Where there are no values.

    Examples
    --------
    >>> median([3, 1, 2, 10])
    2.5
    """
    return percentile(values, 50)
