"""Which cameras there are, and why one cannot be used."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from reader.io.quiet import muted

DEVICES = Path("/sys/class/video4linux")
PROBED = 5
"""Indices that are tried where the system keeps no list."""


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera.

    Attributes
    ----------
    index : int
        What it is opened by.
    name : str
    device : str
        Its file, where it has one.
    readable : bool
        This user may open it.
    """

    index: int
    name: str
    device: str = ""
    readable: bool = True


def list_cameras(devices: Path = DEVICES, files: Path = Path("/dev")) -> tuple[Camera, ...]:
    """List the cameras there are; none is opened where the system keeps a list.

    Parameters
    ----------
    devices : Path
        Linux' list.
    files : Path
        Where the devices' files are.

    Returns
    -------
    tuple of Camera
        By index.
    """
    if not sys.platform.startswith("linux"):
        return _probed()
    found = []
    for folder in devices.glob("video*"):
        # A camera has further nodes, for its metadata for instance; the first one gives the pictures.
        if _line(folder / "index", "0") == "0" and folder.name[5:].isdecimal():
            device = files / folder.name
            readable = os.access(device, os.R_OK | os.W_OK)
            found.append(Camera(int(folder.name[5:]), _line(folder / "name", ""), str(device), readable))
    return tuple(sorted(found, key=lambda camera: camera.index))


def why_not(index: int, cameras: Sequence[Camera]) -> str:
    """Say why a camera cannot be opened, and what to do.

    Parameters
    ----------
    index : int
    cameras : sequence of Camera
        Those there are.

    Examples
    --------
    >>> why_not(0, [])
    'camera 0: there is no camera; give a video file or the address of a stream instead'
    """
    camera = next((camera for camera in cameras if camera.index == index), None)
    if camera is None:
        if not cameras:
            return f"camera {index}: there is no camera; give a video file or the address of a stream instead"
        known = ", ".join(f"{camera.index} ({camera.name})" for camera in cameras)
        return f"camera {index}: there is none; there are {known}, or give a video file"
    if not camera.readable:
        return (
            f"camera {index}: permission denied for {camera.device}; "
            "on most systems members of the group video may use it"
        )
    return f"camera {index} ({camera.name}): gives no pictures; another program may be using it"


def _line(path: Path, otherwise: str) -> str:
    try:
        return path.read_text("utf-8", "replace").strip()
    except OSError:
        return otherwise


def _probed() -> tuple[Camera, ...]:
    import cv2

    found = []
    for index in range(PROBED):
        with muted():
            capture = cv2.VideoCapture(index)
            opened = capture.isOpened()
            capture.release()
        if opened:
            found.append(Camera(index, f"camera {index}"))
    return tuple(found)
