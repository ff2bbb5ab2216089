"""What was decided, changed and noted on the way, held against the rest of the study.

Owns the references of decisions.csv, codebook_changes.csv and memos.csv, and what in them repeats words that may not be
quoted. These tables are a record: they may name a code that is no longer there, as long as a change says what became
of it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, replace
from typing import Any

import pandas as pd

from kinerja_study.collection.claims import split_ids
from kinerja_study.collection.documents import Document
from kinerja_study.errors import Fault, suggest

TRAIL = {"decisions": "reason", "codebook_changes": "reason", "memos": "text"}
"""The tables, each with the column in which a researcher writes freely."""

RUN = 5
"""So many words in a row as they were said are a quotation; between quotation marks two are enough."""

GONE, BECAME = ("rename", "merge", "split", "retire"), ("rename", "merge", "split")
"""Acts after which a code may be missing in the codebook, and those that say what it became."""

_CODING = re.compile(r"(?P<document>[^:]+):(?P<start>\d+)-\d+:[^:]+:(?P<coder>\S+)")
_QUOTED = re.compile(r"[“”\"„«]([^“”\"„«»]+)[“”\"»]")

Spans = Sequence[tuple[int, int]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Referents:
    """What the tables refer to.

    ``codings`` holds the ids of each coder whose file is sound, ``withheld`` the spans of each text that may not be
    quoted, ``refused`` the ids of texts that could not be read.
    """

    documents: Mapping[str, Document]
    refused: Set[str]
    codes: Set[str]
    coders: Set[str]
    codings: Mapping[str, Set[str]]
    withheld: Mapping[str, Spans]


def check_trail(tables: Mapping[str, pd.DataFrame], referents: Referents) -> Iterator[Fault]:
    """Yield what is wrong in the tables of the audit trail.

    Parameters
    ----------
    tables : mapping of str to DataFrame
        Those of :data:`TRAIL` that are there, each having passed its schema; the index is the row in the file.
    referents : Referents
        What they refer to.
    """
    changes = tables.get("codebook_changes")
    once = set() if changes is None else set(changes.loc[changes["act"].isin(GONE), "code"])
    codes = referents.codes | once
    # A check knows its row and not where that stands.
    checks = {"decisions": _check_decision, "codebook_changes": _check_change, "memos": _check_memo}
    for stem, check in checks.items():
        for row, cells in _rows(tables.get(stem)):
            file = tables[stem].attrs["file"]
            yield from (replace(fault, file=file, row=row) for fault in check(cells, codes, referents))
    yield from _find_quoted(tables, referents)


def note_decisions(decisions: pd.DataFrame, consensus: pd.DataFrame | None, codes: Collection[str]) -> list[Fault]:
    """Return a note for each last decision on a passage and code that the consensus does not bear out.

    Parameters
    ----------
    decisions : DataFrame
        In the order of the file.
    consensus : DataFrame, optional
        Codings of the consensus.
    codes : collection of str
        Of the codebook; a decision about a code that is gone is history.
    """
    keys = ["document_id", "start", "end", "code"]
    found = {} if consensus is None else {_key(r): int(r["magnitude"]) for r in consensus.to_dict("records")}
    notes = []
    for row, cells in _rows(decisions.drop_duplicates(keys, keep="last")):
        if cells["code"] not in codes:
            continue
        magnitude, dropped = found.get(_key(cells)), cells["outcome"] == "dropped"
        if dropped != (magnitude is None):
            problem = "decided otherwise: the consensus " + ("has this coding" if dropped else "has no such coding")
        elif not dropped and cells["magnitude"] and int(cells["magnitude"]) != magnitude:
            problem = f"decided otherwise: the consensus gives magnitude {magnitude}"
        else:
            continue
        cure = "Write down the later decision too, or correct the consensus."
        notes.append(Fault(kind="other_consensus", problem=problem, cure=cure, file=decisions.attrs["file"], row=row,
                           column="outcome", value=cells["outcome"]))  # fmt: skip
    return notes


def withhold(stem: str, table: pd.DataFrame, column: str, withheld: Mapping[str, Spans]) -> pd.DataFrame:
    """Return a table with nothing in a column where the row is about a passage that may not be quoted.

    Parameters
    ----------
    stem : str
        Which table of :data:`TRAIL`.
    table : DataFrame
        Its rows.
    column : str
        Where a researcher writes freely, and may repeat what was said.
    withheld : mapping of str to sequence of (int, int)
        Spans of each text that may not be quoted.
    """
    silent = [_is_withheld(stem, cells, withheld) for _, cells in _rows(table)]
    return table.assign(**{column: table[column].mask(pd.Series(silent, index=table.index, dtype="bool"), "")})


def _check_decision(row: Mapping[str, str], codes: Set[str], referents: Referents) -> Iterator[Fault]:
    yield from _unknown_document("document_id", row["document_id"], referents)
    document, start, end = referents.documents.get(row["document_id"]), int(row["start"]), int(row["end"])
    if document is not None and not start < end <= len(document.text):
        problem = f"the span does not lie in {document.file}, whose text has {len(document.text)} characters"
        cure = "Give the start and end of the coding that was decided."
        yield _fault("span_outside", problem, cure, "start, end", f"{start}-{end}")
    elif document is not None and document.turn_at(start, end) is None:
        cure = "A coding lies in one turn: give the start and end of the one that was decided."
        yield _fault(
            "two_turns", f"the span does not lie in one turn of {document.file}", cure, "start, end", f"{start}-{end}"
        )
    yield from _unknown_code("code", row["code"], codes)
    for coder in split_ids(row["coders"]):
        if coder not in referents.coders:
            yield _unknown("unknown_coder", "nobody of this name has coded", "coders", coder, referents.coders)


def _check_change(row: Mapping[str, str], codes: Set[str], _: Referents) -> Iterator[Fault]:
    yield from _unknown_code("code", row["code"], codes)
    for code in split_ids(row["into"]):
        yield from _unknown_code("into", code, codes)
    if row["act"] in BECAME and not split_ids(row["into"]):
        cure = "Name the code or codes that it became, separated by ';'."
        yield _fault("missing_into", f"'{row['act']}' needs what the code became", cure, "into")


def _check_memo(row: Mapping[str, str], codes: Set[str], referents: Referents) -> Iterator[Fault]:
    about, target = row["about"], row["target"]
    if about == "study":
        if target:
            cure = "Leave it empty, or say in 'about' what it is: document, code or coding."
            yield _fault("bad_value", "a memo about the study has no target", cure, "target", target)
    elif about == "document":
        yield from _unknown_document("target", target, referents)
    elif about == "code":
        yield from _unknown_code("target", target, codes)
    else:
        found = _CODING.fullmatch(target)
        coder = found["coder"] if found else ""
        if found is None:
            cure = "Write document:start-end:code:coder, as the column coding_id of data/processed/<study>/codings.csv."
            yield _fault("bad_value", "a coding is named by its id", cure, "target", target)
        elif coder not in referents.coders:
            yield _unknown("unknown_coder", "nobody of this name has coded", "target", target, referents.coders)
        elif coder in referents.codings and target not in referents.codings[coder]:
            own = [i for i in referents.codings[coder] if i.startswith(f"{found['document']}:")]
            yield _unknown("unknown_coding", f"{coder} has no such coding", "target", target, own)


def _unknown_document(column: str, value: str, referents: Referents) -> Iterator[Fault]:
    if value not in referents.documents and value not in referents.refused:
        yield _unknown("unknown_document", "no text has this id", column, value, referents.documents)


def _unknown_code(column: str, value: str, codes: Set[str]) -> Iterator[Fault]:
    if value not in codes:
        problem = "the code is not in the codebook, and no row of codebook_changes says what became of it"
        yield _unknown("unknown_code", problem, column, value, codes)


def _unknown(kind: str, problem: str, column: str, value: str, known: Iterable[str]) -> Fault:
    options = sorted(known)
    cure = f"{suggest(value, options)}Known: {', '.join(options[:60])}."
    return _fault(kind, problem, cure, column, value)


def _fault(kind: str, problem: str, cure: str, column: str, value: str | None = None) -> Fault:
    return Fault(kind=kind, problem=problem, cure=cure, file="", column=column, value=value)


def _find_quoted(tables: Mapping[str, pd.DataFrame], referents: Referents) -> Iterator[Fault]:
    spoken: dict[str, str] = {}
    shown: list[str] = []
    for document in referents.documents.values():
        hidden = set(referents.withheld[document.id])
        for turn in document.turns:
            said = _said(document.text[turn.start : turn.end])
            if (turn.start, turn.end) in hidden:
                spoken[document.id] = spoken.get(document.id, "") + said
            else:
                shown.append(said)
    others = "".join(shown)
    cure = (
        "Say it in words of your own. What a coding itself is told of belongs into its column memo, or into a memo "
        "about that coding: there it is left out with its quote."
    )
    for stem, column in TRAIL.items():
        for row, cells in _rows(tables.get(stem)):
            if _is_withheld(stem, cells, referents.withheld):
                continue
            runs = [run for run in _runs(cells[column]) if run not in others]
            found = next((document for document, said in spoken.items() if any(run in said for run in runs)), None)
            if found is not None:
                # The words themselves are not repeated in a message.
                problem = f"words of {found} that may not be quoted stand here as they were said"
                yield Fault(kind="quoted_words", problem=problem, cure=cure, file=tables[stem].attrs["file"], row=row,
                            column=column)  # fmt: skip


def _is_withheld(stem: str, row: Mapping[str, str], withheld: Mapping[str, Spans]) -> bool:
    document, start = "", 0
    if stem == "decisions":
        document, start = row["document_id"], int(row["start"])
    elif stem == "memos" and (found := _CODING.fullmatch(row["target"])):
        document, start = found["document"], int(found["start"])
    return any(first <= start < last for first, last in withheld.get(document, ()))


def _runs(text: str) -> Iterator[str]:
    words = _said(text).split()
    yield from (f" {' '.join(words[at : at + RUN])} " for at in range(len(words) - RUN + 1))
    yield from (said for quoted in _QUOTED.findall(text) if 2 <= len((said := _said(quoted)).split()) < RUN)


def _said(text: str) -> str:
    words = " ".join(re.findall(r"\w+", text.casefold()))
    return f" {words} "


def _key(row: Mapping[Any, Any]) -> tuple[str, int, int, str]:
    return str(row["document_id"]), int(str(row["start"])), int(str(row["end"])), str(row["code"])


def _rows(table: pd.DataFrame | None) -> list[tuple[int, dict[str, str]]]:
    if table is None:
        return []
    records = [{str(column): str(cell) for column, cell in cells.items()} for cells in table.to_dict("records")]
    return list(zip(table.index.astype(int), records, strict=True))
