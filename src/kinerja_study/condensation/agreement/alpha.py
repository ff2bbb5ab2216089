"""Krippendorff's alpha at the four levels of measurement.

Owns alpha's value and what each unit contributes to it; the level is always named by the caller.
"""

from __future__ import annotations

from typing import Literal

import numpy as np

from kinerja_study.condensation.agreement.chance import Estimate, observe, spread, weigh
from kinerja_study.condensation.agreement.ratings import Floats, Ratings
from kinerja_study.condensation.agreement.weights import Kind, Weights

Level = Literal["nominal", "ordinal", "interval", "ratio"]


def krippendorff_alpha(ratings: Ratings, level: Level) -> Estimate:
    r"""Return alpha: 1 - D_o / D_e over the values that can be paired.

    Parameters
    ----------
    ratings : Ratings
        With scores, unless the level is nominal; at ratio level not below 0.
    level : {"nominal", "ordinal", "interval", "ratio"}
        Which differences count, and how much.

    Returns
    -------
    Estimate
        Of the units that two or more coders judged, n values in all.

    Notes
    -----
    The ordinal metric, :math:`\delta_{ck} = \sum_{g=c}^k n_g - (n_c + n_k) / 2`, is the distance of midranks, and the
    interval metric that of the values; so both are quadratic weights. Needs memory for n_units x n_coders only.

    References
    ----------
    .. [1] Krippendorff (2011), Computing Krippendorff's Alpha-Reliability, ASC Departmental Papers 43.
    """
    units = ratings.judged_by(2)
    if level == "ordinal":
        counts = _count(units)
        return _alpha(units, Weights(kind="quadratic", scores=np.cumsum(counts) - counts / 2))
    kinds: dict[Level, Kind] = {"nominal": "identity", "interval": "quadratic", "ratio": "ratio"}
    return _alpha(units, weigh(units, kinds[level]))


def weighted_alpha(ratings: Ratings, kind: Kind) -> Estimate:
    """Return alpha with Gwet's weights in place of Krippendorff's metrics.

    References
    ----------
    .. [1] Gwet (2014), Handbook of Inter-Rater Reliability, 4th ed., chapter 3.
    """
    units = ratings.judged_by(2)
    return _alpha(units, weigh(units, kind))


def percent_agreement_pairable(ratings: Ratings, kind: Kind) -> Estimate:
    """Return alpha's observed agreement, 1 - D_o: each unit counts by how many values it holds."""
    units = ratings.judged_by(2)
    m = units.judgements
    own = observe(units, weigh(units, kind)) * m / m.mean()
    value = float(own.mean())
    return Estimate(value=value, expected=0.0, shares=own - value * (m / m.mean() - 1))


def _alpha(units: Ratings, weights: Weights) -> Estimate:
    m = units.judgements
    n, size = int(m.sum()), m / m.mean()
    pooled = _count(units) / n
    met = weights.times(pooled)
    expected = float(met @ pooled)
    own = observe(units, weights) * size
    observed = float(own.mean())
    value = ((1 - 1 / n) * observed + 1 / n - expected) / (1 - expected)
    # Gwet's linearisation, around the value without the correction by 1 / n.
    plain = (observed - expected) / (1 - expected)
    own = own - observed * (size - 1)
    chance = spread(units, met) * size - expected * (size - 1)
    shares = (own - expected) / (1 - expected) - 2 * (1 - plain) * (chance - expected) / (1 - expected)
    return Estimate(value=value, expected=expected, shares=shares)


def _count(units: Ratings) -> Floats:
    return np.bincount(units.codes[units.judged], minlength=len(units.categories)).astype(np.float64)
