from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from kinerja_study.collection import load_field_data
from kinerja_study.collection.field_data import FieldData
from kinerja_study.definition import ELEMENTS, StudyDefinition
from kinerja_study.display import compute_satisfaction_index
from kinerja_study.display.records import (
    build_durations,
    build_lateness,
    build_presence,
    build_satisfaction,
    build_service_times,
    build_work_done,
    compute_indicators,
)


@pytest.fixture(scope="module")
def office(make_tiny: Callable[[Path], Any], tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, FieldData]:
    study = make_tiny(tmp_path_factory.mktemp("catatan")).open()
    return study.definition, load_field_data(study)


def define(definition: StudyDefinition, **changes: Any) -> StudyDefinition:
    return definition.model_copy(update=changes)


def test_requests_are_measured_in_working_minutes_against_their_standard(office: Any) -> None:
    definition, data = office
    durations = build_durations(data.services, definition).set_index("request_id")
    # The arithmetic stands beside the table in tests/conftest.py.
    assert durations["minutes"].fillna(-1).tolist() == [10, 20, 20, 40, 15, -1]
    # R-2 takes 20 of 15, R-4 40 of 30; R-5 takes exactly its 15; R-6 is open.
    assert durations["within_standard"].tolist() == ["yes", "no", "yes", "no", "yes", "no"]
    assert durations["duration"].tolist() == ["minutes"] * 5 + ["open"]
    assert durations["month"].unique().tolist() == ["2024-03"]


@pytest.mark.parametrize(
    ("completed", "expected"),
    # Received at 07:31 on a Monday
    [
        ("2024-03-04T08:30", "minutes"),  # 59
        ("2024-03-04T08:31", "hours"),  # 60
        ("2024-03-04T16:00", "hours"),  # 449
        ("2024-03-05T07:31", "days"),  # 450: a working day
        ("", "open"),
    ],
)
def test_duration_is_told_in_minutes_hours_and_days_of_work(office: Any, completed: str, expected: str) -> None:
    services = pd.DataFrame(
        [("R-1", "sktm", "2024-03-04T07:31", completed, "E-1", "")],
        columns=["request_id", "service", "received_at", "completed_at", "officer_id", "waited_for_signature"],
    )
    assert build_durations(services, office[0])["duration"].tolist() == [expected]


def test_service_without_a_standard_is_neither_within_nor_outside_it(office: Any) -> None:
    definition, data = office
    only = define(definition, services=definition.services.model_copy(update={"standard_minutes": {"sktm": 30}}))
    within = build_durations(data.services, only).set_index("service")["within_standard"]
    assert set(within.loc["legalisasi"]) == {""}
    assert within.loc["sktm"].tolist() == ["yes", "no", "no"]


def test_without_declared_hours_nothing_is_measured(office: Any) -> None:
    definition, data = office
    durations = build_durations(data.services, define(definition, hours={}))
    assert durations["minutes"].isna().all()
    assert durations["duration"].tolist() == [""] * 5 + ["open"]


def test_work_done_counts_every_request_once(office: Any) -> None:
    definition, data = office
    work = build_work_done(build_durations(data.services, definition))
    assert list(work.columns) == ["service", "month", "officer_id", "requests", "minutes", "hours", "days", "open"]
    assert work.to_numpy().tolist() == [
        ["legalisasi", "2024-03", "E-1", 3, 3, 0, 0, 0],
        ["sktm", "2024-03", "E-2", 3, 2, 0, 0, 1],
    ]


def test_service_times_count_open_requests_as_not_within_the_standard(office: Any) -> None:
    definition, data = office
    times = build_service_times(build_durations(data.services, definition)).set_index("service")
    # legalisasi 10, 15, 20; sktm 20, 40 and one open. p90 of 20, 40 is 20 + 0.9 * 20.
    assert times.loc["legalisasi", ["requests", "open", "median", "longest", "within"]].tolist() == [3, 0, 15, 20, 2]
    assert times.loc["legalisasi", "share"] == 0.6667
    assert times.loc["sktm", ["requests", "open", "median", "p90", "longest", "within"]].tolist() == [
        3,
        1,
        30,
        38,
        40,
        1,
    ]
    assert times.loc["sktm", "share"] == 0.3333


def test_lateness_is_minutes_after_opening_on_working_days_only(office: Any) -> None:
    definition, data = office
    weekend = pd.DataFrame(
        [("2024-03-09", "E-1", "present", "09:00", "10:00"), ("2024-03-11", "E-1", "present", "09:00", "10:00")],
        columns=data.attendance.columns,
    )
    presence = build_presence(pd.concat([data.attendance, weekend]), definition)
    assert presence["late_minutes"].fillna(-1).tolist() == [0, 15, -1, 0]
    assert presence["early_minutes"].fillna(-1).tolist() == [0, 0, -1, 30]
    lateness = build_lateness(presence)
    # Monday: 1 of 2 late, by 15; Tuesday: 0 of 1
    assert lateness["weekday"].tolist() == [0, 1]
    assert lateness[["present", "late", "share"]].to_numpy().tolist() == [[2, 1, 0.5], [1, 0, 0.0]]
    assert lateness["mean"].fillna(-1).tolist() == [15, -1]


def test_forgotten_clocking_out_is_counted_and_is_no_early_leaving(office: Any) -> None:
    definition, data = office
    one = data.attendance.iloc[:1].assign(time_out="")
    presence = build_presence(one, definition)
    assert presence["missing_out"].tolist() == [True]
    assert presence["early_minutes"].isna().all()
    assert build_lateness(presence)["missing_out"].tolist() == [1]


def test_element_mean_leaves_out_who_did_not_answer(office: Any) -> None:
    elements = build_satisfaction(office[1].satisfaction).set_index("element")
    assert list(elements.index) == list(ELEMENTS)
    assert elements["mean"].unique().tolist() == [3]
    assert (elements.at["waktu", "n"], elements.at["pengaduan", "n"]) == (4, 3)
    assert compute_satisfaction_index(elements.reset_index()) == 75.0


def test_perfect_office_scores_one_hundred_and_a_silent_element_gives_no_index() -> None:
    perfect = pd.DataFrame({"mean": [4.0] * 9})
    assert compute_satisfaction_index(perfect) == 100.0
    assert compute_satisfaction_index(perfect.assign(mean=[4.0] * 8 + [None])) is None


def test_indicators_of_the_tiny_study_are_those_worked_out_by_hand(office: Any) -> None:
    definition, data = office
    found = compute_indicators(data.services, data.attendance, data.satisfaction, definition).set_index("indicator")
    # 3 of 6 within their standard; 2 of 3 due mornings in time (one was ill); 3 * 25
    assert found["value"].tolist() == pytest.approx([0.5, 2 / 3, 75.0])
    assert found["n"].tolist() == [6, 3, 4]
    # From 0.5 upward -1, the edge included; below 0.75 -1; from 65 -1
    assert found["magnitude"].tolist() == [-1, -1, -1]
    assert found["reason"].tolist() == ["", "", ""]


def test_indicator_that_cannot_be_computed_says_why(office: Any) -> None:
    definition, data = office
    empty = data.services.iloc[:0], data.attendance.iloc[:0], data.satisfaction.iloc[:0]
    full = data.services, data.attendance, data.satisfaction

    def reasons(tables: Any, chosen: StudyDefinition) -> list[str]:
        found = compute_indicators(*tables, chosen)
        lacking = found["reason"] != ""
        assert found.loc[lacking, "magnitude"].isna().all()
        return list(found["reason"])

    assert reasons(empty, definition) == ["no_table"] * 3
    assert reasons(full, define(definition, hours={})) == ["no_hours", "no_hours", ""]
    unset = definition.services.model_copy(update={"standard_minutes": {}})
    assert reasons(full, define(definition, services=unset)) == ["no_standard", "", ""]
    silent = data.satisfaction.assign(biaya="")
    assert reasons((data.services, data.attendance, silent), definition) == ["", "", "no_answers"]
    high = tuple(
        i.model_copy(update={"bands": (i.bands[-1].model_copy(update={"edge": 1000.0}),)})
        for i in definition.indicators
    )
    assert reasons(full, define(definition, indicators=high)) == ["below_bands"] * 3


def test_absent_without_leave_counts_as_not_in_time(office: Any) -> None:
    definition, data = office
    more = data.attendance.iloc[[0]].assign(employee_id="E-9", status="absent", time_in="", time_out="")
    found = compute_indicators(data.services, pd.concat([data.attendance, more]), data.satisfaction, definition)
    # 2 of 4
    assert found.set_index("indicator").at["hadir", "value"] == 0.5
