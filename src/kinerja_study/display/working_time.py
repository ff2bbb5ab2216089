"""Working minutes: time that counts only while the office is open.

Owns the calendar of hours and holidays; knows no service and no employee.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kinerja_study.definition import WEEKDAYS, StudyDefinition


class WorkCalendar:
    """Hours per weekday, and the days that are not worked.

    Parameters
    ----------
    hours : mapping of str to sequence of (str, str)
        Spans of the day per weekday, as ``{"monday": [("07:30", "12:00")]}``; a weekday that is missing is not worked.
    holidays : sequence of date
        Days that are not worked whatever the weekday.

    Examples
    --------
    >>> office = WorkCalendar({"friday": [("07:30", "11:30")], "monday": [("07:30", "12:00")]}, [])
    >>> float(office.minutes_between(["2018-03-02T11:15"], ["2018-03-05T07:45"])[0])
    30.0
    """

    def __init__(self, hours: Mapping[Any, Sequence[Sequence[str]]], holidays: Sequence[dt.date]) -> None:
        self._spans = [[(_minute(a), _minute(b)) for a, b in hours.get(day, ())] for day in WEEKDAYS]
        self._holidays = np.array(sorted(holidays), dtype="datetime64[D]")

    @classmethod
    def of(cls, definition: StudyDefinition) -> WorkCalendar:
        """Return the calendar that a study declares."""
        return cls(definition.hours, definition.holidays.dates)

    @property
    def declared(self) -> bool:
        """Whether there are any working hours at all."""
        return any(self._spans)

    @property
    def longest_day(self) -> int:
        """Working minutes of the longest weekday."""
        return max(sum(end - start for start, end in spans) for spans in self._spans)

    def opening(self, days: Sequence[str] | pd.Series) -> pd.Series:
        """Return for each date the minute of the day at which work starts; missing where the day is not worked."""
        return self._on(days, [float(spans[0][0]) if spans else np.nan for spans in self._spans])

    def closing(self, days: Sequence[str] | pd.Series) -> pd.Series:
        """Return for each date the minute of the day at which work ends; missing where the day is not worked."""
        return self._on(days, [float(spans[-1][1]) if spans else np.nan for spans in self._spans])

    def _on(self, days: Sequence[str] | pd.Series, by_weekday: Sequence[float]) -> pd.Series:
        dates = np.asarray(days, dtype="datetime64[D]")
        minutes = np.array(by_weekday)[_weekday(dates)]
        minutes[np.isin(dates, self._holidays)] = np.nan
        return pd.Series(minutes)

    def minutes_between(
        self, start: Sequence[str] | pd.Series, end: Sequence[str] | pd.Series
    ) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Return the working minutes from each start to each end.

        Parameters
        ----------
        start, end : sequence of str, shape (n,)
            Timestamps such as ``2018-03-12T09:15`` in the study's time zone, start not after end.

        Returns
        -------
        ndarray, shape (n,)
            Minutes of office hours between the two, over nights, weekends and holidays.
        """
        starts, ends = np.asarray(start, dtype="datetime64[s]"), np.asarray(end, dtype="datetime64[s]")
        if not len(starts):
            return np.zeros(0)
        origin = starts.min().astype("datetime64[D]")
        days = np.arange(origin, ends.max().astype("datetime64[D]") + 2)
        whole = np.array([sum(b - a for a, b in spans) for spans in self._spans], dtype=float)[_weekday(days)]
        whole[np.isin(days, self._holidays)] = 0
        before = np.concatenate([[0.0], np.cumsum(whole)])
        elapsed: np.ndarray[tuple[int], np.dtype[np.float64]] = self._since(ends, origin, before) - self._since(
            starts, origin, before
        )
        return elapsed

    def _since(self, moments: np.ndarray, origin: np.datetime64, before: np.ndarray) -> np.ndarray:
        days = moments.astype("datetime64[D]")
        minute = (moments - days).astype("timedelta64[s]").astype(float) / 60
        within = np.zeros(len(moments))
        for weekday, spans in enumerate(self._spans):
            here = (_weekday(days) == weekday) & ~np.isin(days, self._holidays)
            for start, end in spans:
                within[here] += np.clip(minute[here] - start, 0, end - start)
        total: np.ndarray = before[(days - origin).astype(int)] + within
        return total


def minute_of_day(times: pd.Series) -> pd.Series:
    """Return clock times such as ``07:30`` as minutes after midnight; missing where empty."""
    parts = times.replace("", None).str.split(":", expand=True).astype("float")
    if parts.shape[1] < 2:
        return pd.Series(np.nan, index=times.index)
    return parts[0] * 60 + parts[1]


def _minute(clock: str) -> int:
    hour, minute = clock.split(":")
    return int(hour) * 60 + int(minute)


def _weekday(days: np.ndarray) -> np.ndarray:
    # 1970-01-01 was a Thursday; Monday is 0.
    weekday: np.ndarray = (days.astype("datetime64[D]").astype(int) + 3) % 7
    return weekday
