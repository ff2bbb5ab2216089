from __future__ import annotations

import json
from typing import Any

import jsonschema
import pandas as pd
import pytest

from kinerja_study.collection import load_field_data
from kinerja_study.conclusions import build_findings, finding_side
from kinerja_study.condensation import build_segments
from kinerja_study.display import compute_indicators
from kinerja_study.reproduction.binding import findings_schema


def draw(tiny: Any, **parameters: Any) -> dict[str, Any]:
    study = tiny.open(**parameters)
    data = load_field_data(study)
    return build_findings(
        study,
        segments=build_segments(data.codings, coder=study.rules.coder),
        codings=data.codings,
        codebook=data.codebook,
        indicators=compute_indicators(data.services, data.attendance, data.satisfaction, study.definition),
        documents=data.documents,
        claims=data.claims,
    )


def focus(findings: dict[str, Any], name: str) -> dict[str, Any]:
    return next(found for found in findings["foci"] if found["id"] == name)


def quotes(tiny: Any, coding_ids: list[str]) -> list[tuple[str, int]]:
    codings = load_field_data(tiny.open()).codings.set_index("coding_id")
    return sorted((str(codings.at[i, "document_id"]), int(codings.at[i, "magnitude"])) for i in coding_ids)


def test_verdicts_of_the_tiny_study_are_those_worked_out_by_hand(tiny: Any) -> None:
    # The arithmetic stands beside the codings in tests/conftest.py; the record group shows -1, so 40, and weighs 0.
    findings = draw(tiny)
    mutu, kerja = focus(findings, "mutu"), focus(findings, "kerja")
    assert (mutu["verdict"], mutu["score"], mutu["split"], mutu["informants"]) == ("cukup_baik", 65.0, False, 6)
    assert mutu["balance"] == {"against": 2, "neutral": 2, "for": 4}
    assert mutu["groups"] == {
        "atasan": 85.0, "staf": 70.0, "warga": 30.0, "amatan": 60.0, "berkas": 80.0, "catatan": 40.0,
    }  # fmt: skip
    assert mutu["counted_groups"] == ["atasan", "staf", "warga", "amatan", "berkas"]
    assert (mutu["insiders"], mutu["outsiders"]) == (78.33, 45.0)
    assert (kerja["verdict"], kerja["score"], kerja["split"], kerja["informants"]) == ("cukup_baik", 57.5, True, 5)
    assert kerja["balance"] == {"against": 2, "neutral": 0, "for": 4}
    # inside (3/4 + 1/2) / 2 = 5/8; outside (-1 - 1/2) / 2 = -3/4
    assert (kerja["insiders"], kerja["outsiders"]) == (85.0, 30.0)


def test_only_rated_foci_have_a_verdict(tiny: Any) -> None:
    assert [found["id"] for found in draw(tiny)["foci"]] == ["mutu", "kerja"]


def test_every_coding_supports_a_finding_or_speaks_against_it_or_neither(tiny: Any) -> None:
    findings = draw(tiny)
    mutu, kerja = focus(findings, "mutu"), focus(findings, "kerja")
    # Both are cukup_baik, which reaches above the middle: what praises supports them.
    supporting = [("D1", 1), ("T1", 1), ("T1", 2), ("T2", 1), ("T3", 1), ("T4", 1)]
    assert quotes(tiny, mutu["supporting"]) == supporting
    assert quotes(tiny, mutu["contrary"]) == [("T3", -1), ("T5", -1), ("T6", -2)]
    assert quotes(tiny, mutu["neutral"]) == [("O1", 0)]
    assert quotes(tiny, kerja["supporting"]) == [("T1", 1), ("T2", 2), ("T3", 1), ("T4", 1)]
    assert quotes(tiny, kerja["contrary"]) == [("O1", -1), ("T5", -2)]


def test_finding_in_the_lower_half_is_supported_by_what_blames(tiny: Any) -> None:
    # atasan .75, staf .5, warga -1 three times, amatan -.5: -2.25 / 6 = -.375
    tiny.replace("study.toml", 'id = "warga"\n', 'id = "warga"\nweight = 3\n')
    kerja = focus(draw(tiny), "kerja")
    assert (kerja["verdict"], kerja["score"]) == ("kurang_baik", 45.0)
    assert quotes(tiny, kerja["supporting"]) == [("O1", -1), ("T5", -2)]
    assert quotes(tiny, kerja["contrary"]) == [("T1", 1), ("T2", 2), ("T3", 1), ("T4", 1)]


@pytest.mark.parametrize(
    ("level", "side"),
    # The upper edge of kurang_baik is 52, that of cukup_baik 68; the middle is 60.
    [("tidak_baik", -1), ("kurang_baik", -1), ("cukup_baik", 1), ("baik", 1), ("sangat_baik", 1), (None, 1)],
)
def test_level_that_ends_at_or_below_the_middle_is_the_lower_half(tiny: Any, level: str | None, side: int) -> None:
    assert finding_side(level, tiny.open().definition.scale) == side


def test_stability_of_the_tiny_study_is_the_one_worked_out_by_hand(tiny: Any) -> None:
    # The sum of the five groups is .625; without A-1 .5, A-2 .75, S-1 .875, S-2 .375, W-1 .375, W-2 .875: at most
    # .875 / 5 = .175, so 67, and the verdict holds. Without W-1 and W-2 it is 1.375 / 4, so 73.75, and that of all
    # pairs moves it furthest. 65 lies 3 below 68.
    stability = focus(draw(tiny), "mutu")["stability"]
    assert (stability["leave_one_out"], stability["fragility"]) == (1.0, 2)
    assert stability["sensitive_to"] == ["W-1", "W-2"]
    assert stability["to_edge"] == 3.0
    # 2 aggregates, 3 weights, 2 ways with neutral words, 3 coders
    assert stability["specifications"] == 36


def test_grade_of_the_tiny_study_follows_from_its_contrary_words(tiny: Any) -> None:
    findings = draw(tiny)
    # mutu: 3 of 9 contrary; kerja: 2 of 6; both moderate, and nothing else is wrong with either.
    assert (focus(findings, "mutu")["grade"], focus(findings, "kerja")["grade"]) == ("sedang", "sedang")


@pytest.mark.parametrize("name", ["mutu", "kerja"])
def test_taking_a_supporting_quote_out_of_the_study_never_raises_a_grade(tiny: Any, name: str) -> None:
    order = ["tinggi", "sedang", "rendah", "sangat_rendah"]
    whole = focus(draw(tiny), name)
    files = {path.name: path.read_text("utf-8") for path in (tiny.raw / "codings").iterdir()}
    codings = load_field_data(tiny.open()).codings.set_index("coding_id")
    judged = 0
    for taken in range(1, len(whole["supporting"])):
        # One after another, and they stay out.
        quote = codings.at[whole["supporting"][taken - 1], "quote"]
        for file in files:
            rows = tiny.read(f"codings/{file}").splitlines(keepends=True)
            tiny.write(f"codings/{file}", "".join(row for row in rows if quote not in row))
        rest = focus(draw(tiny), name)
        if rest["grade"] is not None and set(rest["supporting"]) <= set(whole["supporting"]):
            assert order.index(rest["grade"]) >= order.index(whole["grade"])
            judged += 1
    assert judged


def test_obstacles_open_findings_and_recommendations_have_lists_of_their_own(tiny: Any) -> None:
    findings = draw(tiny)
    ranked = [(o["rank"], o["code"], o["cases"], o["informants"], o["groups"]) for o in findings["obstacles"]]
    assert ranked == [(1, "HAM-LISTRIK", 3, 3, ["staf", "warga"]), (2, "HAM-TUNDA", 2, 2, ["atasan", "warga"])]
    assert [len(o["contrary"]) for o in findings["obstacles"]] == [0, 1]
    assert [(row["code"], row["cases"], len(row["neutral"])) for row in findings["open"]] == [("LAIN-ANTRE", 2, 2)]
    # MUTU-TELITI hinders: (1 - 1 - 2 + 0) / 4; KERJA-WAKTU does not: (2 + 1 - 2 - 1) / 4 = 0
    assert [row["code"] for row in findings["recommendations"]] == ["MUTU-TELITI", "HAM-LISTRIK", "HAM-TUNDA"]
    assert findings["unanswered"] == []


def test_claims_of_the_tiny_study_are_held_against_its_findings(tiny: Any) -> None:
    statuses = {claim["id"]: claim["status"] for claim in draw(tiny)["claims"]}
    assert statuses == {
        "K1": "reproduced",
        "K2": "contradicted",
        "K3": "reproduced",
        "K4": "reproduced",
        "K5": "reproduced",
        "K6": "reproduced",
        "K7": "reproduced",  # A-2 -1, W-1 -2, D1 +1: below 0
        "K8": "contradicted",  # 3 of 6
        "K9": "not_testable",
        "K10": "not_testable",
    }


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("id", "informan 6, sedikitnya 7; kelompok sumber yang terhitung 5, sedikitnya 6"),
        ("en", "informants 6, at least 7 needed; source groups that count 5, at least 6 needed"),
    ],
)
def test_focus_without_enough_evidence_has_a_reason_and_no_number(tiny: Any, language: str, expected: str) -> None:
    found = focus(draw(tiny, language=language, minimum_informants=7, minimum_groups=6), "mutu")
    assert (found["verdict"], found["score"], found["grade"], found["stability"]) == (None, None, None, None)
    assert found["reason"] == expected
    assert found["lacking"] == ["informants", "groups"]


def test_focus_that_nobody_coded_has_a_reason(tiny: Any) -> None:
    for coder in ("consensus", "coder-a", "coder-b"):
        table = tiny.read(f"codings/{coder}.csv").splitlines(keepends=True)
        tiny.write(f"codings/{coder}.csv", "".join(line for line in table if ",KERJA-" not in line))
    tiny.remove("services.csv")
    tiny.remove("attendance.csv")
    found = focus(draw(tiny), "kerja")
    assert found["lacking"] == ["evidence", "informants", "groups"]
    assert found["supporting"] == found["contrary"] == found["neutral"] == []


def test_rules_in_force_are_said_and_move_the_findings(tiny: Any) -> None:
    # Dropped, O1 is silent on mutu; of the other groups the sum is .625, by four
    dropped = draw(tiny, neutral="drop")
    assert dropped["rules"]["neutral"] == "drop"
    assert focus(dropped, "mutu")["score"] == 66.25
    assert focus(dropped, "mutu")["neutral"] == []
    assert dropped["open"] == []
    # coder-b: A-1 1 and S-1 (2 - 1) / 4 = 1/4: atasan .75, staf .375; (.75 + .375 - .75 + 0 + .5) / 5 = .175
    assert focus(draw(tiny, coder="coder-b"), "mutu")["score"] == 67.0


def test_record_group_that_the_study_weighs_counts_in_the_score(tiny: Any) -> None:
    tiny.replace("study.toml", 'technique = "record"\n', 'technique = "record"\nweight = 1.0\n')
    found = focus(draw(tiny), "mutu")
    # (.625 - .5) / 6 = 1/48: 60.83
    assert (found["score"], found["counted_groups"][-1]) == (60.83, "catatan")
    assert found["balance"] == {"against": 3, "neutral": 2, "for": 4}
    assert found["informants"] == 6


def test_informant_who_may_not_be_quoted_counts_as_evidence(tiny: Any) -> None:
    assert focus(draw(tiny), "mutu")["groups"]["staf"] == 70.0
    codings = load_field_data(tiny.open()).codings
    assert set(codings.loc[codings["case_id"] == "S-2", "quote"]) == {""}


def test_findings_are_as_their_schema_says_and_every_id_is_a_segment(tiny: Any) -> None:
    findings = draw(tiny)
    jsonschema.validate(json.loads(json.dumps(findings, allow_nan=False)), findings_schema())
    codings = load_field_data(tiny.open()).codings
    known = set(codings.loc[codings["coder"] == "consensus", "coding_id"])
    pointed = [i for f in findings["foci"] for side in ("supporting", "contrary", "neutral") for i in f[side]]
    pointed += [i for o in findings["obstacles"] for i in (*o["segments"], *o["contrary"])]
    pointed += [i for r in findings["recommendations"] for i in r["rests_on"]]
    assert pointed
    assert set(pointed) <= known
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**findings, "total_score": 61.25}, findings_schema())


def test_every_coding_of_a_rated_focus_stands_on_one_side(tiny: Any) -> None:
    findings = draw(tiny)
    codings = load_field_data(tiny.open()).codings
    own = codings[codings["coder"] == "consensus"]
    for found in findings["foci"]:
        sides = [*found["supporting"], *found["contrary"], *found["neutral"]]
        assert sorted(sides) == sorted(own.loc[own["focus"] == found["id"], "coding_id"])
    assert pd.Series(own["coding_id"]).is_unique
