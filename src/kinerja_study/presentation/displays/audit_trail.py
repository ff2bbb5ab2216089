"""The audit trail: what of the study belongs under which of its six headings, what was decided, changed and noted.

Owns the assignment of the study's own files, tables and notebooks to the headings.

References
----------
.. [1] Lincoln & Guba (1985), Naturalistic Inquiry, Sage, pp. 319-320 and appendix A, after Halpern (1983).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from kinerja_study.collection.audit_trail import TRAIL
from kinerja_study.collection.claims import split_ids
from kinerja_study.collection.schemas import HEADINGS
from kinerja_study.definition import ELEMENTS, Rules
from kinerja_study.presentation.blocks import Block, Cell, Paragraph, Sentence, Table
from kinerja_study.presentation.checklists import COREQ, REPORTING_KEYS, SRQR
from kinerja_study.presentation.displays.agreement import shorten_quote
from kinerja_study.presentation.displays.cells import NOTHING, number, text
from kinerja_study.presentation.displays.tabulating import tabled
from kinerja_study.presentation.material import Material
from kinerja_study.presentation.wording import write_magnitude

STAGES = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """Something of the study under a heading: its files, where the report shows it, and how much of it there is.

    Without ``count`` the rows of the first file are counted.
    """

    heading: str
    name: str
    files: tuple[str, ...]
    href: str = ""
    count: Callable[[Material], int] | None = None


def _texts(kind: str) -> Item:
    return Item(heading="raw_data", name=kind, files=("documents.csv", "turns.csv"), href="#tabel-teks",
                count=lambda material: int((material.documents["kind"] == kind).sum()))  # fmt: skip


ITEMS = (
    _texts("interview"),
    _texts("observation"),
    _texts("document"),
    Item(heading="raw_data", name="informants", files=("informants.csv",), href="#tabel-informan"),
    *(
        Item(heading="raw_data", name=name, files=(f"{name}.csv",), href="#tabel-catatan")
        for name in ("services", "attendance", "satisfaction", "events")
    ),
    Item(heading="raw_data", name="site", files=("site.md",), href="#gambaran",
         count=lambda material: len(material.study.load_text("site.md").split())),
    Item(heading="reduction", name="codings", files=("codings.csv", "coders.csv"), href="#tabel-pengode"),
    Item(heading="reduction", name="segments", files=("segments.csv", "codes.csv"), href="#lampiran-teks"),
    Item(heading="reduction", name="disagreements",
         files=("disagreements.csv", "coding_agreement.csv", "uncoded_texts.csv"), href="#tabel-perbedaan-koding"),
    Item(heading="reduction", name="decisions", files=("decisions.csv",), href="#tabel-keputusan"),
    Item(heading="reduction", name="saturation", files=("saturation_curve.csv", "saturation_answers.csv"),
         href="#tabel-kejenuhan"),
    Item(heading="reduction", name="matrices",
         files=("case_focus.csv", "role_code.csv", "cooccurrence.csv", "evidence.csv"), href="#gambar-sumber-fokus"),
    Item(heading="reduction", name="indicators",
         files=("indicators.csv", "service_times.csv", "lateness.csv", "satisfaction_elements.csv", "work.csv"),
         href="#tabel-indikator"),
    Item(heading="synthesis", name="codebook", files=("codebook.csv",), href="#tabel-buku-kode"),
    Item(heading="synthesis", name="codebook_changes", files=("codebook_changes.csv",), href="#tabel-perubahan-kode"),
    Item(heading="synthesis", name="causes", files=("causes.csv",), href="#gambar-sebab"),
    Item(heading="synthesis", name="verdicts", files=("findings.json",), href="#tabel-putusan",
         count=lambda material: len(material.findings["foci"])),
    Item(heading="synthesis", name="recommendations", files=("findings.json",), href="#saran",
         count=lambda material: len(material.findings["recommendations"])),
    Item(heading="process", name="rules", files=("study.toml",), href="#tabel-aturan",
         count=lambda _: len(Rules.model_fields)),
    Item(heading="process", name="notebooks", files=("notebooks/",), href="#kode", count=lambda _: STAGES),
    Item(heading="process", name="consensus", files=("consensus_changes.csv",), href="#tabel-konsensus"),
    Item(heading="process", name="specifications", files=("specifications.csv",)),
    Item(heading="process", name="triangulation", files=("triangulation_pairs.csv",),
         href="#tabel-triangulasi-focus-group"),
    Item(heading="process", name="tactics",
         files=("negative_evidence.csv", "outliers.csv", "extremes.csv", "roles.csv", "weighting.csv", "longest.csv",
                "relations.csv"), href="#tabel-bertentangan"),
    Item(heading="process", name="defects", files=("defects.json",), href="#tabel-cacat",
         count=lambda material: len(material.study.load_json("defects.json")["defects"])),
    Item(heading="process", name="checklists", files=(), href="#tabel-coreq", count=lambda _: len(COREQ) + len(SRQR)),
    Item(heading="intentions", name="foci", files=("study.toml",),
         count=lambda material: len(material.definition.foci)),
    Item(heading="intentions", name="reporting", files=("study.toml",), href="#tabel-coreq",
         count=lambda material: len(set(material.definition.reporting) & set(REPORTING_KEYS))),
    Item(heading="intentions", name="claims", files=("claims.csv",), href="#tabel-klaim"),
    Item(heading="instrument", name="guide", files=("study.toml",), href="#tabel-coreq",
         count=lambda material: int(bool(material.definition.reporting.get("guide")))),
    Item(heading="instrument", name="levels", files=("study.toml",),
         count=lambda material: len(material.definition.scale.levels)),
    Item(heading="instrument", name="cues", files=("codebook.csv",),
         count=lambda material: int((material.codebook[["cues_for", "cues_against"]] != "").any(axis=1).sum())),
    Item(heading="instrument", name="elements", files=("satisfaction.csv",), href="#gambar-kepuasan",
         count=lambda material: len(ELEMENTS) if len(material.study.load("satisfaction.csv")) else 0),
)  # fmt: skip
"""In the order of the headings; every processed file stands under at least one."""


def show_trail(material: Material) -> list[Block]:
    """Return the audit trail, then what was decided, changed and noted; of what the study lacks one sentence tells."""
    tables = {"decisions": table_decisions, "codebook_changes": table_changes, "memos": table_memos}
    silent = [stem for stem in TRAIL if material.study.load(f"{stem}.csv").empty]
    shown: list[Block] = [table_trail(material)]
    if silent:
        say = material.wording.say
        text = say("trail.silent", missing=[say(f"trail.none_{stem}") for stem in silent])
        shown.append(Paragraph(sentences=(Sentence(text=text, asserts=False),)))
    return [*shown, *(table(material) for stem, table in tables.items() if stem not in silent)]


def table_trail(material: Material) -> Table:
    """Return what the study has under each of the six headings, with its files and how much of it there is."""
    say, wording = material.wording.say, material.wording
    memos = material.study.load("memos.csv")["heading"].value_counts()
    rows = []
    for heading in HEADINGS:
        own = [(item.name, item.files, item.href, _count(material, item)) for item in ITEMS if item.heading == heading]
        own.append(("memos", ("memos.csv",), "#tabel-memo", int(memos.get(heading, 0))))
        rows += [
            (
                text(say(f"trail.{heading}")),
                text(say(f"trail.item_{name}"), href if count else ""),
                text("; ".join(files) or NOTHING),
                number(wording, count) if count else Cell(text=say("trail.absent"), number=True),
            )
            for name, files, href, count in own
        ]
    headings = ("heading", "item", "files", "count")
    return tabled(
        material,
        "tabel-jejak-audit",
        say("trail.caption"),
        headings,
        rows,
        under="trail.column_",
        source="",
        note=say("trail.note"),
    )


def table_decisions(material: Material) -> Table:
    """Return what was decided in consensus: where, on which words and code, who had coded it, what, by whom, why."""
    say = material.wording.say
    rows = []
    for row in material.study.load("decisions.csv").to_dict("records"):
        turn = _turn(material, str(row["document_id"]), int(row["start"]))
        words = str(turn["text"])[int(row["start"]) - int(turn["start"]) : int(row["end"]) - int(turn["start"])]
        coders = [material.coder(coder) for coder in split_ids(str(row["coders"]))]
        magnitude = "" if row["magnitude"] != row["magnitude"] else write_magnitude(int(row["magnitude"]))
        rows.append(
            (
                _place(turn),
                text(shorten_quote(material, words)),
                text(_code(material, str(row["code"]))),
                text(material.wording.listed(coders) or say("trail.nobody")),
                text(say(f"trail.outcome_{row['outcome']}", magnitude=magnitude)),
                text(f"{material.coder(str(row['decided_by']))}, {material.wording.date(str(row['date']))}"),
                text(str(row["reason"]) or say("trail.withheld")),
            )
        )
    columns = ("place", "quote", "code", "coders", "outcome", "decided_by", "reason")
    return tabled(material, "tabel-keputusan", say("trail.caption_decisions"), columns, rows, under="trail.column_")


def table_changes(material: Material) -> Table:
    """Return the changelog of the codebook."""
    say = material.wording.say
    rows = []
    for row in material.study.load("codebook_changes.csv").to_dict("records"):
        into = [_code(material, code) for code in split_ids(str(row["into"]))]
        rows.append(
            (
                text(material.wording.date(str(row["date"]))),
                text(material.coder(str(row["coder"]))),
                text(say(f"trail.act_{row['act']}", code=_code(material, str(row["code"])), into=into)),
                number(material.wording, row["codings"]),
                text(str(row["reason"])),
            )
        )
    headings = ("date", "coder", "act", "codings", "reason")
    return tabled(
        material, "tabel-perubahan-kode", say("trail.caption_codebook_changes"), headings, rows, under="trail.column_"
    )


def table_memos(material: Material) -> Table:
    """Return the memos under their headings, each with what it is about."""
    say = material.wording.say
    memos = material.study.load("memos.csv").to_dict("records")
    rows = [
        (
            text(say(f"trail.{row['heading']}")),
            _about(material, row),
            text(f"{material.coder(str(row['coder']))}, {material.wording.date(str(row['date']))}"),
            text(str(row["text"]) or say("trail.withheld")),
        )
        for row in sorted(memos, key=lambda row: HEADINGS.index(row["heading"]))
    ]
    headings = ("heading", "about", "coder", "memo")
    note = say("trail.note_memos")
    return tabled(
        material, "tabel-memo", say("trail.caption_memos"), headings, rows, under="trail.column_", source="", note=note
    )


def _count(material: Material, item: Item) -> int:
    return item.count(material) if item.count is not None else len(material.study.load(item.files[0]))


def _about(material: Material, row: Mapping[Any, Any]) -> Cell:
    target = str(row["target"])
    if row["about"] == "study":
        return text(material.wording.say("trail.about_study"))
    if row["about"] == "document":
        return text(target, f"#teks-{target}")
    if row["about"] == "code":
        return text(_code(material, target), "#tabel-buku-kode")
    # As collection has checked it: document:start-end:code:coder.
    document, span, code, coder = re.split(":", target, maxsplit=3)
    place = _place(_turn(material, document, int(span.partition("-")[0])))
    shown = f"{place.text} {_code(material, code)} ({material.coder(coder)})"
    return text(shown, place.href)


def _turn(material: Material, document: str, position: int) -> dict[Any, Any]:
    own = material.turns[(material.turns["document_id"] == document) & (material.turns["start"] <= position)]
    return {str(column): value for column, value in own.iloc[-1].to_dict().items()}


def _place(turn: Mapping[Any, Any]) -> Cell:
    place = f"{turn['document_id']}:{turn['turn']:g}"
    return Cell(text=place, href=f"#t-{turn['document_id']}-{turn['turn']:g}")


def _code(material: Material, code: str) -> str:
    # One that is no longer in the codebook has no label.
    return f"{material.code_label(code)} ({code})" if code in material.codebook.index else code
