"""The supervisor: what a file does to its worker is charged to that file, and to no other."""

from __future__ import annotations

import os
import signal
import sys
import time
from collections import defaultdict
from dataclasses import replace

import pytest
from hostile import IMPATIENT, JOB, make_hostile, make_nothing, small_page
from pdf_files import pdf_of_pages

from reader.batch.crew import DEATHS, Crew
from reader.batch.messages import Finished, Job, SomePages, Task
from reader.errors import CrashError, InputError, ModelError, NoMemoryError, ReaderError, TimeLimitError
from reader.options import LimitOptions

POSIX = pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
LINUX = pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps the limit")


def finish(crew, *tasks):
    """Let a crew read tasks; give what it says of each, with all pages in the end."""
    for task in tasks:
        crew.submit(task)
    done, pages = {}, defaultdict(tuple)
    until = time.monotonic() + 300
    while len(done) < len(tasks):
        assert time.monotonic() < until
        for message in crew.poll(1.0):
            pages[message.id] = pages[message.id][: message.first - 1] + message.pages
            if isinstance(message, Finished):
                assert message.id not in done
                done[message.id] = replace(message, pages=pages[message.id])
    assert crew.holds == 0
    return [done[task.id] for task in tasks]


def task(folder, name, id=0, text="1234", **how):
    return Task(id, str(small_page(folder / name, text)), **how)


@pytest.fixture(scope="module")
def crew():
    with Crew(JOB, 1, make_hostile) as crew:
        yield crew


def test_a_page_is_read_and_its_content_named(crew, tmp_path):
    (done,) = finish(crew, task(tmp_path, "a.png"))
    assert (done.error, done.numbers, len(done.pages)) == (None, 1, 1)
    assert '"digits": "1234"' in done.pages[0].text
    (again,) = finish(crew, task(tmp_path, "b.png", known=(done.sha256,)))
    assert (again.same, again.pages, again.sha256) == (True, (), done.sha256)
    (data,) = finish(crew, Task(1, "no such file", (tmp_path / "a.png").read_bytes()))
    assert data.pages == done.pages


@POSIX
def test_a_crash_is_the_fault_of_its_file_alone(crew, tmp_path):
    names = ("1.png", "2-crash.png", "3.png")
    first, second, third = finish(crew, *(task(tmp_path, name, i) for i, name in enumerate(names)))
    assert (first.error, third.error) == (None, None)
    assert isinstance(second.error, CrashError)
    assert str(second.error).startswith(f"{tmp_path / '2-crash.png'}: {DEATHS} workers ended")
    assert "SIGSEGV" in str(second.error)


@POSIX
def test_a_worker_that_somebody_kills_costs_nothing(crew, tmp_path):
    (done,) = finish(crew, task(tmp_path, "once.png"))
    assert done.error is None


def test_a_hang_ends_in_time(tmp_path):
    began = time.monotonic()
    with Crew(IMPATIENT, 1, make_hostile) as crew:
        hung, after = finish(crew, task(tmp_path, "hang.png"), task(tmp_path, "b.png", 1))
    assert isinstance(hung.error, TimeLimitError)
    assert "page 1 took longer than 6 s" in str(hung.error)
    assert after.error is None
    assert 6 < time.monotonic() - began < 100


@LINUX
def test_a_file_that_eats_memory(crew, tmp_path):
    eaten, after = finish(crew, task(tmp_path, "eat.png"), task(tmp_path, "b.png", 1))
    assert isinstance(eaten.error, NoMemoryError)
    assert "more than 512 MiB" in str(eaten.error)
    assert after.error is None


def test_a_bug_is_told_in_one_line(crew, tmp_path):
    (done,) = finish(crew, task(tmp_path, "stumble.png"))
    assert isinstance(done.error, CrashError)
    assert "(ZeroDivisionError: two lines)" in str(done.error)


def test_a_file_that_is_not_there(crew, tmp_path):
    (done,) = finish(crew, Task(0, str(tmp_path / "none.png")))
    assert isinstance(done.error, InputError)
    assert done.sha256 is None


def test_a_file_of_many_pages_comes_in_parts_and_has_time_for_each(crew, tmp_path):
    path = tmp_path / "many.pdf"
    path.write_bytes(pdf_of_pages(30))
    crew.submit(Task(0, str(path)))
    pages, parts, done = [], 0, None
    while done is None:
        for message in crew.poll(1.0):
            assert message.first == len(pages) + 1
            pages += message.pages
            parts += isinstance(message, SomePages)
            done = message if isinstance(message, Finished) else None
    assert (len(pages), done.error) == (30, None)
    assert parts > 1


def test_a_limit_of_pages(tmp_path):
    path = tmp_path / "many.pdf"
    path.write_bytes(pdf_of_pages(4))
    with Crew(Job(limits=LimitOptions(max_pages=3)), 1) as crew:
        (done,) = finish(crew, Task(0, str(path)))
    assert done.error is not None
    assert done.error.code == "too-large"


def test_a_model_that_is_none_ends_the_run(tmp_path):
    with Crew(Job(model="no-such-model"), 1) as crew, pytest.raises(ModelError):
        finish(crew, task(tmp_path, "a.png"))


def test_workers_that_cannot_start(tmp_path):
    with (
        Crew(JOB, 1, make_nothing) as crew,
        pytest.raises(ReaderError, match="workers cannot start, with exit"),
    ):
        finish(crew, task(tmp_path, "a.png"))


@POSIX
def test_nobody_is_left_behind(tmp_path):
    with Crew(JOB, 2, make_hostile) as crew:
        crew.submit(task(tmp_path, "hang.png"))
        crew.submit(task(tmp_path, "b.png", 1))
        crew.poll(5)
        pids = crew.pids
        assert len(pids) == 2
    for pid in pids:
        with pytest.raises(ProcessLookupError):
            os.kill(pid, 0)


@POSIX
def test_ctrl_c_is_not_for_workers(crew, tmp_path):
    finish(crew, task(tmp_path, "a.png"))
    before = crew.pids
    for pid in before:
        os.kill(pid, signal.SIGINT)
    assert finish(crew, task(tmp_path, "a.png"))[0].error is None
    assert crew.pids == before
