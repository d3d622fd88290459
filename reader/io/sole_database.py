"""A small SQLite database that survives being killed, and that one process alone may have open."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from reader.errors import OutputError


class SoleDatabase:
    """Opens a database, or makes it, and keeps all others out until `close` or the end of the process.

    Parameters
    ----------
    path : str
    schema : str
        Statements that make its tables, each ended by ";", which stands nowhere else.
    version : int
        Of the schema, from 1.
    durable : bool
        What was written is on the disk when `writing` ends. Otherwise the last of it may be lost with the
        power, as a whole; nothing is ever lost with the process.

    Raises
    ------
    OutputError
        Another process has it open, it is something else, or it cannot be written. Every method raises it
        where the disk is full.
    """

    def __init__(self, path: str, schema: str, version: int, *, durable: bool = False) -> None:
        self._path = path
        with self._explained():
            self._db = sqlite3.connect(path, timeout=0, isolation_level=None)
        try:
            with self._explained():
                self._prepare(schema, version, durable)
        except BaseException:
            self._db.close()
            raise

    def _prepare(self, schema: str, version: int, durable: bool) -> None:
        # The exclusive lock comes with the first write and stays; with it, WAL needs no shared memory and so
        # works on network file systems.
        self._db.execute("PRAGMA locking_mode = EXCLUSIVE")
        found = self.rows("PRAGMA user_version")[0][0]
        empty = not found and not self.rows("SELECT 1 FROM sqlite_master")
        if found != version and not empty:
            raise OutputError(f"{self._path}: was not made by this version of reader; move it away")
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute(f"PRAGMA synchronous = {'FULL' if durable else 'NORMAL'}")
        self._db.execute("BEGIN IMMEDIATE")
        if empty:
            for statement in schema.split(";"):
                self._db.execute(statement)
            self._db.execute(f"PRAGMA user_version = {version}")
        self._db.execute("COMMIT")

    def close(self) -> None:
        """Let others have it."""
        self._db.close()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Make a block's changes all or none; inside of another such block they are a part of that."""
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

    def run(self, sql: str, values: Sequence[object] = ()) -> int:
        """Run a statement; give the id of the row that it put in."""
        with self._explained():
            return int(self._db.execute(sql, values).lastrowid or 0)

    def run_all(self, sql: str, rows: Iterable[Sequence[object]]) -> None:
        """Run a statement once for each row of values."""
        with self._explained():
            self._db.executemany(sql, rows)

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """Give all rows of a query."""
        return list(self.each(sql, values))

    def each(self, sql: str, values: Sequence[object] = ()) -> Iterator[Any]:
        """Give the rows of a query one by one."""
        with self._explained():
            yield from self._db.execute(sql, values)

    @contextmanager
    def _explained(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.Error as error:
            if error.sqlite_errorcode in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED):
                what = "another run is writing these results; wait for it or name another --output"
            else:
                what = f"cannot be written: {error}"
            raise OutputError(f"{self._path}: {what}") from error
