from __future__ import annotations

import itertools

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinerja_study import display
from kinerja_study.collection import load_field_data
from kinerja_study.conclusions.triangulation import (
    PROMINENT,
    RESULTS,
    build_triangulation,
    compare_stances,
    list_cases,
    triangulate,
)
from kinerja_study.condensation import build_segments

GROUPS = ["atasan", "staf", "warga"]
# Three groups of 5, 4 and 1 cases: with 25 %, one of five is not prominent, one of four is.
CASES = pd.DataFrame(
    [(f"{group}-{number}", group, "interview") for group, size in zip(GROUPS, (5, 4, 1), strict=True)
     for number in range(size)],
    columns=["case_id", "group", "technique"],
)  # fmt: skip
ROWS = st.lists(
    st.tuples(st.sampled_from(["mutu", "kerja"]), st.sampled_from(CASES["case_id"].tolist()), st.integers(-2, 2)),
    min_size=1,
    max_size=30,
)


def stance(cases, of, mean):
    return {"cases": cases, "of": of, "mean": mean}


def frame_of(rows):
    frame = pd.DataFrame(rows, columns=["focus", "case_id", "magnitude"])
    return frame.assign(group=frame["case_id"].str.partition("-")[0], technique="interview")


def between_groups(rows, sets=GROUPS):
    return triangulate(frame_of(rows), CASES, matter="focus", between="group", sets=sets)


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        (stance(2, 4, 1.0), stance(3, 4, 0.5), ("agreement", False)),
        (stance(1, 5, -1.0), stance(1, 6, -2.0), ("agreement", False)),  # both below 25 %
        (stance(2, 4, 1.0), stance(1, 5, 1.0), ("partial", False)),  # same sign, other prominence
        (stance(2, 4, 1.0), stance(2, 4, 0.0), ("partial", False)),  # same prominence; nothing against it
        (stance(2, 4, 1.0), stance(2, 4, -0.5), ("partial", True)),  # same prominence, opposite: flagged on top
        (stance(2, 4, 1.0), stance(1, 5, 0.0), ("dissonance", False)),
        (stance(2, 4, 1.0), stance(1, 5, -1.0), ("dissonance", True)),
        (stance(2, 4, 1.0), stance(0, 5, None), ("silence", False)),
        (stance(0, 4, None), stance(0, 5, None), ("both_silent", False)),
    ],
)
def test_convergence_is_coded_by_meaning_and_prominence(one, other, expected):
    assert compare_stances(one, other) == expected
    assert compare_stances(other, one) == expected


def test_a_share_at_the_declared_one_is_prominent():
    assert PROMINENT == 0.25
    assert compare_stances(stance(1, 4, 1.0), stance(4, 4, 1.0))[0] == "agreement"
    assert compare_stances(stance(1, 5, 1.0), stance(4, 4, 1.0))[0] == "partial"


def test_a_talkative_case_weighs_no_more_than_a_brief_one():
    # atasan-0 speaks three times for, atasan-1 once against with 2: (1 - 2) / 2.
    rows = [("mutu", "atasan-0", 1)] * 3 + [("mutu", "atasan-1", -2), ("mutu", "staf-0", -1)]
    pair = between_groups(rows).iloc[0]
    assert (pair["one_cases"], pair["one_of"], pair["one_mean"]) == (2, 5, -0.5)
    assert (pair["result"], pair["conflict"]) == ("agreement", False)


def test_silence_is_a_row_not_a_gap():
    table = between_groups([("mutu", "atasan-0", 1), ("kerja", "atasan-0", 1), ("kerja", "staf-0", 1)])
    found = {(r["item"], r["one"], r["other"]): r["result"] for r in table.to_dict("records")}
    assert found == {
        ("mutu", "atasan", "staf"): "silence",
        ("mutu", "atasan", "warga"): "silence",
        ("mutu", "staf", "warga"): "both_silent",
        ("kerja", "atasan", "staf"): "partial",  # 1 of 5 is below, 1 of 4 at 25 %
        ("kerja", "atasan", "warga"): "silence",
        ("kerja", "staf", "warga"): "silence",
    }


def test_a_group_that_was_never_asked_is_in_no_pair():
    table = between_groups([("mutu", "atasan-0", 1)], sets=[*GROUPS, "tamu"])
    assert "tamu" not in {*table["one"], *table["other"]}


@given(ROWS)
def test_every_matter_has_a_row_for_every_pair(rows):
    table = between_groups(rows)
    expected = {(focus, *pair) for focus in {row[0] for row in rows} for pair in itertools.combinations(GROUPS, 2)}
    assert set(zip(table["item"], table["one"], table["other"], strict=True)) == expected
    assert len(table) == len(expected)
    assert set(table["result"]) <= set(RESULTS)


@given(ROWS, st.randoms())
def test_the_order_of_rows_changes_nothing(rows, random):
    shuffled = random.sample(rows, len(rows))
    key = ["item", "one", "other"]
    one, other = (between_groups(r).sort_values(key, ignore_index=True) for r in (rows, shuffled))
    pd.testing.assert_frame_equal(one, other)


@settings(max_examples=50)
@given(ROWS, st.permutations(GROUPS))
def test_the_order_and_the_names_of_groups_change_nothing(rows, names):
    def results(table, back):
        pairs = zip(table["item"], table["one"], table["other"], table["result"], table["conflict"], strict=True)
        return {(item, frozenset({back[one], back[other]}), result, c) for item, one, other, result, c in pairs}

    new = dict(zip(GROUPS, names, strict=True))
    renamed = frame_of(rows).assign(group=lambda frame: frame["group"].map(new))
    cases = CASES.assign(group=CASES["group"].map(new))
    table = triangulate(renamed, cases, matter="focus", between="group", sets=GROUPS)
    back = {name: group for group, name in new.items()}
    assert results(table, back) == results(between_groups(rows), {group: group for group in GROUPS})


@given(ROWS)
def test_turning_all_magnitudes_round_leaves_every_result(rows):
    turned = between_groups([(focus, case, -magnitude) for focus, case, magnitude in rows])
    table = between_groups(rows)
    assert turned[["result", "conflict"]].equals(table[["result", "conflict"]])


@pytest.fixture
def field(tiny):
    study = tiny.open()
    data = load_field_data(study)
    segments = build_segments(data.codings, coder="consensus")
    indicators = display.compute_indicators(data.services, data.attendance, data.satisfaction, study.definition)
    return study, data, segments, display.build_evidence(segments, indicators)


def test_a_focus_is_triangulated_between_all_its_groups(field):
    study, data, segments, evidence = field
    table = build_triangulation(segments, evidence, data.documents, data.informants, study.definition)
    own = table[(table["matter"] == "focus") & (table["between"] == "group") & (table["item"] == "mutu")]
    found = {(r["one"], r["other"]): (r["result"], r["conflict"]) for r in own.to_dict("records")}
    # Means, all of all cases: atasan 1.25, staf .5, warga -1.5, amatan 0, berkas 1; the SKM index 75 has band -1.
    agree, neutral, oppose = ("agreement", False), ("partial", False), ("partial", True)
    assert found == {
        ("atasan", "staf"): agree, ("atasan", "warga"): oppose, ("atasan", "amatan"): neutral,
        ("atasan", "berkas"): agree, ("atasan", "catatan"): oppose, ("staf", "warga"): oppose,
        ("staf", "amatan"): neutral, ("staf", "berkas"): agree, ("staf", "catatan"): oppose,
        ("warga", "amatan"): neutral, ("warga", "berkas"): oppose, ("warga", "catatan"): agree,
        ("amatan", "berkas"): neutral, ("amatan", "catatan"): neutral, ("berkas", "catatan"): oppose,
    }  # fmt: skip


def test_a_code_is_triangulated_between_techniques_without_records(field):
    study, data, segments, evidence = field
    table = build_triangulation(segments, evidence, data.documents, data.informants, study.definition)
    own = table[(table["matter"] == "code") & (table["between"] == "technique") & (table["item"] == "HAM-TUNDA")]
    # A-2 -1 and W-1 -2: 2 of 6 interviewed; the document +1; the observation says nothing.
    found = {(r["one"], r["other"]): (r["result"], r["conflict"]) for r in own.to_dict("records")}
    assert found == {
        ("interview", "observation"): ("silence", False),
        ("interview", "document"): ("partial", True),
        ("observation", "document"): ("silence", False),
    }


def test_neutral_codings_are_left_out_where_the_rules_drop_them(field):
    study, data, segments, evidence = field
    tables = [data.documents, data.informants, study.definition]
    dropped = build_triangulation(segments, evidence, *tables, neutral="drop")
    own = dropped[(dropped["matter"] == "focus") & (dropped["item"] == "mutu") & (dropped["one"] == "amatan")]
    assert set(own["result"]) == {"silence"}


def test_a_case_that_says_nothing_still_counts_among_those_who_could(field):
    study, data, _, evidence = field
    cases = list_cases(data.documents, data.informants, evidence[evidence["case_id"] != "W-2"], study.definition)
    assert set(cases.loc[cases["group"] == "warga", "case_id"]) == {"W-1", "W-2"}


def test_an_informant_who_did_not_consent_is_no_case(field):
    study, data, _, evidence = field
    refused = data.informants.assign(consent=["yes", "no", *["yes"] * 4])
    cases = list_cases(data.documents, refused, evidence, study.definition)
    assert set(cases.loc[cases["group"] == "atasan", "case_id"]) == {"A-1"}
