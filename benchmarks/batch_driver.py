"""Processes that benchmarks/batch.py times, watches and kills.

python benchmarks/batch_driver.py bare FOLDER              reads a folder's files one after the other
python benchmarks/batch_driver.py run FOLDER RESULTS WORKERS LOG
                                                           the batch, each reading a line in LOG
"""

from __future__ import annotations

import json
import os
import sys
import time
from functools import partial
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "batch"))

from hostile import Quiet, make_hostile

from reader.batch.messages import Job
from reader.batch.run import Plan, run_batch
from reader.batch.worker import read_with_model
from reader.io.listing import find_files
from reader.options import LimitOptions

HOSTILE = Job(limits=LimitOptions(timeout=5.0, max_memory=512))
EVERY = 1000


def bare(folder: str) -> None:
    """Read without any batch: what a loop over the pipeline takes."""
    read = read_with_model(Job())
    for found in find_files([folder]):
        for _ in read(Path(found.path).read_bytes(), found.path):
            pass


class Watching(Quiet):
    """Notes the memory of the supervisor and its workers now and then."""

    def __init__(self) -> None:
        super().__init__()
        self.count = 0
        self.memory: list[dict[str, float]] = []

    def done(self, name: str, error: Exception | None) -> None:
        self.count += 1
        if self.count % EVERY == 0:
            pids = [os.getpid(), *children(os.getpid())]
            self.memory.append({"files": self.count, **{str(pid): resident(pid) for pid in pids}})


def children(pid: int) -> list[int]:
    """The workers of a process; multiprocessing's own helper is none."""
    found = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(one) for one in found if b"resource_tracker" not in Path(f"/proc/{one}/cmdline").read_bytes()]


def resident(pid: int) -> float:
    """Resident memory in MiB, without pages of files that are mapped."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("RssAnon:")) / 1024


def run(folder: str, results: str, workers: str, log: str) -> None:
    """Run a batch; what was noted of memory goes to LOG.json."""
    listener = Watching()
    make = partial(make_hostile, log=log)
    began = time.perf_counter()
    summary = run_batch(Plan(results, HOSTILE, int(workers)), find_files([folder]), listener, make)
    facts = {"seconds": time.perf_counter() - began, "memory": listener.memory, "failures": summary.failures}
    Path(f"{log}.json").write_text(json.dumps(facts), "utf-8")


if __name__ == "__main__":
    {"bare": bare, "run": run}[sys.argv[1]](*sys.argv[2:])
