"""The public names, what importing costs, and `read_files`."""

from __future__ import annotations

import subprocess
import sys

import cv2
import numpy as np
import pytest

import reader
from reader import files as files_module
from reader.errors import InputError, OutputError


def loaded_by(code: str) -> set[str]:
    """Top-level packages that a piece of code loads in a fresh interpreter."""
    code += "\nimport sys; print(*{name.split('.')[0] for name in sys.modules})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.splitlines()[-1].split())


HEAVY = {"numpy", "cv2", "scipy", "skimage", "tensorflow", "keras", "pypdfium2", "tqdm"}


def test_importing_reader_is_cheap():
    assert not HEAVY & loaded_by("import reader; dir(reader)")


@pytest.mark.parametrize("option", ["--help", "--version"])
def test_asking_the_command_is_cheap(option):
    code = f"import sys; sys.argv = ['reader', '{option}']\nimport reader.__main__ as m\n"
    assert not HEAVY & loaded_by(code + "try: m.main()\nexcept SystemExit as end: assert not end.code")


@pytest.mark.parametrize("command", ["scan", "live"])
def test_help_of_commands_is_cheap(command):
    code = f"import sys; sys.argv = ['reader', '{command}', '--help']\nimport reader.__main__ as m\n"
    assert not HEAVY & loaded_by(code + "try: m.main()\nexcept SystemExit as end: assert not end.code")


def test_scanning_loads_no_training_code(tmp_path):
    cv2.imwrite(str(tmp_path / "a.png"), np.full((40, 40), 255, np.uint8))
    code = f"import reader\nlist(reader.read_files([{str(tmp_path / 'a.png')!r}]))"
    assert not {"tensorflow", "keras", "pypdfium2", "tqdm", "scipy"} & loaded_by(code)


def test_every_public_name_is_there_once_asked_for():
    assert sorted(reader.__all__) == list(reader.__all__)
    for name in reader.__all__:
        assert getattr(reader, name).__name__ == name
        assert name in dir(reader)


def test_a_misspelt_name():
    with pytest.raises(AttributeError, match="no attribute 'red_page'"):
        _ = reader.red_page


class FakeClassifier:
    id = "fake"

    def scores(self, images):
        return np.full((len(images), 11), 1 / 11, np.float32)


@pytest.fixture
def images(tmp_path):
    paths = []
    for name in ("a.png", "b.png"):
        paths.append(tmp_path / name)
        cv2.imwrite(str(paths[-1]), np.full((40, 50), 255, np.uint8))
    return paths


def test_read_files_keeps_the_order_and_never_raises_for_a_file(images, tmp_path):
    paths = [images[0], str(tmp_path / "missing.png"), images[1], tmp_path]
    outcomes = list(reader.read_files(paths, FakeClassifier()))
    assert [outcome.source for outcome in outcomes] == [str(path) for path in paths]
    assert [len(outcome.readings) for outcome in outcomes] == [1, 0, 1, 0]
    assert isinstance(outcomes[1].error, InputError)
    assert isinstance(outcomes[3].error, reader.ReaderError)
    (reading,) = outcomes[0].readings
    assert (reading.width, reading.height, reading.model) == (50, 40, "fake")
    assert reading.timings["load"] > 0


def test_read_files_is_lazy(images):
    outcomes = reader.read_files([images[0], images[1]], FakeClassifier())
    next(outcomes)
    images[1].unlink()
    assert next(outcomes).error is not None


def test_read_files_hands_over_each_page(images):
    seen = []
    list(reader.read_files(images, FakeClassifier(), on_page=lambda *both: seen.append(both)))
    assert [(page.source, reading.source) for page, reading in seen] == [(str(p), str(p)) for p in images]


def test_an_output_that_fails_ends_the_run(images):
    def full_disk(page, reading):
        raise OutputError("no space")

    with pytest.raises(OutputError, match="no space"):
        list(reader.read_files(images, FakeClassifier(), on_page=full_disk))


def test_a_file_without_pages_is_an_error(monkeypatch):
    monkeypatch.setattr(files_module, "load_pages", lambda path, load: iter(()))
    (outcome,) = reader.read_files(["none.tif"], FakeClassifier())
    assert str(outcome.error) == "none.tif: has no pages"
