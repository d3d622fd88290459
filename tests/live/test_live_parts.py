"""Events, controls, statistics, the picture: what follows from a view."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import jsonschema
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from staged import number

from reader.live.controls import HELP, LADDER, Controls, drag, mirrored, press
from reader.live.events import as_json, as_text, events
from reader.live.screen import Notes, draw, ink_of
from reader.live.statistics import Statistics, in_words, summary
from reader.live.view import Shown, View, in_reading_order, place

SCHEMA = json.loads((Path(__file__).parents[2] / "reader" / "schema" / "live.schema.json").read_text("utf-8"))


def view(*texts, index=0, size=(320, 200)):
    """A view of numbers below each other; their ids are their places, from 1."""
    shown = [Shown(i, number(t, (40, 20 + 40 * i, 80, 20))) for i, t in enumerate(texts, 1) if t]
    return View(index, index / 30, *size, tuple(shown))


def test_what_happened_between_two_views():
    happened = events(view("12", "34", ""), view("", "35", "77", index=3))
    assert [(e.kind, e.text, e.before) for e in happened] == [
        ("leave", "12", ""),
        ("change", "35", "34"),
        ("appear", "77", ""),
    ]
    assert {e.frame for e in happened} == {3}
    assert events(view("12"), view("12", index=1)) == ()
    assert [e.kind for e in events(None, view("12", "34"))] == ["appear", "appear"]


@settings(deadline=None)
@given(*[st.lists(st.sampled_from(["", "1", "2.50", "12:30"]), max_size=5) for _ in range(2)])
def test_events_lead_from_one_view_to_the_other(before, after):
    shown = {one.id: one.number.text for one in view(*before).numbers}
    for event in events(view(*before), view(*after, index=1)):
        jsonschema.validate(json.loads(as_json(event)), SCHEMA)
        if event.kind == "leave":
            del shown[event.id]
        else:
            shown[event.id] = event.text
    assert shown == {one.id: one.number.text for one in view(*after).numbers}


def test_an_event_as_text():
    (event,) = events(None, view("12.50", index=45))
    assert as_text(event).split("\t") == ["1.500", "appear", "12.50", f"{event.confidence:.4f}"]
    assert as_text(event, aligned=True).split() == ["1.50", "appear", "12.50", f"{event.confidence:.0%}"]


def test_the_schema_refuses_what_is_no_event():
    (event,) = events(None, view("12"))
    good = json.loads(as_json(event))
    for bad in (
        {**good, "event": "jump"},
        {**good, "box": [1, 2, 3]},
        {k: good[k] for k in good if k != "id"},
    ):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(bad, SCHEMA)


@pytest.mark.parametrize(("key", "field"), [("q", "quit"), (" ", "frozen"), ("h", "help"), ("t", "ink")])
def test_keys_switch(key, field):
    once = press(Controls(), key)
    assert getattr(once, field)
    if key != "q":
        assert press(once, key) == Controls()


def test_plus_and_minus_climb_the_ladder_and_stop_at_its_ends():
    controls, seen = replace(Controls(), min_confidence=0.5), []
    for _ in range(len(LADDER) + 2):
        seen.append(controls.min_confidence)
        controls = press(controls, "+")
    assert tuple(seen[: len(LADDER)]) == LADDER
    assert seen[-1] == LADDER[-1]
    for _ in range(len(LADDER) + 2):
        controls = press(controls, "-")
    assert controls.min_confidence == LADDER[0]
    assert press(replace(controls, min_confidence=0.85), "+").min_confidence == 0.9


def test_every_key_has_its_line_of_help_and_others_do_nothing():
    assert {key for keys, _ in HELP for key in keys.split()} == {*"qscrth+-", "space"}
    assert press(Controls(), "x") == Controls()


SIZE = (320, 200)


def test_the_mouse_draws_a_region():
    controls = press(Controls(), "r")
    half = drag(controls, [("down", 200, 150), ("move", 100, 60)], SIZE)
    assert (half.drawn, half.region) == ((100, 60, 100, 90), None)
    done = drag(half, [("up", 90, 50)], SIZE)
    assert (done.region, done.selecting, done.drawn) == ((90, 50, 110, 100), False, None)
    assert press(done, "r").region is None
    assert drag(Controls(), [("down", 1, 1), ("up", 90, 90)], SIZE) == Controls(), "only when asked"
    assert drag(controls, [("down", 10, 10), ("up", 12, 90)], SIZE).region is None, "too narrow"
    assert drag(controls, [("down", -9, -9), ("up", 900, 900)], SIZE).region == (0, 0, 320, 200)


def test_a_region_drawn_in_the_mirror_is_the_cameras():
    controls = replace(press(Controls(), "r"), mirror=True)
    done = drag(controls, [("down", 10, 20), ("up", 60, 80)], SIZE)
    assert done.region == (260, 20, 50, 60)


@settings(deadline=None)
@given(st.tuples(*[st.integers(0, 50)] * 4), st.integers(101, 300))
def test_a_mirror_in_the_mirror_shows_it_as_it_is(box, width):
    assert mirrored(mirrored(box, width), width) == box


@settings(deadline=None)
@given(st.lists(st.floats(0, 9), min_size=1, max_size=60))
def test_latency_is_the_percentile(latencies):
    counted = Statistics()
    for i, latency in enumerate(latencies):
        counted.add(float(i), i + latency)
    exact = np.percentile(np.minimum(np.round(np.array(latencies) * 1000), 5000), 50, method="inverted_cdf")
    assert counted.latency(0.5) == pytest.approx(exact, abs=1)
    assert counted.latency(1.0) <= 5000


def test_a_run_without_frames_has_a_summary():
    done = summary(Statistics(), dropped=0, readings=0, numbers=1)
    assert (done.rate, done.latency, done.latency_95) == (0.0, 0, 0)
    assert in_words(done).endswith("0 read; 1 number")


def test_rate_is_frames_by_seconds():
    counted = Statistics()
    for i in range(31):
        counted.add(i / 30, i / 30 + 0.01)
    assert counted.rate == pytest.approx(31 / 1.01)


IMAGE = np.full((200, 320, 3), 230, np.uint8)


def test_drawing_leaves_the_frame_alone_and_shows_the_number():
    before = IMAGE.copy()
    seen = view("12.50")
    picture = draw(IMAGE, seen, Controls(), Notes())
    assert (before == IMAGE).all()
    x, y, w, h = seen.numbers[0].number.box
    assert (picture[y - 25 : y + h + 2, x - 2 : x + w + 2] != 230).any()
    assert (draw(IMAGE, view(), Controls(), Notes()) == IMAGE).all()


def test_the_mirror_turns_the_frame_but_not_the_writing():
    left = IMAGE.copy()
    left[:, :100] = 20
    seen = view("12.50")
    mirror = draw(left, seen, Controls(mirror=True), Notes())
    assert (mirror[:, -100:][190:] == 20).all()
    x, y, w, h = mirrored(seen.numbers[0].number.box, 320)
    assert {tuple(colour) for colour in mirror[y + h, x : x + w]} == {(0, 159, 230)}, "there is its box"


def test_panels_status_region_and_doubtful_boxes_are_drawn():
    empty = view()
    doubtful = replace(empty, doubtful=((200, 100, 40, 20),))
    assert (draw(IMAGE, doubtful, Controls(), Notes())[98:124, 198:244] != 230).any()
    region = draw(IMAGE, empty, Controls(region=(100, 50, 80, 60)), Notes())
    assert (region[50, 100:180] == 255).all()
    for changed in (
        draw(IMAGE, empty, Controls(help=True), Notes()),
        draw(IMAGE, empty, Controls(frozen=True), Notes()),
        draw(IMAGE, empty, Controls(selecting=True), Notes()),
        draw(IMAGE, empty, Controls(), Notes("30/s")),
        draw(IMAGE, empty, Controls(), Notes(message="saved")),
    ):
        assert changed.max() == 255
        assert changed.min() < 100


def test_a_tiny_frame_takes_the_panels():
    tiny = np.full((40, 60, 3), 230, np.uint8)
    picture = draw(tiny, view(size=(60, 40)), Controls(help=True), Notes("a long line of status", "b"))
    assert picture.shape == tiny.shape


def test_ink_is_black_on_white():
    written = IMAGE.copy()
    written[80:120, 100:110] = 30
    ink = ink_of(written)
    assert ink.shape == written.shape
    assert ink[100, 105].max() < 60
    assert ink[20, 20].min() > 200


def test_reading_order_is_by_lines():
    boxes = {"b": (200, 12, 50, 20), "a": (10, 8, 50, 20), "c": (5, 60, 50, 20)}
    shown = [Shown(i, number("1" * i, box)) for i, box in enumerate(boxes.values(), 1)]
    assert [one.number.box for one in in_reading_order(shown)] == [boxes[k] for k in "abc"]


def test_a_box_is_moved_without_growing():
    turn = np.array([[0.98, 0.17, 5.0], [-0.17, 0.98, 3.0]])
    box = place((100, 100, 60, 20), turn, (400, 300))
    assert box[2:] == pytest.approx((60, 20), abs=1)
    assert place((-90, -90, 20, 20), np.eye(2, 3), (400, 300))[2:] == (1, 1)
