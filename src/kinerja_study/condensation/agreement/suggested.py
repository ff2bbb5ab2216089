"""Suggested codings beside those of each person: how far a person gave the same codes in the same places.

Owns that comparison; a suggestion enters no other one, and nothing is concluded from it.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from kinerja_study.condensation.agreement.coded_turns import build_coded_turns
from kinerja_study.condensation.agreement.coefficients import compute_coefficient
from kinerja_study.condensation.agreement.ratings import Ratings
from kinerja_study.definition import SUGGESTER

COLUMNS = ("coder", "suggested", "coded", "both", "precision", "recall", "same_direction", "alpha")


def compare_suggestions(
    suggestions: pd.DataFrame, codings: pd.DataFrame, turns: pd.DataFrame, informants: pd.DataFrame,
    codebook: pd.DataFrame,
) -> pd.DataFrame:  # fmt: skip
    """Return how suggestions agree with each coder, by turns and whole texts: a code given there or not.

    Parameters
    ----------
    suggestions : DataFrame
        With ``document_id``, ``start``, ``end``, ``code`` and ``magnitude``.
    codings, turns, informants, codebook : DataFrame
        Of :class:`~kinerja_study.collection.FieldData`.

    Returns
    -------
    DataFrame
        A row a coder with :data:`COLUMNS`, in the texts that the coder coded: turns and codes ``suggested``,
        ``coded`` and ``both``; the share of each that is both; the share of both with mean magnitudes of the same
        sign; Krippendorff's nominal alpha over turns and codes. Missing where there is nothing to divide by.
    """
    columns = ["document_id", "start", "end", "code", "magnitude"]
    pair = (SUGGESTER, "person")
    rows = []
    for coder, own in codings.groupby("coder", sort=True):
        both = [suggestions[columns].assign(coder=pair[0]), own[columns].assign(coder=pair[1])]
        located = build_coded_turns(pd.concat(both, ignore_index=True), turns, informants)
        units = located.turns.loc[located.turns["document_id"].isin(own["document_id"]), "unit"]
        inside = located.codings[located.codings["unit"].isin(units)]
        means = inside.pivot_table("magnitude", ["unit", "code"], "coder", "mean").reindex(columns=pair)
        given, common = means.notna(), means.dropna()
        everything = pd.MultiIndex.from_product([units, codebook["code"]])
        ratings = Ratings(codes=given.reindex(everything, fill_value=False).to_numpy(dtype=np.int32),
                          categories=(0.0, 1.0), scores=np.array([0.0, 1.0]), coders=pair)  # fmt: skip
        counts = [int(given[name].sum()) for name in pair]
        same = int(np.sign(common[pair[0]]).eq(np.sign(common[pair[1]])).sum())
        shares = [_share(len(common), count) for count in counts]
        alpha = compute_coefficient(ratings, "alpha_nominal").value
        rows.append((str(coder), *counts, len(common), *shares, _share(same, len(common)), alpha))
    frame = pd.DataFrame(rows, columns=list(COLUMNS))
    return frame.astype(dict.fromkeys(COLUMNS[4:], "float64")).round(3)


def _share(part: int, whole: int) -> float | None:
    return part / whole if whole else None
