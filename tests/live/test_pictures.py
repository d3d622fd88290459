"""Blur, following, change: what is measured on pictures."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from staged import clip, number

from reader.imaging.geometry import apply, identity
from reader.live import change, motion
from reader.live.blur import UNREADABLE, BlurGate, steepness
from reader.live.plausible import is_edge, is_inside, lies_free, worth_believing

SIZE = (640, 360)


@pytest.fixture(scope="module")
def scene():
    return clip.receipt()


def frame(scene, shot=None, seed=0):
    (image, _), *_ = clip.film(scene, lambda t: shot or clip.Shot(), 1, size=SIZE, seed=seed)
    return cv2.cvtColor(image, cv2.COLOR_BGR2GRAY)


def small(scene, shot=None):
    return motion.flatten(frame(scene, shot))


def rects(scene, shot=None):
    turn = clip.lens(scene, shot or clip.Shot(), SIZE)
    corners = [[[x, y], [x + w, y + h]] for x, y, w, h in scene.numbers.values()]
    places = cv2.perspectiveTransform(np.array(corners, float), turn)
    return [(*a, *b) for a, b in places]


def test_steepness_falls_with_blur_whatever_the_light(scene):
    measured = [steepness(frame(scene, clip.Shot(blur=blur))) for blur in (0.0, 1.5, 3.0, 9.0)]
    assert measured == sorted(measured, reverse=True)
    assert measured[-1] < UNREADABLE < measured[0]
    assert steepness(frame(scene, clip.Shot(gain=0.5))) == pytest.approx(measured[0], abs=0.08)


@pytest.mark.parametrize("by", [(9, 0), (0, 9)])
def test_motion_in_one_direction_is_blur(scene, by):
    sharp = frame(scene)
    assert steepness(clip.smear(sharp, by)) < 0.7 * steepness(sharp)


def test_an_empty_frame_has_no_edges():
    assert steepness(np.full((360, 640), 90, np.uint8)) == 0
    assert steepness(np.zeros((9, 9), np.uint8)) == 0


def test_the_gate_measures_against_the_best_of_late():
    gate = BlurGate()
    assert not gate.is_blurred(0.5, 0.0)
    assert gate.is_blurred(0.3, 0.1)
    assert not gate.is_blurred(0.45, 0.2)
    assert not gate.is_blurred(0.3, 8.0), "what was long ago is forgotten"
    assert BlurGate().is_blurred(0.1, 0.0), "unreadable is blurred, whatever came before"


@settings(max_examples=25, deadline=None)
@given(
    x=st.floats(-0.02, 0.02),
    y=st.floats(-0.02, 0.02),
    angle=st.floats(-3, 3),
    scale=st.floats(0.9, 1.05),
    gain=st.floats(0.4, 1.0),
)
@example(x=0.01953125, y=0.01953125, angle=0.0, scale=0.90625, gain=1.0)
def test_following_finds_the_page(x, y, angle, scale, gain):
    scene = clip.receipt()
    shot = clip.Shot(x, y, angle, scale, gain=gain)
    key = motion.keyframe(small(scene), rects(scene))
    found = motion.follow(key, small(scene, shot), identity())
    assert found is not None
    corners = [[x, y] for x, y, _, _ in scene.numbers.values()]
    before, after = (
        cv2.perspectiveTransform(np.array([corners], float), clip.lens(scene, one, SIZE))[0]
        for one in (clip.Shot(), shot)
    )
    assert np.abs(apply(found[0], before) - after).max() < 1.5


def test_nothing_is_followed_into_an_empty_frame(scene):
    key = motion.keyframe(small(scene), rects(scene))
    assert motion.follow(key, small(scene, clip.Shot(there=False)), identity()) is None
    assert motion.follow(motion.keyframe(small(scene), []), small(scene), identity()) is None


def test_a_blurred_shift_is_found(scene):
    moved, response = motion.shift(
        small(scene, clip.Shot(blur=3.0)), small(scene, clip.Shot(x=0.025, blur=3.0))
    )
    assert moved[0, 2] == pytest.approx(0.025 * SIZE[0], abs=2)
    assert response > 0.1


def test_what_hardly_moves_is_drawn_where_it_was():
    near, far = identity(), identity()
    near[0, 2], far[0, 2] = 0.4, 2.0
    assert motion.settle(identity(), near, SIZE, 1.0)[0, 2] == 0
    assert motion.settle(identity(), far, SIZE, 1.0)[0, 2] == 2.0


def test_noise_and_light_are_no_change_and_ink_is(scene):
    before = small(scene)
    again = motion.flatten(frame(scene, clip.Shot(gain=0.7), seed=5))
    assert not change.changed_blocks(before, again, identity()).any()
    written = frame(scene, seed=5)
    cv2.putText(written, "74", (300, 200), cv2.FONT_HERSHEY_SIMPLEX, 0.6, 30, 2)
    blocks = change.changed_blocks(before, motion.flatten(written), identity())
    assert blocks.any()
    rows, columns = np.nonzero(blocks)
    assert rows.min() >= 9
    assert columns.max() <= 24


@pytest.mark.parametrize(
    ("shot", "there"),
    [
        (clip.Shot(), True),
        (clip.Shot(gain=0.4), True),
        (clip.Shot(blur=3.0), True),
        (clip.Shot(there=False), False),
    ],
)
def test_whether_a_number_is_there(scene, shot, there):
    before, now = change.soften(small(scene)), change.soften(small(scene, shot))
    assert {change.is_there(before, now, rect) for rect in rects(scene)} == {there}


def test_a_number_cut_by_the_edge_is_not_believed():
    area = (0, 0, 400, 300)
    assert lies_free((100, 100, 80, 30), area)
    for box in ((50, 100, 80, 30), (290, 100, 80, 30), (100, 4, 80, 30), (100, 265, 80, 30)):
        assert not lies_free(box, area)


def test_the_edge_of_a_paper_is_no_one():
    ground = np.full((300, 400), 250, np.uint8)
    ground[:, :200] = 140
    assert is_edge(ground, number("1", (196, 100, 8, 60)))
    assert is_edge(ground.T.copy(), number("1", (100, 196, 4, 12)))
    assert not is_edge(ground, number("1", (300, 100, 8, 60)))
    assert not is_edge(ground, number("123", (180, 100, 40, 20))), "too long for an edge"
    assert not is_edge(ground, number("1", (0, 0, 8, 20))), "nothing on one side tells nothing"


def test_only_what_is_in_the_region_counts():
    gray = np.full((300, 400), 250, np.uint8)
    numbers = [number("12", (100, 100, 40, 20)), number("34", (250, 100, 40, 20))]
    kept = worth_believing(gray, numbers, (0, 0, 400, 300), (90, 90, 100, 50))
    assert [n.text for n in kept] == ["12"]
    assert is_inside((90, 90, 10, 10), (90, 90, 10, 10))
