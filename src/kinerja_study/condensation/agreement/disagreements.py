"""Where coders differ, to be talked about, and what their consensus made of it.

Owns the comparison of codings turn by turn, and in whole texts, which have no turns, passage by passage; says nothing
about how much agreement is enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from statistics import fmean
from typing import Any, NamedTuple

import numpy as np
import pandas as pd

from kinerja_study.condensation.agreement.coded_turns import CONSENSUS, CodedTurns

KINDS = ("opposite", "sign", "other_code", "one_sided")
"""Most important first: opposite signs; neutral against a sign; another code; nothing by the other coder."""

OUTCOMES = ("agreed", "decided", "added", "dropped", "magnitude")
DISAGREEMENT_COLUMNS = (
    "rank",
    "kind",
    "document_id",
    "turn",
    "start",
    "end",
    "case_id",
    "code",
    "others",
    "coded",
    "decided",
    "quote",
)
NONE = "none"


class _Mark(NamedTuple):
    unit: int
    start: int
    end: int
    code: str
    coder: str
    magnitude: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Judged:
    # One code in one turn or passage: the mean magnitude of each coder who used it, who could have, and the words.
    unit: int
    code: str
    by: Mapping[str, float]
    readers: tuple[str, ...]
    consensus: float | None
    start: int
    end: int

    @property
    def silent(self) -> list[str]:
        return [coder for coder in self.readers if coder not in self.by]


def list_disagreements(coded: CodedTurns) -> pd.DataFrame:
    """List the spans where coders of a text differ by code or by the sign of its magnitude.

    Parameters
    ----------
    coded : CodedTurns
        The codings on their turns.

    Returns
    -------
    DataFrame
        One row a code in a turn or passage, by ``rank``: first the ``kind`` as in :data:`KINDS`, then how far apart the
        magnitudes are, silence being 0, then the place. ``start`` and ``end`` reach over all codings of the code there;
        ``coded`` holds each coder's mean magnitude, as ``coder-a:1;coder-b:none``; ``others`` the codes that the
        silent gave to these words instead; ``decided`` the consensus's magnitude, ``none``, or empty where the text
        has no consensus; ``quote`` is empty where the informant may not be quoted.
    """
    found = []
    for _, judgements, own in _by_turn(coded):
        exchanged: set[tuple[str, str]] = set()
        for judged in judgements:
            others = _others(judged, own)
            kind = _kind(judged, others)
            # Two codes for the same words are one disagreement, not two.
            if kind is None or (kind == "other_code" and any((judged.code, other) in exchanged for other in others)):
                continue
            exchanged |= {(other, judged.code) for other in others}
            found.append((kind, judged, others))
    adjudicated = coded.adjudicated()
    order = sorted(found, key=lambda item: (KINDS.index(item[0]), -_distance(item[1]), item[1].unit, item[1].start))
    rows = [
        {"rank": rank, **_row(coded, kind, judged, others, adjudicated)}
        for rank, (kind, judged, others) in enumerate(order, start=1)
    ]
    return pd.DataFrame(rows, columns=list(DISAGREEMENT_COLUMNS))


def count_consensus(coded: CodedTurns) -> pd.DataFrame:
    """Count what the consensus made of each code, by turns and passages, in the texts that two coders coded.

    Returns
    -------
    DataFrame
        ``code, outcome, coder, count``, outcomes as in :data:`OUTCOMES`: ``agreed`` by all at once and kept;
        ``decided`` for the ``coder`` who was not alone in the end; ``added`` though nobody had it; ``dropped`` though
        all had it. ``magnitude`` counts besides how often the consensus gives another one than a coder of the code.
    """
    counts: dict[tuple[str, str, str], int] = {}
    adjudicated = coded.adjudicated()
    for unit, judgements, _ in _by_turn(coded):
        if str(coded.turns.at[unit, "document_id"]) not in adjudicated:
            continue
        for judged in judgements:
            for outcome, coder in _outcomes(judged):
                key = (judged.code, outcome, coder)
                counts[key] = counts.get(key, 0) + 1
    rows = [(*key, count) for key, count in counts.items()]
    rows.sort(key=lambda row: (row[0], OUTCOMES.index(row[1]), row[2]))
    return pd.DataFrame(rows, columns=["code", "outcome", "coder", "count"])


def _by_turn(coded: CodedTurns) -> Iterator[tuple[int, list[_Judged], list[_Mark]]]:
    # The codings are in the order of the turns, and there of the words; thousands of frames of a few rows each would
    # take most of a run's time.
    columns = ("unit", "start", "end", "code", "coder", "magnitude")
    marks = (_Mark(*row) for row in zip(*(coded.codings[column].tolist() for column in columns), strict=True))
    speakers = coded.turns["speaker"].tolist()
    for unit, group in groupby(marks, key=attrgetter("unit")):
        own = list(group)
        readers = tuple(coder for coder, read in zip(coded.coders, coded.covered[unit], strict=True) if read)
        if len(readers) < 2:
            continue
        judgements = [_judge(passage, readers) for passage in _passages(own, whole=not speakers[unit])]
        yield unit, sorted(judgements, key=attrgetter("start", "code")), own


def _passages(own: list[_Mark], *, whole: bool) -> list[list[_Mark]]:
    passages: dict[str, list[list[_Mark]]] = {}
    for mark in own:
        begun = passages.setdefault(mark.code, [])
        if not begun or (whole and mark.start >= max(other.end for other in begun[-1])):
            begun.append([])
        begun[-1].append(mark)
    return [passage for begun in passages.values() for passage in begun]


def _judge(passage: list[_Mark], readers: tuple[str, ...]) -> _Judged:
    given: dict[str, list[float]] = {}
    for mark in passage:
        given.setdefault(mark.coder, []).append(mark.magnitude)
    return _Judged(
        unit=passage[0].unit,
        code=passage[0].code,
        by={coder: fmean(given[coder]) for coder in readers if coder in given},
        readers=readers,
        consensus=fmean(given[CONSENSUS]) if CONSENSUS in given else None,
        start=min(mark.start for mark in passage),
        end=max(mark.end for mark in passage),
    )


def _others(judged: _Judged, own: list[_Mark]) -> list[str]:
    # Codes that a silent coder gave to the words, and that none of the others gave to anything in the turn.
    theirs = {m.code for m in own if m.coder in judged.silent and m.start < judged.end and m.end > judged.start}
    return sorted(theirs - {m.code for m in own if m.coder in judged.by})


def _kind(judged: _Judged, others: list[str]) -> str | None:
    signs = {float(np.sign(magnitude)) for magnitude in judged.by.values()}
    if {-1.0, 1.0} <= signs:
        return "opposite"
    if len(signs) > 1:
        return "sign"
    if not judged.by or not judged.silent:
        return None
    return "other_code" if others else "one_sided"


def _distance(judged: _Judged) -> float:
    magnitudes = [*judged.by.values(), *([0.0] if judged.silent else [])]
    return max(magnitudes) - min(magnitudes)


def _row(coded: CodedTurns, kind: str, judged: _Judged, others: list[str], adjudicated: set[str]) -> dict[str, Any]:
    turn: dict[Any, Any] = coded.turns.loc[judged.unit].to_dict()
    decided = "" if turn["document_id"] not in adjudicated else NONE
    return {
        "kind": kind,
        "document_id": turn["document_id"],
        "turn": int(turn["turn"]),
        "start": judged.start,
        "end": judged.end,
        "case_id": turn["case_id"],
        "code": judged.code,
        "others": ";".join(others),
        "coded": ";".join(
            f"{coder}:{judged.by[coder]:g}" if coder in judged.by else f"{coder}:{NONE}" for coder in judged.readers
        ),
        "decided": decided if judged.consensus is None else f"{judged.consensus:g}",
        "quote": str(turn["text"])[judged.start - int(turn["start"]) : judged.end - int(turn["start"])],
    }


def _outcomes(judged: _Judged) -> Iterator[tuple[str, str]]:
    kept = judged.consensus is not None
    if not judged.by:
        yield "added", ""
    elif not judged.silent:
        yield ("agreed" if kept else "dropped"), ""
    else:
        for coder in judged.readers:
            if (coder in judged.by) == kept:
                yield "decided", coder
    if any(magnitude != judged.consensus for magnitude in judged.by.values()) and kept:
        yield "magnitude", ""
