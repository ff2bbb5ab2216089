"""Random sequences of acts against a model: undo and redo byte for byte, windows that are killed, write by write."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from coding_sequences import Model, do, random_acts

CLAIMED = {"HAM-LISTRIK", "HAM-TUNDA"}
SEQUENCES = 100


@pytest.fixture
def draw() -> Callable[[random.Random, Model], dict[str, Any]]:
    return random_acts(claimed=CLAIMED)


@pytest.mark.parametrize("seed", range(12))
def test_undo_restores_every_file_byte_for_byte_and_redo_brings_it_back(seed, tiny, enter, files, draw):
    rng = random.Random(seed)  # noqa: S311 - acts are no secret
    room, model = enter(), Model(tiny.raw, "coder-a")
    for _ in range(15):
        act = draw(rng, model)
        before = files()
        do(room, act)
        after = files()
        model.apply(act)
        assert model.holds_in(tiny.raw), act
        back, again = (room.undo, room.redo) if act["do"] != "undo" else (room.redo, room.undo)
        back()
        assert files() == before, act
        again()
        assert files() == after, act
    room = enter()
    assert not [*room.faults, *room.notices]


class Killed(BaseException):
    """As if the process had been killed here."""


@contextmanager
def killed_at(point: int, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[int]]:
    """Stop the room before, in the middle of, or after its n-th step on the disk; the list counts these moments."""
    steps: list[int] = []

    def moment() -> bool:
        steps.append(1)
        return len(steps) == point

    def counted(step: Callable[..., Any]) -> Callable[..., Any]:
        def stepping(*args: Any, **kwargs: Any) -> Any:
            if moment():
                raise Killed
            if step is write and len(args[1]) > 1 and moment():
                write(args[0], args[1][: len(args[1]) // 2])
                raise Killed
            result = step(*args, **kwargs)
            if moment():
                raise Killed
            return result

        return stepping

    write = os.write
    with monkeypatch.context() as patched:
        for name in ("replace", "fsync", "write"):
            patched.setattr(os, name, counted(getattr(os, name)))
        patched.setattr(Path, "unlink", counted(Path.unlink))
        yield steps


@pytest.mark.parametrize("seed", range(4))
def test_an_act_stopped_at_any_write_is_done_or_not_done_and_never_half(seed, tiny, enter, files, draw, monkeypatch):
    rng = random.Random(1000 + seed)  # noqa: S311 - acts are no secret
    model = Model(tiny.raw, "coder-a")
    room, window = enter(), enter()
    done = 0
    for _ in range(6):
        act = draw(rng, model)
        before = files()
        do(room, act)
        after = files()
        back, again = ("undo", "redo") if act["do"] != "undo" else ("redo", "undo")
        getattr(room, back)()
        point, stopped = 0, True
        while stopped:
            point += 1
            stopped = False
            with killed_at(point, monkeypatch) as steps:
                try:
                    getattr(room, again)()
                except Killed:
                    stopped = True
            assert stopped == (len(steps) == point), "every step is one at which it was stopped"
            window.refresh()
            assert files() in (before, after), (act, point)
            assert all(path.read_bytes().endswith(b"\n") for path in tiny.raw.glob("history/*.jsonl"))
            if files() == after and stopped:
                done += 1
                getattr(window, back)()
            assert files() == (before if stopped else after)
            room, window = window, room
            room.refresh()
        model.apply(act)
        assert model.holds_in(tiny.raw)
    assert done, "some acts were completed by the other window"


@pytest.mark.slow
def test_a_hundred_sequences_of_windows_killed_at_any_moment_lose_at_most_the_act_under_way(tiny):
    """Real processes and a real SIGKILL; see killed_windows.py."""
    script = Path(__file__).parent / "killed_windows.py"
    command = [sys.executable, str(script), str(tiny.root), str(SEQUENCES)]
    found = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False,
                           env=os.environ | {"PYTHONPATH": str(script.parents[1])})  # fmt: skip
    assert found.returncode == 0, found.stdout[-2000:] + found.stderr[-4000:]
    told = json.loads(found.stdout.splitlines()[-1])
    assert told["sequences"] == SEQUENCES
    assert told["killed"] > SEQUENCES, "some windows were killed at work"
    assert told["acts"] > SEQUENCES
    assert told["arrived"] > SEQUENCES // 4, "transcripts came in between"
