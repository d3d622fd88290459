"""Makes a set of glyphs of what is misread on pages, to be given to ``reader train --glyphs``.

    python -m reader.train.mixed_glyphs DIR --output FILE.npz [--mix office=6000] ... [--grids PAGES.jsonl]

DIR holds what `reader train --data` takes. The lines are those that the context network learns from
(`reader.train.line_mixes`), and so are the photographed grids of PAGES.jsonl: every other one is used.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.io.model_file import load_model
from reader.train.build import Glyphs, Recipe, build, fair_share
from reader.train.card import LINES_SEED, counted, lines_to_validate, sha256
from reader.train.context_pages import grid_glyphs, read_grids
from reader.train.line_mixes import MIXES, add_sources
from reader.train.sets import saving
from reader.types import GLYPH_SIZE

VALIDATING = 5
"""One of so many grids validates."""

Source = tuple[dict[str, Any], Glyphs, Glyphs]
"""What a card says of a set, what trains and what validates."""


def mixed_lines(data: Path, name: str, count: int) -> Source:
    """Make the glyphs of so many lines of one kind, and of a twentieth of that to validate.

    Parameters
    ----------
    data : Path
        See `reader.train.real`.
    name : str
        One of `reader.train.line_mixes.MIXES`.
    count : int
    """
    wanted = {"train": count, "val": lines_to_validate(count)}
    made = [build(Recipe(data, part, lines, LINES_SEED, mix=MIXES[name])) for part, lines in wanted.items()]
    card = {"name": f"synthetic lines: {name}", "licence": "own drawings and open fonts", "lines": count}
    return card, made[0], made[1]


def photographed_glyphs(path: Path) -> Source:
    """Cut the glyphs out of every other grid of a list; the rest of it is left to measure on."""
    model = load_model(in_context=False)
    found = [_stacked(grid_glyphs(grid, model, seed=k), k) for k, grid in enumerate(read_grids(path)[::2])]
    late = found[::VALIDATING]
    early = [glyphs for k, glyphs in enumerate(found) if k % VALIDATING]
    card = {
        "name": "photographed grids",
        "licence": "see docs/training.md",
        "sha256": {path.name: sha256(path)},
    }
    return card, _joined(early), _joined(late)


def _stacked(glyphs: list[tuple[NDArray[np.uint8], int]], seed: int) -> Glyphs:
    """Give glyphs as arrays, with a fair share of what is no digit, as of lines."""
    images = np.array([image for image, _ in glyphs], np.uint8).reshape(-1, GLYPH_SIZE, GLYPH_SIZE)
    labels = np.array([label for _, label in glyphs], np.uint8)
    return fair_share(np.random.default_rng(seed), images, labels)


def _joined(parts: Sequence[Glyphs]) -> Glyphs:
    return np.concatenate([images for images, _ in parts]), np.concatenate([labels for _, labels in parts])


def write(path: Path, sources: Sequence[Source]) -> None:
    """Write the sets as one `.npz` in the form of `reader.train.sets.read_glyphs`.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    cards = [{**card, **counted(len(train[1]), len(val[1]))} for card, train, val in sources]
    parts = [part for _, *both in sources for part in both]
    images, labels = _joined(parts)
    held = [np.full(len(part[1]), late) for _, *both in sources for late, part in enumerate(both)]
    with saving(path) as save:
        save(images=images, labels=labels, validation=np.concatenate(held) == 1, sources=json.dumps(cards))


def main() -> None:
    """Make the lines, cut the grids, write."""
    parser = argparse.ArgumentParser(description="Make glyphs of what is misread on pages.")
    parser.add_argument("data", type=Path)
    parser.add_argument("--output", type=Path, required=True)
    add_sources(parser)
    args = parser.parse_args()
    if not args.mix and args.grids is None:
        parser.error("nothing to make: give --mix, --grids or both")
    cv2.setNumThreads(1)
    sources = [mixed_lines(args.data, name, count) for name, count in args.mix]
    write(args.output, sources + ([photographed_glyphs(args.grids)] if args.grids else []))


if __name__ == "__main__":
    main()
