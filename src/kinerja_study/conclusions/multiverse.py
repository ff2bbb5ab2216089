"""The defensible alternatives, fixed beforehand: what each combination of them makes of one focus.

Owns the specifications and their scores (Steegen et al. 2016; Simonsohn et al. 2020); judges none of them.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from kinerja_study.conclusions.scoring import Evidence, build_focus_evidence, score_subsets
from kinerja_study.definition import Level, Rules, Scale, StudyDefinition
from kinerja_study.display.matrices import build_evidence
from kinerja_study.study import Study

Specification = dict[str, Any]


class Multiverse:
    """Scores one focus under any rules.

    Parameters
    ----------
    focus_evidence : mapping of str to DataFrame
        The evidence on the focus by coder.
    definition : StudyDefinition
        Groups, scale and the declared alternatives.
    """

    def __init__(self, focus_evidence: Mapping[str, pd.DataFrame], definition: StudyDefinition) -> None:
        self._frames, self._definition = focus_evidence, definition
        # Only the coder and the treatment of neutral segments change what is counted; the rest changes how.
        self._arranged: dict[tuple[str, str], Evidence] = {}

    def evidence(self, rules: Rules) -> Evidence:
        """Return the evidence as the rules arrange it."""
        key = (rules.coder, rules.neutral)
        if key not in self._arranged:
            self._arranged[key] = build_focus_evidence(self._frames[rules.coder], self._definition.groups, rules)
        return self._arranged[key]

    def specifications(self, rules: Rules) -> list[Specification]:
        """Return every combination of the alternatives, a rule that has none keeping its value in force."""
        alternatives = {name: values for name, values in self._definition.multiverse if values}
        return [
            {**dict(rules), **dict(zip(alternatives, values, strict=True))}
            for values in itertools.product(*alternatives.values())
        ]

    def score(self, specification: Specification) -> tuple[str | None, float | None]:
        """Return verdict and score under one specification; both None without enough evidence."""
        chosen = dict(specification)
        edges = chosen.pop("edges", None)
        rules = Rules.model_construct(**chosen)
        scale = self._definition.scale if edges is None else _with_edges(self._definition.scale, edges)
        evidence = self.evidence(rules)
        scores = score_subsets(evidence, np.ones((1, len(evidence.cases)), dtype=bool), scale, rules)
        level = int(scores.level[0])
        return (scale.levels[level].id, float(scores.score[0])) if level >= 0 else (None, None)

    def movers(self, rules: Rules, verdict: str) -> tuple[str, ...]:
        """Return the rules of which one other declared value, all else being in force, gives another verdict."""
        return tuple(
            name
            for name, values in self._definition.multiverse
            if any(self.score({**dict(rules), name: value})[0] != verdict for value in values)
        )


def build_specification_curve(study: Study, codings: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Return every specification of every rated focus with its score, in the order of the scores.

    Parameters
    ----------
    study : Study
        Its definition and the rules in force.
    codings : DataFrame
        Those of all coders.
    indicators : DataFrame
        From records.

    Returns
    -------
    DataFrame
        ``focus, rank, score, verdict, in_force``, and a column ``rule.<name>`` a rule that has alternatives; score and
        verdict are empty where the specification leaves too little evidence.
    """
    definition, rules = study.definition, study.rules
    evidence = build_alternatives(study, codings, indicators)
    own_edges = tuple(level.edge for level in definition.scale.levels)
    varied = [name for name, values in definition.multiverse if values]
    rows: list[dict[str, Any]] = []
    for focus in definition.foci:
        if focus.kind != "rated":
            continue
        multiverse = Multiverse({c: frame[frame["focus"] == focus.id] for c, frame in evidence.items()}, definition)
        own = []
        for specification in multiverse.specifications(rules):
            verdict, score = multiverse.score(specification)
            as_ruled = all(specification[name] == value for name, value in dict(rules).items())
            in_force = as_ruled and specification.get("edges", own_edges) == own_edges
            shown = {f"rule.{name}": str(specification[name]) for name in varied}
            own.append({"score": score, "verdict": verdict or "", "in_force": str(in_force).lower(), **shown})
        own.sort(key=lambda row: (row["score"] is None, row["score"] or 0.0, [row[f"rule.{name}"] for name in varied]))
        rows += [{"focus": focus.id, "rank": rank, **row} for rank, row in enumerate(own, start=1)]
    return pd.DataFrame(
        rows, columns=["focus", "rank", "score", "verdict", "in_force", *(f"rule.{name}" for name in varied)]
    )


def build_alternatives(study: Study, codings: pd.DataFrame, indicators: pd.DataFrame) -> dict[str, pd.DataFrame]:
    """Return the evidence by each coder who is in force or an alternative."""
    coders = sorted({study.rules.coder, *study.definition.multiverse.coder})
    return {coder: build_evidence(codings[codings["coder"] == coder], indicators) for coder in coders}


def _with_edges(scale: Scale, edges: tuple[float, ...]) -> Scale:
    levels = [
        Level.model_validate({**level.model_dump(by_alias=True), "from": edge})
        for level, edge in zip(scale.levels, edges, strict=True)
    ]
    return scale.model_copy(update={"levels": tuple(levels)})
