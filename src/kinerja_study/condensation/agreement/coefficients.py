"""Every coefficient of a table of ratings by its name, with its interval or the reason why there is none.

Owns the names and what each needs of the values; the formulas are in the modules beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

import numpy as np

from kinerja_study.condensation.agreement import chance
from kinerja_study.condensation.agreement.alpha import (
    Level,
    krippendorff_alpha,
    percent_agreement_pairable,
    weighted_alpha,
)
from kinerja_study.condensation.agreement.chance import Estimate
from kinerja_study.condensation.agreement.intervals import attach_analytic, attach_jackknife
from kinerja_study.condensation.agreement.ratings import (
    MISSING,
    NEGATIVE,
    NO_VARIATION,
    TWO_CODERS_ONLY,
    Agreement,
    Ratings,
)
from kinerja_study.condensation.agreement.weights import Kind

LEVELS: tuple[Level, ...] = ("nominal", "ordinal", "interval", "ratio")


@dataclass(frozen=True, slots=True, kw_only=True)
class Coefficient:
    """A coefficient: how it is computed, and the level that its values need at least.

    ``two_coders`` is true where it is defined for no more, ``pair_variance`` where the variance of two coders who
    judged every unit is published by itself; ``least`` is its lowest value.
    """

    compute: Callable[[Ratings], Estimate]
    level: Level = "nominal"
    two_coders: bool = False
    least: float = -1.0
    pair_variance: bool = True


def _weighted(compute: chance.Coefficient, kind: Kind, level: Level, *, two: bool = False) -> Coefficient:
    return Coefficient(compute=lambda ratings: compute(ratings, kind), level=level, two_coders=two)


def _plain(compute: chance.Coefficient, *, two: bool = False, least: float = -1.0) -> Coefficient:
    return Coefficient(compute=lambda ratings: compute(ratings, "identity"), two_coders=two, least=least)


def _alpha(level: Level) -> Coefficient:
    return Coefficient(compute=partial(krippendorff_alpha, level=level), level=level, pair_variance=False)


def _gwet_alpha(kind: Kind, level: Level) -> Coefficient:
    return Coefficient(compute=partial(weighted_alpha, kind=kind), level=level, pair_variance=False)


COEFFICIENTS: dict[str, Coefficient] = {
    "percent_agreement": _plain(chance.percent_agreement, least=0.0),
    "percent_agreement_pairable": replace(_plain(percent_agreement_pairable, least=0.0), pair_variance=False),
    "kappa_cohen": _plain(chance.kappa_cohen, two=True),
    "kappa_cohen_linear": _weighted(chance.kappa_cohen, "linear", "interval", two=True),
    "kappa_cohen_quadratic": _weighted(chance.kappa_cohen, "quadratic", "interval", two=True),
    "scott_pi": _plain(chance.scott_pi, two=True),
    "kappa_light": _plain(chance.kappa_light),
    "kappa_fleiss": _plain(chance.kappa_fleiss),
    "kappa_fleiss_quadratic": _weighted(chance.kappa_fleiss, "quadratic", "interval"),
    "kappa_conger": _plain(chance.kappa_conger),
    "brennan_prediger": _plain(chance.brennan_prediger),
    "brennan_prediger_quadratic": _weighted(chance.brennan_prediger, "quadratic", "interval"),
    "gwet_ac1": _plain(chance.gwet),
    "gwet_ac2_linear": _weighted(chance.gwet, "linear", "interval"),
    "gwet_ac2_quadratic": _weighted(chance.gwet, "quadratic", "interval"),
    "gwet_ac2_ordinal": _weighted(chance.gwet, "ordinal", "ordinal"),
    "alpha_nominal": _alpha("nominal"),
    "alpha_ordinal": _alpha("ordinal"),
    "alpha_interval": _alpha("interval"),
    "alpha_ratio": _alpha("ratio"),
    "alpha_ordinal_weights": _gwet_alpha("ordinal", "ordinal"),
    "alpha_linear_weights": _gwet_alpha("linear", "interval"),
    "alpha_quadratic_weights": _gwet_alpha("quadratic", "interval"),
    "alpha_ratio_weights": _gwet_alpha("ratio", "ratio"),
}
"""By the names that the literature's tables are kept under."""

EXPECTED = {"expected_agreement_cohen": "kappa_cohen", "expected_agreement_fleiss": "kappa_fleiss"}
"""Agreement expected by chance, and the coefficient that it belongs to."""

CATEGORY = "kappa_fleiss_category_"
"""Begins the name of Fleiss' kappa of one value against all others."""


def compute_coefficient(ratings: Ratings, name: str) -> Agreement:
    """Return one coefficient; over clusters its interval is a jackknife, else the analytic one.

    Parameters
    ----------
    ratings : Ratings
        With scores where the coefficient needs them.
    name : str
        A key of :data:`COEFFICIENTS`.
    """
    whole = _over_units(ratings, name)
    if ratings.clusters is None:
        return whole
    return attach_jackknife(whole, ratings, partial(_value, name=name), least=COEFFICIENTS[name].least)


def _refuse(ratings: Ratings, name: str) -> str | None:
    coefficient, reason = COEFFICIENTS[name], ratings.reason
    if reason is None and coefficient.two_coders and ratings.judged.any(axis=0).sum() != 2:
        reason = TWO_CODERS_ONLY
    if reason is None and name == "kappa_light" and not chance.find_pairs(ratings):
        reason = NO_VARIATION
    if reason is None and coefficient.level == "ratio" and ratings.scores is not None and ratings.scores[0] < 0:
        reason = NEGATIVE
    return reason


def _value(ratings: Ratings, name: str) -> float | None:
    return None if _refuse(ratings, name) else COEFFICIENTS[name].compute(ratings).value


def _over_units(ratings: Ratings, name: str) -> Agreement:
    coefficient, reason = COEFFICIENTS[name], _refuse(ratings, name)
    if reason is not None:
        return Agreement(value=None, reason=reason)
    estimate = coefficient.compute(ratings)
    # Over the units that two coders judged the case is complete, and they are all that Cohen and Scott look at.
    complete = len(estimate.shares) == int((ratings.judgements == 2).sum())
    pair = coefficient.pair_variance and int(ratings.judged.any(axis=0).sum()) == 2 and complete
    return attach_analytic(estimate, complete_pair=pair, least=coefficient.least)


def compute_agreement(ratings: Ratings, level: Level | None = None) -> dict[str, Agreement]:
    """Return every coefficient that the values allow.

    Parameters
    ----------
    ratings : Ratings
        Values without scores are nominal.
    level : {"nominal", "ordinal", "interval", "ratio"}, optional
        What the values mean at most; by default everything that their scores allow.

    Returns
    -------
    dict of str to Agreement
        By name; the expected agreements and Fleiss' kappa of each value last.

    Examples
    --------
    Krippendorff (2011), example A; the published alpha is 0.095.

    >>> import pandas as pd
    >>> from kinerja_study.condensation.agreement.ratings import build_ratings
    >>> table = pd.DataFrame({"Meg": [*"0100000000"], "Owen": [*"1110010100"]})
    >>> round(compute_agreement(build_ratings(table), "nominal")["alpha_nominal"].value, 3)
    0.095
    """
    most = LEVELS.index(level or "ratio") if ratings.scores is not None else 0
    found = {
        name: compute_coefficient(ratings, name)
        for name, coefficient in COEFFICIENTS.items()
        if LEVELS.index(coefficient.level) <= most
    }
    for name, of in EXPECTED.items():
        whole = found[of]
        value = None if whole.value is None else COEFFICIENTS[of].compute(ratings).expected
        found[name] = Agreement(value=value, reason=whole.reason)
    for place, category in enumerate(ratings.categories):
        shown = f"{category:g}" if isinstance(category, float) else category
        found[f"{CATEGORY}{shown}"] = compute_coefficient(_one_against_all(ratings, place), "kappa_fleiss")
    return found


def _one_against_all(ratings: Ratings, place: int) -> Ratings:
    codes = np.where(ratings.judged, ratings.codes == place, MISSING).astype(np.int32)
    return replace(ratings, codes=codes, categories=(0.0, 1.0), scores=np.array([0.0, 1.0]))
