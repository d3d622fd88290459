"""Keeps what C libraries print out of the user's sight: our own errors say what is wrong."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager

_lock = threading.Lock()
_depth = 0
_kept = -1


@contextmanager
def muted() -> Iterator[None]:
    """Send the process's standard error nowhere for a while.

    libjpeg and libpng write to file descriptor 2 themselves, so nothing less would silence them.
    Threads may be in here together: the last one out gives standard error back.
    """
    _enter()
    try:
        yield
    finally:
        _leave()


def _enter() -> None:
    global _depth, _kept
    with _lock:
        _depth += 1
        if _depth > 1:
            return
        try:
            _kept = os.dup(2)
        except OSError:  # a program without a console has no standard error to mute
            _kept = -1
            return
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, 2)
        os.close(nowhere)


def _leave() -> None:
    global _depth, _kept
    with _lock:
        _depth -= 1
        if _depth == 0 and _kept >= 0:
            os.dup2(_kept, 2)
            os.close(_kept)
            _kept = -1
