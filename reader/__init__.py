"""Finds the numbers on photographed and scanned pages and reads them digit by digit.

The public names are loaded when they are first used: ``import reader`` alone imports neither
NumPy nor OpenCV.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from reader.errors import ReaderError
    from reader.files import read_files
    from reader.io.images import load_page
    from reader.io.model_file import load_model
    from reader.options import ReadOptions
    from reader.overlay import draw_overlay
    from reader.pipeline import read_page
    from reader.types import Number, Outcome, PageReading

__all__ = [
    "Number",
    "Outcome",
    "PageReading",
    "ReadOptions",
    "ReaderError",
    "draw_overlay",
    "load_model",
    "load_page",
    "read_files",
    "read_page",
]

_HOMES = {
    "Number": "reader.types",
    "Outcome": "reader.types",
    "PageReading": "reader.types",
    "ReadOptions": "reader.options",
    "ReaderError": "reader.errors",
    "draw_overlay": "reader.overlay",
    "load_model": "reader.io.model_file",
    "load_page": "reader.io.images",
    "read_files": "reader.files",
    "read_page": "reader.pipeline",
}

# Hidden from type checkers, which would otherwise accept every misspelt name.
if not TYPE_CHECKING:

    def __getattr__(name: str) -> object:
        """Import a public name from its home and keep it."""
        if name not in _HOMES:
            raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
        from importlib import import_module

        value = getattr(import_module(_HOMES[name]), name)
        globals()[name] = value
        return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
