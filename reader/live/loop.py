"""The loop: a frame in, readings in and out of the other thread, events and a picture out."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from reader.errors import ReaderError
from reader.io.clipboard import copy
from reader.live import controls as keys
from reader.live.capture import Capture, Frame
from reader.live.controls import Controls
from reader.live.events import Event, events
from reader.live.screen import Notes, draw
from reader.live.session import Session
from reader.live.snapshot import save
from reader.live.statistics import Statistics, Summary, in_words, summary
from reader.live.view import View
from reader.live.worker import Worker
from reader.options import LiveOptions

Image = NDArray[np.uint8]

BREATH = 0.02
"""Seconds that the window is given where there is nothing to show."""
MESSAGE = 2.0
"""Seconds that a message stands."""
SETTLE = 1.0
"""With `once`: seconds that other numbers in view get after the first one is sure."""


class Screen(Protocol):
    """Shows pictures, and hears keys and the mouse."""

    def show(self, picture: Image) -> None:
        """Show a picture, uint8 (H, W, 3)."""

    def poll(self, seconds: float) -> str:
        """Wait for a key for so long; "" for none."""

    def mouse(self) -> list[tuple[str, int, int]]:
        """Give what the mouse did since the last call."""


class Sink(Protocol):
    """Takes pictures with their time, as a recording does."""

    def show(self, picture: Image, time: float) -> None:
        """Take a picture, uint8 (H, W, 3), and its time in seconds."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """Where all goes.

    Attributes
    ----------
    events : callable
        Called with what happened to the numbers, if anything did.
    told : callable
        Called with lines for a person.
    screen : Screen or None
    recording : Sink or None
    """

    events: Callable[[Sequence[Event]], None]
    told: Callable[[str], None]
    screen: Screen | None = None
    recording: Sink | None = None


@dataclass(frozen=True, slots=True)
class How:
    """How a loop runs.

    Attributes
    ----------
    source : str
        What to call the source where a frame is saved.
    paced : bool
        Show a recording at its own speed, rather than as fast as it goes.
    once : bool
        End with the first sure readings, and tell of nothing else.
    verbose : bool
        Tell of frame rate and latency every second.
    """

    source: str = ""
    paced: bool = False
    once: bool = False
    verbose: bool = False


class Loop:
    """Runs a session from a capture to its outputs.

    Parameters
    ----------
    capture : Capture
    worker : Worker
    outputs : Outputs
    controls : Controls, optional
    how : How, optional
    """

    def __init__(
        self,
        capture: Capture,
        worker: Worker,
        outputs: Outputs,
        controls: Controls | None = None,
        how: How | None = None,
    ) -> None:
        self._capture, self._worker, self._outputs = capture, worker, outputs
        self._controls = controls or Controls()
        self._how = how or How()
        self._session = Session(self._options())
        self._counted, self._numbers = Statistics(), 0
        self._last: tuple[Frame, View] | None = None
        self._sure_since: float | None = None
        self._begin: float | None = None  # of a paced recording, by our clock
        self._message, self._message_ends, self._told_last = "", 0.0, perf_counter()

    def run(self) -> bool:
        """Go on until the source ends or somebody ends it.

        Returns
        -------
        bool
            False where `once` found nothing sure.
        """
        while not self._controls.quit:
            frame = None if self._controls.frozen else self._capture.next(BREATH)
            if frame is not None:
                self._process(frame)
                if self._how.once and self._is_done():
                    break
            elif self._capture.ended and not self._controls.frozen:
                break
            else:
                self._begin = None
                self._show_again()
        return not self._how.once or self._tell_once()

    def summary(self) -> Summary:
        """Sum up what was done so far."""
        return summary(
            self._counted,
            dropped=self._capture.dropped,
            readings=self._worker.readings,
            numbers=self._numbers,
        )

    def _options(self) -> LiveOptions:
        return LiveOptions(self._controls.min_confidence, self._controls.region)

    def _process(self, frame: Frame) -> None:
        taken = self._wait_until_due(frame)
        done = self._worker.result(frame.index)
        if done is not None:
            self._session.take(*done)
        view = self._session.step(frame.image, frame.index, frame.time)
        if self._worker.is_free and (request := self._session.request()) is not None:
            self._session.started()
            self._worker.submit(frame.index, request)
        before, self._last = self._last, (frame, view)
        self._tell(events(before[1] if before else None, view))
        self._show(frame, view)
        self._counted.add(taken, perf_counter())
        self._report()

    def _tell(self, happened: Sequence[Event]) -> None:
        self._numbers += sum(event.kind != "leave" for event in happened)
        if happened and not self._how.once:
            self._outputs.events(happened)

    def _is_done(self) -> bool:
        """With `once`: tell whether the numbers in view are sure, or had time enough."""
        assert self._last is not None
        view = self._last[1]
        if not view.numbers:
            self._sure_since = None
            return False
        self._sure_since = view.time if self._sure_since is None else self._sure_since
        return not view.doubtful or view.time - self._sure_since >= SETTLE

    def _tell_once(self) -> bool:
        """With `once`: tell of the numbers in view, if there are any."""
        happened = events(None, self._last[1]) if self._last else ()
        self._outputs.events(happened)
        return bool(happened)

    def _wait_until_due(self, frame: Frame) -> float:
        """Wait for a paced recording's time; give when the frame came or would have come."""
        if not self._how.paced:
            return frame.taken
        now = perf_counter()
        if self._begin is None or now > self._begin + frame.time:
            self._begin = now - frame.time  # whoever is late does not hurry after
        due = self._begin + frame.time
        while self._outputs.screen and (left := due - perf_counter()) > 0.001:
            self._press(self._outputs.screen.poll(left))
        return due

    def _show(self, frame: Frame, view: View) -> None:
        screen, recording = self._outputs.screen, self._outputs.recording
        if not (screen or recording):
            return
        picture = draw(frame.image, view, self._controls, self._notes())
        if recording:
            recording.show(picture, frame.time)
        if screen:
            screen.show(picture)
            self._press(screen.poll(0))
            self._drag(screen, view)

    def _show_again(self) -> None:
        """Show the last frame as the controls now want it, and let the window live."""
        screen = self._outputs.screen
        if screen is None:
            return
        if self._last is not None:
            frame, view = self._last
            screen.show(draw(frame.image, view, self._controls, self._notes()))
            self._drag(screen, view)
        self._press(screen.poll(BREATH))

    def _drag(self, screen: Screen, view: View) -> None:
        self._controls = keys.drag(self._controls, screen.mouse(), (view.width, view.height))
        self._session.change(self._options())

    def _press(self, key: str) -> None:
        if not key:
            return
        before, self._controls = self._controls, keys.press(self._controls, key)
        self._session.change(self._options())
        if before.min_confidence != self._controls.min_confidence:
            self._say(f"numbers of at least {self._controls.min_confidence:.1%}")
        if key in "sc" and self._last is not None:
            try:
                self._say(self._saved() if key == "s" else self._copied())
            except ReaderError as error:  # the camera goes on
                self._say(str(error))

    def _saved(self) -> str:
        assert self._last is not None
        frame, view = self._last
        return f"{save(frame.image, view, self._how.source, self._worker.model, datetime.now())}: saved"

    def _copied(self) -> str:
        assert self._last is not None
        texts = [one.number.text for one in self._last[1].numbers]
        copy("\n".join(texts))
        return f"copied {len(texts)} number{'' if len(texts) == 1 else 's'}"

    def _say(self, message: str) -> None:
        self._outputs.told(message)
        self._message, self._message_ends = message, perf_counter() + MESSAGE

    def _notes(self) -> Notes:
        message = self._message if perf_counter() < self._message_ends else ""
        if not self._how.verbose:
            return Notes(message=message)
        done = self.summary()
        return Notes(f"{done.rate:.1f}/s  {done.latency} ms  {done.dropped} dropped", message)

    def _report(self) -> None:
        if self._how.verbose and perf_counter() - self._told_last >= 1.0:
            self._told_last = perf_counter()
            self._outputs.told(in_words(self.summary()))
