"""The wheel, installed alone: it carries the model and reads a page with no TensorFlow about."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
CARRIED = {
    "reader/models/digits.onnx",
    "reader/models/digits.json",
    "reader/schema/live.schema.json",
    "reader/schema/scan.schema.json",
    "reader/py.typed",
}
OFFLINE = ("Could not fetch", "No matching distribution", "Temporary failure", "Connection", "Max retries")


def pip(python, *args):
    done = subprocess.run(
        [python, "-m", "pip", *args, "--disable-pip-version-check", "--quiet"],
        capture_output=True,
        text=True,
        timeout=900,
        check=False,
    )
    if done.returncode and any(sign in done.stdout + done.stderr for sign in OFFLINE):
        pytest.skip("pip reaches no package index")
    assert done.returncode == 0, done.stderr


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The wheel, built from a copy of what a checkout has."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    left_out = shutil.ignore_patterns("__pycache__", ".*")
    for name in ("reader", "models"):
        shutil.copytree(ROOT / name, source / name, ignore=left_out)
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    pip(sys.executable, "wheel", str(source), "--no-deps", "--wheel-dir", str(folder))
    (built,) = folder.glob("*.whl")
    return built


@pytest.fixture(scope="module")
def installed(wheel, tmp_path_factory):
    """Folder of the commands of an environment that has the wheel and what it depends on."""
    folder = tmp_path_factory.mktemp("environment")
    subprocess.run([sys.executable, "-m", "venv", folder], check=True)
    bin_folder = folder / ("Scripts" if os.name == "nt" else "bin")
    pip(bin_folder / "python", "install", str(wheel))
    return bin_folder


def test_the_wheel_carries_the_model(wheel):
    names = set(zipfile.ZipFile(wheel).namelist())
    assert names >= CARRIED
    assert not [name for name in names if not name.startswith(("reader/", "number_reader-"))]


def test_the_wheel_is_small(wheel):
    assert wheel.stat().st_size < 5_000_000


def test_it_reads_a_page_from_anywhere(installed, tmp_path):
    shutil.copy(ROOT / "samples" / "table.png", tmp_path)
    env = {key: value for key, value in os.environ.items() if key not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [installed / "reader", "scan", "--format", "json", "table.png"],
        cwd=tmp_path,
        env=env,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    texts = [number["text"] for number in json.loads(done.stdout)["pages"][0]["numbers"]]
    assert {"1,204", "22,274.00", "18.60"} <= set(texts)


def test_tensorflow_is_not_there(installed):
    code = "import importlib.util as u; print([n for n in ('tensorflow', 'keras', 'PIL') if u.find_spec(n)])"
    done = subprocess.run([installed / "python", "-c", code], capture_output=True, text=True, check=True)
    assert "tensorflow" not in done.stdout
    assert "keras" not in done.stdout
