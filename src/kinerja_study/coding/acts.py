"""The acts of one who codes: giving a code, changing, deleting, placing, and what is done with a suggestion.

Owns what each act makes of the coder's own table; acts of agreement and on the codebook have modules of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from kinerja_study.coding.codings import Coding
from kinerja_study.coding.desk import Act, Desk, coder_file
from kinerja_study.coding.memos import follow_coding
from kinerja_study.coding.refusals import CodingError
from kinerja_study.coding.suggestions import keep_mark, mark_memo
from kinerja_study.collection.documents import Document
from kinerja_study.definition import SUGGESTER

CHANGEABLE = ("start", "end", "code", "magnitude", "memo")


def code(desk: Desk, act: Act) -> None:
    """Give words a code: ``document, start, end, code, magnitude, memo``."""
    document = desk.text(act)
    desk.code(act)
    cells = {
        "document_id": document.id,
        **_words_at(document, desk.span(act, document)),
        "code": desk.word(act, "code"),
        "magnitude": desk.magnitude(act),
        "memo": desk.words(act, "memo"),
    }
    _write_new(desk, cells)


def change(desk: Desk, act: Act) -> None:
    """Change a coding: ``key`` and any of ``start, end, code, magnitude, memo``."""
    coding = desk.coding(act)
    cells = dict(coding.cells)
    moved = "start" in act or "end" in act
    if moved:
        document = desk.text({"document": coding.document})
        cells |= _words_at(document, desk.span({"start": coding.start, "end": coding.end, **act}, document))
    if "code" in act:
        desk.code(act)
        cells["code"] = desk.word(act, "code")
    if "magnitude" in act:
        cells["magnitude"] = desk.magnitude(act)
    if "memo" in act:
        cells["memo"] = keep_mark(desk.words(act, "memo"), coding.memo)
    desk.unseen(coding, [column for column in cells if cells[column] != coding.cells[column]])
    _write_changed(desk, coding, cells, loose=not moved)


def delete(desk: Desk, act: Act) -> None:
    """Delete a coding: ``key``."""
    coding = desk.coding(act)
    desk.unseen(coding, list(coding.cells))
    desk.draft.remove(desk.file, desk.own.at[coding.key])
    follow_coding(desk.draft, coding.key, None)
    desk.note = _said_of(coding.cells)


def place(desk: Desk, act: Act) -> None:
    """Put a detached coding on words again: ``key, start, end``."""
    coding = desk.coding(act)
    if coding.fault is None:
        raise CodingError("codings.stands", key=coding.key)
    document = desk.text({"document": coding.document})
    _write_changed(desk, coding, {**coding.cells, **_words_at(document, desk.span(act, document))}, loose=False)


def take(desk: Desk, act: Act) -> None:
    """Take a suggestion over as a coding of one's own: ``key``, and any of ``start, end, code, magnitude, memo``."""
    suggestion = _suggestion(desk, act)
    document = desk.text({"document": suggestion.document})
    cells = dict(suggestion.cells)
    if "start" in act or "end" in act or not suggestion.detached:
        span = desk.span({"start": suggestion.start, "end": suggestion.end, **act}, document)
        cells |= _words_at(document, span)
    if "code" in act:
        desk.code(act)
        cells["code"] = desk.word(act, "code")
    if "magnitude" in act:
        cells["magnitude"] = desk.magnitude(act)
    changed = any(cells[column] != suggestion.cells[column] for column in cells)
    cells["memo"] = mark_memo(desk.words(act, "memo"), suggestion.memo, changed=changed)
    _write_new(desk, cells)
    desk.note["suggestion"] = dict(suggestion.cells)


def refuse(desk: Desk, act: Act) -> None:
    """Refuse a suggestion, which does not come back: ``key``."""
    suggestion = _suggestion(desk, act)
    desk.note = {**_said_of(suggestion.cells), "suggestion": dict(suggestion.cells)}


ACTS: Mapping[str, Callable[[Desk, Act], None]] = {
    "code": code,
    "change": change,
    "delete": delete,
    "place": place,
    "take": take,
    "refuse": refuse,
}


def _suggestion(desk: Desk, act: Act) -> Coding:
    key = desk.word(act, "key")
    codings = desk.codings.get(SUGGESTER)
    suggestion = None if codings is None else codings.by_key.get(key)
    if suggestion is None:
        raise CodingError("codings.no_suggestion", key=key, file=coder_file(SUGGESTER))
    desk.document = suggestion.document
    text = desk.anchoring.sources.documents[suggestion.document].text
    if desk.settled.holds(suggestion.cells, text):
        raise CodingError("codings.settled", key=key)
    return suggestion


def _words_at(document: Document, span: tuple[int, int]) -> dict[str, str]:
    start, end = span
    return {"start": str(start), "end": str(end), "quote": document.text[start:end]}


def _write_new(desk: Desk, cells: Mapping[str, str]) -> None:
    desk.settled_cells(cells, desk.coder, apart=None, loose=False)
    desk.draft.add(desk.file, cells, desk.own.place_for(cells))
    desk.note = _said_of(cells)


def _write_changed(desk: Desk, coding: Coding, cells: Mapping[str, str], *, loose: bool) -> None:
    key = desk.settled_cells(cells, desk.coder, apart=coding.key, loose=loose)
    desk.draft.change(desk.file, desk.own.at[coding.key], cells)
    if key != coding.key:
        follow_coding(desk.draft, coding.key, key)
    desk.note = _said_of(cells)


def _said_of(cells: Mapping[str, str]) -> dict[str, object]:
    return {"code": cells["code"], "quote": cells["quote"][:80]}
