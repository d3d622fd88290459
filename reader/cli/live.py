"""`reader live`: read the numbers that a camera sees."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING, Any

import click

from reader.cli.boundary import say
from reader.cli.reading import confidence_option, model_option
from reader.cli.values import finite, region, size

if TYPE_CHECKING:
    from reader.io.camera import VideoSource
    from reader.io.recording import Recording
    from reader.io.window import Window
    from reader.live.controls import Controls
    from reader.live.events import Event
    from reader.live.loop import Loop

TERMINATED = 143
"""What a shell reports of a program that was asked to end."""
READ_WITHIN = 0.3
"""Seconds of a recording after which a frame's reading counts."""

EXAMPLES = """\b
Examples:
  reader live
  reader live 1 --size 1280x720 --mirror --record read.mp4
  reader live clip.mp4 --format json --no-window
  reader live --once --no-window | cut -f 3
  reader live rtsp://camera.example.org/stream --region 400,200,600,300

\b
Keys:
  q quit; space freeze; s save frame and readings; c copy the numbers;
  r choose a region; t show what counts as ink; + - confidence; h help

\b
Exit codes:
  0 the source ended, or was ended with q, 2 wrong usage, 3 no such camera or
  file, or with --once nothing sure, 4 model, 5 output, 8 no display, 130 Ctrl-C.
"""


@click.command(epilog=EXAMPLES)
@click.argument("source", required=False, default="0", metavar="[SOURCE]")
@click.option(
    "--size", callback=size, metavar="WxH", help="Ask the camera for this size; fit a video into it."
)
@click.option(
    "--fps",
    type=click.FloatRange(0, 1000, min_open=True),
    callback=finite,
    metavar="N",
    help="Ask the camera for so many frames a second; play a video at it.",
)
@click.option("--mirror", is_flag=True, help="Show the picture as in a mirror; it is read as it is.")
@click.option("--region", callback=region, metavar="X,Y,W,H", help="Read this part alone, in pixels.")
@confidence_option(0.9, "Probability from which a number counts as read.", low=0.5, high=0.995)
@click.option("--record", metavar="FILE.mp4", help="Write a video of what the window shows.")
@click.option(
    "-f",
    "--format",
    "form",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="Form of the events on standard output, a line for each.",
)
@click.option("--no-window", is_flag=True, help="Show nothing, only print.")
@click.option("--once", is_flag=True, help="End with the first sure readings, and print them.")
@click.option("--list", "listing", is_flag=True, help="List the cameras there are, and end.")
@model_option
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
@click.option("-v", "--verbose", is_flag=True, help="Say and show frame rate, latency and dropped frames.")
def live(source: str, listing: bool, **choices: Any) -> None:
    """Read the numbers that a camera sees, steadily, and show them where they are.

    SOURCE is the index of a camera (0), a video file, or the address of a stream. Numbers are followed
    from frame to frame, and one is shown once several readings agree on it. A line is printed when one
    appears, changes or leaves: seconds, what happened, the number, its confidence.

    Of a camera or a stream only the newest frame is read. Of a file every frame is: the same file gives
    the same lines.
    """
    if listing:
        _list()
        return
    with _ended_by_signals():
        _run(source, **choices)


def _list() -> None:
    from reader.io.cameras import list_cameras

    cameras = list_cameras()
    for camera in cameras:
        note = "" if camera.readable else "permission denied"
        click.echo("\t".join((str(camera.index), camera.name, camera.device, note)).rstrip("\t"))
    if not cameras:
        say("there is no camera")


@contextmanager
def _ended_by_signals() -> Iterator[None]:
    """Let a request to end unwind the program as Ctrl-C does, so that a recording is finished."""

    def end(number: int, frame: object) -> None:
        raise click.exceptions.Exit(TERMINATED)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _undisturbed_end() -> Iterator[ExitStack]:
    """Give a stack that is unwound to its end, however often Ctrl-C is pressed meanwhile."""
    before = signal.getsignal(signal.SIGINT)
    with ExitStack() as stack:
        stack.callback(signal.signal, signal.SIGINT, before)
        with ExitStack() as inner:
            try:
                yield inner
            finally:
                signal.signal(signal.SIGINT, signal.SIG_IGN)


def _run(
    source: str,
    *,
    form: str,
    no_window: bool,
    once: bool,
    model: str | None,
    quiet: bool,
    verbose: bool,
    record: str | None,
    **choices: Any,
) -> None:
    """Set all up, run it, and tear it down whatever happens."""
    from reader.io.camera import Wanted, open_source
    from reader.io.model_file import load_model
    from reader.live.capture import Capture
    from reader.live.loop import How, Loop, Outputs
    from reader.live.worker import Worker

    told = _nothing if quiet else say
    _spare_source(source, record)
    with _undisturbed_end() as stack:
        video = open_source(source, wanted := Wanted(choices.pop("size"), choices.pop("fps")))
        stack.callback(video.close)
        if video.is_live and wanted.size not in (None, video.size):
            told(f"{video.name}: gives {video.size[0]}x{video.size[1]}")
        outputs = Outputs(
            _printer(form),
            told,
            None if no_window else _window(video, stack),
            _recording(record, video, stack),
        )
        capture = Capture(video, told)
        stack.callback(capture.close)
        worker = Worker(lambda: load_model(model), _delay(video))
        stack.callback(worker.close)
        paced = outputs.screen is not None and not video.is_live
        how = How(source, paced, once, verbose)
        _go(Loop(capture, worker, outputs, _controls(choices), how), told)


def _go(loop: Loop, told: Callable[[str], None]) -> None:
    """Run the loop, and say what it came to also where it is broken off."""
    from reader.errors import InputError
    from reader.live.statistics import in_words

    try:
        ended_well = loop.run()
    finally:
        told(in_words(loop.summary()))
    if not ended_well:
        raise InputError("no number was sure before the end")


def _delay(video: VideoSource) -> int | None:
    """Give the frames after which a reading counts: fixed for a recording, so that runs are alike."""
    return None if video.is_live else max(2, round(READ_WITHIN * video.fps))


def _controls(choices: dict[str, Any]) -> Controls:
    from reader.live.controls import Controls

    return Controls(**choices)


def _window(video: VideoSource, stack: ExitStack) -> Window:
    from reader.io.window import Window

    window = Window(f"reader live: {video.name}", video.size)
    stack.callback(window.close)
    return window


def _recording(path: str | None, video: VideoSource, stack: ExitStack) -> Recording | None:
    if path is None:
        return None
    from reader.io.recording import Recording

    recording = Recording(path, video.fps)
    stack.callback(recording.close)
    return recording


def _spare_source(source: str, record: str | None) -> None:
    if record and os.path.isfile(record) and os.path.realpath(record) == os.path.realpath(source):
        raise click.UsageError(f"--record {record} would overwrite the source.")


def _printer(form: str) -> Callable[[Sequence[Event]], None]:
    """Give what prints events, flushed line by line: who reads them wants them at once."""
    from reader.live.events import as_json, as_text

    aligned = sys.stdout.isatty()

    def print_events(happened: Sequence[Event]) -> None:
        for event in happened:
            click.echo(as_json(event) if form == "json" else as_text(event, aligned=aligned))
        sys.stdout.flush()

    return print_events


def _nothing(line: str) -> None:
    """Say nothing."""
