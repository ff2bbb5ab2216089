"""What the chapters are written from: the findings object and the tables that it points into.

Owns the lookup of a coding's words, its speaker and its place; writes no sentence.
"""

from __future__ import annotations

import functools
import itertools
import re
from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from operator import itemgetter
from typing import Any

import pandas as pd

from kinerja_study.condensation.agreement.coded_turns import CONSENSUS
from kinerja_study.definition import Group
from kinerja_study.presentation.blocks import Quote, Record, Transcript, TranscriptTurn
from kinerja_study.presentation.wording import Wording
from kinerja_study.study import Study

CONTEXT = 75
"""Code points shown before and after a quote."""


class Material:
    """The processed tables of a study, as a writer needs them.

    Parameters
    ----------
    study : Study
        Each table is read when it is first asked for; it must have been written by then.
    """

    def __init__(self, study: Study) -> None:
        self.study = study
        self.definition = study.definition
        self.wording = Wording(study.language)

    @functools.cached_property
    def findings(self) -> dict[str, Any]:
        """The findings object."""
        return self.study.load_json("findings.json")

    @functools.cached_property
    def segments(self) -> pd.DataFrame:
        """Codings in force."""
        return self.study.load("segments.csv")

    @functools.cached_property
    def turns(self) -> pd.DataFrame:
        """Turns of all texts."""
        return self.study.load("turns.csv")

    @functools.cached_property
    def documents(self) -> pd.DataFrame:
        """Texts, indexed by their id."""
        return self.study.load("documents.csv").set_index("document_id", drop=False)

    @functools.cached_property
    def informants(self) -> pd.DataFrame:
        """Informants, indexed by their id."""
        return self.study.load("informants.csv").set_index("informant_id", drop=False)

    @functools.cached_property
    def codebook(self) -> pd.DataFrame:
        """Codes, indexed by their id."""
        return self.study.load("codebook.csv").set_index("code", drop=False)

    @functools.cached_property
    def case_focus(self) -> pd.DataFrame:
        """The case x focus matrix in long form."""
        return self.study.load("case_focus.csv")

    @functools.cached_property
    def case_count(self) -> int:
        """How many sources were coded at all."""
        return int(self.case_focus.loc[self.case_focus["technique"] != "record", "case_id"].nunique())

    @functools.cached_property
    def indicators(self) -> pd.DataFrame:
        """Indicators from records."""
        return self.study.load("indicators.csv")

    @functools.cached_property
    def quotes(self) -> dict[str, Quote]:
        """Every segment in force by its coding id, in the order of the texts."""
        by_document: dict[str, list[tuple[int, Mapping[Any, Any]]]] = {}
        for turn in self.turns.to_dict("records"):
            by_document.setdefault(str(turn["document_id"]), []).append((int(turn["start"]), turn))
        speaker, source = functools.cache(self.speaker), functools.cache(self.source)
        quotes = {}
        segments: list[Mapping[Any, Any]] = [*self.segments.to_dict("records")]
        for row in segments:
            start, end = int(row["start"]), int(row["end"])
            spoken = by_document[row["document_id"]]
            turn_start, own = spoken[bisect_right(spoken, start, key=itemgetter(0)) - 1]
            said = str(own["text"])
            label = f"{own['speaker']}:" if own["speaker"] else ""
            before = said[len(label) : start - turn_start] if start - turn_start > len(label) else ""
            quotes[row["coding_id"]] = Quote(
                coding_id=row["coding_id"],
                document_id=row["document_id"],
                text=row["quote"],
                before=_tail(before),
                after=_head(said[end - turn_start :]),
                code=row["code"],
                code_label=self.code_label(row["code"]),
                magnitude=int(row["magnitude"]),
                group=row["group"],
                group_label=self.group(row["group"]).name(self.study.language),
                speaker=speaker(row["case_id"]),
                source=source(row["document_id"]),
                coder=self.coder(row["coder"]),
                place=place(row["document_id"], start, end),
                withheld=not row["quote"],
            )
        return quotes

    @functools.cached_property
    def records(self) -> dict[str, Record]:
        """Every computed indicator, as evidence."""
        found = {}
        for row in self.indicators.to_dict("records"):
            if row["reason"] != "" and pd.isna(row["value"]):
                continue
            identity = f"{row['table']}:{row['indicator']}"
            label = self.indicator_label(str(row["indicator"]))
            found[identity] = Record(id=identity, label=label, text=self.record_sentence(row))
        return found

    def record_sentence(self, row: Mapping[Any, Any]) -> str:
        """Return what an indicator shows, in a sentence."""
        measure, _, element = str(row["measure"]).partition(":")
        facts = {
            "value": row["value"],
            "n": int(row["n"]),
            "element": self.wording.say(f"element.{element}") if element else "",
        }
        return self.wording.say(f"record.{measure}", **facts, weight=self.definition.satisfaction.weight)

    def group(self, group_id: str) -> Group:
        """Return a group of the study."""
        return self.definition.group(group_id)

    def group_label(self, group_id: str) -> str:
        """Return a group's label in the language of the report."""
        return self.group(group_id).name(self.study.language)

    def code_label(self, code: str) -> str:
        """Return a code's label."""
        return str(self.codebook.at[code, "label"])

    def indicator_label(self, indicator: str) -> str:
        """Return what an indicator is called."""
        return next(i for i in self.definition.indicators if i.id == indicator).name(self.study.language)

    def service_label(self, service: str) -> str:
        """Return what a service is called."""
        return self.definition.services.name(service, self.study.language)

    def coder(self, coder: str) -> str:
        """Return a coder as a reader meets him: ``coder-a`` is coder A; the consensus is nobody's."""
        if coder == CONSENSUS:
            return self.wording.say("coder.consensus")
        return self.wording.say("coder.one", name=re.sub(r"^coder-(\w)$", lambda m: m[1].upper(), coder))

    @property
    def heard(self) -> pd.DataFrame:
        """Informants whose words are used at all."""
        return self.informants[self.informants["consent"] != "no"]

    @property
    def synthetic(self) -> bool:
        """Whether the study is invented, which every quotation says."""
        return self.definition.study.provenance == "synthetic"

    def hidden_role(self, informant_id: str) -> bool:
        """Tell whether an informant is shown by group because the role is held by one person."""
        return self.definition.privacy.hides(str(self.informants.at[informant_id, "role"]))

    def role(self, informant_id: str) -> str:
        """Return an informant's role, or the group where the role would name the person."""
        if self.hidden_role(informant_id):
            return self.group_label(str(self.informants.at[informant_id, "group"]))
        return str(self.informants.at[informant_id, "role"])

    def speaker(self, case_id: str) -> str:
        """Return who or what speaks, with its id."""
        if case_id in self.informants.index:
            if self.hidden_role(case_id):
                group = self.group_label(str(self.informants.at[case_id, "group"])).lower()
                return self.wording.say("speaker.by_group", group=group, id=case_id)
            return self.wording.say("speaker.informant", role=self.role(case_id), id=case_id)
        if case_id in self.documents.index:
            return self.wording.say(f"speaker.{self.kind(case_id)}", id=case_id)
        return self.wording.say("speaker.record", label=self.indicator_label(case_id))

    def kind(self, document_id: str) -> str:
        """Return whether a text is an interview, an observation or a document."""
        return str(self.documents.at[document_id, "kind"])

    def source(self, document_id: str) -> str:
        """Return the line that closes a quotation: technique, synthetic or not, date."""
        kind, date = self.kind(document_id), str(self.documents.at[document_id, "date"])
        suffix = "_synthetic" if self.synthetic else ""
        return self.wording.say(f"source.{kind}{suffix}", date=self.wording.date(date))

    def table_source(self, kind: str) -> str:
        """Return the source line of a table: of ``texts`` or of ``records``."""
        return self.wording.say(f"table.source_{kind}{'_synthetic' if self.synthetic else ''}")

    def level(self, level_id: str) -> str:
        """Return the label of a verdict level."""
        level = next(level for level in self.definition.scale.levels if level.id == level_id)
        return level.name(self.study.language)

    def transcripts(self) -> list[Transcript]:
        """Return every text with its coded spans marked."""
        return [self._transcript(str(document_id)) for document_id in self.documents.index]

    def _transcript(self, document_id: str) -> Transcript:
        document = self.documents.loc[document_id]
        own = self.segments[self.segments["document_id"] == document_id]
        places = zip(own["start"], own["end"], own["coding_id"], strict=True)
        spans = sorted(((int(a), int(b), str(i)) for a, b, i in places), key=itemgetter(0))
        turns = []
        for turn in self.turns[self.turns["document_id"] == document_id].to_dict("records"):
            start, end, label = int(turn["start"]), int(turn["end"]), f"{turn['speaker']}:" if turn["speaker"] else ""
            first, last = (bisect_left(spans, at, key=itemgetter(0)) for at in (start, end))
            turns.append(
                TranscriptTurn(
                    anchor=f"t-{document_id}-{turn['turn']}",
                    speaker=str(turn["speaker"]),
                    pieces=_pieces(str(turn["text"])[len(label) :], start + len(label), end, spans[first:last]),
                    withheld=turn["shown"] != "true",
                )
            )
        people = [i for i in str(document["speakers"]).split(";") if i]
        who = self.wording.listed([self.speaker(person) for person in people])
        hidden = any(self.hidden_role(person) for person in people)
        facts = [self.source(document_id), who, "" if hidden else str(document["place"])]
        return Transcript(
            anchor=f"teks-{document_id}",
            title=document_id,
            facts=" · ".join(fact for fact in facts if fact),
            turns=tuple(turns),
        )


def place(document_id: str, start: int, end: int) -> str:
    """Return the anchor of a span in the appendix."""
    return f"s-{document_id}-{start}-{end}"


def _pieces(
    text: str, start: int, end: int, spans: list[tuple[int, int, str]]
) -> tuple[tuple[str, tuple[str, ...]], ...]:
    # Of a turn that is withheld the text is empty, and its spans still have their place.
    inside = [(max(a, start), min(b, end), i) for a, b, i in spans if a < end and b > start]
    cuts = sorted({start, end, *(a for a, _, _ in inside), *(b for _, b, _ in inside)})
    return tuple(
        (text[a - start : b - start], tuple(i for s, e, i in inside if s <= a and b <= e))
        for a, b in itertools.pairwise(cuts)
    )


def _tail(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= CONTEXT else "… " + text[-CONTEXT:].split(" ", 1)[-1]


def _head(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= CONTEXT else text[:CONTEXT].rsplit(" ", 1)[0] + " …"
