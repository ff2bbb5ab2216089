"""The findings object: everything that the closing chapters may say.

Owns its assembly from matrices; findings, conclusions and recommendations are three views of it.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd

from kinerja_study.conclusions.claims import judge_claims
from kinerja_study.conclusions.grade import Grade, grade_finding
from kinerja_study.conclusions.multiverse import build_alternatives
from kinerja_study.conclusions.obstacles import build_recommendations, mean_magnitude, rank_obstacles
from kinerja_study.conclusions.scoring import FocusScore, build_focus_evidence, score_focus
from kinerja_study.conclusions.stability import compute_stability
from kinerja_study.definition import Focus, Rules, Scale
from kinerja_study.study import Study

SCHEMA = "kinerja-findings/1"
MIDDLE = 60.0
"""Where magnitude 0 stands on 20..100."""

_REASONS = {
    "id": {
        "evidence": "tidak ada koding pada fokus ini",
        "informants": "informan {informants}, sedikitnya {minimum_informants}",
        "groups": "kelompok sumber yang terhitung {groups}, sedikitnya {minimum_groups}",
        "outside": "tidak ada kelompok di luar yang dinilai",
    },
    "en": {
        "evidence": "no coding on this focus",
        "informants": "informants {informants}, at least {minimum_informants} needed",
        "groups": "source groups that count {groups}, at least {minimum_groups} needed",
        "outside": "no group from outside was heard",
    },
}


def build_findings(
    study: Study,
    *,
    segments: pd.DataFrame,
    codings: pd.DataFrame,
    codebook: pd.DataFrame,
    indicators: pd.DataFrame,
    documents: pd.DataFrame,
    claims: pd.DataFrame,
) -> dict[str, Any]:
    """Draw every finding of a study.

    Parameters
    ----------
    study : Study
        Its definition and the rules in force.
    segments : DataFrame
        Codings in force.
    codings : DataFrame
        Those of all coders, for the multiverse.
    codebook, indicators, documents, claims : DataFrame
        As the earlier stages wrote them.

    Returns
    -------
    dict
        As ``findings.schema.json`` describes it.
    """
    definition, rules = study.definition, study.rules
    evidence = build_alternatives(study, codings, indicators)
    obstacles = rank_obstacles(_kept(segments, rules), codebook, definition)
    recommendations, unanswered = build_recommendations(_kept(segments, rules), codebook, obstacles, definition)
    findings: dict[str, Any] = {
        "schema": SCHEMA,
        "study": study.id,
        "provenance": definition.study.provenance,
        "rules": dict(rules),
        "foci": [
            _rated(study, focus, segments, evidence, documents, codings)
            for focus in definition.foci
            if focus.kind == "rated"
        ],
        "obstacles": obstacles.to_dict("records"),
        "open": [
            row
            for focus in definition.foci
            if focus.kind == "open"
            for row in _open(focus, _kept(segments, rules), codebook)
        ],
        "recommendations": recommendations,
        "unanswered": unanswered,
        "claims": [],
    }
    findings["claims"] = judge_claims(claims, findings, _kept(segments, rules), indicators)
    return findings


def finding_side(level: str | None, scale: Scale) -> int:
    """Return which magnitudes speak for a finding: 1 the positive ones, -1 the negative ones.

    A level that lies wholly in the lower half of the scale is supported by what speaks against good performance; any
    other, and a finding without a verdict, by what speaks for it.
    """
    edges = [*(one.edge for one in scale.levels), 100.0]
    upper = {one.id: edge for one, edge in zip(scale.levels, edges[1:], strict=True)}
    return -1 if level is not None and upper[level] <= MIDDLE else 1


def _kept(segments: pd.DataFrame, rules: Rules) -> pd.DataFrame:
    return segments[segments["magnitude"] != 0] if rules.neutral == "drop" else segments


def _rated(
    study: Study,
    focus: Focus,
    segments: pd.DataFrame,
    evidence: dict[str, pd.DataFrame],
    documents: pd.DataFrame,
    codings: pd.DataFrame,
) -> dict[str, Any]:
    definition, rules = study.definition, study.rules
    by_coder = {coder: frame[frame["focus"] == focus.id] for coder, frame in evidence.items()}
    score = score_focus(build_focus_evidence(by_coder[rules.coder], definition.groups, rules), definition.scale, rules)
    dates = {str(d): str(day) for d, day in zip(documents["document_id"], documents["date"], strict=True)}
    stability = compute_stability(by_coder, dates, definition, rules)
    own = _kept(segments[segments["focus"] == focus.id], rules)
    side = finding_side(score.level, definition.scale)
    supporting = own[own["magnitude"] * side > 0]
    contrary = own[own["magnitude"] * side < 0]
    grade = None if score.level is None else grade_finding(supporting, contrary, documents, codings, study)
    return {
        "id": focus.id,
        "verdict": score.level,
        "score": score.score,
        "reason": _reason(score, rules, study.language) if score.level is None else None,
        "lacking": list(score.lacking),
        "grade": None if grade is None else grade.overall,
        "grade_components": None if grade is None else _components(grade),
        "split": score.split,
        "informants": score.informants,
        "groups": score.groups,
        "counted_groups": list(score.counted),
        "balance": score.balance,
        "insiders": score.insiders,
        "outsiders": score.outsiders,
        "supporting": _ids(supporting),
        "contrary": _ids(contrary),
        "neutral": _ids(own[own["magnitude"] == 0]),
        "stability": None if stability is None else stability.as_dict(),
    }


def _ids(segments: pd.DataFrame) -> list[str]:
    return [str(coding) for coding in segments["coding_id"]]


def _reason(score: FocusScore, rules: Rules, language: str) -> str:
    facts = {"informants": score.informants, "groups": len(score.counted), **dict(rules)}
    facts["minimum_groups"] = max(rules.minimum_groups, 1)
    return "; ".join(_REASONS[language][lack].format(**facts) for lack in score.lacking)


def _components(grade: Grade) -> list[dict[str, Any]]:
    return [{"component": name, "concern": concern, "facts": facts} for name, concern, facts in grade.components]


def _open(focus: Focus, segments: pd.DataFrame, codebook: pd.DataFrame) -> Iterable[dict[str, Any]]:
    for code in codebook[codebook["focus"] == focus.id].to_dict("records"):
        own = segments[segments["code"] == code["code"]]
        if own.empty:
            continue
        yield {
            "focus": focus.id,
            "code": code["code"],
            "label": code["label"],
            "cases": int(own["case_id"].nunique()),
            "mean": mean_magnitude(own),
            "for": _ids(own[own["magnitude"] > 0]),
            "against": _ids(own[own["magnitude"] < 0]),
            "neutral": _ids(own[own["magnitude"] == 0]),
        }
