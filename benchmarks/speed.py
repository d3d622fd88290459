"""Times `reader scan` as a user runs it: whole processes, on a cheque photo and on a full A4 page at 300 dpi.

    python benchmarks/speed.py [--repeats 5]

Warm: the median of the repeats, after one run that is not counted. Cold: the first run after the files of the
packages were dropped from the system's memory (Linux; what another process has open stays). The A4 page is
drawn here, dense with text from an open font, so Pillow and DejaVu Sans are needed. Writes results/speed.json
and speed.md.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import resource
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from pathlib import Path
from typing import Any

import cv2
import numpy as np
from machine import in_words, machine
from PIL import Image, ImageDraw, ImageFont

import reader

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
FLOORS = {"cheque": 0.8, "a4": 1.5}
"""What the project promises for whole processes on two cores, in seconds."""
FONT = "DejaVuSans.ttf"
WORDS = (
    *(
        "the",
        "order",
        "account",
        "sent",
        "with",
        "letter",
        "and",
        "paid",
        "transfer",
        "please",
        "return",
        "goods",
    ),
    *(
        "that",
        "not",
        "within",
        "weeks",
        "delivery",
        "together",
        "this",
        "refund",
        "which",
        "have",
        "Yours",
        "for",
    ),
)


def a4(path: Path, characters: int = 3000) -> None:
    """Draw a page of text with a number every few words, 2480×3508 pixels."""
    rng = np.random.default_rng(4)
    page = Image.new("L", (2480, 3508), 252)
    draw = ImageDraw.Draw(page)
    font = ImageFont.truetype(FONT, 44)
    x, y, count = 220, 240, 0
    while count < characters and y < 3300:
        word = WORDS[int(rng.integers(len(WORDS)))]
        if rng.random() < 0.15:
            word = f"{int(rng.integers(1, 10_000_000)) / 100:,.2f}"
        width = round(font.getlength(word + " "))
        if x + width > 2260:
            x, y = 220, y + 62
        draw.text((x, y), word, fill=20, font=font)
        x, count = x + width, count + len(word)
    pixels = np.asarray(page, np.float32) + rng.normal(0, 3, (3508, 2480))
    cv2.imwrite(str(path), np.clip(pixels, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 85])


def forget(folder: Path) -> None:
    """Ask the system to drop a folder's files from memory."""
    for path in folder.rglob("*"):
        if path.is_file() and path.stat().st_size:
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def scan(path: Path) -> tuple[float, dict[str, float]]:
    """Run the command; give seconds, and milliseconds by stage."""
    command = [sys.executable, "-m", "reader", "scan", "--verbose", "--format", "json", str(path)]
    # What pip installs is compiled; a checkout is only where Python may keep what it compiled.
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=env)
    took = time.perf_counter() - began
    line = next(line for line in done.stderr.splitlines() if " page 1: " in line)
    stages = {name: float(ms) for name, ms in re.findall(r"([a-z]+) (\d+)(?=,| ms$)", line)}
    return took, stages


def measure(path: Path, repeats: int) -> dict[str, Any]:
    """Time one page, cold and warm."""
    cold = None
    if hasattr(os, "posix_fadvise"):
        forget(Path(sysconfig.get_paths()["purelib"]))
        forget(Path(sysconfig.get_paths()["stdlib"]))
        cold = round(scan(path)[0], 3)
    scan(path)
    runs = [scan(path) for _ in range(repeats)]
    height, width = reader.load_page(path).image.shape[:2]
    inside = {name: statistics.median(stages[name] for _, stages in runs) for name in runs[0][1]}
    whole = statistics.median(seconds for seconds, _ in runs)
    return {
        "width": width,
        "height": height,
        "cold_s": cold,
        "warm_s": round(whole, 3),
        "runs_s": [round(seconds, 3) for seconds, _ in runs],
        "stages_ms": inside | {"start, imports, model": round(1000 * whole - sum(inside.values()))},
    }


def page(results: dict[str, Any]) -> str:
    """Give the readable page."""
    names = {"cheque": "cheque photo", "a4": "A4 page at 300 dpi"}
    lines = []
    for key, row in results["pages"].items():
        cold = "–" if row["cold_s"] is None else f"{row['cold_s']:.2f}"
        size = f"{names[key]}, {row['width']}×{row['height']}"
        lines.append(f"| {size} | {row['warm_s']:.2f} | {cold} | {FLOORS[key]} |")
    stages = list(dict.fromkeys(stage for row in results["pages"].values() for stage in row["stages_ms"]))
    parts = [
        f"| {stage} | "
        + " | ".join(f"{row['stages_ms'].get(stage, 0):.0f}" for row in results["pages"].values())
        + " |"
        for stage in stages
    ]
    return PAGE.format(
        rows="\n".join(lines),
        heads=" | ".join(names[key] for key in results["pages"]),
        rule="---:|" * len(results["pages"]),
        stages="\n".join(parts),
        machine=in_words(results["machine"]),
        **{key: results[key] for key in ("repeats", "memory_mib", "model")},
    )


PAGE = """# Speed

Made by `python benchmarks/speed.py`. Seconds of the whole process `reader scan FILE`, from start to end.

| page | warm | cold | at most |
|---|---:|---:|---:|
{rows}

Warm: median of {repeats} after one that is not counted. Cold: after the packages' files were dropped from
memory, as far as no other process had them open.
Most memory of any run: {memory_mib} MiB.

Milliseconds by stage, medians, as `--verbose` gives them:

| stage | {heads} |
|---|{rule}
{stages}

- Model: `{model}`.
- Machine: {machine}.

Single runs: [results/speed.json](results/speed.json).
"""


def main() -> None:
    """Measure, and write the results."""
    parser = argparse.ArgumentParser(description="Time reader scan.")
    parser.add_argument("--repeats", type=int, default=5)
    args = parser.parse_args()
    facts = machine()
    with tempfile.TemporaryDirectory() as scratch:
        dense = Path(scratch) / "a4.jpg"
        a4(dense)
        pages = {
            "cheque": measure(ROOT / "samples" / "cheque.jpg", args.repeats),
            "a4": measure(dense, args.repeats),
        }
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // (
        1024 if sys.platform == "linux" else 1024**2
    )
    results = {
        "model": reader.load_model().id,
        "machine": facts,
        "repeats": args.repeats,
        "memory_mib": memory,
        "pages": pages,
    }
    (HERE / "results").mkdir(exist_ok=True)
    (HERE / "results" / "speed.json").write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    (HERE / "speed.md").write_text(page(results), "utf-8")


if __name__ == "__main__":
    main()
