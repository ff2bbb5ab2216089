"""The forms in which a name of the key file may stand in a text, and where they stand.

Owns what counts as a form of a name; changes no file.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable
from dataclasses import dataclass

from kinerja_study.collection.privacy import Person

ADDRESSES = {
    "pak": "pak", "bapak": "pak", "bp": "pak", "bpk": "pak", "bu": "bu", "ibu": "bu", "mas": "mas", "mbak": "mbak",
    "mba": "mbak", "kak": "kak", "kakak": "kak", "bang": "bang", "abang": "bang", "dik": "dik", "adik": "dik",
    "om": "om", "tante": "tante", "haji": "haji", "h": "h", "hajah": "hajah", "hj": "hajah", "saudara": "saudara",
    "saudari": "saudari", "sdr": "saudara", "sdri": "saudari", "si": "si", "sang": "sang", "tuan": "tuan",
    "nyonya": "nyonya", "ny": "nyonya", "pakde": "pakde", "bude": "bude", "ustaz": "ustaz", "ustadz": "ustaz",
    "bli": "bli", "mbok": "mbok", "mbah": "mbah", "kang": "kang", "cak": "cak", "gus": "gus", "daeng": "daeng",
}  # fmt: skip
"""Words before a name, by the one that they stand for."""

ABBREVIATED = frozenset({"bp", "bpk", "sdr", "sdri", "h", "hj", "ny"})
"""Those that are written with a dot."""

NO_NAMES = frozenset({"bin", "binti", "drs", "dra", "dr", "prof", "ir", "raden", "der", "van", "al", "el", "s", "m"})
"""Parts of a full name by which nobody is called."""

ROLES = frozenset(
    {"camat", "sekcam", "lurah", "sekretaris", "kepala", "seksi", "kasi", "kasie", "kasubag", "kasubbag", "staf",
     "bupati", "walikota", "wali", "kota", "gubernur", "ketua", "rt", "rw", "loket", "petugas", "pegawai", "guru",
     "dokter", "bidan", "polisi", "satpam", "haji"}
)  # fmt: skip
"""Words by which an office is called, which name nobody without the address."""

SUFFIXES = ("nya", "ku", "mu", "lah", "kah", "pun")
SHORTEST = 3
"""Letters of a part of a name that stands for the whole."""

LONGEST_ABBREVIATED = 3
"""Letters of a part that a dot abbreviates, as in *Moh. Ridwan*; after more it ends a sentence."""

_WORD = re.compile(r"\w+")
# Between the words of one name: spaces, a line end, the sign of an abbreviation or of a compound.
_GAP = re.compile(r"(?:\.?[ \t\u00a0]{1,3}|\.?[ \t]*\n[ \t]*|[.'’‘`-])?")
_APOSTROPHE = re.compile(r"(?<=\w)['’‘`](?=\w)")
_BETWEEN = re.compile(r"\.?[ \t\u00a0]{1,3}")


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a text with its place."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Form:
    """Words by which a person may be called; ``sure`` where they name a person in any letters.

    What is not sure, as one word alone, must begin with a capital or follow an address.
    """

    words: tuple[str, ...]
    id: str
    sure: bool
    dotted: bool = False


@dataclass(frozen=True, slots=True)
class Hit:
    """A form found: its span, and the ids that it may stand for, more than one if it is ambiguous."""

    start: int
    end: int
    ids: frozenset[str]
    suffix: str = ""


def split_words(text: str) -> list[Word]:
    """Return the words of a text."""
    return [Word(found[0], *found.span()) for found in _WORD.finditer(text)]


class Forms:
    """The forms of all persons of a key file, to be found in texts.

    Parameters
    ----------
    people : iterable of Person
        Of the key file.

    Examples
    --------
    >>> forms = Forms([Person(names=("Andi Saputra", "Bu Camat"), id="INF-01")])
    >>> text = "Kata Pak Andi dan A. Saputra, ANDI SAPUTRA, Ibu Camat: tanya Andinya saja, bukan Camat."
    >>> [text[hit.start : hit.end] for hit in forms.find(text)]
    ['Andi', 'A. Saputra', 'ANDI SAPUTRA', 'Ibu Camat', 'Andinya']
    """

    def __init__(self, people: Iterable[Person]) -> None:
        self._by_first: dict[str, dict[tuple[str, ...], list[Form]]] = {}
        for person in people:
            for form in _derive(person):
                own = self._by_first.setdefault(form.words[0], {})
                own.setdefault(form.words, []).append(form)

    def __bool__(self) -> bool:
        return bool(self._by_first)

    def find(self, text: str) -> list[Hit]:
        """Return where forms stand, the longest at each place, in order and without overlap."""
        words = split_words(text)
        hits = []
        at = 0
        while at < len(words):
            found = self._longest(text, words, at)
            if found is None:
                at += 1
                continue
            hit, at = found
            hits.append(hit)
        return hits

    def is_form(self, word: str) -> bool:
        """Tell whether a word alone, in any letters, is a form of a name."""
        return (word.casefold(),) in self._by_first.get(word.casefold(), {})

    def _longest(self, text: str, words: list[Word], at: int) -> tuple[Hit, int] | None:
        best: tuple[Hit, int] | None = None
        for first, suffix in _readings(words[at].text):
            for key, forms in self._by_first.get(first, {}).items():
                end = at + len(key)
                if (suffix and len(key) > 1) or end > len(words) or (best and end <= best[1]):
                    continue
                last = suffix if len(key) == 1 else _match(text, words[at:end], key)
                if last is None:
                    continue
                stop = words[end - 1].end
                if forms[0].dotted and not _dotted(text, words[at:end]):
                    continue
                stop += text[stop : stop + 1] == "." and forms[0].dotted
                sure = any(form.sure for form in forms) or words[at].text[0].isupper() or addressed(text, words, at)
                if sure:
                    best = Hit(words[at].start, stop, frozenset(form.id for form in forms), last), end
        return best


def addressed(text: str, words: list[Word], at: int) -> bool:
    """Tell whether a word follows an address, as *Pak*."""
    if not at or words[at - 1].text.casefold() not in ADDRESSES:
        return False
    gap = text[words[at - 1].end : words[at].start]
    return _BETWEEN.fullmatch(gap) is not None and (gap[0] != "." or words[at - 1].text.casefold() in ABBREVIATED)


def _derive(person: Person) -> Iterable[Form]:
    # What follows a comma is a degree; Ma'ruf is also written Maruf.
    plain = [name.partition(",")[0] for name in person.names]
    for name in dict.fromkeys([*plain, *(_APOSTROPHE.sub("", name) for name in plain)]):
        words = tuple(_unaddressed(word.text.casefold()) for word in split_words(name))
        bare = tuple(itertools.dropwhile(ADDRESSES.__contains__, words))
        parts = [word for word in bare if word not in NO_NAMES | ROLES]
        if len(words) > 1 or (words and len(words[0]) > 1 and words[0] not in ADDRESSES):
            yield Form(words, person.id, sure=len(words) > 1)
        if parts and bare != words:
            yield Form(bare, person.id, sure=len(bare) > 1)
        if len(bare) > 1:
            yield from (Form((part,), person.id, sure=False) for part in parts if len(part) >= SHORTEST)
        if len(parts) > 1:
            first = [part[0] for part in parts]
            yield Form(tuple(first), person.id, sure=True, dotted=True)
            short = [(first[0], *parts[1:]), (*first[:-1], parts[-1]), (*parts[:-1], first[-1]), (parts[0], *first[1:]),
                     parts[:2], (parts[0], parts[-1])]  # fmt: skip
            yield from (Form(tuple(form), person.id, sure=True) for form in dict.fromkeys(map(tuple, short)))


def _unaddressed(word: str) -> str:
    return ADDRESSES.get(word, word)


def _readings(word: str) -> Iterable[tuple[str, str]]:
    # As it is, and without a suffix.
    folded = word.casefold()
    yield _unaddressed(folded), ""
    for suffix in SUFFIXES:
        if folded.endswith(suffix) and len(folded) - len(suffix) >= SHORTEST:
            yield folded.removesuffix(suffix), word[-len(suffix) :]


def _match(text: str, words: list[Word], key: tuple[str, ...]) -> str | None:
    # The suffix of the last word, or None where they are not these words.
    for word, other, wanted in zip(words, words[1:], key[1:], strict=False):
        gap = text[word.end : other.start]
        if not gap or not _GAP.fullmatch(gap) or (gap[0] == "." and len(word.text) > LONGEST_ABBREVIATED):
            return None
        if other is not words[-1] and _unaddressed(other.text.casefold()) != wanted:
            return None
    return next((suffix for folded, suffix in _readings(words[-1].text) if folded == key[-1]), None)


def _dotted(text: str, words: list[Word]) -> bool:
    return all(text[word.end : word.end + 1] == "." for word in words[:-1]) and all(w.text.isupper() for w in words)
