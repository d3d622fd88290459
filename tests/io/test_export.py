"""The writers, one a format."""

from __future__ import annotations

import csv
import io
import json

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from reader.errors import TooLargeError
from reader.io.export import COLUMNS, WRITERS, Style, as_dict, printable
from reader.types import Char, Number, Outcome, PageReading


def number(text="1.990,50", confidence=0.98765432):
    digits = "".join(char for char in text if char.isdigit())
    chars = tuple(
        Char(c, confidence, (i, 0, 1, 9), ((c, 0.98765432), ("7", 1e-9))) for i, c in enumerate(text)
    )
    return Number(text, digits, confidence, (1, 2, 30, 40), chars, ((digits, confidence), ("1", 0.00016)))


def outcome(source="a.png", *numbers):
    return Outcome(source, (PageReading(source, 1, 90, 80, 1.23456, numbers, "m"),))


FAILED = Outcome("b.png", error=TooLargeError("b.png: too large, crop it"))


def written(form, *outcomes, style=Style()):  # noqa: B008 - frozen
    out = io.StringIO(newline="")
    writer = WRITERS[form](style)
    writer.begin(out)
    for one in outcomes:
        writer.write(one, out)
    return out.getvalue()


def test_the_shape_of_json():
    assert as_dict(outcome("a.png", number("7"))) == {
        "file": "a.png",
        "model": "m",
        "pages": [
            {
                "page": 1,
                "width": 90,
                "height": 80,
                "angle": 1.2346,
                "numbers": [
                    {
                        "text": "7",
                        "digits": "7",
                        "confidence": 0.9877,
                        "box": [1, 2, 30, 40],
                        "chars": [
                            {
                                "char": "7",
                                "confidence": 0.9877,
                                "box": [0, 0, 1, 9],
                                "alternatives": [["7", 0.9877], ["7", 0.0]],
                            }
                        ],
                        "alternatives": [["7", 0.9877], ["1", 0.0002]],
                    }
                ],
            }
        ],
    }
    assert as_dict(FAILED) == {
        "file": "b.png",
        "error": {"code": "too-large", "message": "b.png: too large, crop it"},
    }


def test_json_takes_numpy_scalars():
    odd = Number("7", "7", np.float32(0.5), tuple(np.arange(1, 5)), ())
    assert json.loads(written("json", outcome("a", odd)))["pages"][0]["numbers"][0]["box"] == [1, 2, 3, 4]


def test_json_never_writes_what_is_not_json():
    with pytest.raises(ValueError, match="not JSON compliant"):
        written("json", outcome("a", number("7", float("nan"))))


@given(st.text() | st.binary().map(lambda name: name.decode("utf-8", "surrogateescape")))
def test_any_name_survives_json_on_one_line(name):
    text = written("json", outcome(name), outcome(name))
    first, second = text.splitlines()
    assert json.loads(first)["file"] == json.loads(second)["file"] == name
    text.encode("utf-8")


@pytest.mark.parametrize(("form", "delimiter"), [("csv", ","), ("tsv", "\t")])
@given(name=st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"])))
def test_any_name_survives_a_table(form, delimiter, name):
    text = written(form, outcome(name, number()), Outcome(name, error=TooLargeError("no")))
    rows = list(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter))
    assert rows == [
        list(COLUMNS),
        [name, "1", "1.990,50", "199050", "0.9877", "1", "2", "30", "40", ""],
        [name, *[""] * 8, "no"],
    ]


def test_text_for_a_program_and_for_a_person():
    found = outcome("a.png", number(), number("7", 0.4))
    assert written("text", found, FAILED) == "a.png\t1\t1.990,50\t0.9877\na.png\t1\t7\t0.4000\n"
    assert written("text", found, style=Style(aligned=True)).splitlines() == [
        "a.png    1  1.990,50   99%",
        "a.png    1  7          40%",
    ]


def test_colours_follow_the_confidence():
    found = outcome("a", number("1", 0.96), number("2", 0.8), number("3", 0.3))
    lines = written("text", found, style=Style(aligned=True, colour=True)).splitlines()
    assert ["\x1b[32m" in lines[0], "\x1b[33m" in lines[1], "\x1b[31m" in lines[2]] == [True] * 3
    assert "\x1b" not in written("text", found, style=Style(aligned=True))


@given(st.text())
@example("\u2028")
def test_printable_is_one_line_without_control_characters(text):
    assert len(printable(text + "x").splitlines()) == 1
    assert not any(ord(char) < 32 or 127 <= ord(char) < 160 for char in printable(text))
