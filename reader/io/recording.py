"""Videos that are written, frame by frame."""

from __future__ import annotations

import os
import tempfile
from contextlib import suppress
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.errors import OutputError
from reader.io.atomic import writing
from reader.io.quiet import muted

SUFFIXES = (".mp4", ".m4v", ".mov", ".mkv", ".avi")
MOST_REPEATED = 300
"""Frames that a pause is filled with at most."""


class Recording:
    """A video file that takes its name once it is closed; until then it has another one beside it.

    Frames come with their time, and stand for as long in the video as they stood on the screen: one is
    repeated where the next comes late, and left out where two come in one frame's time.

    Parameters
    ----------
    path : str
        Its ending says which kind of file.
    fps : float
        Frames a second of the video.

    Raises
    ------
    OutputError
        The file cannot be written; here, at the first frame, or when it is closed.
    """

    def __init__(self, path: str, fps: float) -> None:
        if Path(path).suffix.lower() not in SUFFIXES:
            raise OutputError(f"{path}: cannot write a video as that; use .mp4")
        self._path, self._fps = path, fps
        with writing(path):
            if os.path.isdir(path):
                raise IsADirectoryError(21, "is a folder")
            handle, self._temporary = tempfile.mkstemp(
                dir=os.path.dirname(path) or ".", prefix=".reader-", suffix=Path(path).suffix
            )
            os.close(handle)
        self._writer: cv2.VideoWriter | None = None
        self._size, self._begin, self._count = (0, 0), 0.0, 0

    def show(self, picture: NDArray[np.uint8], time: float) -> None:
        """Write a frame.

        Parameters
        ----------
        picture : ndarray of uint8, shape (H, W, 3)
            Later ones are fitted to the size of the first.
        time : float
            Seconds.
        """
        if self._writer is None:
            self._begin = time
            self._open((picture.shape[1], picture.shape[0]))
        assert self._writer is not None
        if (picture.shape[1], picture.shape[0]) != self._size:
            picture = np.asarray(cv2.resize(picture, self._size, interpolation=cv2.INTER_AREA), np.uint8)
        due = round((time - self._begin) * self._fps) + 1 - self._count
        for _ in range(min(due, MOST_REPEATED)):
            self._writer.write(picture)
        self._count += max(0, due)

    def close(self) -> None:
        """Finish the file and give it its name; without a frame there is none."""
        if self._writer is None:
            with suppress(OSError):
                os.unlink(self._temporary)
            return
        self._writer.release()
        self._writer = None
        with writing(self._path):
            if not os.path.getsize(self._temporary):
                os.unlink(self._temporary)
                raise OSError(28, "nothing could be written; the disk may be full")
            mask = os.umask(0)
            os.umask(mask)
            os.chmod(self._temporary, 0o666 & ~mask)
            os.replace(self._temporary, self._path)

    def _open(self, size: tuple[int, int]) -> None:
        code = "MJPG" if Path(self._path).suffix.lower() == ".avi" else "mp4v"
        with muted():
            writer = cv2.VideoWriter(self._temporary, cv2.VideoWriter.fourcc(*code), self._fps, size)
        if not writer.isOpened():
            os.unlink(self._temporary)
            raise OutputError(f"{self._path}: this OpenCV cannot write such a video")
        self._writer, self._size = writer, size
