"""A card's self-test: it survives JSON, tells another network, and is refused where it is damaged."""

from __future__ import annotations

import base64
import json
import zlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from reader.errors import ModelError
from reader.io.self_test import SelfTest
from reader.recognize.classifier import OnnxClassifier


class Fixed:
    """A classifier that says the same of every glyph."""

    id = "fixed"

    def __init__(self, digit: int) -> None:
        self.row = np.eye(11, dtype=np.float32)[digit]

    def scores(self, images: Any) -> Any:
        return np.tile(self.row, (len(images), 1))


def two() -> SelfTest:
    return SelfTest.record(np.zeros((2, 28, 28), np.uint8), Fixed(3))


@settings(max_examples=25, deadline=None)
@given(
    st.integers(1, 5).flatmap(
        lambda n: st.tuples(
            arrays(np.uint8, (n, 28, 28)), arrays(np.float32, (n, 11), elements=st.floats(0, 1, width=32))
        )
    )
)
def test_it_survives_json(pair: tuple[Any, Any]) -> None:
    test = SelfTest(*pair)
    back = SelfTest.of_card(json.loads(json.dumps({"self_test": test.to_json()})), "card.json")
    assert back is not None
    np.testing.assert_array_equal(back.glyphs, test.glyphs)
    np.testing.assert_allclose(back.probabilities, test.probabilities, atol=5.1e-5)


def test_the_model_that_made_it_passes_and_another_does_not(
    tiny_classifier: OnnxClassifier, tiny_onnx: bytes, glyphs: Any
) -> None:
    test = SelfTest.record(np.round(255 * glyphs[:20, ..., 0]).astype(np.uint8), tiny_classifier)
    assert test.difference(tiny_classifier) <= 1e-4
    assert test.difference(OnnxClassifier(tiny_onnx, "warmer", 1.05)) > test.tolerance


def test_a_card_without_one_is_fine() -> None:
    assert SelfTest.of_card({}, "card.json") is None


@pytest.mark.parametrize(
    "change",
    [
        {"glyphs": "no base64!"},
        {"glyphs": base64.b64encode(b"no zlib").decode()},
        {"glyphs": base64.b64encode(zlib.compress(bytes(3 * 784))).decode()},
        {"glyphs": base64.b64encode(zlib.compress(bytes(784))).decode()},
        {"glyphs": None},
        {"probabilities": []},
        {"probabilities": [[0.1] * 10] * 2},
        {"probabilities": [[0.1] * 11, [0.1]]},
        {"probabilities": "all"},
        {"tolerance": 0},
        {"tolerance": float("nan")},
        {"tolerance": "much"},
    ],
)
def test_a_damaged_one_is_one_clear_line(change: dict[str, Any]) -> None:
    with pytest.raises(ModelError, match=r"^card\.json: its self-test is damaged \(.*\); install") as caught:
        SelfTest.of_card({"self_test": {**two().to_json(), **change}}, "card.json")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("entry", [[], "x", 7, {}])
def test_an_entry_of_another_kind_is_refused(entry: Any) -> None:
    with pytest.raises(ModelError, match="damaged"):
        SelfTest.of_card({"self_test": entry}, "card.json")


def test_a_bomb_is_not_unpacked() -> None:
    bomb = base64.b64encode(zlib.compress(bytes(50_000_000))).decode()
    with pytest.raises(ModelError, match="do not fit its glyphs"):
        SelfTest.of_card({"self_test": {**two().to_json(), "glyphs": bomb}}, "card.json")
    many = {**two().to_json(), "probabilities": [[0.0] * 11] * 1001}
    with pytest.raises(ModelError, match="not 1 to 1000"):
        SelfTest.of_card({"self_test": many}, "card.json")
