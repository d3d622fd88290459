"""All that the pad does, with the model that comes along and no window."""

from __future__ import annotations

import json
from pathlib import Path

import cv2
import numpy as np
import pytest
from written import number

from reader.draw.session import Session
from reader.errors import InputError, OutputError
from reader.io.corrections import read_corrections
from reader.io.model_file import load_model
from reader.recognize.classifier import OnnxClassifier
from reader.types import NOT_A_DIGIT

SAMPLES = Path(__file__).parents[2] / "samples"


@pytest.fixture(scope="module")
def model() -> OnnxClassifier:
    return load_model()


@pytest.fixture
def session(model: OnnxClassifier, tmp_path: Path) -> Session:
    return Session(model, tmp_path / "store")


def write(session: Session, text: str, **how: float) -> None:
    session.pad.add(number(text, **how))
    session.recognise()


def test_nothing_drawn_nothing_read(session: Session) -> None:
    answer = session.answer
    assert (answer.kind, answer.headline, answer.digits, answer.reading.numbers) == ("nothing", "", (), ())
    assert session.recognise().kind == "nothing"


@pytest.mark.parametrize("text", ["7", "2047", "310", "64"])
def test_what_is_drawn_is_read(session: Session, text: str) -> None:
    write(session, text)
    assert session.answer.kind == "sure"
    assert session.answer.headline == text
    assert session.answer.reading.source == "pad"


@pytest.mark.parametrize(
    "how", [{"left": 400, "top": 240, "height": 80}, {"width": 5}, {"width": 26, "height": 220}]
)
def test_place_size_and_brush_do_not_matter(session: Session, how: dict[str, float]) -> None:
    write(session, "4", **{"left": 40, "top": 60, **how})
    assert session.answer.text == "4"


def test_chalk_on_a_black_board_reads_the_same(session: Session) -> None:
    write(session, "2047")
    white = session.answer
    session.black = True
    black = session.recognise()
    assert black.text == white.text
    assert [digit.box for digit in black.digits] == [digit.box for digit in white.digits]


def test_boxes_are_places_on_the_pad(session: Session) -> None:
    write(session, "7", left=400, top=150, height=120)
    x, y, w, h = session.answer.digits[0].box
    inked = session.pad.box
    assert np.abs(np.subtract((x, y, w, h), inked)).max() <= 3


def test_the_glyph_is_what_the_network_saw(session: Session, model: OnnxClassifier) -> None:
    write(session, "2047")
    for digit in session.answer.digits:
        (row,) = model.scores(digit.glyph[None, ..., None].astype(np.float32) / np.float32(255))
        assert int(row.argmax()) == digit.answer
        assert abs(float(row.max()) - digit.confidence) < 0.02  # it is kept in whole grey levels
        assert len(digit.alternatives) == 3
        assert str(digit.answer) == digit.alternatives[0][0]


def test_below_the_threshold_it_is_not_sure(model: OnnxClassifier, tmp_path: Path) -> None:
    session = Session(model, tmp_path, threshold=1.0)
    write(session, "7")
    assert session.answer.kind == "unsure"
    assert session.answer.headline == "not sure: 7?"


def test_ink_that_is_no_digit_is_said_to_be_none(session: Session) -> None:
    session.pad.press(200, 200, 20)
    session.pad.lift()
    answer = session.recognise()
    assert (answer.kind, answer.headline) == ("no digit", "not a digit")
    (digit,) = answer.digits
    assert digit.answer == NOT_A_DIGIT
    assert digit.glyph.max() > 200
    session.correct(0, 0)
    assert session.answer.headline == "0"


def test_undo_and_clear_read_again(session: Session) -> None:
    write(session, "47")
    strokes = len(session.pad.strokes)
    assert session.undo().text.startswith("4")
    assert len(session.pad.strokes) == strokes - 1
    assert session.clear().kind == "nothing"
    assert session.undo().kind == "nothing"


def test_a_correction_is_kept_and_shown(session: Session) -> None:
    write(session, "2047")
    answer = session.correct(3, 1)
    assert (answer.text, answer.headline) == ("2041", "2041")
    assert answer.digits[3].label == 1
    (kept,) = read_corrections(session.store)
    assert (kept.label, kept.answer, kept.source, kept.model) == (1, 7, "pad", session.model)
    assert (kept.glyph == answer.digits[3].glyph).all()
    assert kept.confidence == pytest.approx(answer.digits[3].confidence, abs=1e-4)


def test_a_correction_can_be_changed_and_taken_back(session: Session) -> None:
    write(session, "2047")
    session.correct(0, 3)
    session.correct(0, NOT_A_DIGIT)
    assert session.answer.text == "?047"
    assert [one.label for one in read_corrections(session.store)] == [NOT_A_DIGIT]
    assert session.take_back(0).text == "2047"
    assert session.take_back(0).text == "2047"
    assert read_corrections(session.store) == []


def test_a_new_stroke_begins_with_no_corrections(session: Session) -> None:
    write(session, "7")
    session.correct(0, 1)
    write(session, "4", left=300)
    assert session.answer.text == "74"


def test_a_store_that_cannot_be_written_changes_nothing(model: OnnxClassifier, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    session = Session(model, tmp_path / "file")
    write(session, "7")
    with pytest.raises(OutputError, match="file"):
        session.correct(0, 1)
    assert session.answer.text == "7"


def test_a_file_is_read_as_a_page(session: Session) -> None:
    write(session, "7")
    answer = session.open(str(SAMPLES / "table.png"))
    assert "1,204" in answer.text.split()
    assert session.picture().shape[2] == 3
    with pytest.raises(InputError, match=r"none\.png"):
        session.open("none.png")
    assert session.page.source.endswith("table.png")
    session.draw_again()
    assert session.recognise().text == "7"


def test_a_corrected_digit_of_a_page_names_its_file(session: Session) -> None:
    answer = session.open(str(SAMPLES / "table.png"))
    session.correct(answer.least_sure, 5)
    (kept,) = read_corrections(session.store)
    assert kept.source.endswith("table.png")
    assert session.answer.least_sure != answer.least_sure


def test_saving_writes_the_drawing_and_the_readings(session: Session, tmp_path: Path) -> None:
    write(session, "2047")
    beside = session.save(str(tmp_path / "drawn.png"))
    image = cv2.imread(str(tmp_path / "drawn.png"), cv2.IMREAD_UNCHANGED)
    assert image is not None
    assert (image == session.pad.image()).all()
    result = json.loads(beside.read_text())
    assert result["pages"][0]["numbers"][0]["text"] == "2047"
    with pytest.raises(OutputError, match=r"drawn\.txt"):
        session.save(str(tmp_path / "drawn.txt"))


def test_a_page_of_numbers_can_be_drawn(model: OnnxClassifier, tmp_path: Path) -> None:
    session = Session(model, tmp_path, size=(640, 480), layout="page")
    session.pad.add(number("204", top=40, height=120) + number("731", top=280, height=120))
    assert session.recognise().text == "204 731"
