"""Bad files: one clear line on standard error, the code of the error, never a traceback."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from cli_files import locked_pdf, png_that_claims, write_number


def missing(path: Path) -> None:
    pass


def empty(path: Path) -> None:
    path.write_bytes(b"")


def truncated(path: Path) -> None:
    data = write_number(path.with_suffix(".png")).read_bytes()
    path.write_bytes(data[: len(data) // 2])


def truncated_jpeg(path: Path) -> None:
    data = write_number(path.with_suffix(".jpg")).read_bytes()
    path.write_bytes(data[: len(data) // 2])


def no_image(path: Path) -> None:
    path.write_text("Dear Sir or Madam, 1234\n" * 50)


def folder(path: Path) -> None:
    path.mkdir()


def bomb(path: Path) -> None:
    path.write_bytes(png_that_claims(100_000, 100_000))


def locked(path: Path) -> None:
    path.write_bytes(locked_pdf(b"secret"))


def damaged_pdf(path: Path) -> None:
    path.write_bytes(locked_pdf(b"secret")[:90])


def unreadable(path: Path) -> None:
    if os.name == "nt" or os.geteuid() == 0:
        pytest.skip("this user may read everything")
    write_number(path.with_suffix(".png")).rename(path)
    path.chmod(0)


CASES = {
    missing: "input",
    empty: "input",
    truncated: "input",
    truncated_jpeg: "input",
    no_image: "input",
    folder: "input",
    unreadable: "input",
    bomb: "too-large",
    locked: "password",
    damaged_pdf: "input",
}


@pytest.mark.parametrize(("make", "code"), CASES.items(), ids=lambda case: getattr(case, "__name__", case))
def test_one_bad_file(run, tmp_path, make, code):
    make(tmp_path / "bad")
    done = run("scan", "--format", "json", "bad")
    assert done.returncode == 3, done.stderr
    message = done.stderr.decode()
    assert message.startswith("reader: error: bad")
    assert message.count("\n") == 1
    (line,) = [json.loads(text) for text in done.stdout.splitlines()]
    assert line["error"]["code"] == code
    assert message == f"reader: error: {line['error']['message']}\n"


def test_the_run_goes_on(run, tmp_path, number):
    empty(tmp_path / "empty.png")
    done = run("scan", "empty.png", "number.png")
    assert done.returncode == 1
    assert b"number.png\t1\t1234" in done.stdout
    assert done.stderr.count(b"\n") == 1


def test_empty_standard_input(run):
    done = run("scan", "-", input=b"")
    assert done.returncode == 3
    assert done.stderr.decode().count("\n") == 1


@pytest.mark.parametrize("damage", [b"", b"not a network"])
def test_a_model_that_is_none(run, tmp_path, number, damage):
    (tmp_path / "bad.onnx").write_bytes(damage)
    done = run("scan", "--model", "bad.onnx", "number.png")
    assert (done.returncode, done.stdout) == (4, b"")
    assert done.stderr.decode().count("\n") == 1


def test_a_model_that_does_not_match_its_card(run, tmp_path, number):
    models = Path(__file__).parents[2] / "models"
    if not (models / "digits.onnx").exists():
        pytest.skip("no model in models/")
    (tmp_path / "digits.json").write_bytes((models / "digits.json").read_bytes())
    (tmp_path / "digits.onnx").write_bytes((models / "digits.onnx").read_bytes()[:-1] + b"x")
    done = run("scan", "--model", "./digits.onnx", "number.png")
    assert (done.returncode, done.stdout) == (4, b"")
    assert done.stderr.decode().count("\n") == 1
    assert b"Traceback" not in done.stderr
