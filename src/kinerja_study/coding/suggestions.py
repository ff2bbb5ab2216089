"""Suggestions that a person takes, changes or refuses, one by one.

Owns the mark that a taken suggestion keeps in its memo, and which suggestions are still open to a coder; what is
suggested comes from ``codings/saran.csv``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from kinerja_study.coding.history import Entry

MARK = re.compile(r"\s*\[(saran (?:diambil|diubah): .*)\]\Z", re.DOTALL)
UNSEEN = "saran, belum diperiksa: "
"""How ``kinerja suggest`` begins a memo; Indonesian, as all that stands in a study."""


def mark_memo(memo: str, suggested: str, *, changed: bool) -> str:
    """Return the memo of a suggestion that was taken: the coder's own words, then where it comes from."""
    taken = "diubah" if changed else "diambil"
    return f"{memo} [saran {taken}: {suggested.removeprefix(UNSEEN) or '-'}]".strip()


def split_memo(memo: str) -> tuple[str, str | None]:
    """Return a memo's own words, and the mark of the suggestion that the coding comes from, or None.

    Examples
    --------
    >>> split_memo(mark_memo("Tegas.", "saran, belum diperiksa: 'rapi'", changed=False))
    ('Tegas.', "saran diambil: 'rapi'")
    """
    found = MARK.search(memo)
    return (memo[: found.start()], found.group(1)) if found else (memo, None)


def keep_mark(memo: str, old: str) -> str:
    """Return new words of a memo with the mark of the old one."""
    mark = split_memo(old)[1]
    return memo if mark is None else f"{memo} [{mark}]".strip()


class Settled:
    """Suggestions that a coder has taken or refused, so that they do not come back.

    A suggestion is the same one at the same place, or with the same words where these occur once: a corrected text
    moves it, and a code that was renamed or merged takes it along.

    Parameters
    ----------
    acts : iterable of Entry
        The coder's acts in force.
    became : mapping of str to set of str
        What codes have become since.
    """

    def __init__(self, acts: Iterable[Entry], became: Mapping[str, set[str]]) -> None:
        self._places: set[tuple[str, str, str]] = set()
        self._words: set[tuple[str, str, str]] = set()
        for act in acts:
            row = act.get("suggestion")
            if row:
                for code in {row["code"], *became.get(row["code"], ())}:
                    self._places.add((row["document_id"], row["start"], code))
                    self._words.add((row["document_id"], row["quote"], code))

    def holds(self, row: Mapping[str, str], text: str) -> bool:
        """Tell whether a suggestion has been decided on."""
        document, quote, code = row["document_id"], row["quote"], row["code"]
        if (document, quote, code) not in self._words:
            return False
        return (document, row["start"], code) in self._places or text.count(quote) == 1
