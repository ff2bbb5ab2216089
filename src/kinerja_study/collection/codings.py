"""Codings held against the texts: every coding on its words, within one turn of someone who consented.

Owns the anchoring of a coder's table; decides nothing about which codings are in force.
"""

from __future__ import annotations

import unicodedata
from array import array
from collections.abc import Mapping, Set
from dataclasses import dataclass
from typing import Any

import pandas as pd

from kinerja_study.collection.documents import INTERVIEWER, Document
from kinerja_study.errors import MOST_FAULTS, Fault, suggest

MOST_PLACES = 100
"""Places of one quote that are looked for: a letter stands at a hundred thousand in a long text."""

COLUMNS = (
    "coding_id",
    "document_id",
    "start",
    "end",
    "quote",
    "code",
    "focus",
    "magnitude",
    "group",
    "case_id",
    "technique",
    "coder",
    "memo",
)
DIRECTION = {"+": 1, "-": -1, "0": 0}


@dataclass(frozen=True, slots=True, kw_only=True)
class Anchor:
    """The place of a quote that can be written back into its table: file, row and half-open span."""

    file: str
    row: int
    start: int
    end: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Sources:
    """What codings refer to: texts by id, who speaks them, and the codebook."""

    documents: Mapping[str, Document]
    informants: pd.DataFrame
    codebook: pd.DataFrame
    groups: Mapping[str, str]
    techniques: Mapping[str, str]
    refused: frozenset[str] = frozenset()


def anchor_codings(
    table: pd.DataFrame, coder: str, file: str, sources: Sources
) -> tuple[pd.DataFrame, list[Fault], list[Anchor]]:
    """Put each coding of a coder on its words.

    Parameters
    ----------
    table : DataFrame, shape (n_codings, 7)
        A table that has passed its schema; the index is the row in the file.
    coder : str
        Name of the coder.
    file : str
        Path of the table in the study.
    sources : Sources
        What the codings refer to.

    Returns
    -------
    codings : DataFrame
        The rows without fault, with the columns of :data:`COLUMNS`.
    faults : list of Fault
    anchors : list of Anchor
        Quotes that moved, or that have no span yet, and occur exactly once.
    """
    anchoring = Anchoring(sources)
    columns: dict[str, Any] = {name: array("q") if name in ("start", "end") else [] for name in COLUMNS}
    faults: list[Fault] = []
    anchors: list[Anchor] = []
    seen: dict[str, int] = {}
    names = [str(column) for column in table.columns]
    for row, *cells in table.itertuples():
        if len(faults) > MOST_FAULTS:  # more than is ever listed
            break
        coding = dict(zip(names, map(str, cells), strict=True))
        placed = anchoring.place(coding, coder, file, row)
        if placed.anchor is not None:
            anchors.append(placed.anchor)
        faults += placed.faults
        key = placed.key
        if key in seen:
            cure = "Remove one of the rows."
            problem = f"the same span, code and coder stand in row {seen[key]}"
            faults.append(_fault("duplicate_coding", problem, cure, file, row, "quote", coding))
        elif placed.coding is not None:
            for name, own in columns.items():
                own.append(placed.coding[name])
        if key is not None:
            seen.setdefault(key, row)
    found = columns if columns["coding_id"] else None
    return pd.DataFrame(found, columns=list(COLUMNS)), faults, anchors


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """What became of one coding: its key and span where it has a place, the joined coding where it has no fault."""

    key: str | None
    span: tuple[int, int] | None
    coding: dict[str, object] | None
    faults: list[Fault]
    anchor: Anchor | None


class Anchoring:
    """Puts codings on their words, one at a time.

    Parameters
    ----------
    sources : Sources
        What the codings refer to.
    """

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.codes = {str(code["code"]): code for code in sources.codebook.to_dict("records")}
        people = sources.informants
        self.without_consent = set(people.loc[people["consent"].eq("no"), "informant_id"])

    def place(self, coding: dict[str, str], coder: str, file: str, row: int) -> Placed:
        """Put one coding on its words.

        Parameters
        ----------
        coding : dict of str to str
            The cells of its row.
        coder, file, row : str, str, int
            Whose it is, and where it stands.
        """
        sources, codes = self.sources, self.codes
        found: list[Fault] = []
        document = sources.documents.get(coding["document_id"])
        if document is None and coding["document_id"] not in sources.refused:
            cure = f"{suggest(coding['document_id'], sources.documents)}Texts: {', '.join(sources.documents)}."
            found.append(_fault("unknown_document", "no text has this id", cure, file, row, "document_id", coding))
        if coding["code"] not in codes:
            cure = f"{suggest(coding['code'], codes)}Correct the row, or add the code to codebook.csv."
            problem = f"the code is not in the codebook ({len(codes)} codes)"
            found.append(_fault("unknown_code", problem, cure, file, row, "code", coding))
        elif not coding["magnitude"] and codes[coding["code"]]["direction"] == "+/-":
            cure = "Write -2, -1, 0, 1 or 2."
            problem = f"code {coding['code']} has direction +/- and needs a magnitude"
            found.append(_fault("missing_magnitude", problem, cure, file, row, "magnitude", coding))
        if document is None:
            return Placed(key=None, span=None, coding=None, faults=found, anchor=None)
        span, anchor = _place(coding, document, file, row, found)
        if span is None:
            return Placed(key=None, span=None, coding=None, faults=found, anchor=anchor)
        speaker = _speaker(document, span, file, row, found, coding, self.without_consent)
        key = f"{document.id}:{span[0]}-{span[1]}:{coding['code']}:{coder}"
        joined = None
        if not found:
            joined = _coding(key, coding, document, span, speaker, coder, codes[coding["code"]], sources)
        return Placed(key=key, span=span, coding=joined, faults=found, anchor=anchor)


def _quoted(coding: Mapping[str, str]) -> str:
    return unicodedata.normalize("NFC", coding["quote"].replace("\r\n", "\n"))


def _place(
    coding: dict[str, str], document: Document, file: str, row: int, faults: list[Fault]
) -> tuple[tuple[int, int] | None, Anchor | None]:
    quote = _quoted(coding)
    if coding["start"] and coding["end"]:
        start, end = int(coding["start"]), int(coding["end"])
        if start < end and document.text[start:end] == quote:
            return (start, end), None
    places = find_quote(document.text, quote)
    anchor = None
    if len(places) == 1:
        anchor = Anchor(file=file, row=row, start=places[0], end=places[0] + len(quote))
    if not coding["start"] and not coding["end"]:
        if anchor is not None:
            return (anchor.start, anchor.end), anchor
        where = "does not occur" if not places else f"occurs {_listed(places)},"
        cure = "Copy the words from the text as they stand." if not places else "Give start and end."
        problem = f"start and end are empty, and the quote {where} in {document.file}"
        faults.append(_fault("quote_not_placed", problem, cure, file, row, "quote", coding))
        return None, None
    if not coding["start"] or not coding["end"]:
        column = "start" if not coding["start"] else "end"
        cure = "Give both, or leave both empty where the quote occurs once."
        faults.append(_fault("half_span", "only one of start and end is given", cure, file, row, column, coding))
        return None, None
    if start >= end or end > len(document.text):
        value = f"{start}-{end}"
        problem = f"the span does not lie in {document.file}, whose text has {len(document.text)} characters"
        faults.append(Fault(kind="span_outside", problem=problem, cure=_new_place(places, quote), file=file, row=row,
                            column="start, end", value=value))  # fmt: skip
        return None, anchor
    problem = f"the quote is not what stands at {start}-{end} in {document.file}: {document.text[start:end]!r}"
    faults.append(
        _fault("quote_mismatch", problem, _new_place(places, quote), file, row, "quote", {**coding, "quote": quote})
    )  # fmt: skip
    return None, anchor


def _new_place(places: list[int], quote: str) -> str:
    if len(places) == 1:
        span = f"{places[0]}-{places[0] + len(quote)}"
        return f"The quote occurs exactly once, at {span}: look at the coding again, then 'kinerja check --fix'."
    if not places:
        return "The quote occurs nowhere in the text: code the passage again."
    return f"The quote occurs {_listed(places)}: give the right start and end."


def _listed(places: list[int]) -> str:
    times = f"{len(places)} times" + (" or more" if len(places) == MOST_PLACES else "")
    return f"{times}, at " + ", ".join(map(str, places[:5])) + (" ..." if len(places) > 5 else "")


def find_quote(text: str, quote: str) -> list[int]:
    """Return the places where a quote begins in a text, the first :data:`MOST_PLACES` of them."""
    places: list[int] = []
    at = text.find(quote)
    while at >= 0 and len(places) < MOST_PLACES:
        places.append(at)
        at = text.find(quote, at + 1)
    return places


def _speaker(
    document: Document,
    span: tuple[int, int],
    file: str,
    row: int,
    faults: list[Fault],
    coding: dict[str, str],
    without_consent: Set[str],
) -> str:
    turn = document.turn_at(*span)
    if turn is None:
        first = document.turns[0].start if document.turns else len(document.text)
        inside = "before the first turn" if span[1] <= first else "two turns"
        cure = "Only what one informant says in one turn is evidence: code each turn by itself."
        problem = f"the span {span[0]}-{span[1]} touches {inside} of {document.file}"
        faults.append(_fault("two_turns", problem, cure, file, row, "quote", coding))
        return ""
    if turn.speaker == INTERVIEWER:
        cure = "Code the informant's answer; the interviewer's words are never evidence."
        problem = f"the span {span[0]}-{span[1]} is the interviewer's in {document.file}"
        faults.append(_fault("interviewer_coded", problem, cure, file, row, "quote", coding))
    elif turn.speaker in without_consent:
        cure = "Remove the coding: what was not consented to is not used at all."
        problem = f"{turn.speaker} gave no consent"
        faults.append(_fault("no_consent", problem, cure, file, row, "document_id", coding))
    return turn.speaker


def _coding(
    key: str,
    coding: dict[str, str],
    document: Document,
    span: tuple[int, int],
    speaker: str,
    coder: str,
    code: Mapping[Any, Any],
    sources: Sources,
) -> dict[str, object]:
    case = speaker or document.id
    group = sources.groups[case]
    direction = str(code["direction"])
    magnitude = int(coding["magnitude"]) if coding["magnitude"] else DIRECTION.get(direction, 0)
    return {
        "coding_id": key,
        "document_id": document.id,
        "start": span[0],
        "end": span[1],
        "quote": _quoted(coding),
        "code": coding["code"],
        "focus": code["focus"],
        "magnitude": magnitude,
        "group": group,
        "case_id": case,
        "technique": sources.techniques[group],
        "coder": coder,
        "memo": coding["memo"],
    }


def _fault(kind: str, problem: str, cure: str, file: str, row: int, column: str, coding: Mapping[str, str]) -> Fault:
    return Fault(
        kind=kind, problem=problem, cure=cure, file=file, row=row, column=column, value=coding.get(column) or None
    )
