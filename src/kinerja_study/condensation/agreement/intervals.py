"""Intervals of coefficients: from the contributions of units, or by leaving out one cluster after the other.

Owns the standard errors and the quantiles of Student's t; computes no coefficient.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache
from statistics import NormalDist

import numpy as np

from kinerja_study.condensation.agreement.chance import Estimate
from kinerja_study.condensation.agreement.ratings import Agreement, Ratings

LEVEL = 0.95
GWET = "linearised over units (Gwet 2014)"
TWO_CODERS = "large-sample variance of two coders (Fleiss, Cohen & Everitt 1969; Gwet 2008)"
JACKKNIFE = "jackknife over {clusters} clusters"


def attach_analytic(estimate: Estimate, *, complete_pair: bool, least: float) -> Agreement:
    """Return a coefficient with the interval of its linearised contributions.

    Parameters
    ----------
    estimate : Estimate
        The coefficient.
    complete_pair : bool
        Two coders who judged every unit: the published variances of that case divide by n, others by n - 1.
    least : float
        Lowest value that the coefficient can take.

    References
    ----------
    .. [1] Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., chapter 5: var = sum (x_i - x)^2 / (n (n - 1)).
    .. [2] Fleiss, Cohen & Everitt (1969), Psychological Bulletin 72, 323-327, doi:10.1037/h0028106.
    """
    n = len(estimate.shares)
    if n < 2:
        return Agreement(value=estimate.value)
    divisor = n * n if complete_pair else n * (n - 1)
    se = float(np.sqrt(((estimate.shares - estimate.value) ** 2).sum() / divisor))
    return _bounded(estimate.value, se, n - 1, least, TWO_CODERS if complete_pair else GWET)


def attach_jackknife(
    whole: Agreement, ratings: Ratings, compute: Callable[[Ratings], float | None], *, least: float
) -> Agreement:
    """Return a coefficient with the interval of leaving out each cluster that has a unit of two coders.

    Parameters
    ----------
    whole : Agreement
        The coefficient of all units.
    ratings : Ratings
        With ``clusters``.
    compute : callable
        Returns the value of the coefficient of other ratings, or None.
    least : float
        Lowest value that the coefficient can take.

    Returns
    -------
    Agreement
        Without an interval where fewer than two clusters are left, or where the coefficient is undefined without one.

    References
    ----------
    .. [1] Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 11.
    """
    if whole.value is None or ratings.clusters is None:
        return whole
    return jackknife(whole, [compute(left) for left in ratings.without_each], least=least)


def jackknife(whole: Agreement, left: list[float | None], *, least: float = -1.0) -> Agreement:
    """Return a coefficient with the interval of its values without each cluster in turn.

    Parameters
    ----------
    whole : Agreement
        The coefficient of all clusters.
    left : list of float or None, length n_clusters
        The coefficient without each; None where it is undefined, and then there is no interval.
    least : float
        Lowest value that the coefficient can take.
    """
    values = np.array([value for value in left if value is not None])
    if whole.value is None or len(values) < 2 or len(values) < len(left):
        return replace(whole, low=None, high=None, se=None, interval="")
    k = len(values)
    se = float(np.sqrt((k - 1) / k * ((values - values.mean()) ** 2).sum()))
    return _bounded(whole.value, se, k - 1, least, JACKKNIFE.format(clusters=k))


def _bounded(value: float, se: float, freedom: int, least: float, interval: str) -> Agreement:
    reach = t_quantile((1 + LEVEL) / 2, freedom) * se
    # With missing values a kappa may lie below its lowest value of complete data.
    low, high = max(min(least, value), value - reach), min(1.0, value + reach)
    return Agreement(value=value, low=low, high=high, se=se, interval=interval)


@cache
def t_quantile(share: float, freedom: int) -> float:
    """Return a quantile of Student's t.

    Parameters
    ----------
    share : float
        In [0.5, 1).
    freedom : int
        Degrees of freedom, at least 1.

    References
    ----------
    .. [1] Abramowitz & Stegun (1964), Handbook of Mathematical Functions, 26.7.3 to 26.7.5.

    Examples
    --------
    >>> [round(t_quantile(0.975, freedom), 3) for freedom in (1, 10, 11, 1000)]
    [12.706, 2.228, 2.201, 1.962]
    """
    if freedom > 200:
        x = NormalDist().inv_cdf(share)
        terms = (
            x,
            (x**3 + x) / 4,
            (5 * x**5 + 16 * x**3 + 3 * x) / 96,
            (3 * x**7 + 19 * x**5 + 17 * x**3 - 15 * x) / 384,
            (79 * x**9 + 776 * x**7 + 1482 * x**5 - 1920 * x**3 - 945 * x) / 92160,
        )
        return float(sum(term / freedom**power for power, term in enumerate(terms)))
    low, high = 0.0, np.pi / 2
    for _ in range(60):
        middle = (low + high) / 2
        low, high = (middle, high) if _t_within(middle, freedom) < 2 * share - 1 else (low, middle)
    return float(np.sqrt(freedom) * np.tan(low))


def _t_within(angle: float, freedom: int) -> float:
    # The probability that |t| is below sqrt(freedom) * tan(angle), a finite series in sine and cosine.
    odd = freedom % 2
    places = np.arange(2 + odd, freedom - 1, 2)
    factors = np.concatenate([[1.0], (places - 1) / places]) * np.cos(angle) ** 2
    factors[0] = np.cos(angle) if odd else 1.0
    series = float(np.sin(angle) * np.cumprod(factors).sum()) if freedom > 1 else 0.0
    return float((angle + series) * 2 / np.pi) if odd else series
