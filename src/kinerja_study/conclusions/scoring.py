"""From the evidence on one focus to a score, a verdict or a reason.

Owns the arithmetic of docs/method.md, for one set of cases or for many subsets of them at once, so that a verdict
and its stability are computed by the same lines. Knows no text and no wording.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from kinerja_study.definition import Group, Rules, Scale

SPLIT_SHARE = 0.3
"""A finding is split when at least this share of the cases stands on each side."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What counts on one focus, as arrays.

    Parameters
    ----------
    cases : tuple of str, length n_cases
        Ids of the cases.
    case_group : ndarray of int, shape (n_cases,)
        Index of each case's group among ``groups``.
    positions : ndarray of float, shape (n_cases,)
        Mean magnitude of each case divided by 2, in [-1, 1].
    segment_case : ndarray of int, shape (n_segments,)
        Index of each coding's case.
    values : ndarray of float, shape (n_segments,)
        Magnitude of each coding divided by 2.
    groups : tuple of Group
        In the order of study.toml.
    """

    cases: tuple[str, ...]
    case_group: np.ndarray
    positions: np.ndarray
    segment_case: np.ndarray
    values: np.ndarray
    groups: tuple[Group, ...]

    @property
    def interviewed(self) -> np.ndarray:
        """Whether each case is an informant, shape (n_cases,)."""
        techniques = np.array([group.technique == "interview" for group in self.groups])
        return techniques[self.case_group] if len(self.cases) else np.zeros(0, dtype=bool)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scores:
    """What the rules make of each of n_subsets sets of cases.

    ``score`` is on 20..100, rounded to two decimals, nan where nothing is counted; ``level`` is the index of the
    verdict on the scale, -1 where there is no verdict; ``informants``, ``groups`` and ``outside`` say what was heard.
    """

    score: np.ndarray
    level: np.ndarray
    informants: np.ndarray
    groups: np.ndarray
    outside: np.ndarray


@dataclass(frozen=True, slots=True, kw_only=True)
class FocusScore:
    """Score of one focus.

    ``groups`` maps each group that has cases to its own value on 20..100, unweighted; ``counted`` are those that
    count. ``lacking`` names what keeps the focus from a verdict.
    """

    score: float | None
    level: str | None
    lacking: tuple[str, ...]
    informants: int
    groups: dict[str, float]
    counted: tuple[str, ...]
    balance: dict[str, int]
    split: bool
    insiders: float | None
    outsiders: float | None


def build_focus_evidence(evidence: pd.DataFrame, groups: Sequence[Group], rules: Rules) -> Evidence:
    """Arrange the evidence on one focus.

    Parameters
    ----------
    evidence : DataFrame
        Rows of one focus: ``case_id, group, technique, magnitude``.
    groups : sequence of Group
        Of the study.
    rules : Rules
        ``neutral = drop`` leaves out magnitude 0 before anything else.
    """
    if rules.neutral == "drop":
        evidence = evidence[evidence["magnitude"] != 0]
    ids = [group.id for group in groups]
    keys = sorted(set(zip(evidence["case_id"], evidence["group"], strict=True)))
    index = {key: number for number, key in enumerate(keys)}
    segment_case = np.array(
        [index[key] for key in zip(evidence["case_id"], evidence["group"], strict=True)], dtype=np.intp
    )
    values = evidence["magnitude"].to_numpy(dtype=float) / 2
    counts = np.bincount(segment_case, minlength=len(keys))
    sums = np.bincount(segment_case, weights=values, minlength=len(keys))
    return Evidence(
        cases=tuple(case for case, _ in keys),
        case_group=np.array([ids.index(group) for _, group in keys], dtype=np.intp),
        positions=sums / np.maximum(counts, 1),
        segment_case=segment_case,
        values=values,
        groups=tuple(groups),
    )


def score_subsets(evidence: Evidence, present: np.ndarray, scale: Scale, rules: Rules) -> Scores:
    """Score many subsets of the cases at once.

    Parameters
    ----------
    evidence : Evidence
        Of one focus.
    present : ndarray of bool, shape (n_subsets, n_cases)
        Which cases each subset holds.
    scale : Scale
        Whose lower edges the score is read on.
    rules : Rules
        In force.

    Returns
    -------
    Scores
        Each array of shape (n_subsets,).
    """
    counted = _counted_groups(evidence, present, rules)
    in_force = present & counted[:, evidence.case_group]
    balance = _balance(evidence, in_force, rules)
    score = np.round(60 + 40 * balance, 2)
    informants = (present & evidence.interviewed).sum(axis=1)
    outside = np.any(counted & np.array([group.outside for group in evidence.groups]), axis=1, keepdims=True)[:, 0]
    enough = (informants >= rules.minimum_informants) & (counted.sum(axis=1) >= rules.minimum_groups)
    enough &= ~np.isnan(score)
    if rules.require_outside:
        enough &= outside
    edges = np.array([level.edge for level in scale.levels])
    level = np.where(enough, np.searchsorted(edges, np.nan_to_num(score, nan=20), side="right") - 1, -1)
    return Scores(score=score, level=level, informants=informants, groups=counted.sum(axis=1), outside=outside)


def score_focus(evidence: Evidence, scale: Scale, rules: Rules) -> FocusScore:
    """Score one focus on all its cases.

    Returns
    -------
    FocusScore
        With a verdict, or with what is lacking: ``evidence``, ``informants``, ``groups``, ``outside``.
    """
    everyone = np.ones((1, len(evidence.cases)), dtype=bool)
    scores = score_subsets(evidence, everyone, scale, rules)
    counted = _counted_groups(evidence, everyone, rules)[0]
    in_force = counted[evidence.case_group]
    positions = evidence.positions[in_force]
    balance = {
        "against": int((positions < 0).sum()),
        "neutral": int((positions == 0).sum()),
        "for": int((positions > 0).sum()),
    }
    lacking = []
    if not len(evidence.cases):
        lacking.append("evidence")
    if scores.informants[0] < rules.minimum_informants:
        lacking.append("informants")
    if scores.groups[0] < rules.minimum_groups or (len(evidence.cases) and not scores.groups[0]):
        lacking.append("groups")
    if rules.require_outside and not scores.outside[0]:
        lacking.append("outside")
    verdict = int(scores.level[0])
    return FocusScore(
        score=float(scores.score[0]) if verdict >= 0 else None,
        level=scale.levels[verdict].id if verdict >= 0 else None,
        lacking=() if verdict >= 0 else tuple(lacking),
        informants=int(scores.informants[0]),
        groups=_group_values(evidence, rules),
        counted=tuple(group.id for group, counts in zip(evidence.groups, counted, strict=True) if counts),
        balance=balance,
        split=is_split(balance),
        insiders=_side(evidence, scale, rules, outside=False),
        outsiders=_side(evidence, scale, rules, outside=True),
    )


def is_split(balance: dict[str, int]) -> bool:
    """Tell whether at least 30 % of the cases stand on each side.

    Examples
    --------
    >>> is_split({"against": 3, "neutral": 4, "for": 3}), is_split({"against": 2, "neutral": 5, "for": 3})
    (True, False)
    """
    total = sum(balance.values())
    # Multiplied out, so that three of ten is not lost to binary fractions.
    return total > 0 and min(balance["against"], balance["for"]) * 10 >= total * SPLIT_SHARE * 10


def _counted_groups(evidence: Evidence, present: np.ndarray, rules: Rules) -> np.ndarray:
    counted = np.zeros((len(present), len(evidence.groups)), dtype=bool)
    for number, group in enumerate(evidence.groups):
        cases = present[:, evidence.case_group == number].sum(axis=1)
        counted[:, number] = (cases >= max(rules.minimum_cases_per_group, 1)) & (group.weight > 0)
    return counted


def _balance(evidence: Evidence, in_force: np.ndarray, rules: Rules) -> np.ndarray:
    # b of docs/method.md, in [-1, 1]; nan where nothing counts.
    if rules.weights == "segments":
        return _aggregate(evidence.values, in_force[:, evidence.segment_case], rules)
    if rules.weights == "cases":
        return _aggregate(evidence.positions, in_force, rules)
    total, weights = np.zeros(len(in_force)), np.zeros(len(in_force))
    for number, group in enumerate(evidence.groups):
        own = evidence.case_group == number
        value = _aggregate(evidence.positions[own], in_force[:, own], rules)
        heard = ~np.isnan(value)
        total[heard] += group.weight * value[heard]
        weights[heard] += group.weight
    balance: np.ndarray = np.divide(total, weights, out=np.full(len(total), np.nan), where=weights > 0)
    return balance


def _aggregate(values: np.ndarray, mask: np.ndarray, rules: Rules) -> np.ndarray:
    # Mean or median of the values under each row of the mask; nan where the row is empty.
    counts = mask.sum(axis=1)
    result: np.ndarray = np.full(len(mask), np.nan)
    if rules.aggregate == "mean":
        return np.asarray(np.divide(mask @ values, counts, out=result, where=counts > 0))
    ordered = np.sort(np.where(mask, values, np.inf), axis=1)
    rows = np.flatnonzero(counts)
    low, high = (counts[rows] - 1) // 2, counts[rows] // 2
    result[rows] = (ordered[rows, low] + ordered[rows, high]) / 2
    return result


def _group_values(evidence: Evidence, rules: Rules) -> dict[str, float]:
    values = {}
    for number, group in enumerate(evidence.groups):
        own = evidence.positions[evidence.case_group == number]
        if len(own):
            value = _aggregate(own, np.ones((1, len(own)), dtype=bool), rules)[0]
            values[group.id] = float(np.round(60 + 40 * value, 2))
    return values


def _side(evidence: Evidence, scale: Scale, rules: Rules, *, outside: bool) -> float | None:
    side = np.array([group.outside == outside for group in evidence.groups])
    present = side[evidence.case_group][np.newaxis, :] if len(evidence.cases) else np.zeros((1, 0), dtype=bool)
    score = float(score_subsets(evidence, present, scale, rules).score[0])
    return None if np.isnan(score) else score
