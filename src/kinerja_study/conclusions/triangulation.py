"""Triangulation: what several sets of sources say about one matter, held against each other pair by pair.

Owns the convergence coding of docs/method.md between groups and between techniques; a pair of which one or both are
silent is a row like any other. Draws no verdict.
"""

from __future__ import annotations

import itertools
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from kinerja_study.definition import TECHNIQUES, StudyDefinition

PROMINENT = 0.25
"""A matter is prominent in a set when at least this share of its cases speaks of it."""

RESULTS = ("agreement", "partial", "dissonance", "silence", "both_silent")
"""Meaning and prominence alike; one of the two; neither; only one set speaks; none does."""


def list_cases(
    documents: pd.DataFrame, informants: pd.DataFrame, evidence: pd.DataFrame, definition: StudyDefinition
) -> pd.DataFrame:
    """Return every case that could have spoken: informants who were interviewed, texts, indicators with a magnitude.

    Returns
    -------
    DataFrame, a row a case
        ``case_id, group, technique``.
    """
    interviewed = set(documents.loc[documents["kind"] == "interview", "speakers"].str.split(";").explode())
    people = informants[informants["informant_id"].isin(interviewed) & (informants["consent"] != "no")]
    texts = documents[documents["kind"] != "interview"]
    records = evidence[evidence["technique"] == "record"]
    parts = [(people, "informant_id"), (texts, "document_id"), (records, "case_id")]
    cases = pd.concat([part[[name, "group"]].set_axis(["case_id", "group"], axis=1) for part, name in parts])
    techniques = {group.id: group.technique for group in definition.groups}
    return cases.assign(technique=cases["group"].map(techniques)).drop_duplicates(ignore_index=True)


def build_triangulation(
    segments: pd.DataFrame,
    evidence: pd.DataFrame,
    documents: pd.DataFrame,
    informants: pd.DataFrame,
    definition: StudyDefinition,
    *,
    neutral: str = "keep",
) -> pd.DataFrame:
    """Triangulate every focus and every code that is spoken of, between groups and between techniques.

    Parameters
    ----------
    segments, evidence, documents, informants : DataFrame
        Of the study; codes are compared by segments, foci by segments and indicators.
    definition : StudyDefinition
        Its groups.
    neutral : {"keep", "drop"}
        Whether magnitude 0 counts.

    Returns
    -------
    DataFrame, a row a matter and pair
        ``matter`` (``focus`` or ``code``) and ``between`` (``group`` or ``technique``), then as :func:`triangulate`.
    """
    cases = list_cases(documents, informants, evidence, definition)
    sets = {"group": [group.id for group in definition.groups], "technique": TECHNIQUES}
    tables = []
    for matter, spoken in (("focus", evidence), ("code", segments)):
        counted = spoken[spoken["magnitude"] != 0] if neutral == "drop" else spoken
        asked = cases if matter == "focus" else cases[cases["technique"] != "record"]
        for between, names in sets.items():
            table = triangulate(counted, asked, matter=matter, between=between, sets=names)
            table.insert(0, "matter", matter)
            table.insert(1, "between", between)
            tables.append(table)
    return pd.concat(tables, ignore_index=True)


def triangulate(
    evidence: pd.DataFrame,
    cases: pd.DataFrame,
    *,
    matter: str,
    between: str,
    sets: Sequence[str],
) -> pd.DataFrame:
    """Hold what each pair of sets says about each matter against each other.

    Parameters
    ----------
    evidence : DataFrame
        A row a segment or indicator: ``case_id, magnitude``, and the columns named by ``matter`` and ``between``.
    cases : DataFrame
        Every case that could have spoken, from :func:`list_cases`.
    matter : {"focus", "code"}
        What is spoken of; one that nobody speaks of has no row.
    between : {"group", "technique"}
        What makes a set of cases.
    sets : sequence of str
        In the order of the pairs; one without a single case is left out, for it was not asked. An indicator can speak
        of its own focus only, so that the records that speak of a matter are all that could.

    Returns
    -------
    DataFrame, a row a matter and pair
        ``item`` (the focus or code), ``one, other``; of each side ``cases`` that speak, ``of`` how many, and ``mean``,
        as ``one_cases`` and so on; ``result, conflict``. The mean is over cases of each case's mean magnitude, in
        -2..2, missing where the set is silent; ``result`` is one of :data:`RESULTS`; ``conflict`` is true where the
        means have opposite signs.

    References
    ----------
    .. [1] Farmer, Robinson, Elliott & Eyles (2006), Developing and implementing a triangulation protocol for
       qualitative health research, Qualitative Health Research 16(3), 377-394, doi:10.1177/1049732305285708.
    """
    asked = [name for name in sets if name in set(cases[between])]
    of = cases.loc[cases["technique"] != "record", between].value_counts().to_dict()
    by_case = evidence.groupby([matter, between, "case_id"], sort=True)["magnitude"].mean()
    by_set = by_case.groupby([matter, between], sort=True)
    said = dict(zip(by_set.groups, zip(by_set.size(), by_set.mean().round(6), strict=True), strict=True))
    rows = []
    for name in dict.fromkeys(evidence[matter]):
        for one, other in itertools.combinations(asked, 2):
            stances = [_stance(said.get((name, key)), of.get(key)) for key in (one, other)]
            result, conflict = compare_stances(*stances)
            sides = zip(("one", "other"), stances, strict=True)
            facts = {f"{side}_{key}": value for side, stance in sides for key, value in stance.items()}
            rows.append({"item": name, "one": one, "other": other, **facts, "result": result, "conflict": conflict})
    keys = [f"{side}_{key}" for side in ("one", "other") for key in ("cases", "of", "mean")]
    return pd.DataFrame(rows, columns=["item", "one", "other", *keys, "result", "conflict"])


def compare_stances(one: Mapping[str, Any], other: Mapping[str, Any]) -> tuple[str, bool]:
    """Return the convergence of two sets on one matter, and whether their directions are opposite.

    Parameters
    ----------
    one, other : mapping
        ``cases`` that speak of the matter, ``of`` how many, and their ``mean`` magnitude.

    Examples
    --------
    One leader of six against two of four members of the public, of opposite mind, differ in meaning and prominence:

    >>> compare_stances({"cases": 1, "of": 6, "mean": 1.0}, {"cases": 2, "of": 4, "mean": -0.5})
    ('dissonance', True)
    """
    if not one["cases"] or not other["cases"]:
        return ("silence" if one["cases"] or other["cases"] else "both_silent"), False
    signs = [int(np.sign(stance["mean"])) for stance in (one, other)]
    prominent = [stance["cases"] >= PROMINENT * stance["of"] for stance in (one, other)]
    alike = (signs[0] == signs[1]) + (prominent[0] == prominent[1])
    return ("dissonance", "partial", "agreement")[alike], signs[0] * signs[1] < 0


def _stance(said: tuple[int, float] | None, of: int | None) -> dict[str, Any]:
    cases, mean = said or (0, None)
    return {"cases": int(cases), "of": int(cases) if of is None else of, "mean": mean}
