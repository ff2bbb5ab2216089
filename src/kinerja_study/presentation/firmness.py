"""What a verdict hangs on, in sentences: people, groups, coders, dates, rules, and the next level.

Owns the paragraph on stability and grade of a finding and its shortest form on the front page.
"""

from __future__ import annotations

from typing import Any

from kinerja_study.conclusions import LARGEST_SEARCH, MIDDLE
from kinerja_study.presentation.material import Material
from kinerja_study.presentation.wording import lower_first


def describe_firmness(material: Material, finding: dict[str, Any]) -> str:
    """Return in a few words what it takes to change a verdict."""
    say, stability = material.wording.say, finding["stability"]
    if stability is None:
        return say("holds.none")
    if stability["leave_one_out"] < 1:
        return say("holds.shaky", who=[material.speaker(i) for i in stability["sensitive_to"]])
    key = "holds.firm" if stability["fragility"] is None else "holds.firm_until"
    return say(key, informants=stability["informants"], fragility=stability["fragility"])


def tell_firmness(material: Material, finding: dict[str, Any]) -> list[tuple[str, str]]:
    """Return the sentences on how a verdict holds, each with a short name; none without a verdict."""
    stability = finding["stability"]
    if stability is None:
        return []
    told = [
        ("firm", _people(material, stability)),
        ("without", _groups(material, stability)),
        ("coders", _coders(material, stability)),
        ("halves", _halves(material, stability)),
        ("multiverse", _rules(material, finding)),
        ("convention", _convention(material, finding)),
        ("change", _change(material, stability)),
        ("grade", _grade(material, finding)),
    ]
    return [(name, text) for name, text in told if text]


def _people(material: Material, stability: dict[str, Any]) -> str:
    say, informants = material.wording.say, stability["informants"]
    if stability["leave_one_out"] == 1:
        return say("stability.firm", informants=informants)
    decisive = round((1 - stability["leave_one_out"]) * informants)
    return say("stability.shaky", informants=informants, decisive=decisive)


def _groups(material: Material, stability: dict[str, Any]) -> str:
    say, verdict = material.wording.say, _verdict(material, stability)
    without: dict[str | None, list[str]] = {}
    for group, level in stability["without_group"].items():
        without.setdefault(level, []).append(lower_first(material.group_label(group)))
    moved = [
        say("stability.group_moves", groups=groups, level=_level(material, level))
        for level, groups in without.items()
        if level != verdict
    ]
    return say("stability.groups_move", moves=moved) if moved else say("stability.groups_hold")


def _coders(material: Material, stability: dict[str, Any]) -> str:
    found: dict[str | None, list[str]] = {}
    for coder, level in stability["by_coder"].items():
        if coder != material.findings["rules"]["coder"]:
            found.setdefault(level, []).append(material.coder(coder))
    if not found:
        return ""
    parts = [
        material.wording.say("stability.by_coder", coders=coders, level=_level(material, level))
        for level, coders in found.items()
    ]
    return material.wording.say("stability.coders", parts=parts)


def _halves(material: Material, stability: dict[str, Any]) -> str:
    halves = stability["halves"]
    if not halves:
        return ""
    return material.wording.say(
        "stability.halves",
        until=halves["until"],
        first=_level(material, halves["first"]),
        second=_level(material, halves["second"]),
        same=halves["first"] == halves["second"],
    )


def _rules(material: Material, finding: dict[str, Any]) -> str:
    say, stability = material.wording.say, finding["stability"]
    specifications = stability["specifications"]
    same = round(stability["multiverse"] * specifications)
    if same == specifications:
        return say("stability.multiverse_all", specifications=specifications)
    movers = [say(f"rule.{name}") for name in stability["moved_by"]]
    curve = material.study.load("specifications.csv")
    counts = curve.loc[curve["focus"] == finding["id"], "verdict"].value_counts()
    levels = [*(level.id for level in material.definition.scale.levels), ""]
    others = [
        say("stability.multiverse_other", level=_level(material, level or None), count=int(counts[level]))
        for level in levels
        if level != finding["verdict"] and level in counts
    ]
    return say("stability.multiverse", specifications=specifications, same=same, movers=movers, others=others)


def _convention(material: Material, finding: dict[str, Any]) -> str:
    # Means of ordinal magnitudes are a convention; where another reading of the same codings points elsewhere, the
    # reader is told.
    say, stability = material.wording.say, finding["stability"]
    texts = []
    if stability["median"] != finding["verdict"]:
        texts.append(say("stability.median", level=_level(material, stability["median"])))
    side = (finding["score"] > MIDDLE) - (finding["score"] < MIDDLE)
    if stability["signs"] * side < 0:
        texts.append(say("stability.signs", more=stability["signs"]))
    return " ".join([*texts, say("stability.convention")]) if texts else ""


def _change(material: Material, stability: dict[str, Any]) -> str:
    # One sentence for every verdict: what it would take to change it.
    say, verdict = material.wording.say, _verdict(material, stability)
    ways = []
    if stability["fragility"] is None and stability["informants"] > LARGEST_SEARCH:
        ways.append(say("stability.change_more", searched=LARGEST_SEARCH))
    elif stability["fragility"] is not None:
        who = [material.speaker(i) for i in stability["sensitive_to"]]
        alone = stability["fragility"] == 1
        only = alone and round((1 - stability["leave_one_out"]) * stability["informants"]) == 1
        ways.append(say("stability.change_people", fragility=stability["fragility"], who=who, only=only))
    groups = [g for g, level in stability["without_group"].items() if level != verdict]
    if groups:
        labels = [lower_first(material.group_label(g)) for g in groups]
        ways.append(say("stability.change_groups", groups=labels))
    if stability["moved_by"]:
        ways.append(say("stability.change_rules", rules=[say(f"rule.{name}") for name in stability["moved_by"]]))
    nearest = material.level(stability["nearest"])
    ways.append(say("stability.change_score", distance=stability["to_edge"], level=nearest))
    return say("stability.change", ways=ways)


def _grade(material: Material, finding: dict[str, Any]) -> str:
    say = material.wording.say
    components = [
        say(f"component.{part['component']}", concern=say(f"concern.{part['concern']}"), **part["facts"])
        for part in finding["grade_components"]
    ]
    return say("stability.grade", grade=say(f"grade.{finding['grade']}"), components=components)


def _verdict(material: Material, stability: dict[str, Any]) -> str:
    own = next(f for f in material.findings["foci"] if f["stability"] is stability)
    return str(own["verdict"])


def _level(material: Material, level: str | None) -> str:
    return material.wording.say("stability.no_verdict") if level is None else material.level(level)
