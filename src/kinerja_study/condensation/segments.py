"""Coded segments in force, and how often each code stands in them.

Owns the choice of whose codings count and the counting by code; scores nothing.
"""

from __future__ import annotations

import pandas as pd

SEGMENT_COLUMNS = (
    "coding_id",
    "document_id",
    "start",
    "end",
    "quote",
    "code",
    "focus",
    "magnitude",
    "group",
    "case_id",
    "technique",
    "coder",
)


def build_segments(codings: pd.DataFrame, *, coder: str) -> pd.DataFrame:
    """Return the codings in force, those of one coder.

    Parameters
    ----------
    codings : DataFrame, shape (n_codings, 13)
        Checked codings of all coders.
    coder : str
        Whose codings are in force.

    Returns
    -------
    DataFrame, shape (n_segments, 12)
        In the order of the texts; magnitude is in -2..2, start and end are code points.
    """
    in_force = codings[codings["coder"] == coder]
    ordered = in_force.sort_values(["document_id", "start", "end", "code"], ignore_index=True)
    return ordered[list(SEGMENT_COLUMNS)]


def count_codes(segments: pd.DataFrame, codebook: pd.DataFrame) -> pd.DataFrame:
    """Count, for each code of the codebook, its segments and who speaks of it.

    Returns
    -------
    DataFrame, shape (n_codes, 11)
        ``code, focus, label, origin, segments, cases, informants, groups, against, neutral, for, mean``; ``mean`` is
        the mean over cases of each case's mean magnitude, in -2..2, empty where the code was never used.
    """
    rows = []
    for code in codebook.to_dict("records"):
        used = segments[segments["code"] == code["code"]]
        by_case = used.groupby("case_id")["magnitude"].mean()
        rows.append(
            {
                "code": code["code"],
                "focus": code["focus"],
                "label": code["label"],
                "origin": code["origin"],
                "segments": len(used),
                "cases": used["case_id"].nunique(),
                "informants": used.loc[used["technique"] == "interview", "case_id"].nunique(),
                "groups": used["group"].nunique(),
                "against": int((used["magnitude"] < 0).sum()),
                "neutral": int((used["magnitude"] == 0).sum()),
                "for": int((used["magnitude"] > 0).sum()),
                "mean": round(float(by_case.mean()), 4) if len(by_case) else None,
            }
        )
    return pd.DataFrame(rows)


def count_coders(codings: pd.DataFrame) -> pd.DataFrame:
    """Count what each coder did.

    Returns
    -------
    DataFrame, shape (n_coders, 7)
        ``coder, segments, documents, codes, against, neutral, for``.
    """
    rows = [
        {
            "coder": coder,
            "segments": len(own),
            "documents": own["document_id"].nunique(),
            "codes": own["code"].nunique(),
            "against": int((own["magnitude"] < 0).sum()),
            "neutral": int((own["magnitude"] == 0).sum()),
            "for": int((own["magnitude"] > 0).sum()),
        }
        for coder, own in codings.groupby("coder", sort=True)
    ]
    return pd.DataFrame(rows)
