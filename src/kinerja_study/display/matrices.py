"""Matrices of cases, codes and groups, from which conclusions are drawn.

Owns the arrangement of segments into cells; a cell keeps what it was made of. Judges nothing.
"""

from __future__ import annotations

import pandas as pd

from kinerja_study.definition import Privacy

EVIDENCE_COLUMNS = ("focus", "case_id", "group", "technique", "magnitude", "document_id")


def build_evidence(segments: pd.DataFrame, indicators: pd.DataFrame) -> pd.DataFrame:
    """Return everything that counts on a focus: a row a segment, and a row an indicator that has a magnitude.

    Returns
    -------
    DataFrame
        ``focus, case_id, group, technique, magnitude, document_id``; the case of an indicator is its id, its technique
        ``record``, and it stands in no document.
    """
    measured = indicators[indicators["magnitude"].notna()]
    records = pd.DataFrame(
        {
            "focus": measured["focus"],
            "case_id": measured["indicator"],
            "group": measured["group"],
            "technique": "record",
            "magnitude": measured["magnitude"].astype(int),
            "document_id": "",
        }
    )
    return pd.concat([segments[list(EVIDENCE_COLUMNS)], records], ignore_index=True)


def build_case_focus(evidence: pd.DataFrame, *, neutral: str = "keep") -> pd.DataFrame:
    """Return the case x focus matrix in long form: a row a case and focus on which it says something.

    Parameters
    ----------
    evidence : DataFrame
        From :func:`build_evidence`.
    neutral : {"keep", "drop"}
        Whether magnitude 0 counts; a case that has nothing else is then silent.

    Returns
    -------
    DataFrame
        ``focus, case_id, group, technique, segments, against, neutral, for, position``; the position is the mean
        magnitude divided by 2, in [-1, 1].
    """
    if neutral == "drop":
        evidence = evidence[evidence["magnitude"] != 0]
    keys = ["focus", "case_id", "group", "technique"]
    magnitude = evidence["magnitude"]
    sides = {"against": magnitude < 0, "neutral": magnitude == 0, "for": magnitude > 0}
    counted = {"segments": ("magnitude", "size"), **{side: (side, "sum") for side in sides}}
    grouped = evidence.assign(**sides).groupby(keys, sort=True)
    table = grouped.agg(**counted, position=("magnitude", "mean")).reset_index()
    table["position"] = [round(mean / 2, 6) for mean in table["position"]]
    return table


def build_role_code(segments: pd.DataFrame, informants: pd.DataFrame, privacy: Privacy) -> pd.DataFrame:
    """Return the role x code matrix in long form: a row a role and code that it speaks of.

    Parameters
    ----------
    segments : DataFrame
        Codings in force.
    informants : DataFrame
        ``informant_id, role``.
    privacy : Privacy
        Says which roles are shown by their group only.

    Returns
    -------
    DataFrame
        ``group, role, code, focus, segments, cases, mean``; the role is empty for observations and documents and
        where it is shown by its group only. The mean is over cases, in -2..2.
    """
    named = informants[[not privacy.hides(role) for role in informants["role"]]]
    roles = dict(zip(named["informant_id"], named["role"], strict=True))
    segments = segments.assign(role=[roles.get(case, "") for case in segments["case_id"]])
    keys = ["group", "role", "code", "focus"]
    by_case = segments.groupby([*keys, "case_id"])["magnitude"].agg(["size", "mean"])
    table = by_case.groupby(keys, sort=True).agg(
        segments=("size", "sum"), cases=("size", "size"), mean=("mean", "mean")
    )
    table = table.reset_index()
    table["mean"] = [round(mean, 6) for mean in table["mean"]]
    return table


def build_cooccurrence(segments: pd.DataFrame) -> pd.DataFrame:
    """Count how often two codes stand on overlapping words.

    Returns
    -------
    DataFrame
        ``code, other, count`` with ``code < other``, most frequent first.
    """
    counts: dict[tuple[str, str], int] = {}
    ordered = segments.sort_values(["document_id", "start"])
    spans = [*zip(*(ordered[name].tolist() for name in ("document_id", "start", "end", "code")), strict=True)]
    for number, (document, _, end, code) in enumerate(spans, start=1):
        for place in range(number, len(spans)):
            where, start, _, other = spans[place]
            if where != document or start >= end:
                break
            if other != code:
                pair = (min(code, other), max(code, other))
                counts[pair] = counts.get(pair, 0) + 1
    rows = [{"code": a, "other": b, "count": n} for (a, b), n in counts.items()]
    table = pd.DataFrame(rows, columns=["code", "other", "count"])
    return table.sort_values(["count", "code", "other"], ascending=[False, True, True], ignore_index=True)
