"""Comparisons 1 to 5: a run of the sample study, against the plain tools, against a script, and run again.

Owns the temporary projects in which whole processes run; the real data and outputs are only read.
"""

from __future__ import annotations

import json
import shutil
import sys
import sysconfig
from pathlib import Path

from benchmarks.measuring import Row, Taken, in_turn, middle, peak, ratio, run, seconds
from kinerja_study.reproduction.stages import NOTEBOOKS, stage_parameters
from kinerja_study.reproduction.starter import create_study
from kinerja_study.study import Study

REPOSITORY = Path(__file__).parents[1]
SAMPLE = "balikpapan-kota"
BIN = Path(sysconfig.get_path("scripts"))
KINERJA = BIN / "kinerja"
WORDS = (b"\nP: Ada yang ingin", b"\nP: Apa yang ingin")
"""A question in a transcript, and the same with another word of its length, so that every coding stays in place."""


def make_project(root: Path, *, sample: bool = True) -> Path:
    """Make a project's root with the notebooks, the lock and, if asked for, the sample study."""
    shutil.copytree(REPOSITORY / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".*"))
    shutil.copy(REPOSITORY / "requirements.lock", root)
    (root / "data/raw").mkdir(parents=True)
    if sample:
        shutil.copytree(REPOSITORY / "data/raw" / SAMPLE, root / "data/raw" / SAMPLE)
    return root


def compare_runs(work: Path, runs: int) -> list[Row]:
    """Compare a forced run with papermill and nbconvert a notebook, and with the same code in a warm process."""
    ours, plain, warm = (make_project(work / name) for name in ("ours", "plain", "warm"))
    study = Study.open(SAMPLE, root=plain)
    commands: list[list[str | Path]] = []
    (plain / "executed").mkdir()
    for name in NOTEBOOKS:
        notebook, executed = plain / "notebooks" / name, plain / "executed" / name
        given = stage_parameters(notebook.read_bytes(), name, study, {})
        pairs = [word for key, value in given.items() for word in ("-p", key, str(value))]
        commands.append([BIN / "papermill", "--no-progress-bar", notebook, executed, *pairs])
        commands.append([BIN / "jupyter-nbconvert", "--to", "html", executed])

    def script() -> Taken:
        run([sys.executable, "-m", "benchmarks.script", SAMPLE, warm], cwd=REPOSITORY)
        return Taken(**json.loads((warm / "taken.json").read_bytes()))

    run([KINERJA, "run"], cwd=ours)
    ways = {
        "kinerja run --force": lambda: run([KINERJA, "run", "--force"], cwd=ours),
        "papermill and nbconvert": lambda: run(*commands, cwd=plain / "notebooks"),
        "warm script": script,
    }
    own, theirs, bare = in_turn(ways, runs).values()
    megabytes = f"{peak(own):.0f} MB, {peak(theirs):.0f} MB"
    return [
        Row(what="1. Forced run of the sample, against `papermill` and `jupyter nbconvert` a notebook",
            ours=seconds(middle(own)), other=seconds(middle(theirs)), ratio=f"{ratio(theirs, own):.1f} times as fast",
            memory=megabytes),
        Row(what="2. Forced run of the sample, against its cells and the binding in a warm process",
            ours=seconds(middle(own)), other=seconds(middle(bare)), ratio=f"{ratio(own, bare):.2f} times as long",
            memory=f"{peak(own):.0f} MB, {peak(bare):.0f} MB"),
    ]  # fmt: skip


def compare_again(work: Path, runs: int) -> list[Row]:
    """Compare a run of nothing changed, and one after a changed word, with a forced run."""
    root = make_project(work / "again")
    text = root / "data/raw" / SAMPLE / "interviews/W01.md"

    def one_word() -> Taken:
        before = text.read_bytes()
        one, other = WORDS if WORDS[0] in before else WORDS[::-1]
        assert one in before
        text.write_bytes(before.replace(one, other))
        return run([KINERJA, "run"], cwd=root)

    run([KINERJA, "run"], cwd=root)
    ways = {
        "kinerja run --force": lambda: run([KINERJA, "run", "--force"], cwd=root),
        "nothing changed": lambda: run([KINERJA, "run"], cwd=root),
        "one transcript changed": one_word,
    }
    forced, nothing, word = in_turn(ways, runs).values()
    return [
        Row(what="3. Run again, nothing changed, against a forced run",
            ours=seconds(middle(nothing)), other=seconds(middle(forced)), ratio=f"{ratio(nothing, forced):.3f}",
            memory=f"{peak(nothing):.0f} MB, {peak(forced):.0f} MB"),
        Row(what="4. Run again, a word of a transcript changed, against a forced run",
            ours=seconds(middle(word)), other=seconds(middle(forced)), ratio=f"{ratio(word, forced):.2f}",
            memory=f"{peak(word):.0f} MB, {peak(forced):.0f} MB"),
    ]  # fmt: skip


def compare_studies(work: Path, counts: tuple[int, ...]) -> list[Row]:
    """Run one short study, and then more by one command, and compare the time a study."""
    alone, rows = 0.0, []
    for count in (1, *counts):
        root = make_project(work / f"studies-{count}", sample=False)
        for number in range(count):
            create_study(root / "data/raw" / f"kantor-{number + 1:02d}")
        taken = run([KINERJA, "run", "--all"], cwd=root)
        print(f"    {count} studies: {taken.seconds:.1f} s", file=sys.stderr, flush=True)
        each = taken.seconds / count
        alone = alone or each
        rows.append(
            Row(what=f"5. {count} short studies in one command, time a study, against one alone",
                ours=seconds(each), other=seconds(alone), ratio=f"{each / alone:.2f}",
                memory=f"{taken.megabytes:.0f} MB")
        )  # fmt: skip
        shutil.rmtree(root)
    return rows[1:]
