"""Reads frames in a thread of its own, one at a time, while others are shown."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor

from reader.live.session import Request
from reader.options import ReadOptions
from reader.pipeline import read_page
from reader.types import Classifier, Number, Page


class Worker:
    """Reads what is requested.

    Parameters
    ----------
    load : callable
        Gives the classifier; called in the thread, so that frames are shown before it is ready.
    delay : int or None
        Hand a reading over exactly so many frames after its own, waiting for it where it is not
        done: then a recording gives the same result on any machine. None hands it over when it is done.
    """

    def __init__(self, load: Callable[[], Classifier], delay: int | None = None) -> None:
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="reader")
        self._model = self._pool.submit(load)
        self._delay = delay
        self._job: tuple[int, Request, Future[tuple[Number, ...]]] | None = None
        self.readings = 0

    @property
    def model(self) -> str:
        """Id of the model, "" until it is loaded."""
        return self._model.result().id if self._model.done() else ""

    @property
    def is_free(self) -> bool:
        """Nothing is being read."""
        return self._job is None

    def submit(self, index: int, request: Request) -> None:
        """Begin to read; only when free.

        Parameters
        ----------
        index : int
            Of the frame.
        request : Request
        """
        assert self.is_free
        self._job = (index, request, self._pool.submit(self._read, request))

    def result(self, index: int) -> tuple[Request, tuple[Number, ...]] | None:
        """Give what was read, once.

        Parameters
        ----------
        index : int
            Of the present frame.

        Returns
        -------
        (Request, tuple of Number) or None
            None where nothing is due.

        Raises
        ------
        ModelError
            The classifier could not be loaded.
        """
        if self._model.done():
            self._model.result()  # raises what loading raised, before anything is read
        if self._job is None:
            return None
        begun, request, future = self._job
        if not (future.done() if self._delay is None else index >= begun + self._delay):
            return None
        numbers = future.result()
        self._job, self.readings = None, self.readings + 1
        return request, numbers

    def close(self) -> None:
        """End the thread; a reading under way is finished first and dropped."""
        self._pool.shutdown(wait=True, cancel_futures=True)

    def _read(self, request: Request) -> tuple[Number, ...]:
        options = ReadOptions(region=request.area)
        return read_page(Page(request.image), self._model.result(), options).numbers
