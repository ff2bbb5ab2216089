"""Tables and figures of the collection: what was gathered, and from whom."""

from __future__ import annotations

import pandas as pd

from kinerja_study.presentation.blocks import Cell, Figure, Table
from kinerja_study.presentation.displays.cells import number, text
from kinerja_study.presentation.displays.drawing import drawn
from kinerja_study.presentation.displays.tabulating import tabled
from kinerja_study.presentation.figures import plot_informants
from kinerja_study.presentation.material import Material


def table_texts(material: Material) -> Table:
    """Return the texts with their facts."""
    say = material.wording.say
    rows = []
    for document in material.documents.to_dict("records"):
        people = [material.speaker(i) for i in str(document["speakers"]).split(";") if i]
        recorded = str(document["recorded"])
        rows.append(
            (
                Cell(text=str(document["document_id"]), href=f"#teks-{document['document_id']}"),
                text(say(f"technique.{document['kind']}")),
                text(material.wording.listed(people)),
                text(material.wording.date(str(document["date"]))),
                number(material.wording, document["duration_minutes"]),
                text(say(f"recorded.{recorded if recorded in ('yes', 'no') else 'unknown'}")),
                number(material.wording, document["words"]),
            )
        )
    headings = ("document", "kind", "who", "date", "duration", "recorded", "words")
    return tabled(material, "tabel-teks", say("caption.texts"), headings, rows)


def table_informants(material: Material) -> Table:
    """Return the informants, one whose role would name the person by group only."""
    say, interviews = material.wording.say, material.documents["speakers"].str.split(";").explode().value_counts()
    rows = []
    for informant in material.heard.to_dict("records"):
        identity = str(informant["informant_id"])
        hidden = material.hidden_role(identity)
        rows.append(
            (
                text(identity),
                text(material.role(identity)),
                text(material.group_label(str(informant["group"]))),
                text(say(f"kind.{informant['kind']}")),
                text("–" if hidden else str(informant["sex"]) or "–"),
                text("–" if hidden else str(informant["age_band"]) or "–"),
                text("–") if hidden else number(material.wording, informant["years_of_service"]),
                text(say(f"consent.{informant['consent']}")),
                number(material.wording, interviews.get(identity, 0)),
            )
        )
    headings = ("informant", "role", "group", "informant_kind", "sex", "age", "years", "consent", "interviews")
    return tabled(material, "tabel-informan", say("caption.informants"), headings, rows)


def table_records(material: Material) -> Table:
    """Return which tables of records there are and what time they cover."""
    say, wording = material.wording.say, material.wording
    rows = []
    for name, column in (
        ("services", "received_at"),
        ("attendance", "date"),
        ("satisfaction", "date"),
        ("events", "date"),
    ):
        table: pd.DataFrame = material.study.load(f"{name}.csv")
        days = table[column].str[:10]
        span = f"{wording.date(days.min())} – {wording.date(days.max())}" if len(table) else say("records.absent")
        rows.append((text(say(f"records.{name}")), number(wording, len(table)), text(span)))
    return tabled(
        material, "tabel-catatan", say("caption.records"), ("table", "rows", "period"), rows, source="records"
    )


def figure_informants(material: Material) -> Figure:
    """Return who was asked, by role and group."""
    say, informants = material.wording.say, material.heard
    order = [group.id for group in material.definition.groups]
    shown = pd.DataFrame(
        {
            "group": informants["group"].to_numpy(),
            "role": [material.role(str(i)) for i in informants.index],
        }
    )
    counts = shown.groupby(["group", "role"], sort=False).size().reset_index(name="count")
    counts = counts.sort_values("group", key=lambda g: g.map(order.index), kind="stable", ignore_index=True)
    parts = [
        f"{material.group_label(str(group))} {own['count'].sum()}" for group, own in counts.groupby("group", sort=False)
    ]
    return drawn(
        "gambar-informan",
        lambda: plot_informants(counts, {g: material.group_label(g) for g in order}, empty=say("legend.no_data")),
        caption=say("caption.informants_figure"),
        alt=say("alt.informants", parts=parts),
        source=material.table_source("texts"),
        table=tabled(
            material,
            "tabel-peran",
            say("caption.informants_figure"),
            ("group", "role", "count"),
            [
                (text(material.group_label(row["group"])), text(row["role"]), number(material.wording, row["count"]))
                for row in counts.to_dict("records")
            ],
            source="",
        ),
    )
