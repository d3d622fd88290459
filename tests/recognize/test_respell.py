"""A path and what the columns spell, against each other."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from lined import HEIGHT, ink_of, line_of, point, row, solid
from numpy.typing import NDArray

from reader.recognize import decode, lattice
from reader.recognize.lattice import Lattice
from reader.recognize.respell import respell
from reader.recognize.spelling import BLANK, OTHER, SPELLINGS, STRIDE
from reader.recognize.strips import DIGIT
from reader.recognize.transcribe import Spelled
from reader.types import Component

SCALE = DIGIT / HEIGHT
"""From pixels of the line to those of the strip."""


def spelled(*digits: tuple[int, float], sure: float = 12.0, width: int = 400) -> Spelled:
    """Say that digits are spelt at places x of the line; the larger `sure`, the surer."""
    logits = np.zeros((round(width * SCALE / STRIDE), SPELLINGS), np.float32)
    logits[:, BLANK] = sure
    for digit, x in digits:
        at = int(x * SCALE / STRIDE)
        logits[at : at + 2] = 0
        logits[at : at + 2, digit] = sure
    return Spelled(logits, np.array([SCALE, 0.0, 0.0]))


def made(*parts: Component) -> Lattice:
    return lattice.build(line_of(*parts), stroke=4.0)


def scores_of(lat: Lattice, says: dict[int, NDArray[np.float32]]) -> NDArray[np.float32]:
    """Give scores of single pieces; of all else that it is no digit."""
    return np.stack(
        [
            says[c.start] if c.stop - c.start == 1 and c.start in says else row("x", 0.999)
            for c in lat.candidates
        ]
    )


def read(lat: Lattice, scores: NDArray[np.float32], said: Spelled) -> tuple[list[decode.Symbol], bool]:
    """Read a line; also tell whether the path stayed."""
    path = decode.best_path(lat, scores, decode.LINE)
    found = respell(path, lat, scores, said, decode.LINE)
    return found, found is path


def digits(symbols: list[decode.Symbol]) -> str:
    return "".join(s.char for s in symbols if s.kind == "digit")


def test_what_both_read_stays_as_it_is() -> None:
    lat = made(solid(20), solid(60))
    scores = scores_of(lat, {0: row(4), 1: row(7)})
    found, _ = read(lat, scores, spelled((4, 28), (7, 68)))
    assert digits(found) == "47"
    assert [s.component for s in found] == list(lat.line.components)


def test_what_both_read_is_as_sure_as_the_columns_are_and_never_less() -> None:
    lat = made(solid(20), solid(60))
    scores = scores_of(lat, {0: row(4, 0.9999), 1: row(7, 0.2)})
    before = decode.best_path(lat, scores, decode.LINE)
    found, _ = read(lat, scores, spelled((4, 28), (7, 68)))
    np.testing.assert_array_equal(found[0].scores, before[0].scores)
    assert found[1].scores is not None
    assert found[1].scores[7] > 0.9
    assert abs(float(found[1].scores.sum()) - 1) < 1e-5


def test_columns_that_are_not_sure_confirm_nothing() -> None:
    lat = made(solid(20), solid(60))
    scores = scores_of(lat, {0: row(4), 1: row(7, 0.4)})
    _, stayed = read(lat, scores, spelled((4, 28), (7, 68), sure=0.5))
    assert stayed


def test_a_single_digit_is_confirmed_by_nothing() -> None:
    lat = made(solid(20))
    scores = scores_of(lat, {0: row(1, 0.4)})
    _, stayed = read(lat, scores, spelled((1, 28)))
    assert stayed


def test_a_sure_path_wins_over_a_doubtful_spelling_and_a_sure_spelling_over_a_doubtful_path() -> None:
    lat = made(solid(20), solid(60))
    sure = scores_of(lat, {0: row(4, 0.999), 1: row(7, 0.999, second=1)})
    found, _ = read(lat, sure, spelled((4, 28), (1, 68), sure=3.0))
    assert digits(found) == "47"
    doubtful = scores_of(lat, {0: row(4, 0.999), 1: row(7, 0.55, second=1)})
    found, _ = read(lat, doubtful, spelled((4, 28), (1, 68)))
    assert digits(found) == "41"


def test_two_digits_that_no_cut_parts_share_their_ink() -> None:
    block = solid(60, w=44)
    lat = replace(made(solid(20), block))
    uncut = replace(
        lat,
        pieces=lat.line.components,
        whole=(True, True),
        candidates=tuple(lattice.Candidate(i, i + 1, part) for i, part in enumerate(lat.line.components)),
    )
    scores = np.stack([row(4), row("x", 0.9)])
    found, _ = read(uncut, scores, spelled((4, 28), (0, 66), (0, 92)))
    assert digits(found) == "400"
    left, right = (symbol.component for symbol in found[1:])
    assert left.area + right.area == block.area
    np.testing.assert_array_equal(ink_of(left, right), ink_of(block))
    assert abs(left.box[2] - right.box[2]) <= 8


def test_points_stay_points_and_what_is_not_spelt_is_no_digit() -> None:
    lat = made(solid(20), point(48), solid(60), solid(200, w=30, h=30))
    scores = scores_of(lat, {0: row(4), 2: row(7), 3: row(2, 0.3)})
    assert digits(decode.best_path(lat, scores, decode.LINE)) == "472"
    found, _ = read(lat, scores, spelled((4, 28), (7, 68), sure=25.0))
    assert "".join(s.char for s in found) == "4.7"
    assert found[-1].kind == "junk"


def test_a_digit_where_there_is_no_ink_is_not_believed() -> None:
    lat = made(solid(20), solid(60))
    scores = scores_of(lat, {0: row(4, 0.3), 1: row(7, 0.3)})
    _, stayed = read(lat, scores, spelled((4, 28), (7, 68), (3, 300)))
    assert stayed


def test_scores_of_what_was_spelt_sum_to_one_and_name_the_digit() -> None:
    lat = made(solid(20), solid(60))
    scores = scores_of(lat, {0: row(4, 0.999), 1: row(7, 0.55, second=1)})
    found, _ = read(lat, scores, spelled((4, 28), (1, 68)))
    for symbol in found:
        assert symbol.scores is not None
        assert float(symbol.scores.sum()) == np.float32(1.0) or abs(float(symbol.scores.sum()) - 1) < 1e-5
    last = found[-1].scores
    assert last is not None
    assert int(last.argmax()) == 1


def test_a_string_that_has_rivals_is_less_sure() -> None:
    lat = made(solid(20), solid(60))
    scores = scores_of(lat, {0: row(4, 0.999), 1: row(7, 0.7, second=1)})
    clear, _ = read(lat, scores, spelled((4, 28), (1, 68)))
    doubtful = spelled((4, 28), (1, 68))
    at = int(68 * SCALE / STRIDE)
    doubtful.logits[at : at + 2, 7] = 10.5
    close, _ = read(lat, scores, doubtful)
    assert digits(clear) == digits(close) == "41"
    sure, less = (
        [float(s.scores[int(s.char)]) for s in found if s.scores is not None] for found in (clear, close)
    )
    assert np.prod(less) < np.prod(sure)
    assert less[0] < sure[0]  # both digits stand and fall with the string


def test_a_comma_beside_a_digit_does_not_make_it_less_sure() -> None:
    lat = made(solid(20), solid(60))
    unread = scores_of(lat, {0: row(4, 0.999)})
    said = spelled((4, 28), (1, 68))
    beside = said.logits.copy()
    at = int(68 * SCALE / STRIDE)
    for place in (at - 1, at + 2):
        beside[place] = 0
        beside[place, OTHER] = 12.0
    found = respell(
        decode.best_path(lat, unread, decode.PAGE), lat, unread, replace(said, logits=beside), decode.PAGE
    )
    assert digits(found) == "41"
    last = found[-1].scores
    assert last is not None
    assert last[1] > 0.9
