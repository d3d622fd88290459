"""Where an imported model goes, and under which name."""

from __future__ import annotations

import re
from pathlib import Path

from reader.errors import OutputError
from reader.io.model_store import is_shipped, user_folder

_NAME = re.compile(r"\w[\w.-]*", re.ASCII)


def target(file: Path, name: str | None, output: Path | None, force: bool) -> tuple[Path, str]:
    """Choose folder and name of a model before any work is done.

    Parameters
    ----------
    file : Path
        What is imported; its name without ending is the model's where `name` is None.
    name : str or None
    output : Path or None
        None: the user's folder.
    force : bool
        A model of that name may be replaced.

    Raises
    ------
    OutputError
        The name cannot be a model's, or is taken.
    """
    name = file.stem if name is None else name
    if not _NAME.fullmatch(name) or name.endswith((".onnx", ".json")):
        raise OutputError(f'"{name}" cannot name a model; give --name letters, digits, ".", "-" and "_"')
    if output is None and is_shipped(name):
        raise OutputError(f'"{name}" is the model that comes along; give --name another one')
    folder = user_folder() if output is None else output
    taken = [path for path in (folder / f"{name}.onnx", folder / f"{name}.json") if path.exists()]
    if taken and not force:
        raise OutputError(f"{taken[0]}: is there already; give --force to replace it, or another --name")
    return folder, name
