"""Many files at a time say what each says alone, in the order in which they were named."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from reader.batch import together
from reader.batch.messages import Job
from reader.batch.together import read_together
from reader.errors import InputError
from reader.files import read_files
from reader.io.export import json_text, page_dict
from reader.io.model_file import load_model
from reader.options import ReadOptions

SAMPLES = Path(__file__).parent.parent.parent / "samples"
FILES = [
    str(SAMPLES / name)
    for name in (
        "handwritten.jpg",
        "ledger.tif",
        "no such file.png",
        "statement.pdf",
        "table.png",
        "ledger.tif",
    )
]


def said(outcomes):
    """Everything that results hold of outcomes."""
    return [
        (one.source, str(one.error), [(page.model, json_text(page_dict(page))) for page in one.readings])
        for one in outcomes
    ]


@pytest.mark.parametrize("region", [None, (0, 0, 300, 200)])
def test_processes_give_the_same_in_the_same_order(monkeypatch, region):
    monkeypatch.setattr(together, "WORTH_S", 0.0)
    monkeypatch.setattr(together, "cores", lambda: 2)
    model, job = load_model(), Job(read=ReadOptions(region=region))
    found = list(read_together(FILES, model, job))
    assert said(found) == said(read_files(FILES, model, job.read))
    assert [one.source for one in found] == FILES
    assert isinstance(found[2].error, InputError)
    # The first was read here, where stages are timed; the rest elsewhere.
    assert found[0].readings[0].timings
    assert not found[1].readings[0].timings


@pytest.mark.parametrize(
    ("worth", "count", "files"), [(math.inf, 2, FILES), (0, 1, FILES), (0, 2, FILES[:2])]
)
def test_no_process_is_started_for_little(monkeypatch, worth, count, files):
    monkeypatch.setattr(together, "WORTH_S", worth)
    monkeypatch.setattr(together, "cores", lambda: count)
    monkeypatch.setattr(together, "Crew", None)
    assert len(list(read_together(files, load_model(), Job()))) == len(files)


def test_standard_input_is_read_here(monkeypatch):
    monkeypatch.setattr(together, "WORTH_S", 0.0)
    monkeypatch.setattr(together, "Crew", None)
    monkeypatch.setattr(together, "read_files", lambda names, *_: iter(names))
    assert list(read_together([FILES[0], "-", FILES[1]], load_model(), Job())) == [FILES[0], "-", FILES[1]]


def test_who_stops_listening_leaves_no_process_behind(monkeypatch):
    monkeypatch.setattr(together, "WORTH_S", 0.0)
    monkeypatch.setattr(together, "cores", lambda: 2)
    crews = []

    class Known(together.Crew):
        def __init__(self, *how):
            super().__init__(*how)
            crews.append(self)

    monkeypatch.setattr(together, "Crew", Known)
    outcomes = read_together(FILES, load_model(), Job())
    next(outcomes), next(outcomes)
    assert crews[0].pids
    outcomes.close()
    assert not crews[0].pids
