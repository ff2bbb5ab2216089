"""Timing: a command as a whole process, its time and peak memory; rows of the table; the machine it was on.

Owns how something is measured and written down; knows no comparison.
"""

from __future__ import annotations

import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from statistics import median

VERSIONS = ("kinerja-study", "papermill", "nbconvert", "nbclient", "ipykernel", "pandas", "numpy", "matplotlib")
ENVIRONMENT = {**os.environ, "PYTHONDONTWRITEBYTECODE": "", "CI": "", "OMP_NUM_THREADS": "1", "MPLBACKEND": "agg"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What something took: seconds from start to end, and the peak of its largest process in megabytes."""

    seconds: float
    megabytes: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line of the table."""

    what: str
    ours: str
    other: str
    ratio: str
    memory: str = ""

    def write(self) -> str:
        """Return the line as Markdown."""
        return f"| {self.what} | {self.ours} | {self.other} | {self.ratio} | {self.memory} |"


def run(*commands: Sequence[str | Path], cwd: Path) -> Taken:
    """Run commands one after the other and return what they took together.

    Raises
    ------
    SystemExit
        One of them failed; what it said is shown.
    """
    megabytes, began = 0.0, time.perf_counter()
    for command in commands:
        with tempfile.TemporaryFile() as said:
            process = subprocess.Popen(command, cwd=cwd, env=ENVIRONMENT, stdout=said, stderr=subprocess.STDOUT)
            # Of this process and those it waited for, its kernels among them: the largest one.
            _, status, used = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            if process.returncode:
                said.seek(0)
                sys.exit(f"{' '.join(map(str, command))} failed:\n{said.read().decode(errors='replace')}")
        megabytes = max(megabytes, as_megabytes(used.ru_maxrss))
    return Taken(seconds=time.perf_counter() - began, megabytes=megabytes)


def as_megabytes(maxrss: float) -> float:
    """Return the peak memory that the system tells in kilobytes, on macOS in bytes."""
    return maxrss / 1024 / (1024 if sys.platform == "darwin" else 1)


def own_peak() -> float:
    """Return the peak memory of this process in megabytes."""
    return as_megabytes(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)


def in_turn(ways: Mapping[str, Callable[[], Taken]], runs: int) -> dict[str, list[Taken]]:
    """Run several ways in turn, A B A B, so that a machine that slows down slows down all of them."""
    taken: dict[str, list[Taken]] = {name: [] for name in ways}
    for _ in range(runs):
        for name, way in ways.items():
            taken[name].append(way())
            print(f"    {name}: {taken[name][-1].seconds:.2f} s", file=sys.stderr, flush=True)
    return taken


def middle(taken: Sequence[Taken]) -> float:
    """Return the median of the seconds."""
    return median(one.seconds for one in taken)


def ratio(one: Sequence[Taken], other: Sequence[Taken]) -> float:
    """Return the median of the ratios, turn by turn."""
    return median(a.seconds / b.seconds for a, b in zip(one, other, strict=True))


def peak(taken: Sequence[Taken]) -> float:
    """Return the largest peak memory in megabytes."""
    return max(one.megabytes for one in taken)


def seconds(value: float) -> str:
    """Write a time, three digits of it, or two of a short one."""
    return f"{value * 1000:.0f} ms" if value < 0.1 else f"{value:.2f} s" if value < 10 else f"{value:.1f} s"


def describe_machine() -> str:
    """Return what the numbers were taken on."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    versions = ", ".join(f"{name} {metadata.version(name)}" for name in VERSIONS)
    return f"{cores} cores, {platform.machine()}, {platform.system()}, Python {platform.python_version()}; {versions}"
