"""``python -m reader`` and the command ``reader``."""

from __future__ import annotations


def main() -> None:
    """Run the command line and exit."""
    from reader.cli.main import reader

    reader(prog_name="reader")


if __name__ == "__main__":
    main()
