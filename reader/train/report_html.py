"""An evaluation as one HTML file that needs nothing else."""

from __future__ import annotations

import base64
import html
from collections.abc import Iterable, Iterator, Mapping, Sequence

import cv2

from reader.io.export import printable
from reader.train.evaluation import Evaluation
from reader.train.gallery import Misread
from reader.train.judge import DEFINITIONS, ClassFigures, Judgement
from reader.train.page_scores import PageScore
from reader.train.report_style import STYLE
from reader.train.summary import Line, counted, figures, line, page_figures, page_groups

PICTURED = 60
"""Most wrong pages that are shown with a picture."""

_PICTURES = {
    "confusion": ("Confusion", "Rows are what a glyph is, columns what was read."),
    "reliability": ("Reliability", "Where confidence is honest the bars end on the dotted line."),
    "reject": ("Rejection", "What is gained by rejecting the least confident readings."),
}


def report_html(evaluation: Evaluation, pictures: Mapping[str, bytes]) -> str:
    """Write the report.

    Parameters
    ----------
    evaluation : Evaluation
    pictures : mapping of str to bytes
        PNG files by name: "confusion", "reliability", "reject"; each is left out where it is not there.

    Returns
    -------
    str
        HTML; all names in it are escaped.
    """
    parts = [
        "<!DOCTYPE html>",
        '<html lang="en"><head><meta charset="utf-8">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="color-scheme" content="light dark">',
        f"<title>{_text(evaluation.model)}: evaluation</title>",
        f"<style>{STYLE}</style></head><body><main>",
        f"<h1>{_text(evaluation.model)}</h1>",
        f'<p class="faint">Evaluated on {", ".join(map(_text, evaluation.sources))}.</p>',
        *_errors(evaluation),
        *_glyphs(evaluation, pictures),
        *_pages(evaluation),
        *(_definitions() if evaluation.overall else ()),
        "</main></body></html>",
    ]
    return "\n".join(parts) + "\n"


def _text(text: str) -> str:
    """Escape a text; bytes of file names that are not UTF-8 are shown as escapes."""
    return html.escape(printable(text).encode("utf-8", "backslashreplace").decode("utf-8"))


def _data(kind: str, content: bytes) -> str:
    return f"data:image/{kind};base64,{base64.b64encode(content).decode('ascii')}"


def _errors(evaluation: Evaluation) -> Iterator[str]:
    if evaluation.errors:
        yield f"<section><h2>Not used: {counted(len(evaluation.errors), 'file')}</h2><ul>"
        yield from (f"<li>{_text(str(error))}</li>" for error in evaluation.errors)
        yield "</ul></section>"


def _glyphs(evaluation: Evaluation, pictures: Mapping[str, bytes]) -> Iterator[str]:
    """Write everything about glyphs."""
    overall = evaluation.overall
    if overall is None:
        return
    yield from _tiles(figures(overall))
    if evaluation.groups:
        yield f"<section><h2>By group</h2>{_groups(evaluation.groups)}</section>"
    yield f"<section><h2>By class</h2>{_classes(overall.classes)}</section>"
    for name, (title, said) in _PICTURES.items():
        if name in pictures:
            image = f'<img class="plot" src="{_data("png", pictures[name])}" alt="{title}">'
            yield f'<section><h2>{title}</h2><p class="faint">{said}</p>{image}</section>'
    yield from _misreads(evaluation.misreads, overall)


def _tiles(lines: Iterable[Line]) -> Iterator[str]:
    """Write the main figures large."""
    yield '<div class="tiles">'
    for one in lines:
        small = " &middot; ".join(filter(None, (one.interval and f"{one.interval} %", one.counts)))
        said = f"<b>{one.value}</b><span>{_text(one.name)}</span><small>{small}</small>"
        yield f'<div class="tile">{said}</div>'
    yield "</div>"


def _table(heads: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Write a table of cells that are HTML; the first column is a heading."""
    head = "".join(f"<th>{_text(title)}</th>" for title in heads)
    body = "".join(
        f"<tr><th>{row[0]}</th>{''.join(f'<td>{cell}</td>' for cell in row[1:])}</tr>\n" for row in rows
    )
    return f'<div class="wide"><table><thead><tr>{head}</tr></thead><tbody>\n{body}</tbody></table></div>'


def _share(one: Line) -> str:
    if not one.interval:
        return one.value
    return f'{one.value} <small title="{one.counts}">{one.interval}</small>'


def _groups(groups: Sequence[tuple[str, Judgement]]) -> str:
    heads = ["group", "glyphs", "digits right, among ten", "a reject is an error", "non-digits rejected"]
    heads += ["wrong of the sure", "calibration error"]
    return _table(
        heads,
        (
            (
                _text(name),
                f"{judged.glyphs}",
                *(
                    _share(line("", share))
                    for share in (judged.among_ten, judged.with_eleventh, judged.rejected, judged.sure_wrong)
                ),
                "-" if judged.calibration_error is None else f"{100 * judged.calibration_error:.2f} %",
            )
            for name, judged in groups
        ),
    )


def _classes(classes: Sequence[ClassFigures]) -> str:
    heads = ("class", "glyphs", "right among ten", "right among eleven")
    rows = (
        (
            _text(one.name),
            f"{one.right.of}",
            _share(line("", one.among_ten)) if one.among_ten else "",
            _share(line("", one.right)),
        )
        for one in classes
    )
    return _table(heads, rows)


def _misreads(misreads: Sequence[Misread], overall: Judgement) -> Iterator[str]:
    """Write the glyphs that were misread, the most confident first."""
    wrong = overall.glyphs - int(overall.confusion.trace())
    yield "<section><h2>Worst misreads</h2>"
    yield f'<p class="faint">{len(misreads)} of {wrong}, the most confident first.</p><div class="glyphs">'
    for one in misreads:
        image = f'<img src="{_data("png", cv2.imencode(".png", 255 - one.image)[1].tobytes())}" alt="">'
        said = f"<b>{_text(one.said)}</b><span>{100 * one.confidence:.1f} %</span>"
        said += f"<small>{_text(one.name)}</small>"
        title = _text(f"{one.group}: {one.name}")
        yield f'<figure title="{title}">{image}<figcaption>{said}</figcaption></figure>'
    yield "</div></section>"


def _pages(evaluation: Evaluation) -> Iterator[str]:
    """Write everything about pages."""
    if evaluation.passed_over:
        said = f"{counted(evaluation.passed_over, 'page')} without a list of numbers passed over."
        yield f'<p class="faint">{said}</p>'
    if not evaluation.pages:
        return
    yield f"<section><h2>{counted(len(evaluation.pages), 'page')}</h2>"
    yield from _tiles(page_figures(evaluation.pages))
    groups = [(name, list(page_figures(scores))) for name, scores in page_groups(evaluation.pages)]
    if groups:
        heads = ("group", *(one.name for one in groups[0][1]))
        yield _table(heads, ((_text(name), *map(_share, lines)) for name, lines in groups))
    yield "</section>"
    wrong = [score for score in evaluation.pages if not score.is_right]
    if wrong:
        said = f"{len(wrong)} of {len(evaluation.pages)}"
        said += f", the first {PICTURED} with pictures" if len(wrong) > PICTURED else ""
        yield f'<section><h2>Pages with errors</h2><p class="faint">{said}.</p>'
        yield from (_page(score, pictured=number < PICTURED) for number, score in enumerate(wrong))
        yield "</section>"


def _page(score: PageScore, *, pictured: bool) -> str:
    kinds = (("not read", score.missed), ("false", score.false))
    said = "; ".join(f"{kind}: {', '.join(map(_text, numbers))}" for kind, numbers in kinds if numbers)
    images = "".join(
        f'<img src="{_data("jpeg", picture)}" alt="the page with what was read">'
        for picture in (score.pictures if pictured else ())
    )
    return f'<article class="page"><h3>{_text(score.name)}</h3><p>{said}</p>{images}</article>'


def _definitions() -> Iterator[str]:
    yield "<section><h2>What the figures mean</h2><dl>"
    for name, meaning in DEFINITIONS.items():
        yield f"<dt>{_text(name.replace('_', ' '))}</dt><dd>{_text(meaning)}</dd>"
    yield "</dl></section>"
