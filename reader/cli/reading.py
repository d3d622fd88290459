"""Options that every command has which reads pages."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import click

from reader.cli.values import finite, region

LAYOUTS = ("page", "line", "digit")


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
        callback=finite,
        metavar="P",
        default=0.0,
        show_default=True,
        help='Characters less certain than this become "?".',
    ),
    click.option(
        "--region", callback=region, metavar="X,Y,W,H", help="Read this part of each page alone, in pixels."
    ),
    click.option(
        "--dpi",
        type=click.FloatRange(10, 2400),
        callback=finite,
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
