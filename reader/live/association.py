"""Which reading is of which number, and which numbers are sure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from reader.imaging.geometry import Affine
from reader.live.tracks import MOST_WHOLE, Locked, Rect, Track, begin, found, missed, shared, world_rect
from reader.types import Number

GIVEN_UP = -3.0
"""Log-odds below which a number is forgotten."""
READINGS = 2
"""Fewest readings that lock one."""
UNLOCK = 0.2
"""A locked reading whose probability falls below this is let go."""
SAME = 0.3
"""Part of the smaller box that two readings of the same number share."""
PART = 0.7
"""Part of a reading's box inside a number's that makes it a part of that number."""


def observe(
    tracks: Sequence[Track], numbers: Sequence[Number], judged: Sequence[bool], to_world: Affine, next_id: int
) -> tuple[tuple[Track, ...], int]:
    """Add a reading of a frame to what is known.

    Parameters
    ----------
    tracks : sequence of Track
    numbers : sequence of Number
        What was read, in pixels of the frame.
    judged : sequence of bool
        For each track, whether it lay wholly where was read. One that did not is left as it is, and
        what was read of it does not count.
    to_world : Affine
        From the frame to the world.
    next_id : int

    Returns
    -------
    tracks : tuple of Track
        The old ones in their order, the new ones after them, without those given up.
    next_id : int
    """
    rects = [world_rect(number, to_world) for number in numbers]
    parts = _parts(tracks, rects)
    after = [
        track
        if not judged[i]
        else found(track, [numbers[j] for j in parts[i]], to_world)
        if parts[i]
        else missed(track)
        for i, track in enumerate(tracks)
    ]
    taken = {j for own in parts for j in own}
    for j, number in enumerate(numbers):
        if j not in taken:
            after.append(begin(next_id, number, to_world))
            next_id += 1
    return tuple(track for track in after if track.odds > GIVEN_UP and track.whole > -MOST_WHOLE), next_id


def _parts(tracks: Sequence[Track], rects: Sequence[Rect]) -> list[list[int]]:
    """Give each track its readings: the one that agrees best, and the other pieces of the same number."""
    own = [world_rect(track.number, track.to_world) for track in tracks]
    pairs = []
    for i in range(len(tracks)):
        for j, rect in enumerate(rects):
            part = shared(own[i], rect)
            if part > SAME:
                pairs.append((-part * _likeness(own[i], rect), i, j))
    best: dict[int, int] = {}
    for _, i, j in sorted(pairs):
        if i not in best and j not in best.values():
            best[i] = j
    parts = [[best[i]] if i in best else [] for i in range(len(tracks))]
    for j in sorted(set(range(len(rects))) - set(best.values()), key=lambda j: rects[j][0]):
        homes = [i for i in best if _covers(own[i], rects[j])]
        if homes:
            parts[homes[0]].append(j)
    return [sorted(inner, key=lambda j: rects[j][0]) for inner in parts]


def _covers(outer: Rect, inner: Rect) -> bool:
    """Tell whether a rectangle holds another one, which is narrower."""
    return shared(outer, inner) > PART and inner[2] - inner[0] < outer[2] - outer[0]


def _likeness(a: Rect, b: Rect) -> float:
    """Compare widths: 1 where they are the same."""
    one, other = a[2] - a[0], b[2] - b[0]
    return min(one, other) / max(one, other)


def decide(tracks: Sequence[Track], least: float) -> tuple[Track, ...]:
    """Lock what has become sure, and let go what has become doubtful.

    Parameters
    ----------
    tracks : sequence of Track
    least : float
        Probability from which a reading locks.

    Returns
    -------
    tuple of Track
    """
    rects = [world_rect(track.number, track.to_world) for track in tracks]
    decided = list(tracks)
    for i, track in enumerate(tracks):
        rivals = [decided[k] for k in range(len(tracks)) if k != i and shared(rects[i], rects[k]) > SAME]
        decided[i] = _decide(track, least, rivals)
    return tuple(decided)


def _decide(track: Track, least: float, rivals: Sequence[Track]) -> Track:
    beaten = any(rival.locked or rival.odds > track.odds for rival in rivals)
    text = track.text
    sure = track.probability(text)
    if track.locked and track.locked.text == text:
        surer = Locked(text, max(sure, track.locked.confidence))  # what is shown only ever rises
        return replace(track, locked=None if sure < UNLOCK else surer)
    # Only what a reading said as a whole: places of an old and a new number may mix for a moment.
    said = track.readings >= READINGS and text == track.number.text
    if sure >= least and said and not beaten:
        return replace(track, locked=Locked(text, sure))
    if track.locked and track.probability(track.locked.text) < UNLOCK:
        return replace(track, locked=None)
    return track
