"""Lists of pages."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from reader.errors import InputError
from reader.train.manifest import ExpectedPage, Manifest, read_manifest

SAMPLES = Path(__file__).parents[2] / "samples"


def write(path, *items):
    path.write_text("\n".join(json.dumps(item) for item in items) + "\n\n")
    return path


def test_a_line_a_page(tmp_path):
    path = write(
        tmp_path / "list.jsonl",
        {"file": "a.png", "numbers": ["1.990", "27"], "mode": "line", "set": "amounts"},
        {"file": "sub/b.jpg", "strings": [], "complete": False},
        {"file": "c.jpg", "strings": [], "grid": {}},
        {"file": "d.jpg", "words": []},
    )
    assert read_manifest(path) == Manifest(
        (
            ExpectedPage(tmp_path / "a.png", "a.png", "amounts", "line", ("1.990", "27")),
            ExpectedPage(tmp_path / "sub/b.jpg", "sub/b.jpg", str(path), "page", (), complete=False),
        ),
        passed_over=2,
    )


@pytest.mark.parametrize("whole", [True, False])
def test_a_list_or_a_single_object(tmp_path, whole):
    item = {"file": "a.png", "numbers": ["7"]}
    found = read_manifest(write(tmp_path / "list.json", [item] if whole else item))
    assert [page.numbers for page in found.pages] == [("7",)]


def test_what_a_sample_states(tmp_path):
    facts = {"layout": "line", "pages": [{"numbers": ["12"]}, {"numbers": ["3"]}]}
    (tmp_path / "x.tif").write_bytes(b"")
    (page,) = read_manifest(write(tmp_path / "x.json", facts)).pages
    assert page == ExpectedPage(tmp_path / "x.tif", "x.tif", str(tmp_path), "line", ("12", "3"))


def test_the_samples_are_lists_of_pages():
    found = [read_manifest(path) for path in sorted(SAMPLES.glob("*.json"))]
    assert sum(len(one.pages) for one in found) >= 10
    assert all(len(one.pages) + one.passed_over == 1 for one in found)
    assert all(page.file.is_file() for one in found for page in one.pages)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not valid JSON"),
        ("[1]\n", "line 1: an object"),
        ('{"numbers": []}', "line 1: an object"),
        ('{"file": "a.png"}', '"numbers" has to be a list of texts'),
        ('{"file": "a.png", "numbers": [7]}', '"numbers" has to be a list of texts'),
        ('{"file": "a.png", "numbers": ["7"]}\n{"file": 1}', "line 2: an object"),
        ('{"file": "a.png", "numbers": [], "mode": "cheque"}', 'mode has to be .* not "cheque"'),
        ('{"file": "a.png", "numbers": [], "mode": []}', r"mode has to be .* not \[\]"),
    ],
)
def test_lists_that_cannot_be_meant(tmp_path, text, said):
    (tmp_path / "list.jsonl").write_text(text)
    with pytest.raises(InputError, match=said) as caught:
        read_manifest(tmp_path / "list.jsonl")
    assert str(tmp_path / "list.jsonl") in str(caught.value)
    assert "\n" not in str(caught.value)


def test_samples_that_cannot_be_meant(tmp_path):
    with pytest.raises(InputError, match="no image is beside it"):
        read_manifest(write(tmp_path / "x.json", {"pages": []}))
    (tmp_path / "x.png").write_bytes(b"")
    with pytest.raises(InputError, match="page 1"):
        read_manifest(write(tmp_path / "x.json", {"pages": [{}]}))
    with pytest.raises(InputError, match="page 1"):
        read_manifest(write(tmp_path / "x.json", {"pages": 3}))


def test_files_that_cannot_be_read(tmp_path):
    with pytest.raises(InputError, match="No such file"):
        read_manifest(tmp_path / "missing.jsonl")
    (tmp_path / "bytes.jsonl").write_bytes(b"\xff\xfe")
    with pytest.raises(InputError, match="not valid JSON"):
        read_manifest(tmp_path / "bytes.jsonl")
    (tmp_path / "empty.jsonl").write_text("")
    assert read_manifest(tmp_path / "empty.jsonl") == Manifest(())
