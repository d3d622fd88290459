"""Files that appear whole or not at all."""

from __future__ import annotations

import errno
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any, TextIO, cast

from reader.errors import OutputError

if TYPE_CHECKING:  # at run time this module has no need of NumPy
    import numpy as np
    from numpy.typing import NDArray


@contextmanager
def atomic_text(path: str) -> Iterator[TextIO]:
    """Open a text file that takes its name only once the block has ended well.

    It is UTF-8, and bytes of file names that are not UTF-8 pass through as they are. Where `path`
    is a device or a pipe it is written directly.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    with _atomic(path, "w", encoding="utf-8", errors="surrogateescape", newline="") as file:
        yield cast(TextIO, file)


def save_image(path: str, image: NDArray[np.uint8]) -> None:
    """Write an image whole or not at all, in the format that the name's ending says.

    Parameters
    ----------
    path : str
    image : ndarray of uint8, shape (H, W) or (H, W, 3)

    Raises
    ------
    OutputError
        The ending is no image format, or the file cannot be written.
    """
    import cv2

    suffix = Path(path).suffix
    try:
        done, data = cv2.imencode(suffix, image)
    except cv2.error:  # how OpenCV says that it knows no such format
        done = False
    if not done:
        raise OutputError(
            f"{path}: cannot write an image as {suffix or 'a file without an ending'}; use .png"
        )
    with _atomic(path, "wb") as file, writing(path):
        file.write(data.tobytes())


@contextmanager
def atomic_path(path: str) -> Iterator[str]:
    """Lend a name to write a file under, which takes the name `path` once the block has ended well.

    The file is on the disk, and not in the system's memory alone, before it takes its name.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    with _atomic(path, "r+b") as file:
        yield file.name
        with writing(path):
            os.fsync(file.fileno())


@contextmanager
def writing(name: str) -> Iterator[None]:
    """Turn what the system says against writing into an `OutputError`.

    A broken pipe passes: it is not an error but a reader who has seen enough.
    """
    try:
        yield
    except BrokenPipeError:
        raise
    except OSError as error:
        raise OutputError(f"{name}: cannot be written: {error.strerror or error}") from error


@contextmanager
def _atomic(path: str, mode: str, **how: Any) -> Iterator[IO[Any]]:
    target = os.path.realpath(path)  # a link stays a link: the file that it points at is replaced
    with writing(path):
        if os.path.isdir(target):
            raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR))
        is_device = os.path.exists(target) and not os.path.isfile(target)
        temporary = "" if is_device else _reserve(os.path.dirname(target))
        file = open(temporary or target, mode, **how)  # noqa: SIM115 - closed below, errors explained
    try:
        yield file
        with writing(path):
            file.close()
            if temporary:
                os.chmod(temporary, _permissions(target))
                os.replace(temporary, target)
    except BaseException:
        with suppress(OSError):
            file.close()
        if temporary:
            with suppress(OSError):
                os.unlink(temporary)
        raise


def _reserve(folder: str) -> str:
    handle, name = tempfile.mkstemp(dir=folder, prefix=".reader-", suffix=".part")
    os.close(handle)
    return name


def _permissions(path: str) -> int:
    """Those of the file that is replaced, or those that a new file would get."""
    with suppress(OSError):
        return os.stat(path).st_mode & 0o777
    mask = os.umask(0)
    os.umask(mask)
    return 0o666 & ~mask
