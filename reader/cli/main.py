"""The command `reader` and its subcommands, each imported when it is called."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

import click

from reader.cli.boundary import Boundary

COMMANDS = {
    "scan": "reader.cli.scan",
    "batch": "reader.cli.batch",
    "live": "reader.cli.live",
    "train": "reader.cli.train",
    "evaluate": "reader.cli.evaluate",
    "draw": "reader.cli.draw",
    "correct": "reader.cli.correct",
    "models": "reader.cli.models",
}
"""Module of each subcommand; the module holds the command under the subcommand's name."""


class LazyGroup(Boundary):
    """A group that knows its commands by name and imports the one that is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Name the commands that this installation has."""
        return [name for name, module in COMMANDS.items() if find_spec(module)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self.list_commands(ctx):
            return None
        command = getattr(import_module(COMMANDS[cmd_name]), cmd_name)
        assert isinstance(command, click.Command)
        return command


@click.group(
    cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}
)
@click.version_option(package_name="number-reader", message="%(prog)s %(version)s")
def reader() -> None:
    """Find the numbers on photographed and scanned pages and read them digit by digit."""
