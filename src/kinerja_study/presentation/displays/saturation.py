"""Saturation as a table and a curve: what the last interviews still brought, in their order and in others."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kinerja_study.condensation.saturation import EVERYONE, ORDERS, SETTINGS
from kinerja_study.presentation.blocks import Figure, Table
from kinerja_study.presentation.displays.cells import number, text
from kinerja_study.presentation.displays.drawing import drawn
from kinerja_study.presentation.displays.tabulating import tabled
from kinerja_study.presentation.figures.saturation import plot_saturation
from kinerja_study.presentation.material import Material

ORIGINS = ("inductive", "deductive")


def table_saturation(material: Material) -> Table:
    """Return saturation over all interviews for every setting, and for each group for the first."""
    say, wording = material.wording.say, material.wording
    base, run, threshold = SETTINGS[0]
    rows = []
    for row in _numbered(material.study.load("saturation_answers.csv")):
        if row["group"] != EVERYONE and (row["base"], row["run"], row["threshold"]) != (base, run, threshold):
            continue
        setting = say("saturation.setting", base=int(row["base"]), run=int(row["run"]), threshold=row["threshold"])
        rows.append(
            (
                text(say("saturation.all") if row["group"] == EVERYONE else material.group_label(row["group"])),
                text(say(f"origin.{row['origin']}")),
                number(wording, row["interviews"]),
                number(wording, row["base_codes"]),
                text(setting),
                text(describe_order(material, row)),
                text(describe_orders(material, row)),
            )
        )
    headings = ("scope", "codes", "n", "base", "setting", "own", "orders")
    note = say("saturation.note", orders=ORDERS)
    return tabled(
        material, "tabel-kejenuhan", say("saturation.caption"), headings, rows, under="saturation.heading_", note=note
    )


def describe_order(material: Material, row: dict[str, Any]) -> str:
    """Return what a row of saturation_answers.csv says of the order of collection."""
    say, run = material.wording.say, int(row["run"])
    if row["answer"] == "reached":
        return say("saturation.reached", at=int(row["at"]), run=run, threshold=row["threshold"], again=row["again"])
    if row["answer"] == "not_reached":
        return say("saturation.not_reached", last=row["last"])
    if row["reason"] == "base":
        return say("saturation.base")
    return say("saturation.interviews", interviews=int(row["interviews"]), needed=int(row["base"]) + run)


def describe_orders(material: Material, row: dict[str, Any]) -> str:
    """Return what a row of saturation_answers.csv says of random orders."""
    say, run = material.wording.say, int(row["run"])
    judged = row["orders_reached"] + row["orders_not_reached"]
    if not judged:
        return say("saturation.orders_undefined")
    undefined = row["orders_undefined"] / (judged + row["orders_undefined"])
    if not row["orders_reached"]:
        return say("saturation.orders_none", undefined_share=undefined)

    def placed(value: float | None) -> str:
        if value is None:
            return say("saturation.beyond")
        return say("saturation.place", at=material.wording.number(value), run=run)

    places = {name: placed(row[f"order_{name}"]) for name in ("median", "low", "high")}
    return say("saturation.orders", missed=row["orders_not_reached"] / judged, undefined_share=undefined, **places)


def figure_saturation(material: Material) -> Figure:
    """Return how the number of codes grew over all interviews, inductive and deductive apart, with its table."""
    say, wording = material.wording.say, material.wording
    curve = material.study.load("saturation_curve.csv")
    curve = curve.astype(dict.fromkeys(("rank", "total", "total_low", "total_high"), float))
    curves = [curve[curve["origin"] == origin].reset_index(drop=True) for origin in ORIGINS]
    interviews = len(curves[0])
    threshold = SETTINGS[0][2]
    names = {origin: say(f"origin.{origin}") for origin in ORIGINS}
    totals = [int(own["total"].max()) if interviews else 0 for own in curves]
    lines = [say("saturation.legend_line", origin=names[origin]) for origin in ORIGINS]
    legend = [*lines, say("saturation.legend_band"), say("saturation.legend_mark", threshold=threshold)]
    parts = [say("saturation.alt_part", total=t, origin=names[o]) for t, o in zip(totals, ORIGINS, strict=True)]
    return drawn(
        "gambar-kejenuhan",
        lambda: plot_saturation(
            curves,
            [_mark(material, origin) for origin in ORIGINS],
            ticks=[(rank, wording.number(rank)) for rank in range(1, interviews + 1, 1 + interviews // 20)],
            axis_label=say("saturation.axis"),
            legend_labels=legend,
            empty=say("legend.no_data"),
        ),
        caption=say("saturation.caption_curve"),
        alt=say("saturation.alt", interviews=interviews, parts=parts),
        source=material.table_source("texts"),
        table=_table_curve(material, curves),
    )


def _table_curve(material: Material, curves: list[pd.DataFrame]) -> Table:
    say, wording = material.wording.say, material.wording
    rows = []
    for own, other in zip(*(curve.to_dict("records") for curve in curves), strict=True):
        counts = [number(wording, row[name]) for row in (own, other) for name in ("count", "total")]
        date = material.wording.date(str(own["date"]))
        rows.append((number(wording, own["rank"]), text(str(own["document_id"])), text(date), *counts))
    named = [say(f"saturation.heading_{k}", origin=say(f"origin.{o}")) for o in ORIGINS for k in ("new", "total")]
    return Table(
        id="tabel-pertumbuhan-kode",
        caption=say("saturation.caption_curve"),
        headings=(say("saturation.heading_rank"), say("heading.document"), say("heading.date"), *named),
        rows=tuple(rows),
        source=material.table_source("texts"),
    )


def _mark(material: Material, origin: str) -> int | None:
    rows = _numbered(material.study.load("saturation_answers.csv"))
    row = next(r for r in rows if r["group"] == EVERYONE and r["origin"] == origin)
    return None if row["at"] is None else int(row["at"] + row["run"])


def _numbered(table: pd.DataFrame) -> list[dict[str, Any]]:
    # What is no name is a number, or None where there is none.
    words = ("group", "origin", "answer", "reason")
    return [
        {str(k): v if k in words else None if v == "" or pd.isna(v) else float(v) for k, v in row.items()}
        for row in table.to_dict("records")
    ]
