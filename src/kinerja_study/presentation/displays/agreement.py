"""Agreement of the coders as tables and a figure: by code, by focus, where they differ, what the consensus changed."""

from __future__ import annotations

from typing import Any

import pandas as pd

from kinerja_study.condensation.agreement.coded_turns import CONSENSUS
from kinerja_study.condensation.agreement.coding_agreement import OF_CODES, OF_FOCI, ON_SPANS
from kinerja_study.condensation.agreement.disagreements import NONE
from kinerja_study.condensation.agreement.suggested import compare_suggestions
from kinerja_study.presentation.blocks import Cell, Figure, Table
from kinerja_study.presentation.displays.cells import NOTHING, known, number, share, text
from kinerja_study.presentation.displays.drawing import drawn
from kinerja_study.presentation.displays.tabulating import tabled
from kinerja_study.presentation.figures.agreement import plot_agreement
from kinerja_study.presentation.material import Material
from kinerja_study.presentation.wording import upper_first, write_magnitude

MAIN = {"code": "alpha_nominal", "focus": "alpha_ordinal"}
"""The coefficient whose interval is shown."""

MOST = 20
"""Disagreements shown; the others are in disagreements.csv."""

LONGEST = 220
"""Characters of a quotation in a table."""


def table_agreement_codes(material: Material) -> Table:
    """Return how far the coders agreed on each code: used or not, turn by turn, and on the marked words."""
    return _table_agreement(material, "code", (*OF_CODES, ON_SPANS))


def table_agreement_foci(material: Material) -> Table:
    """Return how far the coders agreed on the magnitudes of each focus."""
    return _table_agreement(material, "focus", OF_FOCI)


def _table_agreement(material: Material, scope: str, names: tuple[str, ...]) -> Table:
    say, wording = material.wording.say, material.wording
    rows = []
    for identity, found in _found(material, scope).items():
        main = found[MAIN[scope]]
        values = [
            share(wording, found[name]["value"])
            if name == "percent_agreement"
            else Cell(text=_signed(material, known(found[name]["value"])), number=True)
            for name in names
        ]
        counts = [number(wording, main[count]) for count in ("count", "n")]
        rows.append((text(_label(material, scope, identity)), *counts, *values, text(_interval(material, main))))
    coefficients = [say(f"agreement.{name}") for name in names]
    of = say(f"agreement.{MAIN[scope]}")
    return Table(
        id=f"tabel-kesepakatan-{scope}",
        caption=say(f"agreement.caption_{scope}"),
        headings=(
            say("heading.code" if scope == "code" else "heading.focus"),
            say("agreement.count"),
            say("agreement.turns"),
            *coefficients,
            say("agreement.interval", of=of),
        ),
        rows=tuple(rows),
        source=material.table_source("texts"),
        note=" ".join([say(f"agreement.note_{scope}"), say("agreement.note"), _unread(material)]).strip(),
    )


def figure_agreement(material: Material) -> Figure:
    """Return Krippendorff's alpha of each code with its interval as a figure, the highest on top, with its table."""
    say, wording = material.wording.say, material.wording
    rows = []
    for code, found in _found(material, "code").items():
        main = found[MAIN["code"]]
        value = known(main["value"])
        # What has no number says why in its label.
        why = "" if value is not None else f" ({_interval(material, main)})"
        rows.append(
            {
                "label": f"{material.code_label(code)}{why}",
                "value": value,
                "low": known(main["low"]),
                "high": known(main["high"]),
                "text": _signed(material, value),
                "count_text": wording.number(int(main["count"])),
            }
        )
    columns = ["label", "value", "low", "high", "text", "count_text"]
    table = pd.DataFrame(rows, columns=columns).astype(dict.fromkeys(columns[1:4], "float"))
    table = table.sort_values("value", ascending=False, kind="stable", ignore_index=True)
    valued = table.dropna(subset="value")
    return drawn(
        "gambar-kesepakatan",
        lambda: plot_agreement(
            table,
            ticks=[(v, ("−" if v < 0 else "") + wording.number(abs(v))) for v in (-1, -0.5, 0, 0.5, 1)],
            axis_label=say("agreement.axis"),
            legend_labels=[say(f"agreement.legend_{key}") for key in ("value", "interval", "chance")],
            column_headings=[say("agreement.alpha_nominal"), say("agreement.count")],
            empty=say("legend.no_data"),
        ),
        caption=say("agreement.caption_code"),
        alt=say("agreement.alt", codes=len(table), known=len(valued),
                low=_signed(material, valued["value"].min() if len(valued) else None),
                high=_signed(material, valued["value"].max() if len(valued) else None)),
        source=material.table_source("texts"),
        table=table_agreement_codes(material),
    )  # fmt: skip


def table_disagreements(material: Material, most: int = MOST) -> Table:
    """Return where the coders differ, most important first, with the words and what the consensus decided."""
    say = material.wording.say
    listed = material.study.load("disagreements.csv")
    rows = []
    for row in listed.head(most).to_dict("records"):
        others = [material.code_label(code) for code in str(row["others"]).split(";") if code]
        kind = say(f"agreement.kind_{row['kind']}", others=others)
        rows.append(
            (
                Cell(text=f"{row['document_id']}:{row['turn']:g}", href=f"#t-{row['document_id']}-{row['turn']:g}"),
                text(material.speaker(str(row["case_id"]))),
                text(shorten_quote(material, str(row["quote"]))),
                text(material.code_label(str(row["code"]))),
                text(kind),
                text("; ".join(_gave(material, part) for part in str(row["coded"]).split(";"))),
                text(_magnitude(material, str(row["decided"])) if row["decided"] else NOTHING),
            )
        )
    headings = ("place", "said_by", "quote", "code", "kind", "coded", "decided")
    note = say("agreement.note_disagreements", shown=len(rows), count=len(listed))
    return tabled(
        material,
        "tabel-perbedaan-koding",
        say("agreement.caption_disagreements"),
        headings,
        rows,
        under="agreement.",
        note=note,
    )


def table_consensus(material: Material) -> Table:
    """Return what the consensus made of each code: kept, decided for whom, added, dropped, another magnitude."""
    say, wording = material.wording.say, material.wording
    counts = material.study.load("consensus_changes.csv")
    coders = sorted(set(material.study.load("coders.csv")["coder"]) - {CONSENSUS})
    columns = [("agreed", ""), *(("decided", coder) for coder in coders), ("added", ""), ("dropped", ""),
               ("magnitude", "")]  # fmt: skip
    found = {(r["code"], r["outcome"], r["coder"]): int(r["count"]) for r in counts.to_dict("records")}
    named = [(material.code_label(code), [code]) for code in material.codebook.index if code in set(counts["code"])]
    if named:
        named.append((say("agreement.total"), list(material.codebook.index)))
    rows = [
        (text(label), *(number(wording, sum(found.get((code, *column), 0) for code in codes)) for column in columns))
        for label, codes in named
    ]
    return Table(
        id="tabel-konsensus",
        caption=say("agreement.caption_consensus"),
        headings=(
            say("heading.code"),
            *(say(f"agreement.outcome_{o}", coder=material.coder(coder)) for o, coder in columns),
        ),
        rows=tuple(rows),
        source=material.table_source("texts"),
        note=say("agreement.note_consensus" if named else "agreement.no_consensus"),
    )


def shorten_quote(material: Material, quote: str) -> str:
    """Return a quotation as a table shows it: cut where it is long, said to be withheld where it is empty."""
    if not quote:
        return material.wording.say("agreement.withheld")
    words = " ".join(quote.split())
    return words if len(words) <= LONGEST else words[:LONGEST].rsplit(" ", 1)[0] + " …"


def tables_suggestions(material: Material) -> list[Table]:
    """Return how the codings that a program suggested agree with each coder's; nothing where none were suggested."""
    say, wording, study = material.wording.say, material.wording, material.study
    if not study.has("suggestions.csv"):
        return []
    tables = (study.load(f"{name}.csv") for name in ("suggestions", "codings", "turns", "informants", "codebook"))
    rows = []
    for row in compare_suggestions(*tables).to_dict("records"):
        counts = [number(wording, row[name]) for name in ("suggested", "coded", "both")]
        shares = [share(wording, row[name]) for name in ("precision", "recall", "same_direction")]
        alpha = Cell(text=_signed(material, known(row["alpha"])), number=True)
        rows.append((text(material.coder(str(row["coder"]))), *counts, *shares, alpha))
    headings = ("coder", "suggested", "given", "both", "precision", "recall", "same_direction", "alpha_nominal")
    return [
        tabled(
            material,
            "tabel-saran-koding",
            say("agreement.caption_suggestions"),
            headings,
            rows,
            under="agreement.",
            note=say("agreement.note_suggestions"),
        )
    ]


def _found(material: Material, scope: str) -> dict[str, dict[str, dict[Any, Any]]]:
    table = material.study.load("coding_agreement.csv")
    found: dict[str, dict[str, dict[Any, Any]]] = {}
    for row in table[table["scope"] == scope].to_dict("records"):
        found.setdefault(str(row["id"]), {})[str(row["coefficient"])] = row
    return found


def _label(material: Material, scope: str, identity: str) -> str:
    if scope == "code":
        return material.code_label(identity)
    return material.definition.focus(identity).name(material.study.language)


def _interval(material: Material, row: dict[Any, Any]) -> str:
    if row["reason"]:
        return material.wording.say(f"agreement.reason_{str(row['reason']).replace(' ', '_')}")
    low, high = known(row["low"]), known(row["high"])
    if low is None or high is None:
        return NOTHING
    return material.wording.say("agreement.bounds", low=_signed(material, low), high=_signed(material, high))


def _signed(material: Material, value: float | None) -> str:
    if value is None:
        return NOTHING
    rounded = round(value, 2)
    return ("−" if rounded < 0 else "") + material.wording.number(abs(rounded), 2)


def _unread(material: Material) -> str:
    unread = material.study.load("uncoded_texts.csv")
    parts = [
        material.wording.say(
            "agreement.unread", coder=upper_first(material.coder(str(coder))), texts=list(own["document_id"])
        )
        for coder, own in unread.groupby("coder", sort=True)
    ]
    return " ".join(parts)


def _gave(material: Material, part: str) -> str:
    coder, _, magnitude = part.rpartition(":")
    return f"{material.coder(coder)} {_magnitude(material, magnitude)}"


def _magnitude(material: Material, value: str) -> str:
    if value == NONE:
        return material.wording.say("agreement.nothing")
    magnitude = float(value)
    if magnitude.is_integer():
        return write_magnitude(int(magnitude))
    return material.wording.signed(magnitude, 1)
