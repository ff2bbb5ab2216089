from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from kinerja_study.collection import load_field_data
from kinerja_study.condensation import build_segments
from kinerja_study.condensation.saturation import ORDERS, SETTINGS, build_saturation, compute_saturation, count_new
from kinerja_study.definition import StudyDefinition

# Made for this project, by the definition of Guest, Namey & Chen (2020): new codes of interviews 1 to 12.
NEW_CODES = [12, 7, 4, 2, 3, 1, 1, 0, 1, 0, 0, 0]
RUNS = {
    2: [0.16, 0.08, 0.04, 0.04, 0.04, 0.0, 0.0],  # 5-6, 6-7, ... 11-12: 4, 2, 1, 1, 1, 0, 0 of 25
    3: [0.2, 0.08, 0.08, 0.04, 0.04, 0.0],  # 5-7, ... 10-12: 5, 2, 2, 1, 1, 0 of 25
}

PRESENCE = arrays(bool, st.tuples(st.integers(1, 8), st.integers(0, 6)))


@pytest.mark.parametrize(("run", "ratios"), RUNS.items())
def test_ratios_are_the_new_codes_of_a_run_by_the_codes_of_the_base(run, ratios):
    saturation = compute_saturation(NEW_CODES, base=4, run=run, threshold=0.05)
    assert saturation.base_codes == 25
    assert saturation.ratios == pytest.approx(ratios)


@pytest.mark.parametrize(("run", "threshold", "at"), [(2, 0.05, 6), (2, 0.0, 9), (3, 0.05, 7), (3, 0.0, 9)])
def test_saturation_is_reached_at_the_first_run_at_or_below_the_threshold(run, threshold, at):
    # Published with the case as 6+2, 9+2, 7+3, 9+3.
    saturation = compute_saturation(NEW_CODES, base=4, run=run, threshold=threshold)
    assert (saturation.answer, saturation.at, saturation.reason) == ("reached", at, "")


def test_a_ratio_that_equals_the_threshold_reaches_it():
    assert compute_saturation([20, 0, 1, 0], base=2, run=2, threshold=0.05).at == 2


def test_not_reached_is_an_answer():
    saturation = compute_saturation([3, 1, 1, 1, 1, 1], base=2, run=2, threshold=0.05)
    assert (saturation.answer, saturation.at) == ("not_reached", None)


def test_a_later_run_above_the_threshold_stands_beside_the_answer():
    # 4+2 is reached at once; interviews 7-8 bring 2 of 10, 8-9 bring 3.
    saturation = compute_saturation([7, 1, 1, 1, 0, 0, 0, 2, 1], base=4, run=2, threshold=0.05)
    assert (saturation.at, saturation.again) == (4, 0.3)
    assert compute_saturation(NEW_CODES, base=4, run=2, threshold=0.05).again is None


def test_too_few_interviews_cannot_be_judged():
    saturation = compute_saturation([5, 0, 0, 0, 0], base=4, run=2, threshold=0.05)
    assert (saturation.answer, saturation.reason, saturation.ratios) == ("cannot_be_judged", "interviews", ())


def test_a_base_without_a_code_has_no_ratio_but_a_reason():
    saturation = compute_saturation([0, 0, 0, 0, 0, 1], base=4, run=2, threshold=0.05)
    assert (saturation.answer, saturation.reason, saturation.ratios) == ("cannot_be_judged", "base", ())


def test_new_codes_are_counted_where_they_first_stand_in_each_order():
    present = np.array([[1, 0, 0], [1, 1, 0], [0, 1, 1]], dtype=bool)
    assert count_new(present, np.array([[0, 1, 2], [2, 1, 0], [1, 2, 0]])).tolist() == [[1, 1, 1], [2, 1, 0], [2, 1, 0]]


def test_no_interview_and_no_code_bring_nothing():
    assert count_new(np.zeros((0, 3), dtype=bool), np.zeros((2, 0), dtype=int)).shape == (2, 0)
    assert count_new(np.zeros((2, 0), dtype=bool), np.array([[0, 1]])).tolist() == [[0, 0]]


@given(PRESENCE, st.data())
def test_the_names_of_codes_change_nothing(present, data):
    order = np.array([data.draw(st.permutations(range(present.shape[0])))])
    renamed = present[:, data.draw(st.permutations(range(present.shape[1])))]
    assert count_new(renamed, order).tolist() == count_new(present, order).tolist()


@given(PRESENCE, st.data())
def test_every_used_code_is_new_exactly_once(present, data):
    order = data.draw(st.permutations(range(present.shape[0])))
    seen: set[int] = set()
    expected = []
    for interview in order:
        codes = set(np.flatnonzero(present[interview]).tolist())
        expected.append(len(codes - seen))
        seen |= codes
    assert count_new(present, np.array([order])).tolist() == [expected]


@settings(max_examples=50)
@given(st.lists(st.integers(0, 4), max_size=12), st.integers(1, 4), st.integers(1, 3))
def test_a_higher_threshold_is_never_reached_later(new_codes, base, run):
    strict, lenient = (compute_saturation(new_codes, base=base, run=run, threshold=t) for t in (0.0, 0.05))
    assert (strict.answer == "cannot_be_judged") == (lenient.answer == "cannot_be_judged")
    if strict.at is not None:
        assert lenient.at is not None
        assert lenient.at <= strict.at


DEFINITION = StudyDefinition.model_validate(
    {
        "study": {
            "id": "uji",
            "title": "Uji",
            "site": "Kantor",
            "period": {"start": "2024-03-04", "end": "2024-03-22"},
            "provenance": "synthetic",
        },
        "foci": [{"id": "mutu", "kind": "rated"}],
        "groups": [{"id": "staf", "technique": "interview"}, {"id": "warga", "technique": "interview"}],
        "scale": {"name": "dua", "levels": [{"id": "buruk", "from": 20}, {"id": "baik", "from": 60}]},
    }
)
INFORMANTS = pd.DataFrame(
    {
        "informant_id": ["S-1", "W-1", "W-2"],
        "group": ["staf", "warga", "warga"],
        "consent": ["yes", "yes", "no"],
    }
)
CODEBOOK = pd.DataFrame({"code": ["A", "B", "C", "D"], "origin": ["inductive", "inductive", "inductive", "deductive"]})


def build(coded, speakers, dates):
    """Judge interviews T1, T2 ... of these speakers at these dates, coded as pairs of document and code."""
    documents = pd.DataFrame(
        {
            "document_id": [f"T{number}" for number in range(1, len(speakers) + 1)],
            "kind": "interview",
            "speakers": speakers,
            "date": dates,
        }
    )
    segments = pd.DataFrame(coded, columns=["document_id", "code"]).assign(technique="interview", group="staf")
    return build_saturation(segments, CODEBOOK, documents, INFORMANTS, DEFINITION)


def test_interviews_are_taken_by_their_dates_not_by_their_ids():
    _, curve = build([("T1", "B"), ("T2", "A")], ["S-1", "S-1"], ["2024-03-06", "2024-03-05"])
    inductive = curve[curve["origin"] == "inductive"]
    assert inductive["document_id"].tolist() == ["T2", "T1"]
    assert inductive["total"].tolist() == [1, 2]


def test_an_interview_without_a_coding_counts_as_an_interview_that_brings_nothing():
    dates = [f"2024-03-{day:02d}" for day in range(4, 11)]
    results, _ = build([("T1", "A"), ("T2", "B")], ["S-1"] * 7, dates)
    own = results[(results["group"] == "") & (results["origin"] == "inductive")].iloc[0]
    assert (own["interviews"], own["codes"], own["answer"], own["at"]) == (7, 2, "reached", 4)


def test_deductive_codes_are_counted_apart():
    dates = [f"2024-03-{day:02d}" for day in range(4, 10)]
    results, _ = build([("T1", "A"), ("T1", "D"), ("T6", "B")], ["S-1"] * 6, dates)
    first = results[(results["group"] == "") & (results["run"] == 2) & (results["threshold"] == 0.05)]
    answers = dict(zip(first["origin"], first["answer"], strict=True))
    assert answers == {"inductive": "not_reached", "deductive": "reached"}


def test_an_interview_that_nobody_consented_to_is_none():
    results, curve = build([("T1", "A")], ["S-1", "W-2"], ["2024-03-04", "2024-03-05"])
    assert set(curve["document_id"]) == {"T1"}
    assert set(results.loc[results["group"] == "warga", "interviews"]) == {0}


def test_a_study_without_interviews_cannot_be_judged():
    results, curve = build([], [], [])
    assert set(results["reason"]) == {"interviews"}
    assert curve.empty


def test_orders_that_do_not_reach_it_lie_beyond_every_number():
    # One code a interview of six: whatever the order, interviews 5 and 6 bring 2 new codes by the 4 of the base.
    codebook = CODEBOOK.assign(origin="inductive")
    documents = pd.DataFrame({"document_id": [f"T{n}" for n in range(6)], "kind": "interview", "speakers": "S-1"})
    coded = pd.DataFrame({"document_id": ["T0", "T1", "T2", "T3"], "code": ["A", "B", "C", "D"]})
    segments = coded.assign(technique="interview", group="staf")
    dated = documents.assign(date=[f"2024-03-0{n + 1}" for n in range(6)])
    results, _ = build_saturation(segments, codebook, dated, INFORMANTS, DEFINITION)
    row = results[(results["group"] == "") & (results["origin"] == "inductive") & (results["run"] == 2)].iloc[0]
    # In the order of collection all four codes stand in the base. It is so in 1 of C(6, 4) = 15 orders.
    assert (row["answer"], row["at"]) == ("reached", 4)
    assert row["orders_reached"] + row["orders_not_reached"] == ORDERS
    assert row["orders_reached"] / ORDERS == pytest.approx(1 / 15, abs=0.03)
    assert row["order_low"] == 4
    assert pd.isna(row["order_median"])
    assert pd.isna(row["order_high"])


def test_the_same_data_give_the_same_answer_in_every_run():
    dates = [f"2024-03-{day:02d}" for day in range(4, 12)]
    coded = [("T1", "A"), ("T3", "B"), ("T7", "C"), ("T2", "D")]
    one, other = (build(coded, ["S-1"] * 8, dates) for _ in range(2))
    assert all(a.equals(b) for a, b in zip(one, other, strict=True))


def test_every_group_and_origin_is_judged_by_every_setting(tiny):
    study = tiny.open()
    data = load_field_data(study)
    segments = build_segments(data.codings, coder="consensus")
    results, curve = build_saturation(segments, data.codebook, data.documents, data.informants, study.definition)
    assert len(results) == 4 * 2 * len(SETTINGS)
    # Six interviews, one a day; the only inductive code, LAIN-ANTRE, comes with the last, T6.
    own = results[(results["group"] == "") & (results["origin"] == "inductive")]
    assert own["reason"].tolist() == ["base", "base", "interviews", "interviews"]
    assert curve.loc[curve["origin"] == "inductive", "total"].tolist() == [0, 0, 0, 0, 0, 1]
    # Deductive: T1 HASIL TELITI RAPAT, T2 WAKTU TUNDA, T3 LISTRIK, then nothing new.
    assert curve.loc[curve["origin"] == "deductive", "count"].tolist() == [3, 2, 1, 0, 0, 0]
