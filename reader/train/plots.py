"""Pictures of training and of what a network does, as PNG; the same figures give the same bytes."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from reader.io.atomic import writing

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

_TRAINING, _VALIDATION, _FAINT = "#0072b2", "#d55e00", "#777777"


def curves(history: Sequence[Mapping[str, float]]) -> bytes:
    """Draw loss and accuracy by epoch, in training and on the validation glyphs.

    Parameters
    ----------
    history : sequence of mappings
        One an epoch: epoch, loss, accuracy, val_loss, val_accuracy, as `reader.train.fit` gives them.

    Returns
    -------
    bytes
        A PNG file; the epoch with the lowest validation loss, which is the one that is kept, is marked.
    """
    from matplotlib.figure import Figure
    from matplotlib.ticker import PercentFormatter

    figure = Figure(figsize=(9, 3.8), dpi=120, layout="constrained")
    left, right = figure.subplots(1, 2)
    best = min(range(len(history)), key=lambda row: history[row]["val_loss"])
    _curve(left, history, "loss", best)
    _curve(right, history, "accuracy", best)
    left.set_ylim(bottom=0)
    kept = history[best]
    left.set_title(f"Loss: {kept['val_loss']:.4f} on validation at the best epoch", loc="left")
    right.set_title(f"Accuracy: {kept['val_accuracy']:.2%} on validation there", loc="left")
    right.yaxis.set_major_formatter(PercentFormatter(xmax=1))
    figure.legend(*left.get_legend_handles_labels(), loc="outside lower center", ncols=3, frameon=False)
    return png(figure)


def _curve(axes: Axes, history: Sequence[Mapping[str, float]], name: str, best: int) -> None:
    """Draw one measure of both sides, with the best epoch marked."""
    from matplotlib.ticker import MaxNLocator

    epochs = [int(row["epoch"]) for row in history]
    # Points are for few epochs; among many they hide the line.
    style: dict[str, Any] = {"marker": "o" if len(epochs) <= 20 else "", "markersize": 4}
    for key, label, colour in ((name, "training", _TRAINING), (f"val_{name}", "validation", _VALIDATION)):
        axes.plot(epochs, [row[key] for row in history], color=colour, label=label, **style)
    axes.axvline(epochs[best], color=_FAINT, linewidth=1, linestyle=":", zorder=0)
    ring: dict[str, Any] = {
        "marker": "o",
        "markersize": 10,
        "markerfacecolor": "none",
        "markeredgewidth": 1.5,
    }
    label = f"best epoch: {epochs[best]}"
    axes.plot(
        epochs[best], history[best][f"val_{name}"], color=_VALIDATION, linestyle="", label=label, **ring
    )
    axes.xaxis.set_major_locator(MaxNLocator(integer=True, steps=[1, 2, 5, 10], min_n_ticks=1))
    axes.set_xlabel("epoch")
    axes.grid(axis="y", alpha=0.3)
    axes.spines[["top", "right"]].set_visible(False)


def png(figure: Figure) -> bytes:
    """Give a figure as a PNG file without time or version in it."""
    stream = io.BytesIO()
    figure.savefig(stream, format="png", metadata={"Software": None})
    return stream.getvalue()


def save(path: Path, data: bytes) -> None:
    """Write a picture, whole or not at all.

    Raises
    ------
    OutputError
        The file cannot be written.
    """
    part = path.with_name(path.name + ".part")
    with writing(str(path)):
        part.write_bytes(data)
        part.replace(path)
