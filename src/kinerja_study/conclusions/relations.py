"""If-then tests on the office's records: whether requests received on days of an event fared otherwise.

Owns exploratory comparisons by permutation. Nothing here enters a finding: the design of such a study seeks no
relations, and a difference between days is not its cause.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

PERMUTATIONS = 1999

Measure = Literal["minutes", "overdue"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Relation:
    """An if-then statement about days: on days of an event, this measure is larger.

    ``waiting`` restricts it to requests that wait for a signature.
    """

    id: str
    event: str
    measure: Measure
    waiting: bool = False


RELATIONS = (
    Relation(id="leader_away_minutes", event="leader_away", measure="minutes", waiting=True),
    Relation(id="power_cut_overdue", event="power_cut", measure="overdue"),
)
"""Declared beforehand; see docs/method.md."""


def compare_event_days(durations: pd.DataFrame, services: pd.DataFrame, events: pd.DataFrame) -> pd.DataFrame:
    """Compare requests received on days of an event with those of other days, for every declared relation.

    Parameters
    ----------
    durations : DataFrame
        From :func:`kinerja_study.display.build_durations`.
    services : DataFrame
        ``request_id, received_at``.
    events : DataFrame
        ``date, kind``.

    Returns
    -------
    DataFrame, for each relation a row over all services, then a row a service
        ``relation, event, measure, service`` (empty: all), ``n_event, n_other`` (requests), ``days_event, days_other``
        (days of receipt), ``value_event, value_other, effect`` (their difference), ``p``, ``flips`` and ``reason``.
        The value of ``minutes`` is the median working time of completed requests, that of ``overdue`` the share of
        requests beyond the standard of their service, open ones among them. ``flips`` says of a service that its
        effect has the opposite sign to that over all services. ``reason`` is ``event_days`` or ``other_days`` where no
        request with a value was received on such a day; nothing is then compared.
    """
    received = services.set_index("request_id")["received_at"].str[:10]
    requests = durations.assign(day=durations["request_id"].map(received))
    columns = ["relation", "event", "measure", "service", "n_event", "n_other", "days_event", "days_other",
               "value_event", "value_other", "effect", "p", "flips", "reason"]  # fmt: skip
    rows = [row for relation in RELATIONS for row in _test(relation, requests, events)]
    return pd.DataFrame(rows, columns=columns)


def permute_days(values: np.ndarray, day: np.ndarray, event: np.ndarray, measure: Measure) -> float:
    """Return the share of permutations whose effect is at least as large, in either direction.

    Days are permuted, not requests: what happens on a day happens to all its requests together.

    Parameters
    ----------
    values : ndarray of float, shape (n_requests,)
        Working minutes, or 1 where overdue and 0 where not.
    day : ndarray of int, shape (n_requests,)
        Index of each request's day of receipt.
    event : ndarray of bool, shape (n_days,)
        Whether each day is one of the event.
    measure : {"minutes", "overdue"}
        Medians or shares are compared.

    Returns
    -------
    float
        In (0, 1]: the observed assignment counts as one of the permutations.

    References
    ----------
    .. [1] Phipson & Smyth (2010), Permutation p-values should never be zero, Statistical Applications in Genetics and
       Molecular Biology 9(1), 39, doi:10.2202/1544-6115.1585.
    """
    rng = np.random.default_rng(0)
    observed = abs(_effect(values, event[day], measure))
    drawn = [abs(_effect(values, rng.permutation(event)[day], measure)) for _ in range(PERMUTATIONS)]
    # Equal effects may differ in their last binary digit.
    return (1 + sum(effect >= observed - 1e-9 for effect in drawn)) / (1 + PERMUTATIONS)


def _test(relation: Relation, requests: pd.DataFrame, events: pd.DataFrame) -> Iterator[dict[str, Any]]:
    chosen = requests[requests["waited_for_signature"] == "true"] if relation.waiting else requests
    values = (
        chosen["minutes"] if relation.measure == "minutes" else chosen["within_standard"].map({"no": 1.0, "yes": 0.0})
    )
    chosen = chosen.assign(value=values)[values.notna()]
    on_event = chosen["day"].isin(events.loc[events["kind"] == relation.event, "date"])
    overall = _compare(relation, "", chosen, on_event)
    if not overall["reason"]:
        days, day = np.unique(chosen["day"].to_numpy(dtype=str), return_inverse=True)
        event = np.isin(days, chosen.loc[on_event, "day"].to_numpy(dtype=str))
        overall["p"] = permute_days(chosen["value"].to_numpy(dtype=float), day, event, relation.measure)
    yield overall
    for service, own in chosen.groupby("service", sort=True):
        row = _compare(relation, str(service), own, on_event[own.index])
        row["flips"] = bool((row["effect"] or 0) * (overall["effect"] or 0) < 0)
        yield row


def _compare(relation: Relation, service: str, requests: pd.DataFrame, on_event: pd.Series) -> dict[str, Any]:
    on, off = requests[on_event], requests[~on_event]
    reason = "event_days" if on.empty else "other_days" if off.empty else ""
    one, other = (
        None if reason else _value(part["value"].to_numpy(dtype=float), relation.measure) for part in (on, off)
    )
    return {
        "relation": relation.id,
        "event": relation.event,
        "measure": relation.measure,
        "service": service,
        "n_event": len(on),
        "n_other": len(off),
        "days_event": on["day"].nunique(),
        "days_other": off["day"].nunique(),
        "value_event": one,
        "value_other": other,
        "effect": None if one is None or other is None else round(one - other, 4),
        "p": None,
        "flips": False,
        "reason": reason,
    }


def _effect(values: np.ndarray, on_event: np.ndarray, measure: Measure) -> float:
    return _value(values[on_event], measure) - _value(values[~on_event], measure)


def _value(values: np.ndarray, measure: Measure) -> float:
    return float(np.median(values) if measure == "minutes" else values.mean())
