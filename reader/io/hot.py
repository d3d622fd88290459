"""A hot folder: which of its files are written to their end; and moving those away that are done.

It is looked at again and again: folders on network file systems report no events.
"""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from reader.io.atomic import writing
from reader.io.listing import Found, find_files


@dataclass(slots=True)
class _Seen:
    """A file in the folder.

    Attributes
    ----------
    signature : str
        As it was last seen.
    since : float
        When it was first seen so, monotonic.
    given : bool
        It was given away in this state.
    """

    signature: str
    since: float
    given: bool = False


class HotFolders:
    """Folders that files come into.

    Parameters
    ----------
    roots, globs, spared
        See `reader.io.listing.find_files`.
    settle : float
        Seconds that a file must stay as it is to count as written. A name or a size that changes begins
        them anew, and so does moving the file.
    """

    def __init__(
        self, roots: Sequence[str], globs: Sequence[str], spared: Sequence[str], settle: float
    ) -> None:
        self._roots, self._globs, self._spared, self._settle = roots, globs, spared, settle
        self._seen: dict[str, _Seen] = {}

    def look(self, busy: Callable[[str], bool]) -> list[Found]:
        """Give the files that have settled, each once for as long as it does not change.

        Parameters
        ----------
        busy : callable
            Tells of a path whether it is being read; its file is given later.
        """
        now = time.monotonic()
        before, self._seen = self._seen, {}
        ready = []
        for found in find_files(self._roots, self._globs, self._spared):
            signature = found.signature.rstrip("?")
            seen = before.get(found.path)
            if seen is None or seen.signature != signature:
                seen = _Seen(signature, now)
            self._seen[found.path] = seen
            if not seen.given and now - seen.since >= self._settle and not busy(found.path):
                seen.given = True
                ready.append(found)
        return ready


def put_away(path: str, roots: Sequence[str], folder: str) -> str | None:
    """Move a file out of a hot folder, under its path below that; nothing is overwritten.

    Returns
    -------
    str or None
        Where it is now; None where it was gone already.

    Raises
    ------
    OutputError
        It cannot be moved.
    """
    root = max((root for root in roots if _below(path, root)), key=len)
    target = os.path.join(folder, os.path.relpath(path, root))
    with writing(target):
        os.makedirs(os.path.dirname(target), exist_ok=True)
        target = _free(target)
        try:
            os.rename(path, target)
        except FileNotFoundError:
            return None
        except OSError:  # on another disk
            _copy_over(path, target)
    return target


def _copy_over(path: str, target: str) -> None:
    partial = os.path.join(os.path.dirname(target), f".{os.path.basename(target)}.part")
    try:
        shutil.copy2(path, partial)
        os.rename(partial, target)
    except BaseException:
        with suppress(OSError):
            os.unlink(partial)
        raise
    os.unlink(path)


def _free(path: str) -> str:
    stem, ending = os.path.splitext(path)
    name, count = path, 1
    while os.path.lexists(name):
        count += 1
        name = f"{stem}-{count}{ending}"
    return name


def _below(path: str, root: str) -> bool:
    return path.startswith(os.path.join(root, ""))
