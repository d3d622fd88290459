"""An evaluation's figures in words, and as a short table for a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from reader.io.export import printable
from reader.train.evaluation import Evaluation
from reader.train.judge import Judgement
from reader.train.metrics import SURE, Share
from reader.train.page_scores import PageScore, totals


@dataclass(frozen=True, slots=True)
class Line:
    """A figure as it is shown: its name, its value, and where it is a share its interval and its counts."""

    name: str
    value: str
    interval: str = ""
    counts: str = ""


def counted(amount: int, name: str) -> str:
    """Say how many there are.

    Examples
    --------
    >>> counted(1, "page"), counted(10000, "glyph")
    ('1 page', '10000 glyphs')
    """
    return f"{amount} {name}{'' if amount == 1 else 's'}"


def line(name: str, share: Share) -> Line:
    """Show a share in percent; a dash for a share of nothing.

    Examples
    --------
    >>> line("right", Share(9961, 10000))
    Line(name='right', value='99.61 %', interval='99.47 to 99.71', counts='9961 of 10000')
    >>> line("right", Share(0, 0)).value
    '-'
    """
    if share.value is None:
        return Line(name, "-")
    low, high = share.interval
    return Line(
        name,
        f"{100 * share.value:.2f} %",
        f"{100 * low:.2f} to {100 * high:.2f}",
        f"{share.count} of {share.of}",
    )


def figures(judged: Judgement) -> Iterator[Line]:
    """Show the figures of some glyphs; those of nothing are left out."""
    named = (
        ("digits right, among ten", judged.among_ten),
        ("digits right, a reject is an error", judged.with_eleventh),
        ("non-digits rejected", judged.rejected),
        ("non-digits rejected at 99 % digits accepted", judged.rejected_at_99),
        (f"wrong of those read at {SURE} or more", judged.sure_wrong),
    )
    yield from (line(name, share) for name, share in named if share.of)
    if judged.calibration_error is not None:
        yield Line("expected calibration error", f"{100 * judged.calibration_error:.2f} %")


def page_figures(scores: Sequence[PageScore]) -> Iterator[Line]:
    """Show the figures of pages."""
    numbers, pages, false = totals(scores)
    yield line("numbers read right as a whole", numbers)
    yield line("pages without any error", pages)
    yield Line("false numbers", str(false))


def page_groups(scores: Sequence[PageScore]) -> Iterator[tuple[str, list[PageScore]]]:
    """Part pages by group, in the order of their first ones; nothing where there is one group alone."""
    names = list(dict.fromkeys(score.group for score in scores))
    for name in names if len(names) > 1 else ():
        yield name, [score for score in scores if score.group == name]


def summary(evaluation: Evaluation) -> str:
    """Give the figures that matter most as text: for all glyphs, for each group, for the pages."""
    lines = [f"model {evaluation.model}"]
    if evaluation.overall is not None:
        lines += _block(counted(evaluation.overall.glyphs, "glyph"), figures(evaluation.overall))
        if evaluation.ms_per_glyph is not None:
            lines.append(_row(Line("time a glyph, in batches of 64", f"{evaluation.ms_per_glyph:.3f} ms")))
    for name, judged in evaluation.groups:
        lines += _block(f"{printable(name)}: {counted(judged.glyphs, 'glyph')}", figures(judged))
    if evaluation.pages:
        lines += _block(counted(len(evaluation.pages), "page"), page_figures(evaluation.pages))
    for name, scores in page_groups(evaluation.pages):
        lines += _block(f"{printable(name)}: {counted(len(scores), 'page')}", page_figures(scores))
    return "\n".join(lines)


def _block(title: str, rows: Iterator[Line]) -> list[str]:
    return ["", title, *map(_row, rows)]


def _row(row: Line) -> str:
    interval = f"({row.interval})" if row.interval else ""
    return f"  {row.name:<44}{row.value:>10}  {interval:<18}{row.counts}".rstrip()
