"""Between journal and crew: hands out what has to be read, records what was."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from typing import Protocol

from reader.batch.crew import Crew
from reader.batch.messages import Finished, SomePages, Task
from reader.errors import ReaderError
from reader.io.journal import Journal, Pending


class Listener(Protocol):
    """Is told how a run gets on."""

    def began(self, files: int, todo: int) -> None:
        """The input is known: so many files, so many of them to read."""

    def done(self, name: str, error: ReaderError | None) -> None:
        """A file was read, and this is recorded."""

    def kept(self, name: str) -> None:
        """A file need not be read after all: its content is known."""

    def failed(self, error: ReaderError) -> None:
        """An entry of the input is no file that can be read."""


class Desk:
    """Keeps the crew busy with what the journal says is to be done.

    Parameters
    ----------
    journal : Journal
    crew : Crew
    listener : Listener
    pictures : str or None
        Folder for the annotated pages.
    follow : bool
        A file that is gone when it should be read was moved, which is no failure.
    """

    def __init__(
        self,
        journal: Journal,
        crew: Crew,
        listener: Listener,
        pictures: str | None = None,
        *,
        follow: bool = False,
    ) -> None:
        self._journal, self._crew, self._listener = journal, crew, listener
        self._pictures, self._follow = pictures, follow
        self._held: dict[int, Pending] = {}
        self._pending: Iterator[Pending] = iter(())

    def refresh(self) -> None:
        """Look into the journal for what is to be done."""
        self._pending = self._journal.pending()

    def holds(self, path: str) -> bool:
        """Whether a file was handed out and is not done."""
        return any(pending.path == path for pending in self._held.values())

    @property
    def busy(self) -> bool:
        """Whether anything was handed out and is not done."""
        return bool(self._held)

    def turn(self, seconds: float) -> list[str]:
        """Hand out what the crew wants, wait for news at most so long, record them.

        Returns
        -------
        list of str
            The files that are done.
        """
        while self._crew.wants and (pending := next(self._pending, None)):
            if pending.id not in self._held:
                self._hand_out(pending)
        told = self._crew.poll(seconds)
        with self._journal.together():
            done = [ended for message in told if (ended := self._record(message))]
        return [self._close(message) for message in done]

    def _hand_out(self, pending: Pending) -> None:
        self._held[pending.id] = pending
        picture = picture_path(self._pictures, pending.path) if self._pictures else None
        self._crew.submit(Task(pending.id, pending.path, known=pending.known, picture=picture))

    def _record(self, message: SomePages | Finished) -> Finished | None:
        """Write down what a worker says; give it back if that was the last of its file."""
        match message:
            case SomePages():
                self._journal.add_pages(message.id, message.first, message.pages)
                return None
            case Finished(same=True, sha256=str(sha256)):
                if not self._journal.keep(message.id, sha256):
                    self._hand_out(replace(self._held[message.id], known=()))
                    return None
            case Finished(error=None, sha256=str(sha256)):
                self._journal.finish(
                    message.id, sha256, message.model, message.first, message.pages, message.numbers
                )
            case Finished(error=ReaderError() as error):
                self._fail(message.id, error, message.sha256)
        return message

    def _fail(self, id: int, error: ReaderError, sha256: str | None) -> None:
        if self._follow and not os.path.lexists(self._held[id].path):
            self._journal.drop(id)
        else:
            self._journal.fail(id, error.code, str(error), sha256)

    def _close(self, message: Finished) -> str:
        path = self._held.pop(message.id).path
        if message.same:
            self._listener.kept(path)
        elif not (message.error and self._follow and not os.path.lexists(path)):
            self._listener.done(path, message.error)
        return path


def picture_path(folder: str, path: str) -> str:
    """Give the place of a file's annotated first page: under its own path, in another folder.

    >>> picture_path("seen", "/data/in/a.jpg").replace(os.sep, "/")
    'seen/data/in/a.jpg-read.png'
    >>> picture_path("seen", "../in/a.jpg").replace(os.sep, "/")
    'seen/_/in/a.jpg-read.png'
    """
    parts = os.path.splitdrive(os.path.normpath(path))[1].split(os.sep)
    return os.path.join(folder, *("_" if part == ".." else part for part in parts if part)) + "-read.png"
