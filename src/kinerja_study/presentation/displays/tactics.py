"""Testing tactics as tables: who was heard, what weighs how much, who stands apart, what speaks against a finding."""

from __future__ import annotations

from typing import Any

from kinerja_study.conclusions.relations import PERMUTATIONS
from kinerja_study.conclusions.tactics import OUTLYING, WEIGHINGS
from kinerja_study.presentation.blocks import Cell, Table
from kinerja_study.presentation.displays.cells import NOTHING, known, number, share, text
from kinerja_study.presentation.material import Material
from kinerja_study.presentation.wording import sign_of, upper_first

Rows = list[tuple[Cell, ...]]


def table_roles(material: Material) -> Table:
    """Return how many informants each role has, and how much of what was said comes from it."""
    wording = material.wording
    roles = material.study.load("roles.csv").to_dict("records")
    rows: Rows = [
        (
            text(material.group_label(row["group"])),
            text(material.role(row["talkative"])),
            number(wording, row["informants"]),
            number(wording, row["segments"]),
            share(wording, row["share"]),
            share(wording, row["talkative_share"]),
        )
        for row in roles
    ]
    note = ""
    if roles:
        most = max(roles, key=lambda row: known(row["talkative_share"]) or 0.0)
        note = wording.say(
            "tactics.note_roles",
            singles=sum(int(row["informants"]) == 1 for row in roles),
            roles=len(roles),
            who=material.speaker(most["talkative"]),
            share=known(most["talkative_share"]) or 0.0,
        )
    headings = ("heading.group", "heading.role", "tactics.heading_informants", "heading.segments",
                "tactics.heading_share", "tactics.heading_talkative")  # fmt: skip
    return _table(material, "roles", "peran", headings, rows, note)


def table_weighting(material: Material) -> Table:
    """Return the score of each rated focus as the rules weigh the evidence and as other weights would."""
    say = material.wording.say
    scored = {(row["focus"], row["weighing"]): row for row in material.study.load("weighting.csv").to_dict("records")}
    foci = dict.fromkeys(focus for focus, _ in scored)
    rows: Rows = [
        (_focus(material, focus), *(_scored(material, scored[focus, w]) for w in WEIGHINGS)) for focus in foci
    ]
    headings = ("heading.focus", *(f"tactics.{weighing}" for weighing in WEIGHINGS))
    return _table(material, "weighting", "bobot", headings, rows, say("tactics.note_weighting"))


def table_outliers(material: Material) -> Table:
    """Return the cases that stand apart on a focus, or over all rated foci, with their distance in MAD."""
    say, wording = material.wording.say, material.wording
    cases = material.study.load("outliers.csv")
    apart = cases[cases["outlying"] == "True"]
    rows: Rows = [
        (
            _focus(material, row["focus"]),
            text(material.speaker(row["case_id"])),
            text(material.group_label(row["group"])),
            *(_signed(material, row[name]) for name in ("position", "median", "distance")),
            number(wording, row["segments"]),
        )
        for row in apart.to_dict("records")
    ]
    flat = dict.fromkeys(cases.loc[cases["distance"] == "", "focus"])
    note = say("tactics.note_outliers", limit=OUTLYING, flat=[_focus(material, focus).text for focus in flat])
    headings = ("heading.focus", "heading.case", "heading.group", "tactics.heading_position",
                "tactics.heading_median", "tactics.heading_distance", "heading.segments")  # fmt: skip
    return _table(material, "outliers", "menyimpang", headings, rows or [_nobody(material, len(headings))], note)


def table_extremes(material: Material) -> Table:
    """Return the most and the least favourable cases, each with its strongest segments."""
    say, wording = material.wording.say, material.wording
    rows: Rows = []
    for row in material.study.load("extremes.csv").to_dict("records"):
        case = (
            text(say(f"tactics.{row['side']}")),
            text(material.speaker(row["case_id"])),
            _signed(material, row["position"]),
            number(wording, row["segments"]),
        )
        rows += [(*case, quote) for quote in _quotes(material, row["examples"])]
    headings = ("tactics.heading_end", "heading.case", "tactics.heading_position", "heading.segments",
                "tactics.heading_examples")  # fmt: skip
    return _table(material, "extremes", "ekstrem", headings, rows, say("tactics.note_extremes"))


def table_longest(material: Material) -> Table:
    """Return the requests that took longest, against their standard."""
    say, wording = material.wording.say, material.wording
    rows: Rows = [
        (
            text(row["request_id"]),
            text(upper_first(material.service_label(row["service"]))),
            number(wording, row["minutes"]),
            number(wording, row["standard_minutes"]),
            text(say(f"value.{row['waited_for_signature']}")),
        )
        for row in material.study.load("longest.csv").to_dict("records")
    ]
    headings = ("tactics.heading_request", "heading.service", "tactics.heading_minutes", "heading.standard",
                "tactics.heading_signature")  # fmt: skip
    return _table(material, "longest", "terlama", headings, rows or [_nobody(material, len(headings))], kind="records")


def table_negative(material: Material, quoted: int = 2) -> Table:
    """Return what speaks against each finding, the strongest quoted, or that it was looked for and not found."""
    say, wording = material.wording.say, material.wording
    rows: Rows = []
    for row in material.study.load("negative_evidence.csv").to_dict("records"):
        counts = (number(wording, row[name]) for name in ("searched", "segments", "cases", "groups"))
        facts = (_focus(material, row["focus"]), *counts)
        quotes = _quotes(material, ";".join(row["examples"].split(";")[:quoted]))
        rows += [(*facts, quote) for quote in quotes]
    headings = ("heading.focus", "tactics.heading_searched", "tactics.heading_contrary", "heading.cases",
                "heading.groups", "tactics.heading_examples")  # fmt: skip
    return _table(material, "negative", "bertentangan", headings, rows, say("tactics.note_negative"))


def table_relations(material: Material) -> Table:
    """Return the exploratory if-then tests: over all services with p, then service by service."""
    say, wording = material.wording.say, material.wording
    table = material.study.load("relations.csv")
    rows: Rows = []
    for row in table.to_dict("records"):
        whole = row["service"] == ""
        own = table[(table["relation"] == row["relation"]) & (table["service"] != "")]
        flips = [material.service_label(service) for service in own.loc[own["flips"] == "True", "service"]]
        note = say("tactics.flips") if row["flips"] == "True" else NOTHING
        if row["reason"]:
            note = say(f"tactics.no_{row['reason']}")
        elif whole:
            note = say("tactics.flips_some", services=flips) if flips else say("tactics.flips_none")
        rows.append(
            (
                text(say(f"tactics.{row['relation']}")),
                text(upper_first(say("tactics.all_services") if whole else material.service_label(row["service"]))),
                *(_measured(material, row, side) for side in ("event", "other")),
                _effect(material, row),
                number(wording, row["p"], 3),
                text(note),
            )
        )
    headings = ("tactics.heading_relation", "heading.service", "tactics.heading_event", "tactics.heading_other",
                "tactics.heading_effect", "p", "tactics.heading_note")  # fmt: skip
    note = say("tactics.note_relations", permutations=PERMUTATIONS)
    return _table(material, "relations", "bila-maka", headings, rows, note, kind="records")


def _table(
    material: Material, name: str, identity: str, headings: tuple[str, ...], rows: Rows, note: str = "",
    *, kind: str = "texts",
) -> Table:  # fmt: skip
    say = material.wording.say
    caption = say(f"tactics.caption_{name}")
    keys = [say(key) if "." in key else key for key in headings]
    return Table(id=f"tabel-{identity}", caption=caption, headings=tuple(keys), rows=tuple(rows),
                 source=material.table_source(kind), note=note)  # fmt: skip


def _focus(material: Material, focus: str) -> Cell:
    if not focus:
        return text(material.wording.say("tactics.overall"))
    return text(material.definition.focus(focus).name(material.study.language))


def _scored(material: Material, row: dict[Any, Any]) -> Cell:
    if row["lacking"]:
        return text(material.wording.say("tactics.lacking"))
    score, level = known(row["score"]), material.level(row["verdict"])
    return text(material.wording.say("tactics.scored", score=score, level=level))


def _quotes(material: Material, coding_ids: str) -> list[Cell]:
    say = material.wording.say
    quotes = [material.quotes[coding] for coding in coding_ids.split(";") if coding]
    cells = [
        Cell(text=say("tactics.withheld") if q.withheld else say("tactics.quoted", text=q.text), href=f"#{q.place}")
        for q in quotes
    ]
    return cells or [text(say("tactics.none"))]


def _measured(material: Material, row: dict[Any, Any], side: str) -> Cell:
    value, n = known(row[f"value_{side}"]), int(row[f"n_{side}"])
    key = "tactics.without" if value is None else f"tactics.{row['measure']}"
    return Cell(text=material.wording.say(key, value=value, n=n), number=True)


def _effect(material: Material, row: dict[Any, Any]) -> Cell:
    effect = known(row["effect"])
    if effect is None:
        return Cell(text=NOTHING, number=True)
    size = abs(effect) * (100 if row["measure"] == "overdue" else 1)
    key = f"tactics.effect_{row['measure']}"
    return Cell(text=material.wording.say(key, sign=sign_of(effect), value=size), number=True)


def _signed(material: Material, value: Any) -> Cell:
    return Cell(text=material.wording.signed(float(value), 2), number=True)


def _nobody(material: Material, width: int) -> tuple[Cell, ...]:
    return (text(material.wording.say("tactics.nobody")), *[text(NOTHING)] * (width - 1))
