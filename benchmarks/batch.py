"""Measures `reader batch`: throughput, overhead, memory, being killed, hostile files, and Ray beside it.

    python benchmarks/batch.py [--parts speed memory kills hostile ray] [--files 10000] [--few 1000]
                               [--repeats 3]

Pages are drawn here: small ones, so that what the batch itself costs shows. Parts that are not named keep the
figures of an earlier run. Linux. Writes results/batch.json and batch.md.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import resource
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

from batch_driver import children
from batch_report import page
from hostile import small_page, small_pages
from machine import machine
from pdf_files import pdf_of_pages

import reader

HERE = Path(__file__).resolve().parent
DRIVER = str(HERE / "batch_driver.py")
KILLS = 20
KILL_FILES = 200


def timed(*command: str) -> tuple[float, float]:
    """Run a command; give its seconds, and those of processors that it and its workers took."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began = time.perf_counter()
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, check=False)
    took = time.perf_counter() - began
    if done.returncode:
        raise RuntimeError(done.stderr)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return took, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def batch(folder: Path, workers: int, *more: str, ending: str = "jsonl") -> tuple[float, float]:
    """Time the command on a folder, from nothing."""
    with tempfile.TemporaryDirectory() as scratch:
        results = str(Path(scratch) / f"r.{ending}")
        command = ["-m", "reader", "batch", str(folder), "-o", results, "-q", "--workers", str(workers)]
        return timed(*command, *more)


def speed(args: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Take one worker, two, and the bare pipeline in turn, and the best of each."""
    small_pages(scratch / "in", args.few)
    runs: dict[str, list[tuple[float, float]]] = {"bare": [], "one": [], "two": []}
    for _ in range(args.repeats):
        runs["bare"].append(timed(DRIVER, "bare", str(scratch / "in")))
        runs["one"].append(batch(scratch / "in", 1))
        runs["two"].append(batch(scratch / "in", 2))
    wall = {name: min(seconds for seconds, _ in found) for name, found in runs.items()}
    cpu = {name: min(seconds for _, seconds in found) for name, found in runs.items()}
    return {
        "files": args.few,
        "runs_s": {name: [[round(one, 2) for one in pair] for pair in found] for name, found in runs.items()},
        "files_per_s": {name: round(args.few / seconds, 1) for name, seconds in wall.items()},
        "cpu_ms_per_file": {name: round(1000 * seconds / args.few, 1) for name, seconds in cpu.items()},
        "two_to_one": round(wall["one"] / wall["two"], 2),
        "overhead": round(wall["one"] / wall["bare"] - 1, 3),
        "overhead_cpu": round(cpu["one"] / cpu["bare"] - 1, 3),
    }


def memory(args: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Watch the resident memory of a long run."""
    small_pages(scratch / "in", args.files)
    command = [sys.executable, DRIVER, "run", "in", "r.jsonl", "2", "log"]
    subprocess.run(command, cwd=scratch, check=True)
    facts = json.loads((scratch / "log.json").read_text("utf-8"))
    first, last = facts["memory"][0], facts["memory"][-1]
    pids = [pid for pid in first if pid != "files"]
    return {
        "files": args.files,
        "files_per_s": round(args.files / facts["seconds"], 1),
        "from": first["files"],
        "mib_first": [round(first[pid], 1) for pid in pids],
        "mib_last": [round(last.get(pid, -1), 1) for pid in pids],
        "growth_mib": round(max(last.get(pid, 1e9) - first[pid] for pid in pids), 1),
    }


def kills(args: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Kill runs at random moments, the supervisor and a worker in turn, and go on."""
    small_pages(scratch / "in", KILL_FILES)
    command = [sys.executable, DRIVER, "run", "in"]
    began = time.perf_counter()
    subprocess.run([*command, "whole.jsonl", "2", "log"], cwd=scratch, check=True)
    took = time.perf_counter() - began
    expected = (scratch / "whole.jsonl").read_bytes()
    rng = random.Random(7)
    rows = []
    for number in range(KILLS):
        mine = [*command, f"r{number}.jsonl", "2", f"log{number}"]
        rows.append(kill(mine, scratch, number, rng.uniform(0.05, 0.95) * took))
        rows[-1]["same_bytes"] = (scratch / f"r{number}.jsonl").read_bytes() == expected
    return {
        "files": KILL_FILES,
        "kills": rows,
        "same_bytes": sum(row["same_bytes"] for row in rows),
        "read_again": sum(row["read_again"] for row in rows),
    }


def kill(command: list[str], scratch: Path, number: int, moment: float) -> dict[str, Any]:
    """Kill a run, let it go on, and count what was read again although it was recorded."""
    whom = ("supervisor", "worker")[number % 2]
    log, journal = scratch / f"log{number}", scratch / f"r{number}.jsonl.journal"
    recorded: set[bytes] = set()
    before = 0
    with subprocess.Popen(command, cwd=scratch) as process:
        time.sleep(moment)
        victims = [process.pid] if whom == "supervisor" else children(process.pid)[:1]
        for pid in victims:
            os.kill(pid, signal.SIGKILL)
        process.wait()
    if whom == "supervisor":
        if journal.exists():
            with closing(sqlite3.connect(journal)) as db:
                recorded = {path for (path,) in db.execute("SELECT path FROM files WHERE todo = 0")}
        before = len(log.read_bytes().splitlines()) if log.exists() else 0
        subprocess.run(command, cwd=scratch, check=True)
    again = log.read_bytes().splitlines()[before:]
    twice = len([path for path in again if path in recorded])
    return {"whom": whom, "after_s": round(moment, 2), "recorded": len(recorded), "read_again": twice}


def hostile(args: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Read a folder of 1,000 good files and 100 that are made to harm."""
    folder = scratch / "in"
    small_pages(folder, 1000)
    readable = plague(folder)
    command = [sys.executable, DRIVER, "run", "in", "r.jsonl", "2", "log"]
    subprocess.run(command, cwd=scratch, check=True)
    lines = [json.loads(line) for line in (scratch / "r.jsonl").read_text("utf-8").splitlines()]
    failed = [line for line in lines if "error" in line]
    facts = json.loads((scratch / "log.json").read_text("utf-8"))
    with tempfile.TemporaryDirectory() as other:
        results = str(Path(other) / "r.jsonl")
        options = ["--timeout", "5", "--max-memory", "512", "-q", "-o", results]
        code = subprocess.run(
            [sys.executable, "-m", "reader", "batch", str(folder), *options], capture_output=True, check=False
        ).returncode
    return {
        "files": len(lines),
        "read": len(lines) - len(failed),
        "hostile_read": readable,
        "failed": facts["failures"],
        "exit_code": code,
        "pages_of_the_long_pdf": max(len(line.get("pages", [])) for line in lines),
        "seconds": round(facts["seconds"], 1),
    }


def plague(folder: Path) -> int:
    """Make 100 hostile files of 16 kinds; give how many of them can be read all the same."""
    good = small_page(folder / "h00 with spaces.png", "1234").read_bytes()
    kinds: list[Callable[[Path], object]] = [
        lambda path: path.with_suffix(".png").write_bytes(good[: len(good) // 2]),
        lambda path: path.with_suffix(".png").write_bytes(b""),
        lambda path: path.with_suffix(".docx").write_bytes(b"PK\3\4" + bytes(2000)),
        lambda path: path.with_suffix(".png").write_bytes(b"GIF89a" + bytes(99)),
        lambda path: path.with_suffix(".pdf").write_bytes(b"%PDF-1.7\nnothing"),
        lambda path: path.with_suffix(".png").write_bytes(bomb(good)),
        lambda path: path.with_suffix(".png").symlink_to("nowhere.png"),
        lambda path: path.with_suffix(".png").symlink_to(path.with_suffix(".png").name),
        lambda path: path.symlink_to(folder),
        lambda path: os.mkfifo(path.with_suffix(".png")),
        lambda path: small_page(path.with_name(f"{path.name}-stumble.png"), "99"),
        lambda path: small_page(path.with_name(f"{path.name}-crash.png"), "99"),
        lambda path: small_page(path.with_name(f"{path.name}-vanish.png"), "99"),
    ]
    for number in range(1, 91):
        kinds[number % len(kinds)](folder / f"h{number:02}")
    for number in range(3):
        small_page(folder / f"h9{number}-hang.png", "99")
        small_page(folder / f"h9{number}-eat.png", "99")
    (folder / "h97.pdf").write_bytes(pdf_of_pages(1000))
    (folder / "h98 two\nlines.png").write_bytes(good)
    Path(os.fsdecode(os.fsencode(folder) + b"/h99 caf\xe9.png")).write_bytes(good)
    return 4


def bomb(good: bytes) -> bytes:
    """Give a PNG that claims 4,295 million pixels."""
    import zlib

    head = b"IHDR" + b"\0\1\0\0" * 2 + good[24:29]
    return good[:12] + head + zlib.crc32(head).to_bytes(4, "big") + good[33:]


def ray(args: argparse.Namespace, scratch: Path) -> dict[str, Any]:
    """Take the same folder through both engines, starting and stopping included."""
    small_pages(scratch / "in", args.few)
    small_pages(scratch / "few", 2)
    local = ["--engine", "local"]
    start: dict[str, float] = {}
    seconds: dict[str, float] = {}
    for name, more, workers in (
        ("local, 1 worker", local, 1),
        ("local, 2 workers", local, 2),
        ("Ray, 2 CPUs, 1 actor", ["--engine", "ray"], 1),
    ):
        for folder, best in (("few", start), ("in", seconds)):
            runs = [batch(scratch / folder, workers, *more, ending="parquet") for _ in range(args.repeats)]
            best[name] = min(wall for wall, _ in runs)
    return {
        "files": args.few,
        "seconds": {name: round(one, 1) for name, one in seconds.items()},
        "seconds_for_2_files": {name: round(one, 1) for name, one in start.items()},
    }


PARTS = {"speed": speed, "memory": memory, "kills": kills, "hostile": hostile, "ray": ray}


def main() -> None:
    """Measure, and write the results."""
    parser = argparse.ArgumentParser(description="Measure reader batch.")
    parser.add_argument("--parts", nargs="+", choices=list(PARTS), default=list(PARTS))
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--few", type=int, default=1000, help="files for the parts speed and ray")
    parser.add_argument("--repeats", type=int, default=3)
    args = parser.parse_args()
    path = HERE / "results" / "batch.json"
    results = json.loads(path.read_text("utf-8")) if path.exists() else {}
    for part in args.parts:
        facts = machine()
        with tempfile.TemporaryDirectory() as scratch:
            figures = PARTS[part](args, Path(scratch))
        results[part] = {**figures, "machine": facts, "model": reader.load_model().id}
        path.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
        (HERE / "batch.md").write_text(page(results), "utf-8")


if __name__ == "__main__":
    main()
