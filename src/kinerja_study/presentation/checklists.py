"""The reporting checklists COREQ and SRQR as tables: each item answered, with its place, or said not to be.

Owns which facts of the study answer which item and which keys of ``[reporting]`` are asked for; the names of the items
are in the package's own words.

References
----------
.. [1] Tong, Sainsbury & Craig (2007), Consolidated criteria for reporting qualitative research (COREQ), International
   Journal for Quality in Health Care 19(6), 349-357, doi:10.1093/intqhc/mzm042.
.. [2] O'Brien et al. (2014), Standards for reporting qualitative research (SRQR), Academic Medicine 89(9), 1245-1251,
   doi:10.1097/ACM.0000000000000388.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from importlib import metadata
from typing import Any

from kinerja_study.presentation.blocks import Table
from kinerja_study.presentation.displays.audit import list_claims
from kinerja_study.presentation.displays.cells import NOTHING, number, text
from kinerja_study.presentation.displays.tabulating import tabled
from kinerja_study.presentation.material import Material

PLACES = {
    "ringkasan": "chapter.in_one_look",
    "gambaran": "chapter.site",
    "hasil": "chapter.findings",
    "penutup": "chapter.closing",
    "lampiran-teks": "chapter.transcripts",
    "tabel-informan": "caption.informants",
    "tabel-teks": "caption.texts",
    "tabel-pengode": "caption.coders",
    "tabel-buku-kode": "caption.codebook",
    "tabel-kejenuhan": "saturation.caption",
    "tabel-putusan": "caption.verdicts",
    "tabel-aturan": "caption.rules",
    "tabel-klaim": "caption.claims",
    "kode": "checklist.code",
}
"""Anchors of the report, and the wording that names each."""

Fact = dict[str, Any] | None
"""What fills a sentence; ``whole`` is false where it is known of some interviews only. None: no such fact."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An item of a checklist.

    ``keys`` are those of ``[reporting]`` that answer it, ``fact`` what the data show, at ``place``; a fact that is
    only a part of the answer is ``partial``.
    """

    keys: tuple[str, ...] = ()
    fact: str = ""
    place: str = ""
    partial: bool = False


COREQ = (
    Item(keys=("interviewer",)),
    Item(keys=("credentials",)),
    Item(keys=("occupation",)),
    Item(keys=("gender",)),
    Item(keys=("training",)),
    Item(keys=("relationship",)),
    Item(keys=("participant_knowledge",)),
    Item(keys=("interviewer_characteristics",)),
    Item(keys=("orientation",), fact="analysis", place="tabel-aturan", partial=True),
    Item(keys=("sampling",)),
    Item(keys=("approach",)),
    Item(fact="sample", place="tabel-informan"),
    Item(keys=("non_participation",), fact="withdrawn", place="tabel-informan", partial=True),
    Item(keys=("setting",), fact="setting", place="lampiran-teks"),
    Item(keys=("others_present",), fact="others", partial=True),
    Item(fact="described", place="tabel-informan"),
    Item(keys=("guide",)),
    Item(fact="repeats", place="tabel-informan"),
    Item(fact="recorded", place="tabel-teks"),
    Item(fact="field_notes", place="tabel-teks"),
    Item(fact="duration", place="tabel-teks"),
    Item(fact="saturation", place="tabel-kejenuhan"),
    Item(keys=("transcripts_returned",)),
    Item(fact="coders", place="tabel-pengode"),
    Item(fact="codebook", place="tabel-buku-kode"),
    Item(fact="origin", place="tabel-buku-kode"),
    Item(fact="software", place="kode"),
    Item(keys=("member_check",)),
    Item(fact="quotes", place="hasil"),
    Item(fact="consistency", place="tabel-klaim"),
    Item(fact="themes", place="tabel-putusan"),
    Item(fact="diverse", place="hasil"),
)
"""The 32 items, in their order."""

SRQR = (
    Item(keys=("design",), fact="title", place="ringkasan", partial=True),
    Item(keys=("abstract",), fact="summary", place="ringkasan", partial=True),
    Item(keys=("problem",)),
    Item(keys=("purpose",)),
    Item(keys=("orientation", "paradigm")),
    Item(keys=("interviewer_characteristics", "relationship", "training")),
    Item(keys=("context",), fact="site", place="gambaran"),
    Item(keys=("sampling",), fact="saturation", place="tabel-kejenuhan", partial=True),
    Item(keys=("ethics",), fact="consent", place="tabel-informan", partial=True),
    Item(fact="collection", place="tabel-teks"),
    Item(keys=("guide",), fact="recorded", place="tabel-teks", partial=True),
    Item(fact="units", place="tabel-informan"),
    Item(fact="coders", place="tabel-pengode"),
    Item(fact="analysis", place="tabel-aturan"),
    Item(fact="trust", place="tabel-putusan"),
    Item(fact="themes", place="hasil"),
    Item(fact="quotes", place="lampiran-teks"),
    Item(keys=("transferability",)),
    Item(keys=("limitations",), fact="limits", place="penutup", partial=True),
    Item(keys=("conflicts_of_interest",)),
    Item(keys=("funding",)),
)
"""The 21 items, in their order."""

REPORTING_KEYS = tuple(dict.fromkeys(key for item in (*COREQ, *SRQR) for key in item.keys))
"""The keys of ``[reporting]`` that the two checklists read."""


def table_coreq(material: Material) -> Table:
    """Return the 32 items of COREQ with what the report says to each."""
    return _table(material, "coreq", COREQ)


def table_srqr(material: Material) -> Table:
    """Return the 21 items of SRQR with what the report says to each."""
    return _table(material, "srqr", SRQR)


def _table(material: Material, name: str, items: tuple[Item, ...]) -> Table:
    say = material.wording.say
    rows, answered = [], 0
    for count, item in enumerate(items, start=1):
        status, answer, place = _answer(material, item)
        answered += status == "yes"
        where = say(PLACES[place]) if place else say("checklist.here") if status != "no" else NOTHING
        rows.append(
            (
                number(material.wording, count),
                text(say(f"{name}.item_{count}")),
                text(say(f"checklist.{status}")),
                text(answer),
                text(where, f"#{place}" if place else ""),
            )
        )
    unknown = sorted(set(material.definition.reporting) - set(REPORTING_KEYS))
    headings = ("number", "item", "reported", "answer", "place")
    note = say("checklist.unknown", keys=unknown) if unknown else ""
    caption = say(f"checklist.caption_{name}", answered=answered, of=len(items))
    return tabled(material, f"tabel-{name}", caption, headings, rows, under="checklist.heading_", source="", note=note)


def _answer(material: Material, item: Item) -> tuple[str, str, str]:
    # Status, answer and place: what the researcher has written, and after it what the data show.
    say, reporting = material.wording.say, material.definition.reporting
    given = [_written(material, reporting[key]) for key in item.keys if reporting.get(key) not in (None, "", [], {})]
    fact = FACTS[item.fact](material) if item.fact else None
    if fact is not None:
        given.append(say(f"answer.{item.fact}", **fact))
    written = len(given) - (fact is not None)
    whole = fact is not None and fact.get("whole", True) and not item.partial
    complete = whole or (bool(item.keys) and written == len(item.keys))
    status = "yes" if complete else "partly" if given else "no"
    if status != "yes" and item.keys:
        given.append(say("checklist.fill_in", keys=[key for key in item.keys if not reporting.get(key)]))
    elif status == "no":
        given.append(say("checklist.not_reported"))
    return status, " ".join(given), item.place if fact is not None else ""


def _written(material: Material, value: Any) -> str:
    if isinstance(value, dict):
        value = value.get(material.study.language) or next(iter(value.values()))
    if isinstance(value, list):
        value = material.wording.listed([str(part) for part in value])
    said = str(value).strip()
    return said if said.endswith((".", "!", "?")) else f"{said}."


def _interviews(material: Material) -> Any:
    return material.documents[material.documents["kind"] == "interview"]


def _count(material: Material, kind: str) -> int:
    return int((material.documents["kind"] == kind).sum())


def _part(filled: Any) -> Fact:
    # How many interviews have something, of how many; None where none has.
    return {"n": int(filled.sum()), "of": len(filled), "whole": bool(filled.all())} if filled.any() else None


def _recorded(material: Material) -> Fact:
    said = _interviews(material)["recorded"]
    return {"n": int((said == "yes").sum()), "of": len(said), "whole": bool((said != "").all())} if len(said) else None


def _duration(material: Material) -> Fact:
    minutes = _interviews(material)["duration_minutes"]
    fact = _part(minutes.notna())
    return None if fact is None else {"low": minutes.min(), "high": minutes.max(), **fact}


def _withdrawn(material: Material) -> Fact:
    count = int((material.informants["consent"] == "no").sum())
    return {"count": count} if count else None


def _repeats(material: Material) -> Fact:
    spoken = _interviews(material)["speakers"].str.split(";").explode().value_counts()
    return {"count": int((spoken > 1).sum())}


def _coders(material: Material) -> Fact:
    return {"coders": [material.coder(str(coder)) for coder in material.study.load("coders.csv")["coder"]],
            "in_force": material.coder(material.study.rules.coder)}  # fmt: skip


def _origin(material: Material) -> Fact:
    counts = material.codebook["origin"].value_counts()
    return {origin: int(counts.get(origin, 0)) for origin in ("deductive", "inductive")}


def _consistency(material: Material) -> Fact:
    held = list(list_claims(material)["status"])
    if not held:
        return None
    counts = {status: held.count(status) for status in ("reproduced", "mentioned", "contradicted")}
    return {"claims": len(held), "synthetic": material.synthetic, **counts}


def _diverse(material: Material) -> Fact:
    contrary = {coding for finding in material.findings["foci"] for coding in finding["contrary"]}
    return {"contrary": len(contrary), "open": len(material.findings["open"])}


def _consent(material: Material) -> Fact:
    counts = material.informants["consent"].value_counts()
    return {"agreed": int(counts.get("yes", 0)), "unquoted": int(counts.get("no_quote", 0))}


def _collection(material: Material) -> Fact:
    period = material.definition.study.period
    return {kind: _count(material, kind) for kind in ("interview", "observation", "document")} | {
        "start": period.start.isoformat(), "end": period.end.isoformat(),
    }  # fmt: skip


def _exists(material: Material, name: str) -> bool:
    return (material.study.processed / name).is_file()


FACTS: dict[str, Callable[[Material], Fact]] = {
    "analysis": lambda _: {},
    "sample": lambda material: {"informants": len(material.heard)},
    "withdrawn": _withdrawn,
    "setting": lambda material: _part(_interviews(material)["place"] != ""),
    "others": lambda material: _part(_interviews(material)["others_present"] != ""),
    "described": lambda _: {},
    "repeats": _repeats,
    "recorded": _recorded,
    "field_notes": lambda material: {"n": _count(material, "observation")} if _count(material, "observation") else None,
    "duration": _duration,
    "saturation": lambda material: {} if _exists(material, "saturation_answers.csv") else None,
    "coders": _coders,
    "codebook": lambda material: {"codes": len(material.codebook)},
    "origin": _origin,
    "software": lambda _: {"version": metadata.version("kinerja-study")},
    "quotes": lambda material: {"segments": len(material.segments)},
    "consistency": _consistency,
    "themes": lambda material: {"foci": len(material.findings["foci"])},
    "diverse": _diverse,
    "title": lambda material: {"title": material.definition.study.title},
    "summary": lambda _: {},
    "site": lambda material: {} if material.study.load_text("site.md").strip() else None,
    "consent": _consent,
    "collection": _collection,
    "units": lambda material: {"informants": len(material.heard), "texts": len(material.documents)},
    "trust": lambda material: {"triangulated": _exists(material, "triangulation_pairs.csv")},
    "limits": lambda _: {},
}
"""What the data show, by the name of the sentence that says it."""
