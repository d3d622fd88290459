"""Measures the drawing pad: what it reads, how soon, and what it learns from corrections.

    python benchmarks/draw.py --data DIR [--model NAME|PATH] [--only traced,latency,writer]

DIR is as for `reader train`. "traced" lets a hand draw 200 digits of MNIST's t10k on the pad, at random
places, sizes and brush widths, and reads each with the pad and, beside it, by shrinking the whole board
to 28x28. "latency" draws in a running window (Xvfb, xdotool) and takes the time from pen up to the
answer on the screen. "writer" corrects 30 digits of a simulated writer and runs `reader train
--corrections` (the extra `train`, and a model with its Keras file). Writes results/draw.json and
draw.md; what is left out stays as it was.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from trace import trace
from typing import Any

import cv2
import draw_writer
import numpy as np
from machine import in_words, machine
from screen import Hand, missing, screen, strokes_of

from reader.draw.raster import Stroke
from reader.draw.session import SIZE, Session
from reader.io.model_file import load_model
from reader.train.real import mnist
from reader.types import Classifier

HERE = Path(__file__).resolve().parent
DIGITS = 200
HEIGHTS, BRUSHES = (60.0, 260.0), (0.06, 0.16)
"""Of the longer side of a digit, in pixels, and of the brush, in parts of that, but 4 to 32 pixels."""
ANSWERS = 60


def strokes_on_pad(glyph: np.ndarray, rng: np.random.Generator) -> list[Stroke]:
    """Trace a digit and put it somewhere on the pad."""
    paths = trace(glyph)
    low, high = (pick(np.concatenate(paths), axis=0) for pick in (np.min, np.max))
    height = rng.uniform(*HEIGHTS)
    scale = height / max(*(high - low), 1e-6)
    brush = float(np.clip(height * rng.uniform(*BRUSHES), 4, 32))
    room = np.array(SIZE) - 2 * brush - (high - low) * scale
    place = brush + rng.uniform(0, 1, 2) * np.maximum(room, 0)
    return [Stroke(tuple(map(tuple, ((path - low) * scale + place).tolist())), brush) for path in paths]


def traced(data: Path, model: Classifier) -> dict[str, Any]:
    """Draw and read digits of t10k."""
    rng = np.random.default_rng(12)
    images, labels = mnist(data, "test")
    session = Session(model, Path(os.devnull))
    right = {"pad": 0, "plain": 0, "sure": 0, "sure_and_wrong": 0}
    misread = []
    for row in rng.choice(len(images), DIGITS, replace=False):
        session.pad.clear()
        session.pad.add(strokes_on_pad(images[row], rng))
        answer = session.recognise()
        small = cv2.resize(session.pad.ink, (28, 28), interpolation=cv2.INTER_AREA)
        plain = model.scores(small[None, ..., None].astype(np.float32) / np.float32(255))[0, :10].argmax()
        good, sure = answer.text == str(labels[row]), answer.kind == "sure"
        right["pad"] += good
        right["plain"] += int(plain) == labels[row]
        right["sure"] += sure
        right["sure_and_wrong"] += sure and not good
        if not good:
            misread.append({"row": int(row), "label": int(labels[row]), "answer": answer.headline})
    return {"digits": DIGITS, **{key: int(value) for key, value in right.items()}, "misread": misread}


def latency(model: Classifier) -> dict[str, Any]:
    """Draw in a running window; milliseconds from the server's time of pen up to the answer on the screen."""
    with screen() as display:
        command = [sys.executable, __file__, "--timed-window", model.id]
        running = subprocess.Popen(
            command, env={**os.environ, "DISPLAY": display}, stdout=subprocess.PIPE, text=True
        )
        hand = Hand(display)
        for number in range(ANSWERS):
            text = str(np.random.default_rng(number).integers(10 ** (number % 4), 10 ** (number % 4 + 1)))
            hand.draw(strokes_of(text, 40, 110, 140, 1))
            time.sleep(0.3)
            hand.key("Escape")
        hand.do("windowclose", hand.window)
        out, _ = running.communicate(timeout=60)
    rows = [[float(word) for word in line.split()] for line in out.splitlines()]
    times = sorted(took for took, _ in rows)
    reading = round(statistics.median(alone for _, alone in rows), 1)
    at = {name: round(times[int(part * (len(times) - 1))], 1) for name, part in (("p90", 0.9), ("p99", 0.99))}
    median = round(statistics.median(times), 1)
    return {"answers": len(times), "median": median, **at, "most": times[-1], "reading": reading}


def timed_window(model: Classifier) -> None:
    """Open the pad and print the milliseconds of every answer."""
    from reader.draw.desktop import open_root
    from reader.draw.window import ANSWERED, Window

    up: list[float] = []

    def lifted(event: Any) -> None:
        up.append(event.time)

    def answered(event: Any) -> None:
        if up:
            # The server's clock is the system's monotonic one, in milliseconds of 32 bits.
            took = round((time.monotonic() * 1000 - up.pop()) % 2**32, 1)
            print(took, sum(window.session.answer.reading.timings.values()), flush=True)
            up.clear()

    root = open_root("reader draw")
    window = Window(root, Session(model, Path(os.devnull)))
    window.board.bind("<ButtonRelease-1>", lifted, add="+")
    root.bind(ANSWERED, answered)
    window.guard.run()


def writer(data: Path, model: str | None) -> dict[str, Any]:
    """Correct 30 digits of a writer whose 7s and 1s are misread, and train on them."""
    old = load_model(model)
    written = draw_writer.write(data)
    with tempfile.TemporaryDirectory() as folder:
        store, made = Path(folder) / "store", Path(folder) / "made"
        draw_writer.correct(written, old, store)
        began = time.perf_counter()
        words = ["train", "--corrections", store, "--data", data, "--output", made, "--name", "writer"]
        words += ["--model", model] if model else []
        subprocess.run([sys.executable, "-m", "reader", *map(str, words)], check=True)
        took = time.perf_counter() - began
        card = json.loads((made / "writer.json").read_text("utf-8"))
        after = draw_writer.misread(written, load_model(made / "writer.onnx"))
    before = draw_writer.misread(written, old)
    figures = {key: value for key, value in card["figures"].items() if key != "onnx_difference"}
    corrected = {key: card["corrected"][key] for key in ("corrections", "held_out", "step", "kept")}
    return {"before": before, "after": after, "seconds": round(took, 1), **corrected, "figures": figures}


def page(results: dict[str, Any]) -> str:
    """Give the readable page of what was measured."""
    parts = [HEAD]
    if "traced" in results:
        one = results["traced"]
        parts.append(
            TRACED.format(**one, share=one["pad"] / one["digits"], plain_share=one["plain"] / one["digits"])
        )
    if "latency" in results:
        parts.append(LATENCY.format(**results["latency"]))
    if "writer" in results:
        one = results["writer"]
        rows = [("held-out digits of the writer, wrong", one["before"]["wrong"], one["after"]["wrong"])]
        rows += [
            (f"... of them {d}s", *(one[when][f"wrong_{d}s"] for when in ("before", "after"))) for d in (1, 7)
        ]
        rows += [(title, *one["figures"][key]) for key, title in FIGURES.items() if key in one["figures"]]
        table = "\n".join(f"| {title} | {before} | {after} |" for title, before, after in rows)
        parts.append(WRITER.format(**one, table=table, digits=one["before"]["digits"]))
    parts.append(f"- Model: `{results['model']}`.\n- Machine: {in_words(results['machine'])}.\n")
    return "\n".join(parts) + "\nSingle results: [results/draw.json](results/draw.json).\n"


FIGURES = {
    "mnist_wrong": "MNIST's digits by writers that validate (5,742), wrong",
    "t10k_wrong": "MNIST's `t10k` (10,000), wrong; it decides nothing",
    "others_wrong": "what is no digit, taken for one",
    "calibration_error": "calibration error on all that validates",
}
HEAD = """# The drawing pad

Made by `python benchmarks/draw.py --data DIR`.
"""
TRACED = """## What it reads

{digits} digits of MNIST's `t10k`, chosen at random, traced as strokes (the skeleton of the digit,
walked along) and drawn on a pad of 640×360 at random places, 60 to 260 pixels high, with a brush of 6
to 16 % of that:

| | read right |
|---|---:|
| the pad | {pad} of {digits} ({share:.1%}) |
| the whole board shrunk to 28×28, the same network | {plain} of {digits} ({plain_share:.1%}) |

Of {sure} answers that were not "not sure" {sure_and_wrong} were wrong.
"""
LATENCY = """## How soon

From pen up, by the X server's clock, to the answer on the screen of a running window, {answers} answers
while numbers of one to four digits were drawn: median {median} ms, 90 % within {p90} ms, 99 % within
{p99} ms, at most {most} ms. The reading alone took {reading} ms in the median.
"""
WRITER = """## What it learns

A simulated writer: digits of MNIST bent in one manner, so that many of the 7s and 1s are misread. After
{corrections} corrections (of which {held_out} were held out to decide) and `reader train
--corrections`, which took {seconds} s:

| | before | after |
|---|---:|---:|
{table}

The new model was kept because it was {kept}; its weights went {step} of the way.
"""


def main() -> None:
    """Measure, and write the results."""
    parser = argparse.ArgumentParser(description="Measure the drawing pad.")
    parser.add_argument("--data", type=Path)
    parser.add_argument("--model")
    parser.add_argument("--only", default="traced,latency,writer")
    parser.add_argument("--timed-window", help=argparse.SUPPRESS)
    args = parser.parse_args()
    model = load_model(args.model)
    if args.timed_window:
        timed_window(model)
        return
    path = HERE / "results" / "draw.json"
    results = json.loads(path.read_text("utf-8")) if path.is_file() else {}
    results |= {"model": model.id, "machine": machine()}
    for name in args.only.split(","):
        if name == "latency" and not missing():
            results[name] = latency(model)
        elif name != "latency":
            if args.data is None:
                parser.error("--data is needed")
            results[name] = traced(args.data, model) if name == "traced" else writer(args.data, args.model)
    path.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
    (HERE / "draw.md").write_text(page(results), "utf-8")


if __name__ == "__main__":
    main()
