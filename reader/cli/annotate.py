"""Pictures of pages with what was read on them: where each one goes, and under which name."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from reader.errors import OutputError

if TYPE_CHECKING:
    from reader.types import Page, PageReading

IMAGE_SUFFIXES = (".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff")


class Annotator:
    """Saves an overlay for each page that it is called with.

    Parameters
    ----------
    target : str
        An image file for a single page, or a folder, which is made.
    files : sequence of str
        The input files: none of them is ever overwritten.

    Raises
    ------
    click.UsageError
        The target cannot be meant so.
    OutputError
        The folder cannot be made.
    """

    def __init__(self, target: str, files: tuple[str, ...]) -> None:
        self.target = target
        self.single = names_a_file(target)
        self._taken = {_identity(file) for file in files}
        if not self.single:
            _make_folder(target)
        elif len(files) > 1:
            raise click.UsageError(
                f"--annotate {target} is one file, for {len(files)} inputs: give a folder."
            )
        elif _identity(target) in self._taken:
            raise click.UsageError(f"--annotate {target} would overwrite an input.")

    def __call__(self, page: Page, reading: PageReading) -> None:
        """Save a page's overlay."""
        from reader.io.atomic import save_image
        from reader.overlay import draw_overlay

        save_image(self._path(page), draw_overlay(page.image, reading))

    def _path(self, page: Page) -> str:
        if not self.single:
            return self._free_name(page)
        if page.number > 1:
            raise OutputError(f"{page.source}: has several pages, {self.target} holds one; give a folder")
        return self.target

    def _free_name(self, page: Page) -> str:
        stem = "stdin" if page.source == "-" else Path(page.source).stem
        stem += f"-p{page.number}" if page.number > 1 else ""
        name, count = os.path.join(self.target, f"{stem}-read.png"), 1
        while _identity(name) in self._taken:
            count += 1
            name = os.path.join(self.target, f"{stem}-read-{count}.png")
        self._taken.add(_identity(name))
        return name


def names_a_file(target: str) -> bool:
    """Tell whether --annotate means one image file; otherwise it means a folder."""
    suffix = Path(target).suffix.lower()
    if not suffix or os.path.isdir(target) or target.endswith(("/", os.sep)):
        return False
    if suffix not in IMAGE_SUFFIXES:
        raise click.UsageError(
            f"--annotate {target}: use {', '.join(IMAGE_SUFFIXES)}, or a folder ending in /."
        )
    return True


def _identity(path: str) -> str:
    # Folded, as file systems may not tell "A.png" from "a.png".
    return os.path.realpath(path).casefold()


def _make_folder(path: str) -> None:
    try:
        os.makedirs(path, exist_ok=True)
    except OSError as error:
        raise OutputError(f"{path}: cannot be made a folder: {error.strerror}") from error
