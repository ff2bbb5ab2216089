"""Matrices as tables and as a figure: sources by focus, roles by code, codes by codes."""

from __future__ import annotations

import pandas as pd

from kinerja_study.presentation.blocks import Cell, Figure, Side, Table
from kinerja_study.presentation.displays.cells import NOTHING, number, signed, text
from kinerja_study.presentation.displays.drawing import drawn
from kinerja_study.presentation.displays.tabulating import tabled
from kinerja_study.presentation.figures import plot_bars, plot_case_focus
from kinerja_study.presentation.material import Material

MOST_PAIRS = 20
"""Pairs of codes shown at most."""

PAIR_WIDTH = 3.6
"""Of the two names of a pair in a figure, in inches."""


def table_case_focus(material: Material) -> Table:
    """Return the case x focus matrix: the position of each source and how many segments it rests on."""
    say, language = material.wording.say, material.study.language
    matrix = material.case_focus[material.case_focus["technique"] != "record"]
    foci = [focus for focus in material.definition.foci if (matrix["focus"] == focus.id).any()]
    order = {group.id: number for number, group in enumerate(material.definition.groups)}
    cases = sorted(set(zip(matrix["group"], matrix["case_id"], strict=True)), key=lambda c: (order[c[0]], c[1]))
    cell = {(r["case_id"], r["focus"]): r for r in matrix.to_dict("records")}
    rows = []
    for group, case in cases:
        values = [cell.get((case, focus.id)) for focus in foci]
        cells = [
            Cell(text=NOTHING, number=True)
            if v is None
            else signed(material.wording, float(v["position"]), int(v["segments"]))
            for v in values
        ]
        rows.append((text(material.speaker(case)), text(material.group_label(group)), *cells))
    return Table(
        id="tabel-sumber-fokus",
        caption=say("caption.case_focus"),
        headings=(say("heading.case"), say("heading.group"), *(focus.name(language) for focus in foci)),
        rows=tuple(rows),
        source=material.table_source("texts"),
    )


def table_role_code(material: Material) -> Table:
    """Return for each code which roles speak against, neither and for: their mean magnitude, and of how many sources.

    As wide as the figure it would fit no page: hence the roles stand in the cells.
    """
    say = material.wording.say
    matrix = material.study.load("role_code.csv")
    roles = _roles(material, matrix)
    found = {(r["code"], (r["group"], r["role"])): r for r in matrix.to_dict("records")}
    rows = []
    for code in material.codebook.index:
        told: dict[Side | None, list[str]] = {"against": [], "neutral": [], "for": []}
        for role, label in roles.items():
            if own := found.get((code, role)):
                cell = signed(material.wording, float(own["mean"]), int(own["cases"]))
                told[cell.side].append(f"{label} {cell.text}")
        if any(told.values()):
            cells = (text("; ".join(parts) or NOTHING) for parts in told.values())
            rows.append((text(material.code_label(str(code))), *cells))
    headings = ("code", "against", "neutral", "for")
    note = say("matrices.note_role_code")
    return tabled(material, "tabel-peran-kode", say("caption.role_code"), headings, rows, note=note)


def _roles(material: Material, matrix: pd.DataFrame) -> dict[tuple[str, str], str]:
    """Return the label of each group and role that spoke, the roles of a group beside each other."""
    order = [group.id for group in material.definition.groups]
    pairs = sorted(set(zip(matrix["group"], matrix["role"], strict=True)), key=lambda p: (order.index(p[0]), p[1]))
    return {(group, role): role or material.group_label(group) for group, role in pairs}


def table_cooccurrence(material: Material) -> Table:
    """Return the pairs of codes that most often stand on overlapping words."""
    say = material.wording.say
    rows = [
        (
            text(material.code_label(str(pair["code"]))),
            text(material.code_label(str(pair["other"]))),
            number(material.wording, pair["count"]),
        )
        for pair in material.study.load("cooccurrence.csv")[:MOST_PAIRS].to_dict("records")
    ]
    return tabled(material, "tabel-kode-bersama", say("caption.cooccurrence"), ("code", "other", "together"), rows)


def figure_case_focus(material: Material) -> Figure:
    """Return the case x focus matrix as a figure with its table."""
    say, language = material.wording.say, material.study.language
    matrix = material.case_focus[material.case_focus["technique"] != "record"]
    order = {group.id: number for number, group in enumerate(material.definition.groups)}
    cases = sorted(set(zip(matrix["group"], matrix["case_id"], strict=True)), key=lambda c: (order[c[0]], c[1]))
    foci = {f.id: f.name(language) for f in material.definition.foci if (matrix["focus"] == f.id).any()}
    return drawn(
        "gambar-sumber-fokus",
        lambda: plot_case_focus(
            matrix,
            {case: material.speaker(case) for _, case in cases},
            foci,
            {group.id: group.name(language) for group in material.definition.groups},
            step_labels=[say(f"legend.step_{step}") for step in ("minus_2", "minus_1", "0", "plus_1", "plus_2")],
            silent_label=say("legend.silent"),
            empty=say("legend.no_data"),
        ),
        caption=say("caption.case_focus"),
        alt=say("alt.case_focus", cases=len(cases), foci=len(foci), filled=len(matrix)),
        source=material.table_source("texts"),
        table=table_case_focus(material),
    )


def figure_role_code(material: Material) -> Figure:
    """Return the role x code matrix as a figure with its table: the mean magnitude, and how many sources."""
    say, language = material.wording.say, material.study.language
    matrix = material.study.load("role_code.csv")
    roles = _roles(material, matrix)
    columns = {f"{group}/{role}": label for (group, role), label in roles.items()}
    cells = pd.DataFrame(
        {
            "group": matrix["focus"],  # the rows stand under their focus
            "case_id": matrix["code"],
            "focus": matrix["group"] + "/" + matrix["role"],
            "position": matrix["mean"] / 2,
            "segments": matrix["cases"],
        }
    )
    return drawn(
        "gambar-peran-kode",
        lambda: plot_case_focus(
            cells,
            {str(code): material.code_label(str(code)) for code in material.codebook.index},
            columns,
            {focus.id: focus.name(language) for focus in material.definition.foci},
            step_labels=[say(f"legend.step_{step}") for step in ("minus_2", "minus_1", "0", "plus_1", "plus_2")],
            silent_label=say("legend.silent"),
            column_groups=[group for group, _ in roles],
            all_groups={group.id: group.name(language) for group in material.definition.groups},
            empty=say("legend.no_data"),
        ),
        caption=say("caption.role_code"),
        alt=say("matrices.alt_role_code", codes=matrix["code"].nunique(), roles=len(roles), filled=len(matrix)),
        source=material.table_source("texts"),
        table=table_role_code(material),
    )


def figure_cooccurrence(material: Material) -> Figure:
    """Return the pairs of codes that most often stand on overlapping words, as a figure with its table."""
    say = material.wording.say
    found = material.study.load("cooccurrence.csv")
    pairs, segments = found[:MOST_PAIRS], material.segments["code"].value_counts()
    labels = [
        say("matrices.pair", one=material.code_label(one), other=material.code_label(other))
        for one, other in zip(pairs["code"], pairs["other"], strict=True)
    ]
    counts = [int(count) for count in pairs["count"]]
    rarer = [int(min(segments[one], segments[two])) for one, two in zip(pairs["code"], pairs["other"], strict=True)]
    table = pd.DataFrame({"label": labels, "length": counts, "whole": rarer, "first": counts, "second": rarer})
    return drawn(
        "gambar-kode-bersama",
        lambda: plot_bars(
            table,
            column_headings=[say("matrices.together"), say("matrices.rarer")],
            label_width=PAIR_WIDTH,
            around=0.4,
            empty=say("matrices.no_pairs"),
        ),
        caption=say("caption.cooccurrence"),
        alt=say("matrices.alt_cooccurrence", shown=len(pairs), pairs=len(found), first=labels[0] if labels else ""),
        source=material.table_source("texts"),
        table=table_cooccurrence(material) if labels else None,
    )
