"""The journal of a batch."""

from __future__ import annotations

import os
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from reader.errors import OutputError, PasswordError
from reader.io.journal import Journal
from reader.io.listing import Found
from reader.io.stored import StoredPage, json_line


@pytest.fixture
def path(tmp_path):
    return str(tmp_path / "r.jsonl.journal")


def found(*names, signature="s", size=9):
    return [Found(name, size, signature) for name in names]


def read(journal, pending, sha="sha", pages=1):
    journal.finish(pending.id, sha, "m", 1, [StoredPage("{}", 2)] * pages, 2 * pages)


def start(journal, *names, **how):
    journal.begin()
    journal.note(found(*names, **how))
    return list(journal.pending())


def test_what_is_done_stays_done_for_as_long_as_nothing_changes(path):
    with Journal(path, "c") as journal:
        first, second = start(journal, "b", "a")
        assert (first.path, second.path, first.known) == ("b", "a", ())
        read(journal, first)
        journal.fail(second.id, "password", "a: locked")
    with Journal(path, "c") as journal:
        assert start(journal, "b", "a") == []
        assert (journal.totals().failed, journal.totals().numbers) == (1, 2)
        assert journal.failures() == {"password": 1}
        (changed,) = start(journal, "b", signature="t")
        assert changed.known == ("sha",)
        assert journal.keep(changed.id, "sha")
        assert start(journal, "b", signature="t") == []
        journal.retry_failed()
        assert [one.path for one in start(journal, "a", "b", signature="t")] == ["a"]
    with Journal(path, "other") as journal:
        (again,) = start(journal, "b", signature="t")
        assert again.known == ()


def test_results_are_in_the_order_of_the_input(path):
    with Journal(path, "c") as journal:
        pending = start(journal, "z", "caf\udce9", "a", "z")
        assert [one.path for one in pending] == ["z", "caf\udce9", "a"]
        for one in reversed(pending[1:]):
            read(journal, one)
        journal.fail(pending[0].id, "password", "z: lock\udce9d")
        files = list(journal.stored())
        assert [file.name for file in files] == ["z", "caf\udce9", "a"]
        assert (type(files[0].error), str(files[0].error)) == (PasswordError, "z: lock\udce9d")
        assert "".join(json_line(files[1])).endswith('"model": "m", "pages": [{}]}\n')


def test_pages_that_come_in_parts(path):
    page = StoredPage('{"page": 1}', 1)
    with Journal(path, "c") as journal:
        (one,) = start(journal, "a")
        journal.add_pages(one.id, 1, [page] * 3)
        assert journal.totals().todo == 1
        assert list(journal.stored()) == []
        journal.add_pages(one.id, 1, [page] * 2)  # from the beginning, after a crash
        journal.finish(one.id, "sha", "m", 3, [], 2)
        (file,) = journal.stored()
        assert len(list(file.pages)) == 2


def test_half_a_file_is_not_known(path):
    with Journal(path, "c") as journal:
        (one,) = start(journal, "a")
        read(journal, one)
        (one,) = start(journal, "a", signature="t")
        assert one.known == ("sha",)
        journal.add_pages(one.id, 1, [StoredPage("{}", 0)])
        (one,) = start(journal, "a", signature="u")
        assert one.known == ()


def test_moved_files_take_their_results_along(path, tmp_path):
    with Journal(path, "c") as journal:
        (here,) = start(journal, str(tmp_path / "here"))
        read(journal, here)
        (there,) = start(journal, "there")
        assert there.known == ("sha",)
        assert journal.keep(there.id, "sha")
        assert [file.name for file in journal.stored()] == ["there"]
        (tmp_path / "still").touch()
        (still,) = start(journal, str(tmp_path / "still"), signature="x")
        assert still.known == ("sha",)  # "there" is nowhere on this disk
        read(journal, still, "other")
        (copy,) = start(journal, "copy", signature="y", size=9)
        assert "other" not in copy.known
        assert not journal.keep(copy.id, "other")


def test_files_that_vanish_and_files_that_are_put_away(path):
    with Journal(path, "c") as journal:
        one, two = start(journal, "a", "b")
        journal.drop(one.id)
        read(journal, two)
        assert journal.finished("a") is None
        assert journal.finished("b") == (two.id, False)
        journal.note(found("b", signature="t"))
        (changed,) = journal.pending()
        journal.drop(changed.id)  # what was read of it stays
        assert [file.name for file in journal.stored()] == ["b"]
        journal.release(two.id)
        journal.note(found("b", signature="u"))
        (third,) = journal.pending()
        assert third.id != two.id
        read(journal, third, "new")
        assert [file.name for file in journal.stored()] == ["b", "b"]


def test_pictures_ask_for_reading_again(path):
    with Journal(path, "c") as journal:
        read(journal, *start(journal, "a"))
    with Journal(path, "c", "seen") as journal:
        (one,) = start(journal, "a")
        assert one.known == ()
        read(journal, one)
    with Journal(path, "c") as journal:
        assert start(journal, "a") == []


def test_one_run_alone(path):
    code = (
        "import sys; from reader.io.journal import Journal; from reader.errors import OutputError\n"
        "try: Journal(sys.argv[1], 'c')\nexcept OutputError as error: print(error)"
    )
    with closing(Journal(path, "c")):
        done = subprocess.run([sys.executable, "-c", code, path], capture_output=True, text=True, check=True)
    assert done.stdout.startswith(f"{path}: another run is writing these results; wait for it")
    Journal(path, "c").close()
    assert os.path.exists(path)
    assert not os.path.exists(f"{path}-wal")


@pytest.mark.parametrize("kind", ["text", "other", "newer"])
def test_what_is_no_journal_is_left_alone(path, kind):
    if kind == "text":
        Path(path).write_bytes(b"no database at all, but long enough to be looked at\n" * 9)
    else:
        with closing(sqlite3.connect(path)) as db:
            db.execute("CREATE TABLE mine (x)")
            db.execute(f"PRAGMA user_version = {99 if kind == 'newer' else 0}")
            db.commit()
    before = Path(path).read_bytes()
    with pytest.raises(OutputError, match="journal"):
        Journal(path, "c")
    assert Path(path).read_bytes() == before


def interrupted(journal, one):
    read(journal, one)
    raise ZeroDivisionError


def test_records_together_are_kept_together(path):
    with Journal(path, "c") as journal:
        one, two = start(journal, "a", "b")
        with pytest.raises(ZeroDivisionError), journal.together():
            interrupted(journal, one)
        assert journal.totals().todo == 2
        read(journal, two)
        assert journal.totals().todo == 1


def test_beside_the_results_themselves(tmp_path):
    (tmp_path / "r.jsonl").touch()
    link = tmp_path / "link.jsonl"
    link.symlink_to("r.jsonl")
    assert Journal.path_for(str(link)) == os.path.realpath(tmp_path / "r.jsonl.journal")
