"""A model that is not what its card says is found; what it takes for digits is warned of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from reader.errors import ModelError
from reader.io.model_check import check_model, taken_for_digits
from reader.io.model_file import find_model, load_model
from reader.io.self_test import SelfTest


def with_self_test(model: Path, **change: Any) -> Path:
    card = model.with_suffix(".json")
    glyphs = np.random.default_rng(0).integers(0, 256, (12, 28, 28), np.uint8)
    entry = {**SelfTest.record(glyphs, load_model(model)).to_json(), **change}
    card.write_text(json.dumps(json.loads(card.read_text()) | {"self_test": entry}))
    return model


def test_a_sound_model_passes(tiny_model: Path) -> None:
    assert check_model(tiny_model).tested == 0
    assert check_model(with_self_test(tiny_model)).tested == 12


def test_other_probabilities_fail_and_the_line_says_by_how_much(tiny_model: Path) -> None:
    with_self_test(tiny_model, probabilities=[[1 / 11] * 11] * 12)
    with pytest.raises(ModelError, match=r"tiny\.onnx: fails its self-test, probabilities are off by 0\.\d+"):
        check_model(tiny_model)


def test_another_temperature_fails(tiny_model: Path) -> None:
    with_self_test(tiny_model)
    card = tiny_model.with_suffix(".json")
    card.write_text(json.dumps(json.loads(card.read_text()) | {"calibration": {"temperature": 2.5}}))
    with pytest.raises(ModelError, match="self-test"):
        check_model(tiny_model)


def test_a_damaged_file_and_a_damaged_self_test_fail(tiny_model: Path) -> None:
    with_self_test(tiny_model, glyphs="?")
    with pytest.raises(ModelError, match=r"tiny\.json: its self-test is damaged"):
        check_model(tiny_model)
    tiny_model.write_bytes(tiny_model.read_bytes() + b"\0")
    with pytest.raises(ModelError, match="does not match its card"):
        check_model(tiny_model)


class Sure:
    """A classifier that calls everything bright a 7, and is unsure of the rest."""

    id = "sure"

    def scores(self, images: Any) -> Any:
        bright = images.mean(axis=(1, 2, 3)) > 0.9
        return np.where(bright[:, None], np.eye(11)[7], np.full(11, 1 / 11)).astype(np.float32)


def test_what_is_taken_for_a_digit_is_named() -> None:
    assert taken_for_digits(Sure()) == ("reads a full glyph as 7 with a probability of 1.00",)


def test_the_shipped_model_is_sound_and_takes_nothing_for_a_digit() -> None:
    assert check_model(find_model()).warnings == ()
