"""What the README shows is run: its Python examples, its commands, its output."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text("utf-8")
EXAMPLES = re.findall(r"```python\n(.*?)```", README, re.DOTALL)
COMMANDS = [
    line
    for block in re.findall(r"<!-- run -->\n```sh\n(.*?)```", README, re.DOTALL)
    for line in block.splitlines()
]
SHOWN = re.search(r"<!-- made by samples/check.py -->\n```text\n(.*?)```", README, re.DOTALL)


@pytest.fixture
def place(tmp_path):
    """A folder with nothing but the samples."""
    shutil.copytree(ROOT / "samples", tmp_path / "samples", ignore=shutil.ignore_patterns("*.py", "*.json"))
    return tmp_path


def run(command, place):
    path = os.pathsep.join((str(Path(sys.executable).parent), os.environ["PATH"]))
    env = {**os.environ, "PATH": path, "PYTHONWARNINGS": "error"}
    return subprocess.run(
        ["bash", "-c", command], cwd=place, env=env, capture_output=True, text=True, timeout=120, check=False
    )


def test_there_is_something_to_run():
    assert len(EXAMPLES) >= 2
    assert len(COMMANDS) >= 6


@pytest.mark.parametrize("code", EXAMPLES)
def test_python_example(code, place):
    (place / "example.py").write_text(code)
    done = run("python example.py", place)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout


@pytest.mark.parametrize("command", COMMANDS)
def test_command(command, place):
    done = run(command, place)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout or any(path.name != "samples" for path in place.iterdir())


def test_the_output_shown_is_what_comes_out(place):
    """Confidences may differ in the last digits from one processor to another, and are left out."""
    done = run("reader scan samples/cheque.jpg", place)
    assert SHOWN is not None
    shown = [line.split()[:3] for line in SHOWN[1].splitlines()]
    assert [line.split("\t")[:3] for line in done.stdout.splitlines()] == shown, (
        "if the new output is right, run: python samples/check.py --update"
    )


def test_links_lead_somewhere():
    targets = re.findall(r"\]\((?!https?:)([^)#]+)", README)
    assert len(targets) > 5
    assert [target for target in targets if not (ROOT / target).exists()] == []


def test_the_two_lines_that_install():
    lines = [line for line in README.splitlines() if line.startswith("python3 -m venv .venv && ")]
    assert len(lines) == 2, ".ci/run runs these two"
    assert lines[0].endswith("reader scan samples/cheque.jpg")
    assert lines[1].endswith("pytest")


def test_the_architecture_names_every_module():
    text = (ROOT / "docs" / "architecture.md").read_text("utf-8")
    modules = [path for path in (ROOT / "reader").rglob("*.py") if not path.name.startswith("__")]
    assert len(modules) > 40
    assert [
        path.name for path in modules if f"`{path.name}`" not in text and f"/{path.name}`" not in text
    ] == []
