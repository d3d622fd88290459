"""The sets that training reads, split so that no writer is on both sides."""

from __future__ import annotations

import hashlib
import json
import logging
import os
import zipfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.errors import TrainingError
from reader.io.atomic import writing
from reader.train import real
from reader.train.build import PARTS, Recipe, build, faces_of
from reader.train.card import LINES_SEED, counted, describe_sources, lines_to_validate, sha256, versions
from reader.train.feed import Arrays, join
from reader.train.fonts import find_fonts

log = logging.getLogger(__name__)

_VALIDATION = 0.08
_PACKAGES = ("numpy", "opencv-python", "scikit-image", "pillow")
_MAKERS = (
    *("allograph_shapes", "allographs", "amounts", "build", "candidates", "degrade", "fonts", "form_words"),
    *("glyph_bank", "handwriting", "idx", "line_marks", "line_mixes", "printed", "real", "sample", "strokes"),
    *("texture", "wear", "words"),
)
"""Modules that glyphs are made by."""

Sets = tuple[Arrays, NDArray[np.bool_], list[dict[str, Any]]]


def load_sets(glyphs: Sequence[Path], seed: int) -> tuple[Arrays, Arrays, list[dict[str, Any]]]:
    """Read prepared sets and part what validates from what is learned.

    Parameters
    ----------
    glyphs : sequence of Path
        See `read_glyphs`; `prepare` makes one.
    seed : int
        Of the split, where a set does not state its own.

    Returns
    -------
    training, validation : Arrays
    trained_on : list of dict
        Name, licence, number of glyphs and checksums of each source, for the model card.

    Raises
    ------
    TrainingError
        A file is missing or damaged, or there is nothing to read.
    """
    if not glyphs:
        raise TrainingError("no training data: give --data with MNIST's IDX files, --glyphs, or both")
    found = [read_glyphs(path, seed) for path in glyphs]
    return (
        join([arrays.take(np.flatnonzero(~held)) for arrays, held, _ in found]),
        join([arrays.take(np.flatnonzero(held)) for arrays, held, _ in found]),
        [card for _, _, cards in found for card in cards],
    )


def read_glyphs(path: Path, seed: int) -> Sets:
    """Read a prepared set.

    It is an ``.npz`` with ``images`` uint8 (N, 28, 28), ``labels`` int (N,) 0 to 10 or shares (N, 11),
    and where wanted ``weights`` (N,), ``validation`` bool (N,) and the texts ``name`` and ``licence``, or
    ``sources``: a JSON list of what the model card is to state.

    Returns
    -------
    arrays : Arrays
    held : ndarray of bool, shape (N,)
        True for glyphs that validate.
    cards : list of dict

    Raises
    ------
    TrainingError
        It cannot be read or lacks what is needed.
    """
    try:
        # numpy leaves a file open that it opened and found damaged.
        with path.open("rb") as file, np.load(file, allow_pickle=False) as archive:
            content = {name: archive[name] for name in archive.files}
        arrays = Arrays(content["images"], content["labels"], content.get("weights"))
    except (OSError, ValueError, EOFError, zipfile.BadZipFile) as error:
        raise TrainingError(f"{path}: cannot be read as .npz ({error})") from error
    except KeyError as error:
        raise TrainingError(f"{path}: has no array {error}; images and labels are needed") from error
    except TrainingError as error:
        raise TrainingError(f"{path}: {error}") from error
    held = content.get("validation")
    if held is None:
        held = _hold_out(len(arrays), seed)
    elif held.shape != (len(arrays),):
        raise TrainingError(f"{path}: {held.shape} marks for validation and {len(arrays)} images")
    held = held.astype(bool)
    if "sources" in content:
        return arrays, held, json.loads(str(content["sources"]))
    card = {
        "name": str(content.get("name", path.stem)),
        "licence": str(content.get("licence", "see its maker")),
        **counted(int((~held).sum()), int(held.sum())),
        "sha256": {path.name: sha256(path)},
    }
    return arrays, held, [card]


def prepare(
    data: Path,
    lines: int,
    folder: Path,
    *,
    seed: int = LINES_SEED,
    told: Callable[[int, int], object] = lambda done, total: None,
) -> Path:
    """Make the training set of a data folder, or find the one that was made before.

    Parameters
    ----------
    data : Path
        Holds MNIST and maybe other sets, see `reader.train.real`; MNIST's "t10k" is not read.
    lines : int
        Synthetic lines to learn from; a twentieth of that is made to validate.
    folder : Path
        Of the file: ``glyphs-HASH.npz``. The hash is of the data, the recipe, the fonts, the code that
        makes glyphs and the packages that it uses.
    seed : int
        Of the lines.
    told : callable
        Hears how many lines are done, and of how many.

    Returns
    -------
    Path
        For `load_sets`.

    Raises
    ------
    TrainingError
        Data or fonts are missing or damaged.
    OutputError
        The file cannot be written.
    """
    path = folder / f"glyphs-{_fingerprint(describe_sources(data, lines, seed))}.npz"
    if path.is_file():
        log.info("%s was made before and is used again", path)
        return path
    for file in left_out(data):
        log.info("%s: not there, left out", file)
    with saving(path) as save:
        for part in PARTS if lines else ():
            faces_of(part)  # the lines come last; what they lack is said first
        log.info("cutting out the real glyphs")
        sets = [*_real(data), *(_synthetic(data, lines, seed, told) if lines else ())]
        counts: dict[str, dict[str, int]] = {}
        for name, part, (_, labels) in sets:
            counts.setdefault(name, {})[part] = len(labels)
        if lines:
            sets = [one for one in sets for _ in range(_times(one[0], one[1]))]
        save(
            images=np.concatenate([glyphs[0] for _, _, glyphs in sets]),
            labels=np.concatenate([glyphs[1] for _, _, glyphs in sets]),
            validation=np.concatenate([np.full(len(glyphs[1]), part == "val") for _, part, glyphs in sets]),
            sources=json.dumps(describe_sources(data, lines, seed, counts=counts)),
        )
    return path


def left_out(data: Path) -> list[Path]:
    """Name what a data folder could have and has not."""
    wanted = [source.files(data)[0] for source in real.SOURCES] + [real.mnist_folder(data) / real.WRITERS]
    return [path for path in wanted if not path.is_file()]


def _times(name: str, part: str) -> int:
    """Give how often a set is learned from in an epoch beside lines; what validates counts once."""
    return next((source.times for source in real.SOURCES if source.file == name and part == "train"), 1)


def _real(data: Path) -> Iterator[tuple[str, str, real.Glyphs]]:
    """Read the real sources, each in both parts."""
    for source in real.present(data):
        for part in PARTS:
            yield source.file, part, source.load(data, part)


def _synthetic(
    data: Path, lines: int, seed: int, told: Callable[[int, int], object]
) -> Iterator[tuple[str, str, real.Glyphs]]:
    """Make the lines of both parts."""
    wanted = {"train": lines, "val": lines_to_validate(lines)}
    done = 0

    def made(count: int) -> None:
        nonlocal done
        done += count
        told(done, sum(wanted.values()))

    for part, count in wanted.items():
        yield "lines", part, build(Recipe(data, part, count, seed), made=made)


def _fingerprint(sources: list[dict[str, Any]]) -> str:
    """Name a set by all that it depends on, so that a change of any makes another one."""
    package = Path(__file__).parents[1]
    code = [package / "pipeline.py", package / "types.py"]
    code += [*package.glob("imaging/*.py"), *package.glob("recognize/*.py")]
    code += [package / "train" / f"{maker}.py" for maker in _MAKERS]
    lines = any("lines" in source for source in sources)
    faces = [(f.kind, f.family, f.path.name, f.path.stat().st_size) for f in find_fonts()] if lines else []
    parts = [sources, faces, versions(_PACKAGES), [(file.name, sha256(file)) for file in sorted(code)]]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:12]


@contextmanager
def saving(path: Path) -> Iterator[Callable[..., None]]:
    """Open an ``.npz`` that appears whole or not at all; at once, lest a folder that
    cannot be written shows only when the work is done."""
    part = path.with_name(path.name + ".part")
    with writing(str(path)):
        path.parent.mkdir(parents=True, exist_ok=True)
        file = part.open("wb")

    def save(**arrays: Any) -> None:
        with writing(str(path)), file:
            np.savez(file, **arrays)
        os.replace(part, path)

    try:
        yield save
    finally:
        file.close()
        part.unlink(missing_ok=True)


def _hold_out(count: int, seed: int) -> NDArray[np.bool_]:
    """Choose glyphs at random, about one in twelve; True for them."""
    held = np.zeros(count, np.bool_)
    held[np.random.default_rng(seed).permutation(count)[: max(1, round(count * _VALIDATION))]] = True
    return held
