"""The same batch on Ray: the same rows, whatever happens to its actors."""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hostile import JOB, Quiet, make_hostile, small_page, small_pages

pytest.importorskip("ray", reason="needs the extra ray")
pytest.importorskip("pyarrow", reason="needs pyarrow")
if sys.platform != "linux":
    pytest.skip("looks for processes in /proc", allow_module_level=True)
pytestmark = pytest.mark.filterwarnings("ignore")  # Ray's own

import pyarrow.parquet as pq  # noqa: E402
import ray  # noqa: E402

from reader.batch.ray_engine import run_on_ray  # noqa: E402
from reader.batch.run import Plan, run_batch  # noqa: E402
from reader.errors import OutputError, ReaderError  # noqa: E402
from reader.io.listing import find_files  # noqa: E402
from reader.io.parts import PartsFolder  # noqa: E402


@pytest.fixture(scope="module")
def cluster():
    before, handler = os.environ.get("PYTHONPATH", ""), signal.getsignal(signal.SIGTERM)
    os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, (str(Path(__file__).parent), before)))
    try:
        ray.init(num_cpus=2, include_dashboard=False, log_to_driver=False, logging_level="error")
    except Exception as error:  # its processes have half a minute to start
        pytest.skip(f"Ray cannot start here: {type(error).__name__}")
    signal.signal(signal.SIGTERM, handler)  # Ray puts its own in its place
    yield
    ray.shutdown()
    os.environ["PYTHONPATH"] = before


@pytest.fixture
def batch(cluster, tmp_path, monkeypatch):
    """Run a batch of "in" on Ray; give its rows and what was heard."""
    monkeypatch.chdir(tmp_path)
    log = tmp_path / "log"

    def batch(*roots, listener=None, **how):
        heard = listener or Quiet()
        make = partial(make_hostile, log=str(log))
        plan = Plan("ray.parquet", JOB, **how)
        heard.summary = run_on_ray(plan, roots or ["in"], [], heard, make_read=make)
        return rows("ray.parquet"), heard

    batch.log = log
    return batch


def rows(path):
    """Every row as it is, sorted: Parquet's own bytes differ with the number of files."""
    table = pq.read_table(path).replace_schema_metadata(None)
    return sorted(json.dumps(row, default=repr).encode() for row in table.to_pylist())


def local():
    """The rows of the local engine, and its summary."""
    summary = run_batch(Plan("local.parquet", JOB, 1), find_files(["in"]), Quiet(), make_hostile)
    return rows("local.parquet"), summary


def test_the_same_rows_whatever_the_files(batch, tmp_path):
    folder = tmp_path / "in"
    small_pages(folder / "sub", 20)
    for name in ("crash", "stumble", "two\nlines", "a b#c?d%20e", "ü"):
        small_page(folder / f"{name}.png", "1234")
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.png")).write_bytes((folder / "ü.png").read_bytes())
    (folder / "letter.docx").write_bytes(b"PK")
    (folder / "loop").symlink_to(folder)
    (folder / "gone.png").symlink_to("nowhere.png")
    expected, summary = local()
    found, heard = batch()
    assert found == expected
    assert heard.summary == summary
    assert len(heard.names) == len(set(heard.names)) == 29
    assert len(heard.errors) == 5
    batch.log.unlink()
    again, heard = batch()
    assert (again, heard.names, heard.summary) == (expected, [], summary)
    small_page(folder / "sub" / "00007.png", "5555")
    small_page(folder / "new.png", "6666")
    found, heard = batch()
    assert sorted(heard.names) == [os.path.join("in", name) for name in ("new.png", "sub/00007.png")]
    assert found == local()[0]


def test_a_killed_actor_is_survived(batch, tmp_path):
    small_pages(tmp_path / "in", 100)

    class Killer(Quiet):
        def began(self, files, todo):
            threading.Thread(target=kill_an_actor, args=(killed,), daemon=True).start()

    killed: list[int] = []
    found, heard = batch(listener=Killer())
    assert killed, "the actor was not found"
    assert heard.errors == {}
    assert found == local()[0]


def kill_an_actor(killed):
    """Kill the actor once it has written something."""
    while not list(Path("ray.parquet").glob("part-*")):
        time.sleep(0.01)
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        try:
            command = path.read_bytes()
        except OSError:  # it has ended
            continue
        if command.startswith(b"ray::") and b"MapWorker" in command:
            os.kill(int(path.parent.name), signal.SIGKILL)
            killed.append(int(path.parent.name))


def test_what_cannot_work_is_said_before_anything_starts(batch, tmp_path):
    with pytest.raises(ReaderError, match="of one kind"):
        batch("in", str(tmp_path))
    lock = PartsFolder("ray.parquet").lock()
    with pytest.raises(OutputError, match="another run"):
        batch()
    assert lock is not None
    lock.close()
    with pytest.raises(OutputError, match="cannot be reached"):
        PartsFolder("nothing://here")
    with pytest.raises(ReaderError, match="no model is named"):
        run_on_ray(Plan("ray.parquet", replace(JOB, model="none")), ["in"], [], Quiet())
