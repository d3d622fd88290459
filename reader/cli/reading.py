"""Options of the commands that read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from reader.cli.values import finite, region

LAYOUTS = ("page", "line", "digit")
Decorator = Callable[[Callable[..., Any]], Callable[..., Any]]

layout_option = click.option(
    "--layout",
    type=click.Choice(LAYOUTS),
    default="page",
    show_default=True,
    help="What an image is: a page to search, one number, or one digit.",
)
region_option = click.option(
    "--region", callback=region, metavar="X,Y,W,H", help="Read this part of each page alone, in pixels."
)
dpi_option = click.option(
    "--dpi",
    type=click.FloatRange(10, 2400),
    callback=finite,
    metavar="DPI",
    default=200.0,
    show_default=True,
    help="Resolution at which PDF pages are rendered.",
)
model_option = click.option(
    "--model", metavar="NAME|PATH", help="Read with another model than the one that comes along."
)
corrections_option = click.option(
    "--corrections",
    type=click.Path(path_type=Path, file_okay=False),
    metavar="DIR",
    help="Where corrections are kept; by default beside your models.",
)


def confidence_option(default: float, help: str, *, low: float = 0.0, high: float = 1.0) -> Decorator:
    """Give the option for a least probability, which means something else to each command."""
    return click.option(
        "--min-confidence",
        type=click.FloatRange(low, high),
        callback=finite,
        metavar="P",
        default=default,
        show_default=True,
        help=help,
    )


_OPTIONS = (
    layout_option,
    confidence_option(0.0, 'Characters less certain than this become "?".'),
    region_option,
    dpi_option,
    model_option,
)


def reading_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Give a command the options that say how pages are read."""
    for option in reversed(_OPTIONS):
        command = option(command)
    return command
