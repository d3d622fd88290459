"""Several files at a time, given in order: what `reader scan` does with many.

The first ones are read here, which tells how long the others will take: to start processes for them costs as
long as reading a page, and is worth it for many pages alone.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from json import loads
from time import perf_counter

from reader.batch.crew import Crew
from reader.batch.messages import Finished, Job, Task
from reader.batch.run import cores
from reader.files import read_files
from reader.io.stored import StoredPage, reading_of
from reader.options import LimitOptions
from reader.types import Classifier, Outcome

WORTH_S = 3.0
"""Seconds that the rest must take, by what has been read, before processes are started for it."""
AHEAD = 16
"""Files that each worker may be ahead of the one that is given next."""
STDIN = "-"
_WAIT_S = 0.5
NO_LIMITS = LimitOptions(timeout=float("inf"), max_memory=0, max_pages=sys.maxsize)


@dataclass
class _Answer:
    """What has come of a file."""

    pages: list[StoredPage] = field(default_factory=list)
    end: Finished | None = None


def read_together(files: Sequence[str], classifier: Classifier, job: Job) -> Iterator[Outcome]:
    """Read files with all cores, one process each where there is enough to read.

    Parameters
    ----------
    files : sequence of str
        Images and PDFs; "-" is standard input.
    classifier : Classifier
        What `job.model` names, for the files that are read here.
    job : Job
        Its limits are not kept here.

    Yields
    ------
    Outcome
        In the order of `files`, each as soon as it and those before it are done. Readings have no timings
        where another process made them.
    """
    workers, began = cores(), perf_counter()
    for done, outcome in enumerate(read_files(files, classifier, job.read, job.load), start=1):
        yield outcome
        rest = files[done:]
        left = (perf_counter() - began) * len(rest) / done
        if workers > 1 and len(rest) > 1 and left > WORTH_S and STDIN not in rest:
            yield from _by_crew(rest, replace(job, limits=NO_LIMITS), min(workers, len(rest)))
            return


def _by_crew(files: Sequence[str], job: Job, workers: int) -> Iterator[Outcome]:
    """Read files with so many processes."""
    answers: dict[int, _Answer] = {}
    submitted = given = 0
    with Crew(job, workers) as crew:
        while given < len(files):
            while submitted < min(len(files), given + workers * AHEAD) and crew.wants:
                crew.submit(Task(submitted, files[submitted]))
                submitted += 1
            for message in crew.poll(_WAIT_S):
                answer = answers.setdefault(message.id, _Answer())
                # A worker that died in the middle of the file had sent some of them.
                answer.pages[message.first - 1 :] = message.pages
                if isinstance(message, Finished):
                    answer.end = message
            while given in answers and (end := answers[given].end) is not None:
                yield _outcome(files[given], answers.pop(given).pages, end)
                given += 1


def _outcome(name: str, pages: list[StoredPage], end: Finished) -> Outcome:
    """Make the outcome of a file that was read elsewhere."""
    if end.error is not None:
        return Outcome(name, error=end.error)
    return Outcome(name, tuple(reading_of(loads(page.text), name, end.model) for page in pages))
