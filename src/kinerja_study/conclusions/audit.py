"""The claims of a study held against each other.

Owns the rules by which claims contradict each other or hang in the air; whether the data bear a claim out is decided
in ``claims``. A rule names what it finds by ids; the sentences are written in ``presentation``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from kinerja_study.collection.claims import parse_assertion, split_ids
from kinerja_study.conclusions.claim_texts import plain_text, read_boundary, read_position, read_quantity
from kinerja_study.conclusions.findings import build_findings, finding_side
from kinerja_study.conclusions.regulations import find_by_title, find_regulation, find_title, parse_citation
from kinerja_study.condensation import build_segments
from kinerja_study.definition import StudyDefinition
from kinerja_study.display import compute_indicators
from kinerja_study.study import Study

EVIDENCE = ("code", "hinders", "supports")
"""What a claim may assert of a code as evidence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Defect:
    """What is wrong among claims: its kind, the claims at fault, and what the sentence about it needs."""

    kind: str
    claims: tuple[str, ...]
    facts: dict[str, Any] = field(default_factory=dict)

    def as_dict(self) -> dict[str, Any]:
        """Return the defect as it is saved."""
        return {"kind": self.kind, "claims": list(self.claims), "facts": self.facts}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claim:
    id: str
    section: str
    focus: str
    text: str
    cites: tuple[str, ...]
    rests_on: tuple[str, ...]
    kind: str = ""
    targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Claims:
    every: tuple[_Claim, ...]
    grounds: dict[str, set[str]]
    definition: StudyDefinition
    code_focus: dict[str, str]

    def of(self, section: str) -> list[_Claim]:
        return [claim for claim in self.every if claim.section == section]

    def named(self, ids: Iterable[str]) -> list[str]:
        wanted = set(ids)
        return [claim.id for claim in self.every if claim.id in wanted]


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """The claims, what became of each against the data, and what is wrong among them."""

    claims: pd.DataFrame
    statuses: list[dict[str, Any]]
    defects: list[Defect]


def audit_study(study: Study) -> Audit:
    """Hold a study's claims against its data and against each other, from the raw data alone.

    Nothing is read of earlier runs, so that the answer is never stale, and nothing is written.

    Returns
    -------
    Audit
        ``statuses`` as :func:`~kinerja_study.conclusions.claims.judge_claims` gives them, in the order of the claims.

    Raises
    ------
    RawDataError
        The raw data has faults.
    """
    # The notebooks hold claims against each other without reading the raw data again.
    from kinerja_study.collection import load_field_data

    data = load_field_data(study)
    findings = build_findings(
        study,
        segments=build_segments(data.codings, coder=study.rules.coder),
        codings=data.codings,
        codebook=data.codebook,
        indicators=compute_indicators(data.services, data.attendance, data.satisfaction, study.definition),
        documents=data.documents,
        claims=data.claims,
    )
    defects = audit_claims(data.claims, data.codebook, study.definition)
    return Audit(claims=data.claims, statuses=findings["claims"], defects=defects)


def audit_claims(claims: pd.DataFrame, codebook: pd.DataFrame, definition: StudyDefinition) -> list[Defect]:
    """Hold claims against each other.

    Parameters
    ----------
    claims : DataFrame, shape (n_claims, 7)
        Checked: every reference in it is there.
    codebook : DataFrame
        Which focus each code belongs to.
    definition : StudyDefinition
        Foci, scale, period and site.

    Returns
    -------
    list of Defect
        In the order of :data:`KINDS`, then of the claims.
    """
    every = []
    for row in claims.to_dict("records"):
        asserted = parse_assertion(row["asserts"]) if row["asserts"] else None
        kind, targets = (asserted.kind, asserted.targets) if asserted else ("", ())
        every.append(
            _Claim(id=row["id"], section=row["section"], focus=row["focus"], text=row["text"],
                   cites=tuple(split_ids(row["cites"])), rests_on=tuple(split_ids(row["rests_on"])),
                   kind=kind, targets=targets)
        )  # fmt: skip
    direct = {claim.id: claim.rests_on for claim in every}
    known = _Claims(
        every=tuple(every),
        grounds={claim.id: follow_grounds(claim.id, direct) for claim in every},
        definition=definition,
        code_focus=dict(zip(codebook["code"], codebook["focus"], strict=True)),
    )
    return [Defect(kind=kind, claims=tuple(ids), facts=facts) for kind, rule in RULES.items()
            for ids, facts in rule(known)]  # fmt: skip


def follow_grounds(claim: str, direct: dict[str, tuple[str, ...]]) -> set[str]:
    """Return every claim that one rests on, transitively; itself only where the support is circular.

    Examples
    --------
    >>> sorted(follow_grounds("S2", {"S2": ("K15",), "K15": ("H1",), "H1": ()}))
    ['H1', 'K15']
    """
    found: set[str] = set()
    waiting = list(direct[claim])
    while waiting:
        ground = waiting.pop()
        if ground not in found:
            found.add(ground)
            waiting += direct[ground]
    return found


_Found = Iterator[tuple[Iterable[str], dict[str, Any]]]


def _conclusion_without_finding(known: _Claims) -> _Found:
    findings = {claim.id for claim in known.of("finding")}
    for claim in known.of("conclusion"):
        if not known.grounds[claim.id] & findings:
            yield [claim.id], {"grounds": list(claim.rests_on)}


def _recommendation_without_conclusion(known: _Claims) -> _Found:
    conclusions = {claim.id for claim in known.of("conclusion")}
    for claim in known.of("recommendation"):
        if not known.grounds[claim.id] & conclusions:
            yield [claim.id], {"grounds": list(claim.rests_on)}


def _conclusion_without_recommendation(known: _Claims) -> _Found:
    answered = set().union(*(known.grounds[claim.id] for claim in known.of("recommendation")))
    for claim in known.of("conclusion"):
        negative = claim.kind == "hinders" or (
            claim.kind == "verdict" and finding_side(claim.targets[0], known.definition.scale) < 0
        )
        if negative and claim.id not in answered:
            yield [claim.id], {"answered_grounds": known.named(known.grounds[claim.id] & answered)}


def _verdict_differs(known: _Claims) -> _Found:
    for focus, own in _by_focus(claim for claim in known.every if claim.kind == "verdict").items():
        if len({claim.targets[0] for claim in own}) > 1:
            said = [{"claim": c.id, "section": c.section, "level": c.targets[0]} for c in own]
            yield [claim.id for claim in own], {"focus": focus, "said": said}


def _verdict_missing(known: _Claims) -> _Found:
    # A verdict in one of the two chapters that the other, though it speaks of the focus, leaves out.
    for focus, own in _by_focus(known.every).items():
        for here, there in (("finding", "conclusion"), ("conclusion", "finding")):
            judged = [claim for claim in own if claim.section == here and claim.kind == "verdict"]
            other = [claim for claim in own if claim.section == there]
            if judged and other and not any(claim.kind == "verdict" for claim in other):
                facts = {"focus": focus, "level": judged[0].targets[0], "section": here, "missing_in": there}
                yield [claim.id for claim in judged], facts


def _direction_differs(known: _Claims) -> _Found:
    for code, own in _by_code(claim for claim in known.every if claim.kind in ("hinders", "supports")).items():
        if len({claim.kind for claim in own}) > 1:
            yield [claim.id for claim in own], {"code": code}


def _focus_without_finding(known: _Claims) -> _Found:
    for focus, own in _by_focus(known.every).items():
        concluded = [claim.id for claim in own if claim.section == "conclusion"]
        if concluded and not any(claim.section == "finding" and claim.kind for claim in own):
            silent = [claim.id for claim in own if claim.section == "finding"]
            yield concluded, {"focus": focus, "untestable": silent}


def _focus_omitted(known: _Claims) -> _Found:
    # Of the foci that get a verdict. Obstacles are a question of their own, and what is open was not known beforehand.
    rated = [focus.id for focus in known.definition.foci if focus.kind == "rated"]
    listing = [claim for claim in known.every if claim.kind == "foci"]
    for claim in listing:
        omitted = [focus for focus in rated if focus not in claim.targets]
        if omitted:
            others = [other.id for other in listing if set(omitted) & set(other.targets)]
            yield [claim.id], {"section": claim.section, "foci": omitted, "named_by": others}


def _code_of_other_focus(known: _Claims) -> _Found:
    for claim in known.every:
        if claim.kind in EVIDENCE and claim.focus:
            own = known.code_focus[claim.targets[0]]
            if own != claim.focus:
                yield [claim.id], {"focus": claim.focus, "code": claim.targets[0], "code_focus": own}


def _code_in_several_foci(known: _Claims) -> _Found:
    for code, own in _by_code(c for c in known.every if c.kind in EVIDENCE and c.focus).items():
        foci = list(dict.fromkeys(claim.focus for claim in own))
        if len(foci) > 1:
            yield [claim.id for claim in own], {"code": code, "foci": foci}


def _duplicate_statement(known: _Claims) -> _Found:
    # In one section, since a conclusion may well repeat a finding.
    same: dict[tuple[str, ...], list[str]] = {}
    for claim in known.every:
        same.setdefault((claim.section, "text", plain_text(claim.text)), []).append(claim.id)
        if claim.kind in EVIDENCE:
            same.setdefault((claim.section, claim.kind, claim.focus, claim.targets[0]), []).append(claim.id)
    seen: set[tuple[str, ...]] = set()
    for key, ids in same.items():
        if len(ids) > 1 and tuple(ids) not in seen:
            seen.add(tuple(ids))
            yield ids, {"section": key[0], "code": key[3] if key[1] in EVIDENCE else ""}


def _circular_support(known: _Claims) -> _Found:
    circular = [claim.id for claim in known.every if claim.id in known.grounds[claim.id]]
    for claim in circular:
        ring = [other for other in circular if other in known.grounds[claim] and claim in known.grounds[other]]
        if ring[0] == claim:
            yield ring, {}


def _quantity_differs(known: _Claims) -> _Found:
    read = {claim.id: read_quantity(claim.text) for claim in known.every}
    for claim in known.every:
        for ground in claim.rests_on:
            one, other = read[claim.id], read[ground]
            if one and other and one[0] != other[0]:
                yield known.named([claim.id, ground]), {"claim": claim.id, "word": one[1], "ground": ground,
                                                        "ground_word": other[1]}  # fmt: skip


def _regulation_not_in_force(known: _Claims) -> _Found:
    period = known.definition.study.period
    for claim in known.every:
        for found in filter(None, map(find_regulation, claim.cites)):
            if not found.in_force(period):
                facts = {"regulation": found.id, "not_yet": found.start > period.end.isoformat(), "start": found.start,
                         "until": found.until, "replaced_by": found.replaced_by}  # fmt: skip
                yield [claim.id], {**facts, "unverified": list(found.unverified)}


def _regulation_title(known: _Claims) -> _Found:
    for claim in known.every:
        title = find_title(claim.text)
        if title is None or not claim.cites:
            continue
        owners = [owner.id for owner in find_by_title(title)]
        if not set(owners).intersection(filter(None, map(parse_citation, claim.cites))):
            cited = [found.id for found in map(find_regulation, claim.cites) if found]
            yield [claim.id], {"cited": cited or list(claim.cites), "title": title, "owners": owners}


def _regulation_unknown(known: _Claims) -> _Found:
    for claim in known.every:
        for cited in claim.cites:
            if find_regulation(cited) is None:
                yield [claim.id], {"regulation": cited, "readable": parse_citation(cited) is not None}


def _position_impossible(known: _Claims) -> _Found:
    for claim in known.every:
        position = read_position(claim.text)
        if position and position.impossible:
            yield [claim.id], {"degrees": list(position.impossible)}


def _position_without_unit(known: _Claims) -> _Found:
    for claim in known.every:
        position = read_position(claim.text)
        if position and not position.has_unit:
            yield [claim.id], {}


def _boundary_is_site(known: _Claims) -> _Found:
    site = plain_text(known.definition.study.site)
    for claim in known.every:
        boundary = read_boundary(claim.text)
        if boundary and f" {plain_text(boundary[1])} " in f" {site} ":
            yield [claim.id], {"side": boundary[0], "neighbour": boundary[1]}


def _boundary_repeated(known: _Claims) -> _Found:
    sides: dict[str, list[tuple[str, str, str]]] = {}
    for claim in known.every:
        boundary = read_boundary(claim.text)
        if boundary:
            sides.setdefault(plain_text(boundary[1]), []).append((claim.id, *boundary))
    for own in sides.values():
        if len({side for _, side, _ in own}) > 1:
            yield [claim for claim, _, _ in own], {"sides": [side for _, side, _ in own], "neighbour": own[0][2]}


def _by_focus(claims: Iterable[_Claim]) -> dict[str, list[_Claim]]:
    found: dict[str, list[_Claim]] = {}
    for claim in claims:
        if claim.focus:
            found.setdefault(claim.focus, []).append(claim)
    return found


def _by_code(claims: Iterable[_Claim]) -> dict[str, list[_Claim]]:
    found: dict[str, list[_Claim]] = {}
    for claim in claims:
        found.setdefault(claim.targets[0], []).append(claim)
    return found


RULES: dict[str, Callable[[_Claims], _Found]] = {
    "conclusion_without_finding": _conclusion_without_finding,
    "verdict_differs": _verdict_differs,
    "verdict_missing": _verdict_missing,
    "direction_differs": _direction_differs,
    "recommendation_without_conclusion": _recommendation_without_conclusion,
    "conclusion_without_recommendation": _conclusion_without_recommendation,
    "focus_without_finding": _focus_without_finding,
    "focus_omitted": _focus_omitted,
    "code_of_other_focus": _code_of_other_focus,
    "code_in_several_foci": _code_in_several_foci,
    "duplicate_statement": _duplicate_statement,
    "circular_support": _circular_support,
    "quantity_differs": _quantity_differs,
    "regulation_not_in_force": _regulation_not_in_force,
    "regulation_title": _regulation_title,
    "regulation_unknown": _regulation_unknown,
    "position_impossible": _position_impossible,
    "position_without_unit": _position_without_unit,
    "boundary_is_site": _boundary_is_site,
    "boundary_repeated": _boundary_repeated,
}
KINDS = tuple(RULES)
"""The kinds of defects, in the order in which they are reported; docs/audit.md says what each means."""
