"""Faults, by doing them: what stops a run is named with its place and cure, and the last good outputs stay whole."""

from __future__ import annotations

import re
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
import pytest
from quick_project import FIVE, FOUR, NOTEBOOKS, ONE, Project, hear_interrupts, outputs_of

from kinerja_study.errors import NotebookError
from kinerja_study.reproduction import executing
from kinerja_study.reproduction.installing import locked

pytestmark = pytest.mark.slow

COMMAND = [sys.executable, "-c", "from kinerja_study.cli import app; app()", "run", "tiny"]


@contextmanager
def running(project: Project, *, limit: Callable[[], None] | None = None) -> Iterator[subprocess.Popen[str]]:
    with subprocess.Popen(
        COMMAND,
        cwd=project.root,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        preexec_fn=limit or hear_interrupts,
    ) as process:
        yield process
        process.kill()


def wait_for(what: Callable[[], bool], seconds: float = 90) -> None:
    end = time.monotonic() + seconds
    while not what():
        assert time.monotonic() < end, "it never came to it"
        time.sleep(0.02)


def break_cell(project: Project, code: str) -> dict[str, str]:
    before = outputs_of(project.root)
    project.edit(FOUR, "import json", code)
    return before


@pytest.mark.parametrize(
    ("code", "reason", "cure"),
    [
        ("raise ValueError(1)", "ValueError: 1", "otherwise open the notebook ('kinerja lab')"),
        ("import os; os.kill(os.getpid(), 9)", "its kernel died (out of memory?)", "Free some memory"),
        (
            "import resource; resource.setrlimit(resource.RLIMIT_AS, (2**30, 2**30)); x = bytes(2**31)",
            "MemoryError", "Free some memory",
        ),
    ],
    ids=["raises", "killed", "out of memory"],
)  # fmt: skip
def test_cell_that_stops_is_named_with_its_cure(project: Project, code: str, reason: str, cure: str) -> None:
    before = break_cell(project, code)
    with pytest.raises(NotebookError) as stopped:
        project.run()
    assert (stopped.value.notebook, stopped.value.cell) == (FOUR, 3)
    assert stopped.value.reason.startswith(reason)
    assert stopped.value.source.startswith(code)
    assert cure in stopped.value.cure
    assert f"kept in .kinerja/failed-tiny-{FOUR}" in stopped.value.cure
    assert outputs_of(project.root) == before


@pytest.mark.parametrize("clock", ["CELL_SECONDS", "NOTEBOOK_SECONDS"])
def test_cell_that_hangs_is_stopped_by_either_clock(
    project: Project, clock: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = break_cell(project, "import time; time.sleep(600)")
    monkeypatch.setattr(executing, clock, 10)
    with pytest.raises(NotebookError) as stopped:
        project.run()
    assert (stopped.value.notebook, stopped.value.cell) == (FOUR, 3)
    assert "longer than 10 s" in stopped.value.reason
    assert "see what it waits for" in stopped.value.cure
    assert outputs_of(project.root) == before


def test_full_disk_is_told_and_leaves_the_last_good_outputs(project: Project) -> None:
    before = break_cell(project, "import json  # again")
    # No file may be larger than this: the report cannot be written. (A disk that is full says it in other words.)
    limit = (20_000, 20_000)
    with running(project, limit=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, limit)) as process:
        said = process.communicate()[0]
    assert process.returncode == 1
    assert re.search(r"File too large: .*laporan\.html", said)
    assert "Check space and permissions, then run again." in said
    assert "Traceback" not in said
    assert outputs_of(project.root) == before
    assert [path for path in (project.root / ".kinerja").iterdir() if path.is_dir()] == []


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM], ids=["Ctrl-C", "SIGTERM"])
def test_interrupt_leaves_the_last_good_outputs_and_no_process(project: Project, sent: signal.Signals) -> None:
    before = break_cell(project, "import pathlib, time; pathlib.Path('begun').touch(); time.sleep(600)")
    with running(project) as process:
        wait_for(lambda: bool(list(project.root.glob(".kinerja/*/stages/*/notebooks/begun"))))
        kernels = psutil.Process(process.pid).children(recursive=True)
        process.send_signal(sent)
        said = process.communicate(timeout=60)[0]
    assert process.returncode == 130
    assert said == "interrupted; the last good outputs are as they were.\n"
    assert kernels
    assert psutil.wait_procs(kernels, timeout=10)[1] == []
    assert outputs_of(project.root) == before
    assert [path.name for path in (project.root / ".kinerja").iterdir()] == ["tiny.lock"]


def test_killed_driver_leaves_good_outputs_its_kernels_die_and_the_next_run_clears_up(project: Project) -> None:
    before = break_cell(project, "import pathlib, time; pathlib.Path('begun').touch(); time.sleep(600)")
    with running(project) as process:
        wait_for(lambda: bool(list(project.root.glob(".kinerja/*/stages/*/notebooks/begun"))))
        kernels = psutil.Process(process.pid).children(recursive=True)
        process.kill()
    assert kernels
    assert psutil.wait_procs(kernels, timeout=15)[1] == []
    assert outputs_of(project.root) == before
    assert len([path for path in (project.root / ".kinerja").iterdir() if path.is_dir()]) == 1
    project.edit(FOUR, "import pathlib, time; pathlib.Path('begun').touch(); time.sleep(600)", "import json")
    project.study.replace("events.csv", "Listrik padam", "Listrik padam lagi")
    assert project.run() == dict.fromkeys(NOTEBOOKS, "") | {ONE: "data/raw/tiny/events.csv has changed"}
    assert [path.name for path in (project.root / ".kinerja").iterdir()] == ["tiny.lock"]


def test_second_run_of_one_study_says_that_it_waits_and_then_has_nothing_to_do(project: Project) -> None:
    project.edit(FIVE, "Bab hasil", "Bab lain")
    with locked(project.root, "tiny"), running(project) as process:
        assert process.stdout is not None
        told = process.stdout.readline()
        assert told == "another run of tiny is at work; waiting for it to end (Ctrl-C to leave).\n"
        assert process.poll() is None
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 130
    before = outputs_of(project.root)
    with running(project) as first, running(project) as second:
        said = [process.communicate(timeout=120)[0] for process in (first, second)]
    assert (first.returncode, second.returncode) == (0, 0)
    assert sorted(text.count("waiting") for text in said) == [0, 1]
    assert outputs_of(project.root) != before
    assert project.run() == dict.fromkeys(NOTEBOOKS, "")


def test_folder_that_cannot_be_written_is_told(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    before = break_cell(project, "import json  # again")
    (project.root / ".kinerja/tiny.lock").unlink(missing_ok=True)
    (project.root / ".kinerja").rmdir()
    (project.root / ".kinerja").write_text("a file in its place")
    with running(project) as process:
        said = process.communicate()[0]
    assert process.returncode == 1
    assert ".kinerja" in said
    assert "Traceback" not in said
    assert outputs_of(project.root) == before
    assert Path(project.root / ".kinerja").is_file()
