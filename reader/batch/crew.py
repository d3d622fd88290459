"""The supervisor of the workers: knows which file each one holds, and replaces those that die or hang."""

from __future__ import annotations

import signal
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from multiprocessing.connection import Connection, wait
from multiprocessing.context import SpawnProcess
from types import TracebackType

from reader.batch.messages import Broken, Finished, Job, MakeRead, Message, Ready, SomePages, Task
from reader.batch.worker import read_with_model, work
from reader.errors import CrashError, NoMemoryError, ReaderError, TimeLimitError

DEATHS = 3
"""A file in whose reading so many workers died is given up; fewer may be somebody else's doing."""
STARTS = 5
"""Workers that may die in a row before any of them gets as far as its first file."""
START_S = 120.0
"""Seconds that a worker may take to load the model."""
DEPTH = 2
"""Tasks that a worker holds: the one that it reads, and the next, so that it need not wait for the supervisor
where other work keeps that from running at once."""
AHEAD = 2
"""Tasks that wait here for each worker."""
_END_S = 1.0


@dataclass(eq=False)
class _Worker:
    """A process, and what it is at.

    Attributes
    ----------
    tasks : deque of Task
        What it holds, the one that it reads first; or will be given when it is ready.
    since : float
        When it last gave a sign of life, monotonic.
    fresh : bool
        It has not finished a file yet.
    page : int
        The page that it is at, from 1.
    """

    process: SpawnProcess
    connection: Connection
    tasks: deque[Task]
    ready: bool = False
    since: float = 0.0
    fresh: bool = True
    page: int = 1


class Crew:
    """Workers that read files, each in a process of its own.

    Whatever a file does to its worker is charged to this file, in a `Finished` with an error: a crash after
    `DEATHS` attempts, each in a new process; the memory limit when a new process meets it as well; a hang at
    once.

    Parameters
    ----------
    job : Job
    size : int
        Number of workers.
    make_read : MakeRead
        Makes what reads a file, in the worker; a function of a module.
    """

    def __init__(self, job: Job, size: int, make_read: MakeRead = read_with_model) -> None:
        self._job, self._size, self._make_read = job, size, make_read
        self._context = get_context("spawn")  # threads of OpenCV do not survive a fork
        self._waiting: deque[Task] = deque()
        self._deaths: dict[int, int] = {}
        self._stillborn = 0
        self._workers: list[_Worker] = []

    @property
    def wants(self) -> int:
        """How many tasks to submit now, so that no worker has to wait."""
        return max(0, self._size * (DEPTH + AHEAD) - self.holds)

    @property
    def holds(self) -> int:
        """How many tasks are here, waiting or being read."""
        return len(self._waiting) + sum(len(worker.tasks) for worker in self._workers)

    @property
    def pids(self) -> list[int]:
        """The processes of the workers."""
        return [worker.process.pid for worker in self._workers if worker.process.pid is not None]

    def submit(self, task: Task) -> None:
        """Put a task at the end of those that wait."""
        self._waiting.append(task)
        if len(self._workers) < min(self._size, self.holds):
            self._workers.append(self._start())
        self._assign()

    def poll(self, seconds: float) -> list[SomePages | Finished]:
        """Wait for news, at most so long, and give all that there are.

        Raises
        ------
        ReaderError
            No worker can go on.
        """
        told: list[SomePages | Finished] = []
        ears = {worker.connection: worker for worker in self._workers}
        for connection in wait(list(ears), max(0.0, min(seconds, self._patience()))):
            assert isinstance(connection, Connection)
            told += self._hear(ears[connection])
        for worker in [worker for worker in self._workers if self._left(worker) <= 0]:
            told += self._give_up(worker)
        self._assign()
        return told

    def close(self) -> None:
        """End all workers, whatever they are at."""
        for worker in self._workers:
            worker.process.kill()
        for worker in self._workers:
            self._bury(worker)
        self._workers.clear()

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def _start(self, task: Task | None = None) -> _Worker:
        here, there = self._context.Pipe()
        process = self._context.Process(
            target=work, args=(there, self._job, self._make_read), name="reader-worker", daemon=True
        )
        with _interrupts_held():
            process.start()
        there.close()
        return _Worker(process, here, deque([task] if task else []), since=time.monotonic())

    def _assign(self) -> None:
        """Give tasks to the workers that hold the fewest."""
        ready = [worker for worker in self._workers if worker.ready]
        while self._waiting and ready:
            worker = min(ready, key=lambda worker: len(worker.tasks))
            # A task with data does not fit into the pipe: both ends could wait for the other to take.
            if len(worker.tasks) >= (1 if self._waiting[0].data is not None else DEPTH):
                return
            self._send(worker, self._waiting.popleft())

    @staticmethod
    def _send(worker: _Worker, task: Task) -> None:
        if not worker.tasks:
            worker.since = time.monotonic()
        worker.tasks.append(task)
        try:
            worker.connection.send(task)
        except OSError:  # it died meanwhile, which `poll` will hear
            return

    def _left(self, worker: _Worker) -> float:
        """How many more seconds a worker may be silent."""
        if worker.ready and not worker.tasks:
            return float("inf")
        allowed = self._job.limits.timeout if worker.ready else START_S
        return worker.since + allowed - time.monotonic()

    def _patience(self) -> float:
        return min(map(self._left, self._workers), default=float("inf"))

    def _hear(self, worker: _Worker) -> Iterator[SomePages | Finished]:
        """Take one message of a worker, or its death."""
        try:
            message: Message = worker.connection.recv()
        except (EOFError, OSError):
            yield from self._mourn(worker)
            return
        worker.since = time.monotonic()
        match message:
            case Broken(error):
                raise error
            case Ready():
                worker.ready, self._stillborn = True, 0
                if worker.tasks:
                    self._send(worker, worker.tasks.popleft())
            case SomePages():
                worker.page = message.first + len(message.pages)
                yield message
            case Finished():
                yield from self._finish(worker, message)

    def _finish(self, worker: _Worker, message: Finished) -> Iterator[Finished]:
        task, fresh = worker.tasks.popleft(), worker.fresh
        worker.fresh, worker.page = False, 1
        if isinstance(message.error, NoMemoryError):
            # What earlier files left behind may have been too much: a new process decides.
            self._replace(worker, None if fresh else task)
            if not fresh:
                return
        self._assign()  # before anybody records what it did
        self._deaths.pop(message.id, None)
        yield message

    def _mourn(self, worker: _Worker) -> Iterator[Finished]:
        """Replace a worker that died; its file goes to the new one, unless it was the death of too many."""
        self._bury(worker)
        task = worker.tasks.popleft() if worker.tasks else None
        if not worker.ready:
            self._stillborn += 1
            if self._stillborn == STARTS:
                raise ReaderError(
                    f"workers cannot start, {_manner(worker.process.exitcode)}; try --workers 1"
                )
        elif task is not None:
            self._deaths[task.id] = deaths = self._deaths.get(task.id, 0) + 1
            if deaths == DEATHS:
                del self._deaths[task.id]
                how = f"{DEATHS} workers ended reading it, {_manner(worker.process.exitcode)}; leave it out"
                yield Finished(task.id, error=CrashError(f"{task.name}: {how}"))
                task = None
        self._replace(worker, task)

    def _give_up(self, worker: _Worker) -> Iterator[Finished]:
        """End a worker that is silent for too long."""
        if not worker.ready:
            raise ReaderError(f"a worker did not start within {START_S:g} s; try --workers 1")
        task = worker.tasks.popleft()
        what = f"{task.name}: page {worker.page} took longer than {self._job.limits.timeout:g} s"
        self._deaths.pop(task.id, None)
        self._replace(worker, None)
        yield Finished(task.id, error=TimeLimitError(f"{what}; raise --timeout or leave it out"))

    def _replace(self, worker: _Worker, task: Task | None) -> None:
        """Put a new worker in the place of another; it gets a task before all others."""
        worker.process.kill()
        self._bury(worker)
        self._waiting.extendleft(reversed(worker.tasks))
        self._workers[self._workers.index(worker)] = self._start(task)

    @staticmethod
    def _bury(worker: _Worker) -> None:
        worker.connection.close()
        worker.process.join(_END_S)


def _manner(code: int | None) -> str:
    """Say how a process ended."""
    if code is None or code >= 0:
        return f"with exit code {code}"
    try:
        return f"by {signal.Signals(-code).name}"
    except ValueError:
        return f"by signal {-code}"


@contextmanager
def _interrupts_held() -> Iterator[None]:
    """Keep Ctrl-C from a new process until it ignores it, and let it come to this one a moment later."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
