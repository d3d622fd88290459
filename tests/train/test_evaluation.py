"""From sources to figures, with a network whose answers are known."""

from __future__ import annotations

import json

import numpy as np
import pytest
from tiny_sets import glyph

from reader.errors import InputError
from reader.train.evaluation import classify, evaluate, read_sources, report_facts
from reader.train.metrics import Share
from reader.train.summary import summary


class ByFirstPixel:
    """Reads the class that the first pixel names, with a confidence that the second one names."""

    id = "by-first-pixel"

    def __init__(self):
        self.batches = []

    def scores(self, images):
        self.batches.append(len(images))
        values = np.rint(images[:, 0, :2, 0] * 255).astype(int)
        scores = np.repeat((1 - values[:, 1:] / 200) / 10, 11, axis=1)
        scores[np.arange(len(images)), values[:, 0]] = values[:, 1] / 200
        return scores.astype(np.float32)


def write_set(path, readings, labels, **more):
    images = np.repeat(glyph("7")[None], len(labels), axis=0)
    images[:, 0, 0], images[:, 0, 1] = readings, 190
    np.savez(path, images=images, labels=np.array(labels, np.uint8), **more)
    return path


def test_groups_are_judged_alone_and_together(tmp_path):
    groups = np.array(["hand", "print", "hand", "print"])
    path = write_set(tmp_path / "a.npz", [1, 2, 3, 10], [1, 2, 4, 10], groups=groups)
    found = evaluate(read_sources([path], "t10k"), ByFirstPixel())
    assert found.overall is not None
    assert found.overall.among_ten == Share(2, 3)
    assert {name: judged.with_eleventh for name, judged in found.groups} == {
        "hand": Share(1, 2),
        "print": Share(1, 1),
    }
    (misread,) = found.misreads
    assert (misread.name, misread.group, misread.label, misread.reading) == ("a.npz 2", "hand", 4, 3)
    assert misread.confidence == pytest.approx(0.95)
    assert found.files == 4


def test_sources_are_groups(tmp_path):
    paths = [write_set(tmp_path / name, [1], [1]) for name in ("a.npz", "b.npz")]
    found = evaluate(read_sources(paths, "t10k"), ByFirstPixel())
    assert [name for name, _ in found.groups] == list(map(str, paths))
    assert evaluate(read_sources(paths[:1], "t10k"), ByFirstPixel()).groups == ()


def test_glyphs_come_in_batches_and_are_counted():
    classifier, told = ByFirstPixel(), []
    scores, ms = classify(np.zeros((150, 28, 28), np.uint8), classifier, told.append)
    assert classifier.batches == [64, 64, 22]
    assert told == [64, 128, 150]
    assert scores.shape == (150, 11)
    assert ms is not None
    assert ms > 0
    assert classify(np.zeros((0, 28, 28), np.uint8), classifier)[1] is None


def test_progress_goes_on_through_the_pages(tmp_path, tiny_classifier):
    glyphs = write_set(tmp_path / "a.npz", [1, 1], [1, 1])
    (tmp_path / "list.jsonl").write_text('{"file": "none.png", "numbers": []}\n')
    told = []
    found = evaluate(
        read_sources([glyphs, tmp_path / "list.jsonl"], "t10k"),
        tiny_classifier,
        lambda *now: told.append(now),
    )
    assert told == [(2, 3), (3, 3)]
    assert len(found.errors) == 1
    assert found.files == 3
    assert report_facts(found)["pages"] is None


def test_facts_do_not_hold_the_time(tmp_path):
    path = write_set(tmp_path / "a.npz", [1, 2, 3], [1, 2, 4])
    sources = read_sources([path], "t10k")
    first, again = (json.dumps(report_facts(evaluate(sources, ByFirstPixel()))) for _ in range(2))
    assert first == again
    assert json.loads(first)["misreads"] == [
        {"name": "a.npz 2", "group": str(path), "label": "4", "reading": "3", "confidence": 0.95}
    ]


def test_the_summary_names_what_is_there(tmp_path):
    path = write_set(tmp_path / "a.npz", [1, 2, 3], [1, 2, 4])
    text = summary(evaluate(read_sources([path], "t10k"), ByFirstPixel()))
    assert "\n3 glyphs\n" in text
    assert "digits right, among ten                        66.67 %  (20.77 to 93.85)  2 of 3" in text
    assert "non-digits" not in text
    assert "pages" not in text


def test_what_is_no_source(tmp_path):
    with pytest.raises(InputError, match=r"none\.npy: no such file or folder; give"):
        read_sources([tmp_path / "none.npy"], "t10k")
    (tmp_path / "a.txt").write_text("")
    with pytest.raises(InputError, match="not of a known kind"):
        read_sources([tmp_path / "a.txt"], "t10k")
    (tmp_path / "a.jsonl").write_text("")
    with pytest.raises(InputError, match="nothing in it"):
        evaluate(read_sources([tmp_path / "a.jsonl"], "t10k"), ByFirstPixel())
