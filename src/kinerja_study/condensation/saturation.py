"""Saturation: how many new codes the last interviews still brought.

Owns the counting of first mentions, in the order of collection and over random orders; says nothing about what a
code means, nor whether another interview elsewhere would have brought more.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from kinerja_study.definition import StudyDefinition

SETTINGS = ((4, 2, 0.05), (4, 2, 0.0), (4, 3, 0.05), (4, 3, 0.0))
"""Base size and run length in interviews, and the largest share of new codes: the values of Guest et al."""

ORDERS = 1000
"""Random orders of the interviews."""

EVERYONE = ""
"""Stands for the interviews of all groups together."""

Answer = Literal["reached", "not_reached", "cannot_be_judged"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Saturation:
    """Where the share of new codes first falls to the threshold.

    ``at`` is the number of interviews before the run that is at or below it, None unless reached; ``ratios`` the new
    codes of each run by the unique codes of the base, in order. ``again`` is the highest of the ratios after that
    run, None where none is above the threshold. ``reason`` is ``interviews`` (fewer than base and run) or ``base``
    (no code in the base, so that no ratio is defined) where it cannot be judged.
    """

    answer: Answer
    at: int | None = None
    base_codes: int = 0
    ratios: tuple[float, ...] = ()
    again: float | None = None
    reason: str = ""


def compute_saturation(new_codes: Sequence[int], *, base: int, run: int, threshold: float) -> Saturation:
    """Find the first run of interviews whose share of new codes is at or below a threshold.

    Parameters
    ----------
    new_codes : sequence of int, length n_interviews
        Codes that no earlier interview had, in the order to be judged.
    base : int
        Interviews whose unique codes are the denominator.
    run : int
        Interviews of a run; runs overlap, each begins one interview after the one before.
    threshold : float
        Largest share of new codes, in [0, 1].

    References
    ----------
    .. [1] Guest, Namey & Chen (2020), A simple method to assess and report thematic saturation in qualitative
       research, PLoS ONE 15(5): e0232076, doi:10.1371/journal.pone.0232076.

    Examples
    --------
    >>> compute_saturation([12, 7, 4, 2, 3, 1, 1, 0, 1, 0], base=4, run=2, threshold=0.05)
    Saturation(answer='reached', at=6, base_codes=25, ratios=(0.16, 0.08, 0.04, 0.04, 0.04), again=None, reason='')
    """
    base_codes = sum(new_codes[:base])
    if len(new_codes) < base + run:
        return Saturation(answer="cannot_be_judged", base_codes=base_codes, reason="interviews")
    if not base_codes:
        return Saturation(answer="cannot_be_judged", reason="base")
    starts = range(base, len(new_codes) - run + 1)
    ratios = tuple(sum(new_codes[start : start + run]) / base_codes for start in starts)
    first = next((number for number, ratio in enumerate(ratios) if ratio <= threshold), None)
    if first is None:
        return Saturation(answer="not_reached", base_codes=base_codes, ratios=ratios)
    highest = max(ratios[first:])
    return Saturation(
        answer="reached",
        at=base + first,
        base_codes=base_codes,
        ratios=ratios,
        again=highest if highest > threshold else None,
    )


def count_new(present: np.ndarray, orders: np.ndarray) -> np.ndarray:
    """Count the codes that each interview is the first to bring.

    Parameters
    ----------
    present : ndarray of bool, shape (n_interviews, n_codes)
        Which code stands in which interview.
    orders : ndarray of int, shape (n_orders, n_interviews)
        Each a permutation of the interviews.

    Returns
    -------
    ndarray of int, shape (n_orders, n_interviews)
        By place in each order.

    Examples
    --------
    >>> count_new(np.array([[True, False], [True, True]]), np.array([[0, 1], [1, 0]])).tolist()
    [[1, 1], [2, 0]]
    """
    used = present[:, present.any(axis=0)]
    counts = np.zeros(orders.shape, dtype=int)
    for row, order in enumerate(orders if used.size else []):
        counts[row] = np.bincount(used[order].argmax(axis=0), minlength=orders.shape[1])
    return counts


def build_saturation(
    segments: pd.DataFrame,
    codebook: pd.DataFrame,
    documents: pd.DataFrame,
    informants: pd.DataFrame,
    definition: StudyDefinition,
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Judge saturation for all interviews and for those of each group, inductive and deductive codes apart.

    Parameters
    ----------
    segments, codebook, documents, informants : DataFrame
        Of the study. An interview of several groups counts for each of them; one that nobody consented to for none.
    definition : StudyDefinition
        Its groups.

    Returns
    -------
    results : DataFrame, a row a group, origin and setting
        ``group`` (empty: all interviews), ``origin, base, run, threshold, interviews, codes, base_codes, answer, at,
        last`` (ratio of the last run), ``again, reason``; then over random orders ``orders_reached,
        orders_not_reached, orders_undefined`` and ``order_median, order_low, order_high`` of ``at``, an order that
        does not reach it lying beyond every number: where the value would be such an order it is missing.
    curve : DataFrame, a row an origin and interview
        ``origin, rank, document_id, date, count`` (new codes), ``total`` (codes until here) and ``total_low,
        total_median, total_high`` over the random orders, for all interviews.
    """
    people = informants[informants["consent"] != "no"].set_index("informant_id")["group"]
    held = documents[documents["kind"] == "interview"].sort_values(["date", "document_id"])
    groups = [{people[i] for i in speakers.split(";") if i in people.index} for speakers in held["speakers"]]
    spoken = segments.loc[segments["technique"] == "interview", ["document_id", "code", "group"]]
    scopes = [EVERYONE, *(group.id for group in definition.groups if group.technique == "interview")]
    results, curve = [], []
    for scope in scopes:
        counted = [bool(own) if scope == EVERYONE else scope in own for own in groups]
        heard = held[np.array(counted, dtype=bool)]  # a list without any would choose columns
        said = spoken if scope == EVERYONE else spoken[spoken["group"] == scope]
        orders = _random_orders(len(heard))
        for origin in ("inductive", "deductive"):
            codes = codebook.loc[codebook["origin"] == origin, "code"]
            pairs = set(zip(said["document_id"], said["code"], strict=True))
            cells = [[(document, code) in pairs for code in codes] for document in heard["document_id"]]
            present = np.array(cells, dtype=bool).reshape(len(heard), len(codes))
            counts = count_new(present, np.vstack([np.arange(len(heard), dtype=int), orders]))
            facts = {"group": scope, "origin": origin, "interviews": len(heard), "codes": int(counts[0].sum())}
            results += [{**facts, **_judge(counts, *setting)} for setting in SETTINGS]
            if scope == EVERYONE:
                curve += _curve_rows(origin, heard, counts)
    columns = ["origin", "rank", "document_id", "date", "count", "total", "total_low", "total_median", "total_high"]
    return pd.DataFrame(results), pd.DataFrame(curve, columns=columns)


def _random_orders(interviews: int) -> np.ndarray:
    # The same orders in every run, and for every set of codes.
    return np.random.default_rng(0).permuted(np.tile(np.arange(interviews), (ORDERS, 1)), axis=1)


def _judge(counts: np.ndarray, base: int, run: int, threshold: float) -> dict[str, Any]:
    # The first row is the order of collection, the others are random orders.
    own, *others = (compute_saturation(row, base=base, run=run, threshold=threshold) for row in counts.tolist())
    reached = [other.at for other in others if other.at is not None]
    missed = sum(other.answer == "not_reached" for other in others)
    places = np.sort([*reached, *[math.inf] * missed])
    return {
        "base": base,
        "run": run,
        "threshold": threshold,
        "base_codes": own.base_codes,
        "answer": own.answer,
        "at": own.at,
        "last": round(own.ratios[-1], 4) if own.ratios else None,
        "again": None if own.again is None else round(own.again, 4),
        "reason": own.reason,
        "orders_reached": len(reached),
        "orders_not_reached": missed,
        "orders_undefined": len(others) - len(reached) - missed,
        "order_median": _finite(np.median(places)) if len(places) else None,
        "order_low": _finite(places[0]) if len(places) else None,
        "order_high": _finite(places[-1]) if len(places) else None,
    }


def _curve_rows(origin: str, heard: pd.DataFrame, counts: np.ndarray) -> list[Mapping[str, Any]]:
    totals = counts.cumsum(axis=1)
    random = totals[1:]
    return [
        {
            "origin": origin,
            "rank": number + 1,
            "document_id": document,
            "date": date,
            "count": int(counts[0, number]),
            "total": int(totals[0, number]),
            "total_low": int(random[:, number].min()),
            "total_median": float(np.median(random[:, number])),
            "total_high": int(random[:, number].max()),
        }
        for number, (document, date) in enumerate(zip(heard["document_id"], heard["date"], strict=True))
    ]


def _finite(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
