"""A worker: a process that reads one file after the other, and may die of any of them."""

from __future__ import annotations

import hashlib
import os
import signal
import sys
import threading
import time
from collections.abc import Iterator
from multiprocessing import parent_process
from multiprocessing.connection import Connection, wait
from pathlib import Path

from reader.batch.messages import Broken, Finished, Job, MakeRead, Message, Read, Ready, SomePages, Task
from reader.errors import CrashError, InputError, NoMemoryError, OutputError, ReaderError, TooLargeError
from reader.io.stored import StoredPage
from reader.types import Page, PageReading

SEND_AFTER_S = 0.25
"""Pages are sent on after this long, which shows the supervisor that the file is getting on; less than the
least time limit. Most files have one page and need one message."""
_MIB = 1 << 20


def read_with_model(job: Job) -> Read:
    """Make what reads files as ``reader scan`` does."""
    import io

    import cv2

    from reader.io.images import load_pages
    from reader.io.model_file import load_model
    from reader.pipeline import read_page

    cv2.setNumThreads(1)  # the cores are shared among the workers already
    classifier = load_model(job.model)

    def read(data: bytes, name: str) -> Iterator[tuple[Page, PageReading]]:
        for page in load_pages(io.BytesIO(data), job.load, name):
            yield page, read_page(page, classifier, job.read)

    return read


def work(connection: Connection, job: Job, make_read: MakeRead) -> None:
    """Serve tasks until the connection ends: what a worker's process runs."""
    _ignore_interrupts()
    threading.Thread(target=_die_with_parent, daemon=True).start()
    try:
        read = make_read(job)
        _limit_memory(job.limits.max_memory)
        connection.send(Ready())
        while True:
            task: Task = connection.recv()
            for message in _answers(task, job, read):
                connection.send(message)
    except ReaderError as error:
        connection.send(Broken(error))
    except (EOFError, BrokenPipeError, ConnectionResetError):
        return  # the supervisor is gone


def _answers(task: Task, job: Job, read: Read) -> Iterator[Message]:
    """Read a file; whatever is wrong with it becomes its answer."""
    sha256 = None
    try:
        data = _content(task)
        sha256 = hashlib.sha256(data).hexdigest()
        if sha256 in task.known:
            yield Finished(task.id, sha256, same=True)
        else:
            yield from _read(task, data, sha256, job, read)
    except OutputError:  # not this file's fault, and the next file would meet it again
        raise
    except ReaderError as error:
        yield Finished(task.id, sha256, error=error)
    except Exception as error:
        yield Finished(task.id, sha256, error=_explained(error, task, job))


def _content(task: Task) -> bytes:
    if task.data is not None:
        return task.data
    from reader.io.images import read_bytes

    return read_bytes(task.path or task.name, task.name)


def _read(task: Task, data: bytes, sha256: str, job: Job, read: Read) -> Iterator[Message]:
    model, count, numbers = "", 0, 0
    unsent: list[StoredPage] = []
    sent = time.monotonic()
    for page, reading in read(data, task.name):
        if count == job.limits.max_pages:
            raise TooLargeError(
                f"{task.name}: more than {count} pages, the limit; split it or raise --max-pages"
            )
        if task.picture is not None:
            _save_picture(task.picture, page, reading)
        model, count, numbers = reading.model, count + 1, numbers + len(reading.numbers)
        unsent.append(StoredPage.of(reading))
        if time.monotonic() - sent > SEND_AFTER_S:
            yield SomePages(task.id, count - len(unsent) + 1, tuple(unsent))
            unsent, sent = [], time.monotonic()
    if not count:
        raise InputError(f"{task.name}: has no pages")
    yield Finished(task.id, sha256, count - len(unsent) + 1, tuple(unsent), numbers, model)


def _save_picture(path: str, page: Page, reading: PageReading) -> None:
    from reader.io.atomic import save_image, writing
    from reader.overlay import draw_overlay

    if page.number > 1:
        place = Path(path)
        path = str(place.with_name(f"{place.stem}-p{page.number}{place.suffix}"))
    with writing(path):
        os.makedirs(os.path.dirname(path), exist_ok=True)
    save_image(path, draw_overlay(page.image, reading))


def _explained(error: Exception, task: Task, job: Job) -> ReaderError:
    import cv2

    if isinstance(error, MemoryError) or getattr(error, "code", None) == cv2.Error.StsNoMem:
        return no_memory(task.name, job)
    what = " ".join(f"{type(error).__name__}: {error}".split())
    return CrashError(f"{task.name}: a bug in reader ({what}); please report it with the file")


def no_memory(name: str, job: Job) -> NoMemoryError:
    """Say that a file needs more memory than a worker may take."""
    most = job.limits.max_memory
    limit = f"more than {most} MiB of memory; raise --max-memory or" if most else "more memory than there is;"
    return NoMemoryError(f"{name}: needs {limit} make the image smaller")


def _limit_memory(mebibytes: int) -> None:
    """Let the system refuse more than this beyond what is taken now.

    The limit is on private data (Linux counts what is mapped for it as well), not on addresses, of which
    libraries reserve far more than they use. Elsewhere than on Linux the limit does not hold.
    """
    if not mebibytes or sys.platform != "linux":
        return
    import resource

    lines = Path("/proc/self/status").read_text("ascii").splitlines()
    taken = next(int(line.split()[1]) << 10 for line in lines if line.startswith("VmData:"))
    _, hard = resource.getrlimit(resource.RLIMIT_DATA)
    wanted = taken + mebibytes * _MIB
    if hard == resource.RLIM_INFINITY or wanted < hard:
        resource.setrlimit(resource.RLIMIT_DATA, (wanted, hard))


def _ignore_interrupts() -> None:
    # Ctrl-C goes to all processes of the terminal; the supervisor decides what becomes of its workers.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    if hasattr(signal, "pthread_sigmask"):
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})


def _die_with_parent() -> None:
    """End this process when the supervisor is killed, also in the middle of a file that never ends."""
    parent = parent_process()
    assert parent is not None
    wait([parent.sentinel])
    os.kill(os.getpid(), getattr(signal, "SIGKILL", signal.SIGTERM))
