"""A batch on a cluster: Ray Data reads the files' bytes and hands them to actors, which write Parquet."""

from __future__ import annotations

import logging
import os
import signal
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

from reader.batch.desk import Listener
from reader.batch.identity import identity
from reader.batch.messages import MakeRead
from reader.batch.ray_actor import BatchReader, Work
from reader.batch.run import Plan, Summary, cores
from reader.batch.worker import read_with_model
from reader.errors import MissingExtraError, ReaderError, error_of
from reader.io.listing import Found, find_files
from reader.io.parts import Entry, PartsFolder, find_remote, is_uri
from reader.io.quiet import muted
from reader.io.stored import Totals, name_bytes, name_text

if TYPE_CHECKING:
    from ray.data import Dataset

FILES_A_BATCH = 32
"""Files that an actor takes at once, writes as one part, and has to read again if it is killed: at 1 MB a
page some seconds of work, and little memory."""


def run_on_ray(
    plan: Plan,
    roots: Sequence[str],
    globs: Sequence[str],
    listener: Listener,
    address: str | None = None,
    make_read: MakeRead = read_with_model,
) -> Summary:
    """Read all files that are not in the results yet, on a cluster, and add them.

    Parameters
    ----------
    plan : Plan
        Its results are a folder of Parquet files, a path or a URI; all machines need to reach it.
    roots : sequence of str
        Folders and files that all machines can reach under these names, or URIs.
    globs : sequence of str
    listener : Listener
    address : str or None
        Of a running cluster; None starts one on this machine.
    make_read : MakeRead

    Returns
    -------
    Summary
        Of the files under the roots.

    Raises
    ------
    ModelError, OutputError, MissingExtraError
    ReaderError
        The cluster cannot do it.
    """
    if find_spec("ray") is None or find_spec("pyarrow") is None:
        raise MissingExtraError("--engine ray needs Ray and pyarrow; install number-reader[ray]")
    config = identity(plan.job)
    folder = PartsFolder(plan.results)
    with ExitStack() as stack:
        lock = folder.lock()
        if lock is not None:
            stack.callback(lock.close)
        found = _listed(roots, globs, plan.results)
        todo, _ = _state(folder, found, config, retry_failed=plan.retry_failed)
        listener.began(len(found), len(todo))
        if todo:
            work = _work(plan, roots, config, make_read)
            with _cluster(address):
                _read_all(todo, work, plan.workers, listener)
        todo, entries = _state(folder, found, config)
    if todo:
        raise ReaderError(f"Ray lost {len(todo)} files, such as {next(iter(todo))}; run the command again")
    return _summary(entries)


def _listed(roots: Sequence[str], globs: Sequence[str], spared: str) -> dict[str, Found]:
    found: dict[str, Found] = {}
    for root in roots:
        files = find_remote(root, globs, spared) if is_uri(root) else find_files([root], globs, [spared])
        for file in files:
            found.setdefault(file.path, file)
    return found


def _state(
    folder: PartsFolder, found: dict[str, Found], config: str, *, retry_failed: bool = False
) -> tuple[dict[str, Found], list[Entry]]:
    """Compare the results with the files, and take out what is not to stay in them.

    Returns
    -------
    todo : dict of str to Found
        Files that are not in the results as they are now.
    done : list of Entry
        The others. Files of other folders that are in the results stay there, and are not among these.
    """
    todo, done = dict(found), []
    for part in folder.parts():
        stale = set()
        for entry in part.entries:
            file = found.get(entry.name)
            if file is None:
                continue
            same = part.config == config and file.size == entry.size and file.changed < part.began
            if not same or (retry_failed and entry.code) or entry.name not in todo:
                stale.add(entry.name)
            else:
                del todo[entry.name]
                done.append(entry)
        if stale:
            folder.remove(part, stale)
    return todo, done


def _work(plan: Plan, roots: Sequence[str], config: str, make_read: MakeRead) -> Work:
    """Say how the paths that Ray knows become the names that the user knows."""
    place = plan.results if is_uri(plan.results) else os.path.abspath(plan.results)
    heads = {root.partition("://")[0] + "://" if is_uri(root) else "" for root in roots}
    relative = {not os.path.isabs(root) for root in roots if not is_uri(root)}
    if len(heads) > 1 or len(relative) > 1:
        raise ReaderError(
            "folders for --engine ray are all URIs of one kind, all absolute, or all relative paths"
        )
    strip = os.path.join(os.getcwd(), "") if relative == {True} else ""
    return Work(plan.job, make_read, place, config, strip, heads.pop() if heads else "")


@contextmanager
def _cluster(address: str | None) -> Iterator[None]:
    """Join a cluster, or start one here, and leave it in the end; but stay in one that was joined before."""
    os.environ.setdefault("RAY_USAGE_STATS_ENABLED", "0")  # nothing leaves the computer unasked
    os.environ.setdefault("RAY_BACKEND_LOG_LEVEL", "fatal")
    import ray
    from ray.data import DataContext
    from ray.exceptions import RayError

    logging.getLogger("ray.data").setLevel(logging.ERROR)
    DataContext.get_current().enable_progress_bars = False
    own = not ray.is_initialized()
    try:
        if own:
            _start(address)
        yield
    except (ConnectionError, RuntimeError, RayError) as error:
        raise ReaderError(f"Ray cannot go on: {_last_line(error)}") from error
    finally:
        if own:
            ray.shutdown()


def _start(address: str | None) -> None:
    import ray

    local = {"address": "local", "include_dashboard": False, "num_cpus": max(2, cores())}
    how: dict[str, Any] = {"address": address} if address else local
    handler = signal.getsignal(signal.SIGTERM)  # Ray puts its own in its place
    with muted():
        ray.init(**how, log_to_driver=False, logging_level=logging.ERROR)
    signal.signal(signal.SIGTERM, handler)


def _read_all(todo: dict[str, Found], work: Work, workers: int | None, listener: Listener) -> None:
    """Read files, all that can be by Ray, and what is left over file by file in the actors."""
    from ray.data import DataContext, read_binary_files

    left = dict(todo)
    bulk = [file for file in todo.values() if file.size >= 0 and file.fault is None and _is_plain(file.path)]
    if bulk:
        # A file that vanishes or may not be read costs Ray the block that it is in, and no more.
        DataContext.get_current().max_errored_blocks = -1
        paths = [work.path_of(file.path) for file in bulk]
        data = read_binary_files(paths, include_paths=True, ignore_missing_paths=True)
        _run(data, work, workers, left, listener)
    if left:
        DataContext.get_current().max_errored_blocks = 0
        _run(_named(left, work), work, workers, left, listener)


def _is_plain(path: str) -> bool:
    """Whether Ray takes a path as it is: UTF-8, and without what it takes for the end of one."""
    return path.isprintable()


def _named(files: dict[str, Found], work: Work) -> Dataset:
    from ray.data import from_items

    rows = [
        {
            "name": name_bytes(file.path),
            "path": name_bytes(work.path_of(file.path)),
            "size": file.size,
            "fault": file.fault or "",
        }
        for file in files.values()
    ]
    return from_items(rows)


def _run(data: Dataset, work: Work, workers: int | None, left: dict[str, Found], listener: Listener) -> None:
    """Let actors read, and strike what they have read off the list."""
    from ray.data import ActorPoolStrategy

    rows = data.map_batches(
        BatchReader,
        fn_constructor_args=(work,),
        batch_size=FILES_A_BATCH,
        batch_format="pyarrow",
        compute=ActorPoolStrategy(size=_actors(workers)),
        num_cpus=1,
    )
    batches: Any = rows.iter_batches(batch_size=None, batch_format="pyarrow")
    for batch in batches:
        for row in batch.to_pylist():
            error = error_of(row["code"], name_text(row["message"])) if row["code"] else None
            if row["name"] is None:
                raise error or ReaderError("an actor cannot go on")
            name = name_text(row["name"])
            if left.pop(name, None) is not None:
                listener.done(name, error)


def _actors(workers: int | None) -> int:
    """Say how many actors there are to be: one CPU stays free.

    Actors on all of them would wait for ever for the tasks that read the files (ray-project/ray#44687).
    """
    import ray

    resources: Any = ray.cluster_resources  # without types
    free = int(resources().get("CPU", 0)) - 1
    if free < 1:
        raise ReaderError("the Ray cluster has fewer than two CPUs; one reads files, the others pages")
    return min(workers or free, free)


def _summary(entries: list[Entry]) -> Summary:
    failures = Counter(entry.code for entry in entries if entry.code)
    totals = Totals(
        files=len(entries),
        todo=0,
        failed=failures.total(),
        pages=sum(entry.pages for entry in entries),
        numbers=sum(entry.numbers for entry in entries),
    )
    return Summary(totals, dict(sorted(failures.items())))


def _last_line(error: Exception) -> str:
    """Give the line of Ray's long messages that says what happened."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[-1] if lines else type(error).__name__
