"""Comparison 6: from a thousand to a million codings through scoring and matrices, each size in a process of its own.

Run by itself as ``python -m benchmarks.codings COUNT`` it prints what one size takes.
"""

from __future__ import annotations

import json
import subprocess
import sys
import time
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.measuring import ENVIRONMENT, Row, Taken, own_peak, seconds
from benchmarks.stability import build_study
from kinerja_study.conclusions import build_focus_evidence, score_focus
from kinerja_study.condensation import build_segments, count_codes
from kinerja_study.display import build_case_focus, build_cooccurrence, build_evidence, build_role_code

SIZES = (1_000, 10_000, 100_000, 1_000_000)
FOCI, CODES = 5, 40
REPOSITORY = Path(__file__).parents[1]


def make_codings(count: int) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return codings of one coder, twenty to a case and text, their codebook, and indicators: none."""
    generator = np.random.default_rng(count)
    case = np.arange(count) // 20
    code = generator.integers(0, CODES, count)
    start = generator.integers(0, 10_000, count)
    codings = pd.DataFrame(
        {
            "coding_id": np.arange(count).astype(str),
            "document_id": [f"T{number}" for number in case],
            "start": start,
            "end": start + generator.integers(5, 200, count),
            "quote": "kata",
            "code": [f"C{number:02d}" for number in code],
            "focus": [f"f{number % FOCI}" for number in code],
            "magnitude": generator.integers(-2, 3, count),
            "group": [f"g{number % 4}" for number in case],
            "case_id": [f"I{number}" for number in case],
            "technique": "interview",
            "coder": "a",
        }
    )
    names = [f"C{number:02d}" for number in range(CODES)]
    codebook = pd.DataFrame(
        {"code": names, "focus": [f"f{n % FOCI}" for n in range(CODES)], "label": names, "origin": "a priori"}
    )
    indicators = pd.DataFrame(columns=["focus", "indicator", "group", "magnitude"])
    return codings, codebook, indicators


def measure(count: int) -> Taken:
    """Return what the codings take from the segments in force to the verdict of each focus."""
    codings, codebook, indicators = make_codings(count)
    definition, _ = build_study()
    cases = codings["case_id"].drop_duplicates()
    informants = pd.DataFrame({"informant_id": cases, "role": [f"role {n % 12}" for n in range(len(cases))]})
    began = time.process_time()
    segments = build_segments(codings, coder="a")
    count_codes(segments, codebook)
    evidence = build_evidence(segments, indicators)
    matrix = build_case_focus(evidence)
    build_role_code(segments, informants, definition.privacy)
    build_cooccurrence(segments)
    for _, own in evidence.groupby("focus"):
        arranged = build_focus_evidence(own, definition.groups, definition.rules)
        assert score_focus(arranged, definition.scale, definition.rules).level is not None
    taken = time.process_time() - began
    assert matrix["segments"].sum() == count
    return Taken(seconds=taken, megabytes=own_peak())


def compare_codings(sizes: tuple[int, ...] = SIZES) -> list[Row]:
    """Measure each size and compare it with the one before: as many times the time as there are codings is linear."""
    taken = {}
    for size in sizes:
        command = [sys.executable, "-m", "benchmarks.codings", str(size)]
        said = subprocess.run(command, cwd=REPOSITORY, env=ENVIRONMENT, check=True, capture_output=True).stdout
        taken[size] = Taken(**json.loads(said))
        print(f"    {size} codings: {taken[size].seconds:.2f} s", file=sys.stderr, flush=True)
    return [
        Row(what=f"6. {more:,} codings through matrices and scores, against {fewer:,}",
            ours=seconds(taken[more].seconds), other=seconds(taken[fewer].seconds),
            ratio=f"{taken[more].seconds / taken[fewer].seconds:.1f} times as long for {more // fewer} times as many",
            memory=f"{taken[more].megabytes:.0f} MB")
        for fewer, more in pairwise(sizes)
    ]  # fmt: skip


if __name__ == "__main__":
    found = measure(int(sys.argv[1]))
    print(json.dumps({"seconds": found.seconds, "megabytes": found.megabytes}))
