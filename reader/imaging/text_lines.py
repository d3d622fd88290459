"""From ink to lines: rules, residue and frames go, what is left is grouped."""

from __future__ import annotations

from reader.imaging.layout import find_lines, make_line
from reader.imaging.rings import without_rings
from reader.imaging.rules import remove_rules
from reader.imaging.segment import drop_frames, drop_residue, find_components, may_be_writing, stroke_width
from reader.imaging.stacks import join_stacks
from reader.imaging.stamps import part_stamps
from reader.imaging.thick_rules import part_thick_rules
from reader.imaging.underline import strip_underlines
from reader.imaging.walls import Walls
from reader.types import InkPage, TextLine

RULE = 120
"""Shortest ruled line on a page, in ink pixels: longer than the bar of a 7 or a dash ..."""
SLENDER = 20
"""... and in widths of the page's strokes: the strokes of one large digit are no rules."""
WIDER = 2.0
"""By how much strokes can seem wider without the rules: where little is written, what is dark beyond the
paper would decide it."""
LEAST = 0.3
"""Area of the least component, in squares of the strokes' width: a point of small print covers no more."""
MOST_ON_PAGE, MOST_ON_LINE = 12_000, 250
"""Components looked at; a denser page or line is noise, and must not take for ever."""


def text_lines(inked: InkPage, *, one: bool) -> tuple[list[TextLine], float, Walls]:
    """Find the lines of a page.

    Parameters
    ----------
    inked : InkPage
    one : bool
        The page is one line.

    Returns
    -------
    lines : list of TextLine
    stroke : float
        Typical width of strokes in ink pixels.
    walls : Walls
    """
    h, w = inked.ink.shape
    stroke = stroke_width(inked.ink)
    longest = max(1.1 * h, 1.5 * SLENDER * stroke) if one else max(RULE, SLENDER * stroke)
    ink, across, down, fields = remove_rules(
        inked.ink if one else without_rings(inked.ink, stroke),
        round(longest),
        stroke,
        feet=not one,
        gray=None if one else inked.gray,
    )
    rules = across | down
    if rules.any():
        stroke = stroke_width(ink, WIDER * stroke)
    ink = drop_residue(ink, inked.gray, rules, stroke)
    most = MOST_ON_LINE if one else MOST_ON_PAGE
    components = find_components(ink, min_area=max(4, round(LEAST * stroke**2)), max_count=most)
    if one:
        return ([make_line(components)] if components else []), stroke, Walls(down)
    components = part_thick_rules(components, round(longest), stroke, h, w)
    components = part_stamps(components, inked.gray, stroke)
    components = strip_underlines([c for c in components if may_be_writing(c, h, w)], stroke)
    components = join_stacks(drop_frames(components, h, w))
    return find_lines(components, fields), stroke, Walls(down)
