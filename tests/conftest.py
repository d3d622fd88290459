"""What several tests share."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from reader.recognize.classifier import OnnxClassifier

DATA = Path(__file__).parent / "data"


@pytest.fixture
def tiny_onnx() -> bytes:
    """A network with random weights in ONNX form; tests/data/make_tiny.py made it."""
    return (DATA / "tiny.onnx").read_bytes()


@pytest.fixture
def ten_onnx() -> bytes:
    """The tiny network without "not a digit"."""
    return (DATA / "ten.onnx").read_bytes()


@pytest.fixture
def tiny_model(tmp_path: Path) -> Path:
    """The tiny network with its card beside it, in a folder that a test may change."""
    shutil.copy(DATA / "tiny.json", tmp_path)
    return Path(shutil.copy(DATA / "tiny.onnx", tmp_path))


@pytest.fixture
def tiny_classifier(tiny_onnx: bytes) -> OnnxClassifier:
    """The tiny network, loaded."""
    return OnnxClassifier(tiny_onnx, "tiny")


@pytest.fixture
def glyphs() -> NDArray[np.float32]:
    """150 random glyphs, float32 (150, 28, 28, 1): more than two chunks."""
    return np.random.default_rng(3).random((150, 28, 28, 1), np.float32) ** 3


@pytest.fixture
def heard() -> Iterator[None]:
    """Hear Ctrl-C, which a shell has its background jobs ignore."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)
