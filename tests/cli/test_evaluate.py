"""``reader evaluate``, the real command in a process of its own."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest
from cli_files import write_number

from reader.cli.main import reader

pytest.importorskip("matplotlib", reason="matplotlib is not installed")

FILES = {"report.html", "report.json", "confusion.png", "reliability.png", "reject.png", "worst.png"}
SHARED = Path(os.environ.get("DIGIT_DATA") or Path(__file__).parents[2] / "../shared/data")


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Two digits and a plus, drawn."""
    for name, text in (("7", "7"), ("3", "3"), ("not-a-digit", "+")):
        (tmp_path / "labelled" / name).mkdir(parents=True)
        image = np.full((90, 90), 255, np.uint8)
        cv2.putText(image, text, (25, 65), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 0, 2, cv2.LINE_AA)
        assert cv2.imwrite(str(tmp_path / "labelled" / name / "a.png"), image)
    return tmp_path / "labelled"


def told(content: bytes) -> list[str]:
    return content.decode().splitlines()


def test_a_folder_of_images(run, labelled, tmp_path):
    done = run("evaluate", labelled)
    assert done.returncode == 0
    assert told(done.stdout)[1:3] == ["", "3 glyphs"]
    assert [line.split(": ", 1)[1] for line in told(done.stderr)][1:] == [
        "evaluation/report.html: the report"
    ]
    assert {path.name for path in (tmp_path / "evaluation").iterdir()} == FILES
    report = json.loads((tmp_path / "evaluation" / "report.json").read_text())
    assert report["glyphs"]["glyphs"] == 3
    assert report["sources"] == [str(labelled)]


def test_the_same_input_gives_the_same_files(run, labelled, tmp_path):
    for name in ("one", "two"):
        assert run("evaluate", "--quiet", "--output", name, labelled).returncode == 0
    for name in FILES:
        assert (tmp_path / "one" / name).read_bytes() == (tmp_path / "two" / name).read_bytes()


def test_json_on_standard_output_is_the_report_and_the_time(run, labelled, tmp_path):
    done = run("evaluate", "--format", "json", "-q", labelled)
    assert (done.returncode, done.stderr) == (0, b"")
    (line,) = told(done.stdout)
    facts = json.loads(line)
    assert facts.pop("ms_per_glyph") > 0
    assert facts == json.loads((tmp_path / "evaluation" / "report.json").read_text())


def test_another_model(run, labelled, tiny_model):
    done = run("evaluate", "--model", tiny_model, "-q", labelled)
    assert done.returncode == 0
    assert told(done.stdout)[0] == "model tiny"


def test_pages(run, tmp_path):
    write_number(tmp_path / "a.png", "47302")
    write_number(tmp_path / "b.png", "815")
    lines = [
        {"file": "a.png", "numbers": ["47.302"], "mode": "line"},
        {"file": "b.png", "numbers": ["99"], "mode": "line"},
        {"file": "a.png", "grid": {}},
    ]
    (tmp_path / "list.jsonl").write_text("\n".join(map(json.dumps, lines)))
    done = run("evaluate", "list.jsonl")
    assert done.returncode == 0
    assert b"1 page without a list of numbers passed over" in done.stderr
    assert {path.name for path in (tmp_path / "evaluation").iterdir()} == {"report.html", "report.json"}
    report = json.loads((tmp_path / "evaluation" / "report.json").read_text())
    assert report["glyphs"] is None
    assert report["pages"]["numbers_right"]["count"] == 1
    assert [(one["file"], one["missed"]) for one in report["pages"]["wrong"]] == [("b.png", ["99"])]
    assert b'src="data:image/jpeg' in (tmp_path / "evaluation" / "report.html").read_bytes()


def test_a_broken_image_is_named_and_the_others_count(run, labelled, tmp_path):
    (labelled / "7" / "broken.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    done = run("evaluate", "-q", labelled)
    assert done.returncode == 1
    (line,) = told(done.stderr)
    assert line.startswith(f"reader: error: {labelled}/7/broken.png: ")
    report = json.loads((tmp_path / "evaluation" / "report.json").read_text())
    assert (report["glyphs"]["glyphs"], len(report["errors"])) == (3, 1)


@pytest.mark.skipif(sys.platform != "linux", reason="such names are Linux's")
def test_names_of_any_bytes(run, labelled, tmp_path):
    for name in (b"3/\xff<b>\n.png", b"3/\xff broken.png"):
        data = (labelled / "7" / "a.png").read_bytes() if b"<" in name else b"no image"
        Path(os.fsdecode(bytes(labelled) + b"/" + name)).write_bytes(data)
    done = run("evaluate", "-q", "--format", "json", labelled)
    assert done.returncode == 1
    assert len(done.stderr.splitlines()) == 1
    names = [one["name"] for one in json.loads(done.stdout)["misreads"]]
    assert names == ["3/\udcff<b>\n.png"]
    assert "3/\\udcff&lt;b&gt;\\n.png" in (tmp_path / "evaluation" / "report.html").read_text("utf-8")


def test_a_network_that_knows_no_other_class(run, labelled, tiny_model, ten_onnx):
    tiny_model.write_bytes(ten_onnx)
    card = json.loads(tiny_model.with_suffix(".json").read_text())
    card["classes"] = card["classes"][:10]
    card["sha256"] = hashlib.sha256(ten_onnx).hexdigest()
    tiny_model.with_suffix(".json").write_text(json.dumps(card))
    done = run("evaluate", "--model", tiny_model, "-q", "--format", "json", labelled)
    assert (done.returncode, done.stderr) == (0, b"")
    glyphs = json.loads(done.stdout)["glyphs"]
    assert (glyphs["rejected"]["count"], glyphs["rejected_at_99"]["count"]) == (0, 0)


def test_an_image_alone_that_is_broken_gives_its_own_code(run, tmp_path):
    (tmp_path / "labelled" / "7").mkdir(parents=True)
    (tmp_path / "labelled" / "7" / "broken.png").write_bytes(b"no image")
    done = run("evaluate", "-q", "labelled")
    assert (done.returncode, done.stdout) == (3, b"")
    assert not (tmp_path / "evaluation" / "report.html").exists()


@pytest.mark.parametrize(
    ("args", "code", "said"),
    [
        (["nowhere"], 3, "nowhere: no such file or folder; give a folder"),
        (["."], 3, ".: has no folders of classes"),
        (["--model", "none", "."], 4, 'no model is named "none"'),
        (["--output", "taken", "labelled"], 5, "taken: cannot be written"),
        (["--output", "taken/in", "labelled"], 5, "taken/in: cannot be written"),
    ],
)
def test_errors_are_one_line(run, tmp_path, args, code, said):
    (tmp_path / "taken").write_text("")
    if args[-1] == "labelled":
        (tmp_path / "labelled" / "7").mkdir(parents=True)
    done = run("evaluate", *args)
    assert done.returncode == code
    (line,) = told(done.stderr)
    assert line.startswith(f"reader: error: {said}")
    assert done.stdout == b""


def test_wrong_usage(run):
    for args in ([], ["--part", "all", "x"], ["--format", "csv", "x"]):
        assert run("evaluate", *args).returncode == 2


def test_without_matplotlib_it_says_what_to_install(monkeypatch, labelled):
    from click.testing import CliRunner

    monkeypatch.setattr("reader.cli.evaluate.find_spec", lambda name: None)
    done = CliRunner().invoke(reader, ["evaluate", str(labelled)])
    assert done.exit_code == 6
    assert done.stderr == (
        "reader: error: the report's pictures need matplotlib: install number-reader[train]\n"
    )


def test_neither_tensorflow_nor_pyplot_is_loaded(run, labelled):
    code = (
        "import sys; from reader.cli.main import reader\n"
        f"reader(['evaluate', '-q', {str(labelled)!r}], standalone_mode=False)\n"
        "print([m for m in ('tensorflow', 'keras', 'matplotlib.pyplot') if m in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=labelled.parent, check=True
    )
    assert done.stdout.splitlines()[-1] == "[]"


@pytest.mark.skipif(not (SHARED / "train" / "mnist").is_dir(), reason="MNIST is not here")
def test_mnist(run):
    done = run("evaluate", "--format", "json", "-q", (SHARED / "train" / "mnist").resolve())
    assert done.returncode == 0
    glyphs = json.loads(done.stdout)["glyphs"]
    assert glyphs["among_ten"]["of"] == 10_000
    assert glyphs["among_ten"]["share"] > 0.995
    assert glyphs["calibration_error"] < 0.02
    assert glyphs["acceptance"] is None
