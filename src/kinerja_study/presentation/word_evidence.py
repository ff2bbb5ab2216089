"""The appendices of a thesis that lead from a sentence to the words that it rests on.

Owns the numbers of quotations and the rows of both tables; draws nothing.
"""

from __future__ import annotations

import itertools
import textwrap
from collections.abc import Iterable, Sequence

from kinerja_study.presentation.blocks import Quote, Sentence
from kinerja_study.presentation.html import interface_words
from kinerja_study.presentation.material import Material
from kinerja_study.presentation.word_prose import Run
from kinerja_study.presentation.wording import write_magnitude

LABEL = 110
"""Code points of a sentence by which one finds it again."""

Row = list[list[Run]]
PLAIN, SLANTED = frozenset[str](), frozenset({"emphasis"})


class EvidenceTables:
    """The rows of the two tables: a sentence each with the numbers of its quotations, a quotation each with its words.

    Parameters
    ----------
    material : Material
        Of the study.
    """

    def __init__(self, material: Material) -> None:
        self._material = material
        self._words = interface_words(material.study.language)
        self._numbers = number_quotes(material.quotes.values())

    def sentence_rows(self, sentences: Iterable[Sentence]) -> list[Row]:
        """Return id, beginning and evidence of each sentence; the same evidence stands once."""
        first: dict[tuple[tuple[str, ...], ...], str] = {}
        rows = []
        for sentence in sentences:
            evidence = (sentence.supporting, sentence.contrary, sentence.neutral, sentence.records)
            same = first.setdefault(evidence, sentence.id)
            if any(evidence) and same != sentence.id:
                told: list[Run] = [(self._material.wording.say("thesis.same", id=same), PLAIN)]
            else:
                told = self._rests_on(evidence)
            text = textwrap.shorten(sentence.text, LABEL, placeholder=" …")
            rows.append([[(sentence.id, PLAIN)], [(text, PLAIN)], told])
        return rows

    def quote_rows(self) -> list[Row]:
        """Return number, words with their source, and coding of each quotation."""
        rows = []
        for coding_id, number in self._numbers.items():
            quote = self._material.quotes[coding_id]
            words = self._words["withheld"] if quote.withheld else f"“{' '.join(quote.text.split())}”"
            coded = f"{coding_id} ({write_magnitude(quote.magnitude)})"
            rows.append([[(number, PLAIN)], [(f"{words} {quote.speaker} ({quote.source})", PLAIN)], [(coded, PLAIN)]])
        return rows

    def _rests_on(self, evidence: Sequence[tuple[str, ...]]) -> list[Run]:
        runs: list[Run] = []
        for name, ids in zip(("for", "against", "neutral", "record"), evidence, strict=True):
            if ids:
                if name == "record":
                    shown = ", ".join(self._material.records[i].label for i in ids)
                else:
                    shown = join_numbers(self._numbers[i] for i in ids)
                runs += [(f"{'; ' if runs else ''}{self._words[name]}: ", SLANTED), (shown, PLAIN)]
        return runs or [(self._words["no_evidence"], PLAIN)]


def number_quotes(quotes: Iterable[Quote]) -> dict[str, str]:
    """Number quotes within their text, as ``W01.3``, in the order in which they come."""
    counts: dict[str, int] = {}
    numbered = {}
    for quote in quotes:
        counts[quote.document_id] = counts.get(quote.document_id, 0) + 1
        numbered[quote.coding_id] = f"{quote.document_id}.{counts[quote.document_id]}"
    return numbered


def join_numbers(numbers: Iterable[str]) -> str:
    """Join numbers of quotes, those of one text together.

    Examples
    --------
    >>> join_numbers(["W01.4", "W01.1", "W01.2", "W01.3", "W02.7"])
    'W01.1–4; W02.7'
    """
    texts: dict[str, set[int]] = {}
    for number in numbers:
        text, _, place = number.rpartition(".")
        texts.setdefault(text, set()).add(int(place))
    joined = []
    for text, places in texts.items():
        # Neighbours differ from their place in the order by the same number.
        runs = itertools.groupby(enumerate(sorted(places)), key=lambda pair: pair[1] - pair[0])
        spans = [[place for _, place in run] for _, run in runs]
        joined.append(f"{text}." + ", ".join(str(s[0]) if len(s) == 1 else f"{s[0]}–{s[-1]}" for s in spans))
    return "; ".join(joined)
