"""A disk that is full at any step of any command, or read-only: the study is as it was, or whole."""

from __future__ import annotations

import errno
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from kinerja_study.exchange.importing import import_project
from kinerja_study.exchange.pseudonyms import pseudonymise
from kinerja_study.exchange.refi_qda import export_study
from kinerja_study.exchange.suggestions import suggest_codings
from kinerja_study.exchange.transcripts import import_transcript
from kinerja_study.exchange.workbook import export_tables

STEPS = ("write_bytes", "mkdir", "rename", "replace")
HEADER = {"id": "X1", "date": "2024-03-06"}
COMMANDS: dict[str, Callable[[Any], object]] = {
    "a project into a new study": lambda tiny: import_project(tiny.root / "a.qdpx", "baru", tiny.root),
    "a project into a study that is there": lambda tiny: import_project(tiny.root / "a.qdpx", "tiny", tiny.root),
    "a transcript": lambda tiny: import_transcript(tiny.root / "a.txt", tiny.open(), HEADER),
    "suggestions": lambda tiny: suggest_codings(tiny.open()),
    "suggestions in place of others": lambda tiny: suggest_codings(tiny.open(), replace=True),
    "pseudonyms": lambda tiny: pseudonymise(tiny.open()),
    "a project out": lambda tiny: export_study(tiny.open(), tiny.root / "b.qdpx"),
    "tables out": lambda tiny: export_tables(tiny.open(), tiny.root / "b.xlsx"),
}


def contents(root: Path) -> dict[str, bytes | None]:
    return {str(path): path.read_bytes() if path.is_file() else None for path in root.rglob("*")}


@contextmanager
def full_after(steps: int) -> Iterator[None]:
    """Fail from the step of this number on, of all that write; a file is begun before the disk is full."""
    left = iter(range(steps))

    def failing(step: str) -> Callable[..., object]:
        original = getattr(Path, step)

        def run(self: Path, *words: Any, **named: Any) -> object:
            if next(left, None) is not None:
                return original(self, *words, **named)
            if step == "write_bytes":
                original(self, words[0][:1])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(self))

        return run

    with pytest.MonkeyPatch.context() as patch:
        for step in STEPS:
            patch.setattr(Path, step, failing(step))
        yield


def prepare(command: str, tiny: Any) -> None:
    """Give the study what the command needs to have something to do."""
    export_study(tiny.open(), tiny.root / "a.qdpx")
    (tiny.root / "a.txt").write_text("P: Apa?\nA-1: Ya.\n", encoding="utf-8")
    if command == "a project into a study that is there":
        tiny.remove("codings/coder-a.csv")
        tiny.remove("codings/coder-b.csv")
    if command == "suggestions in place of others":
        tiny.write("codings/saran.csv", tiny.read("codings/coder-a.csv"))
    if command == "pseudonyms":
        tiny.replace("study.toml", "[privacy]\n", '[privacy]\nkey_file = "private/key.csv"\n')
        (tiny.root / "private").mkdir()
        (tiny.root / "private/key.csv").write_text("nama,id\nBu Ratna,[petugas]\n", encoding="utf-8")
        tiny.write("documents/X9.md", "---\nid: X9\nkind: document\ndate: 2024-03-06\n---\nBu Ratna datang.\n")


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_half_done_is_left_whichever_step_fails(command: str, tiny) -> None:
    prepare(command, tiny)
    before = contents(tiny.root)
    done = False
    steps = 0
    while not done:
        try:
            with full_after(steps):
                COMMANDS[command](tiny)
            done = True
        except OSError as error:
            assert error.errno == errno.ENOSPC
            assert contents(tiny.root) == before, steps
        steps += 1

    assert steps > 2
    assert contents(tiny.root) != before


@pytest.mark.parametrize("command", COMMANDS)
def test_a_read_only_project_is_left_as_it_is(command: str, tiny, read_only) -> None:
    prepare(command, tiny)
    before = contents(tiny.root)
    # The first time it fails where it begins to write: all that it imports is then there also for nobody.
    with full_after(0), pytest.raises(OSError, match="No space"):
        COMMANDS[command](tiny)
    with read_only(tiny.root), pytest.raises(PermissionError):
        COMMANDS[command](tiny)
    assert contents(tiny.root) == before
