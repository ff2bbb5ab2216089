from __future__ import annotations

import pandas as pd
from hypothesis import given
from hypothesis import strategies as st

from kinerja_study.conclusions.tactics import (
    OUTLYING,
    count_roles,
    find_extreme_cases,
    find_longest,
    find_outliers,
    list_negative_evidence,
    weigh_evidence,
)
from kinerja_study.definition import StudyDefinition

TECHNIQUES = {"staf": "interview", "warga": "interview", "amatan": "observation", "berkas": "document"}
LEVELS = [("tidak_baik", 20), ("kurang_baik", 36), ("cukup_baik", 52), ("baik", 68), ("sangat_baik", 84)]


def define(weights=None, **rules):
    weights = weights or {}
    return StudyDefinition.model_validate(
        {
            "study": {
                "id": "uji",
                "title": "Uji",
                "site": "Kantor",
                "period": {"start": "2024-03-04", "end": "2024-03-22"},
                "provenance": "synthetic",
            },
            "foci": [{"id": "mutu", "kind": "rated"}, {"id": "kerja", "kind": "rated"}, {"id": "lain", "kind": "open"}],
            "groups": [{"id": g, "technique": t, "weight": weights.get(g, 1.0)} for g, t in TECHNIQUES.items()],
            "scale": {"name": "lima", "levels": [{"id": name, "from": edge} for name, edge in LEVELS]},
            "rules": {"minimum_informants": 1, "minimum_groups": 1} | rules,
        }
    )


def evidence_of(*rows):
    frame = pd.DataFrame(rows, columns=["focus", "case_id", "group", "magnitude"])
    return frame.assign(
        technique=frame["group"].map(TECHNIQUES), coding_id=[f"{row[1]}:{n}" for n, row in enumerate(rows)]
    )


INFORMANTS = pd.DataFrame(
    [
        ("S-1", "staf", "Loket", "yes"),
        ("S-2", "staf", "Loket", "no_quote"),
        ("S-3", "staf", "Juru ketik", "yes"),
        ("W-1", "warga", "Petani", "yes"),
        ("W-2", "warga", "Petani", "no"),
    ],
    columns=["informant_id", "group", "role", "consent"],
)


def test_roles_are_counted_with_the_share_of_their_most_talkative_informant():
    said = evidence_of(
        *[("mutu", "S-1", "staf", 1)] * 5, *[("mutu", "S-2", "staf", 1)] * 1, *[("lain", "W-1", "warga", 0)] * 4,
        *[("mutu", "O-1", "amatan", 1)] * 9,
    )  # fmt: skip
    table = count_roles(said, INFORMANTS).set_index("role")
    # Ten segments of interviews; the observation is none, W-2 did not consent, S-3 said nothing that was coded.
    assert table["informants"].to_dict() == {"Loket": 2, "Juru ketik": 1, "Petani": 1}
    assert table["share"].to_dict() == {"Loket": 0.6, "Juru ketik": 0.0, "Petani": 0.4}
    assert table.loc["Loket", ["talkative", "talkative_share"]].tolist() == ["S-1", 0.5]


def test_without_a_segment_of_interviews_there_is_no_share():
    table = count_roles(evidence_of(("mutu", "O-1", "amatan", 1)), INFORMANTS)
    assert table["share"].isna().all()
    assert table["talkative_share"].isna().all()


def test_evidence_is_weighed_by_the_rules_alike_by_sources_and_first_hand():
    definition = define({"warga": 3.0})
    rows = [("mutu", "S-1", "staf", 2), ("mutu", "S-2", "staf", 2), ("mutu", "W-1", "warga", -2),
            ("mutu", "D-1", "berkas", 0)]  # fmt: skip
    table = weigh_evidence(evidence_of(*rows), definition, definition.rules)
    scores = table[table["focus"] == "mutu"].set_index("weighing")["score"].to_dict()
    # Groups 1, -1, 0. Weights 1, 3, 1: -2/5; alike: 0; cases 1, 1, -1, 0: 1/4; first hand 1, -1 with 1, 3: -2/4.
    assert scores == {"in_force": 44.0, "equal_groups": 60.0, "cases": 70.0, "first_hand": 40.0}
    verdicts = table[table["focus"] == "mutu"].set_index("weighing")["verdict"].to_dict()
    assert verdicts == {
        "in_force": "kurang_baik", "equal_groups": "cukup_baik", "cases": "baik", "first_hand": "kurang_baik"
    }  # fmt: skip


def test_a_group_of_weight_zero_counts_in_no_weighing():
    definition = define({"warga": 0.0})
    rows = [("mutu", "S-1", "staf", 1), ("mutu", "W-1", "warga", -2)]
    table = weigh_evidence(evidence_of(*rows), definition, definition.rules)
    assert set(table.loc[table["focus"] == "mutu", "score"]) == {80.0}


def test_a_weighing_without_enough_evidence_says_what_is_lacking():
    definition = define()
    table = weigh_evidence(evidence_of(("mutu", "D-1", "berkas", 1)), definition, definition.rules)
    row = table[(table["focus"] == "mutu") & (table["weighing"] == "first_hand")].iloc[0]
    assert pd.isna(row["score"])
    assert row["lacking"] == "evidence;informants;groups"


def test_distance_is_in_median_absolute_deviations_from_the_median():
    rows = [("mutu", f"S-{n}", "staf", m) for n, m in enumerate([0, 0, 1, 1, 2])] + [("mutu", "W-1", "warga", -2)]
    table = find_outliers(evidence_of(*rows), define())
    own = table[table["focus"] == "mutu"].set_index("case_id")
    # Positions 0 0 .5 .5 1 -1: median .25, deviations .25 .25 .25 .25 .75 1.25, MAD .25.
    assert set(own["median"]) == {0.25}
    assert set(own["mad"]) == {0.25}
    assert own["distance"].to_dict() == {"S-0": -1, "S-1": -1, "S-2": 1, "S-3": 1, "S-4": 3, "W-1": -5}
    assert own["outlying"].to_dict() == {
        "S-0": False, "S-1": False, "S-2": False, "S-3": False, "S-4": True, "W-1": True
    }  # fmt: skip
    assert OUTLYING == 3


def test_without_spread_there_is_no_distance_and_no_outlier():
    rows = [("mutu", f"S-{n}", "staf", 1) for n in range(4)] + [("mutu", "W-1", "warga", -2)]
    own = find_outliers(evidence_of(*rows), define()).query("focus == 'mutu'")
    assert own["distance"].isna().all()
    assert not own["outlying"].any()


def test_cases_over_all_rated_foci_stand_after_those_of_each():
    rows = [("mutu", "S-1", "staf", 2), ("kerja", "S-1", "staf", -1), ("lain", "S-1", "staf", 2)]
    table = find_outliers(evidence_of(*rows), define())
    assert table["focus"].tolist() == ["mutu", "kerja", ""]
    assert table["position"].tolist() == [1.0, -0.5, 0.25]  # the open focus has no part in it


def test_neutral_codings_are_left_out_of_positions_where_the_rules_drop_them():
    rows = [("mutu", "S-1", "staf", 2), ("mutu", "S-1", "staf", 0), ("mutu", "S-2", "staf", 0)]
    table = find_outliers(evidence_of(*rows), define(), neutral="drop")
    assert table.loc[table["focus"] == "mutu", ["case_id", "position"]].to_numpy().tolist() == [["S-1", 1.0]]


def test_a_group_of_weight_zero_is_held_against_nobody():
    rows = [("mutu", "S-1", "staf", 2), ("mutu", "W-1", "warga", -2)]
    assert set(find_outliers(evidence_of(*rows), define({"warga": 0.0}))["case_id"]) == {"S-1"}


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(-2, 2)), min_size=1, max_size=30))
def test_turning_all_magnitudes_round_mirrors_every_distance(pairs):
    def distances(sign):
        rows = [("mutu", f"S-{case}", "staf", sign * magnitude) for case, magnitude in pairs]
        return find_outliers(evidence_of(*rows), define()).set_index(["focus", "case_id"])["distance"]

    assert distances(1).astype(float).eq(-distances(-1).astype(float)).equals(distances(1).notna())


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(-2, 2)), min_size=1, max_size=30), st.randoms())
def test_the_order_of_codings_changes_no_outlier(pairs, random):
    rows = [("mutu", f"S-{case}", "staf", magnitude) for case, magnitude in pairs]
    tables = [find_outliers(evidence_of(*r), define()) for r in (rows, random.sample(rows, len(rows)))]
    pd.testing.assert_frame_equal(*tables)


def test_extreme_cases_stand_at_one_end_with_their_strongest_segments_of_that_side():
    rows = [("mutu", "S-1", "staf", 2), ("kerja", "S-1", "staf", 1), ("kerja", "S-1", "staf", -1),
            ("mutu", "S-2", "staf", 0), ("mutu", "W-1", "warga", -1), ("kerja", "W-1", "warga", -2),
            ("lain", "W-1", "warga", -2)]  # fmt: skip
    said, definition = evidence_of(*rows), define()
    table = find_extreme_cases(find_outliers(said, definition), said, definition)
    assert table[["side", "case_id"]].to_numpy().tolist() == [["most", "S-1"], ["least", "W-1"]]
    assert table["examples"].tolist() == ["S-1:0;S-1:1", "W-1:5;W-1:4"]  # neither the contrary nor the open one


def test_longest_requests_are_completed_ones():
    durations = pd.DataFrame({"request_id": ["R-3", "R-1", "R-2", "R-4"], "minutes": [50.0, 50.0, None, 70.0]})
    assert find_longest(durations, requests=2)["request_id"].tolist() == ["R-4", "R-1"]


def test_contrary_segments_are_listed_the_strongest_first():
    said = evidence_of(
        ("mutu", "S-1", "staf", 1), ("mutu", "S-2", "staf", -1), ("mutu", "W-1", "warga", -2),
        ("kerja", "S-1", "staf", 1),
    )  # fmt: skip
    findings = [{"id": "mutu", "contrary": ["S-2:1", "W-1:2"]}, {"id": "kerja", "contrary": []}]
    table = list_negative_evidence(findings, said)
    assert table.iloc[0].to_dict() == {
        "focus": "mutu", "searched": 3, "segments": 2, "cases": 2, "groups": 2, "examples": "W-1:2;S-2:1"
    }  # fmt: skip
    assert table.iloc[1].to_dict() == {
        "focus": "kerja", "searched": 1, "segments": 0, "cases": 0, "groups": 0, "examples": ""
    }  # fmt: skip


def test_without_any_evidence_nobody_stands_apart():
    assert find_outliers(evidence_of().astype({"magnitude": int}), define()).empty
