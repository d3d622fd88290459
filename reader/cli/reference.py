"""The reference of the command line, made from the commands: ``python -m reader.cli.reference``."""

from __future__ import annotations

import inspect
from collections.abc import Iterator

import click

from reader.cli.main import COMMANDS, reader

HEAD = """# Command line

Made by `python -m reader.cli.reference > docs/cli.md`; edit the commands, not this page.
Errors and exit codes: [errors.md](errors.md).
"""

RESULTS = """## Results

| format | holds |
|---|---|
| `text` | A line for each number: file, page, number, confidence; tabs between, or aligned on a terminal. |
| `json` | An object a line for each file, as `reader/schema/scan.schema.json` promises. |
| `csv`, `tsv` | A header, then a row for each number; a file that failed is a row with its `error`. |

`reader batch` writes the same JSON lines, CSV and TSV, and Parquet and SQLite as [batch.md](batch.md) says.

Results are UTF-8 and come file by file. Boxes are pixels from the top-left corner of the page as a viewer
shows it. Colours follow the confidence on a terminal, unless `NO_COLOR` is set.

A file name that is not UTF-8 goes through as its own bytes; in JSON each such byte is an escape from
`\\udc80` to `\\udcff`, which Python's `os.fsencode` turns back. Control characters in a file name are escaped
in plain text and in messages.

Pictures of `--annotate` in a folder are called `NAME-read.png`, later pages `NAME-p2-read.png`; where two
inputs share a name the second is `NAME-read-2.png`. An input is never overwritten.
"""


def reference() -> str:
    """Give the reference of all commands.

    Returns
    -------
    str
        Markdown. It is made from what the commands declare, not from click's layout of it, which
        changes with click's version and the width of the terminal.
    """
    with click.Context(reader, info_name="reader") as parent:
        commands = [(name, reader.get_command(parent, name)) for name in COMMANDS]
        sections = [part for name, command in commands if command for part in _sections(name, command)]
    return "\n".join([HEAD, *sections, RESULTS])


def _sections(name: str, command: click.Command) -> Iterator[str]:
    """Give a command's section, and a group's with those of its own commands after it."""
    if not isinstance(command, click.Group):
        yield _section(f"reader {name}", command)
        return
    yield f"## reader {name}\n\n{_prose(command.help)}\n"
    for inner, one in command.commands.items():
        yield from _sections(f"{name} {inner}", one)


def _section(title: str, command: click.Command) -> str:
    arguments = [part.metavar or part.name for part in command.params if isinstance(part, click.Argument)]
    options = any(isinstance(part, click.Option) for part in command.params)
    usage = " ".join([title, *["[OPTIONS]"] * options, *(str(argument) for argument in arguments)])
    parts = [
        f"## {title}",
        f"    {usage}",
        _prose(command.help),
        "\n".join(_table(command)) if options else "",
        _prose(command.epilog),
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _table(command: click.Command) -> Iterator[str]:
    yield "| option | meaning |"
    yield "|---|---|"
    for option in command.params:
        if isinstance(option, click.Option):
            names = ", ".join(f"`{name}`" for name in (*option.opts, *option.secondary_opts))
            value = f" `{_value(option)}`".replace("|", "\\|") if not option.is_flag else ""
            default = f"Default: `{option.default}`." if option.show_default else ""
            yield f"| {names}{value} | {' '.join(filter(None, (option.help, default)))} |"


def _value(option: click.Option) -> str:
    if option.metavar is None and isinstance(option.type, click.Choice):
        return "|".join(str(choice) for choice in option.type.choices)
    return option.metavar or option.type.name.upper()


def _prose(text: str | None) -> str:
    """Turn help text into Markdown: what click must not wrap becomes a code block."""
    blocks = inspect.cleandoc(text or "").split("\n\n")
    return "\n\n".join(_block(block) for block in blocks if block)


def _block(block: str) -> str:
    if not block.startswith("\b\n"):
        return block
    title, *lines = block.splitlines()[1:]
    return "\n".join([title, "", *(f"    {line.strip()}" for line in lines)])


if __name__ == "__main__":
    click.echo(reference(), nl=False)
