"""The verdict's evidence while it grows."""

from __future__ import annotations

import json


def test_the_evidence_is_scored_by_the_rules_of_the_study(room):
    found = json.loads(json.dumps(room.evidence("consensus"), allow_nan=False))
    foci = {focus["id"]: focus for focus in found["foci"]}
    # By hand in conftest.py.
    assert (foci["mutu"]["score"], foci["mutu"]["level"], foci["mutu"]["cases"]) == (65.0, "cukup_baik", 8)
    assert (foci["kerja"]["score"], foci["kerja"]["split"]) == (57.5, True)
    assert (foci["hambatan"]["informants"], "score" in foci["hambatan"]) == (5, False)
    assert (found["in_force"], found["records"]) == ("consensus", False)


def test_the_evidence_grows_from_nothing_to_a_verdict(enter, span):
    room = enter("budi")
    mutu = room.evidence()["foci"][0]
    assert (mutu["cases"], mutu["level"], mutu["lacking"]) == (0, None, ["evidence", "informants", "groups"])
    for document, words in (("T1", "sangat rapi"), ("T2", "sudah baik"), ("T5", "asal jadi")):
        room.do({"do": "code", **span(room, document, words), "code": "MUTU-HASIL", "magnitude": 1, "memo": ""})
    mutu = room.evidence()["foci"][0]
    assert (mutu["informants"], mutu["level"], mutu["score"]) == (
        3,
        "sangat_baik" if mutu["score"] >= 84 else "baik",
        80.0,
    )
