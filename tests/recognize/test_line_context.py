"""What the rest of its line says of a candidate."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lined import line_of, lines, solid

from reader.errors import ModelError
from reader.imaging.binarize import find_ink
from reader.imaging.text_lines import text_lines
from reader.io.images import load_page
from reader.io.model_file import load_context, load_model
from reader.io.model_store import context_folder
from reader.recognize import lattice
from reader.recognize.geometric_context import FEATURES
from reader.recognize.lattice import Lattice
from reader.recognize.line_context import (
    INSIDE,
    ContextClassifier,
    LineContext,
    columns,
    entries,
    in_context,
    see,
)
from reader.recognize.spelling import SPELLINGS, SPELT, spelt
from reader.recognize.transcribe import InContext
from reader.types import NOT_A_DIGIT, TextLine

SAMPLES = Path(__file__).parents[2] / "samples"
CONTEXT = load_context()


def scores_of(count: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).dirichlet(np.full(11, 0.3), count).astype(np.float32)


def rescored(lattices: list[Lattice], gray: np.ndarray, scores: np.ndarray) -> InContext:
    seen = CONTEXT.see([one.line for one in lattices], [one.slant for one in lattices], gray)
    return CONTEXT.rescore(lattices, seen, scores, 4.0)


def asked(lattices: list[Lattice], gray: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Give the classifier's scores and those in context."""
    model = load_model()
    plain = model.scores(lattice.glyphs(lattices, gray))
    seen = see(model, [one.line for one in lattices], [one.slant for one in lattices], gray)
    return plain, in_context(model, lattices, seen, plain, 4.0).scores


@settings(max_examples=15, deadline=None)
@given(st.lists(lines(), min_size=1, max_size=4), st.integers(0, 99))
def test_a_lattice_has_the_same_scores_whichever_others_there_are(found: list[TextLine], seed: int) -> None:
    gray = np.random.default_rng(seed).integers(0, 255, (240, 600), np.uint8)
    lattices = [lattice.build(line, stroke=4.0) for line in found]
    scores = scores_of(sum(len(one.candidates) for one in lattices), seed)
    known = rescored(lattices, gray, scores)
    together = known.scores
    assert together.dtype == np.float32
    np.testing.assert_allclose(together.sum(axis=1), 1, atol=1e-5)
    start = 0
    for at, one in enumerate(lattices):
        stop = start + len(one.candidates)
        alone = rescored([one], gray, scores[start:stop])
        np.testing.assert_array_equal(alone.scores, together[start:stop])
        for mine, theirs in zip(alone.spelled, known.spelled[at : at + 1], strict=True):
            assert (mine is None) == (theirs is None)
            if mine is not None and theirs is not None:
                np.testing.assert_array_equal(mine.logits, theirs.logits)
        start = stop


def test_pieces_of_digits_lose_and_digits_stay() -> None:
    page = load_page(SAMPLES / "handwritten.jpg")
    inked = find_ink(page)
    found, stroke, _ = text_lines(inked, one=False)
    lattices = [lattice.build(line, stroke=stroke) for line in found if len(line.components) > 2]
    plain, weighed = asked(lattices, inked.gray)
    was, now = (one[:, :NOT_A_DIGIT].max(axis=1) for one in (plain, weighed))
    assert (now > 0.5).sum() < (was > 0.5).sum()
    assert ((was > 0.9) & (now > 0.9)).sum() > 0.5 * sum(len(one.line.components) for one in lattices)


def test_the_columns_of_a_candidate_reach_from_beside_it_to_beside_it() -> None:
    (at,) = columns(np.array([[24.0, 44.0, 6.0, 26.0]]))
    assert len(at) == INSIDE + 2
    assert (np.diff(at) > 0).all()
    assert at[1] == 11.5  # the column of pixels 24 and 25 begins there
    assert at[-2] == 21.5


def test_entries_read_between_columns() -> None:
    spelling = np.random.default_rng(4).normal(0, 1, (40, SPELLINGS)).astype(np.float32)
    row = np.arange(40, dtype=np.float32)[:, None] * np.array([1, -2], np.float32)
    row = np.concatenate([row, spelling], axis=1)
    places = np.array([[24.0, 44.0, 6.0, 26.0], [0.0, 3.0, 6.0, 26.0]])
    found = entries(row, places, scores_of(2), np.zeros((2, FEATURES)))
    assert found.shape == (2, (INSIDE + 2) * 2 + 4 + SPELT + 11 + FEATURES)
    np.testing.assert_allclose(found[0, : 2 * (INSIDE + 2) : 2], columns(places)[0], rtol=1e-6)
    np.testing.assert_allclose(found[0, 1 : 2 * (INSIDE + 2) : 2], -2 * columns(places)[0], rtol=1e-6)
    at = 2 * (INSIDE + 2) + 4
    np.testing.assert_array_equal(found[:, at : at + SPELT], spelt(spelling, places))
    assert found[1, 0] == 0  # what lies before the strip is its first column


def test_the_shipped_classifier_knows_its_context() -> None:
    assert isinstance(load_model(), ContextClassifier)


def test_a_line_too_long_to_be_one_keeps_its_scores() -> None:
    line = line_of(solid(5, 20), solid(560, 20))
    tiny = TextLine(line.components, line.baseline, 2.0, line.box)
    lattices = [lattice.build(one, stroke=4.0) for one in (tiny, line)]
    counts = [len(one.candidates) for one in lattices]
    scores = scores_of(sum(counts))
    known = rescored(lattices, np.zeros((240, 600), np.uint8), scores)
    found = known.scores
    assert [one is None for one in known.spelled] == [True, False]
    np.testing.assert_array_equal(found[: counts[0]], scores[: counts[0]])
    assert counts[1]
    assert not np.array_equal(found[counts[0] :], scores[counts[0] :])


def test_no_candidates_no_scores() -> None:
    none = np.zeros((0, 11), np.float32)
    found = rescored([], np.zeros((9, 9), np.uint8), none)
    assert found.scores.shape == (0, 11)
    assert found.spelled == ()


def entries_wide() -> int:
    row = np.zeros((9, 96 + SPELLINGS), np.float32)
    return entries(row, np.zeros((1, 4)), scores_of(1), np.zeros((1, FEATURES))).shape[1]


def test_what_is_like_nothing_ever_learned_still_has_scores() -> None:
    wild = np.random.default_rng(8).normal(0, 200, (64, entries_wide())).astype(np.float32)
    assert np.isfinite(CONTEXT._logits(wild)).all()


def test_what_is_no_network_is_said_to_be_none() -> None:
    head = (context_folder() / "head.onnx").read_bytes()
    with pytest.raises(ModelError, match="context network"):
        LineContext(b"nothing", head)
    with pytest.raises(ModelError, match="context network"):
        LineContext(head, head)
