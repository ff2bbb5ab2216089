"""Passages held against the words that a program has stored with them.

Owns what becomes of one that does not lie on its words, as after a text was edited; knows no program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from kinerja_study.exchange.refi_qda.positions import LIKELY, RARE, Counting, locate
from kinerja_study.exchange.refi_qda.project import Source


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


def settle(sources: Sequence[Source], counting: Counting) -> tuple[Counting, int, int]:
    """Return the counting with every passage on its words, how many were moved there, and how many have no place.

    A passage that lies elsewhere is moved where its words occur exactly once, and else has no place, (-1, -1). White
    space does not count: programs shorten it. A selection without a name has no words to lie on.

    Parameters
    ----------
    sources : sequence of Source
        Whose selections have their words as a name.
    counting : Counting
        With a span for each selection.
    """
    moved = lost = 0
    spans = []
    for source, found in zip(sources, counting.spans, strict=True):
        own = found.copy()
        for number, (selection, span) in enumerate(zip(source.selections, found.tolist(), strict=True)):
            if not selection.name.split() or _lies(source.text, selection.name, span):
                continue
            place = find_once(source.text, selection.name)
            moved, lost = moved + (place is not None), lost + (place is None)
            own[number] = place or (-1, -1)
        spans.append(own)
    return replace(counting, spans=tuple(spans)), moved, lost


def _lies(text: str, words: str, span: Sequence[int]) -> bool:
    start, end = span
    wanted = "".join(words.split())
    # A span much longer than its words is not even looked through.
    return 0 <= start < end <= start + 2 * len(words) + 20 and "".join(text[start:end].split()) == wanted


def find_once(text: str, words: str) -> tuple[int, int] | None:
    r"""Return where words stand in a text, whatever the white space between them, if they do exactly once.

    Examples
    --------
    >>> find_once("cepat, ramah\ndan cepat", "ramah dan"), find_once("cepat dan cepat", "cepat")
    ((7, 16), None)
    """
    bare, places = _bare(text)
    wanted = "".join(words.split())
    at = bare.find(wanted) if wanted else -1
    if at < 0 or bare.find(wanted, at + 1) >= 0:
        return None
    return places[at], places[at + len(wanted) - 1] + 1


@lru_cache(maxsize=4)
def _bare(text: str) -> tuple[str, list[int]]:
    # A text without its white space, and where each of its characters stands.
    return "".join(text.split()), [at for at, character in enumerate(text) if not character.isspace()]
