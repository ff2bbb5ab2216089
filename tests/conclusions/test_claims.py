from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

from kinerja_study.conclusions.claims import judge_claims

FINDINGS: dict[str, Any] = {
    "foci": [
        {"id": "mutu", "verdict": "baik", "supporting": ["c1"], "contrary": ["c2"]},
        {"id": "kerja", "verdict": None, "supporting": ["c3"], "contrary": []},
    ],
    "recommendations": [{"code": "BURUK"}, {"code": "SATU"}],
}
SEGMENTS = pd.DataFrame(
    [
        ("BURUK", "S-1", -2),
        ("BURUK", "S-2", 1),
        ("BAIK", "S-1", 2),
        ("BAIK", "S-2", -1),
        ("IMBANG", "S-1", 1),
        ("IMBANG", "S-2", -1),
        ("SATU", "S-1", -2),
        ("SATU", "S-1", -2),
        ("PUJI", "S-1", 2),
        # By coding it would be -2 - 2 - 2 + 1 + 1; by case it is (-2 + 1 + 1) / 3 = 0.
        *[("LISAN", "S-1", -2)] * 3,
        ("LISAN", "S-2", 1),
        ("LISAN", "S-3", 1),
    ],
    columns=["code", "case_id", "magnitude"],
).assign(coding_id=lambda frame: [f"{code}-{n}" for n, code in enumerate(frame["code"])])
INDICATORS = pd.DataFrame([("tepat", 0.85), ("skm", None)], columns=["indicator", "value"])


def judge(asserts: str, focus: str = "") -> dict[str, Any]:
    claims = pd.DataFrame([{"id": "K1", "focus": focus, "asserts": asserts}])
    return judge_claims(claims, FINDINGS, SEGMENTS, INDICATORS)[0]


@pytest.mark.parametrize(
    ("asserts", "focus", "status"),
    [
        # verdict=<level>: that level | another | no verdict
        ("verdict=baik", "mutu", "reproduced"),
        ("verdict=cukup_baik", "mutu", "contradicted"),
        ("verdict=baik", "kerja", "unsupported"),
        ("verdict=baik", "hambatan", "unsupported"),
        # code=<code>: evidence in two cases or more | - | in fewer
        ("code=BURUK", "", "reproduced"),
        ("code=BAIK", "", "reproduced"),
        ("code=SATU", "", "unsupported"),
        ("code=TIADA", "", "unsupported"),
        # hinders=<code>: below 0 in two cases or more | above 0 | fewer cases, or 0
        ("hinders=BURUK", "", "reproduced"),
        ("hinders=BAIK", "", "contradicted"),
        ("hinders=SATU", "", "unsupported"),
        ("hinders=PUJI", "", "unsupported"),
        ("hinders=IMBANG", "", "unsupported"),
        ("hinders=LISAN", "", "unsupported"),
        ("hinders=TIADA", "", "unsupported"),
        # supports=<code>: above 0, two cases or more | below 0 | fewer cases, or 0
        ("supports=BAIK", "", "reproduced"),
        ("supports=BURUK", "", "contradicted"),
        ("supports=PUJI", "", "unsupported"),
        ("supports=IMBANG", "", "unsupported"),
        ("supports=TIADA", "", "unsupported"),
        # indicator=<id><op><number>: holds | does not | not computed
        ("indicator=tepat>=0.85", "", "reproduced"),
        ("indicator=tepat<=0,85", "", "reproduced"),
        ("indicator=tepat=0.85", "", "reproduced"),
        ("indicator=tepat==0.85", "", "reproduced"),
        ("indicator=tepat>0.85", "", "contradicted"),
        ("indicator=tepat<0.85", "", "contradicted"),
        ("indicator=tepat>=0.9", "", "contradicted"),
        ("indicator=skm>=75", "", "unsupported"),
        ("indicator=tiada>=1", "", "unsupported"),
        # recommends=<code>: the recommendations hold it | the code supports | neither
        ("recommends=BURUK", "", "reproduced"),
        ("recommends=SATU", "", "reproduced"),
        ("recommends=BAIK", "", "contradicted"),
        ("recommends=PUJI", "", "unsupported"),
        ("recommends=IMBANG", "", "unsupported"),
        # foci=..., or nothing: no matter for the data
        ("foci=mutu;kerja", "", "not_testable"),
        ("", "mutu", "not_testable"),
    ],
)
def test_claim_has_the_status_that_the_data_format_gives_it(asserts: str, focus: str, status: str) -> None:
    assert judge(asserts, focus)["status"] == status


def test_status_rests_on_the_codings_that_decide_it() -> None:
    assert judge("verdict=baik", "mutu")["evidence"] == ["c1", "c2"]
    assert judge("verdict=baik", "kerja")["evidence"] == []
    assert judge("hinders=BURUK")["evidence"] == ["BURUK-0", "BURUK-1"]
    assert judge("recommends=BURUK")["evidence"] == ["BURUK-0", "BURUK-1"]
    assert judge("indicator=tepat>=0.5")["evidence"] == judge("")["evidence"] == []


def test_every_claim_is_judged_in_its_order_and_a_study_without_claims_has_none() -> None:
    claims = pd.DataFrame([{"id": i, "focus": "", "asserts": a} for i, a in (("K2", ""), ("K1", "code=BAIK"))])
    judged = judge_claims(claims, FINDINGS, SEGMENTS, INDICATORS)
    assert [(row["id"], row["status"]) for row in judged] == [("K2", "not_testable"), ("K1", "reproduced")]
    assert judge_claims(claims.iloc[:0], FINDINGS, SEGMENTS, INDICATORS) == []
