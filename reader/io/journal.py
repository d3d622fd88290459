"""What a batch has done so far, in a file beside its results: a database that survives being killed.

SQLite keeps it whole whatever happens to the process or to the power, and keeps it for one process alone.
"""

from __future__ import annotations

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from reader.errors import OutputError, error_of
from reader.io.listing import Found
from reader.io.stored import StoredFile, StoredPage

VERSION = 1
_SCHEMA = """
CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL,                     -- as it was found
    place INTEGER,                          -- in the order of the input, NULL where it is no input of this run
    todo INTEGER NOT NULL,                  -- has to be read
    released INTEGER NOT NULL DEFAULT 0,    -- was moved away, another file may come under its path
    size INTEGER, seen TEXT,                -- when it was listed
    config TEXT, signature TEXT, sha256 TEXT, pictures TEXT,        -- when it was read
    model TEXT, pages INTEGER, numbers INTEGER, code TEXT, message BLOB
);
CREATE UNIQUE INDEX files_by_path ON files (path) WHERE released = 0;
CREATE INDEX files_by_place ON files (place) WHERE place IS NOT NULL;
CREATE INDEX files_to_do ON files (place) WHERE todo = 1 AND place IS NOT NULL;
CREATE INDEX files_by_size ON files (size);
CREATE TABLE pages (file INTEGER, number INTEGER, text TEXT, PRIMARY KEY (file, number));
"""
_CHUNK = 256
_SAME_SIZE = 8


@dataclass(frozen=True, slots=True)
class Pending:
    """A file that has to be read.

    Attributes
    ----------
    id : int
        What the journal calls it.
    path : str
    known : tuple of str
        If the SHA-256 of its content is one of these, then the result is there already.
    """

    id: int
    path: str
    known: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Totals:
    """Sums over the input of a run.

    Attributes
    ----------
    files, todo, failed, pages, numbers : int
        All files, those that have to be read yet, those that failed; pages and numbers read.
    """

    files: int
    todo: int
    failed: int
    pages: int
    numbers: int


class Journal:
    """The journal of one batch; `Journal.path_for` tells where it lies.

    Parameters
    ----------
    path : str
    config : str
        Stands for the model and the options: what was read with others is read again.
    pictures : str or None
        The folder of annotated pages; what was read without them is read again.
    durable : bool
        Each record is on the disk when `finish` returns. Otherwise the last ones may be lost with the
        power, and are read again; they are never lost with the process.

    Raises
    ------
    OutputError
        The journal is in use by another run, no journal, or cannot be written. Every method raises it where
        the disk is full.
    """

    def __init__(self, path: str, config: str, pictures: str | None = None, *, durable: bool = False) -> None:
        self._path, self._config, self._pictures = path, config, pictures or ""
        with self._explained():
            self._db = sqlite3.connect(path, timeout=0, isolation_level=None)
        try:
            with self._explained():
                self._prepare(durable)
        except BaseException:
            self._db.close()
            raise

    @staticmethod
    def path_for(results: str) -> str:
        """Give the path of the journal of some results: beside the file itself, where `results` is a link."""
        return os.path.realpath(results) + ".journal"

    def _prepare(self, durable: bool) -> None:
        # The exclusive lock comes with the first read and stays; with it, WAL needs no shared memory and so
        # works on network file systems.
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        self._db.execute("BEGIN IMMEDIATE")
        version = self._value("PRAGMA user_version")
        if not version and not self._value("SELECT count(*) FROM sqlite_master"):
            for statement in _SCHEMA.split(";"):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {VERSION}")
        elif version != VERSION:
            raise OutputError(f"{self._path}: no journal of this version of reader; move it away")
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # What is to be done

    def begin(self) -> None:
        """Start a run of its own input: nothing of an earlier one belongs to it."""
        with self._writing():
            self._db.execute("UPDATE files SET place = NULL WHERE place IS NOT NULL")

    def note(self, found: Iterable[Found], *, retry_failed: bool = False) -> None:
        """Take files into the input of the run, those that are in it already apart.

        A file has to be read unless it was, with the same configuration, and has not changed since.
        """
        with self._writing():
            place = self._value("SELECT coalesce(max(place), -1) FROM files WHERE place IS NOT NULL")
            for file in found:
                place += self._note(file, place + 1, retry_failed)

    def _note(self, file: Found, place: int, retry_failed: bool) -> bool:
        """Tell whether the file is new to this run."""
        known = self._db.execute(
            "SELECT id, place, config IS ? AND signature IS ? AND (? = '' OR pictures IS ?) AND NOT (? AND "
            "code IS NOT NULL) FROM files WHERE path = ? AND released = 0",
            (self._config, file.signature, *[self._pictures] * 2, retry_failed, _blob(file.path)),
        ).fetchone()
        if known is None:
            known = (self._insert(file.path), None, False)
        id, old_place, finished = known
        if old_place is None or not finished:
            self._db.execute(
                "UPDATE files SET place = coalesce(place, ?), todo = ?, size = ?, seen = ? WHERE id = ?",
                (place, not finished, file.size, file.signature, id),
            )
        if file.fault is not None and not finished:
            self.fail(id, "input", f"{file.path}: {file.fault}")
        return old_place is None

    def _insert(self, path: str) -> int:
        return int(
            self._db.execute("INSERT INTO files (path, todo) VALUES (?, 1)", (_blob(path),)).lastrowid or 0
        )

    def pending(self) -> Iterator[Pending]:
        """Name what has to be read, in the order of the input; what is noted meanwhile comes as well."""
        last = -1
        while rows := self._rows(
            "SELECT id, path, place, size, CASE WHEN config = ? AND code IS NULL THEN sha256 END FROM files "
            "WHERE todo = 1 AND place > ? AND place IS NOT NULL ORDER BY place LIMIT ?",
            (self._config, last, _CHUNK),
        ):
            for id, path, last, size, own in rows:
                mine = [own] if own and not self._pictures else []
                yield Pending(id, _text(path), (*mine, *(sha for _, sha in self._moved(id, size))))

    def _moved(self, id: int, size: int) -> list[tuple[int, str]]:
        """Find read files of the same size that are gone from where they were, with their checksums."""
        if self._pictures:
            return []
        rows = self._rows(
            "SELECT id, sha256, path FROM files WHERE size = ? AND id <> ? AND todo = 0 AND released = 0 "
            "AND config = ? AND code IS NULL LIMIT ?",
            (size, id, self._config, _SAME_SIZE),
        )
        return [(other, sha) for other, sha, path in rows if not os.path.lexists(_text(path))]

    # What is done

    def add_pages(self, id: int, first: int, pages: Sequence[StoredPage]) -> None:
        """Keep some pages of a file that is not finished; `first` is the number of the first of them."""
        with self._writing():
            # From here on what was known of the file before holds no more.
            self._db.execute("UPDATE files SET sha256 = NULL, signature = NULL WHERE id = ?", (id,))
            self._add_pages(id, first, pages)

    def _add_pages(self, id: int, first: int, pages: Sequence[StoredPage]) -> None:
        self._db.executemany(
            "INSERT OR REPLACE INTO pages VALUES (?, ?, ?)",
            [(id, number, page.text) for number, page in enumerate(pages, first)],
        )

    def finish(
        self, id: int, sha256: str, model: str, first: int, pages: Sequence[StoredPage], numbers: int
    ) -> None:
        """Record that a file was read, with the last of its pages and the numbers on all of them."""
        count = first - 1 + len(pages)
        with self._writing():
            self._add_pages(id, first, pages)
            self._db.execute("DELETE FROM pages WHERE file = ? AND number > ?", (id, count))
            self._settle(id, sha256, model, count, numbers, None, None)

    def fail(self, id: int, code: str, message: str, sha256: str | None = None) -> None:
        """Record why a file could not be read."""
        with self._writing():
            self._db.execute("DELETE FROM pages WHERE file = ?", (id,))
            self._settle(id, sha256, None, 0, 0, code, _blob(message))

    def _settle(self, id: int, *facts: object) -> None:
        self._db.execute(
            "UPDATE files SET todo = 0, signature = seen, config = ?, pictures = ?, sha256 = ?, model = ?, "
            "pages = ?, numbers = ?, code = ?, message = ? WHERE id = ?",
            (self._config, self._pictures, *facts, id),
        )

    def keep(self, id: int, sha256: str) -> bool:
        """Record that a file's content is that of a result which is there already: its own, or a moved file's.

        Returns
        -------
        bool
            False where that result is gone meanwhile, and the file has to be read after all.
        """
        with self._writing():
            path, place, size, seen, own = self._rows(
                "SELECT path, place, size, seen, sha256 FROM files WHERE id = ?", (id,)
            )[0]
            if own != sha256:
                kept = [other for other, sha in self._moved(id, size) if sha == sha256]
                if not kept:
                    return False
                self._db.execute("DELETE FROM pages WHERE file = ?", (id,))
                self._db.execute("DELETE FROM files WHERE id = ?", (id,))
                id = kept[0]
            self._db.execute(
                "UPDATE files SET todo = 0, path = ?, place = ?, seen = ?, signature = ? WHERE id = ?",
                (path, place, seen, seen, id),
            )
        return True

    def drop(self, id: int) -> None:
        """Forget a file that is gone; what was read of it once stays, if it was all of it."""
        with self._writing():
            self._db.execute("UPDATE files SET todo = 0 WHERE id = ? AND sha256 IS NOT NULL", (id,))
            self._db.execute("DELETE FROM pages WHERE file IN (SELECT id FROM files WHERE id = ? AND todo)", (id,))
            self._db.execute("DELETE FROM files WHERE id = ? AND todo", (id,))

    def release(self, id: int) -> None:
        """Record that a file was moved away: its result stays, its path is free for another file."""
        with self._writing():
            self._db.execute("UPDATE files SET released = 1 WHERE id = ?", (id,))

    # What there is

    def finished(self, path: str) -> tuple[int, bool] | None:
        """Look up a file of the input: its id and whether it failed; None unless it is done."""
        rows = self._rows(
            "SELECT id, code IS NOT NULL FROM files WHERE path = ? AND released = 0 AND todo = 0 "
            "AND place IS NOT NULL",
            (_blob(path),),
        )
        return (rows[0][0], bool(rows[0][1])) if rows else None

    def stored(self) -> Iterator[StoredFile]:
        """Give what is known of each file of the input, in its order."""
        last = -1
        while rows := self._rows(
            "SELECT id, path, place, model, code, message FROM files WHERE place > ? AND place IS NOT NULL "
            "AND todo = 0 ORDER BY place LIMIT ?",
            (last, _CHUNK),
        ):
            for id, path, last, model, code, message in rows:
                error = error_of(code, _text(message)) if code else None
                yield StoredFile(_text(path), model or "", error, self._pages(id))

    def _pages(self, id: int) -> Iterator[str]:
        with self._explained():
            for row in self._db.execute("SELECT text FROM pages WHERE file = ? ORDER BY number", (id,)):
                yield row[0]

    def totals(self) -> Totals:
        """Add up the input."""
        row = self._rows(
            "SELECT count(*), coalesce(sum(todo), 0), coalesce(sum(todo = 0 AND code IS NOT NULL), 0), "
            "coalesce(sum(pages * (todo = 0)), 0), coalesce(sum(numbers * (todo = 0)), 0) FROM files "
            "WHERE place IS NOT NULL"
        )[0]
        return Totals(*row)

    def failures(self) -> dict[str, int]:
        """Count the failed files of the input by the code of their error."""
        return dict(
            self._rows(
                "SELECT code, count(*) FROM files WHERE place IS NOT NULL AND todo = 0 AND code IS NOT NULL "
                "GROUP BY code ORDER BY code"
            )
        )

    # How

    @contextmanager
    def _writing(self) -> Iterator[None]:
        """All or nothing; inside of another such block, a part of that."""
        if self._db.in_transaction:
            yield
            return
        with self._explained():
            self._db.execute("BEGIN")
            try:
                yield
            except BaseException:
                if self._db.in_transaction:
                    self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    together = _writing
    """Lets several records be one write to the disk."""

    def _rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        with self._explained():
            return self._db.execute(sql, values).fetchall()

    def _value(self, sql: str) -> Any:
        return self._db.execute(sql).fetchone()[0]

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                raise OutputError(
                    f"{self._path}: another run is writing these results; wait for it or name another --output"
                ) from error
            raise OutputError(f"{self._path}: the journal cannot be written: {error}") from error


def _blob(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")


def _text(blob: bytes) -> str:
    return blob.decode("utf-8", "surrogateescape")
