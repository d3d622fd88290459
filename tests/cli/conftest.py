"""The real command in a process of its own, and files for it to read."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import cv2
import numpy as np
import pytest
from cli_files import write_number

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Run ``reader`` with arguments in `tmp_path`; streams are bytes."""

    def run(*args: str | bytes | Path, **how: object) -> subprocess.CompletedProcess[bytes]:
        env = {**os.environ, "PYTHONWARNINGS": "error", **dict(how.pop("env", {}))}  # type: ignore[call-overload]
        command = [sys.executable, "-m", "reader", *args]
        how = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "cwd": tmp_path, "timeout": 60, **how}
        return subprocess.run(command, env=env, **how)  # type: ignore[call-overload, no-any-return]

    return run


@pytest.fixture
def number(tmp_path: Path) -> Path:
    """A picture of 1234."""
    return write_number(tmp_path / "number.png")


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    """A TIFF file of two pages, the second one empty."""
    path = tmp_path / "pages.tif"
    first = cv2.imread(str(write_number(tmp_path / "first.png")))
    assert cv2.imwritemulti(str(path), [first, np.full((90, 80, 3), 255, np.uint8)])
    return path
