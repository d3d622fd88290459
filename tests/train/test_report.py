"""The report as HTML, and its pictures."""

from __future__ import annotations

import base64
import re
from html.parser import HTMLParser

import cv2
import numpy as np
import pytest
from tiny_sets import glyph

from reader.errors import InputError
from reader.train.evaluation import Evaluation
from reader.train.gallery import Misread
from reader.train.judge import judge
from reader.train.page_scores import PageScore
from reader.train.report_html import PICTURED, report_html
from reader.types import NOT_A_DIGIT

pytest.importorskip("matplotlib", reason="matplotlib is not installed")

from reader.train.report_plots import pictures_of

NASTY = "<script>alert('&')</script>\udcff\x07"


def judged(count=200, others=60, wrong=20, seed=1):
    """Judge a network that is usually right."""
    rng = np.random.default_rng(seed)
    labels = np.concatenate([rng.integers(0, 10, count), np.full(others, NOT_A_DIGIT)]).astype(np.uint8)
    scores = rng.random((len(labels), 11)) * 0.2
    found = labels.copy()
    found[:wrong] = (found[:wrong] + 1) % 10
    scores[np.arange(len(labels)), found] += rng.uniform(0.1, 3, len(labels))
    return judge((scores / scores.sum(axis=1, keepdims=True)).astype(np.float32), labels)


def evaluation(overall, **more):
    fields = {
        "model": "model",
        "sources": ("source",),
        "overall": overall,
        "groups": (),
        "misreads": (),
        "pages": (),
        "passed_over": 0,
        "errors": (),
        "ms_per_glyph": None,
    }
    return Evaluation(**{**fields, **more})


class Checker(HTMLParser):
    """Notes the tags, and that each is closed by its own."""

    def __init__(self):
        super().__init__()
        self.open, self.seen, self.links = [], [], []

    def handle_starttag(self, tag, attrs):
        self.seen.append(tag)
        self.links += [value for name, value in attrs if name in ("src", "href")]
        if tag not in ("meta", "img", "br"):
            self.open.append(tag)

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def checked(text):
    checker = Checker()
    checker.feed(text)
    assert checker.open == []
    return checker


@pytest.mark.parametrize(
    ("count", "others", "wrong"), [(200, 60, 20), (30, 0, 0), (0, 30, 0), (1, 0, 1), (1, 1, 0)]
)
def test_pictures_of_any_figures_are_png_and_the_same_again(count, others, wrong):
    figures = judged(count, others, wrong)
    made = pictures_of(figures)
    assert set(made) == {"confusion", "reliability", "reject"}
    for content in made.values():
        image = cv2.imdecode(np.frombuffer(content, np.uint8), cv2.IMREAD_COLOR)
        assert min(image.shape[:2]) > 300
        assert image.std() > 5
        assert b"matplotlib" not in content.lower()
    assert pictures_of(figures) == made


def test_the_whole_report_is_one_file():
    overall = judged()
    misread = Misread("7/a.png", "set", 7, 1, 0.91, glyph("7"))
    page = PageScore("a.jpg", "set", 2, ("12",), ("72",), (b"jpeg",))
    text = report_html(
        evaluation(
            overall,
            groups=(("one", overall), ("two", judged(10, 0, 0))),
            misreads=(misread,),
            pages=(page, PageScore("b.jpg", "more", 1, (), ())),
            passed_over=1,
        ),
        pictures_of(overall),
    )
    checker = checked(text)
    assert checker.seen.count("img") == 3 + 1 + 1
    assert all(link.startswith("data:image/") for link in checker.links)
    assert "http" not in text
    assert "prefers-color-scheme: dark" in text
    png = re.search(r'<figure[^>]*><img src="data:image/png;base64,([^"]+)', text)
    assert png is not None
    shown = cv2.imdecode(np.frombuffer(base64.b64decode(png[1]), np.uint8), cv2.IMREAD_GRAYSCALE)
    assert np.array_equal(255 - shown, glyph("7"))
    assert "not read: 12; false: 72" in text
    assert "1 page without a list of numbers passed over" in text
    assert text.count("<tr>") == (1 + 2) + (1 + 11) + (1 + 2)


def test_names_are_escaped():
    misread = Misread(NASTY, NASTY, 7, 1, 0.91, glyph("7"))
    page = PageScore(NASTY, NASTY, 2, (NASTY,), (), ())
    text = report_html(
        evaluation(
            judged(),
            model=NASTY,
            sources=(NASTY,),
            groups=((NASTY, judged()), ("b", judged())),
            misreads=(misread,),
            pages=(page,),
            errors=(InputError(f"{NASTY}: damaged"),),
        ),
        {},
    )
    assert "script" not in checked(text).seen
    assert text.encode("utf-8").count(b"&lt;script&gt;") >= 8
    assert "\x07" not in text


def test_pages_alone_and_nothing_wrong():
    text = report_html(evaluation(None, pages=(PageScore("a.jpg", "set", 1, (), ()),)), {})
    assert checked(text).seen.count("img") == 0
    assert "By class" not in text
    assert "Pages with errors" not in text


def test_pictures_of_pages_are_limited():
    pages = tuple(PageScore(f"{row}.jpg", "set", 1, ("1",), (), (b"jpeg",)) for row in range(PICTURED + 5))
    text = report_html(evaluation(None, pages=pages), {})
    checker = checked(text)
    assert checker.seen.count("img") == PICTURED
    assert checker.seen.count("article") == PICTURED + 5
    assert f"{PICTURED + 5} of {PICTURED + 5}, the first {PICTURED} with pictures" in text
