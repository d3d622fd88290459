"""A window on the screen: pictures out, keys and the mouse in."""

from __future__ import annotations

import os
import socket
import sys
from collections import deque

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.errors import DisplayError
from reader.io.quiet import muted

NO_WINDOW = "use --no-window"
ESCAPE = 27
LARGEST = (1600, 900)
"""A window begins no larger than this; pictures are shrunk into it."""
_MOUSE = {cv2.EVENT_LBUTTONDOWN: "down", cv2.EVENT_MOUSEMOVE: "move", cv2.EVENT_LBUTTONUP: "up"}


class Window:
    """A window of OpenCV's.

    Parameters
    ----------
    title : str
    size : (int, int)
        Width and height of what it will show.

    Raises
    ------
    DisplayError
        There is no display, or this OpenCV has no windows.
    """

    def __init__(self, title: str, size: tuple[int, int]) -> None:
        check_display()
        self._title = title
        self._mouse: deque[tuple[str, int, int]] = deque(maxlen=100)
        scale = min(1.0, *(most / side for most, side in zip(LARGEST, size, strict=True)))
        try:
            with muted():  # Qt complains about fonts that OpenCV does not bring
                cv2.namedWindow(title, cv2.WINDOW_NORMAL | cv2.WINDOW_KEEPRATIO | cv2.WINDOW_GUI_NORMAL)
                cv2.resizeWindow(title, round(scale * size[0]), round(scale * size[1]))
                cv2.setMouseCallback(title, self._on_mouse)
                cv2.waitKey(1)
        except cv2.error as error:
            raise DisplayError(f"this OpenCV was built without windows; {NO_WINDOW}") from error

    def show(self, picture: NDArray[np.uint8]) -> None:
        """Show a picture, uint8 (H, W, 3)."""
        cv2.imshow(self._title, picture)

    def poll(self, seconds: float) -> str:
        """Let the window live for a while.

        Parameters
        ----------
        seconds : float
            No longer than this, and no less than a millisecond.

        Returns
        -------
        str
            The key that was pressed, "" for none; "q" also for Escape and a window that was closed.
        """
        key = cv2.waitKey(max(1, round(1000 * seconds))) & 0xFF
        if key == ESCAPE or not self._is_open():
            return "q"
        return chr(key) if 32 <= key < 127 else ""

    def mouse(self) -> list[tuple[str, int, int]]:
        """Give what the mouse did since the last call: "down", "move" or "up", x, y."""
        done = list(self._mouse)
        self._mouse.clear()
        return done

    def close(self) -> None:
        """Close the window."""
        if self._is_open():
            cv2.destroyWindow(self._title)
            cv2.waitKey(1)

    def _is_open(self) -> bool:
        try:
            return bool(cv2.getWindowProperty(self._title, cv2.WND_PROP_VISIBLE) >= 1)
        except cv2.error:  # how OpenCV says that the user closed it
            return False

    def _on_mouse(self, event: int, x: int, y: int, flags: int, data: object) -> None:
        if event in _MOUSE:
            self._mouse.append((_MOUSE[event], x, y))


def check_display() -> None:
    """Make sure that there is a display: where there is none, Qt would end the process.

    Raises
    ------
    DisplayError
    """
    if not sys.platform.startswith("linux"):
        return
    display = os.environ.get("DISPLAY", "")
    if not display:
        raise DisplayError(f"there is no display (DISPLAY is not set); {NO_WINDOW}")
    if not _answers(display):
        raise DisplayError(f"the display {display} does not answer; {NO_WINDOW}")


def _answers(display: str) -> bool:
    """Tell whether an X server listens."""
    host, _, rest = display.rpartition(":")
    number = rest.partition(".")[0]
    if not number.isdecimal():
        return False
    if host and host not in ("unix",) and not host.startswith("/"):
        return _connects(socket.AF_INET, (host.removeprefix("tcp/"), 6000 + int(number)))
    path = f"/tmp/.X11-unix/X{number}"
    return _connects(socket.AF_UNIX, path) or _connects(socket.AF_UNIX, f"\0{path}")


def _connects(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    try:
        with socket.socket(family) as tried:
            tried.settimeout(2)
            tried.connect(address)
    except OSError:
        return False
    return True
