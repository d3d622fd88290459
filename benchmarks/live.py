"""Measures `reader live` on clips that it films: speed, steadiness, memory.

    python benchmarks/live.py [--frames 300] [--long 20000] [--moves still shaken ...]

Speed: a clip of a page in the hand, 26 digits; the overlay is drawn on every frame, for nobody. "Through" is
the whole file as fast as it goes, none dropped; "camera" is the same frames at 30 a second, where what is
late is dropped. Beside them every frame read afresh. Steadiness: the share of frames whose shown numbers are
exactly those in view. Writes results/live.json and live.md.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
from machine import in_words, machine
from numpy.typing import NDArray

import reader
from reader.live.capture import Capture
from reader.live.events import Event
from reader.live.loop import Loop, Outputs
from reader.live.worker import Worker
from reader.types import Page

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "samples"))

import clip  # noqa: E402  (found through the line above)

Image = NDArray[np.uint8]
FPS = 30.0
DELAY = 9
SINGLE = 8
"""Frames of a clip that are read each by itself."""
SIZES = {"1280x720": (1280, 720), "640x480": (640, 480)}
ASKED = {"1280x720": 30, "640x480": 60}
"""Frames a second that the project promises on two cores."""


class Frames:
    """A source of frames in memory: a recording, or a camera that gives one at its time."""

    def __init__(self, images: list[Image], *, is_live: bool, count: int | None = None) -> None:
        self.name, self.is_live, self.fps = "clip", is_live, FPS
        self._images, self._count, self._next = images, count or len(images), 0
        self._began = time.perf_counter()

    def read(self) -> Image | None:
        """Give the next frame; None at the end."""
        if self._next >= self._count:
            self.is_live = False  # nothing to wait for
            return None
        if self.is_live:
            time.sleep(max(0.0, self._began + self._next / FPS - time.perf_counter()))
        self._next += 1
        return self._images[(self._next - 1) % len(self._images)]

    def time(self) -> float | None:
        """Give the last frame's time in the recording."""
        return None if self.is_live else (self._next - 1) / FPS

    def reopen(self) -> bool:
        """Refuse."""
        return False

    def close(self) -> None:
        """Do nothing."""


class Nowhere:
    """Takes pictures."""

    def show(self, picture: Image, time: float) -> None:
        """Take one."""


def run(source: Frames, model: Any) -> tuple[dict[str, Any], list[Event]]:
    """Run the loop; give its summary and what happened."""
    happened: list[Event] = []
    capture = Capture(source, print)
    worker = Worker(lambda: model, None if source.is_live else DELAY)
    loop = Loop(capture, worker, Outputs(happened.extend, print, None, Nowhere()))
    busy = time.thread_time()
    loop.run()
    busy = time.thread_time() - busy
    worker.close()
    capture.close()
    done = loop.summary()
    facts = {name: getattr(done, name) for name in done.__dataclass_fields__}
    return facts | {"cpu_ms": round(1000 * busy / max(1, done.frames), 2)}, happened


def shown(happened: list[Event], frames: int) -> Iterator[set[str]]:
    """Give the texts that are shown at each frame."""
    now: dict[int, str] = {}
    at: dict[int, list[Event]] = {}
    for event in happened:
        at.setdefault(event.frame, []).append(event)
    for i in range(frames):
        for event in at.get(i, ()):
            if event.kind == "leave":
                del now[event.id]
            else:
                now[event.id] = event.text
        yield set(now.values())


def speed(size: tuple[int, int], frames: int, model: Any) -> dict[str, Any]:
    """Time the loop and per-frame reading, in one run."""
    images = [image for image, _ in clip.film(clip.receipt(), clip.handheld, frames, size=size)]
    through, _ = run(Frames(images, is_live=False), model)
    camera, _ = run(Frames(images, is_live=True), model)
    began, busy = time.perf_counter(), time.thread_time()
    sampled = images[:: max(1, len(images) // SINGLE)]
    for image in sampled:
        reader.read_page(Page(image), model)
    afresh = len(sampled) / (time.perf_counter() - began)
    cpu_ms = 1000 * (time.thread_time() - busy) / len(sampled)
    return {
        "through": through,
        "camera": camera,
        "afresh_per_s": round(afresh, 2),
        "afresh_cpu_ms": round(cpu_ms, 1),
    }


def steadiness(move: str, frames: int, model: Any) -> dict[str, Any]:
    """Compare what is shown with what is in view, and with reading single frames."""
    scene = clip.receipt()
    filmed = list(clip.film(scene, clip.MOVES[move], frames))
    _, happened = run(Frames([image for image, _ in filmed], is_live=False), model)
    truth = [set(numbers) for _, numbers in filmed]
    live = list(shown(happened, frames))
    right = [a == b for a, b in zip(live, truth, strict=True)]
    first = next((i for i, good in enumerate(right) if good), frames)
    single = [
        {number.text for number in reader.read_page(Page(filmed[i][0]), model).numbers} == truth[i]
        for i in range(0, frames, max(1, frames // SINGLE))
    ]
    after = [event for event in happened if event.frame > first]
    return {
        "frames": frames,
        "right": round(sum(right) / frames, 4),
        "right_after_first": round(sum(right[first:]) / max(1, frames - first), 4),
        "first_right": first,
        "right_afresh": round(sum(single) / len(single), 4),
        "false_locks": sorted({e.text for e in happened if e.text not in scene.numbers}),
        "events_after_first": len(after),
    }


def resident() -> float:
    """Give the memory of this process in MiB."""
    pages = int(Path("/proc/self/statm").read_text("utf-8").split()[1])
    return pages * resource.getpagesize() / 2**20


def memory(frames: int, model: Any) -> dict[str, Any]:
    """Run many frames of a small clip, and watch the memory."""
    images = [image for image, _ in clip.film(clip.receipt(), clip.handheld, 300, size=(640, 480))]
    seen = []

    class Watched(Frames):
        def read(self) -> Image | None:
            if self._next % max(1, frames // 20) == 0:
                seen.append(round(resident(), 1))
            return super().read()

    run(Watched(images, is_live=False, count=frames), model)
    return {"frames": frames, "mib": seen}


def page(found: dict[str, Any]) -> str:
    """Give the readable page."""
    cost = [
        f"| {size} | {row['through']['cpu_ms']:.1f} | {1000 / ASKED[size]:.1f} | {row['afresh_cpu_ms']:.0f} |"
        for size, row in found["speed"].items()
    ]
    fast = [
        f"| {size} | {row['through']['rate']:.1f} | {ASKED[size]} | {row['afresh_per_s']:.1f} | "
        f"{row['camera']['rate']:.1f} | {row['camera']['latency']} | {row['camera']['latency_95']} | "
        f"{row['camera']['dropped']} |"
        for size, row in found["speed"].items()
    ]
    steady = [
        f"| {move} | {row['right']:.1%} | {row['right_after_first']:.1%} | {row['right_afresh']:.1%} | "
        f"{row['first_right']} | {', '.join(row['false_locks']) or 'none'} | {row['events_after_first']} |"
        for move, row in found["steadiness"].items()
    ]
    mib = found["memory"]["mib"]
    return PAGE.format(
        cost="\n".join(cost),
        fast="\n".join(fast),
        steady="\n".join(steady),
        frames=found["frames"],
        single=SINGLE,
        many=found["memory"]["frames"],
        early=mib[len(mib) // 10],
        late=mib[-1],
        model=found["model"],
        machine=in_words(found["machine"]),
    )


PAGE = """# Live

Made by `python benchmarks/live.py`, on clips of {frames} frames that it films: the head of a receipt, 26
digits, with a sensor's noise.

## Speed

The page in the hand. First the processor time of the thread that shows frames, overlay included, and of
reading a frame afresh: it depends little on what else the machine does.

| size | loop, ms a frame | promised frames/s leave, ms | afresh, ms a frame |
|---|---:|---:|---:|
{cost}

Then by the clock, frames a second: a whole file, none dropped; every frame read afresh; and as a camera of
30 a second, with milliseconds from frame to overlay. Where the load (below) was above the cores these say
little.

| size | file | promised | afresh | camera | latency, ms | 95 % within, ms | dropped |
|---|---:|---:|---:|---:|---:|---:|---:|
{fast}

## Steadiness

Frames on which exactly the numbers in view are shown: of all, of those from the first such frame on, and of
{single} frames that are each read by itself. False: numbers that were shown and are not on the page. Events:
what appeared, changed or left after the first right frame; a page that is panned or taken away has some.

| clip | right | from the first on | each by itself | first at frame | false | events |
|---|---:|---:|---:|---:|---|---:|
{steady}

## Memory

Over {many} frames at 640x480: {early} MiB after a tenth, {late} MiB at the end.

- Model: `{model}`.
- Machine: {machine}.

All figures: [results/live.json](results/live.json).
"""


def main() -> None:
    """Measure, and write the results."""
    parser = argparse.ArgumentParser(description="Measure reader live.")
    parser.add_argument("--frames", type=int, default=300)
    parser.add_argument("--long", type=int, default=20_000)
    parser.add_argument("--moves", nargs="*", choices=clip.MOVES, default=list(clip.MOVES))
    args = parser.parse_args()
    model = reader.load_model()
    found = {
        "model": model.id,
        "machine": machine(),
        "frames": args.frames,
        "speed": {name: speed(size, args.frames, model) for name, size in SIZES.items()},
        "steadiness": {move: steadiness(move, args.frames, model) for move in args.moves},
        "memory": memory(args.long, model),
    }
    (HERE / "results" / "live.json").write_text(json.dumps(found, indent=1) + "\n", "utf-8")
    (HERE / "live.md").write_text(page(found), "utf-8")


if __name__ == "__main__":
    main()
