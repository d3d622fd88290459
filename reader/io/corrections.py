"""The corrections store: glyphs that were read wrongly, with what they are.

A folder that people can look through: ``7/3f0c….png`` is a glyph that was a 7, ``not-a-digit/`` holds those
that were none, and ``corrections.csv`` has a row for each picture. So it also is a folder of labelled images.
"""

from __future__ import annotations

import csv
import hashlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from reader.errors import InputError
from reader.io.atomic import atomic_text, save_image, writing
from reader.io.model_store import data_folder
from reader.types import CLASSES, GLYPH_SIZE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

TABLE = "corrections.csv"
COLUMNS = ("file", "label", "answer", "confidence", "model", "time", "source")
_LOCK = ".lock"


@dataclass(frozen=True, slots=True)
class Correction:
    """A glyph with what it is and what a model took it for.

    Attributes
    ----------
    glyph : ndarray of uint8, shape (28, 28)
        As the network saw it, ink bright.
    label, answer : int
        What it is, and what the model said: 0 to 10.
    confidence : float
        Of the answer.
    model : str
        Id of the model.
    source : str
        File that it is from, or "pad".
    time : str
        When it was corrected, ISO 8601 in UTC; "" stands for now.
    """

    glyph: NDArray[np.uint8]
    label: int
    answer: int
    confidence: float
    model: str
    source: str
    time: str = ""

    def __post_init__(self) -> None:
        if self.glyph.shape != (GLYPH_SIZE, GLYPH_SIZE) or self.glyph.dtype != "uint8":
            raise ValueError(f"a glyph needs uint8 (28, 28), not {self.glyph.dtype} {self.glyph.shape}")
        if not {self.label, self.answer} <= {*range(len(CLASSES))}:
            raise ValueError(f"classes are 0 to 10, not {self.label} and {self.answer}")

    @property
    def file(self) -> str:
        """Where its picture lies in the store: the same glyph has one place in a class."""
        name = hashlib.sha256(self.glyph.tobytes()).hexdigest()[:16]
        return f"{CLASSES[self.label].replace(' ', '-')}/{name}.png"


def user_store() -> Path:
    """Give the folder of the user's corrections; it need not exist."""
    return data_folder() / "corrections"


def add_corrections(folder: Path, corrections: list[Correction]) -> None:
    """Put corrections into a store, all or none; a glyph that is there already gets its new class.

    Parameters
    ----------
    folder : Path
        Made where it is missing.
    corrections : list of Correction

    Raises
    ------
    OutputError
        The store cannot be written.
    InputError
        Its table is damaged.
    """
    now = datetime.now(UTC).isoformat(timespec="seconds")
    with _locked(folder):
        rows = {_glyph_name(row["file"]): row for row in _table(folder)}
        old = {name: row["file"] for name, row in rows.items()}
        for one in corrections:
            picture = folder / one.file
            with writing(str(picture.parent)):
                picture.parent.mkdir(exist_ok=True)
            save_image(str(picture), one.glyph)
            rows[_glyph_name(one.file)] = _row(one, now)
        _write_table(folder, list(rows.values()))
        # The table comes first: a picture without a row is no correction, a row needs its picture.
        for name, file in old.items():
            if rows[name]["file"] != file:
                _remove(folder / file)


def remove_correction(folder: Path, correction: Correction) -> None:
    """Take a correction back, if it is there.

    Raises
    ------
    OutputError, InputError
        As `add_corrections`.
    """
    with _locked(folder):
        rows = _table(folder)
        kept = [row for row in rows if row["file"] != correction.file]
        if len(kept) < len(rows):
            _write_table(folder, kept)
            _remove(folder / correction.file)


def read_corrections(folder: Path) -> list[Correction]:
    """Read a store, the oldest correction first; rows whose picture somebody deleted are left out.

    Raises
    ------
    InputError
        There is no store, or its table or a picture is damaged.
    """
    if not (folder / TABLE).is_file():
        raise InputError(f"{folder}: has no {TABLE}; corrections are made in reader draw and reader correct")
    return [
        _correction(folder, row, number)
        for number, row in enumerate(_table(folder), 2)
        if (folder / row["file"]).is_file()
    ]


def _correction(folder: Path, row: dict[str, str], line: int) -> Correction:
    import cv2

    picture = folder / row["file"]
    image = cv2.imdecode(_bytes(picture), cv2.IMREAD_GRAYSCALE)
    if image is None or image.shape != (GLYPH_SIZE, GLYPH_SIZE):
        raise InputError(f"{picture}: not a picture of 28x28 pixels; delete it")
    try:
        label, answer = CLASSES.index(row["label"]), CLASSES.index(row["answer"])
        confidence = float(row["confidence"])
    except ValueError as error:
        raise InputError(f"{folder / TABLE}: line {line}: {error}; delete it") from error
    return Correction(
        image.astype("uint8"), label, answer, confidence, row["model"], row["source"], row["time"]
    )


def _bytes(path: Path) -> Any:
    import numpy as np

    try:
        return np.fromfile(path, np.uint8)
    except OSError as error:
        raise InputError(f"{path}: cannot be read ({error.strerror})") from error


def _row(one: Correction, now: str) -> dict[str, str]:
    values = (one.file, CLASSES[one.label], CLASSES[one.answer], f"{one.confidence:.4f}", one.model)
    return dict(zip(COLUMNS, (*values, one.time or now, one.source), strict=True))


def _glyph_name(file: str) -> str:
    """Give the part of a picture's place that is the glyph's alone, whatever its class."""
    return file.rpartition("/")[2]


def _table(folder: Path) -> list[dict[str, str]]:
    path = folder / TABLE
    if not path.is_file():
        return []
    try:
        with path.open(encoding="utf-8", errors="surrogateescape", newline="") as file:
            table = csv.DictReader(file, strict=True)
            rows = list(table)
    except (OSError, csv.Error) as error:
        raise InputError(f"{path}: cannot be read ({error})") from error
    if rows and (tuple(table.fieldnames or ()) != COLUMNS or any(None in row.values() for row in rows)):
        raise InputError(f"{path}: its columns have to be {', '.join(COLUMNS)}; mend it or move it away")
    return rows


def _write_table(folder: Path, rows: list[dict[str, str]]) -> None:
    with atomic_text(str(folder / TABLE)) as file:
        # All quoted: Python 3.11 leaves a lone carriage return bare, and reads it as the end of a row.
        table = csv.DictWriter(file, COLUMNS, lineterminator="\n", quoting=csv.QUOTE_ALL)
        table.writeheader()
        table.writerows(rows)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink()


@contextmanager
def _locked(folder: Path) -> Iterator[None]:
    """Keep other programs from changing the store meanwhile; the system lifts the lock of one that dies."""
    with writing(str(folder)):
        folder.mkdir(parents=True, exist_ok=True)
        file = (folder / _LOCK).open("a+b")
    with file:
        with writing(str(folder)):
            _lock(file)
        yield


def _lock(file: IO[bytes]) -> None:
    try:
        import fcntl
    except ImportError:  # Windows
        import msvcrt

        getattr(msvcrt, "locking")(file.fileno(), getattr(msvcrt, "LK_LOCK"), 1)  # noqa: B009
    else:
        fcntl.flock(file, fcntl.LOCK_EX)
