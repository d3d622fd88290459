"""What a batch has done so far, in a file beside its results: a database that survives being killed.

It is for one process alone, so that two runs cannot write the same results.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass

from reader.errors import error_of
from reader.io.listing import Found
from reader.io.sole_database import SoleDatabase
from reader.io.stored import StoredFile, StoredPage, Totals, name_bytes, name_text

VERSION = 2
_SCHEMA = """
CREATE TABLE files (
    id INTEGER PRIMARY KEY,
    path BLOB NOT NULL,                     -- as it was found
    place INTEGER,                          -- in the input's order, NULL where it is not in it
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
        See `SoleDatabase`. Records that are lost with the power are files that are read again.

    Raises
    ------
    OutputError
        See `SoleDatabase`.
    """

    def __init__(self, path: str, config: str, pictures: str | None = None, *, durable: bool = False) -> None:
        self._config, self._pictures = config, pictures or ""
        self._db = SoleDatabase(path, _SCHEMA, VERSION, durable=durable)

    @staticmethod
    def path_for(results: str) -> str:
        """Give the path of the journal of some results: beside the file itself, where `results` is a link."""
        return os.path.realpath(results) + ".journal"

    def close(self) -> None:
        """Let go of the file."""
        self._db.close()

    def together(self) -> AbstractContextManager[None]:
        """Make the records of a block one write to the disk."""
        return self._db.writing()

    def __enter__(self) -> Journal:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    # What is to be done

    def begin(self) -> None:
        """Start a run of its own input: nothing of an earlier one belongs to it."""
        with self._db.writing():
            self._db.run("UPDATE files SET place = NULL WHERE place IS NOT NULL")

    def note(self, found: Iterable[Found]) -> None:
        """Take files into the input of the run, those that are in it already apart.

        A file has to be read unless it was, with the same configuration, and has not changed since.
        """
        with self._db.writing():
            place = self._db.rows("SELECT coalesce(max(place), -1) FROM files WHERE place IS NOT NULL")[0][0]
            for file in found:
                place += self._note(file, place + 1)

    def retry_failed(self) -> None:
        """Let all files that failed be read again."""
        with self._db.writing():
            self._db.run(
                "UPDATE files SET signature = NULL, sha256 = NULL WHERE code IS NOT NULL AND released = 0"
            )

    def _note(self, file: Found, place: int) -> bool:
        """Tell whether the file is new to this run."""
        known = self._db.rows(
            "SELECT id, place, config IS ? AND signature IS ? AND (? = '' OR pictures IS ?) "
            "FROM files WHERE path = ? AND released = 0",
            (self._config, file.signature, *[self._pictures] * 2, name_bytes(file.path)),
        )
        if not known:
            id = self._db.run("INSERT INTO files (path, todo) VALUES (?, 1)", (name_bytes(file.path),))
        id, old_place, finished = known[0] if known else (id, None, False)
        if old_place is None or not finished:
            self._db.run(
                "UPDATE files SET place = coalesce(place, ?), todo = ?, size = ?, seen = ? WHERE id = ?",
                (place, not finished, file.size, file.signature, id),
            )
        if file.fault is not None and not finished:
            self.fail(id, "input", f"{file.path}: {file.fault}")
        return old_place is None

    def pending(self) -> Iterator[Pending]:
        """Name what has to be read, in the order of the input; what is noted meanwhile comes as well."""
        place = -1
        while rows := self._db.rows(
            "SELECT id, path, place, size, CASE WHEN config = ? THEN sha256 END FROM files "
            "WHERE todo = 1 AND place > ? AND place IS NOT NULL ORDER BY place LIMIT ?",
            (self._config, place, _CHUNK),
        ):
            for id, path, place, size, own in rows:  # noqa: B007 - where the next rows begin
                mine = [own] if own and not self._pictures else []
                yield Pending(id, name_text(path), (*mine, *(sha for _, sha in self._moved(id, size))))

    def _moved(self, id: int, size: int) -> list[tuple[int, str]]:
        """Find read files of the same size that are gone from where they were, with their checksums."""
        if self._pictures:
            return []
        rows = self._db.rows(
            "SELECT id, sha256, path FROM files WHERE size = ? AND id <> ? AND todo = 0 AND released = 0 "
            "AND config = ? AND code IS NULL LIMIT ?",
            (size, id, self._config, _SAME_SIZE),
        )
        return [(other, sha) for other, sha, path in rows if not os.path.lexists(name_text(path))]

    # What is done

    def add_pages(self, id: int, first: int, pages: Sequence[StoredPage]) -> None:
        """Keep some pages of a file that is not finished; `first` is the number of the first of them."""
        with self._db.writing():
            # From here on what was known of the file before holds no more.
            self._db.run("UPDATE files SET sha256 = NULL, signature = NULL WHERE id = ?", (id,))
            self._add_pages(id, first, pages)

    def _add_pages(self, id: int, first: int, pages: Sequence[StoredPage]) -> None:
        self._db.run_all(
            "INSERT OR REPLACE INTO pages VALUES (?, ?, ?)",
            [(id, number, page.text) for number, page in enumerate(pages, first)],
        )

    def finish(
        self, id: int, sha256: str, model: str, first: int, pages: Sequence[StoredPage], numbers: int
    ) -> None:
        """Record that a file was read, with the last of its pages and the numbers on all of them."""
        count = first - 1 + len(pages)
        with self._db.writing():
            self._add_pages(id, first, pages)
            self._db.run("DELETE FROM pages WHERE file = ? AND number > ?", (id, count))
            self._settle(id, sha256, model, count, numbers, None, None)

    def fail(self, id: int, code: str, message: str, sha256: str | None = None) -> None:
        """Record why a file could not be read."""
        with self._db.writing():
            self._db.run("DELETE FROM pages WHERE file = ?", (id,))
            self._settle(id, sha256, None, 0, 0, code, name_bytes(message))

    def _settle(self, id: int, *facts: object) -> None:
        self._db.run(
            "UPDATE files SET todo = 0, signature = seen, config = ?, pictures = ?, sha256 = ?, model = ?, "
            "pages = ?, numbers = ?, code = ?, message = ? WHERE id = ?",
            (self._config, self._pictures, *facts, id),
        )

    def keep(self, id: int, sha256: str) -> bool:
        """Record that a file's content is that of a result which is there: its own, or a moved file's.

        Returns
        -------
        bool
            False where that result is gone meanwhile, and the file has to be read after all.
        """
        with self._db.writing():
            path, place, size, seen, own = self._db.rows(
                "SELECT path, place, size, seen, sha256 FROM files WHERE id = ?", (id,)
            )[0]
            if own != sha256:
                kept = [other for other, sha in self._moved(id, size) if sha == sha256]
                if not kept:
                    return False
                self._db.run("DELETE FROM pages WHERE file = ?", (id,))
                self._db.run("DELETE FROM files WHERE id = ?", (id,))
                id = kept[0]
            self._db.run(
                "UPDATE files SET todo = 0, path = ?, place = ?, seen = ?, signature = ? WHERE id = ?",
                (path, place, seen, seen, id),
            )
        return True

    def drop(self, id: int) -> None:
        """Forget a file that is gone; what was read of it once stays, if it was all of it."""
        with self._db.writing():
            self._db.run("UPDATE files SET todo = 0 WHERE id = ? AND sha256 IS NOT NULL", (id,))
            self._db.run(
                "DELETE FROM pages WHERE file IN (SELECT id FROM files WHERE id = ? AND todo)", (id,)
            )
            self._db.run("DELETE FROM files WHERE id = ? AND todo", (id,))

    def release(self, id: int) -> None:
        """Record that a file was moved away: its result stays, its path is free for another file."""
        with self._db.writing():
            self._db.run("UPDATE files SET released = 1 WHERE id = ?", (id,))

    # What there is

    def finished(self, path: str) -> tuple[int, bool] | None:
        """Look up a file of the input: its id and whether it failed; None unless it is done."""
        rows = self._db.rows(
            "SELECT id, code IS NOT NULL FROM files WHERE path = ? AND released = 0 AND todo = 0 "
            "AND place IS NOT NULL",
            (name_bytes(path),),
        )
        return (rows[0][0], bool(rows[0][1])) if rows else None

    def stored(self) -> Iterator[StoredFile]:
        """Give what is known of each file of the input, in its order."""
        place = -1
        while rows := self._db.rows(
            "SELECT id, path, place, model, code, message FROM files WHERE place > ? AND place IS NOT NULL "
            "AND todo = 0 ORDER BY place LIMIT ?",
            (place, _CHUNK),
        ):
            for id, path, place, model, code, message in rows:  # noqa: B007 - where the next rows begin
                error = error_of(code, name_text(message)) if code else None
                yield StoredFile(name_text(path), model or "", error, self._pages(id))

    def _pages(self, id: int) -> Iterator[str]:
        sql = "SELECT text FROM pages WHERE file = ? ORDER BY number"
        return (text for (text,) in self._db.each(sql, (id,)))

    def totals(self) -> Totals:
        """Add up the input."""
        row = self._db.rows(
            "SELECT count(*), coalesce(sum(todo), 0), coalesce(sum(todo = 0 AND code IS NOT NULL), 0), "
            "coalesce(sum(pages * (todo = 0)), 0), coalesce(sum(numbers * (todo = 0)), 0) FROM files "
            "WHERE place IS NOT NULL"
        )[0]
        return Totals(*row)

    def failures(self) -> dict[str, int]:
        """Count the failed files of the input by the code of their error."""
        return dict(
            self._db.rows(
                "SELECT code, count(*) FROM files WHERE place IS NOT NULL AND todo = 0 AND code IS NOT NULL "
                "GROUP BY code ORDER BY code"
            )
        )
