"""Comparison 8: a transcript of 300,000 characters with 2,000 codings read, anchored, out and in again, reported.

Run by itself as ``python -m benchmarks.transcript TURNS ROOT`` it makes a study with one long transcript in an empty
folder and prints what each step takes.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.measuring import ENVIRONMENT, Row, own_peak, seconds
from kinerja_study.collection import check_study, load_field_data, save_field_data
from kinerja_study.collection.reanchoring import write_anchors
from kinerja_study.exchange.importing import import_project
from kinerja_study.exchange.refi_qda import export_study
from kinerja_study.reproduction.starter import create_study
from kinerja_study.study import Study

REPOSITORY = Path(__file__).parents[1]
TURNS = 1_000
STEPS = ("reading", "anchoring", "exporting", "importing", "report")


def write_transcript(turns: int) -> tuple[str, list[list[str]]]:
    """Return a transcript with turns of about 300 characters, and two codings of each, without their places."""
    parts, rows = [], []
    codes = ("KUA-TELITI", "KEM-WAKTU")
    for number in range(turns):
        marked = [f"urusan nomor {number} bagian {part} selesai hari itu juga" for part in "ab"]
        said = " ".join(
            f"Waktu itu {words}, lalu saya tunggu sebentar di bangku depan loket pelayanan 😀." for words in marked
        )
        parts.append(f"P: Lalu bagaimana dengan surat yang nomor {number}, sudah selesai?\n\nINF-01: {said}\n")
        rows += [["W01", "", "", words, code, "1", ""] for words, code in zip(marked, codes, strict=True)]
    return "\n".join(parts), rows


def make_study(root: Path, turns: int) -> Study:
    """Make a study whose first interview is the long one."""
    folder = root / "data/raw/panjang"
    create_study(folder)
    for name in ("decisions", "memos"):  # of the text that is replaced
        (folder / f"{name}.csv").unlink()
    path = folder / "interviews/W01.md"
    head = path.read_text("utf-8").split("\n---\n", 1)[0]
    text, rows = write_transcript(turns)
    path.write_text(f"{head}\n---\n\n{text}", "utf-8", newline="\n")
    codings = folder / "codings/consensus.csv"
    kept = [row for row in csv.reader(io.StringIO(codings.read_text("utf-8"))) if row[0] != "W01"]
    with codings.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([*kept, *rows])
    return Study.open("panjang", root=root)


def measure(root: Path, turns: int) -> dict[str, float]:
    """Return the seconds of each step, the characters and codings, and the peak memory."""
    study = make_study(root, turns)
    taken: dict[str, float] = {}

    def step(name: str, do: Callable[[], Any]) -> Any:
        began = time.process_time()
        done = do()
        taken[name] = time.process_time() - began
        return done

    found = step("reading", lambda: check_study(study))
    faults, anchors = found.faults, found.anchors
    assert not faults, faults[:3]
    assert len(anchors) >= 2 * turns
    own = [anchor for anchor in anchors if anchor.file == "codings/consensus.csv"]
    files = study.read_raw()

    def write() -> None:
        study.replace_raw(own[0].file, write_anchors(files[own[0].file], own[0].file, own))

    step("anchoring", write)
    step("exporting", lambda: export_study(study, root / "panjang.qdpx"))
    step("importing", lambda: import_project(root / "panjang.qdpx", "kembali", root))
    assert len(load_field_data(Study.open("kembali", root=root)).codings) >= 2 * turns
    save_field_data(study, load_field_data(study))
    taken["report"] = run_notebooks(study)
    characters = len((study.raw / "interviews/W01.md").read_text("utf-8"))
    return {**taken, "characters": characters, "codings": 2 * turns, "megabytes": own_peak()}


def run_notebooks(study: Study) -> float:
    """Return how long the cells of the notebooks take, chapters and transcripts with their codings among them."""
    from benchmarks.script import run_cells
    from kinerja_study.reproduction.binding import render_report
    from kinerja_study.reproduction.stages import NOTEBOOKS

    os.chdir(study.root)
    began = time.process_time()
    executed = {name: run_cells(REPOSITORY / "notebooks" / name, study.id) for name in NOTEBOOKS}
    page = render_report(executed, study)
    assert len(page) > (study.raw / "interviews/W01.md").stat().st_size
    return time.process_time() - began


def compare_transcript(work: Path) -> list[Row]:
    """Measure a long transcript, and one of a quarter of its length, each in a process of its own."""
    found = {}
    for turns in (TURNS // 4, TURNS):
        root = work / f"transcript-{turns}"
        root.mkdir()
        command = [sys.executable, "-m", "benchmarks.transcript", str(turns), str(root)]
        said = subprocess.run(command, cwd=REPOSITORY, env=ENVIRONMENT, check=True, capture_output=True).stdout
        found[turns] = json.loads(said)
        print(f"    {turns} turns: {found[turns]}", file=sys.stderr, flush=True)
    short, long = found.values()
    return [
        Row(what=f"8. A transcript of {long['characters']:,} characters with {long['codings']:,} codings, {step}, "
            "against one of a quarter",
            ours=seconds(long[step]), other=seconds(short[step]), ratio=f"{long[step] / short[step]:.1f} times as long",
            memory=f"{long['megabytes']:.0f} MB")
        for step in STEPS
    ]  # fmt: skip


if __name__ == "__main__":
    print(json.dumps(measure(Path(sys.argv[2]), int(sys.argv[1]))))
