"""Options that every command has which reads pages."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import click

LAYOUTS = ("page", "line", "digit")


def not_nan(ctx: click.Context, param: click.Parameter, value: float | None) -> float | None:
    """Refuse what ranges let through, in an option's callback."""
    # Ranges let "nan" through: it is neither below nor above anything.
    if value is not None and math.isnan(value):
        raise click.BadParameter("nan is not a number.", ctx, param)
    return value


def _region(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, ...] | None:
    if value is None:
        return None
    try:
        box = tuple(int(part) for part in value.split(","))
    except ValueError:
        box = ()
    if len(box) != 4 or min(box) < 0 or 0 in box[2:]:
        raise click.BadParameter(f"{value!r} is not x,y,width,height in whole pixels.", ctx, param)
    return box


_OPTIONS = (
    click.option(
        "--layout",
        type=click.Choice(LAYOUTS),
        default="page",
        show_default=True,
        help="What an image is: a page to search, one number, or one digit.",
    ),
    click.option(
        "--min-confidence",
        type=click.FloatRange(0, 1),
        callback=not_nan,
        metavar="P",
        default=0.0,
        show_default=True,
        help='Characters less certain than this become "?".',
    ),
    click.option(
        "--region", callback=_region, metavar="X,Y,W,H", help="Read this part of each page alone, in pixels."
    ),
    click.option(
        "--dpi",
        type=click.FloatRange(10, 2400),
        callback=not_nan,
        metavar="DPI",
        default=200.0,
        show_default=True,
        help="Resolution at which PDF pages are rendered.",
    ),
    click.option(
        "--model", metavar="NAME|PATH", help="Read with another model than the one that comes along."
    ),
)


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say how pages are read."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
