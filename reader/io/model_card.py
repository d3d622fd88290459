"""The card that travels with a model: what it is, what it takes, and its checksum."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from reader.errors import ModelError
from reader.types import CLASSES, GLYPH_SIZE

INPUT = {
    "shape": [GLYPH_SIZE, GLYPH_SIZE, 1],
    "range": [0, 1],
    "polarity": "ink bright",
    "recipe": "mnist 20x20 in 28x28 centred by mass",
}
"""The one input that the glyphs of `reader` fit; a card has to state it."""


@dataclass(frozen=True, slots=True)
class ModelCard:
    """What a model says about itself.

    Attributes
    ----------
    id : str
        Name that results state.
    file : str
        Name of the ONNX file.
    sha256 : str
        Its checksum, lower-case hexadecimal.
    classes : tuple of str
        What the outputs stand for: the eleven of `reader.types.CLASSES`, or the ten digits.
    temperature : float
        Calibration of the scores.
    power : float
        The same; 1 in cards that state none.
    facts : mapping
        The whole card as it was written: architecture, parameters, figures and the rest.
    """

    id: str
    file: str
    sha256: str
    classes: tuple[str, ...]
    temperature: float
    power: float = 1.0
    facts: Mapping[str, Any] = field(default_factory=dict, compare=False)

    @property
    def rejects(self) -> bool:
        """Whether the model ever says "not a digit"."""
        return len(self.classes) == len(CLASSES)

    @classmethod
    def from_json(cls, text: str | bytes, name: str) -> ModelCard:
        """Read a card.

        Parameters
        ----------
        text : str or bytes
            JSON.
        name : str
            What error messages call the card.

        Raises
        ------
        ModelError
            When something is missing, or the model takes or gives what `reader` does not.
        """
        facts = _parse(text, name)
        if facts.get("input") != INPUT:
            raise ModelError(
                f"{name}: the input has to be {json.dumps(INPUT)}; this model needs other glyphs"
            )
        classes = facts.get("classes")
        if classes not in (list(CLASSES), list(CLASSES[:10])):
            known = f'"0" to "9" and "{CLASSES[10]}"'
            raise ModelError(f"{name}: the classes have to be {known}, not {classes}; train it again")
        words = [_word(facts, key, name) for key in ("id", "file", "sha256")]
        temperature, power = (_above_zero(facts, key, name) for key in ("temperature", "power"))
        return cls(words[0], words[1], words[2].lower(), tuple(classes), temperature, power, facts)


def _parse(text: str | bytes, name: str) -> dict[str, Any]:
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise ModelError(f"{name}: not valid JSON ({error}); install the model again") from error
    if not isinstance(facts, dict):
        raise ModelError(f"{name}: a model card is a JSON object; install the model again")
    return facts


def _above_zero(facts: dict[str, Any], key: str, name: str) -> float:
    """Read a number of the calibration; a card without a power has 1."""
    calibration = facts.get("calibration")
    value = calibration.get(key, 1.0 if key == "power" else None) if isinstance(calibration, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < math.inf:
        raise ModelError(f"{name}: calibration.{key} has to be above 0, not {value}; calibrate it again")
    return float(value)


def _word(facts: dict[str, Any], key: str, name: str) -> str:
    value = facts.get(key)
    if not isinstance(value, str) or not value:
        raise ModelError(f'{name}: the model card states no "{key}"; install the model again')
    return value
