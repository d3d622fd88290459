"""The reference pages say what the code does."""

from __future__ import annotations

import re
from pathlib import Path

from reader import errors
from reader.cli.reference import reference

DOCS = Path(__file__).parents[2] / "docs"


def test_the_command_reference_is_up_to_date():
    written = (DOCS / "cli.md").read_text("utf-8")
    assert written == reference(), "run: python -m reader.cli.reference > docs/cli.md"


def test_the_error_table_is_that_of_the_classes():
    rows = re.findall(
        r"^\| `(\w+)` \| `([\w-]+)` \| (\d+) \| (.*) \|$", (DOCS / "errors.md").read_text("utf-8"), re.M
    )
    classes = [errors.ReaderError, *subclasses(errors.ReaderError)]
    expected = {
        (kind.__name__, kind.code, str(kind.exit_code), (kind.__doc__ or "").splitlines()[0])
        for kind in classes
    }
    assert set(rows) == expected
    assert len(rows) == len(expected)


def test_codes_are_unique_and_leave_usage_alone():
    classes = subclasses(errors.ReaderError)
    assert len({kind.code for kind in classes}) == len(classes)
    assert not {kind.exit_code for kind in classes} & {0, 1, 2}


def subclasses(kind: type[errors.ReaderError]) -> list[type[errors.ReaderError]]:
    own = [sub for sub in kind.__subclasses__() if sub.__module__ == errors.__name__]
    return [*own, *(below for sub in own for below in subclasses(sub))]
