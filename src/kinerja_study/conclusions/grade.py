"""How far a finding can be relied on: an adaptation of GRADE-CERQual to one study.

Owns the four components, each a concern with the facts behind it. The original rates review findings over many
studies; here the sources of one study take the place of studies, so this is an adaptation and is named so.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

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
    study: Study,
) -> Grade:
    """Grade one finding that has a verdict.

    Each component can only worsen when something that supports the finding is taken away, whatever its quality. So
    weak evidence is never worse than none: it is the sound sources that are counted, not the share of weak ones.

    Parameters
    ----------
    supporting, contrary : DataFrame
        Segments on and off the side of the verdict.
    documents, codings : DataFrame
        Of the whole study.
    study : Study
        Its period.

    References
    ----------
    .. [1] Lewin et al. (2018), Applying GRADE-CERQual to qualitative evidence synthesis findings, Implementation
       Science 13(S1), doi:10.1186/s13012-017-0688-3.
    """
    grading = study.definition.grade
    texts = documents.set_index("document_id")
    components = (
        _limitations(supporting, texts, codings, grading),
        _coherence(supporting, contrary, grading),
        _adequacy(pd.concat([supporting, contrary]), grading),
        _relevance(supporting, texts, study),
    )
    loss = sum({"serious": 2, "moderate": 1}.get(concern, 0) for _, concern, _ in components)
    loss += sum(concern == "minor" for _, concern, _ in components) // 2
    return Grade(overall=OVERALL[min(loss, 3)], components=components)


def _limitations(
    supporting: pd.DataFrame, texts: pd.DataFrame, codings: pd.DataFrame, grading: Grading
) -> tuple[str, str, dict[str, float]]:
    # A text is sound unless it has two shortcomings: an interview that was not recorded, and fewer than two coders
    # (consensus is no coder of its own when others are there).
    coders = codings[codings["coder"] != "consensus"].groupby("document_id")["coder"].nunique()
    unrecorded = (texts["kind"] == "interview") & (texts["recorded"] != "yes")
    once = coders.reindex(texts.index, fill_value=0) < 2
    sources, sound = _sources(supporting, texts.index[~(unrecorded & once)])
    return "limitations", _by_count(sound, grading.limitations), {"sources": sources, "sound": sound}


def _coherence(supporting: pd.DataFrame, contrary: pd.DataFrame, grading: Grading) -> tuple[str, str, dict[str, float]]:
    directed = len(supporting) + len(contrary)
    share = len(contrary) / directed if directed else 1.0
    concern = CONCERNS[sum(share >= edge for edge in grading.coherence)]
    return "coherence", concern, {"share": round(share, 6)}


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


def _relevance(supporting: pd.DataFrame, texts: pd.DataFrame, study: Study) -> tuple[str, str, dict[str, float]]:
    period = study.definition.study.period
    inside = texts["date"].between(period.start.isoformat(), period.end.isoformat())
    sources, timely = _sources(supporting, texts.index[inside])
    return "relevance", _by_count(timely, study.definition.grade.relevance), {"sources": sources, "timely": timely}


def _sources(supporting: pd.DataFrame, texts: pd.Index[str]) -> tuple[int, int]:
    # How many sources support the finding, and how many of them in one of these texts.
    return supporting["case_id"].nunique(), supporting.loc[supporting["document_id"].isin(texts), "case_id"].nunique()


def _by_count(count: int, edges: tuple[int, int, int]) -> str:
    return CONCERNS[sum(count < edge for edge in edges)]
