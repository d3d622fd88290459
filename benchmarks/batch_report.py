"""The readable page of benchmarks/batch.py."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from machine import in_words

HEAD = """# Batches

Made by `python benchmarks/batch.py`. Small pages with a number of four or five digits each: what the batch
itself costs shows most on them. On a machine with other work the ratios count, not the files a second.
"""


def page(results: dict[str, Any]) -> str:
    """Give the page, with the parts that were measured."""
    sections = [HEAD]
    for name, section in SECTIONS.items():
        if name in results:
            figures = results[name]
            where = f"Model `{figures['model']}`; {in_words(figures['machine'])}."
            sections.append("\n".join([*section(figures), "", where, ""]))
    return "\n".join([*sections, "Single runs: [results/batch.json](results/batch.json).", ""])


def _speed(f: dict[str, Any]) -> Iterator[str]:
    names = {
        "bare": "the pipeline in a loop, no batch",
        "one": "`reader batch --workers 1`",
        "two": "`reader batch --workers 2`",
    }
    runs = len(f["runs_s"]["one"])
    yield "## Throughput\n"
    yield f"{f['files']} files, whole processes from start to end, the best of {runs}, taken in turn.\n"
    yield "| | files/s | ms of processors a file |"
    yield "|---|---:|---:|"
    for key, name in names.items():
        yield f"| {name} | {f['files_per_s'][key]} | {f['cpu_ms_per_file'][key]} |"
    yield ""
    yield (
        f"Two workers to one: **{f['two_to_one']}**. Overhead of one worker over the loop: "
        f"**{f['overhead']:.1%}** of the time, {f['overhead_cpu']:.1%} of what processors do."
    )


def _memory(f: dict[str, Any]) -> Iterator[str]:
    yield "## Memory\n"
    yield (
        f"{f['files']} files, 2 workers, {f['files_per_s']} files/s. Private resident memory in MiB, after "
        f"{f['from']} files and at the end:\n"
    )
    yield "| | after | at the end |"
    yield "|---|---:|---:|"
    names = ["supervisor", *(f"worker {n}" for n in range(1, len(f["mib_first"])))]
    for name, first, last in zip(names, f["mib_first"], f["mib_last"], strict=True):
        yield f"| {name} | {first} | {last} |"
    yield ""
    yield f"Most growth: **{f['growth_mib']} MiB**."


def _kills(f: dict[str, Any]) -> Iterator[str]:
    count = len(f["kills"])
    yield "## Killed with SIGKILL\n"
    yield (
        f"{count} runs of {f['files']} files, killed at random moments from 5 % to 95 % of the time, the "
        f"supervisor and a worker in turn; then the same command again where it was the supervisor. Same "
        f"bytes as undisturbed: **{f['same_bytes']} of {count}**. Files that were read again although they "
        f"were recorded: **{f['read_again']}**."
    )


def _hostile(f: dict[str, Any]) -> Iterator[str]:
    yield "## Hostile files\n"
    failed = ", ".join(f"{count} {code}" for code, count in f["failed"].items())
    yield (
        f"1,000 good files and 100 hostile ones: truncated, empty, other kinds, damaged PDFs, bombs, broken "
        f"and circling links, links to the folder itself, pipes, files that vanish, crash their worker, "
        f"hang, eat memory or meet a bug (the last five through a seam of the tests), a PDF of 1,000 pages, "
        f"names with spaces, newlines and bytes that are no UTF-8. Results have {f['files']} files, "
        f"**{f['read']} read**, {f['hostile_read']} of the hostile ones among them, the PDF with "
        f"{f['pages_of_the_long_pdf']} pages; failed: {failed}. Exit code of the command on this folder: "
        f"**{f['exit_code']}**. {f['seconds']} s with 2 workers."
    )


def _ray(f: dict[str, Any]) -> Iterator[str]:
    yield "## Both engines\n"
    yield f"The same {f['files']} files to Parquet, whole processes, the best runs, in seconds:\n"
    yield "| engine | 2 files | all | files/s without the start |"
    yield "|---|---:|---:|---:|"
    for name, seconds in f["seconds"].items():
        start = f["seconds_for_2_files"][name]
        yield f"| {name} | {start} | {seconds} | {(f['files'] - 2) / max(0.1, seconds - start):.1f} |"


SECTIONS: dict[str, Callable[[dict[str, Any]], Iterator[str]]] = {
    "speed": _speed,
    "memory": _memory,
    "kills": _kills,
    "hostile": _hostile,
    "ray": _ray,
}
