"""The examples in the docstrings of the package."""

from __future__ import annotations

import doctest
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
MODULES = sorted(
    ".".join(path.relative_to(ROOT).with_suffix("").parts)
    for path in (ROOT / "reader").rglob("*.py")
    if ">>> " in path.read_text("utf-8")
)


def test_there_are_examples():
    assert len(MODULES) >= 4


@pytest.mark.parametrize("module", MODULES)
def test_examples_of_docstrings(module):
    try:
        found = import_module(module)
    except ModuleNotFoundError as error:
        if error.name != "tkinter":
            raise
        pytest.skip("this Python came without Tk")
    result = doctest.testmod(found)
    assert result.attempted
    assert not result.failed
