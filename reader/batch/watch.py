"""A batch without an end: reads what comes into hot folders."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

from reader.batch.crew import Crew
from reader.batch.desk import Desk, Listener
from reader.batch.identity import identity
from reader.batch.messages import MakeRead
from reader.batch.run import Plan, cores
from reader.batch.worker import read_with_model
from reader.errors import InputError
from reader.io.hot import HotFolders, put_away
from reader.io.journal import Journal
from reader.io.listing import Found
from reader.io.results import write_results

LOOK_S = 0.5
"""How often the folders are looked at, at most ..."""
LOOK_SHARE, WRITE_SHARE = 10, 20
"""... and as it takes longer, at most this part of the time: one tenth; a twentieth to write the results."""


@dataclass(frozen=True, slots=True)
class WatchPlan:
    """What is watched, and what becomes of the files.

    Attributes
    ----------
    batch : Plan
    roots : sequence of str
        The hot folders.
    globs : sequence of str
    spared : sequence of str
        Files and folders in them that are not read.
    settle : float
        Seconds that a file must stay as it is before it is read.
    done, failed : str or None
        Folders for files that were read, and for those that could not be; None leaves them.
    """

    batch: Plan
    roots: Sequence[str]
    globs: Sequence[str] = ()
    spared: Sequence[str] = ()
    settle: float = 2.0
    done: str | None = None
    failed: str | None = None


def watch(plan: WatchPlan, listener: Listener, make_read: MakeRead = read_with_model) -> NoReturn:
    """Read what is in the folders and what comes, until an exception ends it, as Ctrl-C does.

    The results have the files in the order in which they came, those of earlier runs first. They are written
    again and again while there is news, and at the end.

    Raises
    ------
    ModelError, OutputError
        See `reader.batch.run.run_batch`.
    """
    batch = plan.batch
    config = identity(batch.job)
    path = Journal.path_for(batch.results)
    durable = bool(plan.done or plan.failed)  # a file that is moved away must not be forgotten
    with Journal(path, config, batch.pictures, durable=durable) as journal:
        if batch.retry_failed:
            journal.retry_failed()
        with Crew(batch.job, batch.workers or cores(), make_read) as crew:
            desk = Desk(journal, crew, listener, batch.pictures, follow=True)
            _Watch(plan, journal, desk, listener).run()


class _Watch:
    def __init__(self, plan: WatchPlan, journal: Journal, desk: Desk, listener: Listener) -> None:
        self._plan, self._journal, self._desk, self._listener = plan, journal, desk, listener
        self._folders = HotFolders(plan.roots, plan.globs, plan.spared, plan.settle)
        self._next_look = self._next_write = 0.0
        self._news = True

    def run(self) -> NoReturn:
        """Look, read and write in turn."""
        try:
            while True:
                if time.monotonic() >= self._next_look:
                    self._look()
                if self._news and time.monotonic() >= self._next_write:
                    self._write()
                self._turn()
        finally:
            self._write()

    def _look(self) -> None:
        began = time.monotonic()
        ready = self._folders.look(self._desk.holds)
        self._journal.note(ready)
        for found in ready:
            self._greet(found)
        self._desk.refresh()
        took = time.monotonic() - began
        self._next_look = time.monotonic() + max(LOOK_S, LOOK_SHARE * took)

    def _greet(self, found: Found) -> None:
        """See to a file that needs no reading: an earlier run read it, but did not put it away any more."""
        if found.fault is None:
            self._put_away(found.path)
        else:
            self._listener.failed(InputError(f"{found.path}: {found.fault}"))
            self._news = True

    def _turn(self) -> None:
        began = time.monotonic()
        wait = max(0.0, self._next_look - began)
        done = self._desk.turn(wait)
        for path in done:
            self._put_away(path)
        self._news = self._news or bool(done)
        if not done and not self._desk.busy:  # without workers there is nothing to wait for
            time.sleep(max(0.0, wait - (time.monotonic() - began)))

    def _put_away(self, path: str) -> None:
        found = self._journal.finished(path)
        if found is None:
            return
        id, failed = found
        folder = self._plan.failed if failed else self._plan.done
        if folder is not None and put_away(path, self._plan.roots, folder):
            self._journal.release(id)

    def _write(self) -> None:
        began = time.monotonic()
        write_results(self._plan.batch.results, self._journal.stored())
        self._news = False
        took = time.monotonic() - began
        self._next_write = time.monotonic() + max(1.0, WRITE_SHARE * took)
