from __future__ import annotations

import datetime as dt

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kinerja_study.definition import WEEKDAYS
from kinerja_study.display.working_time import WorkCalendar, minute_of_day

MON_TO_THU = [("07:30", "12:00"), ("13:00", "16:00")]  # 270 + 180 = 450 minutes
FRIDAY = [("07:30", "11:30"), ("13:00", "16:30")]  # 240 + 210 = 450 minutes
HOURS = {**dict.fromkeys(WEEKDAYS[:4], MON_TO_THU), "friday": FRIDAY}
HOLIDAY = dt.date(2024, 3, 11)  # a Monday
OFFICE = WorkCalendar(HOURS, [HOLIDAY])


def minutes(start: str, end: str, office: WorkCalendar = OFFICE) -> float:
    return float(office.minutes_between([start], [end])[0])


@pytest.mark.parametrize(
    ("start", "end", "expected"),
    [
        ("2024-03-04T08:00", "2024-03-04T08:10", 10),
        # 10 before noon, 10 after it
        ("2024-03-04T11:50", "2024-03-04T13:10", 20),
        # within the noon break
        ("2024-03-04T12:05", "2024-03-04T12:55", 0),
        # before opening and after closing
        ("2024-03-04T06:00", "2024-03-04T07:30", 0),
        ("2024-03-04T16:00", "2024-03-04T23:59", 0),
        # overnight: 30 on Monday, 30 on Tuesday
        ("2024-03-04T15:30", "2024-03-05T08:00", 60),
        # Friday has other hours: its noon break starts at 11:30
        ("2024-03-08T11:00", "2024-03-08T12:00", 30),
        # a weekend and a holiday: 10 on Friday, nothing until Tuesday, 10 then
        ("2024-03-08T16:20", "2024-03-12T07:40", 20),
        # received on Saturday, done on the holiday
        ("2024-03-09T09:00", "2024-03-11T15:00", 0),
        # a whole week: five days of 450
        ("2024-03-18T00:00", "2024-03-25T00:00", 2250),
        ("2024-03-04T09:00", "2024-03-04T09:00", 0),
        ("2024-03-04T09:00:30", "2024-03-04T09:01", 0.5),
        # over the end of February in a leap year: Thursday 29th, Friday 1st
        ("2024-02-29T00:00", "2024-03-02T00:00", 900),
    ],
)
def test_time_counts_only_while_the_office_is_open(start: str, end: str, expected: float) -> None:
    assert minutes(start, end) == expected


def test_holiday_is_not_worked_whatever_the_weekday() -> None:
    span = ("2024-03-11T08:00", "2024-03-11T09:00")
    assert (minutes(*span), minutes(*span, WorkCalendar(HOURS, []))) == (0, 60)


def test_many_requests_at_once_are_measured_each_by_itself() -> None:
    starts = ["2024-03-05T08:00", "2018-01-01T08:00", "2024-03-08T16:20"]
    ends = ["2024-03-05T08:01", "2018-01-01T08:02", "2024-03-12T07:40"]
    assert OFFICE.minutes_between(starts, ends).tolist() == [1, 2, 20]
    assert OFFICE.minutes_between([], []).tolist() == []


def test_opening_and_closing_are_missing_on_days_that_are_not_worked() -> None:
    days = ["2024-03-04", "2024-03-08", "2024-03-09", "2024-03-11"]
    assert OFFICE.opening(days).tolist()[:2] == [450, 450]
    assert OFFICE.closing(days).tolist()[:2] == [960, 990]
    assert OFFICE.opening(days).isna().tolist() == OFFICE.closing(days).isna().tolist() == [False, False, True, True]


def test_office_without_declared_hours_says_so() -> None:
    assert not WorkCalendar({}, []).declared
    assert OFFICE.declared
    assert OFFICE.longest_day == 450


def test_clock_time_is_minutes_after_midnight_and_missing_where_empty() -> None:
    found = minute_of_day(pd.Series(["07:30", "", "00:00", "23:59"]))
    assert found.fillna(-1).tolist() == [450, -1, 0, 1439]
    assert minute_of_day(pd.Series(["", ""])).isna().all()


moments = st.datetimes(dt.datetime(2024, 2, 26), dt.datetime(2024, 3, 20)).map(
    lambda moment: moment.replace(second=0, microsecond=0)
)


@settings(max_examples=100, deadline=None)
@given(three=st.tuples(moments, moments, moments).map(sorted))
def test_working_minutes_add_up_and_never_shrink(three: list[dt.datetime]) -> None:
    first, second, third = (moment.isoformat() for moment in three)
    assert minutes(first, second) + minutes(second, third) == minutes(first, third)
    assert 0 <= minutes(first, second) <= minutes(first, third)
    assert minutes(first, third) <= (three[2] - three[0]).total_seconds() / 60


@settings(max_examples=40, deadline=None)
@given(start=moments, length=st.integers(0, 5 * 24 * 60))
def test_working_minutes_equal_a_count_minute_by_minute(start: dt.datetime, length: int) -> None:
    def is_open(moment: dt.datetime) -> bool:
        spans = HOURS.get(WEEKDAYS[moment.weekday()], [])
        return moment.date() != HOLIDAY and any(a <= moment.strftime("%H:%M") < b for a, b in spans)

    end = start + dt.timedelta(minutes=length)
    counted = sum(is_open(start + dt.timedelta(minutes=minute)) for minute in range(length))
    assert minutes(start.isoformat(), end.isoformat()) == counted
