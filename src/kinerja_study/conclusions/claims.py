"""Claims held against the findings.

Owns the status of each claim; the claims among each other are the audit's.
"""

from __future__ import annotations

import operator
from typing import Any

import pandas as pd

from kinerja_study.collection.claims import Assertion, parse_assertion
from kinerja_study.conclusions.obstacles import MINIMUM_CASES, mean_magnitude

COMPARE = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
    "=": operator.eq,
    "==": operator.eq,
}


def judge_claims(
    claims: pd.DataFrame, findings: dict[str, Any], segments: pd.DataFrame, indicators: pd.DataFrame
) -> list[dict[str, Any]]:
    """Hold each claim against the data.

    Returns
    -------
    list of dict
        ``id, status, evidence``; status is reproduced, contradicted, unsupported or not_testable, evidence a list of
        coding ids.
    """
    judged = []
    for claim in claims.to_dict("records"):
        assertion = parse_assertion(claim["asserts"]) if claim["asserts"] else None
        status: str = "not_testable"
        evidence: list[str] = []
        if assertion is not None and assertion.kind != "foci":
            status, evidence = _judge(assertion, claim["focus"], findings, segments, indicators)
        judged.append({"id": claim["id"], "status": status, "evidence": evidence})
    return judged


def _judge(
    assertion: Assertion, focus: str, findings: dict[str, Any], segments: pd.DataFrame, indicators: pd.DataFrame
) -> tuple[str, list[str]]:
    target = assertion.targets[0]
    if assertion.kind == "verdict":
        found = next((f for f in findings["foci"] if f["id"] == focus), None)
        if found is None or found["verdict"] is None:
            return "unsupported", []
        status = "reproduced" if found["verdict"] == target else "contradicted"
        return status, [*found["supporting"], *found["contrary"]]
    if assertion.kind == "indicator":
        return _judge_indicator(assertion, indicators), []
    own = segments[segments["code"] == target]
    evidence = list(own["coding_id"])
    cases = own["case_id"].nunique()
    mean = mean_magnitude(own) or 0.0
    if assertion.kind == "code":
        return ("reproduced" if cases >= MINIMUM_CASES else "unsupported"), evidence
    if assertion.kind == "recommends":
        if any(recommendation["code"] == target for recommendation in findings["recommendations"]):
            return "reproduced", evidence
        return ("contradicted" if mean > 0 and cases >= MINIMUM_CASES else "unsupported"), evidence
    asserted = mean if assertion.kind == "supports" else -mean
    if cases < MINIMUM_CASES or asserted == 0:
        return "unsupported", evidence
    return ("reproduced" if asserted > 0 else "contradicted"), evidence


def _judge_indicator(assertion: Assertion, indicators: pd.DataFrame) -> str:
    own = indicators[(indicators["indicator"] == assertion.targets[0]) & indicators["value"].notna()]
    if own.empty:
        return "unsupported"
    holds = COMPARE[assertion.operator](float(own["value"].iloc[0]), assertion.number)
    return "reproduced" if holds else "contradicted"
