"""How long the recomputation behind one verdict takes, against scoring each subset by itself.

Run ``.venv/bin/python benchmarks/stability.py``. One focus of 20 informants: every set of up to four informants left
out, and 200 specifications. The plain way builds and scores each subset anew; it is timed on a sample of the subsets
and scaled, and both ways must give the same verdicts on that sample.
"""

from __future__ import annotations

import itertools
import math
import time

import numpy as np
import pandas as pd

from kinerja_study.conclusions.multiverse import Multiverse
from kinerja_study.conclusions.scoring import build_focus_evidence, score_focus, score_subsets
from kinerja_study.definition import StudyDefinition

INFORMANTS, LARGEST, SAMPLE = 20, 4, 300


def build_study() -> tuple[StudyDefinition, dict[str, pd.DataFrame]]:
    """Return a definition with 200 specifications or more, and evidence by two coders."""
    generator = np.random.default_rng(2014)
    groups = [
        {"id": f"g{number}", "technique": "interview", "outside": number == 3, "weight": weight}
        for number, weight in enumerate((1.0, 2.0, 1.0, 1.0))
    ]
    edges = [[20 + shift, 36 + shift, 52 + shift, 68 + shift, 84 + shift] for shift in (-4, -2, 0, 2, 4)]
    definition = StudyDefinition.model_validate(
        {
            "study": {
                "id": "bench",
                "title": "Bench",
                "site": "Bench",
                "period": {"start": "2020-01-01", "end": "2020-02-01"},
                "provenance": "synthetic",
            },
            "foci": [{"id": "f", "kind": "rated"}],
            "groups": groups,
            "scale": {
                "name": "five",
                "levels": [{"id": f"l{n}", "from": edge} for n, edge in enumerate((20, 36, 52, 68, 84))],
            },
            "rules": {"coder": "a"},
            "multiverse": {
                "aggregate": ["mean", "median"],
                "weights": ["groups", "cases", "segments"],
                "neutral": ["keep", "drop"],
                "coder": ["a", "b"],
                "minimum_informants": [2, 3],
                "edges": [[max(edge, 20.0) if n == 0 else edge for n, edge in enumerate(row)] for row in edges[:3]]
                + [[20.0, *row[1:]] for row in edges[3:]],
            },
        }
    )
    evidence = {
        coder: pd.DataFrame(
            {
                "focus": "f",
                "case_id": [f"i{number:02d}" for number in range(INFORMANTS) for _ in range(6)],
                "group": [f"g{number % 4}" for number in range(INFORMANTS) for _ in range(6)],
                "technique": "interview",
                "magnitude": generator.integers(-2, 3, INFORMANTS * 6),
                "document_id": "d",
            }
        )
        for coder in ("a", "b")
    }
    return definition, evidence


def main() -> None:
    """Time both ways and print them with their ratio."""
    definition, evidence = build_study()
    rules, scale = definition.rules, definition.scale
    arranged = build_focus_evidence(evidence["a"], definition.groups, rules)
    subsets = [s for size in range(1, LARGEST + 1) for s in itertools.combinations(range(INFORMANTS), size)]
    present = np.ones((len(subsets), INFORMANTS), dtype=bool)
    for row, removed in enumerate(subsets):
        present[row, list(removed)] = False
    began = time.perf_counter()
    levels = score_subsets(arranged, present, scale, rules).level
    subsets_time = time.perf_counter() - began

    multiverse = Multiverse(evidence, definition)
    specifications = multiverse.specifications(rules)
    began = time.perf_counter()
    for specification in specifications:
        multiverse.score(specification)
    specifications_time = time.perf_counter() - began

    chosen = np.random.default_rng(1).choice(len(subsets), SAMPLE, replace=False)
    names = [level.id for level in scale.levels]
    began = time.perf_counter()
    for number in chosen:
        gone = {arranged.cases[case] for case in subsets[number]}
        rest = evidence["a"][~evidence["a"]["case_id"].isin(gone)]
        alone = score_focus(build_focus_evidence(rest, definition.groups, rules), scale, rules)
        assert alone.level == (names[levels[number]] if levels[number] >= 0 else None)
    plain_time = (time.perf_counter() - began) * len(subsets) / SAMPLE

    expected = sum(math.comb(INFORMANTS, size) for size in range(1, LARGEST + 1))
    assert len(subsets) == expected
    print(f"subsets of up to {LARGEST} of {INFORMANTS} informants: {len(subsets)} in {subsets_time:.3f} s")
    print(f"specifications: {len(specifications)} in {specifications_time:.3f} s")
    print(f"both together: {subsets_time + specifications_time:.3f} s")
    factor = plain_time / subsets_time
    print(f"one subset at a time, scaled from {SAMPLE}: {plain_time:.1f} s, {factor:.0f} times as long")


if __name__ == "__main__":
    main()
