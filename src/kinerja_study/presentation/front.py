"""The result in one look.

Owns the front page: a row a focus, the obstacles, the recommendations; everything is restated from the findings object.
"""

from __future__ import annotations

from typing import Any

from babel import Locale

from kinerja_study.conclusions import finding_side
from kinerja_study.presentation.blocks import Bar, Front, Mark, Verdict, cite
from kinerja_study.presentation.closing import recommendations
from kinerja_study.presentation.firmness import describe_firmness
from kinerja_study.presentation.material import Material
from kinerja_study.presentation.narrative import FocusNarrative
from kinerja_study.presentation.wording import upper_first


def build_front(material: Material) -> Front:
    """Return the front page."""
    say, about = material.wording.say, material.definition.study
    kinds = material.documents["kind"].value_counts()
    facts = say(
        "front.facts",
        informants=len(material.heard),
        observations=int(kinds.get("observation", 0)),
        documents=int(kinds.get("document", 0)),
        requests=len(material.study.load("services.csv")),
        synthetic=material.synthetic,
        period=material.wording.period(about.period.start.isoformat(), about.period.end.isoformat()),
    )
    language = material.study.language
    total = len(material.findings["recommendations"])
    hindering = {obstacle["code"] for obstacle in material.findings["obstacles"]}
    every = tuple(recommendations(material, "A"))
    # In one look there is room for what answers the obstacles; the closing chapter has them all.
    leading = tuple(s for s in every if s.id.removeprefix("A-") in hindering) or every
    return Front(
        title=about.title,
        site=about.site,
        facts=facts,
        scale=tuple((level.edge, level.name(language)) for level in material.definition.scale.levels),
        scale_note=say("front.scale_note", own=_own_language(material)),
        verdicts=tuple(_verdict(material, finding) for finding in material.findings["foci"]),
        obstacles=tuple(_bar(material, obstacle) for obstacle in material.findings["obstacles"]),
        of_cases=material.case_count,
        recommendations=leading,
        more=say("front.more", count=total) if len(leading) < total else "",
        groups=tuple((group.id, group.name(language)) for group in material.definition.groups),
    )


def tell_front(material: Material, front: Front) -> str:
    """Return the verdicts as lines of text, for a terminal."""
    lines = [material.wording.say("front.banner")] if material.synthetic else []
    for verdict in front.verdicts:
        held = [verdict.heard, *([verdict.holds] if verdict.level_index >= 0 else [])]
        lines.append(f"{verdict.sentence.text} {upper_first('; '.join(held))}.")
    return "\n".join(lines)


def _own_language(material: Material) -> str:
    # The name of the language of the texts, where the report is in another one; its code where it has no name.
    own, of_report = material.definition.study.language, material.study.language
    return "" if own == of_report else Locale(of_report).languages.get(own, own)


def _verdict(material: Material, finding: dict[str, Any]) -> Verdict:
    say, language = material.wording.say, material.study.language
    focus = material.definition.focus(finding["id"]).name(language)
    levels = [level.id for level in material.definition.scale.levels]
    missing = finding["verdict"] is None
    level = say("front.no_level") if missing else material.level(finding["verdict"])
    key = "front.no_verdict" if missing else "front.verdict"
    text = say(key, focus=focus, level=level, reason=finding["reason"])
    sentence = cite(f"R-{finding['id']}", text, *FocusNarrative(material, finding).everything)
    differing = material.segments.loc[material.segments["coding_id"].isin(finding["contrary"]), "case_id"]
    positions = material.case_focus[
        (material.case_focus["focus"] == finding["id"]) & material.case_focus["case_id"].isin(differing)
    ]
    # A source that says both does not differ; one whose position lies on the other side does.
    side = finding_side(finding["verdict"], material.definition.scale)
    return Verdict(
        focus=finding["id"],
        label=focus,
        href=f"#hasil-{finding['id']}",
        sentence=sentence,
        level=level,
        level_index=-1 if missing else levels.index(finding["verdict"]),
        score=finding["score"],
        marks=tuple(
            Mark(label=material.group_label(g), group=g, value=value, counted=g in finding["counted_groups"])
            for g, value in finding["groups"].items()
        ),
        split=finding["split"],
        heard=say(
            "front.heard",
            informants=finding["informants"],
            of=len(material.heard),
            differing=0 if missing else int((positions["position"] * side < 0).sum()),
        ),
        holds=describe_firmness(material, finding),
        grade="" if finding["grade"] is None else say(f"grade.{finding['grade']}"),
    )


def _bar(material: Material, obstacle: dict[str, Any]) -> Bar:
    say = material.wording.say
    values = {
        "label": obstacle["label"],
        "cases": obstacle["cases"],
        "of": material.case_count,
        "groups": len(obstacle["groups"]),
    }
    text = say("front.obstacle_claim", **values)
    sentence = cite(f"O-{obstacle['code']}", text, obstacle["segments"], obstacle["contrary"])
    return Bar(
        label=obstacle["label"],
        href=f"#hasil-{obstacle['focus']}",
        cases=obstacle["cases"],
        text=say("front.obstacle", **values),
        sentence=sentence,
    )
