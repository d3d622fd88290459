"""Reads files as the workers do, but for names that ask for worse; and runs a batch that can be killed."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import cv2
import numpy as np

from reader.batch.messages import Job, Read
from reader.batch.run import Plan, run_batch
from reader.batch.worker import read_with_model
from reader.errors import InputError, ReaderError
from reader.io.listing import find_files
from reader.options import LimitOptions
from reader.types import Page, PageReading

JOB = Job(limits=LimitOptions(timeout=100.0, max_memory=512))
IMPATIENT = Job(limits=LimitOptions(timeout=6.0, max_memory=512))
"""For files that hang; on a machine that is too busy it gives up others too."""


def small_page(path: Path, text: str) -> Path:
    """Draw a page that is read in some milliseconds."""
    image = np.full((60, 30 * len(text) + 30, 3), 250, np.uint8)
    cv2.putText(image, text, (15, 45), cv2.FONT_HERSHEY_SIMPLEX, 1.2, (60, 20, 20), 3, cv2.LINE_AA)
    done, data = cv2.imencode(".png", image)
    assert done
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data.tobytes())
    return path


def small_pages(folder: Path, count: int) -> None:
    """Draw pages 1000, 1001 and so on."""
    for n in range(count):
        small_page(folder / f"{n:05}.png", str(1000 + n))


def make_hostile(job: Job, log: str | None = None) -> Read:
    """Make what reads files; a name like ``crash.png`` or ``7-hang.png`` says what else to do.

    Each file that is read is a line in `log`.
    """
    read = read_with_model(job)

    def hostile(data: bytes, name: str) -> Iterator[tuple[Page, PageReading]]:
        if log is not None:
            with open(log, "ab") as file:
                file.write(os.fsencode(name).replace(b"\n", b"?") + b"\n")
        doing = Path(name).stem.rpartition("-")[2]
        if doing in DEEDS:
            DEEDS[doing](name)
        yield from read(data, name)

    return hostile


def make_nothing(job: Job) -> Read:
    """End the worker before it is ready."""
    os._exit(3)


def crash(name: str) -> None:
    os.kill(os.getpid(), signal.SIGSEGV)


def crash_once(name: str) -> None:
    """Die as by somebody else's hand: the next worker has no such trouble."""
    mark = Path(name + ".died")
    if not mark.exists():
        mark.touch()
        os.kill(os.getpid(), signal.SIGKILL)


def hang(name: str) -> None:
    time.sleep(1000)


def eat(name: str) -> None:
    np.ones(1 << 31, np.uint8)


def stumble(name: str) -> None:
    raise ZeroDivisionError("two\nlines")


def vanish(name: str) -> None:
    """End as a file does that was there when the folder was listed."""
    os.unlink(name)
    raise InputError(f"{name}: no such file; check the name")


DEEDS = {"vanish": vanish, "crash": crash, "once": crash_once, "hang": hang, "eat": eat, "stumble": stumble}


class Quiet:
    """Listens, and remembers what failed."""

    def __init__(self) -> None:
        self.names: list[str] = []
        self.errors: dict[str, ReaderError] = {}
        self.todo = 0

    def began(self, files: int, todo: int) -> None:
        self.todo = todo

    def done(self, name: str, error: ReaderError | None) -> None:
        self.names.append(name)
        if error is not None:
            self.errors[name] = error

    def kept(self, name: str) -> None:
        pass

    def failed(self, error: ReaderError) -> None:
        self.errors[str(error).partition(":")[0]] = error


def main(folder: str, results: str, log: str) -> None:
    """Run a batch, for tests that kill it."""
    make = partial(make_hostile, log=log)
    run_batch(Plan(results, JOB, workers=2), find_files([folder]), Quiet(), make)


if __name__ == "__main__":
    main(*sys.argv[1:])
