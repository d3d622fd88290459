"""Frame rate and latency of a run, in memory that does not grow."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

LONGEST = 5000
"""Milliseconds from which latencies are counted as one."""


class Statistics:
    """Counts frames and how long each took from the camera to the screen."""

    def __init__(self) -> None:
        self._latencies = np.zeros(LONGEST + 1, np.int64)  # by millisecond
        self._first = self._last = 0.0
        self.frames = 0

    def add(self, taken: float, shown: float) -> None:
        """Count a frame.

        Parameters
        ----------
        taken, shown : float
            Seconds, by the same clock.
        """
        if not self.frames:
            self._first = taken
        self.frames += 1
        self._last = shown
        self._latencies[min(LONGEST, max(0, round(1000 * (shown - taken))))] += 1

    @property
    def seconds(self) -> float:
        """From the first frame taken to the last one shown."""
        return self._last - self._first

    @property
    def rate(self) -> float:
        """Frames a second."""
        return self.frames / self.seconds if self.seconds > 0 else 0.0

    def latency(self, part: float) -> int:
        """Give the milliseconds within which a part of the frames was shown; 0 without frames."""
        if not self.frames:
            return 0
        return int(np.searchsorted(np.cumsum(self._latencies), part * self.frames))


@dataclass(frozen=True, slots=True)
class Summary:
    """What a run came to.

    Attributes
    ----------
    frames : int
        Shown.
    seconds : float
    rate : float
        Frames a second.
    latency, latency_95 : int
        Milliseconds from the camera to the screen, of half and of 95 % of the frames.
    dropped : int
        Frames that newer ones replaced before they were taken.
    readings : int
        Frames that were read.
    numbers : int
        Readings that were locked.
    """

    frames: int
    seconds: float
    rate: float
    latency: int
    latency_95: int
    dropped: int
    readings: int
    numbers: int


def summary(counted: Statistics, *, dropped: int, readings: int, numbers: int) -> Summary:
    """Sum up a run, or what there is of it so far."""
    return Summary(
        counted.frames,
        counted.seconds,
        counted.rate,
        counted.latency(0.5),
        counted.latency(0.95),
        dropped,
        readings,
        numbers,
    )


def in_words(done: Summary) -> str:
    """Say a summary in a line.

    >>> in_words(Summary(90, 3.0, 30.0, 12, 20, 1, 4, 2))
    '90 frames in 3.0 s, 30.0 a second; latency 12 ms, 95 % within 20 ms; 1 dropped, 4 read; 2 numbers'
    """
    numbers = f"{done.numbers} number{'' if done.numbers == 1 else 's'}"
    return (
        f"{done.frames} frames in {done.seconds:.1f} s, {done.rate:.1f} a second; latency {done.latency} ms, "
        f"95 % within {done.latency_95} ms; {done.dropped} dropped, {done.readings} read; {numbers}"
    )
