"""Cues of a codebook found in Indonesian words, with the direction that they have there.

Owns words, stems, clauses, negation and contrast; knows no study.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from typing import Any

from kinerja_study.errors import ExchangeError

GAP = 2
"""Other words that may stand between two words of a cue."""

REACH = 3
"""Words before a cue in which a negation turns it."""

NEGATIONS = frozenset({"tidak", "bukan", "belum", "kurang", "tanpa", "jangan"})
_SPOKEN = dict.fromkeys(("tak", "ndak", "nggak", "enggak", "ngga", "gak", "ga", "nda", "tdk"), "tidak") | {
    "blm": "belum",
    "jgn": "jangan",
    "bkn": "bukan",
}
# After a negation these make it "not only".
_ONLY = frozenset({"hanya", "cuma", "sekadar", "sekedar", "saja"})
_CONCESSIONS = "meskipun|meski|walaupun|walau"
_END = re.compile(rf"[.!?;]+(?=\s|$)|\n+|\b(?=(?:tetapi|tapi|namun|padahal|sedangkan|{_CONCESSIONS})\b)", re.IGNORECASE)
_CONCESSION = re.compile(rf"\s*(?:{_CONCESSIONS})\b[^,]*,", re.IGNORECASE)
_WORD = re.compile(r"\w+(?:-\w+)*")
_EDGES = " \t,:\"'()“”"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A clause in which cues of a code stand; ``magnitude`` is -1, 0 or 1, ``grounds`` says what was found."""

    start: int
    end: int
    code: str
    magnitude: int
    grounds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Cue:
    code: str
    sign: int
    phrase: str
    stems: tuple[str, ...]


class Cues:
    """The cues of a codebook.

    Parameters
    ----------
    codebook : sequence of mapping
        Rows with ``code``, ``cues_for`` and ``cues_against``.

    Raises
    ------
    ExchangeError
        PySastrawi is not installed.

    Examples
    --------
    >>> cues = Cues([{"code": "RAMAH", "cues_for": "ramah; disambut", "cues_against": "kurang ramah"}])
    >>> [(hit.magnitude, hit.grounds) for hit in cues.find("Petugasnya ramah, tapi kami tidak pernah disambut.")]
    [(1, 'ramah'), (-1, 'tidak … disambut')]
    """

    def __init__(self, codebook: Sequence[Mapping[Any, Any]]) -> None:
        self._by_first: dict[str, list[_Cue]] = {}
        for row in codebook:
            for column, sign in (("cues_for", 1), ("cues_against", -1)):
                for phrase in str(row[column]).split(";"):
                    words = _words(phrase)
                    # One word alone has to stand as it is: its stem stands for too much else.
                    if stems := tuple(map(_stem, words)) if len(words) > 1 else tuple(words):
                        cue = _Cue(code=str(row["code"]), sign=sign, phrase=phrase.strip(), stems=stems)
                        self._by_first.setdefault(stems[0], []).append(cue)

    def find(self, text: str) -> list[Hit]:
        """Return the clauses that a code is suggested for, in order."""
        return [hit for start, end in split_clauses(text) for hit in self._in_clause(text, start, end)]

    def _in_clause(self, text: str, start: int, end: int) -> Iterator[Hit]:
        words = _words(text[start:end])
        stems = [_stem(word) for word in words]
        found: dict[str, list[tuple[tuple[int, ...], _Cue]]] = {}
        for place in range(len(words)):
            alone = [cue for cue in self._by_first.get(words[place], ()) if len(cue.stems) == 1]
            longer = [cue for cue in self._by_first.get(stems[place], ()) if len(cue.stems) > 1]
            for cue in alone + longer:
                if (places := _places(stems, cue.stems, place)) is not None:
                    found.setdefault(cue.code, []).append((places, cue))
        for code, own in found.items():
            total, grounds = 0, []
            for places, cue in own:
                # A cue within a longer one, as "ramah" in "kurang ramah", is not said by itself.
                if any(set(places) < set(other) for other, _ in own):
                    continue
                turning = _turning(words, places)
                total += cue.sign * (-1) ** len(turning)
                grounds.append(" … ".join([*turning, cue.phrase]))
            yield Hit(start=start, end=end, code=code, magnitude=(total > 0) - (total < 0),
                      grounds="; ".join(dict.fromkeys(grounds)))  # fmt: skip


def split_clauses(text: str) -> list[tuple[int, int]]:
    """Return the spans of the clauses of a text: cut at the ends of sentences and where a contrast begins.

    Examples
    --------
    >>> text = "Meskipun hujan, loket buka. Cepat tapi kasar."
    >>> [text[slice(*span)] for span in split_clauses(text)]
    ['Meskipun hujan', 'loket buka', 'Cepat', 'tapi kasar']
    """
    ends = sorted({0, len(text), *(at for found in _END.finditer(text) for at in found.span())})
    spans: list[tuple[int, int]] = []
    for start, end in itertools.pairwise(ends):
        conceded = _CONCESSION.match(text, start, end)
        cuts = [start, conceded.end(), end] if conceded else [start, end]
        spans += itertools.pairwise(cuts)
    trimmed = [_trimmed(text, start, end) for start, end in spans]
    return [(start, end) for start, end in trimmed if _WORD.search(text, start, end)]


def _trimmed(text: str, start: int, end: int) -> tuple[int, int]:
    part = text[start:end]
    start += len(part) - len(part.lstrip(_EDGES))
    return start, max(start, end - (len(part) - len(part.rstrip(_EDGES))))


def _words(text: str) -> list[str]:
    return [_SPOKEN.get(word, word) for word in _WORD.findall(text.lower())]


def _places(stems: Sequence[str], wanted: Sequence[str], first: int) -> tuple[int, ...] | None:
    places = [first]
    for stem in wanted[1:]:
        after = places[-1] + 1
        near = next((at for at in range(after, min(after + GAP + 1, len(stems))) if stems[at] == stem), None)
        if near is None:
            return None
        places.append(near)
    return tuple(places)


def _turning(words: Sequence[str], places: Sequence[int]) -> list[str]:
    before = range(max(0, places[0] - REACH), places[0])
    return [words[at] for at in before if words[at] in NEGATIONS and words[at + 1] not in _ONLY]


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    try:
        return import_module("Sastrawi.Stemmer.StemmerFactory").StemmerFactory().create_stemmer()
    except ModuleNotFoundError as error:
        cure = "Install it: .venv/bin/python -m pip install 'PySastrawi>=1.2,<2', as the extra [exchange] does."
        raise ExchangeError("PySastrawi", "the package is not installed", cure) from error


@lru_cache(maxsize=100_000)
def _stem(word: str) -> str:
    # A doubled word is another word: "berhari-hari", for days, is not "hari", a day.
    return word if word in NEGATIONS or "-" in word else str(_stemmer().stem(word) or word)
