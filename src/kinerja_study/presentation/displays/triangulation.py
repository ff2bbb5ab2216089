"""Triangulation as tables: which pairs of groups or techniques agree, per focus and per code."""

from __future__ import annotations

from typing import Literal

import pandas as pd

from kinerja_study.conclusions.triangulation import PROMINENT
from kinerja_study.presentation.blocks import Cell, Table
from kinerja_study.presentation.displays.cells import NOTHING, number, text
from kinerja_study.presentation.material import Material

Between = Literal["group", "technique"]


def table_foci(material: Material, between: Between = "group") -> Table:
    """Return a row a focus: the pairs that agree, agree in part, differ, are silent, and conflict in direction."""
    language = material.study.language
    pairs = _pairs(material, "focus", between)
    rows = []
    for focus in material.definition.foci:
        own = pairs[pairs["item"] == focus.id]
        if own.empty:
            continue
        results = [_listed(material, own[own["result"] == r], between) for r in ("agreement", "partial", "dissonance")]
        conflicts = _listed(material, own[own["conflict"]], between)
        silence = _silence(material, own, between)
        rows.append((text(focus.name(language)), *results, silence, conflicts))
    return _table(material, "focus", between, (material.wording.say("heading.focus"),), rows)


def table_codes(material: Material, between: Between = "group") -> Table:
    """Return a row a code: how many pairs agree, agree in part, differ and are silent, and which conflict."""
    say, wording = material.wording.say, material.wording
    pairs = _pairs(material, "code", between)
    rows = []
    for code in material.codebook.index:
        own = pairs[pairs["item"] == code]
        if own.empty:
            continue
        counts = [int((own["result"] == result).sum()) for result in ("agreement", "partial", "dissonance")]
        silent = int(own["result"].isin(["silence", "both_silent"]).sum())
        cells = (number(wording, count) for count in (*counts, silent))
        label = text(material.code_label(str(code)))
        rows.append((text(str(code)), label, *cells, _listed(material, own[own["conflict"]], between)))
    return _table(material, "code", between, (say("heading.code"), say("heading.label")), rows)


def _pairs(material: Material, matter: str, between: str) -> pd.DataFrame:
    table = material.study.load("triangulation_pairs.csv")
    own = table[(table["matter"] == matter) & (table["between"] == between)]
    return own.assign(conflict=own["conflict"] == "True")


def _table(
    material: Material, matter: str, between: str, first: tuple[str, ...], rows: list[tuple[Cell, ...]]
) -> Table:
    say = material.wording.say
    results = ("agreement", "partial", "dissonance", "silence", "conflict")
    return Table(
        id=f"tabel-triangulasi-{matter}-{between}",
        caption=say(f"triangulation.caption_{matter}_{between}"),
        headings=(*first, *(say(f"triangulation.{result}") for result in results)),
        rows=tuple(rows),
        source=material.table_source("texts"),
        # Said once, under the first of the three.
        note=say("triangulation.note", share=PROMINENT) if (matter, between) == ("focus", "group") else "",
    )


def _name(material: Material, key: str, between: str) -> str:
    return material.group_label(key) if between == "group" else material.wording.say(f"technique.{key}")


def _listed(material: Material, pairs: pd.DataFrame, between: str) -> Cell:
    names = [
        material.wording.say(
            "triangulation.pair", one=_name(material, one, between), other=_name(material, other, between)
        )
        for one, other in zip(pairs["one"], pairs["other"], strict=True)
    ]
    return text("; ".join(names) or NOTHING)


def _silence(material: Material, pairs: pd.DataFrame, between: str) -> Cell:
    # A silent set is silent towards all others: it is named once, with the pairs that it leaves open.
    silent = pairs[pairs["result"].isin(["silence", "both_silent"])]
    if silent.empty:
        return text(NOTHING)
    cases: dict[str, int] = {}
    for side in ("one", "other"):
        cases |= dict(zip(pairs[side], pairs[f"{side}_cases"].astype(int), strict=True))
    sets = [_name(material, key, between) for key, count in cases.items() if not count]
    return text(material.wording.say("triangulation.silent", sets=sets, pairs=len(silent)))
