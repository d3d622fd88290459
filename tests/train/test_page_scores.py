"""Numbers of pages, compared by their digits."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reader.errors import InputError
from reader.io.model_file import load_model
from reader.train.manifest import ExpectedPage
from reader.train.page_scores import WIDEST, PageScore, compare, page_facts, score_page, score_pages

numbers = st.lists(st.sampled_from(["7", "12", "199050", "12?"]), max_size=8)


@given(numbers, numbers)
def test_missed_and_false_are_what_does_not_pair(expected, found):
    expected = [text for text in expected if "?" not in text]
    missed, false = compare(expected, found)
    pairs = sum((Counter(expected) & Counter(found)).values())
    assert len(missed) == len(expected) - pairs
    assert len(false) == len(found) - pairs
    assert compare(expected, found, complete=False) == (missed, ())


@given(numbers)
def test_what_is_read_as_written_is_right(expected):
    written = [text.replace("199050", "€ 1.990,50") for text in expected if "?" not in text]
    assert compare(written, [text for text in expected if "?" not in text][::-1]) == ((), ())


def test_texts_without_digits_do_not_count():
    assert compare(["-", ""], [""]) == ((), ())


@pytest.fixture(scope="module")
def classifier():
    return load_model()


def picture(path: Path, text: str, height: int = 120, width: int = 420) -> Path:
    image = np.full((height, width, 3), 255, np.uint8)
    cv2.putText(image, text, (30, 85), cv2.FONT_HERSHEY_SIMPLEX, 2.2, (40, 20, 20), 3, cv2.LINE_AA)
    assert cv2.imwrite(str(path), image)
    return path


def expected(file: Path, *texts: str, **how: object) -> ExpectedPage:
    return ExpectedPage(file, file.name, "set", how.pop("layout", "line"), texts, **how)  # type: ignore[arg-type]


def test_a_line_that_is_read_right(tmp_path, classifier):
    file = picture(tmp_path / "a.png", "47302")
    assert score_page(expected(file, "47.302"), classifier) == PageScore("a.png", "set", 1, (), ())


def test_a_wrong_page_has_a_picture(tmp_path, classifier):
    file = picture(tmp_path / "a.png", "47302", height=200, width=1500)
    score = score_page(expected(file, "47302", "99", layout="page"), classifier)
    assert (score.wanted, score.missed, score.false) == (2, ("99",), ())
    assert not score.is_right
    (shown,) = (cv2.imdecode(np.frombuffer(one, np.uint8), cv2.IMREAD_COLOR) for one in score.pictures)
    assert shown.shape == (120, WIDEST, 3)


def test_false_numbers_count_where_the_list_is_complete(tmp_path, classifier):
    file = picture(tmp_path / "a.png", "47302")
    assert score_page(expected(file, layout="page"), classifier).false == ("47302",)
    assert score_page(expected(file, layout="page", complete=False), classifier).is_right


def test_bad_files_are_errors_and_the_others_count(tmp_path, classifier):
    file = picture(tmp_path / "a.png", "47302")
    (tmp_path / "b.png").write_bytes(b"no image")
    done = []
    pages = [expected(tmp_path / "b.png", "1"), expected(file, "47302"), expected(tmp_path / "c.png", "1")]
    scores, errors = score_pages(pages, classifier, lambda: done.append(None))
    assert [score.name for score in scores] == ["a.png"]
    assert [type(error) for error in errors] == [InputError, InputError]
    assert "b.png" in str(errors[0])
    assert len(done) == 3


def test_facts_by_group():
    scores = [
        PageScore("a", "x", 3, ("1",), ("2", "3")),
        PageScore("b", "y", 1, (), ()),
        PageScore("c", "x", 2, (), ()),
    ]
    found = page_facts(scores)
    assert (found["numbers_right"]["count"], found["numbers_right"]["of"]) == (5, 6)
    assert (found["pages_right"]["count"], found["pages_right"]["of"]) == (2, 3)
    assert found["false_numbers"] == 2
    assert [(one["group"], one["numbers_right"]["of"]) for one in found["groups"]] == [("x", 5), ("y", 1)]
    assert found["wrong"] == [{"file": "a", "group": "x", "missed": ["1"], "false": ["2", "3"]}]
