"""Records that end before they start."""

from __future__ import annotations

import pandas as pd
import pytest

from kinerja_study.collection.records import check_records


def services(received: str, completed: str) -> pd.DataFrame:
    return pd.DataFrame({"received_at": ["2018-03-01T08:00", received], "completed_at": ["", completed]}, index=[2, 5])


def attendance(came: str, left: str) -> pd.DataFrame:
    return pd.DataFrame({"time_in": ["", came], "time_out": ["07:00", left]}, index=[2, 5])


@pytest.mark.parametrize(
    ("received", "completed"),
    [
        ("2018-03-12T09:15", "2018-03-12T09:14"),
        ("2018-03-12T09:15", "2018-03-11T23:59"),
        ("2018-03-12T09:15:00", "2018-03-12T09:14"),
        ("2018-03-12T09:15", "2017-12-31T23:59:59"),
    ],
)
def test_request_completed_before_it_was_received_is_refused_at_its_row(received: str, completed: str):
    (fault,) = check_records("services", services(received, completed), "services.csv")
    assert (fault.file, fault.row, fault.column, fault.value) == ("services.csv", 5, "completed_at", completed)
    assert "before it was received" in fault.problem
    assert fault.cure


@pytest.mark.parametrize(
    ("received", "completed"),
    [
        ("2018-03-12T09:15", ""),
        ("2018-03-12T09:15", "2018-03-12T09:15"),
        ("2018-03-12T09:15:30", "2018-03-12T09:15"),
        ("2018-03-12T09:15", "2018-04-01T08:00"),
    ],
)
def test_open_request_and_one_completed_at_once_or_later_pass(received: str, completed: str):
    assert not list(check_records("services", services(received, completed), "services.csv"))


def test_employee_who_left_before_coming_is_refused_at_the_row():
    (fault,) = check_records("attendance", attendance("07:30", "07:29"), "attendance.csv")
    assert (fault.row, fault.column, fault.value) == (5, "time_out", "07:29")
    assert "left before coming" in fault.problem


@pytest.mark.parametrize(("came", "left"), [("07:30", "07:30"), ("07:30", ""), ("", "06:00"), ("07:30", "16:00")])
def test_missing_or_later_leaving_passes(came: str, left: str):
    assert not list(check_records("attendance", attendance(came, left), "attendance.csv"))


def test_other_tables_have_no_order_within_a_row():
    assert not list(check_records("events", pd.DataFrame({"start": ["14:00"], "end": ["09:00"]}), "events.csv"))
