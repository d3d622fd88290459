"""A batch on this machine: lists its files, reads what is to be read, writes results in the input's order."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from reader.batch.crew import Crew
from reader.batch.desk import Desk, Listener
from reader.batch.identity import identity
from reader.batch.messages import Job, MakeRead
from reader.batch.worker import read_with_model
from reader.errors import InputError
from reader.io.journal import Journal
from reader.io.listing import Found
from reader.io.results import write_results
from reader.io.stored import Totals

_WAIT_S = 0.5


@dataclass(frozen=True, slots=True)
class Plan:
    """What a batch is to do.

    Attributes
    ----------
    results : str
        The file of the results; its ending says their format.
    job : Job
    workers : int or None
        None is one for each core.
    pictures : str or None
        Folder for pictures of the pages with what was read.
    retry_failed : bool
        Read those again that failed in an earlier run.
    """

    results: str
    job: Job
    workers: int | None = None
    pictures: str | None = None
    retry_failed: bool = False


@dataclass(frozen=True, slots=True)
class Summary:
    """What came of a batch.

    Attributes
    ----------
    totals : Totals
    failures : dict of str to int
        Failed files by the code of their error.
    """

    totals: Totals
    failures: dict[str, int]


def run_batch(
    plan: Plan, found: Iterable[Found], listener: Listener, make_read: MakeRead = read_with_model
) -> Summary:
    """Read all files that were not read in an earlier run, and write the results of all.

    Parameters
    ----------
    plan : Plan
    found : iterable of Found
        The input; see `reader.io.listing.find_files`.
    listener : Listener
    make_read : MakeRead
        Makes what reads a file, in each worker.

    Returns
    -------
    Summary

    Raises
    ------
    ModelError
        No model can be loaded.
    OutputError
        Something cannot be written, or another run writes the same results. What was read until then is
        not lost; this holds for every other exception, and for being killed, as well.
    """
    config = identity(plan.job)
    with Journal(Journal.path_for(plan.results), config, plan.pictures) as journal:
        with journal.together():
            journal.begin()
            if plan.retry_failed:
                journal.retry_failed()
            journal.note(_told(found, listener))
        totals = journal.totals()
        listener.began(totals.files, totals.todo)
        if totals.todo:
            with Crew(plan.job, min(plan.workers or cores(), totals.todo), make_read) as crew:
                desk = Desk(journal, crew, listener, plan.pictures)
                desk.refresh()
                desk.turn(0)
                while desk.busy:
                    desk.turn(_WAIT_S)
        write_results(plan.results, journal.stored())
        return Summary(journal.totals(), journal.failures())


def cores() -> int:
    """Count the cores that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _told(found: Iterable[Found], listener: Listener) -> Iterator[Found]:
    """Tell the listener of what cannot be read, in passing."""
    for file in found:
        if file.fault is not None:
            listener.failed(InputError(f"{file.path}: {file.fault}"))
        yield file
