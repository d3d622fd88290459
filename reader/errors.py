"""What can go wrong, each kind with the exit code that the command line gives for it."""

from __future__ import annotations


class ReaderError(Exception):
    """Root of everything that `reader` raises on purpose; the message is one line for a person.

    Attributes
    ----------
    exit_code : int
        What the command exits with when this error ends it.
    code : str
        The error's stable name in results.
    """

    exit_code = 1
    code = "error"


class InputError(ReaderError):
    """A file cannot be read: missing, empty, truncated, not an image, a directory."""

    exit_code = 3
    code = "input"


class TooLargeError(InputError):
    """An image has more pixels than is safe to decode."""

    code = "too-large"


class NoMemoryError(InputError):
    """Reading a file needs more memory than there is, or than a worker may take."""

    code = "memory"


class PasswordError(InputError):
    """A PDF needs a password."""

    code = "password"


class ModelError(ReaderError):
    """A model file is missing, damaged, or not what its card says."""

    exit_code = 4
    code = "model"


class OutputError(ReaderError):
    """A result cannot be written."""

    exit_code = 5
    code = "output"


class MissingExtraError(ReaderError):
    """Something optional is needed and not installed."""

    exit_code = 6
    code = "missing-extra"


class TrainingError(ReaderError):
    """Training data cannot be used as given."""

    exit_code = 7
    code = "training"


class CrashError(ReaderError):
    """Reading a file ended the process that read it, or met a bug."""

    exit_code = 8
    code = "crash"


class TimeLimitError(ReaderError):
    """Reading a page took longer than it may."""

    exit_code = 8
    code = "timeout"


class CameraError(InputError):
    """A camera or a stream cannot be used: there is none, access is denied, it gives no pictures."""

    code = "camera"


class DisplayError(ReaderError):
    """There is no display to open a window on."""

    exit_code = 8
    code = "display"


def error_of(code: str, message: str) -> ReaderError:
    """Make the error that results call `code`; an unknown one is a `ReaderError`.

    >>> error_of("password", "a.pdf: locked")
    PasswordError('a.pdf: locked')
    """
    kinds = [ReaderError]
    for kind in kinds:
        if kind.code == code:
            return kind(message)
        kinds += kind.__subclasses__()
    return ReaderError(message)
