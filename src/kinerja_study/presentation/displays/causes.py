"""Causes as the sources say them: a network, and the words beside it."""

from __future__ import annotations

from kinerja_study.presentation.blocks import Cell, Figure, Table
from kinerja_study.presentation.displays.cells import text
from kinerja_study.presentation.displays.drawing import drawn
from kinerja_study.presentation.displays.tabulating import tabled
from kinerja_study.presentation.figures import plot_causes
from kinerja_study.presentation.material import Material


def table_causes(material: Material) -> Table:
    """Return each cause with its effect, who says so, in which words."""
    say = material.wording.say
    rows = []
    for row in material.study.load("causes.csv").to_dict("records"):
        quote, other = (material.quotes[row[f"{side}_coding"]] for side in ("cause", "effect"))
        withheld = quote.withheld or other.withheld
        words = say("cause.withheld") if withheld else say("cause.quoted", text=row["quote"])
        rows.append(
            (
                text(material.code_label(row["cause"]), f"#{quote.place}"),
                text(material.code_label(row["effect"]), f"#{other.place}"),
                text(say("cause.said_by", speaker=quote.speaker, source=quote.source)),
                text(row["connective"]),
                Cell(text=words, href=f"#{quote.place}"),
            )
        )
    headings = ("cause", "effect", "said_by", "connective", "quote")
    note = say("cause.note", unread=_count_unread(material))
    return tabled(material, "tabel-sebab", say("cause.caption"), headings, rows, under="cause.heading_", note=note)


def figure_causes(material: Material) -> Figure:
    """Return the causal network with its table, or a figure that says that no source names a cause."""
    say = material.wording.say
    causes = material.study.load("causes.csv")
    edges = causes.groupby(["cause", "effect"], as_index=False).agg(cases=("case_id", "nunique"))
    kinds = {focus.id: focus.kind for focus in material.definition.foci}
    order = sorted(material.codebook.to_dict("records"), key=lambda code: kinds[code["focus"]] != "obstacles")
    return drawn(
        "gambar-sebab",
        lambda: plot_causes(
            edges,
            {str(code["code"]): str(code["label"]) for code in order},
            cause_heading=say("cause.heading_cause"),
            effect_heading=say("cause.heading_effect"),
            empty=say("cause.none", unread=_count_unread(material)),
        ),
        caption=say("cause.caption"),
        alt=say("cause.alt", arrows=len(edges), cases=causes["case_id"].nunique()),
        source=material.table_source("texts"),
        table=None if causes.empty else table_causes(material),
    )


def _count_unread(material: Material) -> int:
    turns = material.turns
    return int(((turns["shown"] != "true") & (turns["case_id"] != "")).sum())
