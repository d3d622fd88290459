"""The results of a batch in each format."""

from __future__ import annotations

import io
import json
import sqlite3
from contextlib import closing

import pytest
from stored_files import OUTCOMES, stored

from reader.errors import MissingExtraError, OutputError
from reader.io import results
from reader.io.export import WRITERS, Style
from reader.io.results import FORMATS, check_format, write_results


def files():
    return [stored(outcome) for outcome in OUTCOMES]


@pytest.mark.parametrize(("ending", "form"), [(".jsonl", "json"), (".csv", "csv"), (".tsv", "tsv")])
def test_text_is_what_scan_writes(tmp_path, ending, form):
    path = tmp_path / f"r{ending}"
    write_results(str(path), files())
    out = io.StringIO(newline="")
    writer = WRITERS[form](Style())
    writer.begin(out)
    for outcome in OUTCOMES:
        writer.write(outcome, out)
    assert path.read_bytes() == out.getvalue().encode("utf-8", "surrogateescape")


@pytest.mark.parametrize("ending", FORMATS)
def test_the_same_results_are_the_same_bytes(tmp_path, ending):
    if ending == ".parquet":
        pytest.importorskip("pyarrow", reason="needs the extra parquet")
    paths = [tmp_path / f"{name}{ending}" for name in "ab"]
    for path in paths:
        write_results(str(path), files())
    assert paths[0].read_bytes() == paths[1].read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == [f"a{ending}", f"b{ending}"]


def test_a_database_holds_all_of_it(tmp_path):
    path = tmp_path / "r.sqlite"
    write_results(str(path), files())
    with closing(sqlite3.connect(path)) as db:
        found = db.execute(
            "SELECT file, file_bytes, model, error_code, error FROM files ORDER BY id"
        ).fetchall()
        assert found == [
            ("a.png", None, "m", None, None),
            ('b\n,"c".png', None, None, "memory", "b: too\tbig"),
            ("caf\\xe9.png", b"caf\xe9.png", "m", None, None),
            ("\\xff.png", b"\xff.png", None, "memory", "\\xff.png: gone"),
            ("ü\u2028.png", None, "m", None, None),
        ]
        sql = "SELECT file_id, page, width, height, angle FROM pages ORDER BY id"
        assert db.execute(sql).fetchall() == [
            (1, 1, 91, 80, -0.1235),
            (1, 2, 92, 80, -0.1235),
            (3, 1, 91, 80, -0.1235),
            (5, 1, 91, 80, -0.1235),
        ]
        sql = "SELECT page_id, place, text, digits, confidence, x, y, width, height FROM numbers ORDER BY id"
        assert db.execute(sql).fetchall() == [
            (1, 1, "1.990,50", "199050", 0.9123, 1, 2, 30, 40),
            (1, 2, "7", "7", 0.9123, 1, 2, 30, 40),
            (3, 1, "12", "12", 0.9123, 1, 2, 30, 40),
        ]
        sql = "SELECT char, x, alternatives FROM characters WHERE number_id = 3 ORDER BY place"
        first, second = db.execute(sql).fetchall()
        assert (first[:2], json.loads(first[2])) == (("1", 0), [["1", 0.9], ["7", 0.0]])
        assert second[:2] == ("2", 1)
        ((strings,),) = db.execute("SELECT alternatives FROM numbers WHERE id = 3").fetchall()
        assert json.loads(strings) == [["12", 0.9123], ["18", 0.0312]]
        plan = db.execute("EXPLAIN QUERY PLAN SELECT * FROM numbers WHERE digits = '7'").fetchone()
        assert "numbers_by_digits" in plan[-1]
        assert db.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_parquet_has_a_row_for_all_that_there_is(tmp_path):
    pq = pytest.importorskip("pyarrow.parquet", reason="needs the extra parquet")
    path = tmp_path / "r.parquet"
    write_results(str(path), files())
    rows = pq.read_table(path).to_pylist()
    assert [(row["file"], row["page"], row["place"], row["text"], row["error_code"]) for row in rows] == [
        ("a.png", 1, 1, "1.990,50", None),
        ("a.png", 1, 2, "7", None),
        ("a.png", 2, None, None, None),
        ('b\n,"c".png', None, None, None, "memory"),
        ("caf\\xe9.png", 1, 1, "12", None),
        ("\\xff.png", None, None, None, "memory"),
        ("ü\u2028.png", 1, None, None, None),
    ]
    assert [row["file_bytes"] for row in rows if row["file_bytes"]] == [b"caf\xe9.png", b"\xff.png"]
    assert rows[0]["chars"][0]["alternatives"] == [
        {"digit": "1", "probability": 0.9},
        {"digit": "7", "probability": 0.0},
    ]
    assert rows[4]["alternatives"] == [
        {"digits": "12", "probability": 0.9123},
        {"digits": "18", "probability": 0.0312},
    ]
    assert (rows[0]["x"], rows[0]["page_width"], rows[0]["model"]) == (1, 91, "m")


def test_what_cannot_be_written(tmp_path, monkeypatch):
    with pytest.raises(OutputError, match=r"use \.jsonl, "):
        check_format("r.xml")
    monkeypatch.setattr(results, "find_spec", lambda name: None)
    with pytest.raises(MissingExtraError, match=r"number-reader\[parquet\]"):
        check_format("r.parquet")
    for ending in (".jsonl", ".sqlite"):
        with pytest.raises(OutputError, match="cannot be written"):
            write_results(str(tmp_path / "none" / f"r{ending}"), files())
