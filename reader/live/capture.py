"""Takes frames in a thread of its own.

Of a live source only the newest frame is handed over: one that was not taken in time is dropped, and
counted. A recording is handed over frame by frame, none dropped, so that the same file gives the same
result on any machine.
"""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from time import perf_counter

import numpy as np
from numpy.typing import NDArray

from reader.io.camera import FrameSource

AHEAD = 2
"""Frames of a recording that are decoded ahead."""
RETRY = 1.0
"""Seconds between attempts to get a lost source back."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame on its way.

    Attributes
    ----------
    image : ndarray of uint8, shape (H, W, 3)
    index : int
        From 0, dropped ones counted.
    time : float
        Seconds since the source began: by the recording's own clock, or by ours.
    taken : float
        When it was taken, by `time.perf_counter`.
    """

    image: NDArray[np.uint8]
    index: int
    time: float
    taken: float


class Capture:
    """Reads a source in a thread.

    Parameters
    ----------
    source : FrameSource
        Read by the thread alone from now on, and closed by `close`.
    told : callable
        Called with a line of news: the source is lost, it is back.
    """

    def __init__(self, source: FrameSource, told: Callable[[str], None]) -> None:
        self._source, self._told = source, told
        self._frames: deque[Frame] = deque()
        self._change = threading.Condition()
        self._ended = self._stopped = False
        self._error: BaseException | None = None
        self.dropped = 0
        self._thread = threading.Thread(target=self._run, name="capture", daemon=True)
        self._thread.start()

    def next(self, patience: float) -> Frame | None:
        """Give the next frame.

        Parameters
        ----------
        patience : float
            Seconds to wait for it.

        Returns
        -------
        Frame or None
            None where there is none yet, or never again: see `ended`.
        """
        with self._change:
            self._change.wait_for(lambda: self._frames or self._ended, patience)
            if not self._frames:
                if self._error is not None:
                    raise self._error
                return None
            frame = self._frames.popleft()
            self._change.notify_all()
            return frame

    @property
    def ended(self) -> bool:
        """All frames there were have been given."""
        with self._change:
            return self._ended and not self._frames

    def close(self) -> None:
        """End the thread and close the source."""
        with self._change:
            self._stopped = True
            self._change.notify_all()
        self._thread.join()
        self._source.close()

    def _run(self) -> None:
        try:
            self._read_all()
        except BaseException as error:  # raised again where the frames are taken
            self._error = error
        finally:
            with self._change:
                self._ended = True
                self._change.notify_all()

    def _read_all(self) -> None:
        began, index = perf_counter(), 0
        while not self._stopped:
            image = self._source.read()
            if image is None:
                if not self._source.is_live or not self._wait_for_return():
                    return
                continue
            taken = perf_counter()
            told = self._source.time()
            self._hand_over(Frame(image, index, taken - began if told is None else told, taken))
            index += 1

    def _hand_over(self, frame: Frame) -> None:
        with self._change:
            if self._source.is_live:
                self.dropped += len(self._frames)
                self._frames.clear()
            else:
                self._change.wait_for(lambda: len(self._frames) < AHEAD or self._stopped)
            self._frames.append(frame)
            self._change.notify_all()

    def _wait_for_return(self) -> bool:
        """Wait until a lost source is back; tell whether it is, and not the end."""
        self._told(f"{self._source.name}: lost; waiting for it to come back")
        while not self._stopped:
            if self._source.reopen():
                self._told(f"{self._source.name}: is back")
                return True
            with self._change:
                self._change.wait_for(lambda: self._stopped, RETRY)
        return False
