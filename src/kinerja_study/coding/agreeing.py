"""Coders side by side: how far they agree, where they differ, and what they decide.

Owns the consensus that decisions make, and ``decisions.csv``; every coefficient is
:mod:`kinerja_study.condensation.agreement`'s.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import pandas as pd

from kinerja_study.coding.codings import Coding, Codings
from kinerja_study.coding.desk import Act, Desk, coder_file
from kinerja_study.coding.memos import follow_coding
from kinerja_study.coding.refusals import CodingError
from kinerja_study.collection.codings import COLUMNS as JOINED
from kinerja_study.collection.field_data import CONSENSUS, Material
from kinerja_study.condensation.agreement.coded_turns import build_coded_turns
from kinerja_study.condensation.agreement.coding_agreement import compute_coding_agreement
from kinerja_study.condensation.agreement.disagreements import NONE, list_disagreements
from kinerja_study.definition import is_suggester

FILE = "decisions.csv"
OUTCOMES = ("kept", "dropped", "changed")


def compare(
    material: Material,
    codebook: pd.DataFrame,
    codings: Mapping[str, Codings],
    decisions: Sequence[Mapping[str, str]],
    document: str | None,
    coders: Sequence[str],
) -> dict[str, Any]:
    """Lay coders beside each other, in one text or in all.

    Parameters
    ----------
    material : Material
        The study's texts and people.
    codebook : DataFrame
        The codes as they are now.
    codings : mapping of str to Codings
        Everybody's.
    decisions : sequence of mapping
        What has been decided.
    document : str, optional
        Id of a text; None for all.
    coders : sequence of str
        Two or more of those who have coded.

    Returns
    -------
    dict
        ``coders``; ``agreement``, a row a code and a focus with every coefficient; ``disagreements`` in reading order,
        each with the ``keys`` of the codings in question and whether it is ``settled`` by a decision; ``left_out``,
        how many codings have a fault and are not compared.

    Raises
    ------
    CodingError
        Fewer than two coders, or one who has not coded.
    """
    there = [coder for coder in codings if coder != CONSENSUS and not is_suggester(coder)]
    for coder in coders:
        if coder not in there:
            raise CodingError("comparing.not_coded", coder, there, coder=coder, coders=", ".join(there))
    if len(set(coders)) < 2:
        raise CodingError("comparing.one_coder", coders=", ".join(there))
    compared = [codings[coder] for coder in (*dict.fromkeys(coders), CONSENSUS) if coder in codings]
    rows = [row for those in compared for row in those.joined if document in (None, row["document_id"])]
    turns = material.turns if document is None else material.turns[material.turns["document_id"] == document]
    types = {"start": "int64", "end": "int64", "magnitude": "int64", "document_id": "str", "coder": "str"}
    frame = pd.DataFrame(rows, columns=list(JOINED)).astype(types)
    coded = build_coded_turns(frame, turns.reset_index(drop=True), material.tables["informants"])
    whole = sum(
        len(those.by_key) if document is None else len(those.by_document.get(document, ())) for those in compared
    )
    order = {name: number for number, name in enumerate(material.documents)}
    differing = sorted(
        list_disagreements(coded).to_dict("records"),
        key=lambda row: (order[row["document_id"]], row["start"], row["code"]),
    )
    used = codebook[codebook["code"].isin(frame["code"])]
    return {
        "coders": list(dict.fromkeys(coders)),
        "document": document,
        "agreement": _agreement(compute_coding_agreement(coded, used)) if len(used) else [],
        "disagreements": [_differing(row, material, compared, decisions) for row in differing],
        "left_out": whole - len(rows),
    }


def decide(desk: Desk, act: Act) -> None:
    """Decide on words and a code: ``document, start, end, code, magnitude, outcome, reason``.

    ``kept`` and ``changed`` put the coding into the consensus, ``dropped`` takes it out; codings of that code on these
    words that the consensus had, and those that ``replaces`` names by their keys, give way.
    """
    document, code = desk.text(act), str(desk.code(act)["code"])
    start, end = desk.span(act, document)
    reason, outcome = desk.word(act, "reason"), desk.word(act, "outcome")
    if outcome not in OUTCOMES:
        raise CodingError("deciding.outcome", outcome=outcome, options=", ".join(OUTCOMES))
    desk.writable(coder_file(CONSENSUS))
    consensus = desk.codings_of(CONSENSUS)
    replaced = desk.listed(act, "replaces")
    gone = {c.key for c in consensus.overlapping(document.id, start, end) if c.code == code} | {
        key for key in replaced if key in consensus.by_key
    }
    same_place = f"{document.id}:{start}-{end}:{code}:{CONSENSUS}"
    cells = {
        "document_id": document.id,
        "start": str(start),
        "end": str(end),
        "quote": document.text[start:end],
        "code": code,
        "magnitude": desk.magnitude(act),
        "memo": desk.words(act, "memo"),
    }
    coders = _who_coded(desk, document.id, start, end, {code, *(consensus.by_key[key].code for key in gone)})
    exactly = [desk.codings[coder].by_key.get(f"{document.id}:{start}-{end}:{code}:{coder}") for coder in coders]
    if outcome == "kept" and not any(coding and _same_weight(coding, cells, desk) for coding in exactly):
        raise CodingError("deciding.nobody", start=start, end=end, document=document.id, code=code)
    if outcome == "dropped" and not gone and not coders:
        raise CodingError("deciding.nothing", start=start, end=end, document=document.id, code=code)
    if outcome != "dropped":
        desk.settled_cells(cells, CONSENSUS, apart=same_place, loose=False)
    _settle(desk, cells, same_place, gone, dropped=outcome == "dropped")
    row = {**cells, "date": desk.today, "decided_by": desk.coder, "outcome": outcome, "coders": ";".join(coders),
           "reason": reason}  # fmt: skip
    for key in sorted(gone - {same_place}, key=consensus.at.__getitem__):
        if _was_decided(desk, consensus.by_key[key]):
            # What was decided before no longer holds: the table says so, for each of its codings.
            desk.draft.add(FILE, {**row, **_place_of(consensus.by_key[key]), "outcome": "dropped"})
    desk.draft.add(FILE, row)
    desk.note = {"code": code, "quote": cells["quote"][:80], "outcome": outcome}


ACTS: Mapping[str, Callable[[Desk, Act], None]] = {"decide": decide}


def _place_of(coding: Coding) -> dict[str, str]:
    return {column: coding.cells[column] for column in ("start", "end", "code", "magnitude")}


def _was_decided(desk: Desk, coding: Coding) -> bool:
    place = {"document_id": coding.document, **_place_of(coding)}
    del place["magnitude"]
    rows = [cells for _, cells in desk.draft.table(FILE).rows() if place.items() <= cells.items()]
    return bool(rows) and rows[-1]["outcome"] != "dropped"


def _settle(desk: Desk, cells: dict[str, str], same_place: str, gone: set[str], *, dropped: bool) -> None:
    file, consensus = coder_file(CONSENSUS), desk.codings_of(CONSENSUS)
    stays = same_place in gone and not dropped
    removed = sorted((consensus.at[key] for key in gone if not (stays and key == same_place)), reverse=True)
    for at in removed:
        desk.draft.remove(file, at)
    for key in gone - {same_place} if not dropped else gone:
        follow_coding(desk.draft, key, None if dropped else same_place)
    if dropped:
        return
    place = consensus.at[same_place] if stays else consensus.place_for(cells)
    if place is not None:
        place -= sum(at < place for at in removed)
    if stays and place is not None:
        cells["memo"] = cells["memo"] or consensus.by_key[same_place].memo
        desk.draft.change(file, place, cells)
    else:
        desk.draft.add(file, cells, place)


def _who_coded(desk: Desk, document: str, start: int, end: int, codes: Iterable[str]) -> list[str]:
    wanted = set(codes)
    return [
        coder
        for coder, codings in desk.codings.items()
        if coder != CONSENSUS
        and not is_suggester(coder)
        and any(coding.code in wanted for coding in codings.overlapping(document, start, end))
    ]


def _same_weight(coding: Coding, cells: Mapping[str, str], desk: Desk) -> bool:
    placed = desk.anchoring.place(dict(cells), coding.coder, "", 0).coding
    return placed is None or coding.joined is None or coding.joined["magnitude"] == placed["magnitude"]


def _agreement(table: pd.DataFrame) -> list[dict[str, Any]]:
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    for found in table.to_dict("records"):
        key = (found["scope"], found["id"])
        row = rows.setdefault(key, {"scope": key[0], "id": key[1], "n": found["n"], "count": found["count"]})
        row[found["coefficient"]] = {
            **{part: None if pd.isna(found[part]) else float(found[part]) for part in ("value", "low", "high")},
            "reason": found["reason"] or None,
        }
    return list(rows.values())


def _differing(
    row: Mapping[Any, Any], material: Material, compared: Sequence[Codings], decisions: Sequence[Mapping[str, str]]
) -> dict[str, Any]:
    pairs = (part.rsplit(":", 1) for part in str(row["coded"]).split(";"))
    document, start, end = str(row["document_id"]), int(row["start"]), int(row["end"])
    codes = {row["code"], *(others := [code for code in str(row["others"]).split(";") if code])}
    touching = [c for those in compared for c in those.overlapping(document, start, end) if c.code in codes]
    return {
        "kind": row["kind"],
        "document": document,
        "turn": int(row["turn"]),
        "start": start,
        "end": end,
        "code": row["code"],
        "coded": {coder: None if value == NONE else float(value) for coder, value in pairs},
        "others": others,
        "decided": None if row["decided"] in ("", NONE) else float(row["decided"]),
        "settled": any(
            cells["document_id"] == document
            and cells["code"] in codes
            and int(cells["start"]) < end
            and start < int(cells["end"])
            for cells in decisions
        ),
        "keys": [coding.key for coding in touching],
        "quote": material.documents[document].text[start:end],
    }
