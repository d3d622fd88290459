"""Measures accuracy on the dev sets, and writes it beside the figures of other readers.

    python benchmarks/pages.py [--limit N] [--set NAME ...]

The measuring script and the data are not part of this repository. They are looked for in ../shared beside it,
or where DIGIT_BENCH (folder of measure.py) and DIGIT_DATA (folder of dev.jsonl) say. Writes pages.md and
results/pages.json here, and the table in README.md; a run of some sets alone renews those and keeps the rest.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from machine import in_words, machine

import reader

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RESULTS = HERE / "results" / "pages.json"
README = ROOT / "README.md"
BEGIN, END = "<!-- made by benchmarks/pages.py -->\n", "<!-- end -->"
COMMAND = "DIGIT_DATA=DATA/dev python measure.py DATA/dev/dev.jsonl --json"

WHAT = {
    "car": "amounts of real cheques, one number an image",
    "checks": "photographed US-style cheques: date and amount",
    "photos": "pen on paper, photographed",
    "forms": "comb boxes, a small cheque",
    "sudoku": "photographed sudokus, printed and handwritten",
    "newspaper": "photographed newspaper sudokus",
    "funsd": "typed and faxed office forms",
    "receipts": "scanned receipts",
}


def folder(variable: str, default: str) -> Path:
    """Give the folder that an environment variable or the default names."""
    path = Path(os.environ.get(variable, ROOT.parent / "shared" / default)).resolve()
    if not path.is_dir():
        sys.exit(f"{variable}: no folder of that kind is there; set it to where the data lies")
    return path


def measure(limit: int | None, sets: list[str]) -> list[dict[str, Any]]:
    """Run the measuring script on this reader; one row a set."""
    data = folder("DIGIT_DATA", "data/dev")
    command = [
        sys.executable,
        str(folder("DIGIT_BENCH", "bench") / "measure.py"),
        str(data / "dev.jsonl"),
        "--json",
    ]
    command += ["--limit", str(limit)] if limit else []
    command += [part for name in sets for part in ("--set", name)]
    env = {**os.environ, "DIGIT_DATA": str(data), "READER": f"{sys.executable} -m reader"}
    rows = []
    with subprocess.Popen(command, env=env, stdout=subprocess.PIPE, text=True) as run:
        assert run.stdout is not None  # it is a pipe
        for line in run.stdout:
            print(line, end="", flush=True)
            rows.append({key: value for key, value in json.loads(line).items() if key != "reader"})
    if run.returncode:
        sys.exit(f"measure.py ended with {run.returncode}")
    return rows


def merged(rows: list[dict[str, Any]], limit: int | None) -> dict[str, Any]:
    """Put new rows in place of old ones of the same sets."""
    old = json.loads(RESULTS.read_text("utf-8"))["sets"] if RESULTS.exists() else []
    facts = {
        "model": reader.load_model().id,
        "date": datetime.now(UTC).date().isoformat(),
        "commit": commit(),
        "limit": limit,
    }
    by_name = {row["set"]: row for row in old} | {row["set"]: row | facts for row in rows}
    return {
        "command": COMMAND,
        "machine": machine(),
        "sets": [by_name[name] for name in WHAT if name in by_name],
    }


def commit() -> str:
    """Give the commit that was measured; "+" where files differ from it."""
    done = subprocess.run(
        ["git", "describe", "--always", "--dirty=+", "--exclude=*"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout.strip()


def table(results: dict[str, Any], peers: dict[str, Any]) -> str:
    """Give the figures as a Markdown table, ours beside the others'."""
    lines = [
        "| set | images, numbers | right %: reader | RapidOCR | Tesseract | false each: reader | RapidOCR |",
        "|---|---|---:|---:|---:|---:|---:|",
    ]
    for row in results["sets"]:
        name, rapid = row["set"], peers["rapidocr"]["sets"][row["set"]]
        tesseract = peers["tesseract"]["sets"][name]
        lines.append(
            f"| {name}: {WHAT[name]} | {row['images']}, {row['numbers']} | **{row['read_right_%']:.1f}** "
            f"| {rapid['read_right_%']:.1f} | {tesseract['read_right_%']:.1f} "
            f"| {row['false_per_image']:.2f} | {rapid['false_per_image']:.2f} |"
        )
    return "\n".join(lines) + "\n"


def page(results: dict[str, Any], peers: dict[str, Any]) -> str:
    """Give the readable page."""
    models = sorted({f"`{row['model']}` at {row['commit']}, {row['date']}" for row in results["sets"]})
    part = "" if all(row["limit"] is None for row in results["sets"]) else PART
    rows = []
    for row in results["sets"]:
        wrong = "" if row["digit_error_%"] is None else row["digit_error_%"]
        seconds = peers["rapidocr"]["sets"][row["set"]]["s_per_image"]
        rows.append(f"| {row['set']} | {wrong} | {row['s_per_image']:.3f} | {seconds} |")
    return PAGE.format(
        table=table(results, peers),
        rows="\n".join(rows),
        models="; ".join(models),
        machine=in_words(results["machine"]),
        command=results["command"],
        rapid=peers["rapidocr"]["version"],
        tesseract=peers["tesseract"]["version"],
        peers_machine=peers["made_on"],
        part=part,
    )


PART = "\nSome sets were measured on their first images alone; `limit` in the results says how many.\n"
PAGE = """# Accuracy on pages

Made by `python benchmarks/pages.py`. Numbers read right as a whole, digits compared; false: numbers reported
that are not there, on sets that allow the count (`funsd` and `receipts`: on words of letters).

{table}{part}
| set | digit errors % | seconds an image | RapidOCR |
|---|---:|---:|---:|
{rows}

- Model: {models}.
- Machine: {machine}.
- Seconds are whole processes over all images of a set, model loading included.
- Command: `{command}`, with `READER` set to this reader.
- Others: {rapid}; {tesseract}; measured with the same script on {peers_machine}, and copied here from
  `peers.json`.
- The data is not in this repository, and none of it may train the model but `sudoku` and `newspaper`.
  About 3 % of the labels of `car` are wrong. Seven grids of `newspaper` (198 numbers) are photographed lying
  or upside down, and their cells are written down as if upright: what is read there counts as wrong, by
  every reader.

Figures by set, as the script gives them: [results/pages.json](results/pages.json).
"""


def main() -> None:
    """Measure, and write the results."""
    parser = argparse.ArgumentParser(description="Measure accuracy on the dev sets.")
    parser.add_argument("--limit", type=int, help="at most this many images of each set")
    parser.add_argument(
        "--set", action="append", dest="sets", default=[], choices=WHAT, help="this set alone"
    )
    parser.add_argument(
        "--render", action="store_true", help="write the pages from the results that are there"
    )
    args = parser.parse_args()
    if args.render:
        results = json.loads(RESULTS.read_text("utf-8"))
    else:
        results = merged(measure(args.limit, args.sets), args.limit)
        RESULTS.parent.mkdir(exist_ok=True)
        RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    peers = json.loads((HERE / "peers.json").read_text("utf-8"))
    (HERE / "pages.md").write_text(page(results, peers), "utf-8")
    before, rest = README.read_text("utf-8").split(BEGIN)
    README.write_text(before + BEGIN + table(results, peers) + END + rest.split(END, 1)[1], "utf-8")


if __name__ == "__main__":
    main()
