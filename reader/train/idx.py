"""The IDX format that MNIST is published in, read strictly and written back.

A file is two zero bytes, one byte for the kind of value (8: unsigned byte), one for the number of
axes, the length of each axis as a big-endian 32-bit number, then the values, the last axis fastest.
Source: http://yann.lecun.com/exdb/mnist/ .
"""

from __future__ import annotations

import gzip
import math
import struct
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from reader.errors import TrainingError

_UNSIGNED_BYTE = 8
_GZIP = b"\x1f\x8b"


def read_idx(path: Path) -> NDArray[np.uint8]:
    """Read an IDX file of unsigned bytes, gzipped or not.

    Parameters
    ----------
    path : Path
        Whether it is gzipped is told by its first bytes, not by its name.

    Returns
    -------
    ndarray of uint8, of the shape that the file states

    Raises
    ------
    TrainingError
        The file is missing, damaged, of another kind of value, or longer or shorter than it states.
    """
    data = _content(path)
    if len(data) < 4 or data[:2] != b"\0\0":
        raise TrainingError(f"{path}: not an IDX file; it should start with two zero bytes")
    kind, axes = data[2], data[3]
    if kind != _UNSIGNED_BYTE:
        raise TrainingError(f"{path}: holds values of kind 0x{kind:02x}; only unsigned bytes (0x08) are read")
    start = 4 + 4 * axes
    if axes == 0 or len(data) < start:
        raise TrainingError(f"{path}: its header is cut off or states no axes; fetch the file again")
    shape = struct.unpack(f">{axes}I", data[4:start])
    if len(data) - start != math.prod(shape):
        raise TrainingError(
            f"{path}: states {math.prod(shape)} values {shape} and has {len(data) - start}; "
            "fetch the file again"
        )
    return np.frombuffer(data, np.uint8, offset=start).reshape(shape)


def _content(path: Path) -> bytes:
    """Read the bytes of `path`, unzipped where they are gzipped."""
    try:
        data = path.read_bytes()
        return gzip.decompress(data) if data[:2] == _GZIP else data
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise TrainingError(f"{path}: damaged gzip data ({error}); fetch the file again") from error
    except OSError as error:
        raise TrainingError(f"{path}: cannot be read ({error.strerror})") from error


def write_idx(path: Path, array: NDArray[np.uint8]) -> None:
    """Write `array` as IDX; gzipped, without a time stamp, where the name ends in ``.gz``.

    Parameters
    ----------
    path : Path
    array : ndarray of uint8
        With 1 to 255 axes.

    Raises
    ------
    ValueError
        Other values than unsigned bytes, or no axes.
    """
    if array.dtype != np.uint8 or array.ndim == 0:
        raise ValueError(f"IDX files here hold uint8 with at least one axis, not {array.dtype} {array.shape}")
    head = struct.pack(f">2xBB{array.ndim}I", _UNSIGNED_BYTE, array.ndim, *array.shape)
    data = head + array.tobytes()
    path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


def find_idx(folder: Path, name: str) -> Path:
    """Find the file `name` (as "train-images-idx3-ubyte") in `folder`, gzipped or not.

    Raises
    ------
    TrainingError
        It is not there.
    """
    dotted = ".idx".join(name.rsplit("-idx", 1))
    for candidate in (name, f"{name}.gz", dotted, f"{dotted}.gz"):
        if (folder / candidate).is_file():
            return folder / candidate
    raise TrainingError(f"{folder}: has no {name}[.gz]; --data needs a folder with MNIST's IDX files")


def read_labelled(folder: Path, part: str) -> tuple[NDArray[np.uint8], NDArray[np.uint8], tuple[Path, Path]]:
    """Read the images and labels of one part of an MNIST-like set.

    Parameters
    ----------
    folder : Path
    part : str
        "train" or "t10k".

    Returns
    -------
    images : ndarray of uint8, shape (N, 28, 28)
    labels : ndarray of uint8, shape (N,), 0 to 9
    files : (Path, Path)
        The two files read.

    Raises
    ------
    TrainingError
        A file is missing or damaged, or the two do not fit each other.
    """
    files = (find_idx(folder, f"{part}-images-idx3-ubyte"), find_idx(folder, f"{part}-labels-idx1-ubyte"))
    images, labels = read_idx(files[0]), read_idx(files[1])
    if images.shape[1:] != (28, 28):
        raise TrainingError(f"{files[0]}: holds {images.shape}, not images of 28x28")
    if labels.shape != images.shape[:1]:
        raise TrainingError(f"{files[1]}: {labels.shape} labels for {len(images)} images")
    if len(labels) and labels.max() > 9:
        raise TrainingError(f"{files[1]}: has the label {labels.max()}; digits are 0 to 9")
    return images, labels, files
