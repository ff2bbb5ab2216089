"""Testing tactics on what was said: who was heard, what weighs how much, who stands apart.

Owns, of the tactics of Miles, Huberman and Saldaña, those that a count over sources decides; changes no verdict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kinerja_study.conclusions.scoring import build_focus_evidence, score_focus
from kinerja_study.definition import Rules, StudyDefinition

FIRST_HAND = ("interview", "observation")
"""Techniques whose evidence was seen or lived by those who tell it; documents and records pass on what others did."""

OUTLYING = 3.0
"""A case stands apart from this many median absolute deviations on."""

WEIGHINGS = ("in_force", "equal_groups", "cases", "first_hand")


def count_roles(segments: pd.DataFrame, informants: pd.DataFrame) -> pd.DataFrame:
    """Count who was heard in each role, and how much of all that informants said comes from its most talkative one.

    Parameters
    ----------
    segments : DataFrame
        Codings in force.
    informants : DataFrame
        Those who consented and those who did not; the latter are left out.

    Returns
    -------
    DataFrame, a row a group and role
        ``group, role, informants, segments, share`` (of all segments of interviews), ``talkative`` (the informant
        with the most segments) and ``talkative_share`` (of all segments of interviews). ``share`` is missing where
        nobody said anything.
    """
    said = segments.loc[segments["technique"] == "interview", "case_id"].value_counts()
    heard = informants[informants["consent"] != "no"]
    heard = heard.assign(said=heard["informant_id"].map(said).fillna(0).astype(int))
    total = int(heard["said"].sum())
    rows = []
    for (group, role), own in heard.groupby(["group", "role"], sort=True):
        most = own.sort_values(["said", "informant_id"], ascending=[False, True]).iloc[0]
        rows.append(
            {
                "group": group,
                "role": role,
                "informants": len(own),
                "segments": int(own["said"].sum()),
                "share": _share(int(own["said"].sum()), total),
                "talkative": most["informant_id"],
                "talkative_share": _share(int(most["said"]), total),
            }
        )
    columns = ["group", "role", "informants", "segments", "share", "talkative", "talkative_share"]
    return pd.DataFrame(rows, columns=columns)


def weigh_evidence(evidence: pd.DataFrame, definition: StudyDefinition, rules: Rules) -> pd.DataFrame:
    """Score each rated focus as the rules weigh the evidence, and as other weights would.

    Parameters
    ----------
    evidence : DataFrame
        ``focus, case_id, group, technique, magnitude``.
    definition : StudyDefinition
        Foci, groups and scale.
    rules : Rules
        In force; every weighing keeps them but for what it is named after.

    Returns
    -------
    DataFrame, a row a focus and weighing
        ``focus, weighing, score, verdict, lacking``. ``in_force`` is the finding; ``equal_groups`` gives all counted
        groups the same weight, ``cases`` all their cases; ``first_hand`` hears the groups of interviews and
        observations alone. Score and verdict are missing where ``lacking`` says what is not there.
    """
    alike = [group.model_copy(update={"weight": float(group.weight > 0)}) for group in definition.groups]
    by_cases = rules.model_copy(update={"weights": "cases"})
    by_groups = rules.model_copy(update={"weights": "groups"})
    rows = []
    for focus in (focus.id for focus in definition.foci if focus.kind == "rated"):
        own = evidence[evidence["focus"] == focus]
        first_hand = own[own["technique"].isin(FIRST_HAND)]
        ways = ((own, definition.groups, rules), (own, alike, by_groups), (own, definition.groups, by_cases),
                (first_hand, definition.groups, rules))  # fmt: skip
        for weighing, (heard, groups, chosen) in zip(WEIGHINGS, ways, strict=True):
            result = score_focus(build_focus_evidence(heard, groups, chosen), definition.scale, chosen)
            lacking = ";".join(result.lacking)
            rows.append({"focus": focus, "weighing": weighing, "score": result.score, "verdict": result.level,
                         "lacking": lacking})  # fmt: skip
    return pd.DataFrame(rows, columns=["focus", "weighing", "score", "verdict", "lacking"])


def find_outliers(evidence: pd.DataFrame, definition: StudyDefinition, *, neutral: str = "keep") -> pd.DataFrame:
    """Hold the position of each case against the median of all cases of counted groups.

    Parameters
    ----------
    evidence : DataFrame
        ``focus, case_id, group, technique, magnitude``.
    definition : StudyDefinition
        A group of weight 0 is left out.
    neutral : {"keep", "drop"}
        Whether magnitude 0 counts.

    Returns
    -------
    DataFrame, a row a rated focus and case, then a row a case over all rated foci together
        ``focus`` (empty: all rated foci), ``case_id, group, position, segments, median, mad, distance, outlying``.
        The position is the mean magnitude divided by 2, in [-1, 1]; ``mad`` the median of the absolute deviations
        from the median, unscaled; ``distance`` the signed deviation in these units, missing where ``mad`` is 0,
        because more than half of the cases then stand on one point; ``outlying`` from :data:`OUTLYING` on.
    """
    rated = [focus.id for focus in definition.foci if focus.kind == "rated"]
    counted = [group.id for group in definition.groups if group.weight > 0]
    used = evidence[evidence["focus"].isin(rated) & evidence["group"].isin(counted)]
    if neutral == "drop":
        used = used[used["magnitude"] != 0]
    rows: list[dict[str, Any]] = []
    for focus in [*rated, ""]:
        own = used[used["focus"] == focus] if focus else used
        cases = own.groupby(["case_id", "group"], sort=True)["magnitude"].agg(["mean", "size"]).reset_index()
        positions = (cases["mean"] / 2).round(6).to_numpy()
        median = float(np.median(positions)) if len(positions) else 0.0
        mad = float(np.median(np.abs(positions - median))) if len(positions) else 0.0
        for case, group, position, size in zip(cases["case_id"], cases["group"], positions, cases["size"], strict=True):
            distance = round((position - median) / mad, 4) if mad else None
            outlying = distance is not None and abs(distance) >= OUTLYING
            rows.append({"focus": focus, "case_id": case, "group": group, "position": float(position),
                         "segments": int(size), "median": round(median, 6), "mad": round(mad, 6),
                         "distance": distance, "outlying": outlying})  # fmt: skip
    columns = ["focus", "case_id", "group", "position", "segments", "median", "mad", "distance", "outlying"]
    return pd.DataFrame(rows, columns=columns)


def find_extreme_cases(outliers: pd.DataFrame, segments: pd.DataFrame, definition: StudyDefinition,
                       *, cases: int = 3, strongest: int = 2) -> pd.DataFrame:  # fmt: skip
    """Return the most and the least favourable cases over all rated foci, with their strongest segments.

    Parameters
    ----------
    outliers : DataFrame
        From :func:`find_outliers`.
    segments : DataFrame
        Codings in force.
    definition : StudyDefinition
        Its rated foci.
    cases, strongest : int
        How many at each end, and how many segments of each: those of the largest magnitude on that side.

    Returns
    -------
    DataFrame
        ``side`` (``most`` or ``least`` favourable), ``rank, case_id, group, position, segments, examples`` (coding
        ids). Of equal positions the one with more segments comes first, then the id. No case stands at both ends.
    """
    overall = outliers[outliers["focus"] == ""]
    cases = min(cases, len(overall) // 2)
    rated = [focus.id for focus in definition.foci if focus.kind == "rated"]
    rows = []
    for side, sign in (("most", 1), ("least", -1)):
        ordered = overall.assign(key=-sign * overall["position"], size=-overall["segments"])
        ordered = ordered.sort_values(["key", "size", "case_id"]).head(cases)
        for rank, case in enumerate(ordered.to_dict("records"), start=1):
            own = segments[(segments["case_id"] == case["case_id"]) & segments["focus"].isin(rated)]
            pointing = own[own["magnitude"] * sign > 0]
            facts = {name: case[name] for name in ("case_id", "group", "position", "segments")}
            examples = ";".join(_strongest(pointing, strongest))
            rows.append({"side": side, "rank": rank, **facts, "examples": examples})
    return pd.DataFrame(rows, columns=["side", "rank", "case_id", "group", "position", "segments", "examples"])


def find_longest(durations: pd.DataFrame, *, requests: int = 5) -> pd.DataFrame:
    """Return the completed requests that took longest, in working minutes, as :func:`build_durations` counted them."""
    done = durations[durations["minutes"].notna()]
    return done.sort_values(["minutes", "request_id"], ascending=[False, True]).head(requests).reset_index(drop=True)


def list_negative_evidence(findings: Sequence[Mapping[str, Any]], segments: pd.DataFrame) -> pd.DataFrame:
    """Return what speaks against each finding, or that it was looked for and not found.

    Parameters
    ----------
    findings : sequence of mapping
        The rated foci of the findings object.
    segments : DataFrame
        Codings in force.

    Returns
    -------
    DataFrame, a row a finding
        ``focus, searched`` (segments on the focus), ``segments`` (contrary ones), ``cases, groups`` (behind them) and
        ``examples``: all contrary coding ids, the strongest first; empty when there are none.
    """
    rows = []
    for finding in findings:
        contrary = segments[segments["coding_id"].isin(finding["contrary"])]
        rows.append({"focus": finding["id"], "searched": int((segments["focus"] == finding["id"]).sum()),
                     "segments": len(contrary), "cases": contrary["case_id"].nunique(),
                     "groups": contrary["group"].nunique(),
                     "examples": ";".join(_strongest(contrary, len(contrary)))})  # fmt: skip
    return pd.DataFrame(rows, columns=["focus", "searched", "segments", "cases", "groups", "examples"])


def _strongest(segments: pd.DataFrame, count: int) -> list[str]:
    ordered = segments.assign(size=-segments["magnitude"].abs()).sort_values(["size", "coding_id"])
    return [str(coding) for coding in ordered["coding_id"].head(count)]


def _share(part: int, total: int) -> float | None:
    return round(part / total, 4) if total else None
