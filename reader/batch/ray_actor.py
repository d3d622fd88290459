"""What runs on each CPU of a cluster: reads batches of files and writes them as a part of the results.

A crew of one worker does the reading, as on one machine: a file that crashes it, hangs or eats memory is an
error in the results, and neither the actor nor Ray notices.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reader.batch.crew import Crew
from reader.batch.messages import Finished, Job, MakeRead, Task
from reader.errors import InputError, ReaderError
from reader.io.parts import Entry, PartsFolder
from reader.io.stored import StoredFile, StoredPage, name_bytes, name_text

if TYPE_CHECKING:
    import pyarrow as pa

POLL_S = 10.0


@dataclass(frozen=True, slots=True)
class Work:
    """What an actor has to know.

    Attributes
    ----------
    job : Job
    make_read : MakeRead
    place : str
        Folder of the results, an absolute path or a URI.
    config : str
        See `reader.batch.identity`.
    strip, head : str
        A file is called by its path, without `strip` at its beginning and with `head` before it.
    """

    job: Job
    make_read: MakeRead
    place: str
    config: str
    strip: str = ""
    head: str = ""

    def path_of(self, name: str) -> str:
        """Give the path of a file, for this and every other machine."""
        return name if self.head else self.strip + name

    def name_of(self, path: str) -> str:
        """Give the name of a file from the path that Ray has for it."""
        return self.head + path.removeprefix(self.strip)


class BatchReader:
    """Reads batches of files; for `ray.data.Dataset.map_batches`, which makes one a CPU.

    Parameters
    ----------
    work : Work
    """

    def __init__(self, work: Work) -> None:
        self._work = work
        self._crew = Crew(work.job, 1, work.make_read)
        self._folder = PartsFolder(work.place)

    def __call__(self, batch: pa.Table) -> pa.Table:
        """Read some files and write their results.

        Parameters
        ----------
        batch : pyarrow.Table
            With ``path`` and ``bytes``, as Ray reads files; or with ``name``, ``path``, ``size`` and
            ``fault``, for files to be opened here; an empty fault is none.

        Returns
        -------
        pyarrow.Table
            A row for each file: ``name`` as bytes, ``code`` and ``message`` of its error, null where there
            is none. Or one row without a name: no actor can go on.
        """
        import pyarrow as pa

        try:
            rows = self._read(batch)
        except ReaderError as error:
            rows = [{"name": None, "code": error.code, "message": name_bytes(str(error))}]
        return pa.Table.from_pylist(rows, pa.schema(ROW))

    def _read(self, batch: pa.Table) -> list[dict[str, object]]:
        began = time.time_ns()
        tasks, sizes, ends = [], [], {}
        for id, row in enumerate(batch.to_pylist()):
            task, size, fault = self._task(id, row)
            tasks.append(task)
            sizes.append(size)
            if fault is not None:
                ends[id] = Finished(id, error=InputError(f"{task.name}: {fault}"))
        pages = self._through_crew([task for task in tasks if task.id not in ends], ends)
        files = [_stored(task, ends[task.id], pages[task.id]) for task in tasks]
        entries = [
            Entry(file.name, size, file.error.code if file.error else None, len(pages[id]), ends[id].numbers)
            for id, (file, size) in enumerate(zip(files, sizes, strict=True))
        ]
        self._folder.write(self._work.config, began, files, entries)
        return [_row(file) for file in files]

    def _task(self, id: int, row: dict[str, object]) -> tuple[Task, int, str | None]:
        """Give the task of a row, its file's size, and why it is not worth opening."""
        match row:
            case {"path": str(path), "bytes": bytes(data)}:
                return Task(id, self._work.name_of(path), data), len(data), None
            case {"name": bytes(name), "path": bytes(path), "size": int(size), "fault": fault}:
                task = Task(id, name_text(name), path=name_text(path))
                return task, size, str(fault) or None
        raise ReaderError(f"Ray handed out something else than files: {sorted(row)}")

    def _through_crew(self, tasks: Sequence[Task], ends: dict[int, Finished]) -> dict[int, list[StoredPage]]:
        """Let the crew read, until there is an end to every task; give the pages of each."""
        pages: dict[int, list[StoredPage]] = defaultdict(list)
        for task in tasks:
            self._crew.submit(task)
        while self._crew.holds:
            for message in self._crew.poll(POLL_S):
                del pages[message.id][message.first - 1 :]  # after a crash they come again
                pages[message.id] += message.pages
                if isinstance(message, Finished):
                    ends[message.id] = message
        return pages


ROW = [("name", "binary"), ("code", "string"), ("message", "binary")]
"""Columns of what an actor gives back, with their types."""


def _stored(task: Task, end: Finished, pages: list[StoredPage]) -> StoredFile:
    if end.error is not None:
        pages.clear()
    return StoredFile(task.name, end.model, end.error, iter([page.text for page in pages]))


def _row(file: StoredFile) -> dict[str, object]:
    error = file.error
    return {
        "name": name_bytes(file.name),
        "code": error.code if error else None,
        "message": name_bytes(str(error)) if error else None,
    }
