"""A folder of Parquet files that many machines write at once, here or in an object store.

Each part is written whole or not at all, and its footer says which files it holds: from that a run goes on.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import astuple, dataclass
from typing import TYPE_CHECKING, Any

from reader.errors import OutputError
from reader.io.listing import Found, matches
from reader.io.parquet import write_parquet
from reader.io.sole_database import SoleDatabase
from reader.io.stored import utf8_name

if TYPE_CHECKING:
    from pyarrow.fs import FileSystem

    from reader.io.stored import StoredFile

_FACTS = b"reader"
_READERS = 16
_LOCK = "_reader.lock"  # readers of Parquet folders pass over names that begin with "_" or "."


@dataclass(frozen=True, slots=True)
class Entry:
    """What a part's footer says of a file.

    Attributes
    ----------
    name : str
    size : int
        Bytes that were read; -1 where none could be.
    code : str or None
        Of its error.
    pages, numbers : int
    """

    name: str
    size: int
    code: str | None
    pages: int
    numbers: int


@dataclass(frozen=True, slots=True)
class Part:
    """A part's footer.

    Attributes
    ----------
    path : str
        In the file system of the folder.
    config : str
        Of the run, see `reader.batch.identity`.
    began : int
        When its files began to be read, nanoseconds since 1970.
    entries : tuple of Entry
    """

    path: str
    config: str
    began: int
    entries: tuple[Entry, ...]


def file_system(place: str) -> tuple[FileSystem, str]:
    """Give the file system of a path or URI, and the path in it.

    Raises
    ------
    OutputError
        There is no such file system.
    """
    import pyarrow as pa
    from pyarrow import fs

    try:
        system, path = fs.FileSystem.from_uri(place if is_uri(place) else os.path.abspath(place))
        return system, str(path)
    except (pa.ArrowInvalid, OSError) as error:
        raise OutputError(f"{place}: cannot be reached: {error}") from error


def is_uri(place: str) -> bool:
    """Tell s3://bucket/key from a path."""
    return "://" in place


def find_remote(place: str, globs: Sequence[str], spared: str = "") -> Iterator[Found]:
    """Name the files below a URI, sorted, apart from those below `spared`; see `find_files` of the listing.

    Raises
    ------
    OutputError
        It cannot be reached.
    """
    from pyarrow import fs

    system, root = file_system(place)
    head = place.rstrip("/").removesuffix(root.rstrip("/"))
    with _reaching(place):
        found = system.get_file_info(fs.FileSelector(root, recursive=True))
    files = sorted((info.path, info) for info in found if info.type == fs.FileType.File)
    for path, info in files:
        below = path.removeprefix(root.rstrip("/") + "/")
        hidden = any(part.startswith(".") for part in below.split("/"))
        mine = spared and f"{head}{path}".startswith(spared.rstrip("/") + "/")
        if not hidden and not mine and matches(below, globs):
            yield Found(head + path, info.size, "", changed=info.mtime_ns or 0)


class PartsFolder:
    """The folder.

    Parameters
    ----------
    place : str
        Path or URI; it is made.

    Raises
    ------
    OutputError
        It cannot be written. Every method raises it.
    """

    def __init__(self, place: str) -> None:
        self.place = place
        self._fs, self._root = file_system(place)
        with _reaching(place):
            self._fs.create_dir(self._root)

    def lock(self) -> SoleDatabase | None:
        """Keep other runs out until the lock is closed; None in an object store, which has no locks."""
        if is_uri(self.place):
            return None
        return SoleDatabase(os.path.join(self._root, _LOCK), "CREATE TABLE lock (dummy)", 1)

    def write(self, config: str, began: int, files: Sequence[StoredFile], entries: Sequence[Entry]) -> None:
        """Write a part. Its name follows from its files: the same files read again replace it."""
        key = json.dumps([config, *sorted(entry.name for entry in entries)])
        name = f"part-{hashlib.sha256(key.encode('ascii')).hexdigest()[:24]}.parquet"
        with self._whole(f"{self._root}/{name}") as out:
            write_parquet(out, files, _facts(config, began, entries))

    def parts(self) -> Iterator[Part]:
        """Read the footers of all parts."""
        from pyarrow import fs

        with _reaching(self.place):
            found = self._fs.get_file_info(fs.FileSelector(self._root, allow_not_found=True))
        names = sorted(info.path for info in found if info.base_name.startswith("part-"))
        with ThreadPoolExecutor(_READERS) as pool:
            yield from filter(None, pool.map(self._part, names))

    def _part(self, path: str) -> Part | None:
        import pyarrow.parquet as pq

        with _reaching(path):
            facts = (pq.read_schema(path, filesystem=self._fs).metadata or {}).get(_FACTS)
        if facts is None:
            return None
        found = json.loads(facts)
        entries = tuple(Entry(*values) for values in found["files"])
        return Part(path, found["config"], found["began"], entries)

    def remove(self, part: Part, names: set[str]) -> None:
        """Take files out of a part; without any left it is deleted."""
        import pyarrow as pa
        import pyarrow.compute as pc
        import pyarrow.parquet as pq

        kept = [entry for entry in part.entries if entry.name not in names]
        with _reaching(part.path):
            if not kept:
                self._fs.delete_file(part.path)
                return
            table = pq.read_table(part.path, filesystem=self._fs)
            gone = pa.array([utf8_name(name)[0] for name in names], pa.string())
            table = table.filter(pc.invert(pc.is_in(table["file"], gone)))
        with self._whole(part.path) as out:
            pq.write_table(table.replace_schema_metadata(_facts(part.config, part.began, kept)), out)

    @contextmanager
    def _whole(self, path: str) -> Iterator[Any]:
        """Open a file that takes its name once the block has ended well, as it does in an object store."""
        folder, name = os.path.split(path)
        temporary = path if is_uri(self.place) else f"{folder}/.{name}.{os.getpid()}"
        with _reaching(path):
            with self._fs.open_output_stream(temporary) as out:
                yield out
            if temporary != path:
                self._fs.move(temporary, path)


def _facts(config: str, began: int, entries: Sequence[Entry]) -> dict[bytes, bytes]:
    facts = {"config": config, "began": began, "files": [astuple(entry) for entry in entries]}
    return {_FACTS: json.dumps(facts).encode("ascii")}


@contextmanager
def _reaching(place: str) -> Iterator[None]:
    """Turn what a file system says into an `OutputError`."""
    try:
        yield
    except OSError as error:  # pyarrow's errors of reaching and writing are such
        raise OutputError(f"{place}: cannot be read or written: {error}") from error
