"""Evidence of several readings."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staged import char

from reader.live import evidence
from reader.live.evidence import NOTHING, Look, align, char_logs, fuse, probability, symbols, text_of

TEXTS = st.text("0123456789.,-/:", min_size=1, max_size=10)


def looks(text, confidence=0.9, shift=0.0):
    return [
        Look(char_logs(char(c, confidence=confidence)), (15.0 * i + shift, 50.0), 20.0)
        for i, c in enumerate(text)
    ]


def fused(*texts, **how):
    slots = ()
    for n, text in enumerate(texts):
        slots = fuse(slots, looks(text, **how), n)
    return slots


def test_a_characters_probabilities_are_its_own():
    shares = np.exp(char_logs(char("7", confidence=0.8)))
    assert shares.sum() == pytest.approx(1)
    assert shares.argmax() == 7
    assert shares.min() > 0.01, "no single reading decides alone"
    assert np.exp(char_logs(char(",")))[evidence.SYMBOLS.index(",")] > 0.6
    assert np.exp(char_logs(char("~"))).argmax() == evidence.SYMBOLS.index("?")


@settings(deadline=None)
@given(TEXTS, st.integers(1, 6))
def test_the_same_reading_again_and_again_is_ever_surer(text, times):
    slots = fused(*[text] * times)
    assert text_of(symbols(slots)) == text
    assert probability(fused(*[text] * (times + 1)), text) >= probability(slots, text) - 1e-9


@settings(deadline=None)
@given(TEXTS, st.data())
def test_one_misread_character_among_four_readings_does_no_harm(text, data):
    place = data.draw(st.integers(0, len(text) - 1))
    wrong = text[:place] + data.draw(st.sampled_from("0123456789")) + text[place + 1 :]
    order = data.draw(st.permutations([text, text, text, wrong]))
    assert text_of(symbols(fused(*order))) == text


@settings(deadline=None)
@given(st.text("0123456789", min_size=2, max_size=8), st.data())
def test_a_character_that_was_lost_once_is_kept(text, data):
    place = data.draw(st.integers(0, len(text) - 1))
    slots = fused(text, text)
    rest = [look for i, look in enumerate(looks(text)) if i != place]
    assert text_of(symbols(fuse(slots, rest, 2))) == text


@settings(deadline=None)
@given(st.text("0123456789", min_size=1, max_size=8), st.sampled_from("0123456789"))
def test_a_character_that_came_once_too_many_is_dropped(text, more):
    assert text_of(symbols(fused(text, text, text + more, text))) == text


def test_a_reading_in_parts_says_nothing_of_the_mark_between_them():
    slots = fused("3.50", "3.50")
    parts = [look for look, c in zip(looks("3.50"), "3.50", strict=True) if c != "."]
    for n in range(2, 12):
        slots = fuse(slots, parts, n, lenient=True)
    assert text_of(symbols(slots)) == "3.50"
    for n in range(12, 18):
        slots = fuse(slots, parts, n)
    assert text_of(symbols(slots)) == "350", "but a whole reading without it does"


def test_a_number_that_changes_is_read_anew_after_a_few_readings():
    slots = fused(*["1204"] * 40)
    changed = [text_of(symbols(slots := fuse(slots, looks("1284"), n))) for n in range(40, 46)]
    assert changed[0] == "1204"
    assert changed[-1] == "1284"


def test_places_decide_where_digits_are_alike():
    slots = fused("1111", "1111")
    pairs = align(slots, looks("1111")[1:])
    assert pairs == [(0, None), (1, 0), (2, 1), (3, 2)]


@settings(deadline=None)
@given(TEXTS, TEXTS)
def test_alignment_uses_every_place_and_character_once_in_order(a, b):
    pairs = align(fused(a), looks(b))
    assert [i for i, _ in pairs if i is not None] == list(range(len(a)))
    assert [j for _, j in pairs if j is not None] == list(range(len(b)))


def test_probability_of_a_text():
    slots = fused("12", "12", "12")
    assert probability(slots, "12") > 0.9
    assert probability(slots, "13") < 0.05
    assert probability(slots, "1") < 0.05
    assert probability(slots, "123") == 0.0
    assert 0.999 < sum(probability(slots[:1], c) for c in evidence.SYMBOLS) + slots[0].odds[NOTHING] < 1.001
