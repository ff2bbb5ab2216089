"""How far a finding can be relied on: an adaptation of GRADE-CERQual to one study.

Owns the four components, each a concern with the facts behind it. The original rates review findings over many
studies; here the sources of one study take the place of studies, so this is an adaptation and is named so.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from kinerja_study.conclusions.stability import Stability
from kinerja_study.definition import Grading
from kinerja_study.study import Study

CONCERNS = ("none", "minor", "moderate", "serious")
OVERALL = ("tinggi", "sedang", "rendah", "sangat_rendah")


@dataclass(frozen=True, slots=True, kw_only=True)
class Grade:
    """Overall grade, and the components as ``(name, concern, facts)``."""

    overall: str
    components: tuple[tuple[str, str, dict[str, float]], ...]


def grade_finding(
    supporting: pd.DataFrame,
    contrary: pd.DataFrame,
    documents: pd.DataFrame,
    codings: pd.DataFrame,
    stability: Stability | None,
    study: Study,
) -> Grade:
    """Grade one finding that has a verdict.

    Parameters
    ----------
    supporting, contrary : DataFrame
        Segments on and off the side of the verdict.
    documents, codings : DataFrame
        Of the whole study.
    stability : Stability, optional
        Of the finding.
    study : Study
        Its period.

    References
    ----------
    .. [1] Lewin et al. (2018), Applying GRADE-CERQual to qualitative evidence synthesis findings, Implementation
       Science 13(S1), doi:10.1186/s13012-017-0688-3.
    """
    used = pd.concat([supporting, contrary])
    grading = study.definition.grade
    components = (
        _limitations(supporting, documents, codings, grading),
        _coherence(supporting, contrary, stability, grading),
        _adequacy(used, grading),
        _relevance(used, documents, study),
    )
    loss = sum({"serious": 2, "moderate": 1}.get(concern, 0) for _, concern, _ in components)
    loss += sum(concern == "minor" for _, concern, _ in components) // 2
    return Grade(overall=OVERALL[min(loss, 3)], components=components)


def _limitations(
    supporting: pd.DataFrame, documents: pd.DataFrame, codings: pd.DataFrame, grading: Grading
) -> tuple[str, str, dict[str, float]]:
    # A segment is weak when its text has two shortcomings: an interview that was not recorded, a text that fewer
    # than two coders have coded (consensus is no coder of its own when others are there).
    coders = codings[codings["coder"] != "consensus"].groupby("document_id")["coder"].nunique()
    texts = documents.set_index("document_id")
    weak = 0
    for document in supporting["document_id"]:
        unrecorded = texts.at[document, "kind"] == "interview" and texts.at[document, "recorded"] != "yes"
        weak += bool(unrecorded) + bool(coders.get(document, 0) < 2) >= 2
    share = weak / len(supporting) if len(supporting) else 1.0
    return "limitations", _by_share(share, grading.limitations), {"share": round(share, 6)}


def _coherence(
    supporting: pd.DataFrame, contrary: pd.DataFrame, stability: Stability | None, grading: Grading
) -> tuple[str, str, dict[str, float]]:
    directed = len(supporting) + len(contrary)
    share = len(contrary) / directed if directed else 0.0
    step = CONCERNS.index(_by_share(share, grading.coherence))
    flips = stability is not None and stability.leave_one_out < 1
    return "coherence", CONCERNS[min(step + flips, 3)], {"share": round(share, 6), "flips": float(flips)}


def _adequacy(used: pd.DataFrame, grading: Grading) -> tuple[str, str, dict[str, float]]:
    informants = used.loc[used["technique"] == "interview", "case_id"].nunique()
    groups, techniques = used["group"].nunique(), used["technique"].nunique()
    enough = groups >= grading.adequate_groups and techniques >= grading.adequate_techniques
    if informants >= grading.adequate_informants and enough:
        concern = "none"
    elif informants >= 3:
        concern = "minor"
    else:
        concern = "moderate" if informants == 2 else "serious"
    return "adequacy", concern, {"informants": informants, "groups": groups, "techniques": techniques}


def _relevance(used: pd.DataFrame, documents: pd.DataFrame, study: Study) -> tuple[str, str, dict[str, float]]:
    period = study.definition.study.period
    dates = used["document_id"].map(documents.set_index("document_id")["date"])
    outside = (dates < period.start.isoformat()) | (dates > period.end.isoformat())
    share = float(outside.mean()) if len(used) else 0.0
    return "relevance", _by_share(share, study.definition.grade.relevance), {"share": round(share, 6)}


def _by_share(share: float, edges: tuple[float, float, float]) -> str:
    return CONCERNS[sum(share >= edge for edge in edges)]
