"""What looks like a name in a text and is not in the key file.

Owns the small list of words that are capitalised without being names of people; it finds, and never decides.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from importlib.resources import files

from kinerja_study.exchange.pseudonyms.forms import ADDRESSES, NO_NAMES, ROLES, addressed, split_words

NO_PEOPLE = frozenset(files(__package__).joinpath("no_people.txt").read_text("utf-8").split())
"""What is written with a capital and is no person: days, months, places, offices, papers."""

AFTER_ADDRESS = frozenset(files(__package__).joinpath("after_address.txt").read_text("utf-8").split())
"""What follows an address without being a name, as in *Bapak sendiri* or *Ibu yang di loket*."""

_SENTENCE_ENDS = re.compile(r"[.?!:…;\n\"“”‘(\[]|^\s*[-–*#]")


def find_ordinary(text: str) -> set[str]:
    """Return the words of a text that stand in small letters and after no address: a name does not."""
    words = split_words(text)
    return {word.text for at, word in enumerate(words) if word.text.islower() and not addressed(text, words, at)}


def find_suspects(text: str, known: Collection[str]) -> Iterator[tuple[int, str]]:
    """Return what looks like a name, with its place: one or more capitalised words, or the word after an address.

    Parameters
    ----------
    text : str
        With its known names replaced.
    known : collection of str
        Folded words that are no names: ordinary ones, ids, the place that is studied. With a capital and after an
        address they are suspected all the same, as in *Bu Indah*.

    Examples
    --------
    >>> text = "Kemarin saya tanya Ratna Dewi di loket. Ya Bu Indah, indah. Lalu bu yanti datang."
    >>> list(find_suspects(text, find_ordinary(text)))
    [(19, 'Ratna Dewi'), (46, 'Indah'), (68, 'yanti')]
    """
    words = split_words(text)
    at = 0
    while at < len(words):
        begin, word = at, words[at]
        at += 1
        after = addressed(text, words, begin)
        if not after and (begin == 0 or _SENTENCE_ENDS.search(text[words[begin - 1].end : word.start])):
            continue
        capital = _is_name_like(word.text)
        small = after and word.text.islower() and word.text.isalpha() and word.text not in AFTER_ADDRESS
        if _plain(word.text) or not (capital or small) or (_in(word.text, known) and not (after and capital)):
            continue
        while at < len(words) and text[words[at - 1].end : words[at].start] == " " and _is_name_like(words[at].text):
            if _plain(words[at].text) or _in(words[at].text, known):
                break
            at += 1
        yield word.start, text[word.start : words[at - 1].end]


def _is_name_like(word: str) -> bool:
    # KTP and PNS are abbreviations, and so is a lone letter.
    return word.isalpha() and word[0].isupper() and len(word) > 1 and (not word.isupper() or len(word) > 5)


def _plain(word: str) -> bool:
    return any(_in(word, words) for words in (ADDRESSES, ROLES, NO_NAMES, NO_PEOPLE))


def _in(word: str, words: Collection[str]) -> bool:
    folded = word.casefold()
    return folded in words or folded.removesuffix("nya") in words
