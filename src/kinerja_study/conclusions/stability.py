"""How a verdict hangs on single informants, groups, coders, dates, and on the rules.

Owns the recomputation over subsets of the evidence. The sample is purposive: nothing here is a confidence, a
significance or a statement about a population.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
import pandas as pd

from kinerja_study.conclusions.multiverse import Multiverse
from kinerja_study.conclusions.scoring import Evidence, score_subsets
from kinerja_study.definition import Rules, StudyDefinition

LARGEST_SEARCH = 4
"""The search for decisive informants stops at this number removed together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """How a verdict holds when something is taken away or decided otherwise.

    Parameters
    ----------
    leave_one_out : float
        Share of informants whose removal leaves the verdict.
    informants : int
        How many informants speak of the focus.
    fragility : int or None
        The fewest informants whose removal changes the verdict; None when no four do.
    sensitive_to : tuple of str
        One smallest such set, empty without one.
    without_group : dict of str to str or None
        The verdict without each group that counts; None where there is none any more.
    by_coder : dict of str to str or None
        The verdict by each coder of the multiverse alone.
    halves : dict
        ``until`` (date), and ``first`` and ``second``: the verdict on texts up to and after it.
    median : str or None
        The verdict by the median, all other rules being as in force.
    signs : int
        Which way the greater number of sources points: 1, -1, or 0 when they are as many.
    multiverse : float
        Share of the declared alternatives with the same verdict.
    specifications : int
        How many there are.
    moved_by : tuple of str
        The rules of which one other declared value moves the verdict.
    to_edge : float
        Distance of the score to the nearest edge of its level that another level adjoins.
    nearest : str or None
        The level beyond that edge.
    """

    leave_one_out: float
    informants: int
    fragility: int | None
    sensitive_to: tuple[str, ...]
    without_group: dict[str, str | None]
    by_coder: dict[str, str | None]
    halves: dict[str, str | None]
    median: str | None
    signs: int
    multiverse: float
    specifications: int
    moved_by: tuple[str, ...]
    to_edge: float
    nearest: str | None

    def as_dict(self) -> dict[str, Any]:
        """Return it for findings.json."""
        return {**asdict(self), "sensitive_to": list(self.sensitive_to), "moved_by": list(self.moved_by)}


def compute_stability(
    focus_evidence: Mapping[str, pd.DataFrame], dates: Mapping[str, str], definition: StudyDefinition, rules: Rules
) -> Stability | None:
    """Recompute one focus without informants, groups, coders, half of the texts, and under other rules.

    Parameters
    ----------
    focus_evidence : mapping of str to DataFrame
        The evidence on the focus by coder; that of ``rules.coder`` is in force.
    dates : mapping of str to str
        Date of each text, by its id.
    definition : StudyDefinition
        Groups, scale and multiverse.
    rules : Rules
        In force.

    Returns
    -------
    Stability or None
        None when there is no verdict.
    """
    multiverse = Multiverse(focus_evidence, definition)
    evidence = multiverse.evidence(rules)
    levels = [level.id for level in definition.scale.levels]
    everyone = np.ones((1, len(evidence.cases)), dtype=bool)
    base = score_subsets(evidence, everyone, definition.scale, rules)
    index, score = int(base.level[0]), float(base.score[0])
    if index < 0:
        return None
    informants = np.flatnonzero(evidence.interviewed)
    single = _without(evidence, [(int(number),) for number in informants])
    kept = score_subsets(evidence, single, definition.scale, rules).level == index
    decisive = _smallest_decisive(evidence, informants, index, score, definition, rules)
    specifications = multiverse.specifications(rules)
    same = sum(multiverse.score(s)[0] == levels[index] for s in specifications)
    edges = [level.edge for level in definition.scale.levels]
    beyond = [(abs(score - edges[index]), index - 1)] if index else []
    beyond += [(abs(score - edges[index + 1]), index + 1)] if index + 1 < len(levels) else []
    to_edge, nearest = min(beyond)
    own = focus_evidence[rules.coder]
    return Stability(
        leave_one_out=round(float(kept.mean()), 4) if len(informants) else 1.0,
        informants=len(informants),
        fragility=len(decisive) or None,
        sensitive_to=tuple(evidence.cases[number] for number in decisive),
        without_group=_without_groups(evidence, definition, rules),
        by_coder={c: multiverse.score({**dict(rules), "coder": c})[0] for c in definition.multiverse.coder},
        halves=_halves(own, dates, definition, rules),
        median=multiverse.score({**dict(rules), "aggregate": "median"})[0],
        signs=_signs(evidence, rules),
        multiverse=round(same / len(specifications), 4),
        specifications=len(specifications),
        moved_by=multiverse.movers(rules, levels[index]),
        to_edge=round(to_edge, 2),
        nearest=levels[nearest],
    )


def _without(evidence: Evidence, sets: list[tuple[int, ...]]) -> np.ndarray:
    present = np.ones((len(sets), len(evidence.cases)), dtype=bool)
    for row, removed in enumerate(sets):
        present[row, list(removed)] = False
    return present


def _smallest_decisive(
    evidence: Evidence, informants: np.ndarray, index: int, score: float, definition: StudyDefinition, rules: Rules
) -> tuple[int, ...]:
    # Exhaustive by size: the first size at which any set changes the verdict is the fragility number. Of several
    # sets of that size the one that moves the score furthest is named, then the first in order of ids.
    for size in range(1, min(LARGEST_SEARCH, len(informants)) + 1):
        sets = list(itertools.combinations(informants.tolist(), size))
        scores = score_subsets(evidence, _without(evidence, sets), definition.scale, rules)
        changed = np.flatnonzero(scores.level != index)
        if len(changed):
            moved = np.abs(np.nan_to_num(scores.score[changed], nan=score) - score)
            chosen: tuple[int, ...] = sets[changed[int(np.argmax(moved))]]
            return chosen
    return ()


def _without_groups(evidence: Evidence, definition: StudyDefinition, rules: Rules) -> dict[str, str | None]:
    numbers = np.flatnonzero(_counted(evidence, rules)).tolist()
    if not numbers:
        return {}
    present = np.stack([evidence.case_group != number for number in numbers])
    levels = score_subsets(evidence, present, definition.scale, rules).level
    names = [level.id for level in definition.scale.levels]
    return {
        evidence.groups[n].id: names[level] if level >= 0 else None
        for n, level in zip(numbers, levels.tolist(), strict=True)
    }


def _halves(
    own: pd.DataFrame, dates: Mapping[str, str], definition: StudyDefinition, rules: Rules
) -> dict[str, str | None]:
    # Texts up to the middle one, and after it; records belong to no text and stand in both halves.
    days = own["document_id"].map(lambda document: dates.get(document, ""))
    order = sorted(set(days) - {""})
    if len(order) < 2:
        return {}
    until = order[(len(order) - 1) // 2]
    halves = {"first": own[(days <= until)], "second": own[(days > until) | (days == "")]}
    found = {name: Multiverse({rules.coder: half}, definition).score(dict(rules))[0] for name, half in halves.items()}
    return {"until": until, **found}


def _signs(evidence: Evidence, rules: Rules) -> int:
    return int(np.sign(np.sign(evidence.positions[_counted(evidence, rules)[evidence.case_group]]).sum()))


def _counted(evidence: Evidence, rules: Rules) -> np.ndarray:
    weights = np.array([group.weight for group in evidence.groups])
    counts = np.bincount(evidence.case_group, minlength=len(weights))
    counted: np.ndarray = (weights > 0) & (counts >= rules.minimum_cases_per_group)
    return counted
