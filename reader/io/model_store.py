"""Where models lie: those that come along, and the user's own."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from reader.errors import ModelError

_PACKAGE = Path(__file__).resolve().parents[1]
SHIPPED = (_PACKAGE / "models", _PACKAGE.parent / "models")
"""Inside an installed package, beside it in a source checkout."""
CONTEXTS = tuple(folder / "context" for folder in SHIPPED)
"""The same of the context network."""
VARIABLE = "READER_MODELS"
"""Environment variable that names the user's folder."""
_APPLICATION = "number-reader"
_KERAS = (".h5", ".hdf5", ".keras")


def user_folder() -> Path:
    """Give the folder of the user's own models; it need not exist.

    It is what ``READER_MODELS`` names; else ``number-reader/models`` in the place that the system has
    for data of programs: ``XDG_DATA_HOME`` or ``~/.local/share``, ``%LOCALAPPDATA%`` on Windows,
    ``~/Library/Application Support`` on macOS.
    """
    named = os.environ.get(VARIABLE)
    return Path(named) if named else data_folder() / "models"


def data_folder() -> Path:
    """Give the folder of all that `reader` keeps for the user; it need not exist."""
    return _data_home() / _APPLICATION


def _data_home() -> Path:
    # expanduser leaves "~" where there is no home, and raises nothing.
    if sys.platform == "win32":
        return Path(os.environ.get("LOCALAPPDATA") or os.path.expanduser("~/AppData/Local"))
    if sys.platform == "darwin":
        return Path(os.path.expanduser("~/Library/Application Support"))
    given = os.environ.get("XDG_DATA_HOME", "")
    # The XDG base directory specification: relative paths are to be ignored.
    return Path(given) if os.path.isabs(given) else Path(os.path.expanduser("~/.local/share"))


def installed() -> dict[str, Path]:
    """Name the models that are there, with their ONNX files.

    Returns
    -------
    dict of str to Path
        Shipped ones first, then the user's, each by name. A shipped model is not hidden by one of the
        user's with the same name.
    """
    found: dict[str, Path] = {}
    for folder in (*SHIPPED, user_folder()):
        for path in sorted(folder.glob("*.onnx"), key=lambda path: path.stem):
            found.setdefault(path.stem, path)
    return found


def context_folder() -> Path:
    """Give the folder of the context network that comes along."""
    return next((folder for folder in CONTEXTS if folder.is_dir()), CONTEXTS[0])


def is_shipped(name: str) -> bool:
    """Tell whether a model of this name comes along with `reader`."""
    return any((folder / f"{name}.onnx").is_file() for folder in SHIPPED)


def by_name(name: str) -> Path:
    """Find the ONNX file of a model by its name.

    Raises
    ------
    ModelError
        There is none; the message says which there are.
    """
    models = installed()
    if name in models:
        return models[name]
    if name.endswith(_KERAS):
        raise ModelError(f"{name}: a Keras file is imported first; run: reader models import {name}")
    known = f"there are: {', '.join(models)}" if models else "install reader again, its models are missing"
    raise ModelError(f'no model is named "{name}"; {known}')
