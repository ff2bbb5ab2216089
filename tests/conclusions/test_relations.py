from __future__ import annotations

import ast
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import kinerja_study.conclusions
from kinerja_study.collection import load_field_data
from kinerja_study.conclusions import relations
from kinerja_study.conclusions.relations import PERMUTATIONS, compare_event_days, permute_days
from kinerja_study.display import build_durations

DAYS = [f"2024-03-{day:02d}" for day in range(4, 12)]
AWAY = pd.DataFrame({"date": DAYS[:2], "kind": "leader_away"})
REQUESTS = st.lists(
    st.tuples(st.sampled_from(DAYS), st.sampled_from(["sktm", "legalisasi"]), st.integers(0, 500), st.booleans()),
    min_size=1,
    max_size=25,
)


def tables_of(rows):
    """Return durations and services of requests given as day, service, minutes (None: open), waits for a signature."""
    frame = pd.DataFrame(rows, columns=["day", "service", "minutes", "waits"])
    identity = [f"R-{number}" for number in range(len(frame))]
    minutes = pd.to_numeric(frame["minutes"])
    durations = pd.DataFrame(
        {
            "request_id": identity,
            "service": frame["service"],
            "waited_for_signature": frame["waits"].map({True: "true", False: "false"}),
            "minutes": minutes,
            "within_standard": np.where(minutes <= 100, "yes", "no"),
        }
    )
    return durations, pd.DataFrame({"request_id": identity, "received_at": frame["day"] + "T09:00"})


def compare(rows, events=AWAY):
    return compare_event_days(*tables_of(rows), events)


def row_of(table, relation, service=""):
    return table[(table["relation"] == relation) & (table["service"] == service)].iloc[0]


def test_effect_is_the_difference_of_medians_among_requests_that_wait_for_a_signature():
    rows = [(DAYS[0], "sktm", 300, True), (DAYS[1], "sktm", 100, True), (DAYS[0], "sktm", 9, False),
            (DAYS[4], "sktm", 50, True), (DAYS[5], "sktm", 70, True), (DAYS[6], "sktm", 90, True),
            (DAYS[6], "sktm", None, True)]  # fmt: skip
    row = row_of(compare(rows), "leader_away_minutes")
    # 300 and 100 against 50, 70 and 90; who does not wait, and what is still open, has no part in it.
    assert (row["n_event"], row["n_other"], row["days_event"], row["days_other"]) == (2, 3, 2, 3)
    assert (row["value_event"], row["value_other"], row["effect"]) == (200.0, 70.0, 130.0)


def test_effect_is_the_difference_of_shares_overdue_open_requests_among_them():
    cuts = pd.DataFrame({"date": [DAYS[0]], "kind": "power_cut"})
    rows = [(DAYS[0], "sktm", 300, False), (DAYS[0], "sktm", None, False), (DAYS[0], "sktm", 20, True),
            (DAYS[3], "sktm", 20, False), (DAYS[4], "sktm", 500, False)]  # fmt: skip
    row = row_of(compare(rows, cuts), "power_cut_overdue")
    assert (row["value_event"], row["value_other"]) == (pytest.approx(2 / 3), 0.5)
    assert row["effect"] == 0.1667


def test_a_difference_that_is_the_same_in_no_service_is_noted_as_turning_round():
    # Slow ahli_waris is asked for on days without leader: all in all longer, in each service shorter.
    rows = [*[(DAYS[0], "ahli_waris", 400, True)] * 4, (DAYS[1], "sktm", 10, True),
            (DAYS[4], "ahli_waris", 450, True), *[(DAYS[5], "sktm", 20, True)] * 4]  # fmt: skip
    table = compare(rows)
    assert row_of(table, "leader_away_minutes")["effect"] == 380.0
    for service, effect in (("ahli_waris", -50.0), ("sktm", -10.0)):
        row = row_of(table, "leader_away_minutes", service)
        assert (row["effect"], row["flips"]) == (effect, True)


def test_a_service_that_goes_the_same_way_is_not_noted():
    rows = [(DAYS[0], "sktm", 40, True), (DAYS[4], "sktm", 20, True)]
    assert not row_of(compare(rows), "leader_away_minutes", "sktm")["flips"]


@pytest.mark.parametrize(
    ("days", "reason"), [([DAYS[5], DAYS[6]], "event_days"), ([DAYS[0], DAYS[1]], "other_days"), ([], "event_days")]
)
def test_without_requests_on_both_kinds_of_day_there_is_a_reason_and_no_number(days, reason):
    row = row_of(compare([(day, "sktm", 20, True) for day in days]), "leader_away_minutes")
    assert row["reason"] == reason
    assert all(pd.isna(row[name]) for name in ("value_event", "value_other", "effect", "p"))


def test_the_observed_arrangement_is_one_of_the_permutations():
    # Ten days, the five of the event all longer: 2 of C(10, 5) = 252 arrangements are as extreme, in two directions.
    values, day = np.arange(10.0) + 100 * (np.arange(10) < 5), np.arange(10)
    p = permute_days(values, day, np.arange(10) < 5, "overdue")
    assert p == pytest.approx(2 / 252, abs=0.006)
    assert p >= 1 / (PERMUTATIONS + 1)


def test_no_difference_at_all_has_p_one():
    assert permute_days(np.full(6, 3.0), np.arange(6), np.arange(6) < 2, "minutes") == 1.0


def test_days_are_permuted_so_that_many_requests_of_one_day_are_one_observation():
    # One event day of four, all its twenty requests overdue: by days a quarter of the arrangements is as extreme, and
    # permuting requests would have found none.
    values, day = np.repeat([1.0, 0.0, 0.0, 0.0], 20), np.repeat(np.arange(4), 20)
    event = np.array([True, False, False, False])
    assert permute_days(values, day, event, "overdue") == pytest.approx(0.25, abs=0.04)
    rng = np.random.default_rng(1)
    drawn = [rng.permutation(event[day]) for _ in range(500)]
    assert not any(values[on].mean() - values[~on].mean() >= 1 for on in drawn)


@settings(max_examples=15, deadline=None)
@given(REQUESTS, st.randoms())
def test_p_lies_in_its_range_and_the_order_of_requests_changes_nothing(rows, random):
    table = compare(rows)
    p = table["p"].dropna()
    assert ((p > 0) & (p <= 1)).all()
    pd.testing.assert_frame_equal(compare(random.sample(rows, len(rows))), table)


def test_events_are_found_by_their_date_and_kind(tiny):
    study = tiny.open()
    data = load_field_data(study)
    durations = build_durations(data.services, study.definition)
    table = compare_event_days(durations, data.services, data.events)
    # Power failed on 13 March: R-4 (40 minutes of 30) and R-5 (15 of 15). Else, which is open, of four.
    row = row_of(table, "power_cut_overdue")
    assert (row["n_event"], row["value_event"], row["n_other"], row["value_other"]) == (2, 0.5, 4, 0.5)
    # The leader was away on 14 March; R-6 of that day waits still.
    assert row_of(table, "leader_away_minutes")["reason"] == "event_days"


def test_no_module_that_makes_findings_knows_the_exploratory_tests():
    folder = Path(kinerja_study.conclusions.__file__).parent
    makers = [path for path in folder.glob("*.py") if path.name != Path(relations.__file__).name]
    assert len(makers) > 5
    for path in makers:
        tree = ast.parse(path.read_text("utf-8"))
        imported = {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
        if path.name != "__init__.py":
            assert relations.__name__ not in imported, path.name
