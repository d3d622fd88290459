"""A session on clips of a page, with readings that are handed in as a thread would hand them in."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from staged import clip, number, staged

from reader.live.session import CLEAR, REFRESH, Session
from reader.options import LiveOptions

SIZE, FPS, DELAY = (640, 360), 30.0, 6


@pytest.fixture(scope="module")
def scene():
    return clip.receipt()


def play(scene, move, frames, session=None, spoil=None, size=SIZE, seed=0):
    """Run a session; give the views, the texts that are in view, and how often something was read."""
    session, views, truth, due, reads = session or Session(), [], [], None, 0
    for i, (image, seen) in enumerate(clip.film(scene, move, frames, size=size, seed=seed)):
        if due and i >= due[0] + DELAY:
            session.take(due[1], due[2])
            due = None
        views.append(session.step(image, i, i / FPS))
        truth.append(seen)
        if due is None and (request := session.request()) is not None:
            session.started()
            numbers, reads = staged(scene, move, i / FPS, size), reads + 1
            due = (i, request, spoil(i, numbers) if spoil else numbers)
    return views, truth, reads


def texts(view):
    return [one.number.text for one in view.numbers]


def changes(views):
    """The frames at which what is shown changed."""
    shown = [{one.id: one.number.text for one in view.numbers} for view in views]
    return [i for i in range(1, len(shown)) if shown[i] != shown[i - 1]]


def test_a_still_page_locks_once_and_never_flickers(scene):
    views, truth, reads = play(scene, clip.MOVES["still"], 150)
    assert max(changes(views)) <= 3 * DELAY + 2
    assert sorted(texts(views[-1])) == sorted(truth[-1])
    assert reads <= 4 + 150 / FPS / REFRESH, "an unchanged page is hardly read"
    boxes = {tuple(one.number.box for one in view.numbers) for view in views[max(changes(views)) :]}
    assert len(boxes) == 1, "boxes stand still too"


@pytest.mark.parametrize("move", ["handheld", "shaken", "dimmed"])
def test_numbers_are_followed(scene, move):
    views, truth, _ = play(scene, clip.MOVES[move], 150)
    locked = max(changes(views))
    assert locked <= 4 * DELAY + 2
    right = [sorted(texts(v)) == sorted(t) for v, t in zip(views[locked:], truth[locked:], strict=True)]
    assert all(right)
    for i in range(locked, 150, 10):
        truly = {n.text: n.box for n in staged(scene, clip.MOVES[move], i / FPS, SIZE)}
        for one in views[i].numbers:
            assert np.abs(np.subtract(one.number.box, truly[one.number.text])).max() <= 6


def test_blurred_frames_are_not_read_and_hold_what_is_known(scene):
    views, truth, _ = play(scene, clip.MOVES["blurred"], 90)
    assert any(view.blurred for view in views)
    locked = max(changes(views))
    assert locked <= 4 * DELAY + 2
    assert all(sorted(texts(v)) == sorted(t) for v, t in zip(views[locked:], truth[locked:], strict=True))


def test_a_page_taken_away_clears_soon(scene):
    views, _, _ = play(scene, clip.MOVES["taken-away"], 110)
    gone = next(i for i, view in enumerate(views) if i >= 90 and not view.numbers)
    assert views[89].numbers
    assert (gone - 90) / FPS <= 0.3
    assert not any(view.numbers for view in views[gone:])


def test_misreadings_now_and_then_never_show(scene):
    rng = np.random.default_rng(2)

    def spoil(i, numbers):
        out = []
        for one in numbers:
            if rng.random() < 0.2:
                place = int(rng.integers(len(one.text)))
                text = one.text[:place] + str(rng.integers(10)) + one.text[place + 1 :]
                out.append(number(text, one.box))
            elif rng.random() < 0.9:
                out.append(one)
        extra = (int(rng.integers(100, 500)), int(rng.integers(60, 300)), 20, 16)
        return [*out, number(str(rng.integers(10, 99)), extra)]

    views, truth, _ = play(scene, clip.MOVES["handheld"], 300, spoil=spoil)
    shown = {text for view in views for text in texts(view)}
    assert shown == {text for seen in truth for text in seen}


def test_a_number_that_enters_is_found_and_one_cut_by_the_edge_is_not_misread(scene):
    def cut(i, numbers):
        """What a reader makes of numbers at the edge: their visible part."""
        out = []
        for text, (x, y, w, h) in scene.numbers.items():
            place = clip.lens(scene, clip.MOVES["panned"](i / FPS), SIZE)
            step = w / len(text)
            kept = [
                k
                for k in range(len(text))
                if (place @ [x + k * step, y, 1])[0] >= 0
                and (place @ [x + (k + 1) * step, y, 1])[0] < SIZE[0]
            ]
            if kept and any(text[k].isdigit() for k in kept):
                left, top, _ = place @ [x + kept[0] * step, y, 1]
                scale = place[0, 0]
                box = (round(left), round(top), round(scale * step * len(kept)), round(scale * h))
                out.append(number("".join(text[k] for k in kept), box))
        return out

    views, _, _ = play(scene, clip.MOVES["panned"], 300, spoil=cut)
    shown = {text for view in views for text in texts(view)}
    assert shown == set(scene.numbers)


def test_a_changed_number_is_shown_changed(scene):
    other = replace(scene, page=scene.page.copy(), numbers=dict(scene.numbers))
    x, y, w, h = other.numbers.pop("1.85")
    ninety = scene.page[111:133, 497:579]  # 17:42 is written over 1.85
    other.page[y - 2 : y + h + 4, x - 4 : x + w + 4] = 255
    other.page[y : y + 22, x - 14 : x + 68] = ninety
    other.numbers["17:43"] = (x - 14, y, 82, 22)
    session = Session()
    before, _, _ = play(scene, clip.MOVES["still"], 60, session)
    later = []
    for i, (image, _) in enumerate(clip.film(other, clip.MOVES["still"], 60, size=SIZE)):
        view = session.step(image, 60 + i, (60 + i) / FPS)
        later.append(view)
        if (request := session.request()) is not None:
            session.started()
            session.take(request, staged(other, clip.MOVES["still"], 0, SIZE))
    assert "1.85" in texts(before[-1])
    assert "17:43" in texts(later[30])
    assert "1.85" not in texts(later[30])


def test_the_region_is_all_that_is_read(scene):
    spots = {n.text: n.box for n in staged(scene, clip.MOVES["still"], 0, SIZE)}
    x, y, w, h = spots["496"]
    session = Session(LiveOptions(region=(x - 5, y - 5, w + 10, h + 10)))
    views, _, _ = play(scene, clip.MOVES["still"], 60, session, seed=3)
    assert texts(views[-1]) == ["496"]
    session.change(LiveOptions())
    views, truth, _ = play(scene, clip.MOVES["still"], 60, session)
    assert sorted(texts(views[-1])) == sorted(truth[-1])


def test_a_reading_of_a_page_that_is_gone_counts_for_nothing(scene):
    session = Session()
    views, _, _ = play(scene, clip.MOVES["still"], 40, session)
    assert views[-1].numbers
    image, _ = next(iter(clip.film(scene, clip.MOVES["still"], 1, size=SIZE)))
    empty, _ = next(iter(clip.film(scene, lambda t: clip.Shot(there=False), 1, size=SIZE)))
    session.step(image, 40, 40 / FPS + REFRESH)
    request = session.request()
    assert request is not None
    for i in range(12):
        view = session.step(empty, 41 + i, 41 / FPS + REFRESH + i / FPS)
    assert not view.numbers
    session.take(request, staged(scene, clip.MOVES["still"], 0, SIZE))
    assert not session.step(empty, 60, 60 / FPS + REFRESH).doubtful


def test_another_frame_size_begins_anew(scene):
    session = Session()
    play(scene, clip.MOVES["still"], 40, session)
    image, _ = next(iter(clip.film(scene, clip.MOVES["still"], 1, size=(320, 240))))
    view = session.step(image, 40, 40 / FPS)
    assert (view.numbers, view.width, view.height) == ((), 320, 240)


def test_the_same_frames_and_readings_give_the_same_views(scene):
    first, second = (play(scene, clip.MOVES["shaken"], 60)[0] for _ in range(2))
    assert first == second


def test_gray_frames_are_frames(scene):
    image, _ = next(iter(clip.film(scene, clip.MOVES["still"], 1, size=SIZE)))
    session = Session()
    assert not session.step(image[..., 0].copy(), 0, 0.0).blurred
    assert CLEAR < 0.3
