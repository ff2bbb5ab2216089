"""Passages held against the words that a program has stored with them.

Owns what becomes of one that does not lie on its words, as after a text was edited; knows no program.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

import numpy as np

from kinerja_study.exchange.refi_qda.positions import Counting
from kinerja_study.exchange.refi_qda.project import Source


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
        for number, (selection, (start, end)) in enumerate(zip(source.selections, found.tolist(), strict=True)):
            words = selection.name.split()
            if not words or (start >= 0 and source.text[start:end].split() == words):
                continue
            if start >= 0 and "".join(source.text[start:end].split()) == "".join(words):
                continue
            place = find_once(source.text, selection.name)
            moved, lost = moved + (place is not None), lost + (place is None)
            own[number] = place or (-1, -1)
        spans.append(np.asarray(own, dtype=np.int64))
    return replace(counting, spans=tuple(spans)), moved, lost


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
