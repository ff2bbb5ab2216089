"""What hinders, and what is recommended against it.

Owns the ranking of obstacle codes and the choice of recommendations; both only restate coded evidence.
"""

from __future__ import annotations

import pandas as pd

from kinerja_study.definition import StudyDefinition

MINIMUM_CASES = 2
"""A code hinders, supports or has evidence only with as many cases."""


def rank_obstacles(segments: pd.DataFrame, codebook: pd.DataFrame, definition: StudyDefinition) -> pd.DataFrame:
    """Rank the codes of the obstacle foci that any case names as hindering.

    By how many cases name the code with a negative magnitude, then how many groups, then its mean magnitude (the
    more negative first), then the code.

    Returns
    -------
    DataFrame, a row a code
        ``rank, code, focus, label, cases, informants, groups, mean, segments, contrary``; ``groups``, ``segments``
        and ``contrary`` are lists, the last two of coding ids.
    """
    foci = [focus.id for focus in definition.foci if focus.kind == "obstacles"]
    order = [group.id for group in definition.groups]
    rows = []
    for code in codebook[codebook["focus"].isin(foci)].to_dict("records"):
        own = segments[segments["code"] == code["code"]]
        hindering = own[own["magnitude"] < 0]
        if hindering.empty:
            continue
        rows.append(
            {
                "code": code["code"],
                "focus": code["focus"],
                "label": code["label"],
                "cases": hindering["case_id"].nunique(),
                "informants": hindering.loc[hindering["technique"] == "interview", "case_id"].nunique(),
                "groups": sorted(set(hindering["group"]), key=order.index),
                "mean": mean_magnitude(own),
                "segments": list(hindering["coding_id"]),
                "contrary": list(own.loc[own["magnitude"] > 0, "coding_id"]),
            }
        )
    rows.sort(key=lambda row: (-row["cases"], -len(row["groups"]), row["mean"], row["code"]))
    columns = ["rank", "code", "focus", "label", "cases", "informants", "groups", "mean", "segments", "contrary"]
    return pd.DataFrame([{"rank": rank, **row} for rank, row in enumerate(rows, start=1)], columns=columns)


def mean_magnitude(segments: pd.DataFrame) -> float | None:
    """Return the mean over cases of each case's mean magnitude, in -2..2; None without segments."""
    if segments.empty:
        return None
    return round(float(segments.groupby("case_id")["magnitude"].mean().mean()), 6)


def hinders(segments: pd.DataFrame) -> bool:
    """Tell whether the segments of a code hinder: two cases or more, mean magnitude below 0."""
    mean = mean_magnitude(segments)
    return mean is not None and mean < 0 and segments["case_id"].nunique() >= MINIMUM_CASES


def build_recommendations(
    segments: pd.DataFrame, codebook: pd.DataFrame, obstacles: pd.DataFrame, definition: StudyDefinition
) -> tuple[list[dict[str, object]], list[str]]:
    """Return what is recommended, and the hindering codes for which the codebook recommends nothing.

    A recommendation answers an obstacle or a code that hinders; it rests on the segments that name it so.

    Returns
    -------
    recommendations : list of dict
        ``code, focus, text, rests_on``: first the rated and open foci in the order of the study, then the obstacles
        by rank.
    unanswered : list of str
        Codes.
    """
    ranks = dict(zip(obstacles["code"], obstacles["rank"], strict=True))
    foci = {focus.id: number for number, focus in enumerate(definition.foci)}
    answered, unanswered = [], []
    for number, code in enumerate(codebook.to_dict("records")):
        own = segments[segments["code"] == code["code"]]
        if code["code"] not in ranks and not hinders(own):
            continue
        if not code["recommendation"]:
            unanswered.append(code["code"])
            continue
        order = (1, ranks[code["code"]], 0) if code["code"] in ranks else (0, foci[code["focus"]], number)
        rests_on = list(own.loc[own["magnitude"] < 0, "coding_id"])
        row = {"code": code["code"], "focus": code["focus"], "text": code["recommendation"], "rests_on": rests_on}
        answered.append((order, row))
    return [row for _, row in sorted(answered, key=lambda pair: pair[0])], unanswered
