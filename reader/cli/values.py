"""Values of options that several commands have."""

from __future__ import annotations

import math

import click


def finite(ctx: click.Context, param: click.Parameter, value: float | None) -> float | None:
    """Refuse "nan", which ranges let through: it is neither below nor above anything."""
    if value is not None and math.isnan(value):
        raise click.BadParameter("nan is not a number.", ctx, param)
    return value


def region(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, ...] | None:
    """Read a box: x,y,width,height."""
    if value is None:
        return None
    try:
        box = tuple(int(part) for part in value.split(","))
    except ValueError:
        box = ()
    if len(box) != 4 or min(box) < 0 or 0 in box[2:]:
        raise click.BadParameter(f"{value!r} is not x,y,width,height in whole pixels.", ctx, param)
    return box


def size(ctx: click.Context, param: click.Parameter, value: str | None) -> tuple[int, int] | None:
    """Read a size: WIDTHxHEIGHT."""
    if value is None:
        return None
    width, _, height = value.lower().partition("x")
    if not (width.isdecimal() and height.isdecimal() and int(width) and int(height)):
        raise click.BadParameter(f"{value!r} is not WIDTHxHEIGHT in whole pixels.", ctx, param)
    return int(width), int(height)
