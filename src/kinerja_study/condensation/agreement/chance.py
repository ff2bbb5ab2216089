"""Agreement corrected for the agreement that chance would bring: kappa and its kin, for any number of coders.

Owns each coefficient's value and what each unit contributes to it; makes no interval.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from kinerja_study.condensation.agreement.ratings import MISSING, Floats, Ratings
from kinerja_study.condensation.agreement.weights import Kind, Weights


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Estimate:
    """A value and its linearised contributions.

    Parameters
    ----------
    value : float
        The coefficient.
    expected : float
        The agreement expected by chance.
    shares : ndarray of float, shape (n_units,)
        What each unit that enters contributes; their mean is the value, their spread its standard error.
    """

    value: float
    expected: float
    shares: Floats


Coefficient = Callable[[Ratings, Kind], Estimate]
"""Takes ratings and the kind of weights."""


def weigh(ratings: Ratings, kind: Kind) -> Weights:
    """Return the weights of a kind over the values of the ratings."""
    scores = np.arange(len(ratings.categories), dtype=np.float64) if ratings.scores is None else ratings.scores
    return Weights(kind=kind, scores=scores)


def observe(ratings: Ratings, weights: Weights) -> Floats:
    """Return the observed agreement of each unit, shape (n_units,): the mean weight of its pairs of values, else 0."""
    total = np.zeros(len(ratings.codes))
    for one, other in combinations(ratings.codes.T, 2):
        total += np.where((one != MISSING) & (other != MISSING), weights.between(one, other), 0)
    pairs = ratings.judgements * (ratings.judgements - 1) / 2
    return np.asarray(total / np.maximum(pairs, 1))


def spread(ratings: Ratings, by_value: Floats) -> Floats:
    """Return for each unit the mean over its values of something that each value has, shape (n_units,)."""
    looked_up = np.where(ratings.judged, by_value[ratings.codes], 0)
    return np.asarray(looked_up.sum(axis=1) / np.maximum(ratings.judgements, 1))


def share_values(ratings: Ratings) -> Floats:
    """Return how much of the units each value has, shape (n_values,): each unit counts 1, divided among its values."""
    judged = ratings.judged
    weight = np.broadcast_to(1 / np.maximum(ratings.judgements, 1)[:, None], judged.shape)
    counts = np.bincount(ratings.codes[judged], weights=weight[judged], minlength=len(ratings.categories))
    return np.asarray(counts / judged.any(axis=1).sum())


def _corrected(ratings: Ratings, observed: Floats, expected: float, slopes: Floats | float) -> Estimate:
    # A unit with one value tells of the expected agreement only; slopes is how much that moves with each unit.
    pairable = ratings.judgements >= 2
    scale = len(observed) / pairable.sum()
    value = (scale * observed.mean() - expected) / (1 - expected)
    own = scale * (observed - expected * pairable) / (1 - expected)
    shares = own - 2 * (1 - value) * (slopes - expected) / (1 - expected)
    return Estimate(value=float(value), expected=float(expected), shares=shares)


def percent_agreement(ratings: Ratings, kind: Kind) -> Estimate:
    """Return the share of agreeing pairs of coders, the mean over the units that two or more judged."""
    units = ratings.judged_by(1)
    return _corrected(units, observe(units, weigh(units, kind)), 0.0, 0.0)


def kappa_fleiss(ratings: Ratings, kind: Kind) -> Estimate:
    """Return Fleiss' kappa: chance is that all coders draw from one distribution, the pooled one.

    References
    ----------
    .. [1] Fleiss (1971), Psychological Bulletin 76, 378-382, doi:10.1037/h0031619.
    .. [2] Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., for missing values and weights.
    """
    units = ratings.judged_by(1)
    weights, pooled = weigh(units, kind), share_values(units)
    return _corrected(
        units, observe(units, weights), float(weights.times(pooled) @ pooled), spread(units, weights.times(pooled))
    )


def kappa_conger(ratings: Ratings, kind: Kind) -> Estimate:
    """Return Conger's kappa: chance is that each coder draws from a distribution of his own.

    References
    ----------
    .. [1] Conger (1980), Psychological Bulletin 88, 322-328, doi:10.1037/0033-2909.88.2.322.
    .. [2] Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., for missing values and weights.
    """
    units = ratings.judged_by(1)
    weights, codes = weigh(units, kind), units.codes[:, ratings.judged.any(axis=0)]
    n, r = codes.shape
    size = len(units.categories)
    counts = np.array([np.bincount(c[c != MISSING], minlength=size) for c in codes.T], dtype=np.float64)
    own = counts / counts.sum(axis=1, keepdims=True)
    others = np.array([weights.times(row) for row in own.sum(axis=0) - own])
    expected = (own * others).sum(axis=1)
    slopes = np.zeros(n)
    for column, total, other, mean in zip(codes.T, counts.sum(axis=1), others, expected, strict=True):
        slopes += np.where(column != MISSING, n / total * (other[column] - mean), 0) + mean
    pairs = r * (r - 1)
    return _corrected(units, observe(units, weights), float(expected.sum() / pairs), slopes / pairs)


def kappa_cohen(ratings: Ratings, kind: Kind) -> Estimate:
    """Return Cohen's kappa of two coders over the units that both judged.

    References
    ----------
    .. [1] Cohen (1960), Educational and Psychological Measurement 20, 37-46, doi:10.1177/001316446002000104.
    .. [2] Cohen (1968), Psychological Bulletin 70, 213-220, doi:10.1037/h0026256.
    """
    return kappa_conger(_only_pair(ratings), kind)


def scott_pi(ratings: Ratings, kind: Kind) -> Estimate:
    """Return Scott's pi of two coders over the units that both judged.

    References
    ----------
    .. [1] Scott (1955), Public Opinion Quarterly 19, 321-325, doi:10.1086/266577.
    """
    return kappa_fleiss(_only_pair(ratings), kind)


def kappa_light(ratings: Ratings, kind: Kind) -> Estimate:
    """Return Light's kappa: the mean of Cohen's over all pairs of coders that have one.

    References
    ----------
    .. [1] Light (1971), Psychological Bulletin 76, 365-377, doi:10.1037/h0031643.
    """
    n = len(ratings.codes)
    pairs = find_pairs(ratings)
    values, shares = [], np.zeros(n)
    for one, other in pairs:
        cohen = kappa_conger(ratings.pair(one, other), kind)
        values.append(cohen.value)
        both = ratings.judged[:, one] & ratings.judged[:, other]
        shares[both] += (cohen.shares - cohen.value) * n / both.sum()
    value = float(np.mean(values))
    return Estimate(value=value, expected=0.0, shares=value + shares / len(pairs))


def find_pairs(ratings: Ratings) -> list[tuple[int, int]]:
    """Return the pairs of coders that have a kappa of their own; there may be none though all together have one."""
    pairs = combinations(range(len(ratings.coders)), 2)
    return [(one, other) for one, other in pairs if ratings.pair(one, other).reason is None]


def brennan_prediger(ratings: Ratings, kind: Kind) -> Estimate:
    """Return the coefficient of Brennan and Prediger: chance is that all values are alike.

    References
    ----------
    .. [1] Brennan & Prediger (1981), Educational and Psychological Measurement 41, 687-699,
       doi:10.1177/001316448104100307.
    """
    units = ratings.judged_by(1)
    weights, q = weigh(units, kind), len(units.categories)
    expected = float(weights.times(np.ones(q)).sum() / q**2)
    return _corrected(units, observe(units, weights), expected, expected)


def gwet(ratings: Ratings, kind: Kind) -> Estimate:
    """Return Gwet's AC1, with weights AC2: chance is that some units are hard, and are then given any value.

    References
    ----------
    .. [1] Gwet (2008), British Journal of Mathematical and Statistical Psychology 61, 29-48,
       doi:10.1348/000711006X126600.
    """
    units = ratings.judged_by(1)
    weights, pooled, q = weigh(units, kind), share_values(units), len(units.categories)
    scale = weights.times(np.ones(q)).sum() / (q * (q - 1))
    expected = float(scale * (pooled * (1 - pooled)).sum())
    return _corrected(units, observe(units, weights), expected, scale * spread(units, 1 - pooled))


def _only_pair(ratings: Ratings) -> Ratings:
    one, other = np.flatnonzero(ratings.judged.any(axis=0))
    return ratings.pair(int(one), int(other))
