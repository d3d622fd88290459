"""What `stress.py` shows: tables, curves, and which points moved since an earlier run."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from machine import in_words

from reader.train.metrics import wilson
from reader.train.plots import png

if TYPE_CHECKING:
    from matplotlib.axes import Axes

BLUE, RED, FAINT = "#0072b2", "#d55e00", "#777777"
WAYS = {
    ("hand", "line"): ("hand-drawn, one line", BLUE, "-"),
    ("hand", "page"): ("hand-drawn, on a page", BLUE, "--"),
    ("print", "line"): ("print, one line", RED, "-"),
    ("print", "page"): ("print, on a page", RED, "--"),
}
TITLES = {
    "overlap": ("Overlap of neighbours", "digit heights; below 0 paper between them"),
    "slant": ("Slant", "degrees to the right"),
    "height": ("Resolution", "height of a digit in pixels"),
    "noise": ("Noise", "standard deviation in grey levels"),
    "pen": ("Line thickness", "width of strokes in digit heights"),
    "skew": ("Skew", "degrees counter-clockwise"),
    "blur": ("Blur", "standard deviation in digit heights"),
    "contrast": ("Contrast", "paper less ink in grey levels"),
}
USUAL = {"slant": 0, "height": 40, "noise": 2, "pen": 0.09, "skew": 0, "blur": 0.0125, "contrast": 195}
"""What each is where it is not varied; hands then leave 0.15 between digits, and fonts what they do."""


@dataclass(frozen=True, slots=True)
class Moved:
    """A point that lies outside the 95 % interval that it had.

    Attributes
    ----------
    curve : str
    at : float
    before, now : float
        Shares read right.
    """

    curve: str
    at: float
    before: float
    now: float


def moved(old: dict[str, Any], new: dict[str, Any]) -> list[Moved]:
    """Compare results, by the points that both have.

    Parameters
    ----------
    old, new : dict
        As results/stress.json holds them.

    Returns
    -------
    list of Moved

    Raises
    ------
    ValueError
        They do not tell of the same numbers, or have no point in common.
    """
    if old["strings"] != new["strings"]:
        raise ValueError(f"{old['strings']} numbers a point cannot be compared with {new['strings']}")
    before, now = (_points(results, same=old["faces"] == new["faces"]) for results in (old, new))
    shared = [key for key in now if key in before]
    if not shared:
        raise ValueError("the results have no point in common")
    found = []
    for key in shared:
        (was, of), (count, total) = before[key], now[key]
        low, high = wilson(was, of)
        if not low <= count / total <= high:
            found.append(Moved(key[0], key[1], was / of, count / total))
    return found


def _points(results: dict[str, Any], *, same: bool) -> dict[tuple[str, float], tuple[int, int]]:
    """Give counts by curve and degree; print only where it is the `same` faces."""
    return {
        (f"{curve['varied']}, {curve['writing']}, {curve['layout']}", point["at"]): (
            point["right"],
            point["of"],
        )
        for curve in results["curves"]
        if same or curve["writing"] != "print"
        for point in curve["points"]
    }


def print_moved(found: Sequence[Moved]) -> int:
    """Say what moved; give 1 where anything fell, else 0."""
    for point in found:
        way = "fell" if point.now < point.before else "rose"
        print(f"{point.curve} at {point.at:g}: {way} from {point.before:.0%} to {point.now:.0%}")
    if not found:
        print("no point moved out of its 95 % interval")
    return int(any(point.now < point.before for point in found))


def page(results: dict[str, Any]) -> str:
    """Give the readable page."""
    tables = []
    for varied, (title, unit) in TITLES.items():
        curves = [curve for curve in results["curves"] if curve["varied"] == varied]
        usual = f"; elsewhere {USUAL[varied]:g}" if varied in USUAL else ""
        tables.append(f"## {title}\n\nIn {unit}{usual}.\n\n{table(curves)}")
    faces, strings = results["faces"], results["strings"]
    return PAGE.format(
        tables="\n".join(tables),
        faces=", ".join(faces) if faces else "none was installed, so print is missing",
        machine=in_words(results["machine"]),
        wide=100 * (wilson(strings // 2, strings)[1] - 0.5),
        narrow=100 * (1 - wilson(strings, strings)[0]),
        strings=strings,
        **{name: results[name] for name in ("model", "date", "seconds")},
    )


def table(curves: Iterable[dict[str, Any]]) -> str:
    """Give curves over the same degrees as a Markdown table, in percent."""
    curves = list(curves)
    degrees = [point["at"] for point in curves[0]["points"]]
    rows = [
        "| right % | " + " | ".join(f"{at:g}" for at in degrees) + " |",
        "|---|" + "---:|" * len(degrees),
    ]
    for curve in curves:
        shares = (f"{100 * point['right'] / point['of']:.0f}" for point in curve["points"])
        rows.append(f"| {WAYS[curve['writing'], curve['layout']][0]} | " + " | ".join(shares) + " |")
    return "\n".join(rows) + "\n"


PAGE = """# Stress

Made by `python benchmarks/stress.py`. Whole numbers of 3 to 8 digits read right, while one thing at a time is
made harder and all else stays easy. The same {strings} numbers, each in its own hand, go through all degrees,
and so they do in fonts that train no model. Read as one line each, and twenty to a page. Bands are 95 %
intervals of single lines: up to {wide:.0f} points to either side in the middle, {narrow:.0f} down from 100 %.

![curves](stress.png)

{tables}
- Hands are those of `reader.train.strokes`, which training writes with too: the curves show what hardship
  does, and `pages.md` how unknown hands are read. Some shapes are odd on purpose.
- Overlap is measured in the row of pixels where it is largest, and is never more than 0.4 of the narrower
  digit. Slant comes on top of what a hand or a font has of its own; the thickness of print is its own.
- On a page skew turns the page as a whole.
- The last points are hard for people too.
- Fonts: {faces}.
- Model: `{model}`, {date}; {seconds} s.
- Machine: {machine}.

Counts: [results/stress.json](results/stress.json). `python benchmarks/stress.py --compare OLD.json` says
which points moved out of the interval that they had, and ends with 1 where any fell.
"""


def picture(results: dict[str, Any]) -> bytes:
    """Draw the curves, a panel for each thing varied, with 95 % intervals of the lines.

    Returns
    -------
    bytes
        A PNG file; the same results give the same bytes.
    """
    from matplotlib.figure import Figure

    figure = Figure(figsize=(14, 6.6), dpi=110, layout="constrained")
    panels = figure.subplots(2, 4, sharey=True)
    for axes, (varied, (title, unit)) in zip(panels.flat, TITLES.items(), strict=True):
        for curve in results["curves"]:
            if curve["varied"] == varied:
                _curve(axes, curve)
        if varied in ("height", "contrast"):
            _logarithmic(axes, results, varied)
        if varied in USUAL:
            axes.axvline(USUAL[varied], color=FAINT, linewidth=1, linestyle=":", zorder=0)
        axes.set_title(title, loc="left")
        axes.set_xlabel(unit)
        axes.grid(axis="y", alpha=0.3)
        axes.spines[["top", "right"]].set_visible(False)
    for axes in panels[:, 0]:
        axes.set_ylim(0, 102)
        axes.set_ylabel("numbers read right, %")
    handles = panels[0, 0].get_legend_handles_labels()
    figure.legend(*handles, loc="outside lower center", ncols=len(WAYS), frameon=False)
    return png(figure)


def _curve(axes: Axes, curve: dict[str, Any]) -> None:
    """Draw one curve."""
    label, colour, style = WAYS[curve["writing"], curve["layout"]]
    at = [point["at"] for point in curve["points"]]
    right = [100 * point["right"] / point["of"] for point in curve["points"]]
    axes.plot(at, right, color=colour, linestyle=style, marker="o", markersize=3, label=label)
    if curve["layout"] == "line":  # four bands in a panel would hide each other
        ends = [wilson(point["right"], point["of"]) for point in curve["points"]]
        low, high = ([100 * end[side] for end in ends] for side in (0, 1))
        axes.fill_between(at, low, high, color=colour, alpha=0.12, linewidth=0)


def _logarithmic(axes: Axes, results: dict[str, Any], varied: str) -> None:
    """Space degrees by their ratio, and name each."""
    at = next([p["at"] for p in curve["points"]] for curve in results["curves"] if curve["varied"] == varied)
    axes.set_xscale("log")
    axes.set_xticks(at, [f"{degree:g}" for degree in at])
    axes.minorticks_off()
