"""What a table of a million rows takes, sound or wrong throughout, in and out: time and peak memory of the command.

Run ``.venv/bin/python -m benchmarks.large_tables [ROWS]``; Linux and macOS. Prints a line a table.
"""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from benchmarks.measuring import ENVIRONMENT, as_megabytes
from kinerja_study.collection.schemas import CODINGS, TABLES
from kinerja_study.reproduction.starter import create_study

ROWS = 1_000_000
STUDY, TEXT = "besar", "observations/O99.md"
WORDS = "".join(f"{number * 7919 % 100_003:05} " for number in range(40_000))  # any twenty characters stand once

Change = Callable[[list[str]], Iterable[str]]
WRONG: dict[str, Change] = {
    "sound codings": list,
    "sound codings without places": lambda row: [row[0], "", "", *row[3:]],
    "codings with a wrong magnitude": lambda row: [*row[:5], "9", ""],
    "codings with every cell wrong": lambda _: ["", "x", "y", "", "", "9", ""],
    "codings with a wrong quote": lambda row: [*row[:3], "kata lain", *row[4:]],
    "codings with an unknown code": lambda row: [*row[:4], f"X-{row[1]}", *row[5:]],
}


def write_codings(change: Change, rows: int) -> Iterator[str]:
    """Yield the lines of a coder's table."""
    yield ",".join(map(str, CODINGS.columns))
    spans = itertools.product(range(0, len(WORDS) - 60), range(20, 30))
    for at, size in itertools.islice(spans, rows):
        yield ",".join(change(["O99", f"{at}", f"{at + size}", WORDS[at : at + size], "KUA-TELITI", "1", ""]))


def write_attendance(rows: int) -> Iterator[str]:
    """Yield the lines of attendance.csv, without a fault."""
    yield ",".join(map(str, TABLES["attendance"].columns))
    yield from (f"2024-03-{number % 28 + 1:02},E-{number // 28},present,07:30,16:00" for number in range(rows))


def measure(what: str, folder: str, *words: str) -> None:
    """Print what a command takes."""
    began = time.perf_counter()
    command = [Path(sys.executable).with_name("kinerja"), *words]
    process = subprocess.Popen(command, cwd=folder, env=ENVIRONMENT, stdout=subprocess.DEVNULL)
    _, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    taken, used_by = time.perf_counter() - began, used.ru_utime + used.ru_stime
    print(f"{what}: status {process.returncode}, {taken:.1f} s ({used_by:.1f} s of a processor), "
          f"{as_megabytes(used.ru_maxrss):.0f} MB", flush=True)  # fmt: skip


def main() -> None:
    """Measure and print."""
    rows = int(sys.argv[1]) if len(sys.argv) > 1 else ROWS
    tables = {what: ("codings/coder-z.csv", write_codings(change, rows)) for what, change in WRONG.items()}
    tables["sound days of attendance"] = ("attendance.csv", write_attendance(rows))
    with tempfile.TemporaryDirectory(prefix="kinerja-bench-") as folder:
        raw = Path(folder) / "data/raw" / STUDY
        create_study(raw)
        head = "---\nid: O99\nkind: observation\ndate: 2024-03-14\n---\n"
        (raw / TEXT).write_text(head + WORDS, "utf-8")
        for what, (name, lines) in tables.items():
            before = (raw / name).read_bytes() if (raw / name).is_file() else None
            with (raw / name).open("w", encoding="utf-8") as file:
                file.writelines(f"{line}\n" for line in lines)
            measure(f"{rows:,} {what}", folder, "check", STUDY, "--json")
            if name == "attendance.csv":
                measure(f"{rows:,} {what}, out as .xlsx", folder, "export", STUDY, "a.xlsx", "--table", "attendance")
                (raw / name).rename(Path(folder) / name)
                (Path(folder) / "a.xlsx").rename(raw / "attendance.xlsx")
                measure(f"{rows:,} {what}, as this .xlsx", folder, "check", STUDY, "--json")
                (raw / "attendance.xlsx").unlink()
                (Path(folder) / name).rename(raw / name)
            (raw / name).unlink() if before is None else (raw / name).write_bytes(before)


if __name__ == "__main__":
    main()
