"""Finds the files of a batch: folders walked in a fixed order, lists of names, and what is no file told."""

from __future__ import annotations

import os
import stat
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatch
from typing import BinaryIO

RECENT_NS = 2_000_000_000
"""A file that changed less than 2 s before it was listed may change again without its times telling."""

LOOP = "a link to a folder that it lies in; remove the link"
_LITTER = ("desktop.ini", "thumbs.db")
"""What Windows leaves in folders, where other systems would hide it; lower case."""
NOT_REGULAR = "a pipe, socket or device, not a file; leave it out"


@dataclass(frozen=True, slots=True)
class Found:
    """A file to read, or what stands in its place.

    Attributes
    ----------
    path : str
    size : int
        Bytes; -1 where it cannot be told.
    signature : str
        As long as this stays the same the file has not changed. One that ends in "?" cannot be relied on.
    fault : str or None
        Why it is not worth opening.
    changed : int
        When it last changed, nanoseconds since 1970; 0 where it cannot be told.
    """

    path: str
    size: int
    signature: str
    fault: str | None = None
    changed: int = 0


def find_files(
    roots: Iterable[str], globs: Sequence[str] = (), spared: Iterable[str] = ()
) -> Iterator[Found]:
    """Name all files under some roots.

    Parameters
    ----------
    roots : iterable of str
        Folders, walked with what is below them, and files. Those that do not exist are named as well.
    globs : sequence of str
        Of a folder only files whose name, or path below the root, matches one of these.
    spared : iterable of str
        Files and folders that are left out, with what is in them: the batch's own results.

    Yields
    ------
    Found
        Roots in their order; the entries of a folder sorted by the bytes of their names. Hidden files and
        folders, and what Windows keeps in folders for itself, are left out. A link to a folder is followed
        where that lies outside of all roots, once.
    """
    roots = list(roots)
    walk = _Walk(roots, globs, spared)
    for root in roots:
        if os.path.isdir(root):
            yield from walk.folder(root, os.path.realpath(root), root)
        else:
            yield look_at(root)


def read_list(stream: BinaryIO, *, null: bool = False) -> list[str]:
    """Read file names, one a line, or each ended by a zero byte.

    >>> import io
    >>> read_list(io.BytesIO(b"a.png\\n\\nb c.png\\n"))
    ['a.png', 'b c.png']
    """
    names = stream.read().split(b"\0" if null else b"\n")
    return [os.fsdecode(name) for name in names if name]


def look_at(path: str) -> Found:
    """Tell a file's size and signature, without opening it."""
    try:
        facts = os.stat(path)
    except (OSError, ValueError):  # a zero byte in the name is a ValueError
        return Found(path, -1, "missing")  # opening it will tell why
    if not (stat.S_ISREG(facts.st_mode) or stat.S_ISDIR(facts.st_mode)):
        return Found(path, -1, "special", NOT_REGULAR)
    newest = max(facts.st_mtime_ns, facts.st_ctime_ns)
    doubt = "?" if time.time_ns() - newest < RECENT_NS else ""
    signature = f"{facts.st_size}:{facts.st_mtime_ns}:{facts.st_ctime_ns}{doubt}"
    return Found(path, facts.st_size, signature, changed=newest)


class _Walk:
    """Walks folders, none of them twice."""

    def __init__(self, roots: list[str], globs: Sequence[str], spared: Iterable[str]) -> None:
        self._roots = [os.path.realpath(root) for root in roots]
        self._globs = globs
        self._spared = {os.path.realpath(path) for path in spared}
        self._followed: set[str] = set()

    def folder(self, folder: str, real: str, root: str) -> Iterator[Found]:
        """Name the files of a folder and of those below it; `real` is its path without links."""
        try:
            with os.scandir(folder) as entries:
                found = sorted(entries, key=lambda entry: os.fsencode(entry.name))
        except OSError as error:
            reason = (error.strerror or str(error)).lower()
            yield Found(
                folder, -1, "folder", f"the folder cannot be listed ({reason}); check its permissions"
            )
            return
        for entry in found:
            if not entry.name.startswith(".") and entry.name.lower() not in _LITTER:
                yield from self._entry(entry, real, root)

    def _entry(self, entry: os.DirEntry[str], folder: str, root: str) -> Iterator[Found]:
        linked = entry.is_symlink()
        real = os.path.realpath(entry.path) if linked else os.path.join(folder, entry.name)
        if real in self._spared:
            return
        if entry.is_dir(follow_symlinks=False):
            yield from self.folder(entry.path, real, root)
        elif linked and os.path.isdir(real):
            if _holds(real, folder):
                yield Found(entry.path, -1, "loop", LOOP)
            elif not any(_holds(other, real) for other in (*self._roots, *self._followed)):
                self._followed.add(real)
                yield from self.folder(entry.path, real, root)
        elif matches(os.path.relpath(entry.path, root), self._globs):
            yield look_at(entry.path)


def matches(below: str, globs: Sequence[str]) -> bool:
    """Tell whether a path below a root, or its name, matches one of some patterns; all do if there is none.

    >>> matches("sub/a.png", ["*.jpg", "*.png"]), matches("sub/a.png", ["a/*"])
    (True, False)
    """
    name = below.replace(os.sep, "/")
    return not globs or any(
        fnmatch(name if "/" in pattern else name.rpartition("/")[2], pattern) for pattern in globs
    )


def _holds(folder: str, path: str) -> bool:
    """Tell whether a path is a folder or lies in it; both are real paths."""
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
