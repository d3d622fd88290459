"""Pictures of what a network does on labelled glyphs: confusion, reliability, rejection."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from reader.train.judge import Judgement
from reader.train.metrics import ACCEPTED, Curve
from reader.train.plots import png
from reader.types import CLASSES

if TYPE_CHECKING:
    from matplotlib.axes import Axes

# Okabe and Ito's blue and vermilion: told apart with every common kind of colour blindness.
BLUE, RED, FAINT, INK = "#0072b2", "#d55e00", "#777777", "#222222"
_NAMES = (*CLASSES[:10], "none")


def pictures_of(judged: Judgement) -> dict[str, bytes]:
    """Draw all the pictures, PNG files by name: "confusion", "reliability" and "reject"."""
    return {
        "confusion": confusion_picture(judged),
        "reliability": reliability_picture(judged),
        "reject": reject_picture(judged),
    }


def confusion_picture(judged: Judgement) -> bytes:
    """Draw the confusion matrix: rows are classes, columns readings, colours shares of the row.

    Returns
    -------
    bytes
        A PNG file.
    """
    from matplotlib.figure import Figure

    counts = judged.confusion
    share = counts / np.maximum(counts.sum(axis=1, keepdims=True), 1)
    right = np.eye(len(counts), dtype=bool)
    figure = Figure(figsize=(7.2, 6.6), dpi=120, layout="constrained")
    axes = figure.subplots()
    # Rare errors are what one looks for: the root lifts one in a thousand into sight.
    axes.imshow(np.where(right, np.sqrt(share), np.nan), cmap="Blues", vmin=0, vmax=1.8)
    axes.imshow(np.where(right | (counts == 0), np.nan, np.sqrt(share)), cmap="Oranges", vmin=-0.1, vmax=0.6)
    for row, column in zip(*np.nonzero(counts), strict=True):
        strong = not right[row, column] and share[row, column] > 0.12
        style: dict[str, Any] = {"color": "white" if strong else INK, "fontsize": 9}
        axes.text(column, row, f"{counts[row, column]}", ha="center", va="center", **style)
    axes.set_xticks(range(len(_NAMES)), _NAMES)
    axes.set_yticks(range(len(_NAMES)), _NAMES)
    axes.set_xticks(np.arange(len(_NAMES) + 1) - 0.5, minor=True)
    axes.set_yticks(np.arange(len(_NAMES) + 1) - 0.5, minor=True)
    axes.grid(which="minor", color="#dddddd", linewidth=0.6)
    axes.tick_params(which="both", length=0)
    axes.spines[:].set_visible(False)
    axes.set_xlabel("read as")
    axes.set_ylabel("is")
    wrong = int(counts[~right].sum())
    axes.set_title(f"{counts.sum():,} glyphs, {wrong:,} read wrong", loc="left")
    return png(figure)


def reliability_picture(judged: Judgement) -> bytes:
    """Draw accuracy against confidence by bin, with 95 % intervals, above the number of glyphs in each.

    Returns
    -------
    bytes
        A PNG file.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(6.2, 6.2), dpi=120, layout="constrained")
    top, foot = figure.subplots(2, 1, sharex=True, height_ratios=(3, 1))
    filled = [part for part in judged.bins if part.right.of]
    middle = [(part.low + part.high) / 2 for part in filled]
    width = 0.94 / len(judged.bins)
    accuracy = [part.right.value or 0.0 for part in filled]
    ends = [part.right.interval for part in filled]
    reach = [[a - e[0] for a, e in zip(accuracy, ends, strict=True)]]
    reach.append([e[1] - a for a, e in zip(accuracy, ends, strict=True)])
    top.bar(middle, accuracy, width, color=BLUE, alpha=0.55, label="share read right")
    top.errorbar(middle, accuracy, reach, fmt="none", ecolor=INK, elinewidth=1, capsize=2)
    top.plot([0, 1], [0, 1], color=FAINT, linestyle=":", label="as it should be")
    mean = [part.confidence or 0.0 for part in filled]
    top.plot(mean, accuracy, "o", color=RED, markersize=4, label="mean confidence of the bin")
    top.set_ylim(0, 1.02)
    top.set_ylabel("share read right")
    top.legend(loc="upper left", frameon=False)
    error = judged.calibration_error
    top.set_title(
        "Expected calibration error" + (f" {error:.2%}" if error is not None else ": -"), loc="left"
    )
    foot.bar(middle, [part.right.of for part in filled], width, color=FAINT)
    foot.set_yscale("log")
    foot.set_ylim(bottom=0.7)
    foot.set_ylabel("glyphs")
    foot.set_xlabel("confidence: probability of the likeliest class")
    foot.set_xlim(0, 1)
    for axes in (top, foot):
        _tidy(axes)
    return png(figure)


def reject_picture(judged: Judgement) -> bytes:
    """Draw what rejecting buys: error against rejects, and digits accepted against others rejected.

    Returns
    -------
    bytes
        A PNG file; the second half is missing where there are digits alone, or none.
    """
    from matplotlib.figure import Figure

    both = judged.acceptance is not None
    figure = Figure(figsize=(10.4, 4.4) if both else (6.2, 4.4), dpi=120, layout="constrained")
    panels = figure.subplots(1, 2 if both else 1, squeeze=False)[0]
    _errors(panels[0], judged)
    if judged.acceptance is not None:
        _acceptance(panels[1], judged, judged.acceptance)
    for axes in panels:
        _tidy(axes)
    return png(figure)


def _errors(axes: Axes, judged: Judgement) -> None:
    """Draw the error that is left when the least confident are rejected, on a logarithmic scale."""
    from matplotlib.ticker import FuncFormatter, PercentFormatter

    lines = [("digits alone, among ten", judged.errors_of_digits, BLUE)]
    lines += [("all glyphs", judged.errors_of_all, RED)] if judged.rejected.of else []
    seen = [0.0]
    for label, curve, colour in lines:
        shown = curve.y > 0  # no error cannot be drawn on this scale: the line ends there
        axes.step(curve.x[shown], curve.y[shown], where="post", color=colour, label=label)
        seen.append(float(curve.x[shown].max(initial=0)))
    if max(seen) > 0:
        axes.set_xlim(0, min(0.5, 1.05 * max(seen)))
    axes.set_yscale("log")
    axes.yaxis.set_major_formatter(FuncFormatter(lambda share, _: f"{100 * share:g} %"))
    axes.yaxis.set_minor_formatter(FuncFormatter(lambda share, _: ""))
    axes.xaxis.set_major_formatter(PercentFormatter(xmax=1))
    axes.set_xlabel("rejected, the least confident first")
    axes.set_ylabel("wrong among those that are left")
    axes.set_title("Error against rejects", loc="left")
    axes.legend(frameon=False)


def _acceptance(axes: Axes, judged: Judgement, curve: Curve) -> None:
    """Draw digits accepted against others rejected, near the corner where a good network is."""
    from matplotlib.ticker import PercentFormatter

    share = judged.rejected_at_99.value or 0.0
    axes.step(curve.x, curve.y, where="pre", color=BLUE)
    axes.axvline(ACCEPTED, color=FAINT, linewidth=1, linestyle=":", zorder=0)
    label = f"{share:.1%} rejected at {ACCEPTED:.0%} accepted"
    axes.plot(ACCEPTED, share, "o", color=RED, label=label)
    axes.set_xlim(0.9, 1.002)
    low = float(curve.y[(curve.x >= 0.9) & (curve.x < 0.999)].min(initial=1.0))
    axes.set_ylim(max(0.0, min(0.9, low, share) - 0.03), 1.005)
    axes.xaxis.set_major_formatter(PercentFormatter(xmax=1))
    axes.yaxis.set_major_formatter(PercentFormatter(xmax=1))
    axes.set_xlabel("digits accepted")
    axes.set_ylabel("non-digits rejected")
    axes.set_title('Threshold on "not a digit"', loc="left")
    axes.legend(loc="lower left", frameon=False)


def _tidy(axes: Axes) -> None:
    """Give axes the look that all the pictures have."""
    axes.grid(axis="y", alpha=0.3)
    axes.set_axisbelow(True)
    axes.spines[["top", "right"]].set_visible(False)
