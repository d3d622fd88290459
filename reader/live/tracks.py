"""Numbers followed from frame to frame: which reading is of which, and which readings are sure.

Everything here is in world coordinates, which stay with the page: `reader.live.motion` maps them to a frame.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from reader.imaging.geometry import Affine, apply
from reader.live import evidence
from reader.live.evidence import Look, Slot
from reader.types import Number

PRIOR = -1.5
"""Log-odds that what looks like a number is one, before its readings count."""
PER_DIGIT, MOST = 0.8, 2.4
"""What a reading adds to them for each digit, and at most: letters and edges pass for one digit, not for four."""
MISSED, MISSED_DIGIT = 1.5, 2.5
"""What a reading that does not have the number takes away; more where it is of one digit."""
STRONGEST = 6.0
"""Log-odds never go beyond this, so that a few readings can take them back."""
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
IN_PARTS, MOST_WHOLE = 0.5, 2.0
"""What a reading in parts takes from `Track.whole`, and where that ends; one as a whole adds 1."""
STILL = 0.15
"""A box that a new reading moves by less than this part of its height stays where it is."""
AFTER_CHANGE = 0.3
"""What is left of the evidence where the ink has changed."""


@dataclass(frozen=True, slots=True)
class Locked:
    """A reading that is shown."""

    text: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Track:
    """A number that is followed.

    Attributes
    ----------
    id : int
    number : Number
        Its last reading, in pixels of the frame that was read.
    to_world : Affine
        From that frame to the world.
    slots : tuple of Slot
        What its characters may be.
    odds : float
        Log-odds that there is a number at all.
    readings : int
    locked : Locked or None
        What is shown of it.
    whole : float
        Above 0 where it was read as one number, below where in parts.
    absent : float
        Seconds since it was last seen.
    """

    id: int
    number: Number
    to_world: Affine
    slots: tuple[Slot, ...]
    odds: float
    readings: int = 1
    locked: Locked | None = None
    whole: float = 1.0
    absent: float = 0.0

    @property
    def text(self) -> str:
        """What it most likely says."""
        return evidence.text_of(evidence.symbols(self.slots))

    def probability(self, text: str) -> float:
        """Give the probability that there is a number and that it says `text`."""
        return evidence.probability(self.slots, text) / (1.0 + float(np.exp(-self.odds)))

    @property
    def is_settled(self) -> bool:
        """No reading is under way: locked, and nothing speaks against it."""
        return self.locked is not None and self.probability(self.locked.text) > 0.5


Rect = tuple[float, float, float, float]
"""Left, top, right, bottom."""


def world_rect(number: Number, to_world: Affine) -> Rect:
    """Give the upright rectangle of a number in the world, as large as its box."""
    x, y, w, h = number.box
    middle = apply(to_world, np.array([[x + w / 2, y + h / 2]]))[0]
    scale = float(np.sqrt(abs(np.linalg.det(to_world[:, :2]))))
    half = np.array([w, h]) * scale / 2
    return (*(float(v) for v in middle - half), *(float(v) for v in middle + half))  # type: ignore[return-value]


def shared(a: Rect, b: Rect) -> float:
    """Give what two rectangles share, as a part of the smaller one.

    >>> shared((0, 0, 4, 2), (3, 0, 9, 2))
    0.25
    """
    width = min(a[2], b[2]) - max(a[0], b[0])
    height = min(a[3], b[3]) - max(a[1], b[1])
    if width <= 0 or height <= 0:
        return 0.0
    smaller = min((r[2] - r[0]) * (r[3] - r[1]) for r in (a, b))
    return width * height / smaller


def looks_of(number: Number, to_world: Affine) -> list[Look]:
    """Give a reading's characters, placed in the world."""
    scale = float(np.sqrt(abs(np.linalg.det(to_world[:, :2]))))
    height = number.box[3] * scale
    middles = np.array([[c.box[0] + c.box[2] / 2, c.box[1] + c.box[3] / 2] for c in number.chars])
    places = apply(to_world, middles)
    return [
        Look(evidence.char_logs(char), (float(x), float(y)), height)
        for char, (x, y) in zip(number.chars, places, strict=True)
    ]


def support(number: Number) -> float:
    """Give what a reading adds to the log-odds that there is a number."""
    sure = np.clip(np.log((number.confidence + 1e-6) / (1.0 - number.confidence + 1e-6)) / 2.0, 0.1, 1.0)
    return float(min(PER_DIGIT * len(number.digits), MOST) * sure)


def begin(id: int, number: Number, to_world: Affine) -> Track:
    """Begin to follow a number."""
    slots = evidence.fuse((), looks_of(number, to_world), 0)
    return Track(id, number, to_world, slots, PRIOR + support(number))


def found(track: Track, parts: Sequence[Number], to_world: Affine) -> Track:
    """Add a reading of a number to what is known of it.

    Parameters
    ----------
    track : Track
    parts : sequence of Number
        Its parts, left to right; mostly one. What may stand between parts was not read, and
        says nothing for or against.
    to_world : Affine
    """
    looks = [look for number in parts for look in looks_of(number, to_world)]
    whole = max(parts, key=lambda number: len(number.digits))
    more = replace(
        track,
        slots=evidence.fuse(track.slots, looks, track.readings, lenient=len(parts) > 1),
        odds=min(track.odds + sum(support(number) for number in parts), STRONGEST),
        readings=track.readings + 1,
        whole=min(track.whole + 1.0, MOST_WHOLE) if len(parts) == 1 else track.whole - IN_PARTS,
    )
    if len(parts) > 1 or track.number.text == whole.text and _in_place(track, world_rect(whole, to_world)):
        return more  # where it was, so that its box stands still
    return replace(more, number=whole, to_world=to_world)


def _in_place(track: Track, rect: Rect) -> bool:
    own = world_rect(track.number, track.to_world)
    return max(abs(a - b) for a, b in zip(own, rect, strict=True)) < STILL * (own[3] - own[1])


def missed(track: Track) -> Track:
    """Count a reading that should have had a number and has it not."""
    price = MISSED_DIGIT if len(track.number.digits) == 1 else MISSED
    return replace(track, odds=track.odds - price)


def changed(track: Track) -> Track:
    """Trust the evidence less: the ink is no longer what was read."""
    slots = tuple(replace(slot, logs=AFTER_CHANGE * slot.logs) for slot in track.slots)
    return replace(track, slots=slots, odds=min(track.odds, STRONGEST * AFTER_CHANGE))


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
        For each track, whether it lay where was read: such a one that was not found is missed.
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
        found(track, [numbers[j] for j in parts[i]], to_world)
        if parts[i]
        else missed(track)
        if judged[i]
        else track
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
        return replace(track, locked=None) if sure < UNLOCK else track
    if sure >= least and track.readings >= READINGS and not beaten and any(c.isdigit() for c in text):
        return replace(track, locked=Locked(text, sure))
    if track.locked and track.probability(track.locked.text) < UNLOCK:
        return replace(track, locked=None)
    return track
