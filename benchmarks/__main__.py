"""Run the comparisons and write their table: ``python -m benchmarks``; README.md of this folder says more."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

from benchmarks.measuring import Row, describe_machine

FOLDER = Path(__file__).parent
BEGIN, END = "<!-- benchmarks/results.md -->", "<!-- end of benchmarks/results.md -->"
HEAD = "| what | takes | against | ratio | peak memory |\n|---|---:|---:|---:|---:|"


def main() -> None:
    """Run what is asked for; write the table where asked to, else print it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description="The comparisons of the README.")
    parser.add_argument("names", nargs="*", help="runs again studies codings agreement transcript room; by default all")
    parser.add_argument("--runs", type=int, default=3, help="turns of each comparison of runs (default 3)")
    parser.add_argument("--studies", type=int, nargs="*", default=[4], help="how many, beside one (default 4; 8 64)")
    parser.add_argument("--write", action="store_true", help="write results.md and the table of the README")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="kinerja-bench-") as folder:
        work = Path(folder)
        comparisons: dict[str, tuple[str, Callable[[Any], list[Row]]]] = {
            "runs": ("running", lambda own: own.compare_runs(work, asked.runs)),
            "again": ("running", lambda own: own.compare_again(work, asked.runs)),
            "studies": ("running", lambda own: own.compare_studies(work, tuple(asked.studies))),
            "codings": ("codings", lambda own: own.compare_codings()),
            "agreement": ("agreement", lambda own: own.compare_agreement(asked.runs)),
            "transcript": ("transcript", lambda own: own.compare_transcript(work)),
            "room": ("coding_room", lambda own: own.compare_room(work, asked.runs)),
        }
        if unknown := set(asked.names) - set(comparisons):
            parser.error(f"{', '.join(sorted(unknown))}: choose from {', '.join(comparisons)}")
        rows = []
        for name in asked.names or comparisons:
            print(name, file=sys.stderr, flush=True)
            # Imported late: a child begins with the peak memory of the process that starts it.
            module, compare = comparisons[name]
            rows += compare(import_module(f"benchmarks.{module}"))
    text = "\n".join([HEAD, *(row.write() for row in rows)]) + f"\n\nTaken on {describe_machine()}.\n"
    print(text)
    if asked.write:
        (FOLDER / "results.md").write_text(text, "utf-8", newline="\n")
        path = FOLDER.parent / "README.md"
        path.write_text(put_between(path.read_text("utf-8"), text), "utf-8", newline="\n")


def put_between(page: str, table: str) -> str:
    """Return a page with the table between its two marks.

    Raises
    ------
    SystemExit
        The marks are not there.
    """
    before, begin, rest = page.partition(f"{BEGIN}\n")
    _, end, after = rest.partition(END)
    if not begin or not end:
        sys.exit(f"README.md lacks {BEGIN} or {END}.")
    return f"{before}{begin}{table}{end}{after}"


if __name__ == "__main__":
    main()
