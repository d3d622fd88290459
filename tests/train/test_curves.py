"""The picture of loss and accuracy by epoch."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from reader.errors import OutputError

pytest.importorskip("matplotlib", reason="the extra 'train' is not installed")

from reader.train.plots import curves, save

HISTORY = [
    {"epoch": 1, "loss": 0.9, "accuracy": 0.8, "val_loss": 0.5, "val_accuracy": 0.9, "seconds": 3.0},
    {"epoch": 2, "loss": 0.6, "accuracy": 0.9, "val_loss": 0.3, "val_accuracy": 0.95, "seconds": 6.0},
    {"epoch": 3, "loss": 0.4, "accuracy": 0.95, "val_loss": 0.4, "val_accuracy": 0.96, "seconds": 9.0},
]


def picture(png: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(png, np.uint8), cv2.IMREAD_COLOR)


def test_the_same_history_gives_the_same_bytes() -> None:
    png = curves(HISTORY)
    assert png == curves([dict(row) for row in HISTORY])
    assert b"Software" not in png
    assert picture(png).shape == (456, 1080, 3)


@pytest.mark.parametrize("measure", ["loss", "accuracy", "val_loss", "val_accuracy"])
def test_every_measure_is_drawn(measure: str) -> None:
    other = [*HISTORY[:2], {**HISTORY[2], measure: 0.5}]
    changed = (picture(curves(other)) != picture(curves(HISTORY))).any(axis=(0, 2))
    half = np.split(changed, 2)[measure.endswith("accuracy")]
    assert half.any()


def test_the_line_of_the_best_epoch_stands_where_validation_loss_is_least() -> None:
    # The dotted line is the only grey that reaches over the whole height of the left panel.
    def column(history: list[dict[str, float]]) -> int:
        grey = picture(curves(history))[60:300, 60:540].std(axis=2) < 1
        dark = picture(curves(history))[60:300, 60:540].max(axis=2) < 200
        return int((grey & dark).sum(axis=0).argmax())

    columns = []
    for best in range(3):
        history = [{**row, "val_loss": 0.2 if i == best else 0.5} for i, row in enumerate(HISTORY)]
        columns.append(column(history))
    assert columns[0] + 100 < columns[1] < columns[2] - 100


@pytest.mark.parametrize("count", [1, 2, 60])
def test_any_number_of_epochs_is_drawn(count: int) -> None:
    history = [{**HISTORY[0], "epoch": epoch} for epoch in range(1, count + 1)]
    assert picture(curves(history)).std() > 5


def test_a_picture_is_written_whole_or_not_at_all(tmp_path: Path) -> None:
    save(tmp_path / "a.png", b"picture")
    assert [path.name for path in tmp_path.iterdir()] == ["a.png"]
    assert (tmp_path / "a.png").read_bytes() == b"picture"
    with pytest.raises(OutputError, match=r"b\.png"):
        save(tmp_path / "none" / "b.png", b"")
