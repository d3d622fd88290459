"""Takes the pictures of `reader live` for the README: an animation, and a screenshot of its window.

    python samples/show.py

Needs the extra `train` for Pillow, and Xvfb and ImageMagick's `import` for the screenshot: without them the
animation alone is made.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import clip
import cv2
from PIL import Image

ROOT = Path(__file__).resolve().parents[1]
IMAGES = ROOT / "docs" / "images"
WIDTH, EVERY, COLOURS = 560, 3, 48
"""Of the animation: its width, one frame in so many, and the colours that it is reduced to."""


def filmed(folder: Path) -> Path:
    """Film the page."""
    path = folder / "receipt.mp4"
    shots = clip.film(clip.receipt(), clip.handheld, 105, size=(960, 540), noise=1.0)
    clip.save(path, (image for image, _ in shots))
    return path


def animation(video: Path, target: Path) -> None:
    """Write the animation: the video as `--record` has it, small and in few colours."""
    read = video.with_name("read.mp4")
    command = [
        sys.executable,
        "-m",
        "reader",
        "live",
        str(video),
        "--no-window",
        "--quiet",
        "--record",
        str(read),
    ]
    subprocess.run(command, check=True, cwd=ROOT, stdout=subprocess.DEVNULL)
    capture, frames, index = cv2.VideoCapture(str(read)), [], 0
    while (got := capture.read())[0]:
        if index % EVERY == 0:
            scale = WIDTH / got[1].shape[1]
            small = cv2.resize(got[1], None, fx=scale, fy=scale, interpolation=cv2.INTER_AREA)
            frames.append(Image.fromarray(cv2.cvtColor(small, cv2.COLOR_BGR2RGB)))
        index += 1
    sheet = Image.new("RGB", (WIDTH, frames[0].height * len(frames)))  # every colour that comes up
    for i, frame in enumerate(frames):
        sheet.paste(frame, (0, i * frame.height))
    palette = sheet.quantize(COLOURS)
    plain = [frame.quantize(palette=palette, dither=Image.Dither.NONE) for frame in frames]
    pause = round(1000 * EVERY / 30)
    plain[0].save(target, save_all=True, append_images=plain[1:], duration=pause, loop=0, optimize=True)


@contextmanager
def display() -> Iterator[str]:
    """Run a display that nobody sees."""
    reading, writing = os.pipe()
    command = ["Xvfb", "-displayfd", str(writing), "-screen", "0", "960x540x24"]
    server = subprocess.Popen(command, pass_fds=[writing], stderr=subprocess.DEVNULL)
    os.close(writing)
    yield ":" + os.read(reading, 20).decode().strip()
    server.terminate()
    server.wait()


def screenshot(video: Path, target: Path) -> None:
    """Show the video in the window, and take a picture of it once numbers were printed."""
    with display() as name:
        env = {**os.environ, "DISPLAY": name}
        command = [sys.executable, "-m", "reader", "live", str(video), "--verbose"]
        process = subprocess.Popen(
            command, cwd=ROOT, env=env, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
        )
        assert process.stdout is not None
        process.stdout.readline()
        time.sleep(1)
        taken = ["import", "-window", "root", "-colors", str(COLOURS), str(target)]
        subprocess.run(taken, env=env, check=True)
        process.terminate()
        process.wait()


def main() -> None:
    """Take the pictures."""
    with tempfile.TemporaryDirectory() as scratch:
        video = filmed(Path(scratch))
        animation(video, IMAGES / "live.gif")
        if shutil.which("Xvfb") and shutil.which("import"):
            screenshot(video, IMAGES / "live.png")


if __name__ == "__main__":
    main()
