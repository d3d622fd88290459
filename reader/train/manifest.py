"""Lists of pages with the numbers that are on them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from reader.errors import InputError
from reader.options import Layout

_LOCATED = ("grid", "words")
"""Truths that say where each number is; only lists of numbers are scored here."""


@dataclass(frozen=True, slots=True)
class ExpectedPage:
    """A file and the numbers that are in it.

    Attributes
    ----------
    file : Path
    name : str
        What reports call it.
    group : str
        The set that it belongs to.
    layout : {"page", "line", "digit"}
    numbers : tuple of str
        As written, all pages of the file together.
    complete : bool
        Whether these are all numbers in the file, so that others are false.
    """

    file: Path
    name: str
    group: str
    layout: Layout
    numbers: tuple[str, ...]
    complete: bool = True


@dataclass(frozen=True, slots=True)
class Manifest:
    """Pages, and how many more were named whose truth is of another kind."""

    pages: tuple[ExpectedPage, ...]
    passed_over: int = 0


def read_manifest(path: Path) -> Manifest:
    """Read a list of pages.

    It is a ``.jsonl`` file with an object a line, or a ``.json`` file with a list of them. An object has
    ``file``, relative to the list, ``numbers`` or ``strings``, and where wanted ``mode`` ("page", "line" or
    "digit"), ``set`` and ``complete`` (false: the page has other numbers too). A ``.json`` file with
    ``pages``, as the samples have, states the numbers of the file beside it that has its name. Objects with
    ``grid`` or ``words`` and no numbers are passed over.

    Raises
    ------
    InputError
        It cannot be read, or an object lacks something.
    """
    try:
        text = path.read_text("utf-8")
        if path.suffix.lower() == ".jsonl":
            lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
            items = [(f"{path}, line {number}", json.loads(line)) for number, line in lines]
        else:
            whole = json.loads(text)
            if isinstance(whole, dict) and "pages" in whole:
                return _golden(path, whole)
            items = [
                (f"{path}, object {number}", item)
                for number, item in enumerate(whole if isinstance(whole, list) else [whole], 1)
            ]
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error
    except (ValueError, RecursionError) as error:
        raise InputError(f"{path}: not valid JSON ({error}); a list of pages has an object a line") from error
    pages = [_page(path, where, item) for where, item in items]
    return Manifest(tuple(page for page in pages if page), sum(page is None for page in pages))


def _page(path: Path, where: str, item: Any) -> ExpectedPage | None:
    """Check one object; None where its truth is located and not a list."""
    if not isinstance(item, dict) or not isinstance(item.get("file"), str):
        raise InputError(f'{where}: an object with "file" and "numbers" is needed')
    numbers = item.get("numbers", item.get("strings"))
    if not numbers and any(key in item for key in _LOCATED):
        return None
    layout: Layout = item.get("mode", "page")
    if layout not in ("page", "line", "digit"):
        raise InputError(f'{where}: mode has to be "page", "line" or "digit", not {json.dumps(layout)}')
    group = item.get("set", path)
    return ExpectedPage(
        path.parent / item["file"],
        item["file"],
        str(group),
        layout,
        _texts(where, numbers),
        item.get("complete", True) is not False,
    )


def _golden(path: Path, facts: dict[str, Any]) -> Manifest:
    """Read what a sample states of the file beside it."""
    if "grid" in facts:
        return Manifest((), passed_over=1)
    beside = [file for file in sorted(path.parent.glob(f"{path.stem}.*")) if file.suffix != path.suffix]
    if not beside:
        raise InputError(f'{path}: no image is beside it; a list of other files has objects with "file"')
    pages = facts["pages"] if isinstance(facts["pages"], list) else [None]
    numbers: list[str] = []
    for number, page in enumerate(pages, 1):
        own = page.get("numbers") if isinstance(page, dict) else None
        numbers += _texts(f"{path}, page {number}", own)
    item: dict[str, Any] = {"file": beside[0].name, "set": str(path.parent), "numbers": numbers}
    item["mode"] = facts.get("layout", "page")
    page = _page(path, str(path), item)
    return Manifest((page,) if page else ())


def _texts(where: str, numbers: Any) -> tuple[str, ...]:
    if not isinstance(numbers, list) or not all(isinstance(text, str) for text in numbers):
        raise InputError(f'{where}: "numbers" has to be a list of texts, as ["1.990,50", "27"]')
    return tuple(numbers)
