"""Causes: which coded matter leads to which, only where the words themselves say so.

Owns the Indonesian connectives and the sides of a sentence that each divides; draws nothing and infers nothing.
"""

from __future__ import annotations

import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from operator import attrgetter
from typing import NamedTuple

import pandas as pd

CAUSE_COLUMNS = ("cause", "effect", "cause_coding", "effect_coding", "case_id", "document_id", "connective", "quote")

CAUSE_FOLLOWS = ("karena", "sebab", "gara-gara", "akibat", "lantaran", "soalnya")
"""What stands after the word is the cause of what stands before it."""

EFFECT_FOLLOWS = ("sehingga", "jadi", "makanya", "akibatnya", "jadinya", "karena itu", "sebab itu")
"""What stands after the word is the effect of what stands before it."""

_WORDS = "|".join(sorted(CAUSE_FOLLOWS + EFFECT_FOLLOWS, key=len, reverse=True)).replace(" ", r"\s+")
_CONNECTIVE = re.compile(rf"(?<![\w-])(?:oleh\s+)?({_WORDS})(?![\w-])", re.IGNORECASE)
_SENTENCE_END = re.compile(r"[.?!…]+[\"”’')\]]*\s+|\n\s*\n")
_OPENS_CLAUSE = re.compile(r"(^|[,;:–—(\"“])\W*$")
_NOT_SAID = re.compile(r"\b(bukan|bukannya|tidak|tanpa|apa|apakah|entah|atau)\s+$", re.IGNORECASE)


class Connective(NamedTuple):
    """A connective in a text and the words that it joins, as code points of that text."""

    word: str
    start: int
    end: int
    cause: tuple[int, int]
    effect: tuple[int, int]


class _Span(NamedTuple):
    start: int
    end: int
    code: str
    coding_id: str
    case_id: str


def find_connectives(text: str) -> Iterator[Connective]:
    """Find the words of a text that say a cause, and what they join.

    A connective joins the two parts of its sentence, as far as the next connective. One that opens its sentence joins
    it to the sentence before; *karena* and its like, opening a sentence with a comma, join what stands on either side
    of the comma. *Jadi* counts only where a clause begins, since elsewhere it means to become; *karena itu* there, or
    after *oleh*, means therefore. Denied and asked causes (*bukan karena*, *apakah karena*) are left out.

    Examples
    --------
    >>> text = "Warga pulang karena listrik padam."
    >>> [(text[slice(*said.cause)], text[slice(*said.effect)]) for said in find_connectives(text)]
    [(' listrik padam.', 'Warga pulang ')]
    """
    edges = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    starts = [edge for edge in edges[:-1] if edge < len(text)]
    found = [match for match in _CONNECTIVE.finditer(text) if _says_a_cause(match)]
    for number, match in enumerate(found):
        sentence = bisect_right(starts, match.start()) - 1
        low, high = starts[sentence], [*starts, len(text)][sentence + 1]
        earlier = max(low, found[number - 1].end() if number else 0)
        later = min(high, found[number + 1].start() if number + 1 < len(found) else high)
        before, after = (earlier, match.start()), (match.end(), later)
        word = _word(match)
        if not re.search(r"\w", text[low : match.start()]):  # it opens its sentence
            comma = text.find(",", match.end(), high) if word in CAUSE_FOLLOWS else -1
            if comma >= 0:
                after, before = (match.end(), comma), (comma + 1, high)
            elif sentence:
                before = (starts[sentence - 1], low)
            else:
                continue
        cause, effect = (after, before) if word in CAUSE_FOLLOWS else (before, after)
        yield Connective(word, match.start(), match.end(), cause, effect)


def build_causes(segments: pd.DataFrame, turns: pd.DataFrame) -> pd.DataFrame:
    """Return which coded matter a source itself calls the cause of which.

    Parameters
    ----------
    segments : DataFrame
        ``coding_id, document_id, start, end, code, case_id``.
    turns : DataFrame
        ``document_id, speaker, start, end, text``; the text of what must not be quoted is empty, and gives no row.

    Returns
    -------
    DataFrame
        A row a pair of codings: :data:`CAUSE_COLUMNS`. Both stand in one turn, one on either side of a connective; or
        one lies on one side of it within the other, which reaches over it. Two codings on the same words, or of the
        same code, are no pair. The quote runs from the first coded word to the last.
    """
    rows: dict[tuple[str, str], dict[str, str]] = {}
    spans: dict[str, list[_Span]] = {}
    columns = ("document_id", "start", "end", "code", "coding_id", "case_id")
    ordered = segments.sort_values("start", kind="stable")
    for document, start, end, *rest in zip(*(ordered[name] for name in columns), strict=True):
        spans.setdefault(str(document), []).append(_Span(int(start), int(end), *map(str, rest)))
    for turn in turns.to_dict("records"):
        text, first = str(turn["text"]), int(turn["start"])
        label = len(f"{turn['speaker']}:") if turn["speaker"] else 0
        coded = spans.get(str(turn["document_id"]), [])
        begin, end = (bisect_left(coded, at, key=attrgetter("start")) for at in (first, int(turn["end"])))
        own = [
            span._replace(start=span.start - first - label, end=span.end - first - label) for span in coded[begin:end]
        ]
        said = text[label:]
        for word, (one, other) in itertools.product(find_connectives(said), itertools.permutations(own, 2)):
            if one.code != other.code and _joins(word, one, other):
                quote = said[min(one.start, other.start) : max(one.end, other.end)]
                ids = (one.code, other.code, one.coding_id, other.coding_id, one.case_id, str(turn["document_id"]))
                row = dict(zip(CAUSE_COLUMNS, (*ids, word.word, quote), strict=True))
                rows.setdefault((one.coding_id, other.coding_id), row)
    return pd.DataFrame(list(rows.values()), columns=list(CAUSE_COLUMNS))


def _says_a_cause(match: re.Match[str]) -> bool:
    before = match.string[: match.start()]
    return not _NOT_SAID.search(before) and (_word(match) != "jadi" or _opens_clause(before))


def _word(match: re.Match[str]) -> str:
    word = " ".join(match[1].lower().split())
    alone = word.endswith(" itu") and not match[0].lower().startswith("oleh")
    return word.removesuffix(" itu") if alone and not _opens_clause(match.string[: match.start()]) else word


def _opens_clause(before: str) -> bool:
    ends = [match.end() for match in _SENTENCE_END.finditer(before)]
    return bool(_OPENS_CLAUSE.search(before[ends[-1] if ends else 0 :]))


def _joins(word: Connective, cause: _Span, effect: _Span) -> bool:
    """Tell whether one coding stands on the side of the cause and another on the side of the effect."""
    if not (_meets(cause, word.cause) and _meets(effect, word.effect)):
        return False
    sides = not _meets(cause, word.effect), not _meets(effect, word.cause)
    return all(sides) or (sides[0] and _holds(effect, cause)) or (sides[1] and _holds(cause, effect))


def _holds(outer: _Span, inner: _Span) -> bool:
    return outer.start <= inner.start and inner.end <= outer.end


def _meets(span: _Span, side: tuple[int, int]) -> bool:
    return max(span.start, side[0]) < min(span.end, side[1])
