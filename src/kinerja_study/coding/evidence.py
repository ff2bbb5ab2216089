"""What the codings of one coder say so far on each focus, while they grow.

Owns the counting for the eye; every score is :mod:`kinerja_study.conclusions.scoring`'s.
"""

from __future__ import annotations

from typing import Any

import pandas as pd

from kinerja_study.coding.codings import Codings
from kinerja_study.conclusions.scoring import build_focus_evidence, score_focus
from kinerja_study.study import Study

COLUMNS = ("focus", "case_id", "group", "technique", "magnitude", "code")


def weigh(study: Study, codings: Codings) -> dict[str, Any]:
    """Return where each focus stands by the rules of the study.

    Parameters
    ----------
    study : Study
        Its foci, groups, scale and rules.
    codings : Codings
        Of one coder; codings with a fault do not count.

    Returns
    -------
    dict
        ``coder``; ``in_force``, whose codings the report counts; ``records``, whether indicators of office records
        count in the report, which are left out here; ``foci``, each with ``codings, cases, informants, groups``, and
        for a rated one ``score, level, label, lacking, balance, split``, level None where something is lacking.
    """
    definition, rules = study.definition, study.rules
    frame = pd.DataFrame([{c: row[c] for c in COLUMNS} for row in codings.joined], columns=list(COLUMNS))
    labels = {level.id: level.name(study.language) for level in definition.scale.levels}
    foci = []
    for focus in definition.foci:
        own = frame[frame["focus"] == focus.id]
        interviewed = own["technique"] == "interview"
        found: dict[str, Any] = {
            "id": focus.id,
            "kind": focus.kind,
            "codings": len(own),
            "cases": int(own["case_id"].nunique()),
            "informants": int(own.loc[interviewed, "case_id"].nunique()),
            "groups": sorted(own["group"].unique()),
        }
        if focus.kind == "rated":
            score = score_focus(build_focus_evidence(own, definition.groups, rules), definition.scale, rules)
            found |= {
                "score": score.score,
                "level": score.level,
                "label": None if score.level is None else labels[score.level],
                "lacking": list(score.lacking),
                "minimum_informants": rules.minimum_informants,
                "minimum_groups": rules.minimum_groups,
                "balance": score.balance,
                "split": score.split,
            }
        foci.append(found)
    return {
        "coder": codings.coder,
        "in_force": rules.coder,
        "records": any(definition.group(indicator.group).weight > 0 for indicator in definition.indicators),
        "foci": foci,
    }
