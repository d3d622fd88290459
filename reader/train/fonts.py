"""Which open fonts synthesis writes with, where they come from, and how one character is drawn.

The families are listed in ``fonts.json``: faces that Debian packages install are found through
fontconfig, the others come from the npm packages ``@fontsource/...`` that `fetch_fonts` unpacks.
"""

from __future__ import annotations

import hashlib
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from reader.errors import MissingExtraError, TrainingError

if TYPE_CHECKING:
    from PIL.ImageFont import FreeTypeFont

DIGITS = "0123456789"
LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SYMBOLS = "@#%&*()[]{}<>/\\|+-=_:;.,!?'\"$£€§°~^º"
ACCENTED = "äöüßéèàçêÄÖÜÉ"
CHARSET = DIGITS + LETTERS + SYMBOLS + ACCENTED
KINDS = ("print", "mono", "dot", "segment", "hand")

_SPLIT_SALT = "4"  # gives print, mono, hand and segment faces to both parts
_TEST_SIZE = 48
_MISSING = "\uffff"  # a noncharacter: every font answers with its "no such glyph" box


@dataclass(frozen=True, slots=True)
class Face:
    """One font file that can write digits.

    Attributes
    ----------
    path : Path
    family : str
    kind : str
        "print", "mono", "dot" (pixels), "segment" (displays) or "hand".
    glyphs : frozenset of str
        The characters of `CHARSET` that it draws.
    digit_height : float
        Height of its digits as a part of the font size.
    """

    path: Path
    family: str
    kind: str
    glyphs: frozenset[str]
    digit_height: float

    @property
    def has_letters(self) -> bool:
        """Whether it writes all of A-Z and a-z."""
        return self.glyphs.issuperset(LETTERS)

    @property
    def split(self) -> str:
        """The part of the data it belongs to, "train", "val" or "test": related families go together."""
        return split_of(self.family)


_TEST_FAMILIES = "andika architects breip domestic freemono gfs gloria inconsolata mononoki osifont terminus"
TESTED = frozenset(_TEST_FAMILIES.split())
"""First words of families, some of each common kind, that neither train nor validate."""


def split_of(family: str) -> str:
    """Put a tenth of the families aside to validate, by a hash of the first word, and `TESTED` to test.

    >>> split_of("Open Sans") == split_of("open-sans-condensed")
    True
    """
    root = family.replace("-", " ").split()[0].lower()
    if root in TESTED:
        return "test"
    return "val" if hashlib.sha256(f"{_SPLIT_SALT} {root}".encode()).digest()[0] % 10 == 0 else "train"


def font_list() -> dict[str, Any]:
    """Give the content of ``fonts.json``: Debian packages, families by kind, npm packages by kind."""
    text = resources.files("reader.train").joinpath("fonts.json").read_text(encoding="utf-8")
    content: dict[str, Any] = json.loads(text)
    return content


def default_cache() -> Path:
    """Give the folder that fetched fonts are kept in."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "number-reader" / "fonts"


def fetch_fonts(cache: Path | None = None) -> int:
    """Download the npm font packages of ``fonts.json`` that are not in the cache yet.

    Parameters
    ----------
    cache : Path, optional
        Folder for the TrueType files; `default_cache` by default.

    Returns
    -------
    int
        How many faces were added.

    Raises
    ------
    MissingExtraError
        npm is not installed.
    TrainingError
        npm could not download the packages.
    """
    folder = cache or default_cache()
    folder.mkdir(parents=True, exist_ok=True)
    names = [name for names in font_list()["npm"].values() for name in names]
    wanted = [name for name in names if not any(folder.glob(f"{name}-latin-*.ttf"))]
    if not wanted:
        return 0
    if shutil.which("npm") is None:
        raise MissingExtraError("npm is needed to fetch fonts and is not installed: install Node.js")
    with tempfile.TemporaryDirectory() as scratch:
        command = ["npm", "pack", "--silent", *(f"@fontsource/{name}@5" for name in wanted)]
        done = subprocess.run(command, cwd=scratch, capture_output=True, text=True, check=False)
        if done.returncode:
            reason = (done.stderr.strip().splitlines() or ["no reason given"])[0]
            raise TrainingError(f"npm could not fetch the fonts: {reason}")
        return sum(_unpack(archive, folder) for archive in Path(scratch).glob("*.tgz"))


def _unpack(archive: Path, folder: Path) -> int:
    """Turn the Latin regular and bold faces of a package into TrueType files."""
    from fontTools.ttLib import TTFont

    count = 0
    with tarfile.open(archive) as package:
        for member in package.getmembers():
            name = Path(member.name)
            if not name.name.endswith(("-latin-400-normal.woff", "-latin-700-normal.woff")):
                continue
            content = package.extractfile(member)
            assert content is not None  # it is a plain file
            font = TTFont(io.BytesIO(content.read()))
            font.flavor = None
            font.save(folder / f"{name.stem}.ttf")
            count += 1
    return count


@lru_cache(maxsize=4)
def find_fonts(cache: Path | None = None) -> list[Face]:
    """Find the faces that synthesis may use, on this machine and in the cache.

    Parameters
    ----------
    cache : Path, optional
        Folder that `fetch_fonts` filled; `default_cache` by default.

    Returns
    -------
    list of Face
        Ordered by kind, family and file name, so that a seed gives the same faces everywhere.
    """
    content = font_list()
    found = [*_installed(content["families"]), *_fetched(content["npm"], cache or default_cache())]
    faces = (_check(path, family, kind) for path, family, kind in found)
    return sorted((face for face in faces if face), key=lambda face: (face.kind, face.family, face.path.name))


def _installed(families: Mapping[str, list[str]]) -> Iterator[tuple[Path, str, str]]:
    """Give path, family and kind of the listed families that fontconfig knows."""
    if shutil.which("fc-list") is None:
        return
    kinds = {family: kind for kind, names in families.items() for family in names}
    command = ["fc-list", "--format", "%{index}|%{family[0]}|%{file}\n"]
    listing = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    for line in listing.splitlines():
        index, family, file = line.split("|", 2)
        if index == "0" and family in kinds:
            yield Path(file), family, kinds[family]


def _fetched(packages: Mapping[str, list[str]], cache: Path) -> Iterator[tuple[Path, str, str]]:
    """Give path, family and kind of the faces in the cache."""
    for kind, names in packages.items():
        for name in names:
            for path in cache.glob(f"{name}-latin-*.ttf"):
                yield path, name, kind


def _check(path: Path, family: str, kind: str) -> Face | None:
    """Look at what a face draws; None where it cannot be used for digits."""
    try:
        font = load(path, _TEST_SIZE)
        missing = _bitmap(font, _MISSING)
        bitmaps = {char: _bitmap(font, char) for char in CHARSET}
    except OSError:  # what FreeType says to a damaged file
        return None
    glyphs = {char for char, bitmap in bitmaps.items() if bitmap and bitmap != missing}
    digits = {bitmaps[char] for char in DIGITS}
    if not glyphs.issuperset(DIGITS) or len(digits) < len(DIGITS):
        return None
    if kind == "segment":  # its letters are digits to the eye
        glyphs &= set(DIGITS + ".:-")
    height = float(np.median([font.getmask(char).size[1] for char in DIGITS])) / _TEST_SIZE
    return Face(path, family, kind, frozenset(glyphs), height)


def _bitmap(font: FreeTypeFont, char: str) -> bytes:
    """Give size and pixels of a character; empty where it leaves no ink."""
    mask = font.getmask(char, mode="L")
    pixels = bytes(mask)
    return bytes(str(mask.size), "ascii") + pixels if any(pixels) else b""


@lru_cache(maxsize=1024)
def load(path: Path, size: int) -> FreeTypeFont:
    """Open a font at a size in pixels, without ligatures and other layout that would merge characters."""
    from PIL import ImageFont

    return ImageFont.truetype(str(path), size, layout_engine=ImageFont.Layout.BASIC)


def render_char(face: Face, char: str, size: int) -> tuple[NDArray[np.float32], tuple[int, int], float]:
    """Draw one character.

    Parameters
    ----------
    face : Face
    char : str
    size : int
        Font size in pixels.

    Returns
    -------
    alpha : ndarray of float32, shape (h, w)
        Cover of each pixel by ink, in [0, 1].
    offset : (int, int)
        Where its top-left pixel lies from the pen at the baseline: to the right, and down.
    advance : float
        How far the pen moves on, in pixels.
    """
    font = load(face.path, size)
    mask, offset = font.getmask2(char, mode="L", anchor="ls")
    width, height = mask.size
    alpha = np.frombuffer(bytes(mask), np.uint8).reshape(height, width)
    return (
        np.asarray(alpha, np.float32) / np.float32(255),
        (int(offset[0]), int(offset[1])),
        font.getlength(char),
    )
