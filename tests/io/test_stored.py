"""Pages as a batch keeps them: the same when they come back."""

from __future__ import annotations

import io
import json
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from stored_files import OUTCOMES, number, page, stored

from reader.io.export import JsonWriter, page_dict
from reader.io.stored import StoredPage, json_line, reading_of, utf8_name


@pytest.mark.parametrize("outcome", OUTCOMES)
def test_the_line_is_that_of_scan(outcome):
    out = io.StringIO(newline="")
    JsonWriter().write(outcome, out)
    assert "".join(json_line(stored(outcome))) == out.getvalue()


share = st.floats(0, 1)
texts = st.text(st.sampled_from("0123456789.,-?"), min_size=1, max_size=8)


@settings(deadline=None)  # of a machine that does other work
@given(texts, share, st.floats(-180, 180), st.integers(1, 10**6))
def test_a_page_comes_back_rounded_once(text, confidence, angle, n):
    numbers = (replace(number(text), confidence=confidence),) if any(c.isdigit() for c in text) else ()
    kept = StoredPage.of(replace(page("s", n, *numbers), angle=angle))
    again = reading_of(json.loads(kept.text), "s", "m")
    assert StoredPage.of(again) == kept
    assert page_dict(again) == json.loads(kept.text)
    assert kept.numbers == len(again.numbers)


@settings(deadline=None)
@given(st.binary(min_size=1))
def test_any_name_can_be_had_back(name):
    given_name = name.decode("utf-8", "surrogateescape")
    text, exact = utf8_name(given_name)
    text.encode("utf-8")
    assert (exact if exact is not None else text.encode()) == name
