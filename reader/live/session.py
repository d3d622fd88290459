"""A session: frames in, what is known of each out. No camera, no window, no clock of its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import cv2
import numpy as np
from numpy.typing import NDArray

from reader.imaging.geometry import Affine, compose, identity, invert, scaling
from reader.live import association, change, motion, tracks
from reader.live.blur import BlurGate, steepness
from reader.live.motion import Keyframe
from reader.live.plausible import lies_free, worth_believing
from reader.live.tracks import Rect, Track
from reader.live.view import View, in_reading_order, place, shown
from reader.options import LiveOptions
from reader.types import Box, Number

Image = NDArray[np.uint8]

CLEAR = 0.2
"""Seconds after which a number that is no longer seen is gone."""
REFRESH = 2.0
"""Seconds after which all is read again although nothing seems to have changed."""
HOPELESS = 10
"""Readings after which a number that is not sure waits for the next refresh ..."""
UNLIKELY = -1.0
"""... as does one whose log-odds are below this ..."""
SECOND_LOOKS = 3
"""... and one that was read once, if so many readings since the last change did not bring it again."""
MARGIN, MOST_MARGIN = 2.0, 0.2
"""Around the region asked for more is read: so many of its heights, and at most this part of the frame's."""
REKEY = 0.7
"""Part of the corners below which others are chosen."""


@dataclass(frozen=True, slots=True)
class Request:
    """What is to be read of a frame.

    Attributes
    ----------
    image : ndarray of uint8, shape (H, W) or (H, W, 3)
        The frame.
    area : Box
        The part of it.
    flat : ndarray of uint8, shape (h, w)
        The frame, small and flat.
    to_flat : Affine
        From the world to it ...
    to_world : Affine
        ... and from the frame to the world, at that time.
    epoch : int
        Of the world, which ends when the page is lost.
    """

    image: Image
    area: Box
    flat: Image
    to_flat: Affine
    to_world: Affine
    epoch: int


class Session:
    """Follows numbers through frames and says which readings are sure.

    The same frames, with the same readings handed in between the same frames, give the same views.

    Parameters
    ----------
    options : LiveOptions, optional
    """

    def __init__(self, options: LiveOptions | None = None) -> None:
        self.options = options or LiveOptions()
        self._gate = BlurGate()
        self._tracks: tuple[Track, ...] = ()
        self._next_id = 1
        self._epoch = 0
        self._time = 0.0
        self._flat: Image = np.zeros((0, 0), np.uint8)  # the last frame, small, its light evened out
        self._forget()

    def _forget(self) -> None:
        """Begin a new world: nothing is followed, nothing counts as read."""
        self._epoch += 1
        self._key: Keyframe | None = None
        self._to_key = self._here = self._drawn = identity()  # world to keyframe, to small frame, as drawn
        self._seen: tuple[NDArray[np.uint8], Affine] | None = None
        self._changed = np.zeros((0, 0), np.bool_)  # blocks of the last frame that are new
        self._read = 0.0
        self._looks = 0  # readings since the last change

    def change(self, options: LiveOptions) -> None:
        """Go on with other options; another region begins anew."""
        if options.region != self.options.region:
            self._tracks = ()
            self._forget()
        self.options = options

    def step(self, image: Image, index: int, time: float) -> View:
        """Look at a frame.

        Parameters
        ----------
        image : ndarray of uint8, shape (H, W) or (H, W, 3)
        index : int
        time : float
            Seconds; never less than at the last call.

        Returns
        -------
        View
        """
        passed, self._time = max(0.0, time - self._time), time
        gray = _gray(image)
        self._image, self._scale = image, min(1.0, motion.WIDTH / gray.shape[1])
        small = cv2.resize(gray, None, fx=self._scale, fy=self._scale, interpolation=cv2.INTER_AREA)
        self._blurred = self._gate.is_blurred(steepness(gray), time)
        before, self._flat = self._flat, motion.flatten(np.asarray(small, np.uint8))
        if before.shape != self._flat.shape:
            self._tracks = ()
            self._forget()
        elif self._tracks:
            self._follow(before, passed)
        return self._view(index, time)

    def request(self) -> Request | None:
        """Say what of the last frame is worth reading now."""
        if self._blurred or not self._is_worth_reading():
            return None
        to_world = invert(self._to_frame(self._here))
        return Request(self._image, self._area(), self._flat, self._here, to_world, self._epoch)

    def started(self) -> None:
        """Take note that the last frame is being read."""
        self._seen, self._read = (self._flat, self._here), self._time
        self._looks += 1
        if self._changed.any():
            self._looks = 0
            self._tracks = tuple(
                tracks.changed(track)
                if change.touches(self._changed, self._rect(track, self._here))
                else track
                for track in self._tracks
            )
            self._changed = np.zeros((0, 0), np.bool_)

    def take(self, request: Request, numbers: Sequence[Number]) -> None:
        """Take what was read.

        Parameters
        ----------
        request : Request
            What was to be read.
        numbers : sequence of Number
            What was found, in pixels of the frame.
        """
        if request.epoch != self._epoch:
            return
        known = {track.id for track in self._tracks}
        from_world = invert(request.to_world)
        size = (request.image.shape[1], request.image.shape[0])
        judged = [
            track.locked is None
            or lies_free(place(track.number.box, compose(from_world, track.to_world), size), request.area)
            for track in self._tracks
        ]
        believed = worth_believing(_gray(request.image), numbers, request.area, self.options.region)
        self._tracks, self._next_id = association.observe(
            self._tracks, believed, judged, request.to_world, self._next_id
        )
        self._tracks = association.decide(self._tracks, self.options.min_confidence)
        if {track.id for track in self._tracks} - known:
            self._choose_key(
                request.flat, request.to_flat
            )  # where they were read: the page may have moved on

    def _area(self) -> Box:
        """Give the part of the frame that is read: all, or the region with a little around it."""
        height, width = self._image.shape[:2]
        if self.options.region is None:
            return 0, 0, width, height
        x, y, w, h = self.options.region
        more = round(min(MARGIN * h, MOST_MARGIN * height))
        return _clip((x - more, y - more, w + 2 * more, h + 2 * more), width, height)

    def _is_worth_reading(self) -> bool:
        """Tell whether anything is new, or not sure yet, or has not been looked at for a while."""
        if self._seen is None or self._time - self._read >= REFRESH:
            return True
        self._changed = change.changed_blocks(
            self._seen[0], self._flat, compose(self._here, invert(self._seen[1]))
        )
        return bool(self._changed.any()) or any(self._needs_reading(track) for track in self._tracks)

    def _needs_reading(self, track: Track) -> bool:
        if track.is_settled or track.readings >= HOPELESS or track.odds < UNLIKELY:
            return False
        return track.readings > 1 or self._looks <= SECOND_LOOKS

    def _follow(self, before: NDArray[np.uint8], passed: float) -> None:
        """Find the page again, and count for how long each number has not been seen."""
        key = self._key
        assert key is not None
        guess = compose(self._here, invert(self._to_key))
        followed = motion.follow(key, self._flat, guess)
        if followed is None:
            step, _ = motion.shift(before, self._flat)
            moved = compose(step, guess)
        else:
            moved = followed[0]
        there = self._present(key, moved)
        if any(there):
            self._here = compose(moved, self._to_key)
        self._tracks = tuple(
            replace(track, absent=0.0 if ok else track.absent + passed)
            for track, ok in zip(self._tracks, there, strict=True)
        )
        self._tracks = tuple(track for track in self._tracks if track.absent < CLEAR)
        if not self._tracks:
            self._forget()
        elif followed is not None and followed[1] < REKEY and not self._blurred and all(there):
            self._choose_key(self._flat, self._here)

    def _choose_key(self, image: Image, to_image: Affine) -> None:
        """Follow from here on what this frame shows, to which that map leads from the world."""
        self._to_key = to_image
        rects = [self._rect(track, to_image) for track in self._tracks]
        self._key = motion.keyframe(image, rects)
        self._soft = change.soften(image)

    def _present(self, key: Keyframe, moved: Affine) -> list[bool]:
        height, width = key.image.shape
        flags = cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP
        now = change.soften(
            np.asarray(
                cv2.warpAffine(self._flat, moved, (width, height), flags=flags, borderValue=change.PAPER)
            )
        )
        return [change.is_there(self._soft, now, self._rect(track, self._to_key)) for track in self._tracks]

    def _rect(self, track: Track, world_to: Affine) -> Rect:
        """Give a track's rectangle in a small frame."""
        return tracks.world_rect(track.number, compose(world_to, track.to_world))

    def _to_frame(self, here: Affine) -> Affine:
        """Give the map from the world to the full frame."""
        return compose(scaling(1 / self._scale), here)

    def _box(self, track: Track, here: Affine) -> Box:
        size = (self._image.shape[1], self._image.shape[0])
        return place(track.number.box, compose(self._to_frame(here), track.to_world), size)

    def _view(self, index: int, time: float) -> View:
        height, width = self._image.shape[:2]
        small = (self._flat.shape[1], self._flat.shape[0])
        self._drawn = motion.settle(self._drawn, self._here, small, self._scale)
        to_frame = self._to_frame(self._drawn)
        sure = [shown(track, to_frame, (width, height)) for track in self._tracks if track.locked]
        doubtful = tuple(self._box(track, self._drawn) for track in self._tracks if not track.locked)
        return View(index, time, width, height, in_reading_order(sure), doubtful, self._blurred)


def _gray(image: Image) -> Image:
    return image if image.ndim == 2 else np.asarray(cv2.cvtColor(image, cv2.COLOR_BGR2GRAY), np.uint8)


def _clip(box: Box, width: int, height: int) -> Box:
    x, y = max(0, box[0]), max(0, box[1])
    return x, y, min(width, box[0] + box[2]) - x, min(height, box[1] + box[3]) - y
