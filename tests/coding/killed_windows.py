"""Windows that are killed at work: python killed_windows.py ROOT SEQUENCES.

A process that has imported everything forks a window, which codes at random, tells each act that it has done, and is
killed at a random moment; then the files must hold what was told, or that and the act under way. Every tenth sequence
begins with a new study and a room that is opened, every other with what the one before has left.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
import time
from itertools import accumulate
from pathlib import Path
from typing import Any

from coding_sequences import Model, do, random_acts

from kinerja_study.coding.room import CodingRoom

CODER = "coder-a"
LEGS, ACTS, SHARED, OFTEN = 2, 12, 10, 0.6


def work(room: CodingRoom, acts: list[dict[str, Any]], told: int) -> None:
    os.write(told, b".")
    for act in acts:
        do(room, act)
        os.write(told, b".")


def watch(rng: random.Random, room: CodingRoom, acts: list[dict[str, Any]]) -> tuple[int, bool]:
    """Return how many acts a window told of before it was killed, and whether it was."""
    reading, writing = os.pipe()
    window = os.fork()
    if not window:
        try:
            work(room, acts, writing)
            os._exit(0)
        except BaseException as error:  # told by the exit status, where a traceback would be lost
            sys.stderr.write(f"{error!r}\n")
            sys.stderr.flush()
            os._exit(3)
    os.close(writing)
    # After the first word, which says that it has begun, and some acts; rather often while a transcript is written.
    moments = [(number, 0.012) for number in range(ACTS)]
    coming = [(number, 0.1) for number, act in enumerate(acts) if act["do"] == "take_in" and act["informants"]]
    number, longest = rng.choice(coming or moments) if rng.random() < OFTEN else rng.choice(moments)
    told = -1
    while told < number:
        told += len(os.read(reading, 1))
    time.sleep(rng.uniform(0, longest))
    os.kill(window, signal.SIGKILL)
    _, status = os.waitpid(window, 0)
    assert os.waitstatus_to_exitcode(status) in (0, -signal.SIGKILL), "the window stopped by itself"
    while piece := os.read(reading, 1000):
        told += len(piece)
    os.close(reading)
    return told, os.waitstatus_to_exitcode(status) != 0


def main(root: Path, sequences: int) -> None:
    clean = root / "data/raw/tiny"
    draw = random_acts(claimed={"HAM-LISTRIK", "HAM-TUNDA"}, arrivals=True)
    killed = done = arrived = 0
    for seed in range(sequences):
        rng = random.Random(seed)  # noqa: S311 - acts are no secret
        if seed % SHARED == 0:
            folder = root / f"sequence-{seed}" / "data/raw/tiny"
            shutil.copytree(clean, folder)
            model = Model(folder, CODER)
            room = CodingRoom.open(folder, CODER)
        for leg in range(LEGS):
            states, acts = [model], []
            for _ in range(ACTS):
                model = model.copy()
                acts.append(draw(rng, model))
                model.apply(acts[-1])
                states.append(model)
            before = len(history(folder))
            told, was_killed = watch(rng, room, acts)
            if seed % SHARED == SHARED - 1 and leg == LEGS - 1:
                room = CodingRoom.open(folder, CODER)
            room.refresh()
            assert not [*room.faults, *room.notices], [*room.faults, *room.notices]
            assert all(path.read_bytes().endswith(b"\n") for path in folder.glob("history/*.jsonl"))
            numbers = history(folder)
            assert numbers == list(range(1, len(numbers) + 1)), "the history has a gap"
            held = len(numbers) - before
            lines = [0, *accumulate(map(count_lines, acts))]
            # What was told is there; of the act under way all, nothing, or the informants without their text.
            possible = [(lines[told], states[told])]
            if told < len(acts):
                possible.append((lines[told + 1], states[told + 1]))
            if told < len(acts) and acts[told].get("informants"):
                half = states[told].copy()
                half.welcome(acts[told])
                possible.append((lines[told + 1], half))
            found = [state for count, state in possible if count == held and state.holds_in(folder)]
            assert found, f"sequence {seed}: {told} acts were told, and the files do not hold them and {held} lines"
            model = found[0]
            arrived += len(model.texts) - len(states[0].texts)
            killed, done = killed + was_killed, done + held
    sys.stdout.write(json.dumps({"sequences": sequences, "killed": killed, "acts": done, "arrived": arrived}) + "\n")


def count_lines(act: dict[str, Any]) -> int:
    """Return how many lines an act is in the history: a text that comes is none, its informants are one."""
    return int(bool(act["informants"])) if act["do"] == "take_in" else 1


def history(folder: Path) -> list[int]:
    path = folder / f"history/{CODER}.jsonl"
    return [json.loads(line)["n"] for line in path.read_bytes().splitlines()] if path.exists() else []


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]))
