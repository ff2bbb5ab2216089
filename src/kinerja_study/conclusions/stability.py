"""How a verdict hangs on single informants and on the rules.

Owns the recomputation over subsets of informants and over declared alternatives. The sample is purposive: nothing
here is a confidence, a significance or a statement about a population.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kinerja_study.conclusions.scoring import Evidence, build_focus_evidence, score_subsets
from kinerja_study.definition import Level, Rules, Scale, StudyDefinition

LARGEST_SEARCH = 4
"""The search for decisive informants stops at this number removed together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """How a verdict holds when something is taken away or decided otherwise.

    ``leave_one_out`` is the share of informants whose removal leaves the verdict; ``fragility`` the fewest whose
    removal changes it, None when no four do; ``sensitive_to`` one smallest such set; ``multiverse`` the share of
    declared alternatives with the same verdict; ``moved_by`` the rules of which a single change moves it;
    ``to_edge`` the distance of the score to the nearest edge that a score can cross.
    """

    leave_one_out: float
    informants: int
    fragility: int | None
    sensitive_to: tuple[str, ...]
    multiverse: float
    specifications: int
    moved_by: tuple[str, ...]
    to_edge: float


def compute_stability(
    focus_evidence: dict[str, pd.DataFrame], definition: StudyDefinition, rules: Rules
) -> Stability | None:
    """Recompute one focus without informants and under the declared alternatives.

    Parameters
    ----------
    focus_evidence : dict of str to DataFrame
        The evidence on the focus by coder; that of ``rules.coder`` is in force.
    definition : StudyDefinition
        Groups, scale and multiverse.
    rules : Rules
        In force.

    Returns
    -------
    Stability or None
        None when there is no verdict.
    """
    evidence = build_focus_evidence(focus_evidence[rules.coder], definition.groups, rules)
    scale = definition.scale
    everyone = np.ones((1, len(evidence.cases)), dtype=bool)
    base = score_subsets(evidence, everyone, scale, rules)
    verdict = int(base.level[0])
    if verdict < 0:
        return None
    informants = np.flatnonzero(evidence.interviewed)
    single = _without(evidence, [(int(number),) for number in informants])
    kept = score_subsets(evidence, single, scale, rules).level == verdict
    decisive = _smallest_decisive(evidence, informants, verdict, scale, rules)
    specifications = build_specifications(definition, rules)
    levels = [score_specification(focus_evidence, definition, s) for s in specifications]
    same = [level == scale.levels[verdict].id for level, _ in levels]
    score = float(base.score[0])
    # The lower edge of the lowest level is no threshold: no score lies below it.
    edges = [level.edge for level in scale.levels][max(verdict, 1) : verdict + 2]
    return Stability(
        leave_one_out=round(float(kept.mean()), 4) if len(informants) else 1.0,
        informants=len(informants),
        fragility=len(decisive) or None,
        sensitive_to=tuple(evidence.cases[number] for number in decisive),
        multiverse=round(sum(same) / len(same), 4),
        specifications=len(specifications),
        moved_by=_movers(focus_evidence, definition, rules, scale.levels[verdict].id),
        to_edge=round(min(abs(score - edge) for edge in edges), 2),
    )


def build_specifications(definition: StudyDefinition, rules: Rules) -> list[dict[str, object]]:
    """Return every combination of the alternatives of the multiverse, a rule that has none keeping its value."""
    alternatives = {name: values for name, values in definition.multiverse if values}
    names = list(alternatives)
    fixed: dict[str, object] = dict(rules)
    return [{**fixed, **dict(zip(names, values, strict=True))} for values in itertools.product(*alternatives.values())]


def score_specification(
    focus_evidence: dict[str, pd.DataFrame], definition: StudyDefinition, specification: dict[str, object]
) -> tuple[str | None, float | None]:
    """Return verdict and score under one specification; both None without enough evidence."""
    chosen = dict(specification)
    edges = chosen.pop("edges", None)
    rules = Rules.model_validate(chosen)
    scale = definition.scale if edges is None else _with_edges(definition.scale, edges)
    evidence = build_focus_evidence(focus_evidence[rules.coder], definition.groups, rules)
    scores = score_subsets(evidence, np.ones((1, len(evidence.cases)), dtype=bool), scale, rules)
    level = int(scores.level[0])
    return (scale.levels[level].id, float(scores.score[0])) if level >= 0 else (None, None)


def _with_edges(scale: Scale, edges: object) -> Scale:
    levels = [
        Level.model_validate({**level.model_dump(by_alias=True), "from": edge})
        for level, edge in zip(scale.levels, edges, strict=True)  # type: ignore[call-overload]
    ]
    return scale.model_copy(update={"levels": tuple(levels)})


def _movers(
    focus_evidence: dict[str, pd.DataFrame], definition: StudyDefinition, rules: Rules, verdict: str
) -> tuple[str, ...]:
    # The rules of which one other declared value, all else being as in force, gives another verdict.
    movers = []
    for name, values in definition.multiverse:
        specifications = [{**dict(rules), name: value} for value in values]
        if any(score_specification(focus_evidence, definition, s)[0] != verdict for s in specifications):
            movers.append(name)
    return tuple(movers)


def _without(evidence: Evidence, sets: list[tuple[int, ...]]) -> np.ndarray:
    present = np.ones((len(sets), len(evidence.cases)), dtype=bool)
    for row, removed in enumerate(sets):
        present[row, list(removed)] = False
    return present


def _smallest_decisive(
    evidence: Evidence, informants: np.ndarray, verdict: int, scale: Scale, rules: Rules
) -> tuple[int, ...]:
    # Exhaustive by size: the first size at which any set changes the verdict is the fragility number. Of several
    # sets of that size the one that moves the score furthest is named, then the first in order of ids.
    base = score_subsets(evidence, np.ones((1, len(evidence.cases)), dtype=bool), scale, rules).score[0]
    for size in range(1, min(LARGEST_SEARCH, len(informants)) + 1):
        sets = list(itertools.combinations(informants.tolist(), size))
        scores = score_subsets(evidence, _without(evidence, sets), scale, rules)
        changed = np.flatnonzero(scores.level != verdict)
        if len(changed):
            moved = np.abs(np.nan_to_num(scores.score[changed], nan=base) - base)
            chosen: tuple[int, ...] = sets[changed[int(np.argmax(moved))]]
            return chosen
    return ()
