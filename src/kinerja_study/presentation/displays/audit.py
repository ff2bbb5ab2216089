"""Tables of the audit: what is wrong among the claims, and the regulations that they cite."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

import pandas as pd

from kinerja_study.collection.claims import split_ids
from kinerja_study.conclusions.audit import KINDS
from kinerja_study.conclusions.regulations import Regulation, find_regulation, find_successors
from kinerja_study.definition import StudyDefinition
from kinerja_study.presentation.blocks import Table
from kinerja_study.presentation.displays.cells import NOTHING, number, text
from kinerja_study.presentation.material import Material
from kinerja_study.presentation.wording import Wording, lower_first, upper_first


def tell_status(asserts: str, status: str) -> str:
    """Return a status as it is told: that two sources mention a matter confirms nothing that is said of it.

    Parameters
    ----------
    asserts : str
        What the claim asserts.
    status : {"reproduced", "contradicted", "unsupported", "not_testable"}
        Of this claim in the findings object.

    Returns
    -------
    str
        ``mentioned`` for a claim of the kind ``code=`` that is reproduced, else the status.
    """
    return "mentioned" if status == "reproduced" and asserts.startswith("code=") else status


def describe_defect(defect: Mapping[str, Any], definition: StudyDefinition, wording: Wording) -> str:
    """Return what is wrong in a sentence.

    Parameters
    ----------
    defect : mapping
        ``kind, claims, facts``, as :meth:`~kinerja_study.conclusions.audit.Defect.as_dict` gives it.
    definition : StudyDefinition
        For the labels of foci and levels.
    wording : Wording
        Of the language.
    """

    def focus(identity: str) -> str:
        return lower_first(definition.focus(identity).name(wording.language))

    def section(identity: str) -> str:
        return wording.say(f"section.{identity}")

    def level(identity: str) -> str:
        return next(one for one in definition.scale.levels if one.id == identity).name(wording.language)

    def field(name: str) -> str:
        return wording.say(f"regulation.{name}")

    facts = dict(defect["facts"])
    one = {"focus": focus, "code_focus": focus, "section": section, "missing_in": section, "level": level}
    shown: dict[str, Any] = {name: show(facts[name]) for name, show in one.items() if name in facts}
    many = {"foci": focus, "unverified": field}
    shown |= {name: [show(item) for item in facts[name]] for name, show in many.items() if name in facts}
    shown |= {name: _day(wording, facts[name]) for name in ("start", "until") if name in facts}
    if "said" in facts:
        shown["said"] = [
            wording.say("audit.said", claim=c["claim"], section=section(c["section"]), level=level(c["level"]))
            for c in facts["said"]
        ]
    return wording.say(f"audit.{defect['kind']}", claims=defect["claims"], **{**facts, **shown})


def table_defect_counts(material: Material) -> Table:
    """Return how many defects there are of each kind, those that were looked for and not found included."""
    say, counts = material.wording.say, Counter(defect["kind"] for defect in _defects(material))
    rows = [
        (
            text(upper_first(say(f"defect.{kind}"))),
            number(material.wording, counts[kind]) if counts[kind] else text(say("audit.none")),
        )
        for kind in KINDS
    ]
    return Table(
        id="tabel-jenis-cacat",
        caption=say("audit.kinds"),
        headings=(say("audit.kind"), say("heading.count")),
        rows=tuple(rows),
        note=say("audit.note"),
    )


def table_defects(material: Material) -> Table:
    """Return each defect with its claims, a sentence, and what became of these claims against the data."""
    say = material.wording.say
    claims = list_claims(material)
    said, status = (dict(zip(claims["id"], claims[name], strict=True)) for name in ("text", "status"))
    suffix = f" ({say('audit.against_data')})" if material.synthetic else ""
    rows = [
        (
            text(upper_first(say(f"defect.{defect['kind']}"))),
            # The words of one or two claims; of many the reader finds them in the table of claims.
            text(
                "; ".join(
                    defect["claims"]
                    if len(defect["claims"]) > 2
                    else [f"{c}: {said[c].rstrip('.')}" for c in defect["claims"]]
                ),
                "#tabel-klaim",
            ),
            text(describe_defect(defect, material.definition, material.wording)),
            text("; ".join(f"{c}: {say(f'status.{status[c]}')}" for c in defect["claims"]) + suffix),
        )
        for defect in _defects(material)
    ]
    headings = ("audit.kind", "audit.claims", "audit.text", f"heading.status{'_synthetic' if suffix else ''}")
    return Table(
        id="tabel-cacat",
        caption=say("audit.defects"),
        headings=tuple(say(heading) for heading in headings),
        rows=tuple(rows),
    )


def table_regulations(material: Material) -> Table:
    """Return the regulations that claims cite and what replaced them, with what of it is not verified."""
    say, wording = material.wording.say, material.wording
    cited: dict[str, list[str]] = {}
    known: dict[str, Regulation] = {}
    for claim in material.study.load("claims.csv").to_dict("records"):
        for found in filter(None, map(find_regulation, split_ids(str(claim["cites"])))):
            cited.setdefault(found.id, []).append(str(claim["id"]))
            known |= {regulation.id: regulation for regulation in (found, *find_successors(found))}
    rows = [
        (
            text(regulation.id),
            text(regulation.title),
            text(_day(wording, regulation.start)),
            text(_day(wording, regulation.until) or NOTHING),
            text(regulation.replaced_by or NOTHING),
            text("; ".join(cited.get(regulation.id, [])) or NOTHING),
            text(say("regulation.yes") if regulation.verified
                 else say("regulation.no", fields=[say(f"regulation.{name}") for name in regulation.unverified])),
            text(regulation.source),
        )
        for regulation in known.values()
    ]  # fmt: skip
    headings = ("id", "title", "start", "until", "replaced_by", "claims", "verified", "source")
    return Table(
        id="tabel-peraturan",
        caption=say("regulation.caption"),
        headings=tuple(upper_first(say(f"regulation.{heading}")) for heading in headings),
        rows=tuple(rows),
        note=say("regulation.note"),
    )


def list_claims(material: Material) -> pd.DataFrame:
    """Return claims.csv with a column ``status``, as it is told."""
    claims = material.study.load("claims.csv")
    found = {claim["id"]: claim["status"] for claim in material.findings["claims"]}
    return claims.assign(
        status=[tell_status(a, found[i]) for i, a in zip(claims["id"], claims["asserts"], strict=True)]
    )


def _defects(material: Material) -> list[dict[str, Any]]:
    defects: list[dict[str, Any]] = material.study.load_json("defects.json")["defects"]
    return defects


def _day(wording: Wording, iso: str) -> str:
    return wording.date(iso) if len(iso) == 10 else iso
