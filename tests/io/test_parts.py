"""Results in parts."""

from __future__ import annotations

import os

import pytest
from stored_files import OUTCOMES, stored

pytest.importorskip("pyarrow", reason="needs the extra parquet")

import pyarrow.parquet as pq

from reader.errors import OutputError
from reader.io.parts import Entry, PartsFolder, find_remote

ENTRIES = [
    Entry(one.source, 9, one.error.code if one.error else None, len(one.readings), 1) for one in OUTCOMES
]


@pytest.fixture
def folder(tmp_path):
    return PartsFolder(str(tmp_path / "r.parquet"))


def write(folder, entries=ENTRIES):
    folder.write("config", 7, [stored(one) for one in OUTCOMES[: len(entries)]], entries)


def test_a_part_says_what_it_holds_and_replaces_itself(folder, tmp_path):
    write(folder)
    write(folder)
    (part,) = folder.parts()
    assert (part.config, part.began, list(part.entries)) == ("config", 7, ENTRIES)
    write(folder, ENTRIES[:2])
    assert len(list(folder.parts())) == 2
    assert len(pq.read_table(tmp_path / "r.parquet")) == 7 + 4


def test_files_are_taken_out(folder, tmp_path):
    write(folder)
    (part,) = folder.parts()
    folder.remove(part, {"a.png", "\udcff.png"})
    (part,) = folder.parts()
    assert [entry.name for entry in part.entries] == ['b\n,"c".png', "caf\udce9.png", "ü\u2028.png"]
    assert pq.read_table(tmp_path / "r.parquet")["file"].to_pylist() == [
        'b\n,"c".png',
        "caf\\xe9.png",
        "ü\u2028.png",
    ]
    folder.remove(part, {entry.name for entry in ENTRIES})
    assert list(folder.parts()) == []
    assert os.listdir(tmp_path / "r.parquet") == []


def test_others_are_kept_out_and_other_files_left_alone(folder, tmp_path):
    lock = folder.lock()
    with pytest.raises(OutputError, match="another run"):
        folder.lock()
    lock.close()
    pq.write_table(pq.read_table(written(folder, tmp_path)).select(["file"]), tmp_path / "r.parquet" / "mine")
    assert len(list(folder.parts())) == 1
    assert len(pq.ParquetDataset(tmp_path / "r.parquet").files) == 2  # the lock is none


def written(folder, tmp_path):
    write(folder)
    (path,) = (tmp_path / "r.parquet").glob("part-*")
    return path


def test_places_that_cannot_be_reached(tmp_path):
    (tmp_path / "file").touch()
    for place in ("nothing://there", str(tmp_path / "file")):
        with pytest.raises(OutputError):
            PartsFolder(place)
    with pytest.raises(OutputError):
        list(find_remote((tmp_path / "none").as_uri(), []))


def test_listing_by_uri(tmp_path):
    for name in ("b/c.png", "a.png", "b/.h/d.png", "a.txt"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_bytes(b"12")
    found = list(find_remote(tmp_path.as_uri(), ["*.png"]))
    assert [one.path for one in found] == [f"{tmp_path.as_uri()}/{name}" for name in ("a.png", "b/c.png")]
    assert {one.size for one in found} == {2}
    spared = list(find_remote(tmp_path.as_uri(), ["*.png"], f"{tmp_path.as_uri()}/b"))
    assert [one.path for one in spared] == [f"{tmp_path.as_uri()}/a.png"]
    assert min(one.changed for one in found) > 0
