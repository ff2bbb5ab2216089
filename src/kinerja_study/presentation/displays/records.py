"""Tables and figures of the office's records: work done, time taken, presence, satisfaction, indicators."""

from __future__ import annotations

import datetime as dt

import pandas as pd
from babel.dates import format_date

from kinerja_study.display import DURATIONS
from kinerja_study.display.working_time import WorkCalendar
from kinerja_study.presentation.blocks import Cell, Figure, Table
from kinerja_study.presentation.displays.cells import NOTHING, number, share, text
from kinerja_study.presentation.displays.drawing import drawn
from kinerja_study.presentation.displays.tabulating import tabled
from kinerja_study.presentation.figures import plot_bars, plot_satisfaction, plot_service_times
from kinerja_study.presentation.material import Material
from kinerja_study.presentation.wording import lower_first, upper_first, write_magnitude


def weekday_label(material: Material, weekday: int) -> str:
    """Return the name of a weekday, 0 being Monday."""
    # 1 January 2018 was a Monday.
    return str(format_date(dt.date(2018, 1, 1 + int(weekday)), "EEEE", locale=material.study.language))


def month_label(material: Material, month: str) -> str:
    """Return ``2018-02`` as ``Februari 2018``."""
    return str(format_date(dt.date.fromisoformat(f"{month}-01"), "MMMM y", locale=material.study.language))


def table_work(material: Material) -> Table:
    """Return the work done: service x month x officer, and how many requests took minutes, hours, days."""
    say, wording = material.wording.say, material.wording
    rows = [
        (
            text(upper_first(material.service_label(str(row["service"])))),
            text(month_label(material, str(row["month"]))),
            text(str(row["officer_id"]) or NOTHING),
            *(number(wording, row[column]) for column in ("requests", *DURATIONS)),
        )
        for row in material.study.load("work.csv").to_dict("records")
    ]
    headings = ("service", "month", "officer", "requests", *DURATIONS)
    return tabled(material, "tabel-pekerjaan", say("caption.work"), headings, rows, source="records")


def table_durations(material: Material) -> Table:
    """Return per service how many requests took minutes, hours, days, or are open."""
    say, wording = material.wording.say, material.wording
    work = material.study.load("work.csv")
    columns = ["requests", *DURATIONS]
    counts = work.astype(dict.fromkeys(columns, "int")).groupby("service")[columns].sum()
    rows = [
        (text(upper_first(material.service_label(str(service)))), *(number(wording, row[c]) for c in columns))
        for service, row in counts.iterrows()
    ]
    headings = ("service", *columns)
    return tabled(
        material, "tabel-lama", say("caption.durations"), headings, rows, source="records", note=say("duration.note")
    )


def table_service_times(material: Material) -> Table:
    """Return the time of each service against its standard."""
    say, wording = material.wording.say, material.wording
    rows = [
        (
            text(upper_first(material.service_label(str(row["service"])))),
            number(wording, row["requests"]),
            number(wording, row["open"]),
            number(wording, row["standard_minutes"]),
            *(number(wording, row[column]) for column in ("median", "p90", "longest")),
            share(wording, row["share"]),
        )
        for row in material.study.load("service_times.csv").to_dict("records")
    ]
    headings = ("service", "requests", "open", "standard", "median", "p90", "longest", "share")
    return tabled(material, "tabel-waktu", say("caption.service_times"), headings, rows, source="records")


def table_lateness(material: Material) -> Table:
    """Return lateness by weekday."""
    say, wording = material.wording.say, material.wording
    rows = [
        (
            text(weekday_label(material, int(row["weekday"]))),
            *(number(wording, row[column]) for column in ("present", "late")),
            share(wording, row["share"]),
            number(wording, row["mean"]),
            *(number(wording, row[column]) for column in ("absent", "missing_out")),
        )
        for row in material.study.load("lateness.csv").to_dict("records")
    ]
    headings = ("weekday", "present", "late", "late_share", "late_mean", "absent", "missing_out")
    return tabled(material, "tabel-terlambat", say("caption.lateness"), headings, rows, source="records")


def table_satisfaction(material: Material) -> Table:
    """Return the mean of each element of the satisfaction survey."""
    say, wording = material.wording.say, material.wording
    rows = [
        (
            text(upper_first(say(f"element.{row['element']}"))),
            number(wording, row["mean"], 2),
            number(wording, row["n"]),
        )
        for row in material.study.load("satisfaction_elements.csv").to_dict("records")
    ]
    headings = ("element", "element_mean", "n")
    return tabled(material, "tabel-kepuasan", say("caption.satisfaction"), headings, rows, source="records")


def table_indicators(material: Material) -> Table:
    """Return each declared indicator with its value, or why it has none."""
    say, wording, language = material.wording.say, material.wording, material.study.language
    rows = []
    for row in material.indicators.to_dict("records"):
        missing = pd.isna(row["value"])
        shown = "" if missing else material.record_sentence(row)
        reason = say(f"record.{row['reason']}") if row["reason"] else shown
        magnitude = NOTHING if pd.isna(row["magnitude"]) else write_magnitude(int(row["magnitude"]))
        rows.append(
            (
                text(material.indicator_label(str(row["indicator"]))),
                text(material.definition.focus(str(row["focus"])).name(language)),
                (share if str(row["measure"]).startswith("share_") else number)(wording, row["value"]),
                number(wording, row["n"]),
                Cell(text=magnitude, number=True),
                text(reason),
            )
        )
    headings = ("indicator", "focus", "value", "n", "magnitude", "used")
    return tabled(material, "tabel-indikator", say("caption.indicators"), headings, rows, source="records")


def figure_service_times(material: Material) -> Figure:
    """Return service times against standards as a figure with its table."""
    say = material.wording.say
    times = material.study.load("service_times.csv").sort_values("standard_minutes", kind="stable", ignore_index=True)
    times = times.assign(label=[upper_first(material.service_label(service)) for service in times["service"]])
    within = int((times["median"].astype("float") <= times["standard_minutes"].astype("float")).sum())
    day = WorkCalendar.of(material.definition).longest_day or 450
    ticks = list(zip((1, 5, 15, 60, day, 5 * day), say("legend.minute_ticks").split(";"), strict=True))
    return drawn(
        "gambar-waktu",
        lambda: plot_service_times(
            times.astype(dict.fromkeys(("median", "p90", "longest", "standard_minutes"), "float")),
            ticks=ticks,
            axis_label=say("legend.work_minutes"),
            legend_labels=[say(f"legend.{k}") for k in ("median", "p90", "longest", "standard")],
            column_headings=[say("heading.requests"), say("heading.open")],
            empty=say("legend.no_data"),
        ),
        caption=say("caption.service_times"),
        alt=say("alt.service_times", services=len(times), within=within),
        source=material.table_source("records"),
        table=table_service_times(material),
    )


def figure_lateness(material: Material) -> Figure:
    """Return lateness by weekday as a figure with its table."""
    say, wording = material.wording.say, material.wording
    lateness = material.study.load("lateness.csv")
    rows = [
        {
            "label": weekday_label(material, int(row["weekday"])),
            "length": row["share"],
            "first": say("legend.of_present", late=row["late"], present=int(row["present"])),
            "second": NOTHING if pd.isna(row["mean"]) else wording.number(float(row["mean"]), 1),
        }
        for row in lateness.to_dict("records")
    ]
    table = pd.DataFrame(rows, columns=["label", "length", "first", "second"])
    known = table.dropna(subset="length")
    return drawn(
        "gambar-terlambat",
        lambda: plot_bars(
            table,
            ticks=[(value, wording.percent(value)) for value in (0, 0.1, 0.2, 0.3, 0.4, 0.5)]
            if known.empty or known["length"].max() <= 0.5
            else [(value, wording.percent(value)) for value in (0, 0.25, 0.5, 0.75, 1)],
            axis_label=say("legend.share_late"),
            column_headings=[say("heading.late"), say("heading.late_mean")],
            around=0.75,
            empty=say("legend.no_data"),
        ),
        caption=say("caption.lateness"),
        alt=say("alt.lateness", worst=_extreme(known, "length", ascending=False)),
        source=material.table_source("records"),
        table=table_lateness(material),
    )


def figure_satisfaction(material: Material) -> Figure:
    """Return the satisfaction survey by element as a figure with its table."""
    say, wording = material.wording.say, material.wording
    elements = material.study.load("satisfaction_elements.csv")
    table = elements.assign(
        label=[upper_first(say(f"element.{element}")) for element in elements["element"]],
        mean=elements["mean"].astype("float"),
        text=[NOTHING if pd.isna(m) else wording.number(float(m), 2) for m in elements["mean"]],
    )
    known = table.dropna(subset="mean")
    return drawn(
        "gambar-kepuasan",
        lambda: plot_satisfaction(
            table,
            ticks=[(value, wording.number(value)) for value in (1, 2, 3, 4)],
            axis_label=say("heading.element_mean"),
            column_headings=[say("heading.value"), say("heading.n")],
            empty=say("legend.no_data"),
        ),
        caption=say("caption.satisfaction"),
        alt=say(
            "alt.satisfaction",
            best=lower_first(_extreme(known, "mean", ascending=False)),
            worst=lower_first(_extreme(known, "mean", ascending=True)),
        ),
        source=material.table_source("records"),
        table=table_satisfaction(material),
    )


def _extreme(table: pd.DataFrame, column: str, *, ascending: bool) -> str:
    ordered = table.sort_values(column, ascending=ascending, kind="stable")
    return str(ordered["label"].iloc[0]) if len(ordered) else NOTHING
