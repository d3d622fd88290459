"""The corrections store: what goes in comes out, whole or not at all."""

from __future__ import annotations

import csv
import os
import threading
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from reader.errors import InputError, OutputError
from reader.io import corrections
from reader.io.corrections import (
    TABLE,
    Correction,
    add_corrections,
    read_corrections,
    remove_correction,
    user_store,
)


def correction(number: int = 0, label: int = 7, **fields: object) -> Correction:
    glyph = np.zeros((28, 28), np.uint8)
    glyph[4:24, 5 + number % 18] = 255
    glyph[0, 0] = number % 256
    return replace(Correction(glyph, label, 1, 0.61, "digits-2", "pad"), **fields)  # type: ignore[arg-type]


def same(a: Correction, b: Correction) -> bool:
    return (a.glyph == b.glyph).all() and replace(a, glyph=b.glyph, time="") == replace(b, time="")


def files(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.*") if path.name != ".lock"}


texts = st.text(st.characters(exclude_categories=("Cs",), exclude_characters="\0"), max_size=12)
stored = st.builds(
    Correction,
    arrays.arrays(np.uint8, (28, 28)),
    st.integers(0, 10),
    st.integers(0, 10),
    st.integers(0, 10_000).map(lambda n: n / 10_000),
    texts,
    texts,
)


@given(st.lists(stored, max_size=5, unique_by=lambda one: one.glyph.tobytes()))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_goes_in_comes_out(tmp_path_factory: pytest.TempPathFactory, given: list[Correction]) -> None:
    folder = tmp_path_factory.mktemp("store")
    for one in given[:2]:
        add_corrections(folder, [one])
    add_corrections(folder, given[2:])
    found = read_corrections(folder)
    assert len(found) == len(given)
    assert all(same(a, b) for a, b in zip(found, given, strict=True))


def test_it_is_a_folder_that_people_can_read(tmp_path: Path) -> None:
    add_corrections(tmp_path / "new" / "store", [correction(1), correction(2, label=10)])
    folder = tmp_path / "new" / "store"
    with (folder / TABLE).open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["label"], row["answer"], row["confidence"]) for row in rows] == [
        ("7", "1", "0.6100"),
        ("not a digit", "1", "0.6100"),
    ]
    assert files(folder) == {TABLE, *(row["file"] for row in rows)}
    assert rows[1]["file"].startswith("not-a-digit/")
    image = cv2.imread(str(folder / rows[0]["file"]), cv2.IMREAD_UNCHANGED)
    assert image is not None
    assert (image == correction(1).glyph).all()
    assert datetime.fromisoformat(rows[0]["time"]).utcoffset() is not None


def test_it_is_a_folder_of_labelled_images(tmp_path: Path) -> None:
    from reader.train.labelled import read_folder

    add_corrections(tmp_path, [correction(1), correction(2, label=10)])
    found = read_folder(tmp_path)
    assert not found.errors
    assert found.labels.tolist() == [7, 10]


def test_the_last_word_on_a_glyph_counts(tmp_path: Path) -> None:
    add_corrections(tmp_path, [correction(1, label=1), correction(2)])
    add_corrections(tmp_path, [correction(1, label=7)])
    found = read_corrections(tmp_path)
    assert [one.label for one in found] == [7, 7]
    assert files(tmp_path) == {TABLE, correction(1).file, correction(2).file}


def test_a_correction_can_be_taken_back(tmp_path: Path) -> None:
    add_corrections(tmp_path, [correction(1), correction(2)])
    remove_correction(tmp_path, correction(1))
    remove_correction(tmp_path, correction(3))
    assert files(tmp_path) == {TABLE, correction(2).file}


def test_a_deleted_picture_is_no_correction(tmp_path: Path) -> None:
    add_corrections(tmp_path, [correction(1), correction(2)])
    (tmp_path / correction(1).file).unlink()
    assert [one.file for one in read_corrections(tmp_path)] == [correction(2).file]


def test_no_store_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"corrections\.csv"):
        read_corrections(tmp_path / "none")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("a,b\n1,2\n", "columns"),
        ("file,label,answer,confidence,model,time,source\n7/x.png,7\n", "columns"),
        ('file,label,answer,confidence,model,time,source\n"7/x.png,7\n', "cannot be read"),
    ],
)
def test_a_damaged_table_is_left_alone(tmp_path: Path, text: str, said: str) -> None:
    (tmp_path / TABLE).write_text(text)
    with pytest.raises(InputError, match=said):
        add_corrections(tmp_path, [correction()])
    assert (tmp_path / TABLE).read_text() == text


def test_a_damaged_row_names_its_line(tmp_path: Path) -> None:
    add_corrections(tmp_path, [correction(1)])
    table = tmp_path / TABLE
    table.write_text(table.read_text().replace('"7","1"', '"seven","1"'))
    with pytest.raises(InputError, match="line 2"):
        read_corrections(tmp_path)


def test_a_damaged_picture_is_named(tmp_path: Path) -> None:
    add_corrections(tmp_path, [correction(1)])
    (tmp_path / correction(1).file).write_bytes(b"no picture")
    with pytest.raises(InputError, match="28x28"):
        read_corrections(tmp_path)


def test_a_full_disk_leaves_the_table_as_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    add_corrections(tmp_path, [correction(1)])
    before = (tmp_path / TABLE).read_bytes()

    def full(*args: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr("reader.io.atomic.os.replace", full)
    with pytest.raises(OutputError, match="No space left"):
        add_corrections(tmp_path, [correction(2)])
    assert (tmp_path / TABLE).read_bytes() == before
    assert not list(tmp_path.rglob("*.part"))


def test_two_programs_lose_nothing(tmp_path: Path) -> None:
    """Each keeps its own table open in the lock, so that no row is overwritten."""

    def write(start: int) -> None:
        for number in range(start, start + 15):
            add_corrections(tmp_path, [correction(number)])

    writers = [threading.Thread(target=write, args=(start,)) for start in (0, 100)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert len(read_corrections(tmp_path)) == 30


def test_the_store_lies_beside_the_models(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(corrections, "data_folder", lambda: tmp_path)
    assert user_store() == tmp_path / "corrections"


def test_a_glyph_has_its_shape() -> None:
    with pytest.raises(ValueError, match="28, 28"):
        correction(glyph=np.zeros((27, 28), np.uint8))
    with pytest.raises(ValueError, match="0 to 10"):
        correction(label=11)
