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
"""What a reading adds to them for each digit, and at most: letters pass for one digit, not for four."""
MISSED, MISSED_DIGIT = 1.5, 2.5
"""What a reading that does not have the number takes away; more where it is of one digit."""
STRONGEST = 6.0
"""Log-odds never go beyond this, so that a few readings can take them back."""
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
    if len(parts) > 1 or _in_place(track, whole, to_world):
        return more  # where it was, so that its box stands still
    return replace(more, number=whole, to_world=to_world)


def _in_place(track: Track, number: Number, to_world: Affine) -> bool:
    """Tell whether a reading says what the last one said, where it said it."""
    own, rect = world_rect(track.number, track.to_world), world_rect(number, to_world)
    return track.number.text == number.text and max(
        abs(a - b) for a, b in zip(own, rect, strict=True)
    ) < STILL * (own[3] - own[1])


def missed(track: Track) -> Track:
    """Count a reading that should have had a number and has it not."""
    price = MISSED_DIGIT if len(track.number.digits) == 1 else MISSED
    return replace(track, odds=track.odds - price)


def changed(track: Track) -> Track:
    """Trust the evidence less: the ink is no longer what was read."""
    slots = tuple(replace(slot, logs=AFTER_CHANGE * slot.logs) for slot in track.slots)
    return replace(track, slots=slots, odds=min(track.odds, STRONGEST * AFTER_CHANGE), readings=1)
