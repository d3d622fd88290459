"""Which reading is of which number, and when one locks."""

from __future__ import annotations

import numpy as np
import pytest
from staged import number

from reader.imaging.geometry import identity, translation
from reader.live.association import decide, observe
from reader.live.tracks import begin, changed, shared, support, world_rect

HERE = identity()
A, B = (100, 100, 80, 30), (100, 200, 60, 30)


def after(*readings, least=0.9, judged=True):
    """Tracks after readings, each a list of numbers."""
    tracks, next_id = (), 1
    for numbers in readings:
        tracks, next_id = observe(tracks, numbers, [judged] * len(tracks), HERE, next_id)
        tracks = decide(tracks, least)
    return tracks


def locked(tracks):
    return [track.locked.text for track in tracks if track.locked]


def test_two_sure_readings_lock_one_does_not():
    reading = [number("1204", A), number("77", B)]
    assert locked(after(reading)) == []
    assert locked(after(reading, reading, reading)) == ["1204", "77"]
    assert [t.id for t in after(reading, reading)] == [1, 2]


def test_a_lone_digit_takes_longer():
    reading = [number("7", (100, 100, 20, 30))]
    assert locked(after(*[reading] * 3)) == []
    assert locked(after(*[reading] * 8)) == ["7"]


def test_what_was_read_once_is_forgotten():
    assert after([number("17", A)], [], [], []) == ()


def test_one_misreading_changes_nothing_that_is_shown():
    good, bad = [number("1204", A)], [number("1284", A)]
    assert locked(after(good, good, good, bad)) == ["1204"]
    assert locked(after(good, good, good, [], good)) == ["1204"]


def test_a_number_that_changes_is_replaced_under_its_id():
    good, new = [number("1204", A)], [number("1299", A)]
    before, now = after(*[good] * 3), after(*[good] * 3, *[new] * 5)
    assert (locked(before), locked(now)) == (["1204"], ["1299"])
    assert before[0].id == now[0].id


def test_changed_ink_lets_go_sooner():
    good, new = [number("1204", A)], [number("1299", A)]
    (track,) = after(*[good] * 6)
    tracks = (changed(track),)
    for _ in range(2):
        tracks, _ = observe(tracks, new, [True], HERE, 2)
        tracks = decide(tracks, 0.9)
    assert locked(tracks) == ["1299"]


def test_a_number_that_is_no_longer_read_is_let_go():
    good = [number("1204", A)]
    assert locked(after(*[good] * 3, *[[]] * 5)) == []


def test_who_was_not_looked_at_stays():
    good = [number("1204", A)]
    tracks = after(*[good] * 3)
    for _ in range(9):
        tracks, _ = observe(tracks, [], [False], HERE, 2)
    assert locked(decide(tracks, 0.9)) == ["1204"]


def test_parts_of_a_number_are_no_numbers():
    whole, parts = [number("21.65", (100, 100, 100, 30))], [number("21", (100, 100, 40, 30))]
    parts.append(number("65", (160, 100, 40, 30)))
    assert locked(after(whole, whole, parts, parts, whole, parts)) == ["21.65"]
    assert len(after(whole, whole, parts)) == 1


def test_numbers_once_joined_by_mistake_are_parted_in_the_end():
    whole, parts = [number("21.65", (100, 100, 100, 30))], [number("21", (100, 100, 40, 30))]
    parts.append(number("65", (160, 100, 40, 30)))
    assert sorted(locked(after(whole, *[parts] * 14))) == ["21", "65"]


def test_two_readings_of_one_place_do_not_lock_both():
    tracks = after(*[[number("1204", A), number("204", (120, 100, 60, 30))]] * 6)
    assert len(locked(tracks)) == 1


def test_readings_are_matched_where_the_page_went():
    first = [number("1204", A)]
    moved = [number("1204", (130, 90, 80, 30))]
    tracks, next_id = observe((), first, [], HERE, 1)
    tracks, next_id = observe(tracks, moved, [True], translation(-30, 10), next_id)
    assert [(t.id, t.readings) for t in tracks] == [(1, 2)]
    tracks, _ = observe(tracks, [number("1204", (400, 90, 80, 30))], [True], HERE, next_id)
    assert len(tracks) == 2


def test_a_box_that_hardly_moves_stands_still():
    good = [number("1204", A)]
    nudged = [number("1204", (102, 101, 79, 29))]
    assert after(good, nudged)[0].number.box == A
    assert after(good, [number("1204", (110, 100, 80, 30))])[0].number.box == (110, 100, 80, 30)


def test_the_confidence_shown_never_falls():
    good, weak = [number("1204", A)], [number("1204", A, confidence=0.6)]
    shown = [after(*[good] * n, *[weak] * 2)[0].locked.confidence for n in (2, 4, 8)]
    assert shown == sorted(shown)


def test_support_grows_with_digits_and_confidence():
    assert support(number("7", A)) < support(number("77", A)) < support(number("777", A))
    assert support(number("77", A, 0.5)) < support(number("77", A, 0.99))


def test_rectangles():
    assert shared((0, 0, 10, 10), (20, 0, 30, 10)) == 0
    assert shared((0, 0, 10, 10), (2, 2, 4, 4)) == pytest.approx(1)
    turned = np.array([[0.0, 2.0, 5.0], [-2.0, 0.0, 7.0]])
    left, top, right, bottom = world_rect(number("12", (10, 20, 30, 40)), turned)
    assert (right - left, bottom - top) == pytest.approx((60, 80)), "as large as the box, twice"
    assert begin(1, number("12", A), HERE).text == "12"
