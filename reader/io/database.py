"""Results as an SQLite database; `SCHEMA` documents it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import TYPE_CHECKING

from reader.errors import OutputError
from reader.io.export import json_text
from reader.io.stored import utf8_name

if TYPE_CHECKING:
    from reader.io.stored import StoredFile
    from reader.types import Number, PageReading

SCHEMA = """
CREATE TABLE files (
    id INTEGER PRIMARY KEY,      -- from 1, in the order of the input
    file TEXT NOT NULL,          -- name as it was given; bytes that are not UTF-8 as \\x and two digits
    file_bytes BLOB,             -- the exact name where it is not UTF-8, else NULL
    model TEXT,                  -- id of the model that read it; NULL where there is an error
    error_code TEXT,             -- stable name of the error, else NULL
    error TEXT                   -- for a person
);
CREATE TABLE pages (
    id INTEGER PRIMARY KEY,
    file_id INTEGER NOT NULL REFERENCES files (id),
    page INTEGER NOT NULL,       -- from 1
    width INTEGER NOT NULL,      -- pixels
    height INTEGER NOT NULL,
    angle REAL NOT NULL          -- by how much it is turned, degrees counter-clockwise
);
CREATE TABLE numbers (
    id INTEGER PRIMARY KEY,
    page_id INTEGER NOT NULL REFERENCES pages (id),
    place INTEGER NOT NULL,      -- in reading order, from 1
    text TEXT NOT NULL,          -- as written: 1.990,50
    digits TEXT NOT NULL,        -- its digits alone: 199050; an unreadable one is ?
    confidence REAL NOT NULL,    -- probability that every digit is right
    x INTEGER NOT NULL,          -- box in pixels of the page
    y INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    alternatives TEXT NOT NULL   -- JSON: strings of digits with their probabilities, what was read first
);
CREATE TABLE characters (
    id INTEGER PRIMARY KEY,
    number_id INTEGER NOT NULL REFERENCES numbers (id),
    place INTEGER NOT NULL,      -- from 1
    char TEXT NOT NULL,
    confidence REAL NOT NULL,
    x INTEGER NOT NULL,
    y INTEGER NOT NULL,
    width INTEGER NOT NULL,
    height INTEGER NOT NULL,
    alternatives TEXT NOT NULL   -- JSON: digits with their probabilities, the likeliest first
);
"""
INDEXES = """
CREATE INDEX files_by_name ON files (file);
CREATE INDEX files_by_error ON files (error_code) WHERE error_code IS NOT NULL;
CREATE INDEX pages_by_file ON pages (file_id, page);
CREATE INDEX numbers_by_page ON numbers (page_id, place);
CREATE INDEX numbers_by_digits ON numbers (digits);
CREATE INDEX characters_by_number ON characters (number_id, place);
"""
VERSION = 2
"""``PRAGMA user_version`` of the database; another schema would have another."""


def write_database(path: str, files: Iterable[StoredFile]) -> None:
    """Write results into a new database.

    Parameters
    ----------
    path : str
        An empty file, or none.
    files : iterable of StoredFile

    Raises
    ------
    OutputError
        The database cannot be written.
    """
    db = sqlite3.connect(path, isolation_level=None)
    try:
        # The file is nobody's until it is whole: a journal of its own would be for nothing.
        db.execute("PRAGMA journal_mode = OFF")
        db.execute("PRAGMA synchronous = OFF")
        db.execute(f"PRAGMA user_version = {VERSION}")
        db.executescript(SCHEMA)
        db.execute("BEGIN")
        for file in files:
            _add_file(db, file)
        db.execute("COMMIT")
        db.executescript(INDEXES)
    except sqlite3.Error as error:
        raise OutputError(f"{path}: cannot be written: {error}") from error
    finally:
        db.close()


def _add_file(db: sqlite3.Connection, file: StoredFile) -> None:
    error = utf8_name(str(file.error))[0] if file.error else None
    code = file.error.code if file.error else None
    row = (*utf8_name(file.name), file.model or None, code, error)
    id = _insert(db, "files VALUES (NULL, ?, ?, ?, ?, ?)", row)
    for outcome in file.outcomes():
        for reading in outcome.readings:
            _add_page(db, id, reading)


def _add_page(db: sqlite3.Connection, file_id: int, page: PageReading) -> None:
    row = (file_id, page.number, page.width, page.height, page.angle)
    id = _insert(db, "pages VALUES (NULL, ?, ?, ?, ?, ?)", row)
    for place, number in enumerate(page.numbers, 1):
        _add_number(db, id, place, number)


def _add_number(db: sqlite3.Connection, page_id: int, place: int, number: Number) -> None:
    strings = json_text(number.alternatives)
    row = (page_id, place, number.text, number.digits, number.confidence, *number.box, strings)
    id = _insert(db, "numbers VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)
    db.executemany(
        "INSERT INTO characters VALUES (NULL, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        [
            (id, i, char.char, char.confidence, *char.box, json_text(char.alternatives))
            for i, char in enumerate(number.chars, 1)
        ],
    )


def _insert(db: sqlite3.Connection, into: str, row: tuple[object, ...]) -> int:
    return int(db.execute(f"INSERT INTO {into}", row).lastrowid or 0)
