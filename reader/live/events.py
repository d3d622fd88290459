"""What happens to the numbers in view: one appears, changes, leaves."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Literal

from reader.io.export import PLACES
from reader.live.view import View
from reader.types import Box

Kind = Literal["appear", "change", "leave"]


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened to a number.

    Attributes
    ----------
    kind : {"appear", "change", "leave"}
    time : float
        Seconds since the source began.
    frame : int
        Index of the frame, from 0.
    id : int
        Of the number, for as long as it is in view.
    text, digits : str
        As in `reader.types.Number`; of one that leaves, what it was.
    confidence : float
    box : Box
        Where it is; of one that leaves, where it was last.
    before : str
        What it said before it changed.
    """

    kind: Kind
    time: float
    frame: int
    id: int
    text: str
    digits: str
    confidence: float
    box: Box
    before: str = ""


def events(before: View | None, now: View) -> tuple[Event, ...]:
    """Compare two views.

    Parameters
    ----------
    before : View or None
        None before the first frame.
    now : View

    Returns
    -------
    tuple of Event
        What left comes first, then what is there, in reading order.
    """
    old = {} if before is None else {one.id: one.number for one in before.numbers}
    new = {one.id: one.number for one in now.numbers}
    found = []
    for id, number in [*((i, n) for i, n in old.items() if i not in new), *new.items()]:
        kind: Kind = "leave" if id not in new else "appear" if id not in old else "change"
        if kind == "change" and old[id].text == number.text:
            continue
        found.append(
            Event(
                kind,
                now.time,
                now.index,
                id,
                number.text,
                number.digits,
                number.confidence,
                number.box,
                old[id].text if kind == "change" else "",
            )
        )
    return tuple(found)


def as_json(event: Event) -> str:
    """Give an event as a line of JSON, as ``schema/live.schema.json`` says."""
    fields: dict[str, Any] = {
        "event": event.kind,
        "time": round(event.time, 3),
        "frame": event.frame,
        "id": event.id,
        "text": event.text,
        "digits": event.digits,
        "confidence": round(event.confidence, PLACES),
        "box": list(event.box),
    }
    if event.kind == "change":
        fields["before"] = event.before
    return json.dumps(fields, allow_nan=False)


def as_text(event: Event, *, aligned: bool = False) -> str:
    """Give an event as a line: time, what happened, the number, its confidence.

    Parameters
    ----------
    event : Event
    aligned : bool
        Columns for a person at a terminal; otherwise separated by tabs.
    """
    if aligned:
        return f"{event.time:8.2f}  {event.kind:<6}  {event.text:<16}  {event.confidence:4.0%}"
    return f"{event.time:.3f}\t{event.kind}\t{event.text}\t{event.confidence:.{PLACES}f}"
