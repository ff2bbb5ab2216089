"""What the front end gets: plain values for JSON, made of what the room holds.

Owns the shapes of docs/coding-room.md; decides and writes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from kinerja_study.coding.codings import Coding, Codings
from kinerja_study.coding.history import Entry
from kinerja_study.coding.holdings import Holdings
from kinerja_study.coding.refusals import CodingError
from kinerja_study.coding.suggestions import Settled
from kinerja_study.collection.documents import INTERVIEWER, Document
from kinerja_study.definition import SUGGESTER, is_suggester

Shown = dict[str, Any]


def show_document(holdings: Holdings, document: Document, settled: Settled) -> Shown:
    """Return a text with its turns and codings."""
    refused = holdings.anchoring.without_consent if holdings.anchoring else set()
    turns = [
        {
            "speaker": turn.speaker,
            "start": turn.start,
            "end": turn.end,
            "evidence": turn.speaker != INTERVIEWER and turn.speaker not in refused,
        }
        for turn in document.turns
    ]
    codings = show_codings(holdings, document, settled)
    return {"id": document.id, "text": document.text, "turns": turns, "codings": codings}


def show_codings(holdings: Holdings, document: Document, settled: Settled) -> list[Mapping[str, Any]]:
    """Return the codings of a text by all coders, and the suggestions that are still open."""
    return [
        _show(coding, holdings.study.language)
        for coder, codings in holdings.codings.items()
        for coding in codings.by_document.get(document.id, [])
        if not (coder == SUGGESTER and settled.holds(coding.cells, document.text))
    ]


def describe_document(holdings: Holdings, document: Document, coder: str) -> Shown:
    """Return what the list of texts says of one, with how far its coder is."""
    people, sources = holdings.material.tables.get("informants"), holdings.material.sources
    roles = [] if people is None else people.loc[people["informant_id"].isin(document.informants), "role"].tolist()
    cases = document.informants if document.kind == "interview" else (document.id,)
    groups = [sources.groups[case] for case in cases if case in sources.groups] if sources else []
    return {
        "id": document.id,
        "kind": document.kind,
        "role": "; ".join(roles),
        "group": "; ".join(dict.fromkeys(groups)),
        "informants": list(document.informants),
        "date": document.date,
        "length": len(document.text),
        "turns": sum(turn.speaker != INTERVIEWER for turn in document.turns),
        **show_progress(holdings, document, coder),
    }


def show_progress(holdings: Holdings, document: Document, coder: str) -> Shown:
    """Return how far a text is coded: what acts change of its description."""
    by_coder = {name: codings.by_document.get(document.id, []) for name, codings in holdings.codings.items()}
    own = by_coder.get(coder, [])
    return {
        "id": document.id,
        "coded_turns": len({coding.turn for coding in own if coding.joined}),
        "codings": len(own),
        "by_coder": {name: len(those) for name, those in by_coder.items() if those},
    }


def show_codebook(holdings: Holdings, coder: str) -> list[Shown]:
    """Return every code with how often its coder, and all coders, have given it."""
    if holdings.anchoring is None:
        return []
    everyone: Counter[str] = Counter()
    for name, codings in holdings.codings.items():
        if not is_suggester(name):
            everyone.update(codings.by_code)
    own = holdings.codings[coder].by_code
    return [
        {
            **{str(column): str(cell) for column, cell in code.items()},
            "codings": own[name],
            "all_codings": everyone[name],
        }
        for name, code in holdings.anchoring.codes.items()
    ]


def show_difference(before: Mapping[str, Codings], after: Mapping[str, Codings], language: str) -> Shown:
    """Return the codings that are new or other than before, and the keys of those that are gone."""
    removed: list[str] = []
    added: list[Mapping[str, Any]] = []
    for coder in {**before, **after}:
        old, new = before.get(coder), after.get(coder)
        if old is not new:
            was, now = (codings.by_key if codings else {} for codings in (old, new))
            removed += [key for key in was if key not in now]
            # Most codings are the same objects as before; upkeep of the codebook makes all of them anew.
            added += [
                _show(coding, language)
                for key, coding in now.items()
                if (old_one := was.get(key)) is not coding and (old_one is None or old_one.shown != coding.shown)
            ]
    return {"removed": removed, "added": added}


def _show(coding: Coding, language: str) -> Mapping[str, Any]:
    if coding.fault is None:
        return coding.shown
    return {**coding.shown, "fault": ". ".join(CodingError.of(coding.fault).clauses(language))}


def show_act(entry: Entry | None) -> Shown | None:
    """Return an act in words, for the buttons that take it back."""
    if entry is None:
        return None
    return {key: entry.get(key) for key in ("do", "document", "code", "quote")} | {"words": in_words(entry)}


def in_words(entry: Entry) -> str:
    """Return what an act did, and to which words."""
    said = " ".join(str(entry[key]) for key in ("do", "code", "document") if entry.get(key))
    return f"{said}: {entry['quote']}" if entry.get("quote") else said
