"""The clipboard.

Through pyperclip: it is one small module without dependencies, and what it copies outlives the program.
Tk's clipboard is gone when the program ends, and its event loop does not go together with Qt's, which
OpenCV's window runs.
"""

from __future__ import annotations

from reader.errors import OutputError


def copy(text: str) -> None:
    """Put text on the clipboard.

    Parameters
    ----------
    text : str

    Raises
    ------
    OutputError
        There is none, or on Linux no program that serves it.
    """
    import pyperclip

    try:
        pyperclip.copy(text)
    except pyperclip.PyperclipException as error:
        raise OutputError("there is no clipboard; on Linux install xclip or wl-clipboard") from error
