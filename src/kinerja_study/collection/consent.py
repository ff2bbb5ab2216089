"""Who may be quoted: what of the field's words is shown, and what is withheld from every output.

Owns the one rule from consent to spans of a text; where nothing is shown, others leave it out.
"""

from __future__ import annotations

import pandas as pd

from kinerja_study.collection.documents import Document


def list_quotable(informants: pd.DataFrame) -> set[str]:
    """Return the ids of those who consented to be quoted."""
    return set(informants.loc[informants["consent"] == "yes", "informant_id"])


def find_withheld(document: Document, quotable: set[str]) -> list[tuple[int, int]]:
    """Return the spans of a text that may not be quoted.

    The interviewer repeats what was said: one who may not be quoted closes the interviewer's turns too.
    """
    if document.kind != "interview" or set(document.informants) <= quotable:
        return []
    return [(turn.start, turn.end) for turn in document.turns if turn.speaker not in quotable]
