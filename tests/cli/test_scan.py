"""`reader scan` as a user runs it."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import cv2
import jsonschema
import numpy as np
import pytest
from cli_files import write_number

from reader.cli import scan as scan_module
from reader.cli.reading import LAYOUTS
from reader.io.export import COLUMNS
from reader.options import Layout, LoadOptions, ReadOptions


def lines(data: bytes) -> list[Any]:
    return [json.loads(line) for line in data.decode("utf-8").splitlines()]


def schema() -> Any:
    return json.loads((files("reader") / "schema" / "scan.schema.json").read_text("utf-8"))


def test_json_keeps_its_promise(run, number, pages):
    done = run("scan", "--format", "json", "number.png", "missing.png", "pages.tif")
    assert done.returncode == 1
    first, second, third = found = lines(done.stdout)
    for line in found:
        jsonschema.Draft202012Validator(schema()).validate(line)
    assert first["file"] == "number.png"
    assert [number["digits"] for number in first["pages"][0]["numbers"]] == ["1234"]
    assert (first["pages"][0]["width"], first["pages"][0]["height"]) == (320, 120)
    assert second["error"]["code"] == "input"
    assert [page["page"] for page in third["pages"]] == [1, 2]
    assert third["pages"][1]["numbers"] == []


def test_the_schema_is_sound_and_refuses_other_shapes():
    jsonschema.Draft202012Validator.check_schema(schema())
    for wrong in ({}, {"file": "a"}, {"file": "a", "model": "m", "pages": [], "error": {}}):
        assert not jsonschema.Draft202012Validator(schema()).is_valid(wrong)


def test_floats_have_four_places(run, number):
    done = run("scan", "--format", "json", number)
    assert not re.search(rb"\d\.\d{5}", done.stdout)


def test_text_is_tab_separated_in_a_pipe(run, number):
    done = run("scan", "number.png")
    assert done.returncode == 0
    name, page, text, confidence = done.stdout.decode().rstrip("\n").split("\t")
    assert (name, page, text) == ("number.png", "1", "1234")
    assert 0 < float(confidence) <= 1


def test_a_page_without_numbers_is_said_and_is_no_error(run, tmp_path):
    cv2.imwrite(str(tmp_path / "blank.png"), np.full((60, 60), 255, np.uint8))
    done = run("scan", "blank.png")
    assert (done.returncode, done.stdout) == (0, b"")
    assert done.stderr == b"reader: blank.png: no numbers found\n"
    assert run("scan", "--quiet", "blank.png").stderr == b""


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
def test_tables(run, number, form, delimiter):
    done = run("scan", "--format", form, "number.png", "missing.png")
    rows = list(csv.DictReader(io.StringIO(done.stdout.decode()), delimiter=delimiter))
    assert list(rows[0]) == list(COLUMNS)
    assert (rows[0]["file"], rows[0]["text"], rows[0]["error"]) == ("number.png", "1234", "")
    assert rows[1]["file"] == "missing.png"
    assert "missing.png" in rows[1]["error"]


def test_standard_input(run, number):
    done = run("scan", "--format", "json", "-", input=number.read_bytes())
    assert done.returncode == 0
    (line,) = lines(done.stdout)
    assert line["file"] == "-"
    assert line["pages"][0]["numbers"][0]["digits"] == "1234"


def test_layout_and_region_and_min_confidence(run, number):
    def digits(*options):
        (line,) = lines(run("scan", "--format", "json", *options, number).stdout)
        return [found["digits"] for found in line["pages"][0]["numbers"]]

    assert digits("--layout", "line") == ["1234"]
    assert set("".join(digits("--layout", "line", "--min-confidence", "1"))) == {"?"}
    assert digits("--region", "0,0,10,10") == []


def test_output_is_whole_or_not_at_all(run, number, tmp_path):
    done = run("scan", "--format", "json", "--output", "out.jsonl", "number.png", "missing.png")
    assert (done.returncode, done.stdout) == (1, b"")
    assert len(lines((tmp_path / "out.jsonl").read_bytes())) == 2
    before = sorted(tmp_path.iterdir())
    done = run("scan", "--model", "no-such-model", "--output", "out.jsonl", "number.png")
    assert done.returncode == 4
    assert sorted(tmp_path.iterdir()) == before
    assert len(lines((tmp_path / "out.jsonl").read_bytes())) == 2


def test_output_into_a_missing_folder(run, number):
    done = run("scan", "--output", "nowhere/out.txt", "number.png")
    assert done.returncode == 5
    assert done.stderr == b"reader: error: nowhere/out.txt: cannot be written: No such file or directory\n"


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full here")
def test_a_full_disk(run, number):
    with open("/dev/full", "wb") as full:
        done = run("scan", "number.png", stdout=full)
    assert done.returncode == 5
    assert done.stderr.decode().count("\n") == 1
    assert "standard output: cannot be written" in done.stderr.decode()


@pytest.mark.skipif(os.name == "nt", reason="pipes break otherwise on Windows")
def test_a_reader_that_leaves(run, number):
    read, write = os.pipe()
    os.close(read)
    done = run("scan", "number.png", stdout=write)
    os.close(write)
    assert (done.returncode, done.stderr) == (141, b"")


def test_annotate_into_a_folder(run, pages, tmp_path):
    (tmp_path / "other").mkdir()
    write_number(tmp_path / "other" / "first.png")
    done = run("scan", "--annotate", "seen", "first.png", "other/first.png", "pages.tif")
    assert done.returncode == 0, done.stderr
    seen = sorted(path.name for path in (tmp_path / "seen").iterdir())
    assert seen == ["first-read-2.png", "first-read.png", "pages-p2-read.png", "pages-read.png"]
    assert cv2.imread(str(tmp_path / "seen" / "pages-p2-read.png")).shape == (90, 80, 3)


def test_annotate_in_a_file(run, number, tmp_path):
    assert run("scan", "--annotate", "seen.jpg", "number.png").returncode == 0
    assert cv2.imread(str(tmp_path / "seen.jpg")).shape == (120, 320, 3)


def test_annotate_never_harms_an_input(run, tmp_path):
    write_number(tmp_path / "a.png")
    before = write_number(tmp_path / "a-read.png", "99").read_bytes()
    assert run("scan", "--annotate", ".", "a.png", "a-read.png").returncode == 0
    assert (tmp_path / "a-read.png").read_bytes() == before
    assert (tmp_path / "a-read-2.png").exists()


@pytest.mark.parametrize(
    "wrong",
    [
        [],
        ["--format", "xml", "number.png"],
        ["--region", "1,2,3", "number.png"],
        ["--region", "0,0,0,9", "number.png"],
        ["--min-confidence", "nan", "number.png"],
        ["--min-confidence", "2", "number.png"],
        ["--dpi", "0", "number.png"],
        ["--output", "number.png", "number.png"],
        ["--annotate", "number.png", "number.png"],
        ["--annotate", "one.png", "number.png", "number.png"],
        ["--annotate", "one.pdf", "number.png"],
    ],
)
def test_wrong_usage(run, number, wrong):
    before = number.read_bytes()
    done = run("scan", *wrong)
    assert (done.returncode, done.stdout) == (2, b"")
    assert b"Error:" in done.stderr
    assert b"Traceback" not in done.stderr
    assert number.read_bytes() == before


def test_annotate_in_one_file_for_several_pages(run, pages):
    done = run("scan", "--annotate", "seen.png", "pages.tif")
    assert done.returncode == 5
    assert b"several pages" in done.stderr


def test_verbose_gives_timings(run, number):
    done = run("scan", "--verbose", "number.png")
    assert re.search(rb"number\.png page 1: load \d+, .*\d+ ms", done.stderr)
    assert done.stdout.count(b"\n") == 1


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="file names are Unicode here")
def test_a_name_that_is_not_utf8(run, tmp_path):
    name = b"caf\xe9.png"
    path = os.fsdecode(os.fsencode(tmp_path) + b"/" + name)
    write_number(Path(path))
    done = run("scan", "--format", "json", name)
    assert done.returncode == 0
    assert b"caf\\udce9.png" in done.stdout
    assert os.fsencode(lines(done.stdout)[0]["file"]) == name
    assert run("scan", name).stdout.startswith(name + b"\t")
    assert run("scan", b"gone-" + name).returncode == 3


def test_names_stay_readable_and_cannot_break_lines(run, tmp_path):
    write_number(tmp_path / "Überweisung €.png")
    done = run("scan", "--format", "json", "Überweisung €.png", env={"LC_ALL": "C"})
    assert "Überweisung €.png".encode() in done.stdout
    done = run("scan", "two\nlines\x1b[31m.png")
    assert done.stderr.count(b"\n") == 1
    assert b"\x1b" not in done.stderr


def test_results_come_file_by_file(number, tmp_path):
    """The first file's line is there while the second file, a pipe, has not come yet."""
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes here")
    os.mkfifo(tmp_path / "slow.png")
    command = [sys.executable, "-m", "reader", "scan", "number.png", "slow.png"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert b"1234" in process.stdout.readline()
        assert process.poll() is None
        (tmp_path / "slow.png").write_bytes(number.read_bytes())
        assert b"slow.png" in process.stdout.readline()
    assert process.returncode == 0


def test_ctrl_c_leaves_nothing_half_done(number, tmp_path):
    if not hasattr(os, "mkfifo"):
        pytest.skip("no named pipes here")
    os.mkfifo(tmp_path / "never.png")
    command = [sys.executable, "-m", "reader", "scan", "-v", "-o", "out.txt", "number.png", "never.png"]
    # A test run in the background of a shell ignores Ctrl-C, and so would all that it starts.
    heard = {"preexec_fn": lambda: signal.signal(signal.SIGINT, signal.SIG_DFL)}
    with subprocess.Popen(command, cwd=tmp_path, stderr=subprocess.PIPE, **heard) as process:
        assert process.stderr is not None
        while b"number.png page 1" not in process.stderr.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.stderr.read().strip() == b"reader: interrupted"
    assert process.returncode == 130
    assert sorted(os.listdir(tmp_path)) == ["never.png", "number.png"]


def test_choices_and_defaults_are_those_of_the_options():
    defaults = {option.name: option.default for option in scan_module.scan.params}
    assert get_args(Layout) == LAYOUTS
    assert defaults["layout"] == ReadOptions().layout
    assert defaults["min_confidence"] == ReadOptions().min_confidence
    assert defaults["dpi"] == LoadOptions().dpi
