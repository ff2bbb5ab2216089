"""The codings of one coder as the room shows them: on their words, or detached from them.

Owns keys and the finding of a coding by its key or its document; where a coding stands is
:mod:`kinerja_study.collection.codings`' to say.
"""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from kinerja_study.coding.records import Table
from kinerja_study.coding.suggestions import split_memo
from kinerja_study.collection.codings import Anchoring, find_quote
from kinerja_study.definition import is_suggester
from kinerja_study.errors import Fault

DETACHED = frozenset({"quote_mismatch", "quote_not_placed", "span_outside", "half_span"})
"""Faults of a coding whose words are no longer where it says."""

MENDABLE = DETACHED | {"two_turns", "interviewer_coded", "no_consent"}
"""Faults that the room opens with, since an act in it mends them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Coding:
    """One row of a coder's table.

    ``start`` and ``end`` are the span, or where it was when the coding is detached, None when it never had one;
    ``magnitude`` is None where the code's direction counts, ``effective`` what counts. ``joined`` is the coding with
    focus, case and group, None where it has a fault; ``turn`` the number of its turn.
    """

    key: str
    document: str
    start: int | None
    end: int | None
    turn: int | None
    quote: str
    code: str
    magnitude: int | None
    memo: str
    coder: str
    detached: bool
    fault: Fault | None
    found_at: tuple[tuple[int, int], ...]
    cells: Mapping[str, str]
    joined: Mapping[str, object] | None
    shown: Mapping[str, Any] = field(init=False)

    def __post_init__(self) -> None:
        """Make what the front end gets: once, since every act shows every coding of a text."""
        memo, origin = split_memo(self.memo)
        shown = {
            "key": self.key,
            "document": self.document,
            "start": self.start,
            "end": self.end,
            "quote": self.quote,
            "code": self.code,
            "magnitude": self.magnitude,
            "effective": None if self.joined is None else self.joined["magnitude"],
            "memo": memo,
            "origin": origin,
            "coder": self.coder,
            "suggestion": is_suggester(self.coder),
            "detached": self.detached,
            "fault": None if self.fault is None else f"{self.fault.problem}. {self.fault.cure}",
            "found_at": [list(span) for span in self.found_at],
        }
        object.__setattr__(self, "shown", shown)


class Codings:
    """The codings of one coder, by key and by document, in the order of the texts.

    Parameters
    ----------
    table : Table
        The coder's file.
    coder : str
        The coder.
    anchoring : Anchoring
        Puts codings on their words.
    known : dict of str to Coding
        Codings by how their rows are written; extended, so that each row is put on its words once.
    """

    def __init__(self, table: Table, coder: str, anchoring: Anchoring, known: dict[str, Coding]) -> None:
        self.table, self.coder, self.known = table, coder, known
        # At every act, over thousands of rows: hence the dictionaries made whole.
        rows = [(at, record) for at, record in enumerate(table.records) if record.cells is not None]
        for at, record in rows:
            if record.raw not in known:
                known[record.raw] = _place(record.cells or {}, coder, table.file, at + 1, anchoring)
        codings = [known[record.raw] for _, record in rows]
        self.by_key = {coding.key: coding for coding in codings}
        self.twice: set[str] = set()
        if len(self.by_key) < len(codings):
            # Rows that another program has written twice, or quotes without a place: each gets a key of its own.
            times = Counter(coding.key for coding in codings)
            self.twice = {coding.key for coding in codings if times[coding.key] > 1 and coding.start is not None}
            codings = [
                coding if times[coding.key] == 1 else replace(coding, key=f"{coding.key}#{at + 1}")
                for (at, _), coding in zip(rows, codings, strict=True)
            ]
            self.by_key = {coding.key: coding for coding in codings}
        self.at = dict(zip(self.by_key, (at for at, _ in rows), strict=True))
        self.by_document: dict[str, list[Coding]] = {}
        for coding in codings:
            self.by_document.setdefault(coding.document, []).append(coding)
        self.by_code = Counter(coding.code for coding in codings)

    @property
    def joined(self) -> Iterator[Mapping[str, object]]:
        """The codings that have no fault, with focus, case and group."""
        return (coding.joined for coding in self.by_key.values() if coding.joined is not None)

    def place_for(self, cells: Mapping[str, str]) -> int | None:
        """Return before which record a new row belongs: after those of its document that begin earlier."""
        own = self.by_document.get(cells["document_id"], [])
        new = (int(cells["start"]), int(cells["end"]), cells["code"])
        later = [c for c in own if c.start is not None and c.end is not None and (c.start, c.end, c.code) > new]
        if later:
            return min(self.at[coding.key] for coding in later)
        return self.at[own[-1].key] + 1 if own else None

    def overlapping(self, document: str, start: int, end: int) -> list[Coding]:
        """Return the codings that share words with a span."""
        return [
            coding
            for coding in self.by_document.get(document, [])
            if not coding.detached and (coding.start or 0) < end and start < (coding.end or 0)
        ]


def _place(cells: Mapping[str, str], coder: str, file: str, row: int, anchoring: Anchoring) -> Coding:
    placed = anchoring.place(dict(cells), coder, file, row)
    fault = placed.faults[0] if placed.faults else None
    detached = any(fault.kind in DETACHED for fault in placed.faults)
    document = anchoring.sources.documents.get(cells["document_id"])
    start, end = (int(cells[c]) if cells[c].isdecimal() else None for c in ("start", "end"))
    if placed.span is not None:
        start, end = placed.span
    quote = unicodedata.normalize("NFC", cells["quote"])
    turn = None if placed.span is None or document is None else document.turn_at(*placed.span)
    found = find_quote(document.text, quote) if detached and document is not None else []
    return Coding(
        key=placed.key or f"{cells['document_id']}:{cells['start']}-{cells['end']}:{cells['code']}:{coder}",
        document=cells["document_id"],
        start=start,
        end=end,
        turn=None if turn is None else turn.number,
        quote=quote,
        code=cells["code"],
        magnitude=int(cells["magnitude"]) if cells["magnitude"] else None,
        memo=cells["memo"],
        coder=coder,
        detached=detached,
        fault=fault,
        found_at=tuple((at, at + len(quote)) for at in found),
        cells=cells,
        joined=placed.coding,
    )
