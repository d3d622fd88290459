"""The figures of a few glyphs, worked out by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest

from reader.train.judge import DEFINITIONS, facts, judge, worst
from reader.train.metrics import Share
from reader.types import NOT_A_DIGIT


def scores_of(*rows: dict[int, float]) -> np.ndarray:
    """Give scores with these probabilities, the rest spread over the other classes."""
    made = np.zeros((len(rows), 11), np.float32)
    for number, row in enumerate(rows):
        made[number] = (1 - sum(row.values())) / (11 - len(row))
        for place, value in row.items():
            made[number, place] = value
    return made


LABELS = np.array([3, 3, 8, 1, NOT_A_DIGIT, NOT_A_DIGIT], np.uint8)
SCORES = scores_of({3: 0.995}, {5: 0.999}, {10: 0.6, 8: 0.3}, {1: 0.9}, {10: 0.97}, {0: 0.992})


def test_figures_are_those_counted_by_hand():
    judged = judge(SCORES, LABELS)
    assert judged.glyphs == 6
    assert judged.among_ten == Share(3, 4)
    assert judged.with_eleventh == Share(2, 4)
    assert judged.rejected == Share(1, 2)
    assert judged.sure_wrong == Share(2, 3)
    assert judged.classes[3].among_ten == Share(1, 2)
    assert judged.classes[8].among_ten == Share(1, 1)
    assert judged.classes[8].right == Share(0, 1)
    assert judged.classes[10].among_ten is None
    assert judged.classes[10].right == Share(1, 2)
    assert judged.confusion[8, 10] == judged.confusion[3, 5] == judged.confusion[10, 0] == 1
    assert judged.confusion.sum() == 6
    # All digits accepted means a threshold of 0.6.
    assert judged.rejected_at_99 == Share(1, 2)


def test_calibration_error_by_hand():
    # Bins: 0.6 alone (wrong), 0.9 alone (right), 0.97 to 0.999: four, two of them right.
    apart = 0.6 + 0.1 + abs(2 - (0.995 + 0.999 + 0.97 + 0.992))
    assert judge(SCORES, LABELS).calibration_error == pytest.approx(apart / 6, abs=1e-6)


def test_the_order_of_glyphs_does_not_count():
    order = np.array([4, 1, 5, 0, 3, 2])
    assert facts(judge(SCORES[order], LABELS[order])) == facts(judge(SCORES, LABELS))


def test_worst_are_the_most_confident_wrong_ones_first():
    assert worst(SCORES, LABELS, 10).tolist() == [1, 5, 2]
    assert worst(SCORES, LABELS, 1).tolist() == [1]
    same = np.repeat(SCORES[1:2], 3, axis=0)
    assert worst(same, LABELS[:1].repeat(3), 2).tolist() == [0, 1]


@pytest.mark.parametrize("rows", [[0, 1, 2, 3], [4, 5], []])
def test_one_kind_alone_has_no_curve_of_acceptance(rows):
    judged = judge(SCORES[rows], LABELS[rows])
    assert judged.acceptance is None
    assert judged.rejected_at_99 == Share(0, 0)
    written = json.loads(json.dumps(facts(judged), allow_nan=False))
    assert written["acceptance"] is None
    assert written["glyphs"] == len(rows)


def test_facts_are_json_and_every_definition_is_of_a_figure():
    written = json.loads(json.dumps(facts(judge(SCORES, LABELS)), allow_nan=False))
    assert set(DEFINITIONS) - {"interval"} <= set(written)
    assert written["with_eleventh"] == {"count": 2, "of": 4, "share": 0.5, "low": 0.150039, "high": 0.849961}
    assert written["acceptance"][0] == [0, 1]
    assert len(written["reliability"]) == 15


def test_shapes_are_checked():
    with pytest.raises(ValueError, match="6 glyphs need scores"):
        judge(SCORES[:5], LABELS)
