"""The desktop that a window opens on: whether there is one, and files dropped from it."""

from __future__ import annotations

import signal
import tkinter as tk
from collections.abc import Callable
from importlib.util import find_spec
from types import FrameType, TracebackType
from typing import Any

from reader.errors import DisplayError, ReaderError

POLL = 200
"""Milliseconds between looks for Ctrl-C in the terminal, which Tk would sleep through."""


def open_root(title: str) -> tk.Tk:
    """Make a window, which is not shown yet.

    Files can be dropped on it where tkinterdnd2 is installed (the extra "draw").

    Raises
    ------
    DisplayError
        There is no display.
    """
    try:
        root = _droppable() or tk.Tk(className="reader")
    except tk.TclError as error:
        raise DisplayError(
            f"no window can be opened ({error}); it needs a desktop, or DISPLAY to name one"
        ) from error
    root.withdraw()  # until all is in its place
    root.title(title)
    return root


def _droppable() -> tk.Tk | None:
    if find_spec("tkinterdnd2") is None:
        return None
    from tkinterdnd2 import TkinterDnD

    try:
        root: tk.Tk = TkinterDnD.Tk(className="reader")
    except RuntimeError:  # it has no library for this system
        return None
    return root


def on_drop(root: tk.Tk, take: Callable[[str], object]) -> None:
    """Call with the first of the files that are dropped on a window."""
    window: Any = root
    if not hasattr(window, "drop_target_register"):
        return
    window.drop_target_register("DND_Files")
    window.dnd_bind("<<Drop>>", lambda event: take(root.tk.splitlist(event.data)[0]))


class Guard:
    """Sees to what goes wrong in a window: errors that a person can mend, and Ctrl-C in the terminal.

    Parameters
    ----------
    root : tkinter.Tk
    tell : callable
        Told the message of a `ReaderError`. Every other one is a bug, and Tk prints it.
    """

    def __init__(self, root: tk.Tk, tell: Callable[[str], object]) -> None:
        self._root, self._tell = root, tell
        self._interrupted = False
        self._report = root.report_callback_exception
        root.report_callback_exception = self._failed
        self._poll()

    def run(self) -> None:
        """Show the window until it is closed.

        Raises
        ------
        KeyboardInterrupt
            Ctrl-C closed it.
        """
        # Python drops what is raised while it frees an object, and Tk's callbacks free many: so the signal
        # only leaves a note.
        before = signal.signal(signal.SIGINT, self._interrupt)
        try:
            self._root.mainloop()
        finally:
            signal.signal(signal.SIGINT, before)
        if self._interrupted:
            raise KeyboardInterrupt

    def _interrupt(self, number: int, frame: FrameType | None) -> None:
        self._interrupted = True

    def _poll(self) -> None:
        if self._interrupted:
            self._root.destroy()
        else:
            self._root.after(POLL, self._poll)

    def _failed(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if isinstance(error, ReaderError):
            self._tell(str(error))
        else:
            self._report(kind, error, trace)
