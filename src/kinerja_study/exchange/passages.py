"""Passages held against the words that a program has stored with them.

Owns what becomes of one that does not lie on its words, as after a text was edited; knows no program.
"""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from kinerja_study.errors import ExchangeError
from kinerja_study.exchange.refi_qda.positions import LIKELY, RARE, Counting, locate
from kinerja_study.exchange.refi_qda.project import Source

MOST_SEARCHED = 4_000_000_000
"""Characters: 13,000 codings that have to be looked for in a text of 300,000, some seconds."""


def count_by_words(sources: Sequence[Source]) -> Counting:
    """Return each passage where it lies on its words: in code points, or by the first other way that puts it there.

    One project may hold both: what an editor of UTF-16 units marked, and what a search over code points found. A
    passage without words, or on its words by no way, counts as most others do.

    Parameters
    ----------
    sources : sequence of Source
        Whose selections have their words as a name.
    """
    ways = LIKELY + RARE
    passages = [(source.text, selection.name) for source in sources for selection in source.selections]
    nothing = np.zeros((0, 2), dtype=np.int64)
    spans = np.stack([np.concatenate([nothing, *(locate(source, way) for source in sources)]) for way in ways])
    lies = [[_lies(*passage, span) for passage, span in zip(passages, own.tolist(), strict=True)] for own in spans]
    on = np.array(lies, dtype=bool)
    first = on.argmax(axis=0)
    counts = np.bincount(first[on.any(axis=0)], minlength=len(ways))
    most = int(counts.argmax())
    first[~on.any(axis=0)] = most
    chosen = spans[first, np.arange(len(passages))]
    ends = np.cumsum([len(source.selections) for source in sources])
    shown = ", ".join(f"{count} by {way.words}" for way, count in zip(ways, counts, strict=True) if count)
    grounds = f"of {len(passages)} passages these lie on the words stored with them: {shown or 'none'}"
    return Counting(convention=ways[most], grounds=grounds, spans=tuple(np.split(chosen, ends)[:-1]))


def settle(sources: Sequence[Source], counting: Counting, file: str) -> tuple[Counting, int, int]:
    """Return the counting with every passage on its words, how many were moved there, and how many have no place.

    A passage that lies elsewhere is moved where its words occur exactly once, and else has no place, (-1, -1). White
    space does not count: programs shorten it. A selection without a name has no words to lie on.

    Parameters
    ----------
    sources : sequence of Source
        Whose selections have their words as a name.
    counting : Counting
        With a span for each selection.
    file : str
        Name of the project's file, for messages.

    Raises
    ------
    ExchangeError
        More would have to be looked for than :class:`Search` does.
    """
    search = Search(file)
    moved = lost = 0
    spans = []
    for source, found in zip(sources, counting.spans, strict=True):
        own = found.copy()
        for number, (selection, span) in enumerate(zip(source.selections, found.tolist(), strict=True)):
            if not selection.name.split() or _lies(source.text, selection.name, span):
                continue
            place = search.find_once(source.text, selection.name)
            moved, lost = moved + (place is not None), lost + (place is None)
            own[number] = place or (-1, -1)
        spans.append(own)
    return replace(counting, spans=tuple(spans)), moved, lost


def _lies(text: str, words: str, span: Sequence[int]) -> bool:
    start, end = span
    wanted = "".join(words.split())
    # A span much longer than its words is not even looked through.
    return 0 <= start < end <= start + 2 * len(words) + 20 and "".join(text[start:end].split()) == wanted


class Search:
    r"""Looks for words in texts, whatever the white space between them, as long as that takes seconds.

    Parameters
    ----------
    file : str
        Name of the file whose words are looked for, for messages.

    Examples
    --------
    >>> search = Search("a.qda")
    >>> search.find_once("cepat, ramah\ndan cepat", "ramah dan"), search.find_once("cepat dan cepat", "cepat")
    ((7, 16), None)
    """

    def __init__(self, file: str) -> None:
        self._file = file
        self._searched = 0
        self._bare = lru_cache(maxsize=1)(_bare)

    def find_once(self, text: str, words: str) -> tuple[int, int] | None:
        """Return where words stand in a text, if they do exactly once.

        Raises
        ------
        ExchangeError
            Over :data:`MOST_SEARCHED` characters were looked through.
        """
        self._searched += len(text)
        if self._searched > MOST_SEARCHED:
            cure = "Export the project again from the program it is from, and bring it in in parts."
            problem = "so many of its codings do not lie on the words stored with them that it takes too long to look"
            raise ExchangeError(self._file, problem, cure)
        bare, places = self._bare(text)
        wanted = "".join(words.split())
        at = bare.find(wanted) if wanted else -1
        if at < 0 or bare.find(wanted, at + 1) >= 0:
            return None
        return places[at], places[at + len(wanted) - 1] + 1


def _bare(text: str) -> tuple[str, Sequence[int]]:
    # A text without its white space, and where each of its characters stands.
    return "".join(text.split()), array("I", (at for at, char in enumerate(text) if not char.isspace()))
