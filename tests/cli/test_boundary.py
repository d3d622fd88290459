"""Where errors end, and what a run says."""

from __future__ import annotations

import contextlib
import os
import struct
import sys

import click
import pytest
from click.testing import CliRunner

from reader import errors
from reader.cli.boundary import Boundary
from reader.cli.main import COMMANDS, reader
from reader.cli.report import Report
from reader.types import Outcome, PageReading


def command_that_raises(error):
    @click.group(cls=Boundary)
    def group():
        pass

    @group.command()
    def fail():
        raise error

    return group


@pytest.mark.parametrize("error", [errors.InputError, errors.ModelError, errors.TrainingError])
def test_an_error_is_one_line_and_its_exit_code(error):
    done = CliRunner().invoke(command_that_raises(error("a\nb: wrong\x1b[31m")), ["fail"])
    assert done.exit_code == error.exit_code
    assert done.stderr == "reader: error: a\\nb: wrong\\x1b[31m\n"


def test_an_interrupt_is_130_and_one_line():
    done = CliRunner().invoke(command_that_raises(KeyboardInterrupt()), ["fail"])
    assert (done.exit_code, done.stderr) == (130, "reader: interrupted\n")


def test_a_broken_pipe_is_quiet():
    done = CliRunner().invoke(command_that_raises(BrokenPipeError()), ["fail"])
    assert (done.exit_code, done.output) == (141, "")


def test_a_bug_keeps_its_traceback():
    done = CliRunner().invoke(command_that_raises(ZeroDivisionError("bug")), ["fail"])
    assert isinstance(done.exception, ZeroDivisionError)


def test_commands_that_are_not_installed_are_not_listed(monkeypatch):
    monkeypatch.setitem(COMMANDS, "dance", "reader.cli.dance")
    assert "dance" not in CliRunner().invoke(reader, ["--help"]).output
    assert CliRunner().invoke(reader, ["dance"]).exit_code == 2


GOOD = Outcome("a", (PageReading("a", 1, 9, 9, 0.0, (), "m", {"ink": 3.4}),))
BAD = Outcome("b", error=errors.InputError("b: bad"))


@pytest.mark.parametrize(
    ("outcomes", "code"),
    [([GOOD], 0), ([GOOD, GOOD], 0), ([BAD], 3), ([BAD, GOOD], 1), ([BAD, BAD], 1), ([], 0)],
)
def test_exit_codes_of_runs(outcomes, code):
    report = Report(quiet=True)
    for outcome in outcomes:
        report.add(outcome)
    assert report.exit_code == code


def test_what_a_report_says(capsys):
    report = Report(verbose=True, notes=True)
    report.add(GOOD)
    report.add(BAD)
    out, err = capsys.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "reader: a: no numbers found",
        "reader: a page 1: ink 3 ms",
        "reader: error: b: bad",
    ]


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo terminals")
@pytest.mark.parametrize(("options", "shown"), [([], True), (["--quiet"], False)])
def test_the_bar_shows_on_a_terminal_alone(run, number, options, shown):
    import fcntl
    import termios

    terminal, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    done = run("scan", *options, "number.png", "number.png", stderr=slave)
    os.close(slave)
    said = b""
    with contextlib.suppress(OSError):  # how Linux says that there is no more
        while part := os.read(terminal, 100_000):
            said += part
    os.close(terminal)
    assert done.returncode == 0
    assert (b"1/2" in said) == shown
    assert done.stdout.count(b"1234") == 2


@pytest.mark.skipif(sys.platform == "win32", reason="no pseudo terminals")
@pytest.mark.parametrize(("no_colour", "coloured"), [("", True), ("1", False)])
def test_a_terminal_gets_colours_unless_told(run, number, no_colour, coloured):
    terminal, slave = os.openpty()
    run("scan", "number.png", stdout=slave, env={"NO_COLOR": no_colour, "TERM": "xterm"})
    os.close(slave)
    said = os.read(terminal, 100_000)
    os.close(terminal)
    assert (b"\x1b[" in said) == coloured
    assert b"number.png    1  1234" in said
