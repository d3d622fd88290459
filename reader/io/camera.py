"""Where frames come from: cameras, video files and streams, all through OpenCV's `VideoCapture`."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.errors import CameraError, InputError
from reader.io.cameras import list_cameras, why_not
from reader.io.quiet import muted

Image = NDArray[np.uint8]

PATIENCE = 5_000
"""Milliseconds that a stream may take to open, and to give a frame."""
USUAL = 30.0
"""Frames a second where a source does not say, or says nonsense."""
FASTEST = 1000.0


class FrameSource(Protocol):
    """Gives frames.

    Attributes
    ----------
    name : str
        What to call it in messages.
    is_live : bool
        It goes on whether frames are taken or not; what is not a recording is.
    fps : float
        Frames a second.
    """

    name: str
    is_live: bool
    fps: float

    def read(self) -> Image | None:
        """Give the next frame, uint8 (H, W, 3); None at the end, or where the source is lost."""

    def time(self) -> float | None:
        """Give the seconds from the recording's begin to the last frame; None for a live source."""

    def reopen(self) -> bool:
        """Try to get a lost source back."""

    def close(self) -> None:
        """Let go of the source."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is asked of a source.

    Attributes
    ----------
    size : (int, int) or None
        Width and height; a camera is asked for it, frames of a recording are fitted into it.
    fps : float or None
        A camera is asked for it, a recording is played at it.
    """

    size: tuple[int, int] | None = None
    fps: float | None = None


def open_source(name: str, wanted: Wanted | None = None) -> VideoSource:
    """Open a camera, a video file or a stream.

    Parameters
    ----------
    name : str
        The index of a camera, the path of a file, or the address of a stream.
    wanted : Wanted, optional

    Raises
    ------
    InputError
        The file is missing, empty, or no video.
    CameraError
        The camera or the stream cannot be opened.
    """
    _keep_quiet()
    wanted = wanted or Wanted()
    if name.isdecimal():
        return _Camera(int(name), wanted)
    return _Stream(name, wanted) if "://" in name else _File(name, wanted)


class VideoSource:
    """A `FrameSource` on OpenCV's `VideoCapture`.

    Parameters
    ----------
    name : str
    wanted : Wanted
    """

    is_live = True

    def __init__(self, name: str, wanted: Wanted) -> None:
        self.name, self._wanted = name, wanted
        self._first: Image | None = None  # read to see whether it works, and given first
        with muted():
            self._capture = self._opened()
        self._first = self.read() if self._capture.isOpened() else None
        if self._first is None:
            self.close()
            raise self._error()
        self.size = (self._first.shape[1], self._first.shape[0])
        told = self._capture.get(cv2.CAP_PROP_FPS)
        self.fps = wanted.fps or (told if 0 < told < FASTEST else USUAL)

    def read(self) -> Image | None:
        """Give the next frame, uint8 (H, W, 3), or None."""
        first, self._first = self._first, None
        if first is not None:
            return first
        done, image = self._capture.read()
        if not done or image is None:
            return None
        return self._fitted(np.asarray(image, np.uint8))

    def time(self) -> float | None:
        """Give the seconds from the recording's begin to the last frame; None for a live source."""
        return None

    def reopen(self) -> bool:
        """Try to get a lost source back."""
        with muted():
            self._capture.release()
            self._capture = self._opened()
        self._first = self.read() if self._capture.isOpened() else None
        return self._first is not None

    def close(self) -> None:
        """Let go of the source."""
        self._capture.release()

    def _fitted(self, image: Image) -> Image:
        return image

    def _opened(self) -> cv2.VideoCapture:
        raise NotImplementedError

    def _error(self) -> InputError:
        raise NotImplementedError


class _Camera(VideoSource):
    def __init__(self, index: int, wanted: Wanted) -> None:
        self._index = index
        super().__init__(f"camera {index}", wanted)

    def _opened(self) -> cv2.VideoCapture:
        capture = cv2.VideoCapture(self._index)
        if self._wanted.size:
            # Uncompressed pictures of this size are too much for USB: most cameras need to be told.
            capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
            capture.set(cv2.CAP_PROP_FRAME_WIDTH, self._wanted.size[0])
            capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self._wanted.size[1])
        if self._wanted.fps:
            capture.set(cv2.CAP_PROP_FPS, self._wanted.fps)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 1)  # an old frame is worth nothing
        return capture

    def _error(self) -> InputError:
        return CameraError(why_not(self._index, list_cameras()))


class _Recorded(VideoSource):
    """Something of a certain length: a file, or one that a server hands out."""

    def __init__(self, name: str, wanted: Wanted) -> None:
        self._index, self._last = -1, 0.0
        super().__init__(name, wanted)
        self.is_live = not self._has_end()

    def _has_end(self) -> bool:
        return self._capture.get(cv2.CAP_PROP_FRAME_COUNT) > 0

    def time(self) -> float | None:
        if self.is_live:
            return None
        self._index += 1
        told = self._capture.get(cv2.CAP_PROP_POS_MSEC) / 1000
        if self._wanted.fps or not told > self._last:  # some containers have no times
            told = self._index / self.fps if self._wanted.fps or not self._last else self._last + 1 / self.fps
        self._last = told if self._index else 0.0
        return self._last

    def _fitted(self, image: Image) -> Image:
        if self._wanted.size is None:
            return image
        scale = min(self._wanted.size[0] / image.shape[1], self._wanted.size[1] / image.shape[0])
        way = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
        return np.asarray(cv2.resize(image, None, fx=scale, fy=scale, interpolation=way), np.uint8)


class _Stream(_Recorded):
    def _opened(self) -> cv2.VideoCapture:
        patience = [cv2.CAP_PROP_OPEN_TIMEOUT_MSEC, PATIENCE, cv2.CAP_PROP_READ_TIMEOUT_MSEC, PATIENCE]
        return cv2.VideoCapture(self.name, cv2.CAP_FFMPEG, patience)

    def _error(self) -> InputError:
        return CameraError(f"{self.name}: no stream that can be opened; check the address and the network")


class _File(_Recorded):
    def _opened(self) -> cv2.VideoCapture:
        path = Path(self.name)
        if not path.exists():
            raise InputError(f"{self.name}: there is no such file")
        if path.is_dir():
            raise InputError(f"{self.name}: is a folder, not a video")
        if path.is_file() and not path.stat().st_size:
            raise InputError(f"{self.name}: is empty")
        if not os.access(path, os.R_OK):
            raise InputError(f"{self.name}: permission denied")
        return cv2.VideoCapture(self.name, cv2.CAP_FFMPEG)

    def _has_end(self) -> bool:
        return True

    def _error(self) -> InputError:
        return InputError(f"{self.name}: is no video that can be decoded; convert it to MP4")


def _keep_quiet() -> None:
    """Let FFmpeg and OpenCV say nothing of their own: our messages name the source and what to do."""
    os.environ.setdefault("OPENCV_FFMPEG_LOGLEVEL", "-8")
    cv2.utils.logging.setLogLevel(cv2.utils.logging.LOG_LEVEL_SILENT)
