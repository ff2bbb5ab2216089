"""Tables and figures of the conclusions: verdicts, the rules they follow, claims against the data."""

from __future__ import annotations

import functools
from typing import Any

import pandas as pd

from kinerja_study.collection.claims import parse_assertion
from kinerja_study.presentation.blocks import Cell, Figure, Table
from kinerja_study.presentation.displays.audit import list_claims
from kinerja_study.presentation.displays.cells import NOTHING, number, text
from kinerja_study.presentation.displays.drawing import drawn
from kinerja_study.presentation.displays.tabulating import tabled
from kinerja_study.presentation.figures import plot_bars, plot_focus_scale, plot_specifications
from kinerja_study.presentation.firmness import describe_firmness
from kinerja_study.presentation.material import Material
from kinerja_study.presentation.wording import lower_first, upper_first

LEGEND = ("case", "group_mean", "uncounted", "score")
STATUSES = ("reproduced", "mentioned", "contradicted", "unsupported", "not_testable")
OPERATORS = {"<": "less", "<=": "at_most", ">": "more", ">=": "at_least", "=": "exactly", "==": "exactly"}


def table_verdicts(material: Material) -> Table:
    """Return the verdict of each rated focus with what stands beside it."""
    say, wording, language = material.wording.say, material.wording, material.study.language
    rows = []
    for finding in material.findings["foci"]:
        balance = finding["balance"]
        verdict = finding["reason"] if finding["verdict"] is None else material.level(finding["verdict"])
        rows.append(
            (
                text(material.definition.focus(finding["id"]).name(language), f"#hasil-{finding['id']}"),
                text(verdict),
                number(wording, finding["score"], 2),
                text(f"{balance['for']} / {balance['neutral']} / {balance['against']}"),
                number(wording, finding["insiders"], 2),
                number(wording, finding["outsiders"], 2),
                text(describe_firmness(material, finding)),
                text(say(f"grade.{finding['grade']}") if finding["grade"] else "–"),
            )
        )
    headings = ("focus", "verdict", "score", "balance", "insiders", "outsiders", "holds", "grade")
    return tabled(material, "tabel-putusan", say("caption.verdicts"), headings, rows)


def table_rules(material: Material) -> Table:
    """Return the rules in force as study.toml and the parameters set them."""
    say = material.wording.say

    rows = [
        (text(upper_first(say(f"setting.{name}"))), text(_setting(material, name, value)))
        for name, value in material.findings["rules"].items()
    ]
    return tabled(material, "tabel-aturan", say("caption.rules"), ("rule", "setting"), rows, source="")


def table_claim_counts(material: Material) -> Table:
    """Return how many claims of each section have which status."""
    say, wording = material.wording.say, material.wording
    claims = list_claims(material)
    counts = pd.crosstab(claims["section"], claims["status"]).reindex(columns=list(STATUSES), fill_value=0)
    rows = [
        (text(upper_first(say(f"section.{section}"))), *(number(wording, counts.at[section, s]) for s in STATUSES))
        for section in dict.fromkeys(claims["section"])
    ]
    return Table(
        id="tabel-status-klaim",
        caption=say("caption.claim_counts"),
        headings=(say("heading.section"), *(upper_first(say(f"status.{s}")) for s in STATUSES)),
        rows=tuple(rows),
        source=material.table_source("texts"),
    )


def table_claims(material: Material) -> Table:
    """Return each claim with its status against the data."""
    say = material.wording.say
    suffix = "_synthetic" if material.synthetic else ""
    mark = f" {say('audit.against_data')}" if material.synthetic else ""
    rows = [
        (
            text(str(claim["id"])),
            text(say(f"section.{claim['section']}")),
            text(str(claim["text"])),
            _assertion(material, str(claim["asserts"]), str(claim["focus"])),
            text(say(f"status.{claim['status']}") + mark),
        )
        for claim in list_claims(material).to_dict("records")
    ]
    headings = ("claim", "section", "text", "asserts", f"status{suffix}")
    return tabled(material, "tabel-klaim", say(f"caption.claims{suffix}"), headings, rows)


def _assertion(material: Material, asserts: str, focus: str) -> Cell:
    # In words, and after it as the file has it.
    found, say, language = parse_assertion(asserts), material.wording.say, material.study.language
    if found is None:
        return text(NOTHING)
    names = {f.id: lower_first(f.name(language)) for f in material.definition.foci}
    target, values = found.targets[0], dict[str, object]()
    if found.kind == "foci":
        values["foci"] = [names[one] for one in found.targets]
    elif found.kind == "verdict":
        values |= {"focus": names[focus], "level": material.level(target)}
    elif found.kind == "indicator":
        operator = say(f"assertion.{OPERATORS[found.operator]}")
        values |= {"indicator": material.indicator_label(target), "operator": operator, "number": found.number}
    else:
        values["code"] = material.code_label(target)
    return Cell(text=upper_first(say(f"assertion.{found.kind}", **values)), code=asserts.replace(";", "; "))


def table_scale(material: Material, focus_id: str) -> Table:
    """Return the value of each group on a focus, where its sources lie, and the score."""
    say, wording = material.wording.say, material.wording
    finding = next(f for f in material.findings["foci"] if f["id"] == focus_id)
    own = material.case_focus[material.case_focus["focus"] == focus_id]
    rows = []
    for group, value in finding["groups"].items():
        places = sorted(60 + 40 * float(p) for p in own.loc[own["group"] == group, "position"])
        uncounted = "" if group in finding["counted_groups"] else f" ({say('legend.uncounted')})"
        rows.append(
            (
                text(f"{material.group_label(group)}{uncounted}"),
                number(wording, value, 2),
                number(wording, len(places)),
                text("; ".join(wording.number(place) for place in places)),
            )
        )
    verdict = finding["reason"] if finding["verdict"] is None else material.level(finding["verdict"])
    rows.append(
        (text(say("heading.score")), number(wording, finding["score"], 2), number(wording, None), text(verdict))
    )
    headings = ("group", "value", "cases", "places")
    return tabled(material, f"tabel-skala-{focus_id}", _caption_scale(material, focus_id), headings, rows, source="")


def _caption_scale(material: Material, focus_id: str) -> str:
    return material.wording.say(
        "caption.scale", focus=material.definition.focus(focus_id).name(material.study.language)
    )


def figure_scale(material: Material, focus_id: str) -> Figure:
    """Return where each source of a focus lies on the scale, with the groups' values and the score."""
    say, language = material.wording.say, material.study.language
    finding = next(f for f in material.findings["foci"] if f["id"] == focus_id)
    own = material.case_focus[material.case_focus["focus"] == focus_id]
    levels = [(level.edge, level.name(language)) for level in material.definition.scale.levels]
    level = "" if finding["verdict"] is None else material.level(finding["verdict"])
    all_counted = set(finding["groups"]) <= set(finding["counted_groups"])
    score = finding["score"]
    score_text = finding["reason"] if score is None else f"{material.wording.number(score, 2)} – {level}"
    return drawn(
        f"gambar-skala-{focus_id}",
        lambda: plot_focus_scale(
            levels,
            [
                (g, material.group_label(g), value, g in finding["counted_groups"])
                for g, value in finding["groups"].items()
            ],
            [(str(g), 60 + 40 * float(p)) for g, p in zip(own["group"], own["position"], strict=True)],
            score,
            group_ids=[group.id for group in material.definition.groups],
            ticks=[*((edge, material.wording.number(edge)) for edge, _ in levels), (100, "100")],
            legend_labels=["" if k == "uncounted" and all_counted else say(f"legend.{k}") for k in LEGEND],
            score_text=score_text,
            empty=say("legend.no_data"),
        ),
        caption=_caption_scale(material, focus_id),
        alt=say("alt.scale", cases=len(own), score=score, level=level),
        source=material.table_source("texts"),
        table=table_scale(material, focus_id),
        told=True,
    )


def table_obstacles(material: Material, focus_id: str) -> Table:
    """Return the obstacles of a focus with how many sources and which groups name them."""
    say, wording = material.wording.say, material.wording
    rows = [
        (
            text(str(obstacle["label"])),
            Cell(text=say("legend.sources", cases=obstacle["cases"], of=material.case_count), number=True),
            number(wording, obstacle["informants"]),
            text(wording.listed([material.group_label(group) for group in obstacle["groups"]])),
        )
        for obstacle in material.findings["obstacles"]
        if obstacle["focus"] == focus_id
    ]
    return Table(
        id=f"tabel-penghambat-{focus_id}",
        caption=say("caption.obstacles"),
        headings=tuple(
            say(h) for h in ("heading.obstacle", "heading.cases", "tactics.heading_informants", "heading.groups")
        ),
        rows=tuple(rows),
    )


def figure_obstacles(material: Material, focus_id: str) -> Figure:
    """Return the obstacles of a focus by how many sources name them."""
    say = material.wording.say
    obstacles = [o for o in material.findings["obstacles"] if o["focus"] == focus_id]
    of_cases = material.case_count
    table = pd.DataFrame(
        [
            {
                "label": o["label"],
                "length": o["cases"],
                "whole": of_cases,
                "first": say("legend.sources", cases=o["cases"], of=of_cases),
                "second": material.wording.number(len(o["groups"])),
            }
            for o in obstacles
        ],
        columns=["label", "length", "whole", "first", "second"],
    )
    return drawn(
        f"gambar-penghambat-{focus_id}",
        lambda: plot_bars(
            table, column_headings=[say("heading.cases"), say("heading.groups")], empty=say("legend.no_data")
        ),
        caption=say("caption.obstacles"),
        alt=say("alt.obstacles", count=len(obstacles), first=obstacles[0]["label"] if obstacles else "–"),
        source=material.table_source("texts"),
        table=table_obstacles(material, focus_id) if obstacles else None,
        told=True,
    )


def table_specifications(material: Material, finding: dict[str, Any], curve: pd.DataFrame) -> Table:
    """Return what each choice of each rule gives on a focus, whatever the other rules are.

    Parameters
    ----------
    material : Material
        Of the study.
    finding : dict
        Of the focus.
    curve : DataFrame
        Its specifications, as in specifications.csv, the scores numbers.
    """
    say, wording = material.wording.say, material.wording
    names = {level.id: level.name(material.study.language) for level in material.definition.scale.levels}
    rows = []
    for column in (column for column in curve.columns if column.startswith("rule.")):
        rule = column.removeprefix("rule.")
        for value, own in curve.groupby(column):
            verdicts = own["verdict"].value_counts()
            told = [f"{names[level]} ({verdicts[level]})" for level in names if level in verdicts]
            told += [f"{say('tactics.lacking')} ({verdicts['']})"] if "" in verdicts else []
            scores = own["score"].dropna()
            rows.append(
                (
                    text(upper_first(say(f"choice.{rule}"))),
                    text(_setting(material, rule, str(value))),
                    number(wording, len(own)),
                    number(wording, None if scores.empty else scores.min(), 2),
                    number(wording, None if scores.empty else scores.max(), 2),
                    text("; ".join(told)),
                )
            )
    headings = ("rule", "choice", "ways", "lowest", "highest", "verdicts")
    caption = _caption_specifications(material, finding["id"])
    return tabled(material, f"tabel-cara-{finding['id']}", caption, headings, rows, source="", note=say("choice.note"))


def _caption_specifications(material: Material, focus_id: str) -> str:
    focus = material.definition.focus(focus_id).name(material.study.language)
    return material.wording.say("caption.specifications", focus=focus)


def figures_specifications(material: Material) -> list[Figure]:
    """Return the specification curve of each focus that has a verdict."""
    say, language = material.wording.say, material.study.language
    curve = material.study.load("specifications.csv")
    curve["score"] = pd.to_numeric(curve["score"].replace("", None))
    varied = [column for column in curve.columns if column.startswith("rule.")]
    figures = []
    for finding in material.findings["foci"]:
        if finding["stability"] is None:
            continue
        own = curve[curve["focus"] == finding["id"]]
        choices = {
            column: {
                value: _choice(material, column.removeprefix("rule."), value) for value in sorted(set(own[column]))
            }
            for column in varied
        }
        same = round(finding["stability"]["multiverse"] * finding["stability"]["specifications"])
        figures.append(
            drawn(
                f"gambar-cara-{finding['id']}",
                functools.partial(
                    plot_specifications,
                    own,
                    choices,
                    [(level.edge, level.name(language)) for level in material.definition.scale.levels],
                    in_force_label=say("legend.in_force"),
                    empty=say("legend.no_data"),
                ),
                caption=_caption_specifications(material, finding["id"]),
                alt=say(
                    "alt.specifications",
                    specifications=len(own),
                    same=same,
                    level=material.level(finding["verdict"]),
                ),
                source=material.table_source("texts"),
                table=table_specifications(material, finding, own),
            )
        )
    return figures


def _choice(material: Material, rule: str, value: str) -> str:
    shown = _setting(material, rule, value)
    return shown if rule == "coder" else f"{material.wording.say(f'choice.{rule}')}: {shown}"


def _setting(material: Material, rule: str, value: object) -> str:
    if rule == "coder":
        return material.coder(str(value))
    key = f"value.{str(value).lower() if isinstance(value, bool) else value}"
    return material.wording.say(key) if material.wording.has(key) else str(value)
