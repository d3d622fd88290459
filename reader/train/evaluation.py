"""Evaluates a network on labelled glyphs and on pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter
from typing import Any

import numpy as np
from numpy.typing import NDArray

from reader.errors import InputError, ReaderError
from reader.train.feed import as_input
from reader.train.gallery import Misread
from reader.train.glyph_sources import read_glyph_source, together
from reader.train.judge import DEFINITIONS, Judgement, facts, judge, worst
from reader.train.labelled import Labelled
from reader.train.manifest import ExpectedPage, read_manifest
from reader.train.page_scores import PageScore, page_facts, score_pages
from reader.types import CLASSES, Classifier

BATCH = 64
SHOWN = 64
"""Most misreads that the gallery has."""
_MANIFESTS = (".json", ".jsonl")

Told = Callable[[int, int], object]


@dataclass(frozen=True, slots=True)
class Sources:
    """What a network is to be evaluated on.

    Attributes
    ----------
    names : tuple of str
        As the user gave them.
    glyphs : Labelled
    pages : tuple of ExpectedPage
    passed_over : int
        Pages whose truth is no list of numbers.
    """

    names: tuple[str, ...]
    glyphs: Labelled
    pages: tuple[ExpectedPage, ...]
    passed_over: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What came out.

    Attributes
    ----------
    model : str
        Id of the network.
    sources : tuple of str
    overall : Judgement or None
        None where there are no glyphs.
    groups : tuple of (str, Judgement)
        Empty where all glyphs are of one group.
    misreads : tuple of Misread
        The most confident ones first.
    pages : tuple of PageScore
    passed_over : int
    errors : tuple of ReaderError
        One for each image or page that could not be used.
    ms_per_glyph : float or None
        Milliseconds in batches of 64: it differs from run to run, so it is not part of the report.
    """

    model: str
    sources: tuple[str, ...]
    overall: Judgement | None
    groups: tuple[tuple[str, Judgement], ...]
    misreads: tuple[Misread, ...]
    pages: tuple[PageScore, ...]
    passed_over: int
    errors: tuple[ReaderError, ...]
    ms_per_glyph: float | None

    @property
    def files(self) -> int:
        """How many images or pages there were, those in error counted too."""
        glyphs = self.overall.glyphs if self.overall else 0
        return glyphs + len(self.pages) + len(self.errors)


def read_sources(paths: Sequence[Path], part: str) -> Sources:
    """Read what a network is to be evaluated on.

    Parameters
    ----------
    paths : sequence of Path
        Folders of IDX files or of labelled images, ``.npz`` files, or lists of pages.
    part : str
        "t10k" or "train", of IDX files.

    Raises
    ------
    InputError, TrainingError
        One of them cannot be read, or is nothing of the kind.
    """
    sets: list[Labelled] = []
    pages: list[ExpectedPage] = []
    passed_over = 0
    for path in paths:
        if path.suffix.lower() in _MANIFESTS and not path.is_dir():
            manifest = read_manifest(path)
            pages += manifest.pages
            passed_over += manifest.passed_over
        elif path.is_dir() or path.suffix.lower() == ".npz":
            sets.append(read_glyph_source(path, part))
        else:
            what = "not of a known kind" if path.exists() else "no such file or folder"
            raise InputError(
                f"{path}: {what}; give a folder, an .npz file, or a .json or .jsonl list of pages"
            )
    return Sources(tuple(map(str, paths)), together(sets), tuple(pages), passed_over)


def evaluate(sources: Sources, classifier: Classifier, told: Told = lambda done, total: None) -> Evaluation:
    """Evaluate a network.

    Parameters
    ----------
    sources : Sources
    classifier : Classifier
    told : callable
        Hears how many glyphs and pages are done, and of how many.

    Raises
    ------
    InputError
        There is nothing to evaluate.
    """
    glyphs, total = sources.glyphs, len(sources.glyphs) + len(sources.pages)
    if not total and not glyphs.errors:
        raise InputError(f"{', '.join(sources.names)}: nothing in it that can be evaluated")
    scores, ms = classify(glyphs.images, classifier, lambda done: told(done, total))
    done = len(glyphs)

    def page_done() -> None:
        nonlocal done
        done += 1
        told(done, total)

    pages, errors = score_pages(sources.pages, classifier, page_done)
    return Evaluation(
        model=classifier.id,
        sources=sources.names,
        overall=judge(scores, glyphs.labels) if len(glyphs) else None,
        groups=_by_group(scores, glyphs),
        misreads=_misreads(scores, glyphs),
        pages=tuple(pages),
        passed_over=sources.passed_over,
        errors=(*glyphs.errors, *errors),
        ms_per_glyph=ms,
    )


def classify(
    images: NDArray[np.uint8], classifier: Classifier, told: Callable[[int], object] = lambda done: None
) -> tuple[NDArray[np.float32], float | None]:
    """Give the scores of glyphs, and the milliseconds a glyph in batches of 64.

    Parameters
    ----------
    images : ndarray of uint8, shape (N, 28, 28)
    classifier : Classifier
    told : callable
        Hears how many are done.

    Returns
    -------
    scores : ndarray of float32, shape (N, 11)
    ms : float or None
        Median of the batches, so that a pause of the machine does not count; None for no glyphs.
    """
    parts = [np.zeros((0, len(CLASSES)), np.float32)]
    spent: list[float] = []
    for first in range(0, len(images), BATCH):
        batch = as_input(images[first : first + BATCH])
        start = perf_counter()
        parts.append(classifier.scores(batch))
        spent.append(1000 * (perf_counter() - start) / len(batch))
        told(first + len(batch))
    return np.concatenate(parts), float(np.median(spent)) if spent else None


def _by_group(scores: NDArray[np.float32], glyphs: Labelled) -> tuple[tuple[str, Judgement], ...]:
    """Judge each group, in the order of their first glyphs."""
    names = list(dict.fromkeys(glyphs.groups))
    if len(names) < 2:
        return ()
    groups = np.array(glyphs.groups)
    return tuple((name, judge(scores[groups == name], glyphs.labels[groups == name])) for name in names)


def _misreads(scores: NDArray[np.float32], glyphs: Labelled) -> tuple[Misread, ...]:
    found = scores.argmax(axis=1)
    return tuple(
        Misread(
            glyphs.names[row],
            glyphs.groups[row],
            int(glyphs.labels[row]),
            int(found[row]),
            float(scores[row, found[row]]),
            glyphs.images[row],
        )
        for row in worst(scores, glyphs.labels, SHOWN).tolist()
    )


def report_facts(evaluation: Evaluation) -> dict[str, Any]:
    """Give everything but the pictures and the time as what JSON can hold; the same for the same input."""
    return {
        "model": evaluation.model,
        "sources": list(evaluation.sources),
        "definitions": DEFINITIONS,
        "glyphs": facts(evaluation.overall) if evaluation.overall else None,
        "groups": [{"group": name, **facts(judged)} for name, judged in evaluation.groups],
        "misreads": [
            {
                "name": one.name,
                "group": one.group,
                "label": CLASSES[one.label],
                "reading": CLASSES[one.reading],
                "confidence": round(one.confidence, 4),
            }
            for one in evaluation.misreads
        ],
        "pages": page_facts(evaluation.pages) if evaluation.pages else None,
        "pages_passed_over": evaluation.passed_over,
        "errors": [str(error) for error in evaluation.errors],
    }
