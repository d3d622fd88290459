"""Draws 2047 on the pad, as a hand would, and takes the picture for the README.

    python samples/screenshot.py [FILE]

Needs Xvfb, xdotool and ImageMagick's import.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT / "benchmarks"))


def main() -> None:
    """Take the picture."""
    from screen import Hand, program, screen, strokes_of, wait_for

    target = sys.argv[1] if len(sys.argv) > 1 else ROOT / "docs" / "images" / "draw.png"
    with (
        tempfile.TemporaryDirectory() as store,
        screen(1000, 800) as display,
        program(display, "draw", "--corrections", store),
    ):
        hand = Hand(display)
        hand.draw(strokes_of("2047", 50, 120, 170, 1))
        if not wait_for(lambda: hand.title() == "2047"):
            raise SystemExit(f"the pad reads {hand.title()!r}")
        time.sleep(2)  # the bar of the 7 changes no answer, so nothing tells that it is read
        env = {**os.environ, "DISPLAY": display}
        command = ["import", "-window", hand.window, "-colors", "64", str(target)]
        subprocess.run(command, env=env, check=True)


if __name__ == "__main__":
    main()
