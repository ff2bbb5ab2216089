"""Obstacles, open findings, conclusions and recommendations as sentences.

Owns the parts of the chapters that restate the findings object over all foci: a conclusion can only restate a finding,
a recommendation only answer what hinders.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from kinerja_study.definition import Focus
from kinerja_study.presentation.blocks import (
    Block,
    Figure,
    Listing,
    Paragraph,
    Quotation,
    Section,
    Sentence,
    Table,
    cite,
)
from kinerja_study.presentation.material import Material
from kinerja_study.presentation.narrative import LONGEST_QUOTE, SHORTEST_QUOTE
from kinerja_study.presentation.wording import lower_first, upper_first


def build_obstacles_section(material: Material, focus: Focus, displays: tuple[Table | Figure, ...] = ()) -> Section:
    """Return what hinders under one focus of that kind, ranked, each with its strongest words."""
    say, title = material.wording.say, focus.name(material.study.language)
    obstacles = [o for o in material.findings["obstacles"] if o["focus"] == focus.id]
    if not obstacles:
        paragraph = Paragraph(sentences=(Sentence(id=f"H-{focus.id}", text=say("obstacles.none")),))
        return Section(id=f"hasil-{focus.id}", title=title, blocks=(paragraph,))
    first = obstacles[0]
    text = say(
        "obstacles.lead",
        count=len(obstacles),
        label=lower_first(first["label"]),
        cases=first["cases"],
        groups=[lower_first(material.group_label(g)) for g in first["groups"]],
    )
    lead = cite(f"H-{focus.id}", text, _gather(obstacles, "segments"), _gather(obstacles, "contrary"))
    blocks: list[Block] = [Paragraph(sentences=(lead,)), *displays]
    for obstacle in obstacles:
        blocks += _obstacle(material, obstacle)
    return Section(id=f"hasil-{focus.id}", title=title, blocks=tuple(blocks))


def obstacle_sentence(material: Material, obstacle: dict[str, Any], prefix: str) -> Sentence:
    """Return who names an obstacle, and who says otherwise."""
    text = material.wording.say(
        "obstacles.ranked",
        label=obstacle["label"],
        cases=obstacle["cases"],
        informants=obstacle["informants"],
        groups=[lower_first(material.group_label(g)) for g in obstacle["groups"]],
        contrary=len(obstacle["contrary"]),
    )
    return cite(f"{prefix}-{obstacle['code']}", text, obstacle["segments"], obstacle["contrary"])


def _obstacle(material: Material, obstacle: dict[str, Any]) -> list[Block]:
    sentence = obstacle_sentence(material, obstacle, "H")
    quotes = [material.quotes[i] for i in obstacle["segments"] if not material.quotes[i].withheld]
    if not quotes:
        return [Paragraph(sentences=(sentence,))]
    spoken = [q for q in quotes if material.documents.at[q.document_id, "kind"] == "interview"]
    chosen = min(
        spoken or quotes, key=lambda q: (q.magnitude, not SHORTEST_QUOTE <= len(q.text) <= LONGEST_QUOTE, q.coding_id)
    )
    key = "code.said" if spoken else "code.noted"
    introduction = Sentence(text=material.wording.say(key, speaker=chosen.speaker), asserts=False)
    return [Paragraph(sentences=(sentence, introduction)), Quotation(quote=chosen)]


def build_open_section(material: Material, focus: Focus) -> Section:
    """Return what was found beside the rated foci, listed and not scored."""
    say, title = material.wording.say, focus.name(material.study.language)
    rows = [row for row in material.findings["open"] if row["focus"] == focus.id]
    if not rows:
        paragraph = Paragraph(sentences=(Sentence(text=say("open.none"), id=f"H-{focus.id}"),))
        return Section(id=f"hasil-{focus.id}", title=title, blocks=(paragraph,))
    text = say("open.lead", labels=[lower_first(row["label"]) for row in rows])
    lead = cite(f"H-{focus.id}", text, *(_gather(rows, side) for side in ("for", "against", "neutral")))
    items = []
    for row in sorted(rows, key=lambda row: -row["cases"]):
        pro, against, neutral = row["for"], row["against"], row["neutral"]
        counts = {"pro": len(pro), "against": len(against), "neutral": len(neutral)}
        text = say("open.code", label=row["label"], cases=row["cases"], **counts)
        items.append(cite(f"H-open-{row['code']}", text, pro, against, neutral))
    blocks: tuple[Block, ...] = (Paragraph(sentences=(lead,)), Listing(items=tuple(items)))
    return Section(id=f"hasil-{focus.id}", title=title, blocks=blocks)


def build_conclusions(material: Material) -> Section:
    """Return the conclusions: one sentence over all foci, then one a focus, then what hinders."""
    say = material.wording.say
    blocks: list[Block] = []
    if material.findings["foci"]:
        blocks.append(Paragraph(sentences=tuple(_overall(material))))
        items = tuple(_conclusion(material, finding) for finding in material.findings["foci"])
        blocks.append(Listing(items=items, numbered=True))
    last = []
    if material.findings["obstacles"]:
        # Three, and whatever is named as often as the third.
        third = sorted((o["cases"] for o in material.findings["obstacles"]), reverse=True)[:3][-1]
        leading = [o for o in material.findings["obstacles"] if o["cases"] >= third]
        text = say("closing.obstacles", labels=[lower_first(o["label"]) for o in leading])
        last.append(cite("K:obstacles", text, _gather(leading, "segments"), _gather(leading, "contrary")))
    last.append(Sentence(text=say("closing.limits"), asserts=False))
    if material.synthetic:
        last.append(Sentence(text=say("closing.limits_synthetic"), asserts=False))
    blocks.append(Paragraph(sentences=tuple(last)))
    return Section(id="kesimpulan", title=say("chapter.conclusions"), blocks=tuple(blocks))


def _overall(material: Material) -> list[Sentence]:
    say, language = material.wording.say, material.study.language
    findings = material.findings["foci"]
    if not findings:
        return []
    names = {f["id"]: lower_first(material.definition.focus(f["id"]).name(language)) for f in findings}
    parts = []
    for level in reversed(material.definition.scale.levels):
        own = [f for f in findings if f["verdict"] == level.id]
        if own:
            listed = [names[f["id"]] for f in own]
            parts.append(say("closing.overall_level", count=len(own), level=level.name(language), names=listed))
    missing = [names[f["id"]] for f in findings if f["verdict"] is None]
    if missing:
        parts.append(say("closing.overall_none", count=len(missing), names=missing))
    text = say("closing.overall", foci=len(findings), parts=parts)
    evidence = (_gather(findings, role) for role in ("supporting", "contrary", "neutral"))
    sentences = [cite("K:overall", text, *evidence)]
    split = [f for f in findings if f["split"]]
    if split:
        text = say("closing.overall_split", names=[names[f["id"]] for f in split])
        sentences.append(cite("K:split", text, _gather(split, "supporting"), _gather(split, "contrary")))
    return sentences


def _gather(found: Sequence[Mapping[str, Any]], role: str) -> list[str]:
    return [coding for one in found for coding in one[role]]


def _conclusion(material: Material, finding: dict[str, Any]) -> Sentence:
    say = material.wording.say
    focus = material.definition.focus(finding["id"]).name(material.study.language)
    if finding["verdict"] is None:
        text = say("closing.none", focus=focus, reason=finding["reason"])
    else:
        key = "closing.verdict_split" if finding["split"] else "closing.verdict"
        text = say(
            key,
            focus=focus,
            level=material.level(finding["verdict"]),
            score=finding["score"],
            grade=say(f"grade.{finding['grade']}"),
            shaky=finding["stability"]["leave_one_out"] < 1,
        )
        text = " ".join([text, *_leading_codes(material, finding)])
    evidence = (finding[role] for role in ("supporting", "contrary", "neutral"))
    return cite(f"K-{finding['id']}", text, *evidence)


def _leading_codes(material: Material, finding: dict[str, Any]) -> list[str]:
    # The codes that most cases name on each side, as the findings chapter tells them.
    own = material.segments[material.segments["focus"] == finding["id"]]
    mean = own.groupby(["code", "case_id"])["magnitude"].mean().reset_index()
    texts = []
    for key, side in (("closing.strength", 1), ("closing.weakness", -1)):
        counts = mean[mean["magnitude"] * side > 0].groupby("code")["case_id"].nunique()
        if len(counts):
            most = int(counts.max())
            labels = [lower_first(material.code_label(str(code))) for code in counts.index[counts == most]]
            texts.append(material.wording.say(key, labels=labels, cases=most))
    return texts


def build_recommendations_section(material: Material) -> Section:
    """Return the recommendations by focus, each resting on what it answers, and the findings that none answers."""
    say, findings = material.wording.say, material.findings
    by_focus: dict[str, list[Sentence]] = {}
    for item, sentence in zip(findings["recommendations"], recommendations(material, "S"), strict=True):
        by_focus.setdefault(str(material.codebook.at[item["code"], "focus"]), []).append(sentence)
    key = "closing.recommendations" if by_focus else "closing.no_recommendations"
    opening = [Sentence(text=say(key), asserts=False)]
    if findings["unanswered"]:
        codes = findings["unanswered"]
        rows = material.segments[material.segments["code"].isin(codes) & (material.segments["magnitude"] < 0)]
        text = say("closing.unanswered", labels=[lower_first(material.code_label(c)) for c in codes])
        opening.append(Sentence(id="S:unanswered", text=text, supporting=tuple(str(i) for i in rows["coding_id"])))
    parts = [
        Section(
            id=f"saran-{focus.id}",
            title=focus.name(material.study.language),
            blocks=(Listing(items=tuple(by_focus[focus.id]), numbered=True),),
        )
        for focus in material.definition.foci
        if focus.id in by_focus
    ]
    blocks = (Paragraph(sentences=tuple(opening)),)
    return Section(id="saran", title=say("chapter.recommendations"), blocks=blocks, sections=tuple(parts))


def recommendations(material: Material, prefix: str) -> list[Sentence]:
    """Return one sentence a recommendation, in the codebook's words."""
    return [
        cite(
            f"{prefix}-{item['code']}",
            upper_first(material.wording.say("closing.recommend", text=item["text"])),
            item["rests_on"],
        )
        for item in material.findings["recommendations"]
    ]
