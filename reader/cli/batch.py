"""`reader batch`: read folders of files, hot folders, and on a cluster."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NoReturn

import click

from reader.cli.batch_report import BatchReport, print_summary
from reader.cli.boundary import Terminated, say
from reader.cli.reading import reading_options
from reader.cli.values import finite

if TYPE_CHECKING:
    from types import FrameType

    from reader.batch.run import Plan, Summary

EXAMPLES = """\b
Examples:
  reader batch scans/ --output numbers.jsonl
  reader batch 2023/ 2024/ --glob '*.jpg' --output numbers.sqlite --summary
  find . -name '*.pdf' -newer last -print0 | reader batch --null - -o numbers.csv
  reader batch inbox/ --watch --done read/ --failed bad/ --output numbers.jsonl
  reader batch s3://forms/2024 --engine ray --output s3://forms/numbers.parquet

\b
Exit codes:
  0 all files read, 1 some or all failed, 2 wrong usage, 4 model, 5 output,
  6 something optional is not installed, 130 Ctrl-C, 143 SIGTERM: the same
  command goes on where it was.
"""


@click.command(epilog=EXAMPLES)
@click.argument("folders", nargs=-1, required=True, metavar="FOLDER...")
@click.option(
    "-o",
    "--output",
    required=True,
    metavar="RESULTS",
    help="Write the results here; the ending says the format: .jsonl, .csv, .tsv, .parquet or .sqlite.",
)
@click.option(
    "-g",
    "--glob",
    "globs",
    multiple=True,
    metavar="PATTERN",
    help="Of a folder read only files whose name matches, or whose path below it if the pattern has a slash; "
    "may be given again.",
)
@click.option("-0", "--null", is_flag=True, help="Names on standard input end with a zero byte, not a line.")
@click.option(
    "-a", "--annotate", metavar="DIR", help="Save pictures of all pages with what was read in this folder."
)
@click.option(
    "-w",
    "--workers",
    type=click.IntRange(1, 1024),
    metavar="N",
    help="Processes that read. Default: as many as there are cores; on a cluster one less.",
)
@reading_options
@click.option(
    "--timeout",
    type=click.FloatRange(1),
    callback=finite,
    default=120.0,
    show_default=True,
    metavar="SECONDS",
    help="A file with a page that takes longer has failed.",
)
@click.option(
    "--max-memory",
    type=click.IntRange(0),
    default=4096,
    show_default=True,
    metavar="MIB",
    help="A file that makes a worker need more has failed; 0 for no limit. Linux only.",
)
@click.option(
    "--max-pixels",
    type=click.IntRange(1),
    default=200_000_000,
    show_default=True,
    metavar="N",
    help="A file with a larger page has failed.",
)
@click.option(
    "--max-pages",
    type=click.IntRange(1),
    default=10_000,
    show_default=True,
    metavar="N",
    help="A file of more pages has failed.",
)
@click.option("--retry-failed", is_flag=True, help="Read those again that failed in an earlier run.")
@click.option("--watch", is_flag=True, help="Go on for ever with what comes into the folders.")
@click.option(
    "--settle",
    type=click.FloatRange(0.1),
    callback=finite,
    default=2.0,
    show_default=True,
    metavar="SECONDS",
    help="With --watch: a file that did not change for so long is written to its end.",
)
@click.option("--done", metavar="DIR", help="With --watch: move files that were read to this folder.")
@click.option("--failed", metavar="DIR", help="With --watch: move files that failed to this folder.")
@click.option(
    "--engine",
    type=click.Choice(["local", "ray"]),
    default="local",
    show_default=True,
    help="Where the work is done: here, or on a cluster by Ray; see docs/scaling.md.",
)
@click.option(
    "--ray-address",
    metavar="ADDRESS",
    help="Of a running cluster; without it Ray starts here. auto finds one.",
)
@click.option("-s", "--summary", is_flag=True, help="Print figures of the run to standard output.")
@click.option("-q", "--quiet", is_flag=True, help="Say nothing but errors.")
def batch(folders: tuple[str, ...], summary: bool, **choices: Any) -> None:
    """Read all images and PDFs in folders.

    FOLDER is walked with what is below it; it may be a file as well, or - for a list of names on standard
    input. Hidden files are left out. Results are in the order of the input: folders as given, names sorted.

    A journal beside RESULTS keeps what was read. The same command again goes on after an interruption,
    reads only what is new or has changed, and gives the same results as if it had never stopped.
    A file that cannot be read, crashes, or takes too much time or memory is an error in the results, and the
    run goes on.
    """
    _check(choices)
    with _ending_in_order(), BatchReport(choices["quiet"], each=choices["watch"]) as report:
        try:
            result = _run(_roots(folders, choices["null"]), choices, report)
        except KeyboardInterrupt:
            say(f"{report.read} files read; the same command goes on from there")
            raise
        report.ended(result, choices["output"])
        if summary:
            print_summary(result)
    raise click.exceptions.Exit(1 if result.totals.failed else 0)


def _check(choices: dict[str, Any]) -> None:
    """Refuse options that contradict each other."""
    given = {name for name in ("done", "failed", "annotate", "ray_address") if choices[name] is not None}
    given |= {name for name in ("watch", "retry_failed") if choices[name]}
    ray, watching = choices["engine"] == "ray", choices["watch"]
    for name, needed, there in (
        ("done", "--watch", watching),
        ("failed", "--watch", watching),
        ("ray_address", "--engine ray", ray),
        ("watch", "--engine local", not ray),
        ("annotate", "--engine local", not ray),
    ):
        if name in given and not there:
            raise click.UsageError(f"--{name.replace('_', '-')} needs {needed}.")
    from reader.io.results import check_format

    ending = check_format(choices["output"])
    if ray and ending != ".parquet":
        raise click.UsageError(
            f"--output {choices['output']}: --engine ray writes a folder that ends in .parquet."
        )


def _roots(folders: tuple[str, ...], null: bool) -> list[str]:
    """Put the list on standard input in the place of "-"."""
    from reader.io.listing import read_list

    roots: list[str] = []
    for folder in folders:
        roots += read_list(sys.stdin.buffer, null=null) if folder == "-" else [folder]
    return roots


def _run(roots: list[str], choices: dict[str, Any], report: BatchReport) -> Summary:
    plan = _plan(choices)
    if choices["engine"] == "ray":
        from reader.batch.ray_engine import run_on_ray

        return run_on_ray(plan, roots, choices["globs"], report, choices["ray_address"])
    from reader.batch.run import run_batch
    from reader.io.listing import find_files

    spared = _spared(roots, choices)
    if choices["watch"]:
        _watch(plan, roots, spared, choices, report)
    return run_batch(plan, find_files(roots, choices["globs"], spared), report)


def _plan(choices: dict[str, Any]) -> Plan:
    from reader.batch.messages import Job
    from reader.batch.run import Plan
    from reader.options import LimitOptions, LoadOptions, ReadOptions

    job = Job(
        choices["model"],
        ReadOptions(choices["layout"], choices["min_confidence"], choices["region"]),
        LoadOptions(choices["dpi"], choices["max_pixels"]),
        LimitOptions(choices["timeout"], choices["max_memory"], choices["max_pages"]),
    )
    return Plan(choices["output"], job, choices["workers"], choices["annotate"], choices["retry_failed"])


def _watch(
    plan: Plan, roots: list[str], spared: list[str], choices: dict[str, Any], report: BatchReport
) -> NoReturn:
    from reader.batch.watch import WatchPlan, watch

    for root in roots:
        if not os.path.isdir(root):
            raise click.UsageError(f"--watch needs folders, and {root} is none.")
    what = {name: choices[name] for name in ("globs", "settle", "done", "failed")}
    watch(WatchPlan(plan, roots, spared=spared, **what), report)


def _spared(roots: list[str], choices: dict[str, Any]) -> list[str]:
    """Name what lies in the folders but is the batch's own, and refuse to harm an input."""
    from reader.io.journal import Journal

    output = choices["output"]
    journal = Journal.path_for(output)
    folders = [choices[name] for name in ("annotate", "done", "failed") if choices[name] is not None]
    own = [output, journal, f"{journal}-wal", *folders]
    inputs = {os.path.realpath(root) for root in roots}
    for path in own:
        if os.path.realpath(path) in inputs:
            raise click.UsageError(f"{path} is an input, and would be written to.")
    return own


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """Let SIGTERM end the command as Ctrl-C does, for as long as the block runs."""

    def end(number: int, frame: FrameType | None) -> None:
        raise Terminated

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)
