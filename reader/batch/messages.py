"""What a batch's supervisor and its workers say to each other."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from reader.errors import ReaderError
from reader.io.stored import StoredPage
from reader.options import LimitOptions, LoadOptions, ReadOptions
from reader.types import Page, PageReading


@dataclass(frozen=True, slots=True)
class Job:
    """What a worker has to know before its first file.

    Attributes
    ----------
    model : str or None
        Name or path; None is the model that comes along.
    read : ReadOptions
    load : LoadOptions
    limits : LimitOptions
    """

    model: str | None = None
    read: ReadOptions = field(default_factory=ReadOptions)
    load: LoadOptions = field(default_factory=LoadOptions)
    limits: LimitOptions = field(default_factory=LimitOptions)


@dataclass(frozen=True, slots=True)
class Task:
    """A file to read.

    Attributes
    ----------
    id : int
    name : str
        What results and messages call it.
    data : bytes or None
        Its content, where somebody read it already.
    path : str or None
        Where it lies, if elsewhere than its name says.
    known : tuple of str
        If its SHA-256 is one of these it need not be read.
    picture : str or None
        Where to save its first page with what was read; later pages get their number.
    """

    id: int
    name: str
    data: bytes | None = None
    path: str | None = None
    known: tuple[str, ...] = ()
    picture: str | None = None


@dataclass(frozen=True, slots=True)
class SomePages:
    """Pages of a file that has more of them.

    Attributes
    ----------
    id : int
        Of the task.
    first : int
        Number of the first of these pages, from 1.
    pages : tuple of StoredPage
    """

    id: int
    first: int
    pages: tuple[StoredPage, ...]


@dataclass(frozen=True, slots=True)
class Finished:
    """All that there is to say of a file.

    Attributes
    ----------
    id : int
        Of the task.
    sha256 : str or None
        Of its content; None where that could not be read.
    first : int
    pages : tuple of StoredPage
        Those that were not sent before.
    numbers : int
        How many are on all of its pages.
    model : str
    error : ReaderError or None
    same : bool
        Its checksum is one of those known: it was not read.
    """

    id: int
    sha256: str | None = None
    first: int = 1
    pages: tuple[StoredPage, ...] = ()
    numbers: int = 0
    model: str = ""
    error: ReaderError | None = None
    same: bool = False


@dataclass(frozen=True, slots=True)
class Ready:
    """A worker can take its first file."""


@dataclass(frozen=True, slots=True)
class Broken:
    """No worker can go on: the model cannot be loaded, or a picture not be written."""

    error: ReaderError


Message = SomePages | Finished | Ready | Broken

Read = Callable[[bytes, str], Iterator[tuple[Page, PageReading]]]
"""Reads a file's pages one by one, from its content and its name."""


class MakeRead(Protocol):
    """Makes what reads files, in a worker's process; a function of a module, so that it can be sent there."""

    def __call__(self, job: Job) -> Read:
        """Load the model.

        Raises
        ------
        ModelError
            It cannot be loaded.
        """
