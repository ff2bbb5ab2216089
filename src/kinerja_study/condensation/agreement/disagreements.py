"""Where coders differ, to be talked about, and what their consensus made of it.

Owns the comparison of codings turn by turn, and in whole texts, which have no turns, passage by passage; says nothing
about how much agreement is enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

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
    for unit, judgements in _by_turn(coded):
        exchanged: set[tuple[str, str]] = set()
        for judged in judgements:
            others = _others(coded, unit, judged)
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
    for unit, judgements in _by_turn(coded):
        if str(coded.turns.at[unit, "document_id"]) not in adjudicated:
            continue
        for judged in judgements:
            for outcome, coder in _outcomes(judged):
                key = (judged.code, outcome, coder)
                counts[key] = counts.get(key, 0) + 1
    rows = [(*key, count) for key, count in counts.items()]
    rows.sort(key=lambda row: (row[0], OUTCOMES.index(row[1]), row[2]))
    return pd.DataFrame(rows, columns=["code", "outcome", "coder", "count"])


def _by_turn(coded: CodedTurns) -> Iterator[tuple[int, list[_Judged]]]:
    for unit, own in coded.codings.groupby("unit", sort=True):
        place = int(str(unit))
        readers = tuple(np.array(coded.coders)[coded.covered[place]]) if coded.coders else ()
        if len(readers) < 2:
            continue
        judgements = []
        whole = not coded.turns.at[place, "speaker"]
        for code, marks in _passages(own, whole=whole):
            means = marks.groupby("coder")["magnitude"].mean()
            judgements.append(
                _Judged(
                    unit=place,
                    code=code,
                    by={coder: float(means[coder]) for coder in readers if coder in means.index},
                    readers=readers,
                    consensus=float(means[CONSENSUS]) if CONSENSUS in means.index else None,
                    start=int(marks["start"].min()),
                    end=int(marks["end"].max()),
                )
            )
        yield place, sorted(judgements, key=lambda judged: (judged.start, judged.code))


def _passages(own: pd.DataFrame, *, whole: bool) -> Iterator[tuple[str, pd.DataFrame]]:
    for code, marks in own.groupby("code", sort=True):
        if whole:
            ordered = marks.sort_values(["start", "end"])
            begins = ordered["start"] >= ordered["end"].cummax().shift(fill_value=-1)
            yield from ((str(code), passage) for _, passage in ordered.groupby(begins.cumsum()))
        else:
            yield str(code), marks


def _others(coded: CodedTurns, unit: int, judged: _Judged) -> list[str]:
    # Codes that a silent coder gave to the words, and that none of the others gave to anything in the turn.
    own = coded.codings[coded.codings["unit"] == unit]
    overlapping = own[(own["start"] < judged.end) & (own["end"] > judged.start)]
    theirs = set(overlapping.loc[overlapping["coder"].isin(judged.silent), "code"])
    return sorted(theirs - set(own.loc[own["coder"].isin(list(judged.by)), "code"]))


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
