"""How good suggestions are: against the consensus of the sample study, and in direction on sentences by strangers.

Run ``.venv/bin/python benchmarks/suggestions.py``. With the environment variable KINERJA_SMSA naming a file of lines
``sentence<TAB>positive|neutral|negative`` (SmSA of IndoNLU), the sample codebook's cues are tried on it too: they were
not written for it. Prints shares. That stems serve only cues of several words was chosen after seeing the sample, whose
figures are that much fitted to it; nothing is tuned on SmSA.
"""

from __future__ import annotations

import csv
import os
from collections import Counter
from pathlib import Path

import pandas as pd

from kinerja_study.collection import load_field_data
from kinerja_study.condensation.agreement.suggested import compare_suggestions
from kinerja_study.exchange.cues import Cues
from kinerja_study.exchange.suggestions import build_suggestions
from kinerja_study.study import Study

REPOSITORY = Path(__file__).parents[1]
STUDY = "balikpapan-kota"
SIGNS = {"positive": 1, "neutral": 0, "negative": -1}


def measure_sample() -> None:
    """Print precision, recall and direction against each coder and the consensus."""
    study = Study.open(STUDY, root=REPOSITORY)
    data = load_field_data(study)
    made = pd.DataFrame(build_suggestions(study.read_raw()))
    made = made.astype({"start": "int64", "end": "int64", "magnitude": "float64"})
    print(compare_suggestions(made, data.codings, data.turns, data.informants, data.codebook).to_string(index=False))


def measure_polarity(path: Path) -> None:
    """Print how often the summed direction of the cues in a sentence is its label."""
    with (REPOSITORY / "data/raw" / STUDY / "codebook.csv").open(encoding="utf-8") as file:
        cues = Cues(list(csv.DictReader(file)))
    counts: Counter[tuple[str, int | None]] = Counter()
    for line in path.read_text("utf-8").splitlines():
        sentence, _, label = line.rpartition("\t")
        # One cue may belong to several codes: a clause counts once.
        clauses = {(hit.start, hit.grounds): hit.magnitude for hit in cues.find(sentence)}
        total = sum(clauses.values())
        counts[label, (total > 0) - (total < 0) if clauses else None] += 1
    print("label     " + "".join(f"{name:>9}" for name in ("+", "0", "-", "no cue")))
    for label in SIGNS:
        print(f"{label:10}" + "".join(f"{counts[label, sign]:9}" for sign in (1, 0, -1, None)))
    polar = {(label, sign): n for (label, sign), n in counts.items() if label != "neutral" and sign}
    right = sum(n for (label, sign), n in polar.items() if SIGNS[label] == sign)
    of = sum(n for (label, _), n in counts.items() if label != "neutral")
    print(f"positive or negative: {of}; given a direction: {sum(polar.values())}; the right one: {right}")


if __name__ == "__main__":
    measure_sample()
    if named := os.environ.get("KINERJA_SMSA"):
        measure_polarity(Path(named))
