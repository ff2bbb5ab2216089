"""The findings chapter: a section a focus, in sentences that each know their evidence.

Owns the order in which a finding is told: verdict, who was heard, groups, codes with quotations, records, negative
evidence, how it holds. Every number and verdict word comes from the findings object; nothing is computed here but
counts of what a sentence points to.
"""

from __future__ import annotations

import itertools
from collections.abc import Iterable, Sequence
from typing import Any

import pandas as pd

from kinerja_study.conclusions import MIDDLE
from kinerja_study.presentation.blocks import (
    Block,
    Figure,
    Paragraph,
    Quotation,
    Quote,
    Section,
    Sentence,
    Table,
    cite,
)
from kinerja_study.presentation.firmness import tell_firmness
from kinerja_study.presentation.material import Material
from kinerja_study.presentation.wording import lower_first

LONGEST_QUOTE, SHORTEST_QUOTE = 420, 40
"""A quotation in the running text has a length, in code points, that can be read in one breath."""


class FocusNarrative:
    """Writes the section of one rated focus.

    Parameters
    ----------
    material : Material
        What is written from.
    finding : dict
        The focus in the findings object.
    """

    def __init__(self, material: Material, finding: dict[str, Any]) -> None:
        self.material, self.finding = material, finding
        self.say = material.wording.say
        self.focus = material.definition.focus(finding["id"]).name(material.study.language)
        self.segments = material.segments[material.segments["focus"] == finding["id"]]
        if material.findings["rules"]["neutral"] == "drop":
            self.segments = self.segments[self.segments["magnitude"] != 0]
        self._quoted: set[str] = set()

    def section(self, displays: Iterable[Table | Figure] = ()) -> Section:
        """Return the whole section, with its figures after the verdict."""
        blocks: list[Block] = [self._verdict_paragraph(), *displays]
        for code in self._codes():
            blocks += self._code(code)
        blocks += [
            Paragraph(sentences=tuple(group))
            for group in (self._withheld(), self._records(), self._negative(), *self._firmness())
            if group
        ]
        return Section(id=f"hasil-{self.finding['id']}", title=self.focus, blocks=tuple(blocks))

    @property
    def everything(self) -> tuple[Sequence[str], Sequence[str], Sequence[str], Sequence[str]]:
        """All that was said on the focus, for the finding, against it, neither; and the records that count."""
        records = self._records_of(self.finding["counted_groups"])
        return self.finding["supporting"], self.finding["contrary"], self.finding["neutral"], records

    def _records_of(self, groups: Sequence[str]) -> list[str]:
        own = self.material.indicators
        own = own[(own["focus"] == self.finding["id"]) & own["group"].isin(groups) & own["magnitude"].notna()]
        return [f"{table}:{name}" for table, name in zip(own["table"], own["indicator"], strict=True)]

    def verdict(self, prefix: str) -> Sentence:
        """Return the sentence that says the verdict, or why there is none."""
        finding, balance = self.finding, self.finding["balance"]
        values = {
            "focus": self.focus,
            "focus_low": lower_first(self.focus),
            "pro": balance["for"],
            "against": balance["against"],
            "total": sum(balance.values()),
            "score": finding["score"],
            "reason": finding["reason"],
        }
        if finding["verdict"] is None:
            text = self.say("verdict.none", **values)
            if finding["split"]:
                text += " " + self.say("verdict.none_split", **values)
        else:
            key = "verdict.split" if finding["split"] else "verdict.plain"
            text = self.say(key, level=self.material.level(finding["verdict"]), **values)
        return self._sentence(prefix, text, *self.everything)

    def _sentence(self, key: str, text: str, *evidence: Iterable[str], **records: Iterable[str]) -> Sentence:
        return cite(f"{key}-{self.finding['id']}", text, *evidence, **records)

    def _verdict_paragraph(self) -> Paragraph:
        return Paragraph(
            sentences=(self.verdict("H"), *self._heard(), *self._groups(), *self._sides(), *self._silence())
        )

    def _heard(self) -> list[Sentence]:
        balance, total = self.finding["balance"], sum(self.finding["balance"].values())
        if not total:
            return [self._sentence("H-heard", self.say("verdict.unheard"))]
        others = []
        counted = self.segments[self.segments["group"].isin(self.finding["counted_groups"])]
        for technique in ("observation", "document"):
            cases = counted.loc[counted["technique"] == technique, "case_id"].nunique()
            if cases:
                others.append(f"{cases} {self.say(f'technique.{technique}')}")
        text = self.say(
            "verdict.heard",
            informants=self.finding["informants"],
            of=len(self.material.heard),
            others=others,
            total=total,
            pro=balance["for"],
            neutral=balance["neutral"],
            against=balance["against"],
        )
        return [self._sentence("H-heard", text, *self.everything)]

    def _groups(self) -> list[Sentence]:
        values = {g: v for g, v in self.finding["groups"].items() if g in self.finding["counted_groups"]}
        if not values:
            return []
        label = self.material.group_label
        high, low = max(values, key=lambda g: values[g]), min(values, key=lambda g: values[g])
        sentences = []
        if len(values) == 1:
            text = self.say("verdict.one_group", group=label(high), value=values[high])
            sentences.append(
                self._sentence("H-groups", text, self._of_groups([high]), records=self._records_of([high]))
            )
        else:
            text = self.say(
                "verdict.groups",
                high=label(high),
                high_value=values[high],
                high_cases=self._cases_of(high),
                low=label(low),
                low_value=values[low],
                low_cases=self._cases_of(low),
                opposed=values[high] > MIDDLE > values[low],
                near=values[high] - values[low] < self._level_width / 2,
            )
            records = self._records_of([high, low])
            both = (self._of_groups([high]), self._of_groups([low]))
            sentences.append(self._sentence("H-groups", text, *both, records=records))
        shown = [g for g in self.finding["groups"] if g not in self.finding["counted_groups"]]
        spoken = [g for g in shown if self.material.group(g).technique != "record"]
        if spoken:
            text = self.say("verdict.uncounted", groups=[lower_first(label(g)) for g in spoken])
            sentences.append(self._sentence("H-uncounted", text, self._of_groups(spoken)))
        return sentences

    def _cases_of(self, group: str) -> int:
        own = self.material.case_focus
        return int(((own["focus"] == self.finding["id"]) & (own["group"] == group)).sum())

    @property
    def _level_width(self) -> float:
        edges = [level.edge for level in self.material.definition.scale.levels]
        return min(high - low for low, high in itertools.pairwise(edges))

    def _of_groups(self, groups: Sequence[str]) -> list[str]:
        return [str(i) for i in self.segments.loc[self.segments["group"].isin(groups), "coding_id"]]

    def _sides(self) -> list[Sentence]:
        insiders, outsiders = self.finding["insiders"], self.finding["outsiders"]
        if insiders is None and outsiders is None:
            return []
        if outsiders is None:
            return [self._sentence("H-sides", self.say("verdict.no_outside"), *self.everything)]
        if insiders is None:
            return [self._sentence("H-sides", self.say("verdict.no_inside"), *self.everything)]
        counted = [self.material.group(group) for group in self.finding["counted_groups"]]
        names = {
            side: [lower_first(g.name(self.material.study.language)) for g in counted if g.outside == side]
            for side in (False, True)
        }
        text = self.say(
            "verdict.sides",
            inside=names[False],
            insiders=insiders,
            outside=names[True],
            outsiders=outsiders,
            apart=abs(insiders - outsiders) > self._level_width,
        )
        return [self._sentence("H-sides", text, *self.everything)]

    def _silence(self) -> list[Sentence]:
        # What nobody said rests on all that was said: the reader can see for himself who is not there.
        spoke = set(self.segments["case_id"])
        if not spoke:
            return []
        informants = self.material.heard
        silent = [i for i in informants.index if i not in spoke]
        groups = [
            group
            for group in self.material.definition.groups
            if group.technique != "record" and not (self.segments["group"] == group.id).any()
        ]
        whole = {group.id for group in groups}
        people = [self.material.speaker(i) for i in silent if informants.at[i, "group"] not in whole]
        sentences = []
        if groups:
            labels = [lower_first(group.name(self.material.study.language)) for group in groups]
            text = self.say("verdict.silence_groups", groups=labels)
            sentences.append(self._sentence("H-silent-groups", text, *self.everything))
        if people:
            text = self.say("verdict.silence_people", people=people)
            sentences.append(self._sentence("H-silent-people", text, *self.everything))
        return sentences

    def _codes(self) -> list[str]:
        counts = self.segments.groupby("code")["case_id"].nunique()
        order = {code: number for number, code in enumerate(self.material.codebook.index)}
        return sorted((str(code) for code in counts.index), key=lambda code: (-counts[code], order[code]))

    def _code(self, code: str) -> list[Block]:
        own = self.segments[self.segments["code"] == code]
        mean = own.groupby("case_id")["magnitude"].mean()
        good, bad = set(mean.index[mean > 0]), set(mean.index[mean < 0])
        extremes = own.groupby("case_id")["magnitude"].agg(["min", "max"])
        key = "both" if good and bad else "for" if good else "against" if bad else "neutral"
        text = self.say(
            f"code.{key}",
            label=self.material.code_label(code),
            total=len(mean),
            pro=len(good),
            against=len(bad),
            even=len(mean) - len(good) - len(bad),
            within=int(((extremes["min"] < 0) & (extremes["max"] > 0)).sum()),
        )
        sides = _by_side(own)
        first, second = (sides["for"], sides["against"]) if len(good) >= len(bad) else (sides["against"], sides["for"])
        sentence = cite(f"H-code-{code}", text, first, second, sides["neutral"])
        leading = self._choose(own, first or sides["neutral"])
        if leading is None:
            return [Paragraph(sentences=(sentence,))]
        other = self._choose(own, second)
        blocks: list[Block] = [
            Paragraph(sentences=(sentence, self._introduction(leading, self._said(), "code.noted"))),
            Quotation(quote=leading),
        ]
        after = self._agreement(own, code, leading, other)
        if other is not None:
            # Whoever holds the other side as a whole differs; another only says so too.
            place = own.loc[own["coding_id"] == other.coding_id, "case_id"].iloc[0]
            key = "code.differ" if mean[place] * other.magnitude > 0 else "code.differ_self"
            after.append(self._introduction(other, key, "code.differ_noted"))
        if after:
            blocks.append(Paragraph(sentences=tuple(after)))
        if other is not None:
            blocks.append(Quotation(quote=other))
        return blocks

    def _said(self) -> str:
        # A chapter in which everybody "says" is hard to read; the verbs take turns.
        turn = len(self._quoted) % 4
        return "code.said" if turn < 1 else f"code.said_{turn + 1}"

    def _introduction(self, quote: Quote, spoken: str, written: str) -> Sentence:
        interviewed = self.material.kind(quote.document_id) == "interview"
        return Sentence(text=self.say(spoken if interviewed else written, speaker=quote.speaker), asserts=False)

    def _agreement(self, own: pd.DataFrame, code: str, leading: Quote, other: Quote | None) -> list[Sentence]:
        # Who is quoted, for or against, is not counted among those who agree.
        mean = own.groupby("case_id")["magnitude"].transform("mean")
        rows = own[(own["magnitude"] * leading.magnitude > 0) & (mean * leading.magnitude > 0)]
        quoted = [leading.coding_id, *([] if other is None else [other.coding_id])]
        told = own.loc[own["coding_id"].isin(quoted), "case_id"]
        others = rows[~rows["case_id"].isin(told)]
        cases = list(dict.fromkeys(others["case_id"]))
        if not cases:
            return []
        speakers = [self.material.speaker(str(c)) for c in cases]
        key = "code.agree" if len(speakers) <= 4 else "code.agree_many"
        text = self.say(key, speakers=speakers[:4] if len(speakers) <= 4 else speakers[:3], more=len(speakers) - 3)
        return [cite(f"H-agree-{code}", text, [str(i) for i in others["coding_id"]])]

    def _withheld(self) -> list[Sentence]:
        closed = self.segments[[self.material.quotes[i].withheld for i in self.segments["coding_id"]]]
        return [
            self._sentence(
                f"H-withheld-{case}",
                self.say("code.withheld", speaker=self.material.speaker(str(case))),
                [str(i) for i in rows["coding_id"]],
            )
            for case, rows in closed.groupby("case_id", sort=True)
        ]

    def _choose(self, own: pd.DataFrame, coding_ids: Sequence[str]) -> Quote | None:
        # Of those who hold that side as a whole the strongest words of a readable length that are not quoted yet;
        # then in the order of the texts.
        quotes = [self.material.quotes[i] for i in coding_ids if i not in self._quoted]
        quotes = [quote for quote in quotes if not quote.withheld]
        if not quotes:
            return None
        case = dict(zip(own["coding_id"], own["case_id"], strict=True))
        mean = own.groupby("case_id")["magnitude"].mean()
        chosen = min(
            quotes,
            key=lambda q: (
                mean[case[q.coding_id]] * q.magnitude <= 0,
                not SHORTEST_QUOTE <= len(q.text) <= LONGEST_QUOTE,
                self.material.kind(q.document_id) != "interview",
                -abs(q.magnitude),
                q.coding_id,
            ),
        )
        self._quoted.add(chosen.coding_id)
        return chosen

    def _records(self) -> list[Sentence]:
        sentences = []
        own = self.material.indicators[self.material.indicators["focus"] == self.finding["id"]]
        for row in own.to_dict("records"):
            name = str(row["indicator"])
            label = self.material.indicator_label(name)
            if pd.isna(row["value"]):
                text = self.say("record.missing", indicator=label, reason=self.say(f"record.{row['reason']}"))
                sentences.append(Sentence(id=f"H-record-{name}", text=text, records=()))
                continue
            identity = (f"{row['table']}:{name}",)
            sentences.append(Sentence(id=f"H-record-{name}", text=self.material.record_sentence(row), records=identity))
            group = self.material.group(str(row["group"]))
            if pd.isna(row["magnitude"]):
                text = self.say("record.missing", indicator=label, reason=self.say("record.below_bands"))
            elif group.id in self.finding["counted_groups"]:
                text = self.say("record.counted", weight=group.weight, group=group.name(self.material.study.language))
            else:
                text = self.say("record.uncounted", magnitude=int(row["magnitude"]))
            sentences.append(Sentence(id=f"H-record-use-{name}", text=text, records=identity))
            score = self.finding["score"]
            if score is not None and not pd.isna(row["magnitude"]) and row["magnitude"] and score != MIDDLE:
                same = (row["magnitude"] > 0) == (score > MIDDLE)
                text = self.say("record.same_way" if same else "record.other_way")
                sentences.append(
                    self._sentence(
                        f"H-record-way-{name}",
                        text,
                        self.finding["supporting"],
                        self.finding["contrary"],
                        records=identity,
                    )
                )
        return sentences

    def _negative(self) -> list[Sentence]:
        if self.finding["verdict"] is None:
            return []
        contrary = self.finding["contrary"]
        cases = self.segments.loc[self.segments["coding_id"].isin(contrary), "case_id"].nunique()
        if contrary:
            text = self.say("negative.found", segments=len(contrary), cases=cases)
            return [self._sentence("H-negative", text, (), contrary)]
        return [self._sentence("H-negative", self.say("negative.none"), self.finding["supporting"])]

    def _firmness(self) -> tuple[list[Sentence], list[Sentence]]:
        # Whether the verdict holds, then how far the finding can be trusted.
        told = [
            self._sentence(f"H-{name}", text, *self.everything)
            for name, text in tell_firmness(self.material, self.finding)
        ]
        return told[:-1], told[-1:]


def _by_side(segments: pd.DataFrame) -> dict[str, list[str]]:
    return {
        "for": [str(i) for i in segments.loc[segments["magnitude"] > 0, "coding_id"]],
        "neutral": [str(i) for i in segments.loc[segments["magnitude"] == 0, "coding_id"]],
        "against": [str(i) for i in segments.loc[segments["magnitude"] < 0, "coding_id"]],
    }
