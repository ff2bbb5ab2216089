"""What the office's own records show: work done, time taken, presence, satisfaction.

Owns tables and indicators from services.csv, attendance.csv and satisfaction.csv; compares them with no text.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pandas as pd

from kinerja_study.definition import ELEMENTS, Indicator, StudyDefinition
from kinerja_study.display.satisfaction import compute_satisfaction_index
from kinerja_study.display.working_time import WorkCalendar, minute_of_day

DURATIONS = ("minutes", "hours", "days", "open")
"""How long a request took: under 60 working minutes, under a working day, longer; or it is still open."""


def build_durations(services: pd.DataFrame, definition: StudyDefinition) -> pd.DataFrame:
    """Return each request with its working minutes and how they stand to the standard.

    Returns
    -------
    DataFrame, shape (n_requests, 9)
        ``request_id, service, officer_id, month, waited_for_signature, minutes, standard_minutes, duration,
        within_standard``. ``minutes`` is missing for an open request and where the study declares no hours;
        ``within_standard`` is ``yes``, ``no`` (an open request is ``no``), or empty where there is no standard.
    """
    calendar = WorkCalendar.of(definition)
    standards = definition.services.standard_minutes
    done = services["completed_at"].ne("")
    minutes = pd.Series(np.nan, index=services.index)
    if calendar.declared and done.any():
        minutes[done] = calendar.minutes_between(services.loc[done, "received_at"], services.loc[done, "completed_at"])
    standard = services["service"].map(standards).astype("float")
    day = calendar.longest_day if calendar.declared else np.nan
    duration = np.select([~done, minutes.isna(), minutes < 60, minutes < day], ["open", "", "minutes", "hours"], "days")
    decidable = standard.notna() & (minutes.notna() | ~done)
    within = np.select([~decidable, done & (minutes <= standard)], ["", "yes"], "no")
    return pd.DataFrame(
        {
            "request_id": services["request_id"],
            "service": services["service"],
            "officer_id": services["officer_id"],
            "month": services["received_at"].str[:7],
            "waited_for_signature": services["waited_for_signature"],
            "minutes": minutes,
            "standard_minutes": standard,
            "duration": duration,
            "within_standard": within,
        }
    )


def build_work_done(durations: pd.DataFrame) -> pd.DataFrame:
    """Return the table of work done: a row a service, month and officer.

    Returns
    -------
    DataFrame
        ``service, month, officer_id, requests`` and one column each of :data:`DURATIONS`.
    """
    keys = ["service", "month", "officer_id"]
    counts = pd.crosstab([durations[key] for key in keys], durations["duration"])
    counts = counts.reindex(columns=list(DURATIONS), fill_value=0)
    table = counts.reset_index()
    table.insert(3, "requests", counts.sum(axis=1).to_numpy())
    table.columns.name = None
    return table


def build_service_times(durations: pd.DataFrame) -> pd.DataFrame:
    """Return how long each service took against its standard.

    Returns
    -------
    DataFrame, a row a service
        ``service, requests, open, standard_minutes, median, p90, longest, within, share``; the times are working
        minutes of completed requests; ``share`` is of all requests, open ones counted as not within.
    """
    rows = []
    for service, own in durations.groupby("service", sort=True):
        minutes = own["minutes"].dropna()
        decided = own[own["within_standard"] != ""]
        within = int((decided["within_standard"] == "yes").sum())
        rows.append(
            {
                "service": service,
                "requests": len(own),
                "open": int((own["duration"] == "open").sum()),
                "standard_minutes": own["standard_minutes"].iloc[0],
                "median": _rounded(minutes.median()),
                "p90": _rounded(minutes.quantile(0.9)),
                "longest": _rounded(minutes.max()),
                "within": within,
                "share": round(within / len(decided), 4) if len(decided) else None,
            }
        )
    columns = ["service", "requests", "open", "standard_minutes", "median", "p90", "longest", "within", "share"]
    return pd.DataFrame(rows, columns=columns)


def build_presence(attendance: pd.DataFrame, definition: StudyDefinition) -> pd.DataFrame:
    """Return each employee and working day with lateness in minutes.

    Returns
    -------
    DataFrame, shape (n_rows_on_working_days, 7)
        ``date, weekday, employee_id, status, late_minutes, early_minutes, missing_out``; minutes late after the
        day's opening and early before its closing, 0 when in time, missing where not known.
    """
    calendar = WorkCalendar.of(definition)
    frame = attendance.reset_index(drop=True)
    late = minute_of_day(frame["time_in"]) - calendar.opening(frame["date"])
    early = calendar.closing(frame["date"]) - minute_of_day(frame["time_out"])
    worked = calendar.opening(frame["date"]).notna()
    present = frame["status"] == "present"
    table = pd.DataFrame(
        {
            "date": frame["date"],
            "weekday": pd.to_datetime(frame["date"]).dt.day_of_week,
            "employee_id": frame["employee_id"],
            "status": frame["status"],
            "late_minutes": late.clip(lower=0).where(present),
            "early_minutes": early.clip(lower=0).where(present),
            "missing_out": present & frame["time_out"].eq(""),
        }
    )
    return table[worked.to_numpy()].reset_index(drop=True)


def build_lateness(presence: pd.DataFrame) -> pd.DataFrame:
    """Return lateness by weekday.

    Returns
    -------
    DataFrame, a row a weekday
        ``weekday`` (0 is Monday), ``present, late, absent, missing_out, share`` (late among present) and ``mean``
        (minutes late of those who were late).
    """
    rows = []
    for weekday, own in presence.groupby("weekday", sort=True):
        present = own[own["status"] == "present"]
        late = present["late_minutes"] > 0
        rows.append(
            {
                "weekday": weekday,
                "present": len(present),
                "late": int(late.sum()),
                "absent": int((own["status"] == "absent").sum()),
                "missing_out": int(present["missing_out"].sum()),
                "share": round(float(late.mean()), 4) if len(present) else None,
                "mean": _rounded(present.loc[late, "late_minutes"].mean()),
            }
        )
    return pd.DataFrame(rows, columns=["weekday", "present", "late", "absent", "missing_out", "share", "mean"])


def build_satisfaction(satisfaction: pd.DataFrame) -> pd.DataFrame:
    """Return the mean of each element of the survey over those who answered it.

    Returns
    -------
    DataFrame, shape (9, 3)
        ``element, n, mean``; the mean lies in 1..4 and is missing where nobody answered.
    """
    answers = satisfaction[list(ELEMENTS)].replace("", None).astype("float")
    return pd.DataFrame(
        {"element": list(ELEMENTS), "n": answers.count().to_numpy(), "mean": answers.mean().round(6).to_numpy()}
    )


def compute_indicators(
    services: pd.DataFrame, attendance: pd.DataFrame, satisfaction: pd.DataFrame, definition: StudyDefinition
) -> pd.DataFrame:
    """Return each declared indicator with its value and the magnitude of its band, or the reason why it has none.

    Returns
    -------
    DataFrame, a row an indicator
        ``indicator, focus, group, measure, value, n, magnitude, reason, table``. ``reason`` names what is lacking:
        ``no_table``, ``no_standard``, ``no_hours``, ``no_answers``, ``below_bands``, or is empty.
    """
    tables = {"services": services, "attendance": attendance, "satisfaction": satisfaction}
    rows = []
    for indicator in definition.indicators:
        name, measure = _MEASURES[indicator.measure.partition(":")[0]]
        table = tables[name]
        if table.empty:
            value, n, reason = None, 0, "no_table"
        else:
            value, n, reason = measure(table, definition, indicator.measure.partition(":")[2])
        magnitude = None if value is None else _band(indicator, value)
        if value is not None and magnitude is None:
            reason = "below_bands"
        rows.append(
            {
                "indicator": indicator.id,
                "focus": indicator.focus,
                "group": indicator.group,
                "measure": indicator.measure,
                "value": value,
                "n": n,
                "magnitude": magnitude,
                "reason": reason,
                "table": name,
            }
        )
    columns = ["indicator", "focus", "group", "measure", "value", "n", "magnitude", "reason", "table"]
    return pd.DataFrame(rows, columns=columns)


_Measured = tuple[float | None, int, str]


def _share_within_standard(services: pd.DataFrame, definition: StudyDefinition, _: str) -> _Measured:
    if not definition.hours:
        return None, 0, "no_hours"
    within = build_durations(services, definition)["within_standard"]
    decided = within[within != ""]
    if decided.empty:
        return None, 0, "no_standard"
    return float((decided == "yes").mean()), len(decided), ""


def _share_present_on_time(attendance: pd.DataFrame, definition: StudyDefinition, _: str) -> _Measured:
    # Of those who should have been there: the sick, those on leave and on duty elsewhere should not.
    if not definition.hours:
        return None, 0, "no_hours"
    presence = build_presence(attendance, definition)
    due = presence[presence["status"].isin(["present", "absent"])]
    if due.empty:
        return None, 0, "no_table"
    return float((due["late_minutes"] == 0).mean()), len(due), ""


def _skm_index(satisfaction: pd.DataFrame, definition: StudyDefinition, _: str) -> _Measured:
    index = compute_satisfaction_index(build_satisfaction(satisfaction), definition.satisfaction.weight)
    return index, len(satisfaction), "" if index is not None else "no_answers"


def _skm_element(satisfaction: pd.DataFrame, _: StudyDefinition, element: str) -> _Measured:
    elements = build_satisfaction(satisfaction)
    own = elements[elements["element"] == element]
    n = int(own["n"].sum())
    return (float(own["mean"].sum()), n, "") if n else (None, 0, "no_answers")


_MEASURES: dict[str, tuple[str, Callable[[pd.DataFrame, StudyDefinition, str], _Measured]]] = {
    "share_within_standard": ("services", _share_within_standard),
    "share_present_on_time": ("attendance", _share_present_on_time),
    "skm_index": ("satisfaction", _skm_index),
    "skm_element": ("satisfaction", _skm_element),
}


def _band(indicator: Indicator, value: float) -> int | None:
    reached = [band.magnitude for band in indicator.bands if value >= band.edge]
    return reached[-1] if reached else None


def _rounded(value: Any) -> float | None:
    return None if pd.isna(value) else round(float(value), 2)
